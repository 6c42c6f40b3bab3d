// SPDX-License-Identifier: Apache-2.0
/// For those who write JSON: the library's type with fields in the order they were set.
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace orrery {

using Json = nlohmann::ordered_json;

/// Text of a value; bytes that are not UTF-8 become U+FFFD rather than an exception.
/// @param indent  spaces per level; negative: one line.
std::string toText(const Json &value, int indent = 2);

/// Writes beside the file and renames, so that no reader ever sees half of it.
/// @throws Exception{ModelFile} naming the file.
void writeJsonFile(const std::string &path, const Json &value);

} // namespace orrery
