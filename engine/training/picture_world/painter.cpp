// SPDX-License-Identifier: Apache-2.0
#include "engine/training/picture_world/painter.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace orrery::training {

namespace {

constexpr int kSize = Layer::kSize;

float luminance(const float *p)
{
    return 0.299f * p[0] + 0.587f * p[1] + 0.114f * p[2];
}

float smoothstep(float low, float high, float value)
{
    const float t = std::clamp((value - low) / (high - low), 0.0f, 1.0f);
    return t * t * (3 - 2 * t);
}

} // namespace

void Layer::load(const std::uint8_t *rgba)
{
    for (std::size_t i = 0; i < pixels.size(); ++i)
        pixels[i] = rgba[i] * (1.0f / 255.0f);
}

ColourMatrix ColourMatrix::random(Random &random, float strength)
{
    ColourMatrix matrix;
    for (auto &row : matrix.m) {
        for (int c = 0; c < 3; ++c)
            row[c] += strength * random.normal();
        row[3] = 0.5f * strength * random.normal();
    }
    return matrix;
}

void recolour(Layer &layer, const ColourMatrix &matrix)
{
    const auto &m = matrix.m;
    for (int i = 0; i < kSize * kSize; ++i) {
        float *p = &layer.pixels[static_cast<std::size_t>(i) * 4];
        const float r = p[0];
        const float g = p[1];
        const float b = p[2];
        for (int c = 0; c < 3; ++c)
            p[c] = std::clamp(m[c][0] * r + m[c][1] * g + m[c][2] * b + m[c][3], 0.0f, 1.0f);
    }
}

void tint(Layer &layer, const Colour &colour, float amount)
{
    const float target = luminance(colour.data());
    for (int i = 0; i < kSize * kSize; ++i) {
        float *p = &layer.pixels[static_cast<std::size_t>(i) * 4];
        const float light = luminance(p);
        for (int c = 0; c < 3; ++c) {
            // Dark stays dark; from the colour at mid light towards white at full light.
            const float mid = 0.35f + 0.3f * target;
            const float shaded = light < mid ? colour[c] * (0.25f + 0.75f * light / mid)
                                             : colour[c] + (1 - colour[c]) * 0.6f * (light - mid) / (1 - mid);
            p[c] += amount * (shaded - p[c]);
        }
    }
}

void greyscale(Layer &layer)
{
    for (int i = 0; i < kSize * kSize; ++i) {
        float *p = &layer.pixels[static_cast<std::size_t>(i) * 4];
        p[0] = p[1] = p[2] = luminance(p);
    }
}

void silhouette(Layer &layer, const Colour &colour)
{
    for (int i = 0; i < kSize * kSize; ++i)
        std::copy(colour.begin(), colour.end(), &layer.pixels[static_cast<std::size_t>(i) * 4]);
}

void pixelate(Layer &layer, int cell)
{
    for (int y0 = 0; y0 < kSize; y0 += cell) {
        for (int x0 = 0; x0 < kSize; x0 += cell) {
            const int y1 = std::min(kSize, y0 + cell);
            const int x1 = std::min(kSize, x0 + cell);
            float sum[4] = {};
            for (int y = y0; y < y1; ++y)
                for (int x = x0; x < x1; ++x) {
                    const float *p = layer.at(x, y);
                    for (int c = 0; c < 3; ++c)
                        sum[c] += p[c] * p[3];
                    sum[3] += p[3];
                }
            const float alpha = sum[3] / static_cast<float>((y1 - y0) * (x1 - x0));
            for (int y = y0; y < y1; ++y)
                for (int x = x0; x < x1; ++x) {
                    float *p = layer.at(x, y);
                    for (int c = 0; c < 3; ++c)
                        p[c] = sum[3] > 0 ? sum[c] / sum[3] : 0;
                    p[3] = alpha > 0.4f ? 1.0f : 0.0f;
                }
        }
    }
}

void shade(Layer &layer, float dx, float dy)
{
    for (int y = 0; y < kSize; ++y)
        for (int x = 0; x < kSize; ++x) {
            const float light =
                dx * (static_cast<float>(x) / kSize - 0.5f) + dy * (static_cast<float>(y) / kSize - 0.5f);
            float *p = layer.at(x, y);
            for (int c = 0; c < 3; ++c)
                p[c] = std::clamp(p[c] + light, 0.0f, 1.0f);
        }
}

void posterise(Layer &layer, int levels)
{
    const float n = static_cast<float>(levels - 1);
    for (int i = 0; i < kSize * kSize; ++i) {
        float *p = &layer.pixels[static_cast<std::size_t>(i) * 4];
        for (int c = 0; c < 3; ++c)
            p[c] = std::floor(p[c] * n + 0.5f) / n;
    }
}

void lineDrawing(Layer &layer, const LineStyle &style)
{
    // The drawing over white, as four planes: red, green, blue, alpha; smoothed, for edges of noise are no lines.
    thread_local std::vector<float> flat(kSize * kSize * 4);
    thread_local std::vector<float> soft(kSize * kSize * 4);
    thread_local std::vector<float> edge(kSize * kSize);
    thread_local std::vector<float> wide(kSize * kSize);
    for (int i = 0; i < kSize * kSize; ++i) {
        const float *p = &layer.pixels[static_cast<std::size_t>(i) * 4];
        for (int c = 0; c < 3; ++c)
            flat[i * 4 + c] = 1 + p[3] * (p[c] - 1);
        flat[i * 4 + 3] = p[3];
    }
    const auto clamped = [](int v) { return std::clamp(v, 0, kSize - 1); };
    for (int y = 0; y < kSize; ++y)
        for (int x = 0; x < kSize; ++x)
            for (int c = 0; c < 4; ++c) {
                const auto value = [&](int dx, int dy) {
                    return flat[(clamped(y + dy) * kSize + clamped(x + dx)) * 4 + c];
                };
                soft[(y * kSize + x) * 4 + c] =
                    0.4f * value(0, 0) + 0.15f * (value(-1, 0) + value(1, 0) + value(0, -1) + value(0, 1));
            }
    for (int y = 0; y < kSize; ++y)
        for (int x = 0; x < kSize; ++x) {
            float strongest = 0;
            for (int c = 0; c < 4; ++c) {
                const auto value = [&](int dx, int dy) {
                    const int px = x + dx;
                    const int py = y + dy;
                    // Beyond the sprite there is paper, so a shape that touches the rim has an outline there too.
                    if (px < 0 || py < 0 || px >= kSize || py >= kSize)
                        return c == 3 ? 0.0f : 1.0f;
                    return soft[(py * kSize + px) * 4 + c];
                };
                const float gx =
                    value(1, 0) - value(-1, 0) + 0.5f * (value(1, 1) - value(-1, 1) + value(1, -1) - value(-1, -1));
                const float gy =
                    value(0, 1) - value(0, -1) + 0.5f * (value(1, 1) - value(1, -1) + value(-1, 1) - value(-1, -1));
                strongest = std::max(strongest, gx * gx + gy * gy);
            }
            edge[y * kSize + x] = smoothstep(style.threshold, 2 * style.threshold, 0.5f * std::sqrt(strongest));
        }
    for (int t = 0; t < style.thickness; ++t) {
        for (int y = 0; y < kSize; ++y)
            for (int x = 0; x < kSize; ++x) {
                float value = edge[y * kSize + x];
                value = std::max({value, edge[y * kSize + clamped(x - 1)], edge[y * kSize + clamped(x + 1)],
                                  edge[clamped(y - 1) * kSize + x], edge[clamped(y + 1) * kSize + x]});
                wide[y * kSize + x] = value;
            }
        edge.swap(wide);
    }
    for (int i = 0; i < kSize * kSize; ++i) {
        float *p = &layer.pixels[static_cast<std::size_t>(i) * 4];
        const float ink = edge[i];
        const float under = p[3] * style.fill * (1 - ink);
        const float alpha = ink + under;
        for (int c = 0; c < 3; ++c)
            p[c] = alpha > 0 ? (style.ink[c] * ink + p[c] * under) / alpha : 0;
        p[3] = alpha;
    }
}

Elastic Elastic::random(Random &random, float strength)
{
    Elastic elastic;
    for (int i = 0; i < kGrid * kGrid; ++i) {
        elastic.dx[i] = strength * random.normal();
        elastic.dy[i] = strength * random.normal();
    }
    return elastic;
}

void Canvas::fill(const Colour &colour)
{
    for (std::size_t i = 0; i < pixels.size(); i += 3)
        std::copy(colour.begin(), colour.end(), &pixels[i]);
}

void Canvas::gradient(const Colour &from, const Colour &to, float angle)
{
    const float cx = std::cos(angle);
    const float cy = std::sin(angle);
    for (int y = 0; y < size; ++y)
        for (int x = 0; x < size; ++x) {
            const float u = (static_cast<float>(x) / size - 0.5f) * cx + (static_cast<float>(y) / size - 0.5f) * cy;
            const float t = std::clamp(u / 1.2f + 0.5f, 0.0f, 1.0f);
            for (int c = 0; c < 3; ++c)
                pixels[(static_cast<std::size_t>(y) * size + x) * 3 + c] = from[c] + t * (to[c] - from[c]);
        }
}

void Canvas::draw(const Layer &layer, const Placement &placement)
{
    // Levels of premultiplied pixels, each half as large, so that shrinking averages instead of dropping pixels.
    thread_local std::vector<float> levels[4];
    const float shrink = static_cast<float>(kSize) / (placement.size * static_cast<float>(size));
    int level = 0;
    levels[0].resize(kSize * kSize * 4);
    for (int i = 0; i < kSize * kSize * 4; i += 4) {
        const float alpha = layer.pixels[i + 3];
        for (int c = 0; c < 3; ++c)
            levels[0][i + c] = layer.pixels[i + c] * alpha;
        levels[0][i + 3] = alpha;
    }
    for (float s = shrink; s > 1.45f && level < 3; s *= 0.5f) {
        const int edge = kSize >> level;
        const int half = edge / 2;
        const std::vector<float> &from = levels[level];
        std::vector<float> &to = levels[++level];
        to.resize(static_cast<std::size_t>(half) * half * 4);
        for (int y = 0; y < half; ++y)
            for (int x = 0; x < half; ++x) {
                const float *a = &from[(static_cast<std::size_t>(2 * y) * edge + 2 * x) * 4];
                const float *b = a + static_cast<std::size_t>(edge) * 4;
                float *o = &to[(static_cast<std::size_t>(y) * half + x) * 4];
                for (int c = 0; c < 4; ++c)
                    o[c] = 0.25f * (a[c] + a[c + 4] + b[c] + b[c + 4]);
            }
    }
    const std::vector<float> &source = levels[level];
    const int edge = kSize >> level;

    // Canvas → sprite: undo the placement, then add the elastic displacement.
    const float scale = 1 / placement.size;
    const float ca = std::cos(placement.angle);
    const float sa = std::sin(placement.angle);
    const float sx = (placement.mirror ? -1.0f : 1.0f) * scale / placement.aspect;
    const float sy = (placement.upsideDown ? -1.0f : 1.0f) * scale * placement.aspect;
    const float m00 = sx * (ca + placement.shear * sa);
    const float m01 = sx * (sa - placement.shear * ca);
    const float m10 = -sy * sa;
    const float m11 = sy * ca;

    const float reach =
        0.95f * placement.size * (1 + std::abs(placement.shear)) * std::max(placement.aspect, 1 / placement.aspect);
    const int xFrom = std::clamp(static_cast<int>((placement.x - reach) * size), 0, size);
    const int xTo = std::clamp(static_cast<int>((placement.x + reach) * size) + 1, 0, size);
    const int yFrom = std::clamp(static_cast<int>((placement.y - reach) * size), 0, size);
    const int yTo = std::clamp(static_cast<int>((placement.y + reach) * size) + 1, 0, size);
    for (int y = yFrom; y < yTo; ++y)
        for (int x = xFrom; x < xTo; ++x) {
            const float px = (static_cast<float>(x) + 0.5f) / size - placement.x;
            const float py = (static_cast<float>(y) + 0.5f) / size - placement.y;
            float u = m00 * px + m01 * py + 0.5f;
            float v = m10 * px + m11 * py + 0.5f;
            if (u < -0.1f || v < -0.1f || u > 1.1f || v > 1.1f)
                continue;
            if (placement.elastic) {
                constexpr int n = Elastic::kGrid;
                const float gu = std::clamp(u, 0.0f, 0.9999f) * (n - 1);
                const float gv = std::clamp(v, 0.0f, 0.9999f) * (n - 1);
                const int iu = static_cast<int>(gu);
                const int iv = static_cast<int>(gv);
                // Smooth weights: a bent line must not show the grid.
                const float fu = (gu - iu) * (gu - iu) * (3 - 2 * (gu - iu));
                const float fv = (gv - iv) * (gv - iv) * (3 - 2 * (gv - iv));
                const int i = iv * n + iu;
                const float *dx = placement.elastic->dx;
                const float *dy = placement.elastic->dy;
                const float w00 = (1 - fu) * (1 - fv);
                const float w01 = fu * (1 - fv);
                const float w10 = (1 - fu) * fv;
                const float w11 = fu * fv;
                u += w00 * dx[i] + w01 * dx[i + 1] + w10 * dx[i + n] + w11 * dx[i + n + 1];
                v += w00 * dy[i] + w01 * dy[i + 1] + w10 * dy[i + n] + w11 * dy[i + n + 1];
            }
            const float su = u * edge - 0.5f;
            const float sv = v * edge - 0.5f;
            const int x0 = static_cast<int>(std::floor(su));
            const int y0 = static_cast<int>(std::floor(sv));
            if (x0 < -1 || y0 < -1 || x0 >= edge || y0 >= edge)
                continue;
            const float fx = su - static_cast<float>(x0);
            const float fy = sv - static_cast<float>(y0);
            float value[4] = {};
            const auto gather = [&](int gx, int gy, float weight) {
                if (gx < 0 || gy < 0 || gx >= edge || gy >= edge)
                    return;
                const float *p = &source[(static_cast<std::size_t>(gy) * edge + gx) * 4];
                for (int c = 0; c < 4; ++c)
                    value[c] += weight * p[c];
            };
            gather(x0, y0, (1 - fx) * (1 - fy));
            gather(x0 + 1, y0, fx * (1 - fy));
            gather(x0, y0 + 1, (1 - fx) * fy);
            gather(x0 + 1, y0 + 1, fx * fy);
            float *out = &pixels[(static_cast<std::size_t>(y) * size + x) * 3];
            for (int c = 0; c < 3; ++c)
                out[c] = out[c] * (1 - value[3]) + value[c];
        }
}

void Canvas::blur(float sigma)
{
    const float side = std::exp(-0.5f / (sigma * sigma));
    const float norm = 1 / (1 + 2 * side);
    thread_local std::vector<float> rows;
    rows.resize(pixels.size());
    const auto index = [&](int x, int y) { return (static_cast<std::size_t>(y) * size + x) * 3; };
    for (int y = 0; y < size; ++y)
        for (int x = 0; x < size; ++x)
            for (int c = 0; c < 3; ++c)
                rows[index(x, y) + c] =
                    norm * (pixels[index(x, y) + c] + side * (pixels[index(std::max(0, x - 1), y) + c] +
                                                              pixels[index(std::min(size - 1, x + 1), y) + c]));
    for (int y = 0; y < size; ++y)
        for (int x = 0; x < size; ++x)
            for (int c = 0; c < 3; ++c)
                pixels[index(x, y) + c] =
                    norm * (rows[index(x, y) + c] + side * (rows[index(x, std::max(0, y - 1)) + c] +
                                                            rows[index(x, std::min(size - 1, y + 1)) + c]));
}

void Canvas::noise(Random &random, float strength)
{
    for (float &value : pixels)
        value += strength * (random.uniform() - 0.5f);
}

void Canvas::rectangle(int x, int y, int width, int height, const Colour &colour)
{
    for (int py = std::max(0, y); py < std::min(size, y + height); ++py)
        for (int px = std::max(0, x); px < std::min(size, x + width); ++px)
            std::copy(colour.begin(), colour.end(), &pixels[(static_cast<std::size_t>(py) * size + px) * 3]);
}

void Canvas::store(std::uint8_t *planes) const
{
    const int count = size * size;
    for (int i = 0; i < count; ++i)
        for (int c = 0; c < 3; ++c)
            planes[c * count + i] = static_cast<std::uint8_t>(
                std::clamp(pixels[static_cast<std::size_t>(i) * 3 + c], 0.0f, 1.0f) * 255.0f + 0.5f);
}

} // namespace orrery::training
