// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/result.h"

#include <QString>

namespace orrery {

/// What a new plugin is called, derived from the name its author typed: "Edge finder".
struct PluginNames
{
    QString name;      ///< "Edge finder"
    QString word;      ///< in the rail: "Edge"
    QString id;        ///< "own.edge_finder"
    QString target;    ///< files, library, CMake: "edge_finder"
    QString className; ///< "EdgeFinderPage"
};

/// @return the names, or one sentence that says why this cannot be one.
Result<PluginNames> pluginNames(const QString &name);

/// ~/Orrery/plugins/edge_finder. Also for names that cannot be used: the folder of all of them then.
QString defaultPluginFolder(const QString &name);

/// Folder of OrreryConfig.cmake beside this program, built or installed; empty: this installation lacks the SDK.
QString sdkFolder();

/// Writes a small plugin whose page follows the selection. All of it appears at once; a folder that holds anything is
/// refused, and left as it is.
/// @return the folder, absolute.
Result<QString> createPlugin(const QString &name, const QString &folder);

} // namespace orrery
