// SPDX-License-Identifier: Apache-2.0
// Apart from the rest: its definitions change with every header of the engine (packaging/cmake/OrreryInterface.cmake).
#include "app/host/plugin_manager.h"
#include "orrery/plugin.h"

namespace orrery {

PluginAbi PluginAbi::ours()
{
    return {.sdk = kSdkVersion,
            .interface = QStringLiteral(ORRERY_INTERFACE_ID),
            .engine = QStringLiteral(ORRERY_ENGINE_ID),
            .qt = QString::fromLatin1(qVersion()),
            .torch = QStringLiteral(ORRERY_TORCH_VERSION)};
}

} // namespace orrery
