// SPDX-License-Identifier: Apache-2.0
#include "engine/models/diffusion/unet.h"

#include "engine/models/attention.h"

#include <ATen/ATen.h>

#include <cmath>

namespace orrery::diffusion {

Unet::Unet(UnetConfig config, Weights weights)
    : m_config(std::move(config)), m_weights(std::move(weights)), m_layers(m_config.layers())
{}

std::vector<ExpectedWeight> Unet::expectedWeights(const UnetConfig &config)
{
    std::vector<ExpectedWeight> all = diffusion::expectedWeights(config.layers());
    attention::expectLinear(all, "time_embedding.linear_1", config.timeWidth(), config.widths.front());
    attention::expectLinear(all, "time_embedding.linear_2", config.timeWidth(), config.timeWidth());
    return all;
}

at::Tensor Unet::timeSignal(double time, std::int64_t batch) const
{
    const std::int64_t half = m_config.widths.front() / 2;
    const at::Tensor &first = weightOf(m_weights, "time_embedding.linear_1.weight");
    const at::Tensor rates = at::exp(at::arange(half, at::device(first.device()).dtype(at::kFloat)) *
                                     (-std::log(10000.0) / (double(half) - m_config.frequencyShift)));
    const at::Tensor angles = rates * time;
    const at::Tensor sines = at::sin(angles), cosines = at::cos(angles);
    at::Tensor signal = m_config.cosinesFirst ? at::cat({cosines, sines}) : at::cat({sines, cosines});
    if (m_config.widths.front() % 2 == 1)
        signal = at::constant_pad_nd(signal, {0, 1});
    signal = signal.to(first.scalar_type()).unsqueeze(0).expand({batch, -1});
    signal = at::silu(attention::linear(m_weights, "time_embedding.linear_1", signal));
    // Every residual layer begins with this activation.
    return at::silu(attention::linear(m_weights, "time_embedding.linear_2", signal));
}

Task<at::Tensor> Unet::run(StepPacer &pace, at::Tensor x, double time, at::Tensor context, AttentionWatch *watch) const
{
    const at::ScalarType type = weightOf(m_weights, "conv_in.weight").scalar_type();
    NetworkInputs inputs{timeSignal(time, x.size(0)), context.to(type), watch};
    Task<at::Tensor> layers = runLayers(pace, m_weights, m_layers, x.to(type), inputs);
    const at::Tensor output = co_await std::move(layers);
    co_return output.to(at::kFloat);
}

} // namespace orrery::diffusion
