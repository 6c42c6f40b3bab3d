// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/plugin_host.h"

namespace orrery {

/// How showBeside() spells it to PluginHost::showPage(), which plugins that were built before share.
inline constexpr QLatin1String kBeside("beside:");

/// Shows a page beside the one on screen; where both are on screen already, nothing changes. The keyboard stays where
/// it is. Thread: interface.
inline void showBeside(PluginHost &host, const QString &pageId)
{
    host.showPage(kBeside + pageId);
}

} // namespace orrery
