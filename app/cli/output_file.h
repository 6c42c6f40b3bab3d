// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace orrery::cli {

/// Asked before the work: who hears only after hours that there is no such folder has lost them.
/// @param option  that names the file, without the dashes
/// @throws UsageError when the name is empty, Exception{BadInput} when no file can be written there.
void requireWritable(const std::string &option, const std::string &path);

} // namespace orrery::cli
