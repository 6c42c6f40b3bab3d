// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace orrery::test {

/// Between two vectors of numbers, element by element. Infinite where a number is NaN or the lengths differ.
template <class A, class B>
double largestDifference(const A &a, const B &b)
{
    if (a.size() != b.size())
        return INFINITY;
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        largest = std::max(largest, std::isnan(double(a[i])) ? INFINITY : std::abs(double(a[i]) - double(b[i])));
    return largest;
}

} // namespace orrery::test
