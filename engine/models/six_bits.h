// SPDX-License-Identifier: Apache-2.0
/// Whole numbers of -31 … 31 in six bits, four of them in three bytes.
///
/// A number v is kept as v + 31, so that 63 is never written and tells damage. The first of four has the lowest six
/// bits of the 24, little-endian; what is missing of the last four is kept as 0. In a file a weight of [rows, …] is
///     NAME        U8  [rows, sixBitBytes(numbers in a row)]   every row begins with a byte of its own
///     NAME.scale  F32 [rows]                                  what a row is multiplied by
///     NAME.shape  I64 [dimensions]                            of the weight, each at least 1
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace orrery {

constexpr int kSixBitLargest = 31;

/// Bytes that `count` numbers take.
constexpr std::size_t sixBitBytes(std::size_t count)
{
    return (count / 4 + (count % 4 != 0)) * 3;
}

/// @param values  each -31 … 31
/// @param bytes   sixBitBytes(values.size()) of them, written
void packSixBits(std::span<const std::int8_t> values, std::span<std::byte> bytes);

/// Each number times `scale`.
/// @param bytes  sixBitBytes(values.size()) of them
/// @return where bits stand that no number has; the rest is not read then
std::optional<std::size_t> unpackSixBits(std::span<const std::byte> bytes, float scale, std::span<float> values);

} // namespace orrery
