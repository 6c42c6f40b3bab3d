// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/training/random.h"

#include <array>
#include <cstdint>
#include <vector>

namespace orrery::training {

using Colour = std::array<float, 3>; ///< RGB in [0, 1]

/// A sprite being worked on: straight colour and alpha in [0, 1], `[64, 64, 4]`.
struct Layer
{
    static constexpr int kSize = 64;
    std::vector<float> pixels = std::vector<float>(kSize * kSize * 4);

    void load(const std::uint8_t *rgba);
    float *at(int x, int y) { return &pixels[(static_cast<std::size_t>(y) * kSize + x) * 4]; }
    const float *at(int x, int y) const { return &pixels[(static_cast<std::size_t>(y) * kSize + x) * 4]; }
};

/// 3×3 matrix and offset on colours, `[3, 4]`.
struct ColourMatrix
{
    float m[3][4] = {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}};
    static ColourMatrix random(Random &random, float strength);
};

void recolour(Layer &layer, const ColourMatrix &matrix);
/// Keeps light and shade, replaces hue: what "a red dog" means here.
void tint(Layer &layer, const Colour &colour, float amount);
void greyscale(Layer &layer);
/// Everything inside becomes one colour.
void silhouette(Layer &layer, const Colour &colour);
/// Averages over squares of `cell` pixels.
void pixelate(Layer &layer, int cell);
/// A light from one side.
void shade(Layer &layer, float dx, float dy);
/// Colours of `levels` steps a channel.
void posterise(Layer &layer, int levels);

struct LineStyle
{
    Colour ink{0.05f, 0.05f, 0.05f};
    float threshold = 0.25f; ///< how strong an edge must be
    int thickness = 0;       ///< extra pixels
    float fill = 0;          ///< 0: lines on nothing; 1: lines on the sprite's own colours
};
/// Lines where the drawing has edges (Sobel on colour over white and on alpha).
void lineDrawing(Layer &layer, const LineStyle &style);

/// Smooth random displacements on a 5×5 grid, in sprite pixels.
struct Elastic
{
    static constexpr int kGrid = 5;
    float dx[kGrid * kGrid] = {};
    float dy[kGrid * kGrid] = {};
    static Elastic random(Random &random, float strength);
};

/// Where a layer lands: centre and size in [0, 1] of the canvas, then rotation (radians), shear, aspect and mirroring.
struct Placement
{
    float x = 0.5f;
    float y = 0.5f;
    float size = 1;
    float angle = 0;
    float shear = 0;
    float aspect = 1;
    bool mirror = false;
    bool upsideDown = false;
    const Elastic *elastic = nullptr;
};

/// The picture being made: RGB in [0, 1], `[size, size, 3]`.
struct Canvas
{
    explicit Canvas(int edge) : size(edge), pixels(static_cast<std::size_t>(edge) * edge * 3) {}
    int size;
    std::vector<float> pixels;

    void fill(const Colour &colour);
    void gradient(const Colour &from, const Colour &to, float angle);
    /// Draws with an area average where the layer shrinks. Its parts outside the canvas are lost.
    void draw(const Layer &layer, const Placement &placement);
    void blur(float sigma);
    void noise(Random &random, float strength);
    void rectangle(int x, int y, int width, int height, const Colour &colour);
    /// Writes `[3, size, size]` bytes.
    void store(std::uint8_t *planes) const;
};

} // namespace orrery::training
