// SPDX-License-Identifier: Apache-2.0
#include "widgets/timeline/unit_track.h"

#include <algorithm>
#include <cmath>

namespace orrery {

UnitTrack::UnitTrack(const std::vector<int> &units, double hopMs, double firstMs) : UnitTrack(hopMs, firstMs)
{
    m_cells.reserve(units.size());
    for (const int unit : units)
        m_cells.push_back({unit, true});
}

void UnitTrack::put(std::int64_t frame, int unit, bool settled)
{
    if (frame < m_first)
        return;
    if (m_cells.empty() && m_first == 0)
        m_first = frame;
    const auto at = std::size_t(frame - m_first);
    if (at >= m_cells.size())
        m_cells.resize(at + 1);
    m_cells[at] = {unit, settled};
}

void UnitTrack::dropBefore(std::int64_t frame)
{
    const std::int64_t drop = std::clamp<std::int64_t>(frame - m_first, 0, std::int64_t(m_cells.size()));
    m_cells.erase(m_cells.begin(), m_cells.begin() + std::ptrdiff_t(drop));
    m_first += drop;
}

UnitTrack::Cell UnitTrack::at(std::int64_t frame) const
{
    return frame < first() || frame >= end() ? Cell{} : m_cells[std::size_t(frame - m_first)];
}

double UnitTrack::beginOf(std::int64_t frame) const
{
    return (m_firstMs + m_hopMs * (double(frame) - 0.5)) / 1000;
}

std::int64_t UnitTrack::frameAt(double seconds) const
{
    return std::int64_t(std::floor((seconds * 1000 - m_firstMs) / m_hopMs + 0.5));
}

UnitTrack::Run UnitTrack::runAt(std::int64_t frame) const
{
    Run run{frame, frame, at(frame).unit, true};
    if (run.unit == kNone)
        return run;
    while (at(run.begin - 1).unit == run.unit)
        --run.begin;
    while (at(run.end).unit == run.unit)
        ++run.end;
    for (std::int64_t i = run.begin; i < run.end; ++i)
        run.settled = run.settled && at(i).settled;
    return run;
}

std::vector<UnitTrack::Run> UnitTrack::runs(std::int64_t from, std::int64_t to) const
{
    std::vector<Run> runs;
    for (std::int64_t i = std::max(from, first()); i < std::min(to, end()); ++i) {
        const Cell cell = at(i);
        if (cell.unit == kNone)
            continue;
        if (runs.empty() || runs.back().unit != cell.unit || runs.back().end != i)
            runs.push_back({i, i + 1, cell.unit, cell.settled});
        else {
            runs.back().end = i + 1;
            runs.back().settled = runs.back().settled && cell.settled;
        }
    }
    return runs;
}

} // namespace orrery
