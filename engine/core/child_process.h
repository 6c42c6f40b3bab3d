// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stop_token>
#include <string>
#include <vector>

namespace orrery {

/// Runs a program and returns what it writes to standard output; its standard error goes to ours.
///
/// @param command  program and arguments; the program is a path
/// @throws Exception{Unsupported} when the program is not there, {Internal} when it ends with another status than 0,
///         {Cancelled} when `stop` was requested: the program is then ended.
/// Thread: any but the engine's; it blocks.
std::string outputOf(const std::vector<std::string> &command, std::stop_token stop);

} // namespace orrery
