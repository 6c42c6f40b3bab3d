// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

/// RFC 4648, section 4, with padding.
std::string toBase64(std::span<const std::uint8_t> bytes);
/// @return nothing when the text is no base64.
std::optional<std::vector<std::uint8_t>> fromBase64(std::string_view text);

} // namespace orrery
