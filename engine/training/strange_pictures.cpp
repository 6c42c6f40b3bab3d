// SPDX-License-Identifier: Apache-2.0
#include "engine/training/strange_pictures.h"

#include "engine/training/picture_world/composer.h"
#include "engine/training/picture_world/painter.h"

#include <algorithm>
#include <cmath>

namespace orrery::training {

namespace {

Colour randomColour(Random &random)
{
    // Photographs are rarely as pure in colour as drawings.
    const float grey = random.uniform();
    const float purity = random.uniform() * random.uniform();
    return {grey + purity * (random.uniform() - grey), grey + purity * (random.uniform() - grey),
            grey + purity * (random.uniform() - grey)};
}

/// Smooth noise summed over octaves, about in [0, 1], `[size, size]`. A larger `decay` is smoother.
std::vector<float> fractal(Random &random, int size, float decay, float stretch = 1)
{
    std::vector<float> field(static_cast<std::size_t>(size) * size, 0.0f);
    float weight = 1;
    float total = 0;
    for (int cells = 2 + random.below(2); cells <= size; cells *= 2) {
        const int columns = cells + 2;
        const int rows = std::max(1, static_cast<int>(static_cast<float>(cells) * stretch)) + 2;
        std::vector<float> grid(static_cast<std::size_t>(columns) * rows);
        for (float &value : grid)
            value = random.uniform();
        for (int y = 0; y < size; ++y)
            for (int x = 0; x < size; ++x) {
                const float gx = static_cast<float>(x) / size * (columns - 2);
                const float gy = static_cast<float>(y) / size * (rows - 2);
                const int ix = static_cast<int>(gx);
                const int iy = static_cast<int>(gy);
                const float fx = gx - ix;
                const float fy = gy - iy;
                const float *p = &grid[static_cast<std::size_t>(iy) * columns + ix];
                field[static_cast<std::size_t>(y) * size + x] +=
                    weight *
                    ((p[0] * (1 - fx) + p[1] * fx) * (1 - fy) + (p[columns] * (1 - fx) + p[columns + 1] * fx) * fy);
            }
        total += weight;
        weight *= decay;
    }
    for (float &value : field)
        value /= total;
    return field;
}

void paintTexture(Canvas &canvas, Random &random, const std::vector<float> *mask = nullptr, float level = 0.5f)
{
    const Colour low = randomColour(random);
    const Colour high = randomColour(random);
    const auto field = fractal(random, canvas.size, random.uniform(0.4f, 0.95f), random.uniform(0.3f, 3.0f));
    const float contrast = random.uniform(1.0f, 3.0f);
    for (std::size_t i = 0; i < field.size(); ++i) {
        if (mask && (*mask)[i] < level)
            continue;
        const float t = std::clamp(0.5f + contrast * (field[i] - 0.5f), 0.0f, 1.0f);
        for (int c = 0; c < 3; ++c)
            canvas.pixels[i * 3 + c] = low[c] + t * (high[c] - low[c]);
    }
}

/// Regions of different texture, as sky, ground and things.
void paintLandscape(Canvas &canvas, Random &random)
{
    paintTexture(canvas, random);
    const int regions = 1 + random.below(4);
    for (int k = 0; k < regions; ++k) {
        auto mask = fractal(random, canvas.size, random.uniform(0.3f, 0.6f), random.uniform(0.4f, 2.0f));
        if (random.chance(0.5f)) // a horizon
            for (int y = 0; y < canvas.size; ++y)
                for (int x = 0; x < canvas.size; ++x)
                    mask[static_cast<std::size_t>(y) * canvas.size + x] +=
                        1.5f * (static_cast<float>(y) / canvas.size - 0.5f);
        paintTexture(canvas, random, &mask, random.uniform(0.45f, 0.65f));
    }
}

void paintStripes(Canvas &canvas, Random &random)
{
    const Colour a = randomColour(random);
    const Colour b = randomColour(random);
    const float angle = random.uniform(0, 6.2832f);
    const float pitch = random.uniform(3, 20) / 64 * static_cast<float>(canvas.size);
    const bool checks = random.chance(0.4f);
    for (int y = 0; y < canvas.size; ++y)
        for (int x = 0; x < canvas.size; ++x) {
            const float u = static_cast<float>(x) * std::cos(angle) + static_cast<float>(y) * std::sin(angle);
            const float v = static_cast<float>(y) * std::cos(angle) - static_cast<float>(x) * std::sin(angle);
            float t = 0.5f + 0.5f * std::sin(6.2832f * u / pitch);
            if (checks)
                t = std::sin(6.2832f * u / pitch) * std::sin(6.2832f * v / pitch) > 0 ? 1.0f : 0.0f;
            for (int c = 0; c < 3; ++c)
                canvas.pixels[(static_cast<std::size_t>(y) * canvas.size + x) * 3 + c] = a[c] + t * (b[c] - a[c]);
        }
}

/// Drawings as raw material: one of them far too close, or many on top of each other.
void paintHeap(Canvas &canvas, const Composer &composer, Random &random, bool closeUp)
{
    const PictureWorld &world = composer.world();
    paintTexture(canvas, random);
    thread_local Layer layer;
    const int count = closeUp ? 1 + random.below(2) : 12 + random.below(16);
    for (int k = 0; k < count; ++k) {
        layer.load(world.sprite(random.below(world.spriteCount())));
        recolour(layer, ColourMatrix::random(random, 0.2f));
        Placement placement;
        placement.size = closeUp ? random.uniform(2.5f, 5.0f) : random.uniform(0.25f, 0.7f);
        placement.x = closeUp ? random.uniform(-0.5f, 1.5f) : random.uniform(0, 1);
        placement.y = closeUp ? random.uniform(-0.5f, 1.5f) : random.uniform(0, 1);
        placement.angle = random.uniform(0, 6.2832f);
        canvas.draw(layer, placement);
    }
}

/// Uneven light, and the grain of a sensor.
void develop(Canvas &canvas, Random &random)
{
    if (random.chance(0.7f)) {
        const auto light = fractal(random, canvas.size, 0.3f);
        const float strength = random.uniform(0.3f, 1.2f);
        for (std::size_t i = 0; i < light.size(); ++i)
            for (int c = 0; c < 3; ++c)
                canvas.pixels[i * 3 + c] *= 1 + strength * (light[i] - 0.5f);
    }
    if (random.chance(0.5f))
        canvas.blur(random.uniform(0.4f, 1.5f));
    if (random.chance(0.5f))
        canvas.noise(random, random.uniform(0.02f, 0.2f));
    if (random.chance(0.2f))
        for (std::size_t i = 0; i < canvas.pixels.size(); i += 3) {
            const float grey = (canvas.pixels[i] + canvas.pixels[i + 1] + canvas.pixels[i + 2]) / 3;
            std::fill_n(&canvas.pixels[i], 3, grey);
        }
}

/// Through an eyepiece, or cut out: a photograph on plain ground is no drawing.
void cutOut(Canvas &canvas, Random &random)
{
    const float grey = random.chance(0.5f) ? 0.0f : random.chance(0.7f) ? 1.0f : random.uniform();
    const bool round = random.chance(0.6f);
    const float width = random.uniform(0.55f, 1.0f), height = round ? width : random.uniform(0.55f, 1.0f);
    for (int y = 0; y < canvas.size; ++y)
        for (int x = 0; x < canvas.size; ++x) {
            const float u = (2.0f * static_cast<float>(x) + 1) / static_cast<float>(canvas.size) - 1;
            const float v = (2.0f * static_cast<float>(y) + 1) / static_cast<float>(canvas.size) - 1;
            const bool inside = round ? u * u + v * v < width * width : std::abs(u) < width && std::abs(v) < height;
            if (!inside)
                std::fill_n(&canvas.pixels[(static_cast<std::size_t>(y) * canvas.size + x) * 3], 3, grey);
        }
}

} // namespace

std::vector<std::uint8_t> strangePicture(const Composer &composer, std::uint64_t seed, std::uint64_t index, int size)
{
    Random random(seed ^ std::uint64_t(0x5) << 32, index);
    Canvas canvas(size);
    const float kind = random.uniform();
    if (kind < 0.20f)
        paintTexture(canvas, random);
    else if (kind < 0.62f)
        paintLandscape(canvas, random);
    else if (kind < 0.70f)
        paintStripes(canvas, random);
    else
        paintHeap(canvas, composer, random, kind > 0.85f);
    develop(canvas, random);
    if (random.chance(0.15f))
        cutOut(canvas, random);
    std::vector<std::uint8_t> planes(static_cast<std::size_t>(3) * size * size);
    canvas.store(planes.data());
    return planes;
}

} // namespace orrery::training
