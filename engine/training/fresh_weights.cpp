// SPDX-License-Identifier: Apache-2.0
#include "engine/training/fresh_weights.h"

#include "engine/runtime/generator.h"

#include <ATen/ATen.h>

#include <cmath>
#include <optional>

namespace orrery::training {

namespace {

std::optional<double> namedDeviation(const std::map<std::string, double> &deviations, const std::string &name)
{
    for (const auto &[end, deviation] : deviations)
        if (name.ends_with(end))
            return deviation;
    return std::nullopt;
}

} // namespace

Weights freshWeights(const std::vector<ExpectedWeight> &expected, std::uint64_t seed,
                     const std::map<std::string, double> &deviations)
{
    Weights weights;
    std::uint64_t stream = 0; // one for each, so that another size of one weight changes no other
    for (const ExpectedWeight &weight : expected) {
        Generator generator(seed, stream++);
        if (weight.shape.size() == 1) {
            const bool norm = weight.name.find("norm") != std::string::npos && weight.name.ends_with(".weight");
            weights[weight.name] = at::full(weight.shape, norm ? 1.0 : 0.0, at::TensorOptions().dtype(at::kFloat));
            continue;
        }
        double sums = 1;
        for (std::size_t d = 1; d < weight.shape.size(); ++d)
            sums *= static_cast<double>(weight.shape[d]);
        const double deviation = namedDeviation(deviations, weight.name).value_or(1 / std::sqrt(sums));
        weights[weight.name] = generator.normal(weight.shape) * deviation;
    }
    return weights;
}

Weights freshTransformer(const std::vector<ExpectedWeight> &expected, std::uint64_t seed, std::int64_t width,
                         std::int64_t layers)
{
    const double residual = 1 / std::sqrt(static_cast<double>(width)) / std::sqrt(2.0 * static_cast<double>(layers));
    return freshWeights(expected, seed,
                        {{"embedding", 0.1},
                         {"text_position", 0.1},
                         {".out.weight", residual},
                         {".fc2.weight", residual},
                         {"head.weight", 0.02}});
}

} // namespace orrery::training
