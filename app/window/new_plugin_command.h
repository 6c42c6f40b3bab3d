// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>

namespace orrery {

/// `orrery --new-plugin NAME [FOLDER]`, without a display. @param words  what follows the option.
/// @return the exit status: 0 made, 1 failed, 2 wrong usage.
int newPluginCommand(const QStringList &words);

} // namespace orrery
