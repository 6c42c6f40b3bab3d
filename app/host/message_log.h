// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>

namespace orrery {

/// The last messages of the program and its plugins (qDebug, qWarning, …), for the details of an error. They still go
/// to standard error. Thread: any.
class MessageLog
{
public:
    static void install();
    /// @return at most so many lines, the newest last; empty before install().
    static QStringList last(int lines);
};

} // namespace orrery
