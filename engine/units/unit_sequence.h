// SPDX-License-Identifier: Apache-2.0
/// Sequences of units as they are compared, by training, by evaluation and by views. Source: Levenshtein 1966 for the
/// distance. Thread: any.
#pragma once

#include <cstddef>
#include <vector>

namespace orrery::speech {

/// Every run of one unit becomes a single one.
std::vector<int> withoutRepeats(const std::vector<int> &units);

/// Insertions, deletions and substitutions that turn one sequence into the other.
std::size_t editDistance(const std::vector<int> &a, const std::vector<int> &b);

/// The same divided by the longer one's length. @return  in [0, 1]; 0 when both are empty
double relativeDistance(const std::vector<int> &a, const std::vector<int> &b);

} // namespace orrery::speech
