// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/window/lessons/lesson.h"

#include <vector>

namespace orrery {

class Host;

/// A folder of lessons, good and bad.
struct LessonEntry
{
    QString folder;
    Result<Lesson> lesson;
};

/// Lessons of a folder, one a subfolder that holds a lesson.json, by name. A bad one stands there with its error.
std::vector<LessonEntry> readLessons(const QString &folder);

/// What a lesson needs that is not on this computer, in a few words: "needs the model picture-clip". Empty: it can be
/// played here and now, without a network. Looks at what is installed only; Check this room really plays.
QString missingFor(const Lesson &lesson, Host &host);

} // namespace orrery
