// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/plugin_host.h"

#include <QCoreApplication>
#include <QThreadPool>

#include <memory>

namespace orrery::embedding_map {

/// Plain arithmetic over all points, off the interface thread: `done` gets what `work` returns there, unless the owner
/// is gone. No engine, no widget in `work`.
template <class Work, class Done>
void inBackground(QObject *owner, Work work, Done done)
{
    QThreadPool::globalInstance()->start(
        [guard = QPointer<QObject>(owner), work = std::move(work), done = std::move(done)]() mutable {
            auto result = std::make_shared<decltype(work())>(work());
            QMetaObject::invokeMethod(
                qApp,
                [guard, result, done = std::move(done)]() mutable {
                    if (guard)
                        callFor(guard, [&] { done(std::move(*result)); });
                },
                Qt::QueuedConnection);
        });
}

} // namespace orrery::embedding_map
