// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/points.h"

#include "engine/core/error.h"
#include "engine/maps/chunks.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace orrery::maps {

namespace {
constexpr std::int64_t kRowsAChunk = 2048;
} // namespace

Preparation::Preparation(const float *values, std::int64_t count, std::int64_t dimensions, bool directions, Frame frame)
    : m_values(values), m_directions(directions), m_frame(std::move(frame)), m_points{count, dimensions, {}}
{
    m_points.values.reserve(std::size_t(count * dimensions));
    if (!m_frame.mean.empty())
        return;
    const auto chunks = std::size_t((count + kRowsAChunk - 1) / kRowsAChunk);
    m_sums.assign(chunks * std::size_t(dimensions), 0.0);
    m_largest.assign(chunks, 0.0F);
}

double Preparation::fraction() const
{
    return done() ? 1 : double(m_copied + m_shifted) / double(2 * m_points.count);
}

void Preparation::step()
{
    constexpr double kNumbersAStep = 4e6;
    if (done())
        return;
    const std::int64_t n = m_points.count, d = m_points.dimensions;
    const std::int64_t chunks = std::max<std::int64_t>(1, std::int64_t(kNumbersAStep / double(d * kRowsAChunk)));
    const std::int64_t first = m_copied < n ? m_copied : m_shifted, last = std::min(n, first + chunks * kRowsAChunk);
    const bool copies = m_copied < n;
    const double scale = std::ldexp(1.0, -m_frame.exponent);
    if (copies)
        m_points.values.resize(std::size_t(last * d)); // as it goes: room for all at once would be the longest step
    forChunks((last - first + kRowsAChunk - 1) / kRowsAChunk, [&](std::int64_t chunk) {
        const std::int64_t from = first + chunk * kRowsAChunk, to = std::min(last, from + kRowsAChunk);
        if (copies) {
            copy(from, to);
            return;
        }
        for (std::int64_t i = from; i < to; ++i)
            for (std::int64_t c = 0; c < d; ++c)
                m_points.row(i)[c] = float((double(m_points.row(i)[c]) - m_frame.mean[std::size_t(c)]) * scale);
    });
    (copies ? m_copied : m_shifted) = last;
    if (!copies || last < n || !m_frame.mean.empty())
        return;
    m_frame.mean.assign(std::size_t(d), 0.0);
    for (std::size_t i = 0; i < m_sums.size(); ++i)
        m_frame.mean[i % std::size_t(d)] += m_sums[i] / double(n);
    m_frame.exponent = exponentFor(*std::max_element(m_largest.begin(), m_largest.end()));
}

void Preparation::copy(std::int64_t first, std::int64_t last)
{
    const std::int64_t d = m_points.dimensions;
    double *sums = m_sums.empty() ? nullptr : m_sums.data() + first / kRowsAChunk * d;
    for (std::int64_t i = first; i < last; ++i) {
        float *row = m_points.row(i);
        std::copy_n(m_values + i * d, d, row);
        if (!std::all_of(row, row + d, [](float x) { return std::isfinite(x); }))
            throw Exception(ErrorCode::BadInput,
                            "Row " + std::to_string(i) + " (counted from 0) holds a value that is not finite");
        if (m_directions) {
            if (std::all_of(row, row + d, [](float x) { return x == 0; }))
                throw Exception(ErrorCode::BadInput,
                                "Row " + std::to_string(i) +
                                    " (counted from 0) is zero everywhere, so it has no direction; the "
                                    "cosine needs one, the euclidean metric does not");
            normalise(row, d);
        }
        if (!sums)
            continue;
        float &largest = m_largest[std::size_t(first / kRowsAChunk)];
        for (std::int64_t c = 0; c < d; ++c) {
            sums[c] += double(row[c]);
            largest = std::max(largest, std::fabs(row[c]));
        }
    }
}

int exponentFor(float largest)
{
    constexpr int kHarmless = 30;
    const int exponent = largest > 0 ? std::ilogb(largest) : 0;
    return std::abs(exponent) > kHarmless ? exponent : 0;
}

std::vector<float> inOwnUnits(std::vector<float> values, int exponent)
{
    for (float &value : values)
        value = std::ldexp(value, exponent);
    return values;
}

Points centred(const float *values, std::int64_t count, std::int64_t dimensions)
{
    Preparation preparation(values, count, dimensions, false);
    while (!preparation.done())
        preparation.step();
    return preparation.take();
}

void normalise(float *row, std::int64_t dimensions)
{
    double square = 0;
    for (std::int64_t k = 0; k < dimensions; ++k)
        square += double(row[k]) * double(row[k]);
    const double scale = square > 0 ? 1 / std::sqrt(square) : 0;
    for (std::int64_t k = 0; k < dimensions; ++k)
        row[k] = float(double(row[k]) * scale);
}

} // namespace orrery::maps
