// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace orrery {

/// The samples that a timeline shows: a whole sound, or the newest part of a stream. One channel, full scale at ±1.
class SoundTrack
{
public:
    static constexpr int kRate = 16000; ///< Hz

    /// A whole sound, shared.
    void set(std::shared_ptr<const std::vector<float>> samples);
    /// Begins a stream.
    void clear();
    void append(const float *samples, std::size_t count);
    /// Forgets samples of a stream before this one. Rounded down to a block.
    void dropBefore(std::int64_t sample);

    std::int64_t first() const { return m_first; }
    std::int64_t end() const { return m_first + std::int64_t(size()); }
    double endSeconds() const { return double(end()) / kRate; }
    bool empty() const { return size() == 0; }
    /// Sample `at` and those after it.
    const float *from(std::int64_t at) const { return values() + (at - m_first); }
    /// Smallest and largest value of a stretch; takes time for what is asked for only. {0, 0} where there is none.
    std::pair<float, float> extent(std::int64_t from, std::int64_t to) const;

    /// Largest magnitude so far, what was forgotten included.
    float loudest() const { return m_loudest; }

private:
    static constexpr std::int64_t kBlock = 320;
    std::size_t size() const { return m_shared ? m_shared->size() : m_own.size(); }
    const float *values() const { return m_shared ? m_shared->data() : m_own.data(); }
    void blocks();

    std::shared_ptr<const std::vector<float>> m_shared;
    std::vector<float> m_own;
    std::int64_t m_first = 0; ///< a multiple of kBlock
    float m_loudest = 0;
    std::vector<std::pair<float, float>> m_blocks; ///< of whole blocks
};

} // namespace orrery
