// SPDX-License-Identifier: Apache-2.0
/// The moves of a UMAP map, for one instruction set. Included once by each kernels_*.cpp, and by nothing else.
#pragma once

#include "engine/maps/kernels.h"
#include "engine/maps/vector.h"

namespace orrery::maps {
namespace {

/// Whole numbers, or masks: −1 where something is so.
using Ints = std::int32_t __attribute__((vector_size(4 * kLanes)));

inline Ints bitsOf(Vector x)
{
    return reinterpret_cast<Ints>(x);
}
inline Vector fromBits(Ints x)
{
    return reinterpret_cast<Vector>(x);
}
inline Vector where(Ints mask, Vector x)
{
    return fromBits(bitsOf(x) & mask);
}

/// log₂ of positive numbers, to 2e-5: the exponent, and a polynomial for the mantissa (Chebyshev's fit on [1, 2]).
inline Vector log2Of(Vector x)
{
    const Vector mantissa = fromBits((bitsOf(x) & 0x007fffff) | 0x3f800000);
    Vector sum = all(0.04392863F);
    constexpr float kRest[] = {-0.40947559F, 1.61017755F, -3.52021884F, 5.06975632F, -2.79415368F};
    for (const float c : kRest)
        sum = mulAdd(sum, mantissa, all(c));
    return sum + __builtin_convertvector((bitsOf(x) >> 23) - 127, Vector);
}

/// 2 to the x, to 4e-6 of it, for x in [−126, 127]: Chebyshev's fit on [−1/2, 1/2].
inline Vector exp2Of(Vector x)
{
    const Vector shifted = x + 12582912.0F; // 1.5 × 2²³: the last bits of the sum are x, rounded
    const Vector rest = x - (shifted - 12582912.0F);
    Vector sum = all(0.00967604F);
    constexpr float kRest[] = {0.05592204F, 0.24022107F, 0.69312103F, 1.00000008F};
    for (const float c : kRest)
        sum = mulAdd(sum, rest, all(c));
    return fromBits(bitsOf(sum) + (bitsOf(shifted) << 23));
}

inline Vector clipped(Vector x, float bound)
{
    const Vector low = x > bound ? all(bound) : x;
    return low < -bound ? all(-bound) : low;
}

/// Source: Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators", section 4.
inline std::uint64_t mixed(std::uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}
constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15U;

/// Whether a mask holds anything.
inline bool any(Ints mask)
{
#if defined(__AVX512F__)
    const auto whole = reinterpret_cast<__m512i>(mask);
    return _mm512_test_epi32_mask(whole, whole) != 0;
#elif defined(__AVX2__)
    const auto whole = reinterpret_cast<__m256i>(mask);
    return _mm256_testz_si256(whole, whole) == 0;
#else
    return _mm_movemask_ps(reinterpret_cast<__m128>(mask)) != 0;
#endif
}

/// kLanes pairs that lie one after the other.
inline Pairs loadRow(const float *pairs)
{
    const Vector low = load(pairs), high = load(pairs + kLanes);
#if defined(__AVX512F__)
    const __m512i even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    const __m512i odd = _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
    return {_mm512_permutex2var_ps(low, even, high), _mm512_permutex2var_ps(low, odd, high)};
#elif defined(__AVX2__)
    const __m256 front = _mm256_permute2f128_ps(low, high, 0x20), back = _mm256_permute2f128_ps(low, high, 0x31);
    return {_mm256_shuffle_ps(front, back, 0x88), _mm256_shuffle_ps(front, back, 0xdd)};
#else
    return {_mm_shuffle_ps(low, high, 0x88), _mm_shuffle_ps(low, high, 0xdd)};
#endif
}

constexpr int kChains = 2; // vectors of points at once: one's sums hide the latency of the other's
constexpr int kDraws = 5;  // pairs pushed apart at once, for the same reason

struct Group
{
    Vector x[kChains], y[kChains];
    Ints drawn[kChains]; ///< connections of this epoch
};

/// Along the connections that are due: one of rate r is at epochs n where r n passes a whole number.
inline void pullGroup(const MapSlices &slices, const MapMove &move, const float *others, std::int64_t slice, int lane,
                      Group &group)
{
    constexpr float kNearest = 1e-12F; // squared; keeps powers finite
    constexpr float kMost = 0.99F;
    const float pull = 2 * move.a * move.b * move.step;
    const float now = float(move.epoch), before = now - 1;
    for (std::int64_t slot = slices.first[slice]; slot < slices.first[slice + 1]; ++slot) {
        Ints due[kChains];
#pragma GCC unroll 2
        for (int u = 0; u < kChains; ++u) {
            const Vector rate = load(slices.rate + slot * kSlice + lane + u * kLanes);
            due[u] = __builtin_convertvector(rate * now, Ints) != __builtin_convertvector(rate * before, Ints);
        }
        if (!any(due[0] | due[1])) // of unlikely connections mostly; the others are not even read then
            continue;
#pragma GCC unroll 2
        for (int u = 0; u < kChains; ++u) {
            const std::int64_t at = slot * kSlice + lane + u * kLanes;
            group.drawn[u] -= due[u];
            const Pairs other = loadPairs(others, slices.index + at);
            const Vector dx = group.x[u] - other.x, dy = group.y[u] - other.y, raw = dx * dx + dy * dy;
            const Vector square = raw < kNearest ? all(kNearest) : raw;
            const Vector power = exp2Of(move.b * log2Of(square));
            // The share of the way to the other; twice, where both ends draw the connection. Never quite all of it:
            // two points in one place would stay there.
            const Vector share = pull * power / (square * (1 + move.a * power));
            const Vector most = share > kMost ? all(kMost) : share;
            const Vector way = where(due[u], most * (1 + move.again * (1 - most)));
            group.x[u] -= way * dx;
            group.y[u] -= way * dy;
        }
    }
}

/// Away from points drawn at random: a run of them from a drawn place, so that each point of kRunSlices slices meets
/// one of its own and those of a slice are loaded at once.
/// @param lane  of the run
inline void pushGroup(const MapMove &move, const float *others, std::uint64_t counter, std::int64_t lane, Group &group)
{
    constexpr float kLongest = 4, kSoft = 0.001F, kNearest = 1e-12F;
    int draws = 0;
    Ints wanted[kChains];
    for (int u = 0; u < kChains; ++u) {
        wanted[u] = group.drawn[u] * int(move.negatives);
        for (int i = 0; i < kLanes; ++i)
            draws = wanted[u][i] > draws ? wanted[u][i] : draws;
    }
    for (int first = 0; first < draws; first += kDraws) {
        Vector sumX[kChains], sumY[kChains];
        for (int u = 0; u < kChains; ++u)
            sumX[u] = sumY[u] = all(0);
#pragma GCC unroll 5
        for (int draw = first; draw < first + kDraws; ++draw) {
            counter += kGolden;
            const auto start = std::int64_t((mixed(counter) >> 32) * std::uint64_t(move.others) >> 32);
#pragma GCC unroll 2
            for (int u = 0; u < kChains; ++u) {
                const Pairs other = loadRow(others + 2 * (start + lane + u * kLanes));
                const Vector dx = group.x[u] - other.x, dy = group.y[u] - other.y, raw = dx * dx + dy * dy;
                const Vector power = exp2Of(move.b * log2Of(raw < kNearest ? all(kNearest) : raw));
                const Vector push = where(wanted[u] > draw, 2 * move.b / ((raw + kSoft) * (1 + move.a * power)));
                sumX[u] += clipped(push * dx, kLongest);
                sumY[u] += clipped(push * dy, kLongest);
            }
        }
#pragma GCC unroll 2
        for (int u = 0; u < kChains; ++u) {
            group.x[u] += move.step * sumX[u];
            group.y[u] += move.step * sumY[u];
        }
    }
}

void moveSlices(const MapSlices &slices, const MapMove &move, const float *others, const float *own, std::int64_t first,
                std::int64_t last, float *moved)
{
    for (std::int64_t slice = first; slice < last; ++slice) {
        const std::uint64_t counter = mixed(move.key + std::uint64_t(slice / kRunSlices) * kGolden);
        const std::int64_t part = slice % kRunSlices * kSlice;
        for (int lane = 0; lane < kSlice; lane += kChains * kLanes) {
            Group group;
            for (int u = 0; u < kChains; ++u) {
                const Pairs at = loadRow(own + 2 * (slices.start[slice] + lane + u * kLanes));
                group.x[u] = at.x;
                group.y[u] = at.y;
                group.drawn[u] = Ints{};
            }
            pullGroup(slices, move, others, slice, lane, group);
            pushGroup(move, others, counter, part + lane, group);
            for (int u = 0; u < kChains; ++u) {
                float *to = moved + 2 * (slices.start[slice] + lane + u * kLanes);
                for (int i = 0; i < kLanes; ++i) {
                    to[2 * i] = group.x[u][i];
                    to[2 * i + 1] = group.y[u][i];
                }
            }
        }
    }
}

} // namespace
} // namespace orrery::maps
