// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/repulsion_field.h"

#include "engine/models/one_thread.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace orrery::maps {

namespace {

constexpr double kSpacing = 0.4;    // of nodes, at most; RepulsionFieldTest says what it costs in accuracy
constexpr double kFewestNodes = 60; // a small map gets a finer grid
constexpr double kMostNodes = 4000; // and a huge one a coarser
constexpr std::int64_t kMargin = 6; // nodes that splines reach beyond the points
constexpr std::int64_t kDecay = 24; // nodes after which the splines' inverse has died away (0.27^n)
constexpr std::int64_t kL = kFftLanes;

struct Scratch
{
    std::vector<float> re, im, otherRe, otherIm;
    void resize(std::size_t size)
    {
        for (std::vector<float> *part : {&re, &im, &otherRe, &otherIm})
            part->resize(std::max(part->size(), size));
    }
};

Scratch &scratch(std::int64_t length, int which)
{
    thread_local Scratch all[2];
    all[which].resize(std::size_t(length * kL));
    return all[which];
}

} // namespace

void RepulsionField::prepare(float minX, float minY, float maxX, float maxY)
{
    const double span = std::max({double(maxX) - double(minX), double(maxY) - double(minY), 1e-12});
    double spacing = kSpacing;
    if (span / spacing < kFewestNodes) // in steps of the square root of two, so that the kernel can stay
        spacing = kSpacing * std::exp2(-std::ceil(2 * std::log2(kFewestNodes * spacing / span)) / 2);
    else if (span / spacing > kMostNodes)
        spacing = kSpacing * std::exp2(std::ceil(2 * std::log2(span / spacing / kMostNodes)) / 2);
    const auto reached = std::int64_t(std::ceil(span / spacing)) + kMargin;
    const std::int64_t length = FftPlan::goodLength(2 * reached + kDecay);
    if (length != m_length || spacing != m_spacing) {
        m_spacing = spacing;
        if (length != m_length)
            m_plan = FftPlan(length);
        m_length = length;
        m_nodes = (length / 2 - kDecay / 2 + 2 * kL - 1) / (2 * kL) * (2 * kL);
        m_blocks = (length / 2 + kL) / kL;
        m_kernelPart = KernelPart::Nodes;
        m_halfRe.resize(std::size_t(m_blocks * kL * m_nodes));
        m_halfIm.resize(std::size_t(m_blocks * kL * m_nodes));
        m_backRe.resize(std::size_t(m_length * m_nodes));
        m_backIm.resize(std::size_t(m_length * m_nodes));
        m_field.resize(std::size_t(m_nodes * m_nodes * 2));
        m_mass.resize(std::size_t(m_blocks));
    }
    m_grid.assign(std::size_t(m_nodes * m_nodes), 0.0F);
    constexpr float kFirst = 2; // the first point lies here, so that its splines reach no node below zero
    m_place = {float(double(minX) - kFirst * spacing), float(double(minY) - kFirst * spacing), float(1 / spacing),
               m_nodes};
}

void RepulsionField::prepareStep()
{
    const OneThread one; // a transform over two threads may round differently
    switch (m_kernelPart) {
    case KernelPart::Nodes:
        fillNodes();
        break;
    case KernelPart::Force:
        m_force = at::view_as_real(at::fft_rfft2(m_force)).contiguous();
        break;
    case KernelPart::Mass:
        m_massAt = at::view_as_real(at::fft_rfft2(m_massAt)).contiguous();
        break;
    case KernelPart::Spectra:
        makeSpectra();
        m_force = m_massAt = at::Tensor();
        break;
    case KernelPart::Ready:
        return;
    }
    m_kernelPart = KernelPart(int(m_kernelPart) + 1);
}

void RepulsionField::fillNodes()
{
    const std::int64_t m = m_length;
    m_force = at::empty({m, m}, at::TensorOptions(at::kDouble));
    m_massAt = at::empty_like(m_force);
    auto *f = m_force.mutable_data_ptr<double>(), *c = m_massAt.mutable_data_ptr<double>();
    const auto place = [&](std::int64_t i) { return m_spacing * double(i <= m / 2 ? i : i - m); };
    for (std::int64_t i = 0; i < m; ++i)
        for (std::int64_t j = 0; j < m; ++j) {
            const double x = place(i), y = place(j), near = 1 / (1 + x * x + y * y);
            c[i * m + j] = near;
            f[i * m + j] = 2 * i == m ? 0 : x * near * near; // odd: the node opposite counts as both signs
        }
}

void RepulsionField::makeSpectra()
{
    // Real and even along y; along x odd (imaginary) and even (real).
    const std::int64_t m = m_length;
    const auto *forceAt = m_force.const_data_ptr<double>(), *massAt = m_massAt.const_data_ptr<double>();
    const std::int64_t half = m / 2 + 1;
    // exp(−2πi k j / M) of the spline's values at nodes, 1/6 4/6 1/6; it smooths once on the way in and once on the way
    // out.
    std::vector<double> sharpen(std::size_t(m), 0.0);
    for (std::int64_t k = 0; k < m; ++k) {
        const double smooth = (4 + 2 * std::cos(2 * std::numbers::pi * double(k) / double(m))) / 6;
        sharpen[std::size_t(k)] = 1 / (smooth * smooth);
    }
    const auto folded = [&](std::int64_t k) { return k <= m / 2 ? k : m - k; };
    const double scale = 1 / double(m * m);
    for (std::vector<float> *spectrum : {&m_a, &m_b, &m_c})
        spectrum->assign(std::size_t(m_blocks * m * kL), 0.0F);
    for (std::int64_t kx = 0; kx < half; ++kx)
        for (std::int64_t ky = 0; ky < m; ++ky) {
            const auto to = std::size_t((kx / kL * m + ky) * kL + kx % kL);
            const double factor = scale * sharpen[std::size_t(kx)] * sharpen[std::size_t(ky)];
            const std::int64_t y = folded(ky);
            m_a[to] = float(-forceAt[2 * (kx * half + y) + 1] * factor);
            // The force along y is the one along x with the axes exchanged.
            m_b[to] = float(-forceAt[2 * (ky * half + kx) + 1] * factor);
            m_c[to] = float(massAt[2 * (kx * half + y)] * factor);
        }
}

void RepulsionField::spread(const float *positions, std::int64_t count)
{
    m_kernels.spread(positions, count, m_place, m_grid.data());
}

std::int64_t RepulsionField::chunksOfPhase(int phase) const
{
    return phase == 0 ? m_nodes / (2 * kL) : phase == 1 ? m_blocks : m_nodes / kL;
}

void RepulsionField::run(int phase, std::int64_t chunk)
{
    phase == 0 ? alongX(chunk) : phase == 1 ? alongY(chunk) : backAlongX(chunk);
}

void RepulsionField::alongX(std::int64_t chunk)
{
    // Two blocks of real columns as the two parts of one complex block.
    Scratch &s = scratch(m_length, 0);
    const std::int64_t y = chunk * 2 * kL, m = m_length;
    for (std::int64_t x = 0; x < m_nodes; ++x)
        for (std::int64_t l = 0; l < kL; ++l) {
            s.re[std::size_t(x * kL + l)] = m_grid[std::size_t(x * m_nodes + y + l)];
            s.im[std::size_t(x * kL + l)] = m_grid[std::size_t(x * m_nodes + y + kL + l)];
        }
    std::fill(s.re.begin() + m_nodes * kL, s.re.begin() + m * kL, 0.0F);
    std::fill(s.im.begin() + m_nodes * kL, s.im.begin() + m * kL, 0.0F);
    const bool other =
        m_kernels.transform(m_plan.table(), s.re.data(), s.im.data(), s.otherRe.data(), s.otherIm.data());
    const float *re = other ? s.otherRe.data() : s.re.data(), *im = other ? s.otherIm.data() : s.im.data();
    for (std::int64_t k = 0; k <= m / 2; ++k) {
        const std::int64_t mirror = (k == 0 ? 0 : m - k) * kL;
        float *toRe = m_halfRe.data() + k * m_nodes + y, *toIm = m_halfIm.data() + k * m_nodes + y;
        for (std::int64_t l = 0; l < kL; ++l) {
            const float a = re[k * kL + l], b = im[k * kL + l], c = re[mirror + l], d = im[mirror + l];
            toRe[l] = 0.5F * (a + c);
            toIm[l] = 0.5F * (b - d);
            toRe[kL + l] = 0.5F * (b + d);
            toIm[kL + l] = 0.5F * (c - a);
        }
    }
}

void RepulsionField::alongY(std::int64_t chunk)
{
    Scratch &s = scratch(m_length, 0);
    Scratch &t = scratch(m_length, 1);
    const std::int64_t m = m_length, kx = chunk * kL;
    for (std::int64_t l = 0; l < kL; ++l)
        for (std::int64_t y = 0; y < m_nodes; ++y) {
            s.re[std::size_t(y * kL + l)] = m_halfRe[std::size_t((kx + l) * m_nodes + y)];
            s.im[std::size_t(y * kL + l)] = m_halfIm[std::size_t((kx + l) * m_nodes + y)];
        }
    std::fill(s.re.begin() + m_nodes * kL, s.re.begin() + m * kL, 0.0F);
    std::fill(s.im.begin() + m_nodes * kL, s.im.begin() + m * kL, 0.0F);
    const FftTable table = m_plan.table();
    const bool other = m_kernels.transform(table, s.re.data(), s.im.data(), s.otherRe.data(), s.otherIm.data());
    const float *re = other ? s.otherRe.data() : s.re.data(), *im = other ? s.otherIm.data() : s.im.data();
    const float *a = m_a.data() + chunk * m * kL, *b = m_b.data() + chunk * m * kL, *c = m_c.data() + chunk * m * kL;

    double mass = 0;
    for (std::int64_t k = 0; k < m; ++k) {
        float sum[kL];
        for (std::int64_t l = 0; l < kL; ++l) {
            const float x = re[k * kL + l], y = im[k * kL + l];
            sum[l] = (x * x + y * y) * c[k * kL + l];
        }
        for (std::int64_t l = 0; l < kL; ++l) // frequencies that stand for their mirror image as well count twice
            mass += (kx + l == 0 || kx + l == m / 2 ? 1.0 : 2.0) * double(sum[l]);
    }
    m_mass[std::size_t(chunk)] = mass;

    // The force's spectrum is b − i a; at −kx, where the charge's is the conjugate at −ky, it is b + i a. Real and
    // imaginary parts change places, which turns the transform around.
    for (const bool mirrored : {false, true}) {
        for (std::int64_t k = 0; k < m; ++k) {
            const std::int64_t from = (!mirrored || k == 0 ? k : m - k) * kL;
            const float sign = mirrored ? -1.0F : 1.0F;
            for (std::int64_t l = 0; l < kL; ++l) {
                const float x = re[from + l], y = sign * im[from + l], p = b[k * kL + l], q = -sign * a[k * kL + l];
                t.im[std::size_t(k * kL + l)] = x * p - y * q;
                t.re[std::size_t(k * kL + l)] = x * q + y * p;
            }
        }
        const bool swapped = m_kernels.transform(table, t.re.data(), t.im.data(), t.otherRe.data(), t.otherIm.data());
        const float *backIm = swapped ? t.otherRe.data() : t.re.data(),
                    *backRe = swapped ? t.otherIm.data() : t.im.data();
        for (std::int64_t l = 0; l < kL; ++l) {
            const std::int64_t k = kx + l;
            if (k > m / 2 || (mirrored && (k == 0 || k == m / 2)))
                continue;
            float *toRe = m_backRe.data() + (mirrored ? m - k : k) * m_nodes;
            float *toIm = m_backIm.data() + (mirrored ? m - k : k) * m_nodes;
            for (std::int64_t y = 0; y < m_nodes; ++y) {
                toRe[y] = backRe[y * kL + l];
                toIm[y] = backIm[y * kL + l];
            }
        }
    }
}

void RepulsionField::backAlongX(std::int64_t chunk)
{
    Scratch &s = scratch(m_length, 0);
    const std::int64_t m = m_length, y = chunk * kL;
    for (std::int64_t k = 0; k < m; ++k)
        for (std::int64_t l = 0; l < kL; ++l) {
            s.im[std::size_t(k * kL + l)] = m_backRe[std::size_t(k * m_nodes + y + l)];
            s.re[std::size_t(k * kL + l)] = m_backIm[std::size_t(k * m_nodes + y + l)];
        }
    const bool other =
        m_kernels.transform(m_plan.table(), s.re.data(), s.im.data(), s.otherRe.data(), s.otherIm.data());
    const float *im = other ? s.otherRe.data() : s.re.data(), *re = other ? s.otherIm.data() : s.im.data();
    for (std::int64_t x = 0; x < m_nodes; ++x)
        for (std::int64_t l = 0; l < kL; ++l) {
            m_field[std::size_t(2 * (x * m_nodes + y + l))] = re[x * kL + l];
            m_field[std::size_t(2 * (x * m_nodes + y + l) + 1)] = im[x * kL + l];
        }
}

double RepulsionField::mass() const
{
    double sum = 0;
    for (const double part : m_mass)
        sum += part;
    return sum;
}

void RepulsionField::gather(const float *positions, std::int64_t first, std::int64_t last, float *force) const
{
    m_kernels.gather(positions, first, last, m_place, m_field.data(), force);
}

} // namespace orrery::maps
