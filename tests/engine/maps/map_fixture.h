// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/files/npz.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace orrery::test {

/// An array that tests/reference/make_map_fixtures.py computed.
inline NpyMatrix mapFixture(const std::string &file, const std::string &array)
{
    return readNpz(ORRERY_SOURCE_DIR "/tests/data/maps/" + file + ".npz", array);
}

template <class A, class B>
double furthestApart(const A &a, const B &b)
{
    if (a.size() != b.size())
        return INFINITY;
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        largest = std::max(largest, std::isnan(double(a[i])) ? INFINITY : std::abs(double(a[i]) - double(b[i])));
    return largest;
}

} // namespace orrery::test
