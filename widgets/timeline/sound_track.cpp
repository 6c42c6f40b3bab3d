// SPDX-License-Identifier: Apache-2.0
#include "widgets/timeline/sound_track.h"

#include <algorithm>

namespace orrery {

namespace {

std::pair<float, float> extentOf(const float *values, std::int64_t count)
{
    float low = values[0], high = values[0];
    for (std::int64_t i = 1; i < count; ++i) {
        low = std::min(low, values[i]);
        high = std::max(high, values[i]);
    }
    return {low, high};
}

} // namespace

void SoundTrack::set(std::shared_ptr<const std::vector<float>> samples)
{
    clear();
    m_shared = std::move(samples);
    blocks();
}

void SoundTrack::clear()
{
    m_shared.reset();
    m_own.clear();
    m_blocks.clear();
    m_first = 0;
    m_loudest = 0;
}

void SoundTrack::append(const float *samples, std::size_t count)
{
    m_own.insert(m_own.end(), samples, samples + count);
    blocks();
}

void SoundTrack::blocks()
{
    for (std::size_t at = m_blocks.size() * kBlock; at + kBlock <= size(); at += kBlock) {
        m_blocks.push_back(extentOf(values() + at, kBlock));
        m_loudest = std::max({m_loudest, -m_blocks.back().first, m_blocks.back().second});
    }
}

void SoundTrack::dropBefore(std::int64_t sample)
{
    const std::int64_t drop = std::clamp<std::int64_t>((sample - m_first) / kBlock, 0, std::int64_t(m_blocks.size()));
    m_own.erase(m_own.begin(), m_own.begin() + std::ptrdiff_t(drop * kBlock));
    m_blocks.erase(m_blocks.begin(), m_blocks.begin() + std::ptrdiff_t(drop));
    m_first += drop * kBlock;
}

std::pair<float, float> SoundTrack::extent(std::int64_t from, std::int64_t to) const
{
    from = std::max(from, first()) - m_first;
    to = std::min(to, end()) - m_first;
    if (from >= to)
        return {0, 0};
    std::pair<float, float> all{values()[from], values()[from]};
    const auto add = [&](const std::pair<float, float> &part) {
        all.first = std::min(all.first, part.first);
        all.second = std::max(all.second, part.second);
    };
    const std::int64_t firstWhole = (from + kBlock - 1) / kBlock;
    const std::int64_t lastWhole = std::min(to / kBlock, std::int64_t(m_blocks.size()));
    if (firstWhole >= lastWhole) {
        add(extentOf(values() + from, to - from));
        return all;
    }
    if (from < firstWhole * kBlock)
        add(extentOf(values() + from, firstWhole * kBlock - from));
    for (std::int64_t block = firstWhole; block < lastWhole; ++block)
        add(m_blocks[std::size_t(block)]);
    if (lastWhole * kBlock < to)
        add(extentOf(values() + lastWhole * kBlock, to - lastWhole * kBlock));
    return all;
}

} // namespace orrery
