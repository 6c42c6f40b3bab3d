// SPDX-License-Identifier: Apache-2.0
#include "plugins/zero_shot/view/classify_play.h"

#include "plugins/zero_shot/view/classify_inspector.h"
#include "plugins/zero_shot/view/classify_page.h"
#include "plugins/zero_shot/view/classify_state.h"
#include "plugins/zero_shot/view/label_editor.h"
#include "plugins/zero_shot/view/picture_panel.h"
#include "plugins/zero_shot/view/rank_view.h"
#include "plugins/zero_shot/view/ranker.h"
#include "widgets/ranking/ranked_panel.h"

#include <QComboBox>
#include <QDir>
#include <QFileInfo>
#include <QImageReader>
#include <QJsonArray>
#include <QSlider>
#include <QTabBar>

#include <algorithm>

namespace orrery::zero_shot {

namespace {

const QString kPicture = QStringLiteral("picture");
const QString kNames = QStringLiteral("names");
const QString kAddName = QStringLiteral("addName");
const QString kRemoveName = QStringLiteral("removeName");
const QString kMeasure = QStringLiteral("measure");
const QString kTemperature = QStringLiteral("temperature");
const QString kPrompts = QStringLiteral("prompts");
const QString kView = QStringLiteral("view");
const QString kShare = QStringLiteral("share");
const QString kCosine = QStringLiteral("cosine");
const QString kOwn = QStringLiteral("own");

/// In the order of clip::Scoring.
QStringList measures()
{
    return {kShare, kCosine, QStringLiteral("each alone"), QStringLiteral("none of these")};
}

/// In the order of ClassifyPage::Part.
QStringList views()
{
    return {QStringLiteral("rank"), QStringLiteral("vary"), QStringLiteral("matrix"), QStringLiteral("failures")};
}

QStringList textsOf(const QJsonValue &value, bool *all)
{
    QStringList texts;
    *all = value.isArray();
    for (const QJsonValue &item : value.toArray()) {
        *all = *all && item.isString() && !item.toString().simplified().isEmpty();
        texts.append(item.toString().simplified());
    }
    return texts;
}

/// Not tr(): a class that is no QObject would borrow the context of another.
QString say(const char *text)
{
    return ClassifyPage::tr(text);
}

/// @return the whole path; empty when it would lead out of the folder.
QString inside(const QString &folder, const QString &path)
{
    const QString clean = QDir::cleanPath(path);
    if (QDir::isAbsolutePath(clean) || clean.startsWith(QLatin1String("..")))
        return {};
    return folder + u'/' + clean;
}

} // namespace

QStringList ClassifyPlay::actions() const
{
    return {kPicture, kNames, kAddName, kRemoveName, kMeasure, kTemperature, kPrompts, kView};
}

QString ClassifyPlay::refusal(const QString &action, const QJsonValue &value) const
{
    bool texts = false;
    if (action == kPicture) {
        const QString path = inside(m_page.host().resourceFolder(), value.toString());
        if (!value.isString() || path.isEmpty())
            return say("expected the path of a picture inside the program's resources");
        if (!QImageReader(path).canRead())
            return say("%1 is not there, or not a picture").arg(value.toString());
        return {};
    }
    if (action == kNames)
        return textsOf(value, &texts).isEmpty() || !texts ? say("expected a list of names") : QString();
    if (action == kAddName || action == kRemoveName)
        return value.toString().simplified().isEmpty() ? say("expected a name") : QString();
    if (action == kMeasure)
        return refusalUnlessOneOf(value, measures());
    if (action == kTemperature)
        return value.toDouble() > 0 || value.toString() == kOwn ? QString()
                                                                : say("expected a number above 0, or \"own\"");
    if (action == kPrompts) {
        QStringList checked;
        const QStringList prompts = textsOf(value, &texts);
        return texts ? parseTemplates(prompts.join(u'\n'), &checked) : say("expected a list of prompts");
    }
    if (action == kView)
        return refusalUnlessOneOf(value, views());
    return noSuchAction(action);
}

void ClassifyPlay::act(const QString &action, const QJsonValue &value)
{
    if (!refusal(action, value).isEmpty())
        return;
    ClassifyState &state = m_page.state();
    const QString text = value.toString().simplified();
    bool texts = false;
    if (action == kPicture) {
        openPicture(value.toString());
    } else if (action == kNames) {
        state.setLabels(textsOf(value, &texts), say("Change the names"));
    } else if (action == kAddName) {
        QStringList names = state.labels();
        if (!names.contains(text, Qt::CaseInsensitive))
            state.setLabels(names << text, say("Add “%1”").arg(text));
    } else if (action == kRemoveName) {
        QStringList names = state.labels();
        names.removeIf([&](const QString &name) { return name.compare(text, Qt::CaseInsensitive) == 0; });
        state.setLabels(names, say("Take “%1” out").arg(text));
    } else if (action == kMeasure) {
        state.setScoring(static_cast<clip::Scoring>(measures().indexOf(text)));
    } else if (action == kTemperature) {
        state.setTemperature(value.isString() ? 0 : value.toDouble());
    } else if (action == kPrompts) {
        state.setTemplates(textsOf(value, &texts), say("Change the prompts"));
    } else if (action == kView) {
        m_page.showPart(static_cast<ClassifyPage::Part>(views().indexOf(text)));
    }
}

void ClassifyPlay::openPicture(const QString &path)
{
    Item item = fileItem(inside(m_page.host().resourceFolder(), path));
    item.name = QFileInfo(path).completeBaseName();
    item.picture = QImage(item.path);
    PicturePanel &pictures = m_page.pictures();
    if (pictures.isSketching())
        pictures.setSketching(false);
    pictures.addAll({{item}, {}}, say("Open “%1”").arg(item.name));
}

bool ClassifyPlay::settled() const
{
    return !m_page.ranker().isPending();
}

QString ClassifyPlay::trouble() const
{
    if (m_page.ranker().isPending())
        return {};
    const QString error = m_page.rankView().errorText();
    if (!error.isEmpty())
        return error;
    return m_page.ranker().answer() ? QString() : say("There is nothing to rank: a picture or a name is missing.");
}

Readings ClassifyPlay::readings() const
{
    Readings readings;
    const Ranking &ranking = m_page.rankView().panel()->ranking();
    for (const RankedEntry &entry : ranking.entries) {
        QMap<QString, double> &numbers = readings[entry.label];
        if (ranking.measure != Ranking::Measure::CosineOnly)
            numbers.insert(kShare, entry.share);
        numbers.insert(kCosine, entry.cosine);
    }
    if (m_page.ranker().answer() && m_page.ranker().answer()->temperature() > 0)
        readings[QString()].insert(kTemperature, m_page.ranker().answer()->temperature());
    return readings;
}

void ClassifyPlay::showReadings(const Readings &readings)
{
    Answer answer = m_page.ranker().answer().value_or(Answer{});
    answer.question = m_page.question();
    answer.pictureError.clear();
    answer.ranking = {};
    const clip::Scoring scoring = answer.question.scoring;
    answer.ranking.measure = scoring == clip::Scoring::Cosine    ? Ranking::Measure::CosineOnly
                             : scoring == clip::Scoring::Sigmoid ? Ranking::Measure::Independent
                                                                 : Ranking::Measure::Share;
    for (auto it = readings.begin(); it != readings.end(); ++it)
        if (!it.key().isEmpty()) {
            const double cosine = it->value(kCosine);
            answer.ranking.entries.append({it.key(), it->value(kShare, cosine), cosine});
        }
    std::ranges::stable_sort(answer.ranking.entries, std::greater<>(), &RankedEntry::share);
    m_page.rankView().showAnswer(answer);
}

QString ClassifyPlay::numberText(const QString &quantity, double value) const
{
    return quantity == kShare ? shareText(value) : cosineText(value);
}

QStringList ClassifyPlay::controls() const
{
    return {kPicture, kNames, QStringLiteral("ranking"), QStringLiteral("views"), kMeasure, kTemperature, kPrompts};
}

QWidget *ClassifyPlay::control(const QString &name) const
{
    ClassifyInspector *inspector = m_page.inspector();
    if (name == kPicture)
        return &m_page.pictures();
    if (name == kNames)
        return &m_page.labels();
    if (name == QLatin1String("ranking"))
        return m_page.rankView().panel();
    if (name == QLatin1String("views"))
        return m_page.findChild<QTabBar *>(QStringLiteral("classifyTabs"));
    if (!inspector)
        return nullptr;
    if (name == kMeasure)
        return inspector->scoring();
    if (name == kTemperature)
        return inspector->temperature()->parentWidget(); // with the number under it
    return name == kPrompts ? static_cast<QWidget *>(inspector->templates()) : nullptr;
}

QJsonObject ClassifyPlay::view() const
{
    return {{QStringLiteral("part"), int(m_page.part())},
            {QStringLiteral("sketching"), m_page.pictures().isSketching()}};
}

void ClassifyPlay::setView(const QJsonObject &view)
{
    m_page.showPart(static_cast<ClassifyPage::Part>(view.value(QStringLiteral("part")).toInt()));
    const bool sketching = view.value(QStringLiteral("sketching")).toBool();
    if (sketching != m_page.pictures().isSketching())
        m_page.pictures().setSketching(sketching);
}

} // namespace orrery::zero_shot
