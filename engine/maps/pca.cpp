// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/pca.h"

#include "engine/models/one_thread.h"
#include "engine/runtime/generator.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace orrery::maps {

namespace {
constexpr std::int64_t kOversampling = 20;
constexpr int kMostPasses = 100;
constexpr double kResidual = 1e-8;
constexpr double kMultiplicationsAStep = 1e8;
} // namespace

PcaFit::PcaFit(const Points &points, std::int64_t components, std::uint64_t seed) : m_points(points)
{
    const std::int64_t n = points.count, d = points.dimensions;
    m_result.components = components;
    std::int64_t width = d;
    const auto doubles = at::TensorOptions(at::kDouble);
    if (d > kWidest) {
        const OneThread one;
        width = std::min(d, components + kOversampling);
        m_basis = std::get<0>(at::linalg_qr(Generator(seed, 0, 0x706361).normal({d, width}).to(at::kDouble)));
    }
    m_rows = std::clamp<std::int64_t>(std::int64_t(kMultiplicationsAStep / double(d * width)), 16, 8192);
    m_blocks = (n + m_rows - 1) / m_rows;
    m_product = at::zeros({d, width}, doubles);
}

double PcaFit::fraction() const
{
    if (done())
        return 1;
    const double pass = double(m_next) / double(m_blocks);
    // How many passes wide data takes is not known beforehand; ten are usual.
    return m_basis.defined() ? std::min(0.95, (m_passes + pass) / 12) : (m_passes + pass) / 2;
}

at::Tensor PcaFit::block(std::int64_t index) const
{
    const std::int64_t first = index * m_rows, rows = std::min(m_rows, m_points.count - first);
    return at::from_blob(const_cast<float *>(m_points.row(first)), {rows, m_points.dimensions},
                         at::TensorOptions(at::kFloat))
        .to(at::kDouble);
}

void PcaFit::step()
{
    if (done())
        return;
    const OneThread one;
    const at::Tensor rows = block(m_next); // [rows, D]
    if (m_phase == Phase::Multiply) {
        if (m_passes == 0)
            m_total += rows.square().sum().item<double>();
        m_product += m_basis.defined() ? rows.t().mm(rows.mm(m_basis)) : rows.t().mm(rows);
    } else {
        const at::Tensor projected = rows.mm(m_kept).to(at::kFloat).contiguous(); // [rows, components]
        m_result.projections.insert(m_result.projections.end(), projected.const_data_ptr<float>(),
                                    projected.const_data_ptr<float>() + projected.numel());
    }
    if (++m_next < m_blocks)
        return;
    m_next = 0;
    if (m_phase == Phase::Multiply)
        solve();
    else
        m_phase = Phase::Done;
}

void PcaFit::solve()
{
    ++m_passes;
    if (!m_basis.defined()) {
        const auto [values, vectors] = at::linalg_eigh(m_product);
        keep(values.flip({0}), vectors.flip({1}));
        return;
    }
    const auto [values, turned] = at::linalg_eigh(m_basis.t().mm(m_product)); // ascending
    const at::Tensor ritz = values.flip({0});                                 // [l]
    const at::Tensor turn = turned.flip({1});                                 // [l, l]
    const at::Tensor vectors = m_basis.mm(turn);                              // [D, l]
    const at::Tensor residual = (m_product.mm(turn) - vectors * ritz).slice(1, 0, m_result.components);
    const double largest = residual.square().sum(0).max().sqrt().item<double>();
    if (largest <= kResidual * std::abs(ritz[0].item<double>()) || m_passes >= kMostPasses) {
        keep(ritz, vectors);
        return;
    }
    m_basis = std::get<0>(at::linalg_qr(m_product));
    m_product.zero_();
}

void PcaFit::keep(const at::Tensor &values, const at::Tensor &vectors)
{
    const double divisor = double(std::max<std::int64_t>(1, m_points.count - 1));
    const std::int64_t d = m_points.dimensions, components = m_result.components;
    m_result.totalVariance = m_total / divisor;
    at::Tensor directions = vectors.slice(1, 0, components).t().contiguous(); // [components, D]
    auto *entry = directions.mutable_data_ptr<double>();
    for (std::int64_t c = 0; c < components; ++c, entry += d) {
        const double *largest =
            std::max_element(entry, entry + d, [](double a, double b) { return std::abs(a) < std::abs(b); });
        if (*largest < 0)
            std::transform(entry, entry + d, entry, [](double x) { return -x; });
        m_result.variances.push_back(std::max(0.0, values[c].item<double>() / divisor));
    }
    m_kept = directions.t().contiguous();
    m_result.directions.assign(directions.const_data_ptr<double>(),
                               directions.const_data_ptr<double>() + directions.numel());
    m_phase = Phase::Project;
}

} // namespace orrery::maps
