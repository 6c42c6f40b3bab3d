// SPDX-License-Identifier: Apache-2.0
/// Vectors of float32 as wide as the instruction set that the including file is compiled for. Included by kernels_*.cpp
/// only, inside an unnamed namespace's reach: every function here has internal linkage.
#pragma once

#include <cstdint>
#include <immintrin.h>

namespace {

#if defined(__AVX512F__)

using Vector = __m512;
constexpr int kLanes = 16;
inline Vector load(const float *p)
{
    return _mm512_loadu_ps(p);
}
inline void store(float *p, Vector v)
{
    _mm512_storeu_ps(p, v);
}
inline Vector all(float x)
{
    return _mm512_set1_ps(x);
}
inline Vector add(Vector a, Vector b)
{
    return _mm512_add_ps(a, b);
}
inline Vector sub(Vector a, Vector b)
{
    return _mm512_sub_ps(a, b);
}
inline Vector mul(Vector a, Vector b)
{
    return _mm512_mul_ps(a, b);
}
inline Vector div(Vector a, Vector b)
{
    return _mm512_div_ps(a, b);
}
inline Vector mulAdd(Vector a, Vector b, Vector c)
{
    return _mm512_fmadd_ps(a, b, c);
}
inline unsigned notAbove(Vector a, Vector b)
{
    return _mm512_cmp_ps_mask(a, b, _CMP_LE_OQ);
}

#elif defined(__AVX2__)

using Vector = __m256;
constexpr int kLanes = 8;
inline Vector load(const float *p)
{
    return _mm256_loadu_ps(p);
}
inline void store(float *p, Vector v)
{
    _mm256_storeu_ps(p, v);
}
inline Vector all(float x)
{
    return _mm256_set1_ps(x);
}
inline Vector add(Vector a, Vector b)
{
    return _mm256_add_ps(a, b);
}
inline Vector sub(Vector a, Vector b)
{
    return _mm256_sub_ps(a, b);
}
inline Vector mul(Vector a, Vector b)
{
    return _mm256_mul_ps(a, b);
}
inline Vector div(Vector a, Vector b)
{
    return _mm256_div_ps(a, b);
}
inline Vector mulAdd(Vector a, Vector b, Vector c)
{
    return _mm256_fmadd_ps(a, b, c);
}
inline unsigned notAbove(Vector a, Vector b)
{
    return unsigned(_mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_LE_OQ)));
}

#else

using Vector = __m128;
constexpr int kLanes = 4;
inline Vector load(const float *p)
{
    return _mm_loadu_ps(p);
}
inline void store(float *p, Vector v)
{
    _mm_storeu_ps(p, v);
}
inline Vector all(float x)
{
    return _mm_set1_ps(x);
}
inline Vector add(Vector a, Vector b)
{
    return _mm_add_ps(a, b);
}
inline Vector sub(Vector a, Vector b)
{
    return _mm_sub_ps(a, b);
}
inline Vector mul(Vector a, Vector b)
{
    return _mm_mul_ps(a, b);
}
inline Vector div(Vector a, Vector b)
{
    return _mm_div_ps(a, b);
}
inline Vector mulAdd(Vector a, Vector b, Vector c)
{
    return _mm_add_ps(_mm_mul_ps(a, b), c);
}
inline unsigned notAbove(Vector a, Vector b)
{
    return unsigned(_mm_movemask_ps(_mm_cmple_ps(a, b)));
}

#endif

struct Pairs
{
    Vector x, y;
};

/// Two neighbouring pairs of numbers in one register: x y x y.
inline __m128 twoPairs(const float *pairs, std::int32_t a, std::int32_t b)
{
    const __m128 first =
        _mm_castsi128_ps(_mm_loadl_epi64(reinterpret_cast<const __m128i *>(pairs + 2 * std::int64_t(a))));
    return _mm_loadh_pi(first, reinterpret_cast<const __m64 *>(pairs + 2 * std::int64_t(b)));
}

/// Pairs at kLanes places, by plain loads and shuffles: AMD runs gather instructions one load at a time.
inline Pairs loadPairs(const float *pairs, const std::int32_t *at)
{
#if defined(__AVX512F__)
    const auto four = [&](int i) {
        __m512 v = _mm512_castps128_ps512(twoPairs(pairs, at[i], at[i + 1]));
        v = _mm512_insertf32x4(v, twoPairs(pairs, at[i + 4], at[i + 5]), 1);
        v = _mm512_insertf32x4(v, twoPairs(pairs, at[i + 8], at[i + 9]), 2);
        return _mm512_insertf32x4(v, twoPairs(pairs, at[i + 12], at[i + 13]), 3);
    };
    const __m512 low = four(0), high = four(2);
    return {_mm512_shuffle_ps(low, high, 0x88), _mm512_shuffle_ps(low, high, 0xdd)};
#elif defined(__AVX2__)
    const auto two = [&](int i) {
        return _mm256_insertf128_ps(_mm256_castps128_ps256(twoPairs(pairs, at[i], at[i + 1])),
                                    twoPairs(pairs, at[i + 4], at[i + 5]), 1);
    };
    const __m256 low = two(0), high = two(2);
    return {_mm256_shuffle_ps(low, high, 0x88), _mm256_shuffle_ps(low, high, 0xdd)};
#else
    const __m128 low = twoPairs(pairs, at[0], at[1]), high = twoPairs(pairs, at[2], at[3]);
    return {_mm_shuffle_ps(low, high, 0x88), _mm_shuffle_ps(low, high, 0xdd)};
#endif
}

/// Sum of the lanes, always in the order of the lanes.
inline float sumOf(Vector v)
{
    float lanes[kLanes];
    store(lanes, v);
    float sum = 0;
    for (int i = 0; i < kLanes; ++i)
        sum += lanes[i];
    return sum;
}

/// Numbers that sort as floats do, as unsigned integers.
inline std::uint32_t sortable(float x)
{
    std::uint32_t bits;
    __builtin_memcpy(&bits, &x, 4);
    return bits & 0x80000000U ? ~bits : bits | 0x80000000U;
}

} // namespace
