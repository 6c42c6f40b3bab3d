// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/bfloat16.h"

#include "engine/core/error.h"

#include <algorithm>
#include <vector>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace orrery {

#ifdef __x86_64__

namespace {

constexpr std::int64_t kLane = 16, kPair = 2 * kLane, kRound = 2 * kPair;

/// Rows of x as the products want them: of every 32 numbers those of even places, then those of odd ones, with zeros up
/// to a whole round.
std::vector<float> inPairs(const float *x, std::int64_t in, std::int64_t padded)
{
    std::vector<float> sorted(std::size_t(padded), 0.0F);
    for (std::int64_t i = 0; i < in; ++i)
        sorted[std::size_t(i / kPair * kPair + i % 2 * kLane + i % kPair / 2)] = x[i];
    return sorted;
}

#define ORRERY_AVX512 __attribute__((target("avx512f,avx512bw"), always_inline)) inline

/// 32 weights times 32 numbers of x. A bfloat16 is the upper half of a float: shifted up, or masked, it is one.
ORRERY_AVX512 void addProducts(__m512i weights, const float *x, __m512 &even, __m512 &odd)
{
    constexpr __mmask16 kAll = 0xffff; // masked, because GCC 12 warns of its own plain shift
    const __m512i upper = _mm512_set1_epi32(static_cast<int>(0xffff0000U));
    even = _mm512_fmadd_ps(_mm512_castsi512_ps(_mm512_maskz_slli_epi32(kAll, weights, 16)), _mm512_loadu_ps(x), even);
    odd = _mm512_fmadd_ps(_mm512_castsi512_ps(_mm512_and_si512(weights, upper)), _mm512_loadu_ps(x + kLane), odd);
}

/// Up to 32 weights; zeros behind them.
ORRERY_AVX512 __m512i loadSome(const std::uint16_t *weight, std::int64_t count)
{
    const auto held = std::clamp<std::int64_t>(count, 0, kPair);
    return _mm512_maskz_loadu_epi16(static_cast<__mmask32>((std::uint64_t(1) << held) - 1), weight);
}

ORRERY_AVX512 float sumOf(__m512 numbers)
{
    alignas(64) float held[kLane];
    _mm512_store_ps(held, numbers);
    const __m256 eight = _mm256_add_ps(_mm256_load_ps(held), _mm256_load_ps(held + 8));
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

/// All of y that belongs to one row of x.
__attribute__((target("avx512f,avx512bw"))) void multiplyRow(const std::uint16_t *weight, std::int64_t out,
                                                             std::int64_t in, const float *x, float *y)
{
    const std::int64_t whole = in / kRound * kRound;
    for (std::int64_t row = 0; row < out; ++row, weight += in) {
        __m512 a = _mm512_setzero_ps(), b = a, c = a, d = a; // four sums: an addition need not wait for the last one
        for (std::int64_t i = 0; i < whole; i += kRound) {
            addProducts(_mm512_loadu_si512(weight + i), x + i, a, b);
            addProducts(_mm512_loadu_si512(weight + i + kPair), x + i + kPair, c, d);
        }
        if (whole < in) {
            addProducts(loadSome(weight + whole, in - whole), x + whole, a, b);
            if (in - whole > kPair)
                addProducts(loadSome(weight + whole + kPair, in - whole - kPair), x + whole + kPair, c, d);
        }
        y[row] = sumOf(_mm512_add_ps(_mm512_add_ps(a, b), _mm512_add_ps(c, d)));
    }
}

#undef ORRERY_AVX512

} // namespace

bool cpuMultipliesBfloat16()
{
    static const bool hasIt = __builtin_cpu_supports("avx512bf16");
    return hasIt;
}

void multiplyBfloat16(const std::uint16_t *weight, std::int64_t out, std::int64_t in, const float *x, std::int64_t rows,
                      float *y)
{
    const std::int64_t padded = (in + kRound - 1) / kRound * kRound;
    std::vector<std::vector<float>> sorted;
    for (std::int64_t row = 0; row < rows; ++row)
        sorted.push_back(inPairs(x + row * in, in, padded));
    // A block of weights stays in the cache while all rows of x pass over it.
    constexpr std::int64_t kBlockNumbers = 64 * 1024;
    const std::int64_t block =
        rows == 1 ? out : std::max<std::int64_t>(1, kBlockNumbers / std::max<std::int64_t>(1, in));
    for (std::int64_t first = 0; first < out; first += block)
        for (std::int64_t row = 0; row < rows; ++row)
            multiplyRow(weight + first * in, std::min(block, out - first), in, sorted[std::size_t(row)].data(),
                        y + row * out + first);
}

#else // other processors: Precision::Fast computes as Precision::Exact does

bool cpuMultipliesBfloat16()
{
    return false;
}

void multiplyBfloat16(const std::uint16_t *, std::int64_t, std::int64_t, const float *, std::int64_t, float *)
{
    throw Exception(ErrorCode::Internal, "This processor does not multiply bfloat16");
}

#endif

} // namespace orrery
