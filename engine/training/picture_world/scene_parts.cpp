// SPDX-License-Identifier: Apache-2.0
#include "engine/training/picture_world/scene_parts.h"

#include <algorithm>

namespace orrery::training {

std::string joined(std::initializer_list<std::string_view> parts)
{
    std::string text;
    for (const std::string_view part : parts)
        text += part;
    return text;
}

const std::uint8_t kLetters[26][7] = {
    {0x0E, 0x11, 0x11, 0x1F, 0x11, 0x11, 0x11}, {0x1E, 0x11, 0x11, 0x1E, 0x11, 0x11, 0x1E},
    {0x0E, 0x11, 0x10, 0x10, 0x10, 0x11, 0x0E}, {0x1E, 0x11, 0x11, 0x11, 0x11, 0x11, 0x1E},
    {0x1F, 0x10, 0x10, 0x1E, 0x10, 0x10, 0x1F}, {0x1F, 0x10, 0x10, 0x1E, 0x10, 0x10, 0x10},
    {0x0E, 0x11, 0x10, 0x17, 0x11, 0x11, 0x0F}, {0x11, 0x11, 0x11, 0x1F, 0x11, 0x11, 0x11},
    {0x0E, 0x04, 0x04, 0x04, 0x04, 0x04, 0x0E}, {0x07, 0x02, 0x02, 0x02, 0x02, 0x12, 0x0C},
    {0x11, 0x12, 0x14, 0x18, 0x14, 0x12, 0x11}, {0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x1F},
    {0x11, 0x1B, 0x15, 0x15, 0x11, 0x11, 0x11}, {0x11, 0x19, 0x19, 0x15, 0x13, 0x13, 0x11},
    {0x0E, 0x11, 0x11, 0x11, 0x11, 0x11, 0x0E}, {0x1E, 0x11, 0x11, 0x1E, 0x10, 0x10, 0x10},
    {0x0E, 0x11, 0x11, 0x11, 0x15, 0x12, 0x0D}, {0x1E, 0x11, 0x11, 0x1E, 0x14, 0x12, 0x11},
    {0x0F, 0x10, 0x10, 0x0E, 0x01, 0x01, 0x1E}, {0x1F, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04},
    {0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x0E}, {0x11, 0x11, 0x11, 0x11, 0x0A, 0x0A, 0x04},
    {0x11, 0x11, 0x11, 0x15, 0x15, 0x1B, 0x11}, {0x11, 0x11, 0x0A, 0x04, 0x0A, 0x11, 0x11},
    {0x11, 0x11, 0x0A, 0x04, 0x04, 0x04, 0x04}, {0x1F, 0x01, 0x02, 0x04, 0x08, 0x10, 0x1F},
};

void loadLetter(Layer &layer, char letter, const Colour &ink)
{
    std::fill(layer.pixels.begin(), layer.pixels.end(), 0.0f);
    const auto &rows = kLetters[letter - 'a'];
    for (int y = 4; y < 60; ++y)
        for (int x = 12; x < 52; ++x)
            if (rows[(y - 4) / 8] >> (4 - (x - 12) / 8) & 1) {
                float *p = layer.at(x, y);
                std::copy(ink.begin(), ink.end(), p);
                p[3] = 1;
            }
}

float brightness(const Colour &colour)
{
    return 0.3f * colour[0] + 0.6f * colour[1] + 0.1f * colour[2];
}

void fillShape(Layer &shape, const Layer &small, float cell, float keep,
               const std::function<Placement(float x, float y)> &place)
{
    Canvas tiles(Layer::kSize);
    float mean[4] = {1e-3f, 1e-3f, 1e-3f, 1e-3f};
    for (std::size_t i = 0; i < small.pixels.size(); i += 4) {
        for (int c = 0; c < 3; ++c)
            mean[c] += small.pixels[i + c] * small.pixels[i + 3];
        mean[3] += small.pixels[i + 3];
    }
    const Colour ground{mean[0] / mean[3], mean[1] / mean[3], mean[2] / mean[3]};
    tiles.fill({0.5f + 0.5f * ground[0], 0.5f + 0.5f * ground[1], 0.5f + 0.5f * ground[2]});
    for (float y = cell / 2; y < 1; y += cell)
        for (float x = cell / 2; x < 1; x += cell)
            tiles.draw(small, place(x, y));
    for (int i = 0; i < Layer::kSize * Layer::kSize; ++i)
        for (int c = 0; c < 3; ++c) {
            float &value = shape.pixels[static_cast<std::size_t>(i) * 4 + c];
            value = keep * value + (1 - keep) * tiles.pixels[static_cast<std::size_t>(i) * 3 + c];
        }
}

void fillCalmly(Layer &shape, const Layer &small, bool madeOf)
{
    const float cell = madeOf ? 0.25f : 0.5f;
    fillShape(shape, small, cell, madeOf ? 0.35f : 0.1f, [cell](float x, float y) {
        Placement placement;
        placement.x = x;
        placement.y = y;
        placement.size = cell;
        return placement;
    });
}

SignBoard SignBoard::of(int size)
{
    const int margin = std::max(1, size / 24);
    return {margin, size / 4, size - 2 * margin, size * 7 / 16};
}

Placement SignBoard::letter(std::size_t k, std::size_t letters, int size) const
{
    const float step = std::min(0.3f, 0.86f / static_cast<float>(letters));
    Placement placement;
    placement.size = std::min(step * 1.35f, 0.42f);
    placement.x = 0.5f + step * (static_cast<float>(k) - 0.5f * static_cast<float>(letters - 1));
    placement.y = (static_cast<float>(top) + 0.5f * static_cast<float>(height)) / static_cast<float>(size);
    return placement;
}

} // namespace orrery::training
