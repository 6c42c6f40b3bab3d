// SPDX-License-Identifier: Apache-2.0
#include "engine/units/unit_sequence.h"

#include <algorithm>
#include <numeric>

namespace orrery::speech {

std::vector<int> withoutRepeats(const std::vector<int> &units)
{
    std::vector<int> single = units;
    single.erase(std::unique(single.begin(), single.end()), single.end());
    return single;
}

std::size_t editDistance(const std::vector<int> &a, const std::vector<int> &b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t(0));
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0]; // of the row above
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t above = row[j + 1];
            row[j + 1] = std::min({above + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0 : 1)});
            diagonal = above;
        }
    }
    return row.back();
}

double relativeDistance(const std::vector<int> &a, const std::vector<int> &b)
{
    const std::size_t longer = std::max(a.size(), b.size());
    return longer == 0 ? 0 : double(editDistance(a, b)) / double(longer);
}

} // namespace orrery::speech
