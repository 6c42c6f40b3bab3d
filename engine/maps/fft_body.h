// SPDX-License-Identifier: Apache-2.0
/// Fourier transforms side by side, for one instruction set. Included once by each kernels_*.cpp, and by nothing else.
#pragma once

#include "engine/maps/fft_table.h"
#include "engine/maps/kernels.h"
#include "engine/maps/vector.h"

namespace orrery::maps {
namespace {

struct Complex
{
    Vector re, im;
};
inline Complex plus(Complex a, Complex b)
{
    return {add(a.re, b.re), add(a.im, b.im)};
}
inline Complex minus(Complex a, Complex b)
{
    return {sub(a.re, b.re), sub(a.im, b.im)};
}
inline Complex timesMinusI(Complex a)
{
    return {a.im, sub(all(0), a.re)};
}
inline Complex scaled(Complex a, float s)
{
    return {mul(a.re, all(s)), mul(a.im, all(s))};
}
/// a + b s
inline Complex plusScaled(Complex a, Complex b, float s)
{
    return {mulAdd(b.re, all(s), a.re), mulAdd(b.im, all(s), a.im)};
}
inline Complex times(Complex a, Vector re, Vector im)
{
    return {sub(mul(a.re, re), mul(a.im, im)), mulAdd(a.re, im, mul(a.im, re))};
}

template <int kRadix>
inline void butterfly(Complex *x);

template <>
inline void butterfly<2>(Complex *x)
{
    const Complex a = x[0];
    x[0] = plus(a, x[1]);
    x[1] = minus(a, x[1]);
}

template <>
inline void butterfly<3>(Complex *x)
{
    constexpr float kSine = 0.866025403784438647F;
    const Complex sum = plus(x[1], x[2]), turned = timesMinusI(scaled(minus(x[1], x[2]), kSine));
    const Complex middle = plusScaled(x[0], sum, -0.5F);
    x[0] = plus(x[0], sum);
    x[1] = plus(middle, turned);
    x[2] = minus(middle, turned);
}

template <>
inline void butterfly<4>(Complex *x)
{
    const Complex a = plus(x[0], x[2]), b = minus(x[0], x[2]), c = plus(x[1], x[3]), d = timesMinusI(minus(x[1], x[3]));
    x[0] = plus(a, c);
    x[1] = plus(b, d);
    x[2] = minus(a, c);
    x[3] = minus(b, d);
}

template <>
inline void butterfly<5>(Complex *x)
{
    constexpr float kCosine1 = 0.309016994374947424F, kCosine2 = -0.809016994374947424F;
    constexpr float kSine1 = 0.951056516295153572F, kSine2 = 0.587785252292473129F;
    const Complex outer = plus(x[1], x[4]), inner = plus(x[2], x[3]), outerDifference = minus(x[1], x[4]),
                  innerDifference = minus(x[2], x[3]);
    const Complex a = plusScaled(plusScaled(x[0], outer, kCosine1), inner, kCosine2);
    const Complex b = plusScaled(plusScaled(x[0], outer, kCosine2), inner, kCosine1);
    const Complex c = timesMinusI(plusScaled(scaled(outerDifference, kSine1), innerDifference, kSine2));
    const Complex d = timesMinusI(plusScaled(scaled(outerDifference, kSine2), innerDifference, -kSine1));
    x[0] = plus(x[0], plus(outer, inner));
    x[1] = plus(a, c);
    x[2] = plus(b, d);
    x[3] = minus(b, d);
    x[4] = minus(a, c);
}

/// One factor: y[q + s (r p + j)] = w^(j p) Σₗ x[q + s (p + m l)] exp(−2πi j l / r), n = r m the length that is left.
template <int kRadix>
void stage(const FftTable &table, std::int64_t stride, const float *re, const float *im, float *toRe, float *toIm)
{
    const std::int64_t m = table.length / stride / kRadix;
    for (std::int64_t p = 0; p < m; ++p) {
        Vector cosine[kRadix], sine[kRadix];
        for (int j = 1; j < kRadix; ++j) {
            cosine[j] = all(table.cosine[p * j * stride]);
            sine[j] = all(table.sine[p * j * stride]);
        }
        const std::int64_t from = stride * p * kFftLanes, to = stride * kRadix * p * kFftLanes;
        const std::int64_t fromStep = stride * m * kFftLanes, toStep = stride * kFftLanes;
        for (std::int64_t q = 0; q < stride * kFftLanes; q += kLanes) {
            Complex x[kRadix];
            for (int j = 0; j < kRadix; ++j)
                x[j] = {load(re + from + j * fromStep + q), load(im + from + j * fromStep + q)};
            butterfly<kRadix>(x);
            store(toRe + to + q, x[0].re);
            store(toIm + to + q, x[0].im);
            for (int j = 1; j < kRadix; ++j) {
                const Complex y = times(x[j], cosine[j], sine[j]);
                store(toRe + to + j * toStep + q, y.re);
                store(toIm + to + j * toStep + q, y.im);
            }
        }
    }
}

bool transform(const FftTable &table, float *re, float *im, float *scratchRe, float *scratchIm)
{
    std::int64_t stride = 1;
    bool swapped = false;
    for (int f = 0; f < table.factors; ++f) {
        const int radix = table.factor[f];
        float *fromRe = swapped ? scratchRe : re, *fromIm = swapped ? scratchIm : im;
        float *toRe = swapped ? re : scratchRe, *toIm = swapped ? im : scratchIm;
        if (radix == 4)
            stage<4>(table, stride, fromRe, fromIm, toRe, toIm);
        else if (radix == 2)
            stage<2>(table, stride, fromRe, fromIm, toRe, toIm);
        else if (radix == 3)
            stage<3>(table, stride, fromRe, fromIm, toRe, toIm);
        else
            stage<5>(table, stride, fromRe, fromIm, toRe, toIm);
        stride *= radix;
        swapped = !swapped;
    }
    return swapped;
}

} // namespace
} // namespace orrery::maps
