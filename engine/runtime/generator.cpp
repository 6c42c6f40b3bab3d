// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/generator.h"

#include "engine/core/error.h"

#include <ATen/ops/empty.h>

#include <cmath>
#include <numbers>

namespace orrery {
namespace {

// Multipliers and Weyl constants of Philox4x32: Salmon et al. 2011, section 3.3 and table 2.
constexpr std::uint32_t kMultiplier0 = 0xD2511F53, kMultiplier1 = 0xCD9E8D57;
constexpr std::uint32_t kWeyl0 = 0x9E3779B9, kWeyl1 = 0xBB67AE85;
constexpr int kRounds = 10;

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key)
{
    for (int round = 0; round < kRounds; ++round) {
        const std::uint64_t p0 = std::uint64_t(kMultiplier0) * counter[0];
        const std::uint64_t p1 = std::uint64_t(kMultiplier1) * counter[2];
        counter = {std::uint32_t(p1 >> 32) ^ counter[1] ^ key[0], std::uint32_t(p1),
                   std::uint32_t(p0 >> 32) ^ counter[3] ^ key[1], std::uint32_t(p0)};
        key[0] += kWeyl0;
        key[1] += kWeyl1;
    }
    return counter;
}

} // namespace

Generator::Generator(std::uint64_t seed, std::uint64_t sample, std::uint32_t stream)
    : m_key{std::uint32_t(seed), std::uint32_t(seed >> 32)}, m_counter{0, stream, std::uint32_t(sample),
                                                                       std::uint32_t(sample >> 32)}
{}

void Generator::refill()
{
    if (m_exhausted)
        throw Exception(ErrorCode::Internal, "A sample asked for more than 2^34 random numbers");
    m_block = philox(m_counter, m_key);
    m_exhausted = ++m_counter[0] == 0; // the next word is the stream's: running into it would repeat its numbers
    m_used = 0;
}

std::uint32_t Generator::bits()
{
    if (m_used == 4)
        refill();
    return m_block[static_cast<std::size_t>(m_used++)];
}

double Generator::uniform()
{
    const std::uint64_t high = bits() >> 5, low = bits() >> 6; // 27 and 26 bits
    return static_cast<double>((high << 26) | low) * 0x1p-53;
}

double Generator::normal()
{
    if (m_hasSpare) {
        m_hasSpare = false;
        return m_spare;
    }
    const double radius = std::sqrt(-2.0 * std::log1p(-uniform())); // 1 − u lies in (0, 1]: the logarithm is finite
    const double angle = 2.0 * std::numbers::pi * uniform();
    m_spare = radius * std::sin(angle);
    m_hasSpare = true;
    return radius * std::cos(angle);
}

std::int64_t Generator::below(std::int64_t bound)
{
    if (bound <= 0)
        throw Exception(ErrorCode::Internal, "A random number below zero was asked for");
    // Rejection: the values of an incomplete last cycle would make small results likelier.
    const auto range = static_cast<std::uint64_t>(bound);
    const std::uint64_t limit = ~std::uint64_t(0) - (~std::uint64_t(0) % range + 1) % range;
    std::uint64_t value = 0;
    do {
        value = (std::uint64_t(bits()) << 32) | bits();
    } while (value > limit);
    return static_cast<std::int64_t>(value % range);
}

at::Tensor Generator::uniform(at::IntArrayRef shape, at::Device device)
{
    at::Tensor result = at::empty(shape, at::TensorOptions(at::kFloat));
    float *data = result.mutable_data_ptr<float>();
    for (std::int64_t i = 0; i < result.numel(); ++i)
        data[i] = static_cast<float>(bits() >> 8) * 0x1p-24F; // 24 bits fit a float: never rounds up to 1
    return result.to(device);
}

at::Tensor Generator::normal(at::IntArrayRef shape, at::Device device)
{
    at::Tensor result = at::empty(shape, at::TensorOptions(at::kFloat));
    float *data = result.mutable_data_ptr<float>();
    for (std::int64_t i = 0; i < result.numel(); ++i)
        data[i] = static_cast<float>(normal());
    return result.to(device);
}

at::Tensor Generator::permutation(std::int64_t n, at::Device device)
{
    at::Tensor result = at::empty({n}, at::TensorOptions(at::kLong));
    std::int64_t *data = result.mutable_data_ptr<std::int64_t>();
    for (std::int64_t i = 0; i < n; ++i)
        data[i] = i;
    for (std::int64_t i = n - 1; i > 0; --i) // Fisher-Yates
        std::swap(data[i], data[below(i + 1)]);
    return result.to(device);
}

} // namespace orrery
