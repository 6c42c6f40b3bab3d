// SPDX-License-Identifier: Apache-2.0
#include "app/window/lessons/lesson.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>

#include <cmath>

namespace orrery {

namespace {

constexpr qint64 kLargestFile = 4 << 20;

QString say(const char *text)
{
    return QCoreApplication::translate("Lesson", text);
}

/// Thrown and caught in this file: a reader of a few levels, one sentence at the end.
struct Bad
{
    QString sentence;
};

/// An object of the file; every access names file, step and field when it fails.
class Fields
{
public:
    Fields(QJsonObject object, QString where) : m_object(std::move(object)), m_where(std::move(where)) {}

    [[noreturn]] void fail(const QString &field, const QString &what) const
    {
        throw Bad{say("%1: field \"%2\" %3.").arg(m_where, field, what)};
    }
    /// A misspelt field would otherwise be left out in silence.
    void allow(const QStringList &fields) const
    {
        for (const QString &field : m_object.keys())
            if (!fields.contains(field))
                fail(field, say("is not known; expected one of %1").arg(fields.join(QStringLiteral(", "))));
    }
    bool has(const QString &field) const { return m_object.contains(field); }
    QJsonValue value(const QString &field) const { return m_object.value(field); }
    QString text(const QString &field) const
    {
        const QString text = m_object.value(field).toString().simplified();
        if (text.isEmpty())
            fail(field, has(field) ? say("is not a text; expected a few words") : say("is missing; expected a text"));
        return text;
    }
    QString textOr(const QString &field) const { return has(field) ? text(field) : QString(); }
    int integer(const QString &field, int smallest, int largest) const
    {
        const double number = m_object.value(field).toDouble(std::nan(""));
        if (!(number >= smallest && number <= largest) || number != std::floor(number))
            fail(field, say("is %1; expected a whole number from %2 to %3")
                            .arg(has(field) ? say("something else") : say("missing"))
                            .arg(smallest)
                            .arg(largest));
        return int(number);
    }
    QJsonArray list(const QString &field, qsizetype fewest, qsizetype most) const
    {
        const QJsonArray array = m_object.value(field).toArray();
        if (!m_object.value(field).isArray() || array.size() < fewest || array.size() > most)
            fail(field, say("is %1; expected a list of %2 to %3")
                            .arg(has(field) ? say("something else") : say("missing"))
                            .arg(fewest)
                            .arg(most));
        return array;
    }
    QStringList texts(const QString &field, qsizetype fewest, qsizetype most) const
    {
        QStringList texts;
        const QJsonArray array = list(field, fewest, most);
        for (const QJsonValue &item : array) {
            if (!item.isString() || item.toString().simplified().isEmpty())
                fail(field, say("holds something that is not a text; expected texts only"));
            texts.append(item.toString().simplified());
        }
        return texts;
    }
    /// A text whose braces are all understood.
    QString story(const QString &field) const
    {
        const QString story = text(field);
        if (const QString bad = badTerm(story); !bad.isEmpty())
            fail(field, say("holds %1; expected something measured, such as {share of fox}").arg(bad));
        return story;
    }
    Tolerance tolerance(const QString &field, Tolerance inherited) const
    {
        if (!has(field))
            return inherited;
        const QJsonObject object = m_object.value(field).toObject();
        if (object.isEmpty())
            fail(field, say("is not understood; expected for instance {\"share\": 0.02}"));
        for (auto it = object.begin(); it != object.end(); ++it) {
            const double number = it.value().toDouble(-1);
            if (number < 0)
                fail(field, say("holds no number for \"%1\"; expected one of 0 or more").arg(it.key()));
            inherited.insert(it.key(), number);
        }
        return inherited;
    }
    Fields object(const QString &field) const
    {
        if (!m_object.value(field).isObject())
            fail(field, say("is not understood; expected an object"));
        return {m_object.value(field).toObject(), m_where};
    }

private:
    QJsonObject m_object;
    QString m_where;
};

QJsonObject readObject(const QString &path, const QString &name)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        throw Bad{say("%1: cannot be read; expected a file of that name.").arg(name)};
    if (file.size() > kLargestFile)
        throw Bad{say("%1: is larger than 4 MB; expected a lesson.").arg(name)};
    const QByteArray bytes = file.readAll();
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(bytes, &error);
    if (error.error != QJsonParseError::NoError)
        throw Bad{say("%1: line %2 is no JSON (%3).")
                      .arg(name)
                      .arg(bytes.left(error.offset).count('\n') + 1)
                      .arg(error.errorString())};
    if (!document.isObject())
        throw Bad{say("%1: does not hold an object; expected { at its beginning.").arg(name)};
    return document.object();
}

LessonQuestion readQuestion(const Fields &fields, const QString &reveal)
{
    fields.allow({QStringLiteral("text"), QStringLiteral("choices"), QStringLiteral("answer")});
    LessonQuestion question;
    question.text = fields.story(QStringLiteral("text"));
    question.choices = fields.texts(QStringLiteral("choices"), 2, 4);
    const QString answer = fields.text(QStringLiteral("answer"));
    question.answer = int(question.choices.indexOf(answer));
    if (question.answer < 0)
        fields.fail(QStringLiteral("answer"), say("is \"%1\"; expected one of the choices").arg(answer));
    question.reveal = reveal;
    return question;
}

LessonStep readStep(const QJsonValue &value, const QString &where, const Tolerance &tolerance)
{
    const Fields fields(value.toObject(), where);
    if (!value.isObject())
        throw Bad{say("%1: is not understood; expected an object.").arg(where)};
    fields.allow({QStringLiteral("id"), QStringLiteral("title"), QStringLiteral("text"), QStringLiteral("highlight"),
                  QStringLiteral("actions"), QStringLiteral("question"), QStringLiteral("reveal"),
                  QStringLiteral("expect"), QStringLiteral("tolerance")});
    LessonStep step;
    step.id = fields.text(QStringLiteral("id"));
    step.title = fields.text(QStringLiteral("title"));
    step.text = fields.story(QStringLiteral("text"));
    step.highlight = fields.textOr(QStringLiteral("highlight"));
    step.tolerance = fields.tolerance(QStringLiteral("tolerance"), tolerance);
    if (fields.has(QStringLiteral("actions"))) {
        const QJsonArray actions = fields.list(QStringLiteral("actions"), 1, 20);
        for (const QJsonValue &action : actions) {
            const QJsonObject object = action.toObject();
            if (object.size() != 1)
                fields.fail(QStringLiteral("actions"),
                            say("holds something else; expected {\"action\": value}, one action each"));
            step.actions.append({object.begin().key(), object.begin().value()});
        }
    }
    if (fields.has(QStringLiteral("question")))
        step.question = readQuestion(fields.object(QStringLiteral("question")), fields.story(QStringLiteral("reveal")));
    else if (fields.has(QStringLiteral("reveal")))
        fields.fail(QStringLiteral("reveal"), say("stands without a question; expected a field \"question\""));
    if (fields.has(QStringLiteral("expect")))
        for (const QString &text : fields.texts(QStringLiteral("expect"), 1, 20)) {
            const auto claim = parseClaim(text);
            if (!claim)
                fields.fail(
                    QStringLiteral("expect"),
                    say("holds \"%1\"; expected for instance \"share of fox < share of fox before\"").arg(text));
            step.claims.append(*claim);
        }
    return step;
}

Readings readReadings(const QJsonObject &object, const QString &where)
{
    Readings readings;
    for (auto it = object.begin(); it != object.end(); ++it) {
        const QJsonObject numbers = it.value().toObject();
        for (auto number = numbers.begin(); number != numbers.end(); ++number) {
            if (!number.value().isDouble())
                throw Bad{
                    say("%1: field \"%2\" of \"%3\" is no number; expected one.").arg(where, number.key(), it.key())};
            readings[it.key()].insert(number.key(), number.value().toDouble());
        }
    }
    return readings;
}

/// Names of steps that terms use have to be there, and come first.
void checkSteps(const Lesson &lesson, const QString &name)
{
    QSet<QString> known;
    for (const LessonStep &step : lesson.steps) {
        if (known.contains(step.id))
            throw Bad{say("%1: the step id \"%2\" is there twice; expected another one.").arg(name, step.id)};
        known.insert(step.id);
        QList<LessonTerm> terms = termsOf(step.text);
        if (step.question)
            terms += termsOf(step.question->text) + termsOf(step.question->reveal);
        for (const LessonClaim &claim : step.claims)
            terms += {claim.left, claim.right};
        for (const LessonTerm &term : terms)
            if (!term.step.isEmpty() && !known.contains(term.step))
                throw Bad{say("%1, step \"%2\": \"%3\" names no step up to this one; expected the id of one.")
                              .arg(name, step.id, term.source)};
    }
}

void readResults(Lesson *lesson, const QString &name)
{
    const QString path = lesson->folder + u'/' + QLatin1String(kResultsFile);
    if (!QFileInfo::exists(path))
        return;
    const Fields results(readObject(path, name), name);
    const QJsonObject steps = results.value(QStringLiteral("steps")).toObject();
    if (steps.isEmpty())
        results.fail(QStringLiteral("steps"), say("is missing; expected results by step"));
    for (LessonStep &step : lesson->steps)
        step.stored = readReadings(steps.value(step.id).toObject(), name);
}

} // namespace

bool Lesson::hasResults() const
{
    return !steps.isEmpty() &&
           std::all_of(steps.begin(), steps.end(), [](const LessonStep &step) { return !step.stored.isEmpty(); });
}

Result<Lesson> readLesson(const QString &folder)
{
    Lesson lesson;
    lesson.folder = QDir(folder).absolutePath();
    lesson.id = QFileInfo(lesson.folder).fileName();
    const QString name = lesson.id + u'/' + QLatin1String(kLessonFile);
    try {
        const Fields fields(readObject(lesson.folder + u'/' + QLatin1String(kLessonFile), name), name);
        fields.allow({QStringLiteral("format"), QStringLiteral("title"), QStringLiteral("minutes"),
                      QStringLiteral("summary"), QStringLiteral("page"), QStringLiteral("model"),
                      QStringLiteral("tolerance"), QStringLiteral("steps")});
        fields.integer(QStringLiteral("format"), 1, 1);
        lesson.title = fields.text(QStringLiteral("title"));
        lesson.minutes = fields.integer(QStringLiteral("minutes"), 1, 240);
        lesson.summary = fields.text(QStringLiteral("summary"));
        lesson.page = fields.text(QStringLiteral("page"));
        lesson.model = fields.textOr(QStringLiteral("model"));
        const Tolerance tolerance = fields.tolerance(QStringLiteral("tolerance"), {});
        const QJsonArray steps = fields.list(QStringLiteral("steps"), 1, 60);
        for (qsizetype i = 0; i < steps.size(); ++i)
            lesson.steps.append(readStep(steps[i], say("%1, step %2").arg(name).arg(i + 1), tolerance));
        checkSteps(lesson, name);
        readResults(&lesson, lesson.id + u'/' + QLatin1String(kResultsFile));
    } catch (const Bad &bad) {
        return failure(ErrorCode::BadInput, bad.sentence.toStdString());
    }
    return lesson;
}

} // namespace orrery
