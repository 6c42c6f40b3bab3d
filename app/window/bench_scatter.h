// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace orrery {

/// `--bench scatter [--points N]`: moves a map of so many points and prints how long its frames took, how long it needed
/// at rest until every point was drawn, and by what, as JSON. 1280×800, medians.
void benchScatter(std::int64_t points);

} // namespace orrery
