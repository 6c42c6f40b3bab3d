// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace orrery::training {

/// Leaves out a share of a tensor's numbers by lot, so that a network learns less by heart. What is left out depends on
/// the seed and the place in the run alone, so a resumed run leaves out the same. Source: Srivastava et al. 2014,
/// "Dropout". Thread: engine.
class Dropout
{
public:
    /// @param share  of the numbers, in [0, 1), in steps of 1/256; 0: `operator()` gives back what it got
    Dropout(std::uint64_t seed, double share);

    /// A small batch begins. @param place  of it in the run: each has masks of its own
    void begin(std::uint64_t place);

    /// The next mask of this small batch; what is left is scaled so that the mean stays. Keeps the type of `x`.
    at::Tensor operator()(const at::Tensor &x);

private:
    std::uint64_t m_seed;
    int m_limit; ///< a byte drawn by lot below this: left out
    std::uint64_t m_place = 0;
    std::uint32_t m_drawn = 0; ///< masks of this small batch
};

} // namespace orrery::training
