// SPDX-License-Identifier: Apache-2.0
#include "app/window/lessons/lesson_terms.h"

#include <QRegularExpression>

#include <cmath>

namespace orrery {

namespace {

const QRegularExpression &braces()
{
    static const QRegularExpression expression(QStringLiteral("\\{([^{}]*)\\}"));
    return expression;
}

bool takePrefix(QString *text, const char *prefix)
{
    if (!text->startsWith(QLatin1String(prefix)))
        return false;
    *text = text->mid(qsizetype(qstrlen(prefix))).trimmed();
    return true;
}

const Readings &readingsFor(const LessonTerm &term, const LessonScene &scene)
{
    static const Readings kNone;
    if (term.step.isEmpty())
        return term.before ? scene.before : scene.now;
    for (const auto &[step, readings] : scene.earlier)
        if (step == term.step)
            return readings;
    return kNone;
}

} // namespace

std::optional<LessonTerm> parseTerm(const QString &source)
{
    LessonTerm term;
    term.source = source;
    QString text = source.simplified();
    if (text.endsWith(QLatin1String(" before"))) {
        term.before = true;
        text.chop(7);
    } else if (const qsizetype at = text.lastIndexOf(QLatin1String(" at ")); at > 0) {
        term.step = text.mid(at + 4);
        text.truncate(at);
    }
    if (takePrefix(&text, "best by ")) {
        term.kind = LessonTerm::Kind::Best;
        term.quantity = text;
    } else if (takePrefix(&text, "highest ")) {
        term.kind = LessonTerm::Kind::Highest;
        term.quantity = text;
    } else if (takePrefix(&text, "sum of ")) {
        term.kind = LessonTerm::Kind::Sum;
        term.quantity = text;
    } else {
        const qsizetype of = text.indexOf(QLatin1String(" of "));
        term.quantity = of < 0 ? text : text.left(of);
        term.subject = of < 0 ? QString() : text.mid(of + 4);
    }
    static const QRegularExpression word(QStringLiteral("^[a-zA-Z][a-zA-Z_-]*$"));
    if (!word.match(term.quantity).hasMatch())
        return {};
    return term;
}

std::optional<LessonTerm> parseClaimTerm(const QString &source)
{
    const QString text = source.simplified();
    if (text.isEmpty())
        return {};
    LessonTerm term;
    term.source = text;
    bool isNumber = false;
    term.number = text.toDouble(&isNumber);
    if (isNumber) {
        term.kind = LessonTerm::Kind::Number;
        return term;
    }
    const bool measured = text.contains(QLatin1String(" of ")) || text.startsWith(QLatin1String("best by ")) ||
                          text.startsWith(QLatin1String("highest ")) || text.endsWith(QLatin1String(" before")) ||
                          text == QLatin1String("temperature") || text.contains(QLatin1String(" at "));
    if (measured)
        return parseTerm(text);
    term.kind = LessonTerm::Kind::Word;
    term.subject = text;
    return term;
}

std::optional<LessonClaim> parseClaim(const QString &source)
{
    static const QRegularExpression relation(QStringLiteral("^(.+?)\\s(<|>|=|!=)\\s(.+)$"));
    const QRegularExpressionMatch match = relation.match(source);
    if (!match.hasMatch())
        return {};
    const auto left = parseClaimTerm(match.captured(1));
    const auto right = parseClaimTerm(match.captured(3));
    if (!left || !right)
        return {};
    return LessonClaim{*left, match.captured(2), *right, source.simplified()};
}

LessonValue evaluate(const LessonTerm &term, const LessonScene &scene)
{
    LessonValue value;
    if (term.kind == LessonTerm::Kind::Number) {
        value.number = term.number;
        return value;
    }
    if (term.kind == LessonTerm::Kind::Word) {
        value.word = term.subject;
        return value;
    }
    const Readings &readings = readingsFor(term, scene);
    if (term.kind == LessonTerm::Kind::Of) {
        const auto subject = readings.find(term.subject);
        if (subject != readings.end() && subject->contains(term.quantity))
            value.number = subject->value(term.quantity);
        return value;
    }
    for (auto it = readings.begin(); it != readings.end(); ++it) {
        if (it.key().isEmpty() || !it->contains(term.quantity))
            continue;
        const double number = it->value(term.quantity);
        if (term.kind == LessonTerm::Kind::Sum) {
            value.number = value.number.value_or(0) + number;
        } else if (!value.number || number > *value.number) {
            value.number = number;
            value.word = it.key();
        }
    }
    // A hundred shares in the machine's own precision add up to 0.99999998.
    if (term.kind == LessonTerm::Kind::Sum && value.number)
        value.number = std::round(*value.number * 1e5) / 1e5;
    if (term.kind == LessonTerm::Kind::Best)
        value.number.reset();
    else
        value.word.reset();
    return value;
}

bool holds(const LessonClaim &claim, const LessonScene &scene)
{
    const LessonValue left = evaluate(claim.left, scene);
    const LessonValue right = evaluate(claim.right, scene);
    if (left.word && right.word)
        return (claim.relation == QLatin1String("=") && *left.word == *right.word) ||
               (claim.relation == QLatin1String("!=") && *left.word != *right.word);
    if (!left.number || !right.number)
        return false;
    const double difference = *left.number - *right.number;
    if (claim.relation == QLatin1String("<"))
        return difference < -kVisible;
    if (claim.relation == QLatin1String(">"))
        return difference > kVisible;
    const bool same = std::fabs(difference) <= kVisible;
    return claim.relation == QLatin1String("=") ? same : !same;
}

QString badTerm(const QString &text)
{
    for (auto it = braces().globalMatch(text); it.hasNext();) {
        const QString inside = it.next().captured(1);
        if (!parseTerm(inside))
            return QStringLiteral("{%1}").arg(inside);
    }
    return {};
}

QList<LessonTerm> termsOf(const QString &text)
{
    QList<LessonTerm> terms;
    for (auto it = braces().globalMatch(text); it.hasNext();)
        if (const auto term = parseTerm(it.next().captured(1)))
            terms.append(*term);
    return terms;
}

QString fillTerms(const QString &text, const LessonScene &scene, const Playable &page, bool bold)
{
    const auto plain = [bold](const QString &part) { return bold ? part.toHtmlEscaped() : part; };
    QString filled;
    qsizetype at = 0;
    for (auto it = braces().globalMatch(text); it.hasNext();) {
        const QRegularExpressionMatch match = it.next();
        filled += plain(text.mid(at, match.capturedStart() - at));
        at = match.capturedEnd();
        const auto term = parseTerm(match.captured(1));
        const LessonValue value = term ? evaluate(*term, scene) : LessonValue{};
        QString written = QStringLiteral("…");
        if (value.word)
            written = *value.word;
        else if (value.number)
            written = page.numberText(term->quantity, *value.number);
        filled += bold
                      ? QStringLiteral("<b>%1</b>").arg(written.toHtmlEscaped().replace(u' ', QStringLiteral("&nbsp;")))
                      : written;
    }
    return filled + plain(text.mid(at));
}

} // namespace orrery
