// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace orrery::maps {

/// Points as rows: float32 [N, D], N points of D numbers.
struct Points
{
    std::int64_t count = 0;
    std::int64_t dimensions = 0;
    std::vector<float> values;

    const float *row(std::int64_t i) const { return values.data() + i * dimensions; }
    float *row(std::int64_t i) { return values.data() + i * dimensions; }
};

/// Where points are seen from.
struct Frame
{
    std::vector<double> mean; ///< [D] is taken away from every row; empty: not known yet
    int exponent = 0;         ///< then rows are divided by this power of two
};

/// A table as the metric sees it: rows of length one where directions count, and then minus their mean, or another's:
/// distances stay, and products of float32 lose fewer digits. Numbers so large or so small that their squares leave
/// float32 (fill values such as 1e20, SI units such as 1e-25) are brought near one by a power of two, which no map but
/// that of PCA notices. The mean is summed in an order that depends on nothing but the shape. In steps of some ten
/// milliseconds. Thread: engine.
class Preparation
{
public:
    /// @param values  [N, D]; must live as long as this    @param frame  without a mean: that of the rows
    Preparation(const float *values, std::int64_t count, std::int64_t dimensions, bool directions, Frame frame = {});

    bool done() const { return m_shifted >= m_points.count; }
    /// @throws Exception{BadInput} that names a row with a value that is not finite, or without direction
    void step();
    double fraction() const;
    const Frame &frame() const { return m_frame; } ///< when it is done
    Points take() { return std::move(m_points); }

private:
    void copy(std::int64_t first, std::int64_t last);

    const float *m_values;
    bool m_directions;
    Frame m_frame;
    std::vector<double> m_sums;   ///< [chunks, D]
    std::vector<float> m_largest; ///< [chunks]
    Points m_points;
    std::int64_t m_copied = 0, m_shifted = 0;
};

/// The power of two that numbers up to `largest` (in size) are divided by so that their squares, and sums of many, stay
/// far from the ends of float32; 0 where they do.
int exponentFor(float largest);

/// What was computed of points that were divided by a power of two, in their own units.
std::vector<float> inOwnUnits(std::vector<float> values, int exponent);

/// All of it at once, of points that are finite.
Points centred(const float *values, std::int64_t count, std::int64_t dimensions);

/// Scales a row to length one, so that half the squared euclidean distance is the cosine distance. A row of zeros
/// stays.
void normalise(float *row, std::int64_t dimensions);

} // namespace orrery::maps
