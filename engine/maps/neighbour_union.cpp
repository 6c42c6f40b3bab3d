// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/neighbour_union.h"

#include "engine/maps/chunks.h"

#include <algorithm>
#include <utility>

namespace orrery::maps {

namespace {
constexpr std::int64_t kRowsAChunk = 256;
constexpr std::int64_t kEntriesAStep = 200'000; // scattered ones; some ten milliseconds
} // namespace

NeighbourUnion::NeighbourUnion(std::int64_t count, std::int64_t k, ChargedVector<std::int32_t> index,
                               ChargedVector<float> value, Combine combine)
    : m_k(k), m_index(std::move(index)), m_value(std::move(value)), m_combine(combine)
{
    m_result.count = count;
    m_turnedFirst.assign(std::size_t(count) + 1, 0);
    m_turned.reserve(m_index.size());
    m_turnedValue.reserve(m_index.size());
}

double NeighbourUnion::fraction() const
{
    return done() ? 1.0 : (double(m_phase) + double(m_next) / double(m_result.count)) / double(Phase::Done);
}

void NeighbourUnion::step()
{
    if (done())
        return;
    const std::int64_t n = m_result.count, first = m_next;
    const std::int64_t chunks = std::max<std::int64_t>(1, kEntriesAStep / m_k / kRowsAChunk);
    m_next = std::min(n, first + kRowsAChunk * chunks);
    if (m_phase == Phase::Count || m_phase == Phase::Turn) {
        for (std::int64_t i = first; i < m_next; ++i) // rows write into each other's: one thread, in order
            turn(i);
        if (m_phase == Phase::Count) { // memory is cleared in steps, too
            m_turned.resize(std::size_t(m_next * m_k));
            m_turnedValue.resize(std::size_t(m_next * m_k));
        }
    } else {
        if (m_phase == Phase::Rows) {
            m_result.index.resize(std::size_t(m_result.first[std::size_t(m_next)]));
            m_result.value.resize(m_result.index.size());
        }
        const auto work = m_phase == Phase::Lengths ? &NeighbourUnion::measureRow : &NeighbourUnion::fillRow;
        forChunks(chunks, [&](std::int64_t chunk) {
            const std::int64_t from = first + chunk * kRowsAChunk;
            for (std::int64_t i = from; i < std::min(m_next, from + kRowsAChunk); ++i)
                (this->*work)(i);
        });
    }
    if (m_next == n)
        enter(Phase(int(m_phase) + 1));
}

void NeighbourUnion::enter(Phase phase)
{
    m_phase = phase;
    m_next = 0;
    const auto n = std::size_t(m_result.count);
    const auto addUp = [n](std::vector<std::int64_t> &counts) {
        for (std::size_t i = 0; i < n; ++i)
            counts[i + 1] += counts[i];
    };
    if (phase == Phase::Turn) {
        addUp(m_turnedFirst);
        m_turnedNext.assign(m_turnedFirst.begin(), m_turnedFirst.end() - 1);
    } else if (phase == Phase::Lengths) {
        m_result.first.assign(n + 1, 0);
    } else if (phase == Phase::Rows) {
        addUp(m_result.first);
        m_result.index.reserve(std::size_t(m_result.first.back()));
        m_result.value.reserve(std::size_t(m_result.first.back()));
    }
}

void NeighbourUnion::turn(std::int64_t i)
{
    for (auto e = std::size_t(i * m_k); e < std::size_t((i + 1) * m_k); ++e) {
        const auto j = std::size_t(m_index[e]);
        if (m_phase == Phase::Count) {
            ++m_turnedFirst[j + 1];
            continue;
        }
        const auto place = std::size_t(m_turnedNext[j]++);
        m_turned[place] = std::int32_t(i); // ascending: i is
        m_turnedValue[place] = m_value[e];
    }
}

void NeighbourUnion::measureRow(std::int64_t i)
{
    // A row is the union of neighbours and of those that have the point as theirs.
    const auto row = m_index.begin() + i * m_k;
    std::vector<std::int32_t> sorted(row, row + m_k);
    std::sort(sorted.begin(), sorted.end());
    const std::int64_t first = m_turnedFirst[std::size_t(i)], last = m_turnedFirst[std::size_t(i) + 1];
    std::int64_t entries = m_k + last - first;
    for (std::int64_t e = first; e < last; ++e)
        entries -= std::binary_search(sorted.begin(), sorted.end(), m_turned[std::size_t(e)]) ? 1 : 0;
    m_result.first[std::size_t(i) + 1] = (entries + kRowMultiple - 1) / kRowMultiple * kRowMultiple;
}

void NeighbourUnion::fillRow(std::int64_t i)
{
    std::vector<std::pair<std::int32_t, float>> own;
    for (std::int64_t e = i * m_k; e < (i + 1) * m_k; ++e)
        own.emplace_back(m_index[std::size_t(e)], m_value[std::size_t(e)]);
    std::sort(own.begin(), own.end());
    auto to = std::size_t(m_result.first[std::size_t(i)]);
    const double half = 0.5 / double(m_result.count);
    auto turned = std::size_t(m_turnedFirst[std::size_t(i)]);
    const auto turnedEnd = std::size_t(m_turnedFirst[std::size_t(i) + 1]);
    const auto append = [&](std::int32_t j, double a, double b) {
        m_result.index[to] = j;
        m_result.value[to++] = float(m_combine == Combine::Mean ? (a + b) * half : a + b - a * b);
    };
    for (auto it = own.begin(); it != own.end() || turned < turnedEnd;) {
        if (it == own.end() || (turned < turnedEnd && m_turned[turned] < it->first)) {
            append(m_turned[turned], 0, double(m_turnedValue[turned]));
            ++turned;
        } else if (turned < turnedEnd && m_turned[turned] == it->first) {
            append(it->first, double(it->second), double(m_turnedValue[turned]));
            ++it;
            ++turned;
        } else {
            append(it->first, double(it->second), 0);
            ++it;
        }
    }
    for (; to < std::size_t(m_result.first[std::size_t(i) + 1]); ++to) {
        m_result.index[to] = std::int32_t(i);
        m_result.value[to] = 0;
    }
}

} // namespace orrery::maps
