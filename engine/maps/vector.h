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
