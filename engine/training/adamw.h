// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/weights.h"

#include <cstdint>
#include <vector>

namespace orrery::training {

/// Adam with decoupled weight decay. Source: Loshchilov and Hutter 2019, arXiv:1711.05101, Algorithm 2.
/// Matrices and kernels decay, vectors (norms, biases) do not.
/// Thread: engine.
class AdamW
{
public:
    struct Options
    {
        double beta1 = 0.9;  ///< larger: gradients are averaged over more steps
        double beta2 = 0.98; ///< larger: their squares are
        double epsilon = 1e-8;
        double weightDecay = 0.05; ///< larger pulls weights to zero faster
    };
    /// @param weights  the learned ones require gradients
    AdamW(Weights &weights, Options options);

    /// One step at this learning rate, with gradients scaled down to a norm of at most `clipNorm`; clears them.
    /// @return the norm before that
    double step(double learningRate, double clipNorm);

    /// Moments and step count, to be saved and put back.
    Weights state() const;
    void restore(const Weights &state);

private:
    struct Group
    {
        double weightDecay = 0;
        std::vector<std::string> names;
        std::vector<at::Tensor> parameters, first, second, steps;
    };
    Options m_options;
    Group m_groups[2];
};

} // namespace orrery::training
