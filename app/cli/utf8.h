// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace orrery::cli {

/// Well-formed UTF-8. Source: The Unicode Standard 15.0, table 3-7.
bool isUtf8(std::string_view text);

} // namespace orrery::cli
