// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QElapsedTimer>
#include <QString>

namespace orrery {

/// "12 s left", "about 2 min left": in the same words everywhere. Empty while nobody can know.
/// @param fraction  done, in [0, 1]    @param elapsedMs  that it took
QString timeLeft(double fraction, double elapsedMs);

/// How long a piece of work will still take, by its pace since it was first heard of: what it did before (work that is
/// resumed, or that waited its turn) says nothing about the rest. Thread: interface.
class TimeLeft
{
public:
    /// Another piece of work comes.
    void restart() { m_begun = -1; }
    /// Also restarts where the fraction falls, as it does when the next part of the work counts anew.
    /// @param fraction  in [0, 1]; negative while it cannot be known
    QString of(double fraction);

private:
    QElapsedTimer m_clock;
    double m_begun = -1, m_last = -1;
};

} // namespace orrery
