// SPDX-License-Identifier: Apache-2.0
#include "app/window/lessons/record_lessons.h"

#include "app/host/host.h"
#include "app/window/lessons/room_check.h"
#include "app/window/main_window.h"

#include <QApplication>

#include <cstdio>

namespace orrery {

void recordLessons(Host &host, MainWindow &window, const QString &folder)
{
    auto *room = new RoomCheck(
        host, [&window](const QString &plugin) { return window.ensurePage(plugin); }, &window);
    QObject::connect(room, &RoomCheck::finished, room, [room] {
        bool passed = true;
        for (const RoomLine &line : room->lines()) {
            if (line.title.startsWith(RoomCheck::tr("Screen %1").arg(QString())))
                continue; // of no matter here
            const bool failed = line.state == RoomLine::State::Failed;
            passed = passed && !failed;
            std::fprintf(failed ? stderr : stdout, "%s: %s\n", qPrintable(line.title), qPrintable(line.text));
            if (!line.details.isEmpty())
                std::fprintf(failed ? stderr : stdout, "%s\n", qPrintable(line.details));
        }
        std::fflush(stdout);
        QApplication::exit(passed ? 0 : 1);
    });
    room->start(readLessons(folder), true);
}

} // namespace orrery
