// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <array>
#include <cstdint>

namespace orrery {

/// Random numbers of one sample of one job: a pure function of (seed, sample, stream, position), whatever else runs and
/// however many threads there are. Drawn on the CPU and then copied to the device.
///
/// Philox4x32-10. Source: Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", section 3.3.
/// Thread: any, one at a time. Never use LibTorch's global generator (at::randn, at::bernoulli, dropout) in a job.
class Generator
{
public:
    /// @param sample  index of the sample within the job: each has numbers of its own
    /// @param stream  a second index for independent uses of one sample (augmentation, initialisation, noise)
    explicit Generator(std::uint64_t seed, std::uint64_t sample = 0, std::uint32_t stream = 0);

    std::uint32_t bits();                   ///< 32 random bits
    double uniform();                       ///< in [0, 1), 53 bits
    double normal();                        ///< mean 0, variance 1 (Box-Muller in double precision)
    std::int64_t below(std::int64_t bound); ///< in [0, bound), without bias; bound must be positive

    /// float32 of the given shape on the given device: uniform in [0, 1).
    at::Tensor uniform(at::IntArrayRef shape, at::Device device = at::kCPU);
    /// float32 of the given shape on the given device: normal, mean 0, variance 1.
    at::Tensor normal(at::IntArrayRef shape, at::Device device = at::kCPU);
    /// int64 [n]: a permutation of 0 … n − 1.
    at::Tensor permutation(std::int64_t n, at::Device device = at::kCPU);

private:
    void refill();

    std::array<std::uint32_t, 2> m_key{};
    std::array<std::uint32_t, 4> m_counter{}; ///< block (low), stream, sample (low, high)
    std::array<std::uint32_t, 4> m_block{};
    int m_used = 4;
    bool m_exhausted = false;
    double m_spare = 0;
    bool m_hasSpare = false;
};

} // namespace orrery
