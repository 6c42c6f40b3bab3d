// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/maps/kernels.h"
#include "engine/maps/neighbour_union.h"
#include "engine/runtime/charged_vector.h"

#include <cstdint>
#include <vector>

namespace orrery::maps {

/// Connections in the order in which the optimiser of a UMAP map reads them (kernels.h: MapSlices). Points are dealt
/// out to blocks by a hash of their row, so that most neighbours of a point lie in other blocks; within a block those
/// with as many connections stand together, so that the lanes of a slice end together. Of many points
/// near rows stay together, too. A pure function of the rows. In steps. Thread: engine.
class UmapSlices
{
public:
    /// @param rows  must live until this is done. @param blocks  1: points stay in order and rows lead to other points
    UmapSlices(const SymmetricRows &rows, std::int64_t blocks);

    bool done() const { return m_phase == Phase::Done; }
    void step();

    MapSlices slices() const { return {m_start.data(), m_first.data(), m_index.data(), m_rate.data()}; }
    std::int64_t blocks() const { return std::int64_t(m_blockSlice.size()) - 1; }
    std::int64_t firstSlice(std::int64_t block) const { return m_blockSlice[std::size_t(block)]; }
    std::int64_t firstPlace(std::int64_t block) const { return m_blockPlace[std::size_t(block)]; }
    const std::vector<std::int32_t> &order() const { return m_order; } ///< [N] the row at each place

private:
    enum class Phase
    {
        Weigh,
        Sort,
        Lengths,
        Fill,
        Done,
    };
    void weighRow(std::int64_t i);
    void deal();
    void sortBlock(std::int64_t block);
    void cut();
    void measureSlice(std::int64_t slice);
    void fillSlice(std::int64_t slice);
    std::int64_t items() const; ///< of the phase

    const SymmetricRows &m_rows;
    Phase m_phase = Phase::Weigh;
    std::int64_t m_next = 0;
    std::vector<float> m_weight, m_largest;               ///< [N] sum and maximum of a row
    std::vector<std::int32_t> m_length;                   ///< [N] connections of a row
    std::vector<std::int32_t> m_order, m_place;           ///< [N] and its inverse
    std::vector<std::int64_t> m_blockPlace, m_blockSlice; ///< [blocks + 1]
    std::vector<std::int64_t> m_start, m_first;
    ChargedVector<std::int32_t> m_index;
    ChargedVector<float> m_rate;
    float m_surest = 1;
};

} // namespace orrery::maps
