// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/maps/fft_table.h"

#include <cstdint>
#include <vector>

namespace orrery::maps {

/// Owns a table. Source of the transform: Stockham's autosort form, Van Loan 1992, section 1.7.
class FftPlan
{
public:
    FftPlan() = default;
    explicit FftPlan(std::int64_t length);
    FftTable table() const;
    std::int64_t length() const { return m_table.length; }

    /// The smallest length of a list in steps of some six percent that is at least this; all are multiples of four.
    static std::int64_t goodLength(std::int64_t atLeast);

private:
    FftTable m_table;
    std::vector<float> m_cosine, m_sine;
};

} // namespace orrery::maps
