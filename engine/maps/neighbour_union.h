// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/maps/kernels.h"
#include "engine/runtime/charged_vector.h"

#include <cstdint>
#include <vector>

namespace orrery::maps {

/// A symmetric sparse matrix as rows (kernels.h: AffinityRows), columns ascending in each: how near points are.
struct SymmetricRows
{
    std::int64_t count = 0;
    std::vector<std::int64_t> first; ///< [N + 1]
    ChargedVector<std::int32_t> index;
    ChargedVector<float> value;

    AffinityRows rows() const { return {first.data(), index.data(), value.data()}; }
};

/// Makes a matrix symmetric whose rows hold a point's neighbours: the entries (i, j) and (j, i), zero where one is not
/// the neighbour of the other, become one. In steps that stay short however many points there are. Thread: engine.
class NeighbourUnion
{
public:
    enum class Combine
    {
        Mean, ///< (a + b) / 2N. Source: van der Maaten and Hinton 2008, section 3.1
        Fuzzy ///< a + b − ab. Source: McInnes, Healy, Melville 2018, section 3.1
    };

    /// @param index, value  [N, k]: neighbours of each point, not itself, and how near they are
    NeighbourUnion(std::int64_t count, std::int64_t k, ChargedVector<std::int32_t> index, ChargedVector<float> value,
                   Combine combine);

    bool done() const { return m_phase == Phase::Done; }
    void step();
    double fraction() const;
    SymmetricRows take() { return std::move(m_result); }

private:
    enum class Phase
    {
        Count,   ///< how many have each point as their neighbour
        Turn,    ///< who they are
        Lengths, ///< of the rows of the result
        Rows,
        Done,
    };
    void turn(std::int64_t i);
    void measureRow(std::int64_t i);
    void fillRow(std::int64_t i);
    void enter(Phase phase);

    std::int64_t m_k = 0;
    ChargedVector<std::int32_t> m_index;
    ChargedVector<float> m_value;
    Combine m_combine;
    Phase m_phase = Phase::Count;
    std::int64_t m_next = 0;
    std::vector<std::int64_t> m_turnedFirst; ///< [N + 1]: who has i as a neighbour
    std::vector<std::int64_t> m_turnedNext;  ///< [N]: where the next of them goes
    ChargedVector<std::int32_t> m_turned;
    ChargedVector<float> m_turnedValue;
    SymmetricRows m_result;
};

} // namespace orrery::maps
