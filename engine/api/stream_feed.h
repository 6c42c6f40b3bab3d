// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/sound.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <vector>

namespace orrery::speech {

/// What a stream has told so far, filled by the engine and emptied by the view, so that no frame is lost between two
/// answers. Holds a minute at most: of more that nobody takes the oldest is dropped, and counted. Thread: any.
class StreamFeed
{
public:
    static constexpr std::size_t kMostSamples = std::size_t(60) * kSoundRate;
    /// Every frame is told at least twice, and again whenever its provisional unit changes.
    static constexpr std::size_t kMostUnits = 12'000;

    struct Unit
    {
        std::int64_t frame = 0;
        int unit = 0;
        bool settled = false; ///< nothing that comes later can change it; before that it may come again
        double latencyMs = 0; ///< from its last sample in the ring to `told`
        std::chrono::steady_clock::time_point told{};
    };
    struct Update
    {
        std::vector<float> samples;   ///< new ones, at 16 kHz
        std::int64_t firstSample = 0; ///< of the stream
        std::vector<Unit> units;      ///< new or changed, in order
        std::vector<float> frames;    ///< [settled units here, D], when asked for
        int layer = 0;                ///< of the model, that units and frames are of
        CaptureState capture;
        /// Where the latency of the newest unit went: in the device, in the ring until it was read, in the model.
        /// Context is what it still waits for until it is settled.
        double deviceMs = 0, ringMs = 0, contextMs = 0, modelMs = 0;
        std::uint64_t changed = 0; ///< provisional units that became another one, since the start
        std::uint64_t settledUnits = 0;
        double settleMs = 0; ///< mean time of the sound from a unit's first entry to its settling
        /// Since the start, because nobody took them. Counted here, whatever put() is given.
        std::uint64_t droppedSamples = 0, droppedUnits = 0;
    };

    /// Engine: adds to what waits.
    void put(Update update)
    {
        const std::lock_guard lock(m_mutex);
        const std::uint64_t samples = m_waiting.droppedSamples, units = m_waiting.droppedUnits;
        if (m_waiting.samples.empty())
            m_waiting.firstSample = update.firstSample;
        const auto join = [](auto &all, const auto &more) { all.insert(all.end(), more.begin(), more.end()); };
        join(m_waiting.samples, update.samples);
        join(m_waiting.units, update.units);
        join(m_waiting.frames, update.frames);
        update.samples = std::move(m_waiting.samples);
        update.units = std::move(m_waiting.units);
        update.frames = std::move(m_waiting.frames);
        update.firstSample = m_waiting.firstSample;
        m_waiting = std::move(update);
        m_waiting.droppedSamples = samples;
        m_waiting.droppedUnits = units;
        dropOldest();
    }
    /// View: everything since the last call. Figures are the newest ones, whether or not anything is new.
    Update take()
    {
        const std::lock_guard lock(m_mutex);
        Update taken = m_waiting; // figures stay
        m_waiting.firstSample += std::int64_t(m_waiting.samples.size());
        m_waiting.samples.clear();
        m_waiting.units.clear();
        m_waiting.frames.clear();
        return taken;
    }

private:
    /// A tenth more than has to go, so that what stays is not moved at every call.
    static std::size_t toDrop(std::size_t count, std::size_t most)
    {
        return count <= most ? 0 : count - most + most / 10;
    }
    void dropOldest()
    {
        if (const std::size_t samples = toDrop(m_waiting.samples.size(), kMostSamples)) {
            m_waiting.samples.erase(m_waiting.samples.begin(), m_waiting.samples.begin() + std::ptrdiff_t(samples));
            m_waiting.firstSample += std::int64_t(samples);
            m_waiting.droppedSamples += samples;
        }
        if (const std::size_t units = toDrop(m_waiting.units.size(), kMostUnits)) {
            const auto begin = m_waiting.units.begin(), end = begin + std::ptrdiff_t(units);
            const auto isSettled = [](const Unit &unit) { return unit.settled; };
            const auto settled = std::count_if(begin, m_waiting.units.end(), isSettled);
            if (settled > 0) { // their frames go with them
                const std::ptrdiff_t width = std::ptrdiff_t(m_waiting.frames.size()) / settled;
                m_waiting.frames.erase(m_waiting.frames.begin(),
                                       m_waiting.frames.begin() + width * std::count_if(begin, end, isSettled));
            }
            m_waiting.units.erase(begin, end);
            m_waiting.droppedUnits += units;
        }
    }

    std::mutex m_mutex;
    Update m_waiting;
};

} // namespace orrery::speech
