// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <vector>

namespace orrery {

/// Where an exception of the interface thread was thrown. A slot of one page may run in an event of another one, as
/// when the selection changes: the event says who caused it, only the stack says who threw.
struct ThrowFrame
{
    QString library;  ///< file it was loaded from
    QString function; ///< where the library tells; else the place in it, which addr2line understands
};

/// From now on throws of the calling thread are remembered, a few of them.
void rememberThrows();
/// Of the exception that is being handled, innermost first; empty: not remembered. Call it in a catch block.
std::vector<ThrowFrame> currentThrow();

} // namespace orrery
