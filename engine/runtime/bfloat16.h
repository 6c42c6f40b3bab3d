// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace orrery {

/// Whether this processor multiplies bfloat16 itself (AVX-512 BF16), so that products take half the time and less.
/// Elsewhere the numbers would be converted to and fro and gain nothing. Thread: any.
bool cpuMultipliesBfloat16();

/// y = x · weightᵀ for few rows x, which stay float; sums are float. On the thread that calls, one row of `weight`
/// after the other as they lie in memory, because reading them is what takes time. Every number of y is summed up in
/// the same order, however many rows there are. Needs cpuMultipliesBfloat16(). Thread: any.
/// @param weight  bfloat16 [out, in]    @param x  [rows, in]    @param y  [rows, out]
void multiplyBfloat16(const std::uint16_t *weight, std::int64_t out, std::int64_t in, const float *x, std::int64_t rows,
                      float *y);

} // namespace orrery
