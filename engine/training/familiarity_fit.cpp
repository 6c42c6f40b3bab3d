// SPDX-License-Identifier: Apache-2.0
#include "engine/training/familiarity_fit.h"

#include "engine/training/weights_file.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace orrery::training {

namespace {

/// Pull of the coefficients towards zero; larger is smoother and less sure. Of 1e-4, 1e-3 and 1e-2 this one flagged
/// most photographs at the same false alarms.
constexpr double kRidge = 1e-3;
constexpr int kNewtonSteps = 30;
constexpr double kLongestStep = 10; ///< Newton's steps overshoot where the classes are far apart

/// Coefficients of y on the columns of x; both classes weigh the same, however many there are of each.
at::Tensor logistic(const at::Tensor &x, const at::Tensor &y)
{
    const at::Tensor weight = 0.5 * y / y.sum() + 0.5 * (1 - y) / (1 - y).sum(); // [N]
    const at::Tensor ridge = at::eye(x.size(1), x.options()) * kRidge;
    at::Tensor w = at::zeros({x.size(1)}, x.options());
    for (int step = 0; step < kNewtonSteps; ++step) {
        const at::Tensor p = at::sigmoid(at::matmul(x, w));
        const at::Tensor slope = at::matmul(x.t(), weight * (p - y)) + kRidge * w;
        const at::Tensor curve = at::matmul(x.t(), x * (weight * p * (1 - p)).unsqueeze(1)) + ridge;
        const at::Tensor change = at::linalg_solve(curve, slope);
        w = w - change * std::min(1.0, kLongestStep / (change.norm().item<double>() + 1e-9));
    }
    return w;
}

} // namespace

FamiliarityFit fitFamiliarity(const at::Tensor &familiar, const at::Tensor &strange, double falseAlarms)
{
    const at::Tensor x = at::cat({familiar, strange}).to(at::kDouble);
    const at::Tensor y =
        at::cat({at::ones({familiar.size(0)}, x.options()), at::zeros({strange.size(0)}, x.options())});
    const at::Tensor centre = x.mean(0), spread = x.std(0) + 1e-6;
    const at::Tensor standard = (x - centre) / spread;
    const at::Tensor w = logistic(at::cat({standard, at::ones({x.size(0), 1}, x.options())}, 1), y);

    // Back to the looks' own units.
    FamiliarityFit fit;
    const at::Tensor slopes = w.narrow(0, 0, x.size(1)) / spread;
    fit.weight = slopes.to(at::kFloat).contiguous();
    fit.bias = (w.narrow(0, x.size(1), 1) - (slopes * centre).sum()).to(at::kFloat).contiguous();
    const at::Tensor scores = at::sigmoid(at::matmul(x, fit.weight.to(at::kDouble)) + fit.bias.to(at::kDouble));
    const at::Tensor good = std::get<0>(scores.narrow(0, 0, familiar.size(0)).sort());
    const auto rank = static_cast<std::int64_t>(falseAlarms * static_cast<double>(good.numel()));
    fit.threshold = good.narrow(0, std::min(rank, good.numel() - 1), 1).to(at::kFloat).contiguous();
    fit.missed = scores.narrow(0, familiar.size(0), strange.size(0))
                     .ge(fit.threshold.item<float>())
                     .to(at::kDouble)
                     .mean()
                     .item<double>();
    return fit;
}

void writeFamiliarity(const std::string &file, const FamiliarityFit &fit)
{
    writeWeights(file, {{"weight", fit.weight}, {"bias", fit.bias}, {"threshold", fit.threshold}}, {});
}

} // namespace orrery::training
