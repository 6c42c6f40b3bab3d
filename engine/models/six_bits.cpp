// SPDX-License-Identifier: Apache-2.0
#include "engine/models/six_bits.h"

namespace orrery {

namespace {

constexpr std::size_t kNumbers = 4, kBytes = 3; // that go together
constexpr std::uint32_t kMask = 63;

} // namespace

void packSixBits(std::span<const std::int8_t> values, std::span<std::byte> bytes)
{
    for (std::size_t group = 0; group * kNumbers < values.size(); ++group) {
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < kNumbers; ++i) {
            const std::size_t place = group * kNumbers + i;
            const int value = place < values.size() ? values[place] : 0;
            bits |= static_cast<std::uint32_t>(value + kSixBitLargest) << (6 * i);
        }
        for (std::size_t i = 0; i < kBytes; ++i)
            bytes[group * kBytes + i] = static_cast<std::byte>(bits >> (8 * i) & 255);
    }
}

std::optional<std::size_t> unpackSixBits(std::span<const std::byte> bytes, float scale, std::span<float> values)
{
    for (std::size_t group = 0; group * kNumbers < values.size(); ++group) {
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < kBytes; ++i)
            bits |= std::to_integer<std::uint32_t>(bytes[group * kBytes + i]) << (8 * i);
        for (std::size_t i = 0; i < kNumbers && group * kNumbers + i < values.size(); ++i) {
            const std::uint32_t kept = bits >> (6 * i) & kMask;
            if (kept == kMask)
                return group * kNumbers + i;
            values[group * kNumbers + i] = static_cast<float>(static_cast<int>(kept) - kSixBitLargest) * scale;
        }
    }
    return std::nullopt;
}

} // namespace orrery
