// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/window/lessons/lesson_terms.h"
#include "engine/core/result.h"
#include "orrery/playable.h"

#include <QJsonValue>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace orrery {

/// How far a number may lie from the stored one, by what is measured: {"share": 0.02, "cosine": 0.01}. What is not
/// named is not compared.
using Tolerance = QMap<QString, double>;

/// Something prepared that a step does to the page (orrery/playable.h).
struct LessonAction
{
    QString name;
    QJsonValue value;
};

/// Predict, then reveal.
struct LessonQuestion
{
    QString text;
    QStringList choices; ///< two to four
    int answer = 0;      ///< which of them is right
    QString reveal;      ///< what is said when the answer is on the screen
};

struct LessonStep
{
    QString id; ///< unique in the lesson; `at ID` and the stored results name it
    QString title;
    QString text;
    QString highlight; ///< a control of the page; may be empty
    QList<LessonAction> actions;
    std::optional<LessonQuestion> question; ///< the actions wait until it is revealed
    QList<LessonClaim> claims;              ///< what the words assert, for the check of the room
    Tolerance tolerance;                    ///< the lesson's, with the step's own on top
    Readings stored;                        ///< empty: nothing was recorded for this step
};

/// A lesson: steps of text, prepared actions and questions on the page of a plugin. Its file format is documented in
/// resources/lessons/README.md.
struct Lesson
{
    QString folder; ///< absolute
    QString id;     ///< the folder's name
    QString title;
    int minutes = 0;
    QString summary;
    QString page;  ///< id of the plugin that it plays on
    QString model; ///< id of a model that has to be there; empty: none
    QList<LessonStep> steps;

    bool hasResults() const;
};

inline constexpr const char *kLessonFile = "lesson.json";
inline constexpr const char *kResultsFile = "results.json";

/// Reads lesson.json of a folder, and results.json where there is one.
/// @return an error in one sentence: file, step, field, what was expected.
Result<Lesson> readLesson(const QString &folder);

/// Stores what this machine computed, by step. @return a sentence when it cannot be written; empty: done.
QString writeResults(const Lesson &lesson, const QMap<QString, Readings> &byStep);

/// What differs beyond the tolerance, a line each: "share of fox: 61 % here, 73 % stored". `text` writes numbers.
QStringList differences(const Readings &stored, const Readings &measured, const Tolerance &tolerance,
                        const Playable &text);

} // namespace orrery
