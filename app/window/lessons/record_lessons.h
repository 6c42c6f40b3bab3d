// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace orrery {

class Host;
class MainWindow;

/// `orrery --record-lessons FOLDER`: plays every lesson of a folder on this machine and writes what it computes beside
/// each, as results.json; then quits, with status 1 when a lesson is bad or says something that is not so.
void recordLessons(Host &host, MainWindow &window, const QString &folder);

} // namespace orrery
