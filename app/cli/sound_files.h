// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/arguments.h"
#include "engine/api/sound.h"

#include <string>
#include <vector>

namespace orrery::cli {

/// The sounds that the command line names: files as they are, folders as the sound files in them, by name.
/// @param deep  files in the folders of a folder, too
/// @throws Exception{BadInput} for a folder without sound, or one that cannot be read.
std::vector<SoundSource> soundSources(const std::vector<std::string> &filesAndFolders, bool deep = false);

/// "NAME: the file is damaged and ends early; this is what could be read"
std::string endsEarlyText(const std::string &name);

} // namespace orrery::cli
