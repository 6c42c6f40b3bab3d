// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>

namespace orrery {

class Host;
class MainWindow;

/// Milliseconds since the kernel started this process.
double msSinceProcessStart();

/// `--report-startup`: prints when the window was on screen, when the engine was up and when the first ranking showed.
/// {"first_paint_ms", "engine_ready_ms", "first_ranking_ms"}; a value that never came is null, and the exit status 1.
void reportStartup(Host &host, MainWindow &window);

/// `--report-stalls`: types in the label box while a background job keeps the engine busy, and prints how long events
/// waited for the interface thread.
void reportStalls(Host &host, MainWindow &window, int seconds);

} // namespace orrery
