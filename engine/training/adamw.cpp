// SPDX-License-Identifier: Apache-2.0
#include "engine/training/adamw.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>

namespace orrery::training {

AdamW::AdamW(Weights &weights, Options options) : m_options(options)
{
    m_groups[0].weightDecay = options.weightDecay;
    for (auto &[name, weight] : weights) {
        if (!weight.requires_grad())
            continue;
        Group &group = m_groups[weight.dim() > 1 ? 0 : 1];
        group.names.push_back(name);
        group.parameters.push_back(weight);
        group.first.push_back(at::zeros_like(weight));
        group.second.push_back(at::zeros_like(weight));
        group.steps.push_back(at::zeros({}, at::TensorOptions().dtype(at::kFloat).device(weight.device())));
    }
}

double AdamW::step(double learningRate, double clipNorm)
{
    const at::NoGradGuard noGraph;
    double squares = 0;
    for (const Group &group : m_groups)
        for (const at::Tensor &parameter : group.parameters)
            if (parameter.grad().defined())
                squares += parameter.grad().square().sum().item<double>();
    const double norm = std::sqrt(squares);
    const double scale = std::min(1.0, clipNorm / (norm + 1e-6));
    for (Group &group : m_groups) {
        std::vector<at::Tensor> parameters, gradients, first, second, steps;
        for (std::size_t i = 0; i < group.parameters.size(); ++i) {
            at::Tensor gradient = group.parameters[i].grad();
            if (!gradient.defined())
                continue;
            if (scale < 1.0)
                gradient.mul_(scale);
            group.steps[i].add_(1);
            parameters.push_back(group.parameters[i]);
            gradients.push_back(gradient);
            first.push_back(group.first[i]);
            second.push_back(group.second[i]);
            steps.push_back(group.steps[i]);
        }
        if (!parameters.empty())
            at::_fused_adamw_(parameters, gradients, first, second, {}, steps, learningRate, m_options.beta1,
                              m_options.beta2, group.weightDecay, m_options.epsilon, false, false);
        for (at::Tensor &parameter : group.parameters)
            parameter.mutable_grad().reset();
    }
    return norm;
}

Weights AdamW::state() const
{
    Weights state;
    for (const Group &group : m_groups)
        for (std::size_t i = 0; i < group.names.size(); ++i) {
            state["first/" + group.names[i]] = group.first[i];
            state["second/" + group.names[i]] = group.second[i];
            state["steps/" + group.names[i]] = group.steps[i];
        }
    return state;
}

void AdamW::restore(const Weights &state)
{
    const at::NoGradGuard noGraph;
    for (Group &group : m_groups)
        for (std::size_t i = 0; i < group.names.size(); ++i) {
            group.first[i].copy_(weightOf(state, "first/" + group.names[i]));
            group.second[i].copy_(weightOf(state, "second/" + group.names[i]));
            group.steps[i].copy_(weightOf(state, "steps/" + group.names[i]));
        }
}

} // namespace orrery::training
