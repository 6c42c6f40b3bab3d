// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/umap_slices.h"

#include "engine/maps/chunks.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace orrery::maps {

namespace {

constexpr std::int64_t kRowsAChunk = 2048, kSlicesAChunk = 32;
constexpr std::int32_t kRowsAGroup = 32768; // their places fit into a cache

/// Which block a row belongs to: murmur3's finisher, for no more than a fair share in each.
std::uint32_t scrambled(std::uint32_t x)
{
    x = (x ^ (x >> 16)) * 0x85ebca6bU;
    x = (x ^ (x >> 13)) * 0xc2b2ae35U;
    return x ^ (x >> 16);
}

} // namespace

UmapSlices::UmapSlices(const SymmetricRows &rows, std::int64_t blocks)
    : m_rows(rows), m_weight(std::size_t(rows.count)), m_largest(std::size_t(rows.count)),
      m_length(std::size_t(rows.count)), m_order(std::size_t(rows.count)), m_place(std::size_t(rows.count)),
      m_blockPlace(std::size_t(blocks + 1)), m_blockSlice(std::size_t(blocks + 1))
{}

std::int64_t UmapSlices::items() const
{
    return m_phase == Phase::Weigh ? m_rows.count : m_phase == Phase::Sort ? blocks() : std::int64_t(m_start.size());
}

void UmapSlices::step()
{
    if (done())
        return;
    const std::int64_t first = m_next, atOnce = m_phase == Phase::Weigh  ? kRowsAChunk
                                                : m_phase == Phase::Sort ? 1
                                                                         : kSlicesAChunk;
    const std::int64_t chunks = m_phase == Phase::Weigh ? 64 : m_phase == Phase::Sort ? 2 : 16;
    m_next = std::min(items(), first + chunks * atOnce);
    if (m_phase == Phase::Fill) { // memory is cleared in steps, too
        m_index.resize(std::size_t(m_first[std::size_t(m_next)] * kSlice));
        m_rate.resize(m_index.size());
    }
    const auto work = m_phase == Phase::Weigh     ? &UmapSlices::weighRow
                      : m_phase == Phase::Sort    ? &UmapSlices::sortBlock
                      : m_phase == Phase::Lengths ? &UmapSlices::measureSlice
                                                  : &UmapSlices::fillSlice;
    forChunks((m_next - first + atOnce - 1) / atOnce, [&](std::int64_t chunk) {
        const std::int64_t from = first + chunk * atOnce;
        for (std::int64_t i = from; i < std::min(m_next, from + atOnce); ++i)
            (this->*work)(i);
    });
    if (m_next < items())
        return;
    m_next = 0;
    if (m_phase == Phase::Weigh)
        deal();
    else if (m_phase == Phase::Sort)
        cut();
    else if (m_phase == Phase::Lengths)
        for (std::size_t s = 0; s < m_start.size(); ++s)
            m_first[s + 1] += m_first[s];
    m_phase = Phase(int(m_phase) + 1);
    if (m_phase == Phase::Fill) {
        m_index.reserve(std::size_t(m_first.back() * kSlice));
        m_rate.reserve(std::size_t(m_first.back() * kSlice));
    }
}

void UmapSlices::weighRow(std::int64_t i)
{
    double sum = 0;
    float largest = 0;
    std::int32_t length = 0;
    for (auto e = std::size_t(m_rows.first[std::size_t(i)]); e < std::size_t(m_rows.first[std::size_t(i) + 1]); ++e) {
        sum += double(m_rows.value[e]);
        largest = std::max(largest, m_rows.value[e]);
        length += m_rows.value[e] > 0 ? 1 : 0;
    }
    m_weight[std::size_t(i)] = float(sum);
    m_largest[std::size_t(i)] = largest;
    m_length[std::size_t(i)] = length;
}

void UmapSlices::deal()
{
    m_surest = *std::max_element(m_largest.begin(), m_largest.end());
    const auto n = std::size_t(m_rows.count);
    const auto count = std::uint32_t(blocks());
    for (std::size_t i = 0; i < n; ++i)
        ++m_blockPlace[scrambled(std::uint32_t(i)) % count + 1];
    std::partial_sum(m_blockPlace.begin(), m_blockPlace.end(), m_blockPlace.begin());
    std::vector<std::int64_t> next(m_blockPlace.begin(), m_blockPlace.end() - 1);
    for (std::size_t i = 0; i < n; ++i)
        m_order[std::size_t(next[scrambled(std::uint32_t(i)) % count]++)] = std::int32_t(i);
}

void UmapSlices::sortBlock(std::int64_t block)
{
    const std::int64_t first = firstPlace(block), last = firstPlace(block + 1);
    if (blocks() > 1)
        std::sort(m_order.begin() + first, m_order.begin() + last, [this](std::int32_t a, std::int32_t b) {
            const float x = m_weight[std::size_t(a)], y = m_weight[std::size_t(b)];
            return a / kRowsAGroup != b / kRowsAGroup ? a < b : x != y ? x > y : a < b;
        });
    for (std::int64_t place = first; place < last; ++place)
        m_place[std::size_t(m_order[std::size_t(place)])] = std::int32_t(place);
}

void UmapSlices::cut()
{
    for (std::int64_t block = 0; block < blocks(); ++block) {
        m_blockSlice[std::size_t(block)] = std::int64_t(m_start.size());
        for (std::int64_t place = firstPlace(block); place < firstPlace(block + 1); place += kSlice)
            m_start.push_back(place);
    }
    m_blockSlice.back() = std::int64_t(m_start.size());
    m_first.assign(m_start.size() + 1, 0);
}

void UmapSlices::measureSlice(std::int64_t slice)
{
    const auto next = std::size_t(slice) + 1;
    const std::int64_t last = next < m_start.size() ? m_start[next] : m_rows.count;
    for (std::int64_t place = m_start[std::size_t(slice)]; place < last; ++place)
        m_first[next] = std::max(m_first[next], std::int64_t(m_length[std::size_t(m_order[std::size_t(place)])]));
}

void UmapSlices::fillSlice(std::int64_t slice)
{
    const auto next = std::size_t(slice) + 1;
    const std::int64_t first = m_start[std::size_t(slice)], last = next < m_start.size() ? m_start[next] : m_rows.count;
    std::vector<std::pair<float, std::int32_t>> row;
    for (std::int64_t lane = 0; lane < kSlice; ++lane) {
        row.clear();
        const auto i = std::size_t(lane < last - first ? m_order[std::size_t(first + lane)] : 0);
        if (lane < last - first)
            for (auto e = std::size_t(m_rows.first[i]); e < std::size_t(m_rows.first[i + 1]); ++e)
                if (m_rows.value[e] > 0)
                    row.emplace_back(-m_rows.value[e], m_rows.index[e]);
        std::sort(row.begin(), row.end()); // the surest first: their slots are full, the others' often empty
        for (std::int64_t slot = m_first[std::size_t(slice)]; slot < m_first[next]; ++slot) {
            const auto s = std::size_t(slot - m_first[std::size_t(slice)]);
            const auto to = std::size_t(slot * kSlice + lane);
            const bool is = s < row.size();
            m_rate[to] = is ? -row[s].first / m_surest : 0.0F;
            m_index[to] = !is ? 0 : blocks() > 1 ? m_place[std::size_t(row[s].second)] : row[s].second;
        }
    }
}

} // namespace orrery::maps
