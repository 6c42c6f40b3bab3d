// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace orrery {

/// Units along time, one a frame. Those of a stream come one by one, and the newest may still change. A value.
class UnitTrack
{
public:
    static constexpr int kNone = -1; ///< no unit is known of this frame

    struct Cell
    {
        int unit = kNone;
        bool settled = true; ///< nothing that comes later can change it
    };
    /// Frames that follow each other and have the same unit.
    struct Run
    {
        std::int64_t begin = 0, end = 0; ///< frames, end excluded
        int unit = kNone;
        bool settled = true; ///< all of them

        std::int64_t frames() const { return end - begin; }
        bool operator==(const Run &) const = default;
    };

    UnitTrack() = default;
    /// @param firstMs  middle of the first frame
    UnitTrack(double hopMs, double firstMs) : m_hopMs(hopMs), m_firstMs(firstMs) {}
    UnitTrack(const std::vector<int> &units, double hopMs, double firstMs);

    /// A frame of a stream: a new one, or one that was there before and is another now. Frames that were dropped stay
    /// away.
    void put(std::int64_t frame, int unit, bool settled);
    /// Forgets all frames before this one, so that a long stream takes no more memory.
    void dropBefore(std::int64_t frame);

    bool empty() const { return m_cells.empty(); }
    std::int64_t first() const { return m_first; }
    std::int64_t end() const { return m_first + std::int64_t(m_cells.size()); }
    Cell at(std::int64_t frame) const;

    double hopMs() const { return m_hopMs; }
    double hopSeconds() const { return m_hopMs / 1000; }
    double beginOf(std::int64_t frame) const; ///< seconds
    /// @return the frame that is on at this time, whether or not a unit is known of it
    std::int64_t frameAt(double seconds) const;
    /// The run that a frame belongs to; unit kNone where there is none.
    Run runAt(std::int64_t frame) const;
    /// Between two frames; runs are cut there.
    std::vector<Run> runs(std::int64_t from, std::int64_t to) const;
    std::vector<Run> runs() const { return runs(first(), end()); }

private:
    std::vector<Cell> m_cells;
    std::int64_t m_first = 0;
    double m_hopMs = 20, m_firstMs = 0;
};

} // namespace orrery
