// SPDX-License-Identifier: Apache-2.0
#include "engine/units/unit_alignment.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

namespace orrery::speech {

namespace {

enum Came : std::uint8_t
{
    FromBoth = 0,
    FromA = 1, ///< a frame of `a` more, beside the same of `b`
    FromB = 2,
};

/// Two bits for every cell of a band.
class Steps
{
public:
    Steps(std::int64_t rows, std::int64_t width)
        : m_width(width), m_bits(std::size_t((rows * width + 3) / 4), std::uint8_t(0))
    {}
    void set(std::int64_t row, std::int64_t column, Came came)
    {
        const std::int64_t at = row * m_width + column;
        m_bits[std::size_t(at / 4)] |= std::uint8_t(came << (at % 4 * 2));
    }
    Came get(std::int64_t row, std::int64_t column) const
    {
        const std::int64_t at = row * m_width + column;
        return Came(m_bits[std::size_t(at / 4)] >> (at % 4 * 2) & 3);
    }

private:
    std::int64_t m_width;
    std::vector<std::uint8_t> m_bits;
};

/// Which frames of `b` are looked at beside each frame of `a`. `a` is the longer one, so that the line from corner to
/// corner goes on by one frame of `b` at most and neighbouring rows always overlap.
class Band
{
public:
    Band(std::int64_t rows, std::int64_t columns, std::int64_t mostCells) : m_rows(rows), m_columns(columns)
    {
        if (rows * columns > mostCells)
            m_half = std::max<std::int64_t>(1, (mostCells / rows - 1) / 2);
        if (2 * m_half + 1 >= columns)
            m_half = 0;
    }
    std::int64_t half() const { return m_half; } ///< 0: everything
    std::int64_t width() const { return m_half > 0 ? 2 * m_half + 1 : m_columns; }
    std::int64_t first(std::int64_t row) const
    {
        if (m_half == 0)
            return 0;
        const std::int64_t middle = m_rows > 1 ? row * (m_columns - 1) / (m_rows - 1) : 0;
        return std::clamp<std::int64_t>(middle - m_half, 0, m_columns - width());
    }
    std::int64_t last(std::int64_t row) const { return first(row) + width() - 1; }

private:
    std::int64_t m_rows, m_columns, m_half = 0;
};

constexpr std::int32_t kFar = std::numeric_limits<std::int32_t>::max() / 2;

/// @param a  the longer one
Alignment alignLonger(const std::vector<int> &a, const std::vector<int> &b, std::int64_t mostCells,
                      const std::atomic<bool> *stop)
{
    const std::int64_t rows = std::int64_t(a.size()), columns = std::int64_t(b.size());
    const Band band(rows, columns, mostCells);
    Steps steps(rows, band.width());
    std::vector<std::int32_t> above(std::size_t(columns) + 1, kFar), here(std::size_t(columns) + 1, kFar);
    for (std::int64_t i = 0; i < rows; ++i) {
        if (stop && *stop)
            return {};
        const std::int64_t first = band.first(i), last = band.last(i);
        // Shifted by one, so that the column before the first is there: outside of the band it is far away.
        here[std::size_t(first)] = kFar;
        if (i > 0) // of the row above everything beyond its own end
            std::fill(above.begin() + band.last(i - 1) + 2, above.begin() + last + 2, kFar);
        for (std::int64_t j = first; j <= last; ++j) {
            const std::int32_t cost = a[std::size_t(i)] == b[std::size_t(j)] ? 0 : 1;
            std::int32_t best = above[std::size_t(j)] + 2 * cost;
            Came came = FromBoth;
            if (i == 0 && j == 0)
                best = 2 * cost;
            if (above[std::size_t(j) + 1] + cost < best) {
                best = above[std::size_t(j) + 1] + cost;
                came = FromA;
            }
            if (here[std::size_t(j)] + cost < best) {
                best = here[std::size_t(j)] + cost;
                came = FromB;
            }
            here[std::size_t(j) + 1] = std::min(best, kFar);
            steps.set(i, j - first, came);
        }
        above.swap(here);
    }
    Alignment alignment;
    alignment.distance = double(above[std::size_t(columns)]) / double(rows + columns);
    alignment.band = int(band.half());
    std::int64_t i = rows - 1, j = columns - 1, equal = 0;
    while (true) {
        alignment.path.push_back({int(i), int(j)});
        equal += a[std::size_t(i)] == b[std::size_t(j)];
        // The edges of everything are no edges of the band.
        if (band.half() > 0 && ((j == band.first(i) && j > 0) || (j == band.last(i) && j < columns - 1)))
            alignment.touchesBand = true;
        if (i == 0 && j == 0)
            break;
        const Came came = steps.get(i, j - band.first(i));
        i -= came != FromB;
        j -= came != FromA;
    }
    std::reverse(alignment.path.begin(), alignment.path.end());
    alignment.equal = double(equal) / double(alignment.path.size());
    return alignment;
}

} // namespace

Alignment alignUnits(const std::vector<int> &a, const std::vector<int> &b, std::int64_t mostCells,
                     const std::atomic<bool> *stop)
{
    if (a.empty() || b.empty())
        return {};
    if (a.size() >= b.size())
        return alignLonger(a, b, mostCells, stop);
    Alignment alignment = alignLonger(b, a, mostCells, stop);
    for (AlignedFrames &frames : alignment.path)
        std::swap(frames.a, frames.b);
    return alignment;
}

SharedUnits sharedUnits(const std::vector<int> &a, const std::vector<int> &b)
{
    const std::set<int> ofA(a.begin(), a.end()), ofB(b.begin(), b.end());
    SharedUnits shared{int(ofA.size()), int(ofB.size()), 0};
    for (const int unit : ofA)
        shared.both += ofB.contains(unit);
    return shared;
}

std::vector<EqualStretch> equalStretches(const Alignment &alignment, const std::vector<int> &a,
                                         const std::vector<int> &b)
{
    std::vector<EqualStretch> stretches;
    bool open = false;
    for (const AlignedFrames &frames : alignment.path) {
        const int unit = a[std::size_t(frames.a)];
        const bool equal = unit == b[std::size_t(frames.b)];
        if (equal && open && stretches.back().unit == unit)
            stretches.back().last = frames;
        else if (equal)
            stretches.push_back({unit, frames, frames});
        open = equal;
    }
    return stretches;
}

std::vector<float> equalShares(const std::vector<int> &a, const std::vector<int> &b, int width, int height)
{
    using Counts = std::map<int, double>; // shares of the units in a stretch of frames
    const auto stretches = [](const std::vector<int> &units, int count) {
        std::vector<Counts> counts(static_cast<std::size_t>(count));
        for (std::int64_t k = 0; k < count; ++k) {
            const std::int64_t size = std::int64_t(units.size()), first = k * size / count;
            const std::int64_t end = std::max(first + 1, (k + 1) * size / count);
            for (std::int64_t i = first; i < end; ++i)
                counts[std::size_t(k)][units[std::size_t(i)]] += 1 / double(end - first);
        }
        return counts;
    };
    std::vector<float> shares;
    if (a.empty() || b.empty() || width <= 0 || height <= 0)
        return shares;
    const std::vector<Counts> rows = stretches(a, height), columns = stretches(b, width);
    shares.reserve(std::size_t(width) * std::size_t(height));
    for (const Counts &row : rows)
        for (const Counts &column : columns) {
            double share = 0;
            for (const auto &[unit, count] : row) {
                const auto at = column.find(unit);
                share += at == column.end() ? 0 : count * at->second;
            }
            shares.push_back(float(share));
        }
    return shares;
}

int partnerOf(const Alignment &alignment, int frame, bool ofB)
{
    if (alignment.path.empty())
        return -1;
    const auto own = [ofB](const AlignedFrames &frames) { return ofB ? frames.b : frames.a; };
    frame = std::clamp(frame, 0, own(alignment.path.back()));
    const auto at = std::lower_bound(alignment.path.begin(), alignment.path.end(), frame,
                                     [&own](const AlignedFrames &frames, int value) { return own(frames) < value; });
    return ofB ? at->a : at->b;
}

} // namespace orrery::speech
