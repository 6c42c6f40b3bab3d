// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/files/json_file.h"

#include <cstdint>
#include <string>
#include <vector>

namespace orrery::diffusion {

/// @throws Exception{Unsupported} naming file and field, when the field is there and holds anything but this.
void requireText(const JsonObject &json, const char *field, const char *only);
void requireNumber(const JsonObject &json, const char *field, double only);
/// The field may be absent, null, or false (for lists: all false).
void requireFalse(const JsonObject &json, const char *field);
void requireAbsent(const JsonObject &json, const char *field);

/// A number for every one of `count` stages, or one for all.
std::vector<std::int64_t> eachOf(const JsonObject &json, const char *field, std::int64_t fallback, std::size_t count,
                                 std::int64_t smallest, std::int64_t largest);

} // namespace orrery::diffusion
