// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/fft_plan.h"

#include "engine/core/error.h"

#include <cmath>
#include <numbers>

namespace orrery::maps {

FftPlan::FftPlan(std::int64_t length)
{
    m_table.length = length;
    std::int64_t rest = length;
    for (const int factor : {4, 2, 3, 5})
        for (; rest % factor == 0; rest /= factor)
            m_table.factor[m_table.factors++] = factor;
    if (rest != 1)
        throw Exception(ErrorCode::Internal, "A transform of length " + std::to_string(length) + " was asked for");
    for (std::int64_t k = 0; k < length; ++k) {
        const double angle = -2 * std::numbers::pi * double(k) / double(length);
        m_cosine.push_back(float(std::cos(angle)));
        m_sine.push_back(float(std::sin(angle)));
    }
}

FftTable FftPlan::table() const
{
    FftTable table = m_table;
    table.cosine = m_cosine.data();
    table.sine = m_sine.data();
    return table;
}

std::int64_t FftPlan::goodLength(std::int64_t atLeast)
{
    constexpr double kStep = 1.06;
    std::int64_t last = 0;
    for (std::int64_t length = 32;; length += 4) {
        std::int64_t rest = length;
        for (const int factor : {2, 3, 5})
            while (rest % factor == 0)
                rest /= factor;
        if (rest != 1 || double(length) < kStep * double(last))
            continue;
        last = length;
        if (length >= atLeast)
            return length;
    }
}

} // namespace orrery::maps
