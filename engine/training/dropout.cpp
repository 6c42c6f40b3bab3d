// SPDX-License-Identifier: Apache-2.0
#include "engine/training/dropout.h"

#include "engine/runtime/generator.h"

#include <ATen/ATen.h>

#include <cmath>

namespace orrery::training {

namespace {

constexpr int kLots = 256;                      ///< a byte: four masks' worth of each 32 bits drawn
constexpr std::uint32_t kMaskStreams = 0x40000; ///< of random numbers; one a mask

} // namespace

Dropout::Dropout(std::uint64_t seed, double share) : m_seed(seed), m_limit(static_cast<int>(std::lround(share * kLots)))
{}

void Dropout::begin(std::uint64_t place)
{
    m_place = place;
    m_drawn = 0;
}

at::Tensor Dropout::operator()(const at::Tensor &x)
{
    if (m_limit <= 0)
        return x;
    Generator lots(m_seed, m_place, kMaskStreams + m_drawn++);
    const std::int64_t words = (x.numel() + 3) / 4;
    at::Tensor bytes = at::empty({4 * words}, at::kByte);
    auto *byte = bytes.mutable_data_ptr<std::uint8_t>();
    for (std::int64_t word = 0; word < words; ++word) {
        const std::uint32_t bits = lots.bits();
        for (int k = 0; k < 4; ++k)
            *byte++ = static_cast<int>(bits >> 8 * k & 0xFF) >= m_limit;
    }
    const at::Tensor mask = bytes.narrow(0, 0, x.numel()).view(x.sizes()).to(x.device(), x.scalar_type());
    return x * mask * (static_cast<double>(kLots) / (kLots - m_limit));
}

} // namespace orrery::training
