// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/playable.h"

#include <QList>
#include <QPair>
#include <QString>

#include <optional>

namespace orrery {

/// What a page showed in the course of a lesson.
struct LessonScene
{
    Readings now;
    Readings before;                         ///< before the actions of this step
    QList<QPair<QString, Readings>> earlier; ///< by step, this one included
};

/// Something measured, as lessons write it in braces: {share of fox}, {cosine of fox before}, {share of fox at
/// add-wolf}, {best by share}, {highest share}, {sum of share}, {temperature}.
struct LessonTerm
{
    enum class Kind
    {
        Number,  ///< written out: 1, 0.5
        Word,    ///< written out, in a claim: fox
        Of,      ///< `quantity` of `subject`
        Best,    ///< the subject with the largest `quantity`
        Highest, ///< the largest `quantity`
        Sum,     ///< of `quantity` over all subjects
    };
    Kind kind = Kind::Of;
    QString quantity;
    QString subject;
    bool before = false;
    QString step;      ///< not empty: as it was at the end of that step
    double number = 0; ///< (Number)
    QString source;    ///< as written
};

/// A number or a word; nothing when the page shows none of that name.
struct LessonValue
{
    std::optional<double> number;
    std::optional<QString> word;

    bool isNull() const { return !number && !word; }
};

/// "share of fox < share of fox before": what a step's words assert. Two numbers count as equal when no reader could
/// tell them apart (kVisible), and as less or greater only when every reader can.
struct LessonClaim
{
    LessonTerm left;
    QString relation; ///< < > = !=
    LessonTerm right;
    QString source;
};
inline constexpr double kVisible = 0.0005; ///< half of the last digit on the screen

/// @return nothing when it is no term.
std::optional<LessonTerm> parseTerm(const QString &text);
/// Also takes numbers, and words without a meaning of their own.
std::optional<LessonTerm> parseClaimTerm(const QString &text);
std::optional<LessonClaim> parseClaim(const QString &text);

LessonValue evaluate(const LessonTerm &term, const LessonScene &scene);
bool holds(const LessonClaim &claim, const LessonScene &scene);

/// The first thing in braces that is no term; empty when all are.
QString badTerm(const QString &text);
/// All terms of a text.
QList<LessonTerm> termsOf(const QString &text);
/// Puts the values in; what the page does not show is "…". @param bold  values stand out (rich text; the rest is
/// escaped).
QString fillTerms(const QString &text, const LessonScene &scene, const Playable &page, bool bold);

} // namespace orrery
