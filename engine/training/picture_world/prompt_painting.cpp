// SPDX-License-Identifier: Apache-2.0
// How the sentences of models that draw are painted. Calm: nothing is turned, bent or blurred, and every thing has its
// place, so that all there is to learn is what the words say.
#include "engine/training/picture_world/prompt_scenes.h"
#include "engine/training/picture_world/scene_parts.h"

#include <algorithm>
#include <cmath>

namespace orrery::training {

namespace {

constexpr Colour kWhite{1, 1, 1};
constexpr float kTint = 0.95f; ///< how much of a named colour replaces the drawing's own

/// Two places in a row or a column, so far apart that jittered and outlined things of kHalf never touch.
constexpr float kNear = 0.25f;
constexpr float kFar = 0.75f;
constexpr float kHalf = 0.43f;

/// Composer's tint() asks how light the drawing is, so a light thing in black comes out grey. Here a drawing's mean
/// light becomes the colour itself and its light and shade vary around that, so that the colour can be measured.
void paintIn(Layer &layer, const Colour &named)
{
    // Nothing is lighter than white, so a thing in pure white would lose all its light and shade.
    const bool white = brightness(named) > 0.95f;
    const Colour colour = white ? Colour{0.9f, 0.9f, 0.9f} : named;
    const float highlight = white ? 1.0f : 0.38f;
    const auto light = [](const float *p) { return 0.299f * p[0] + 0.587f * p[1] + 0.114f * p[2]; };
    float mean = 0;
    float weight = 1e-6f;
    for (std::size_t i = 0; i < layer.pixels.size(); i += 4) {
        mean += layer.pixels[i + 3] * light(&layer.pixels[i]);
        weight += layer.pixels[i + 3];
    }
    mean = std::clamp(mean / weight, 0.02f, 0.98f);
    for (std::size_t i = 0; i < layer.pixels.size(); i += 4) {
        float *p = &layer.pixels[i];
        const float l = light(p);
        for (int c = 0; c < 3; ++c) {
            const float shaded = l < mean ? colour[c] * (0.5f + 0.5f * l / mean)
                                          : colour[c] + (1 - colour[c]) * highlight * (l - mean) / (1 - mean);
            p[c] += kTint * (shaded - p[c]);
        }
    }
}

/// Whether a good part of the drawing's rim would vanish on that ground, as white things do on white.
bool vanishes(const Layer &layer, const Colour &ground)
{
    constexpr int n = Layer::kSize;
    const auto inside = [&](int x, int y) { return x >= 0 && y >= 0 && x < n && y < n && layer.at(x, y)[3] > 0.5f; };
    int rim = 0;
    int lost = 0;
    for (int y = 0; y < n; ++y)
        for (int x = 0; x < n; ++x) {
            if (!inside(x, y) || (inside(x - 1, y) && inside(x + 1, y) && inside(x, y - 1) && inside(x, y + 1)))
                continue;
            const float *p = layer.at(x, y);
            ++rim;
            lost +=
                std::max({std::abs(p[0] - ground[0]), std::abs(p[1] - ground[1]), std::abs(p[2] - ground[2])}) < 0.22f;
        }
    return 4 * lost > rim;
}

/// Draws a thing, with a thin outline under it where it would vanish on its ground.
void drawThing(Canvas &canvas, const Layer &layer, const Placement &placement, const Colour &ground)
{
    if (vanishes(layer, ground)) {
        const float grey = brightness(ground) > 0.5f ? 0.35f : 0.85f;
        thread_local Layer shadow;
        shadow.pixels = layer.pixels;
        silhouette(shadow, {grey, grey, grey});
        const float reach = 0.9f / static_cast<float>(canvas.size);
        for (int k = 0; k < 8; ++k) {
            Placement moved = placement;
            moved.x += reach * std::cos(0.78539816f * static_cast<float>(k));
            moved.y += reach * std::sin(0.78539816f * static_cast<float>(k));
            canvas.draw(shadow, moved);
        }
    }
    canvas.draw(layer, placement);
}

Placement calm(Random &random, float x, float y, float size, float drift, float growth)
{
    Placement placement;
    placement.x = x + random.uniform(-drift, drift);
    placement.y = y + random.uniform(-drift, drift);
    placement.size = size * random.uniform(1 - growth, 1 + growth);
    return placement;
}

void paintStyle(Layer &layer, Placement &placement, const PromptSpec &spec)
{
    const Colour ink = spec.colour >= 0 ? namedColours()[spec.colour].colour : Colour{0.05f, 0.05f, 0.05f};
    switch (static_cast<SceneStyle>(spec.style)) {
    case SceneStyle::LineDrawing: {
        LineStyle style;
        style.ink = ink;
        style.threshold = 0.2f;
        lineDrawing(layer, style);
        break;
    }
    case SceneStyle::Silhouette:
        silhouette(layer, ink);
        break;
    case SceneStyle::Greyscale:
        greyscale(layer);
        break;
    case SceneStyle::Pixelated:
        pixelate(layer, 6);
        break;
    case SceneStyle::UpsideDown:
        placement.angle = 3.14159265f;
        break;
    case SceneStyle::Mirrored:
        placement.mirror = true;
        break;
    }
}

void paintThings(Canvas &canvas, Layer &layer, const PromptSpec &spec, const Colour &ground, Random &random)
{
    static constexpr float kPlaces[3][4][2] = {{{kNear, 0.5f}, {kFar, 0.5f}},
                                               {{0.5f, kNear}, {kNear, kFar}, {kFar, kFar}},
                                               {{kNear, kNear}, {kFar, kNear}, {kNear, kFar}, {kFar, kFar}}};
    if (spec.count > 1) {
        const auto &places = kPlaces[spec.count - 2];
        for (int k = 0; k < spec.count; ++k)
            drawThing(canvas, layer, calm(random, places[k][0], places[k][1], kHalf, 0.01f, 0.025f), ground);
        return;
    }
    Placement placement = calm(random, 0.5f, 0.5f, 0.85f, 0.02f, 0.04f);
    if (spec.size < 0)
        placement = calm(random, random.uniform(0.27f, 0.73f), random.uniform(0.27f, 0.73f), 0.42f, 0, 0.04f);
    else if (spec.size > 0)
        placement = calm(random, 0.5f, 0.5f, 1.0f, 0.01f, 0.02f);
    if (spec.style >= 0)
        paintStyle(layer, placement, spec);
    drawThing(canvas, layer, placement, ground);
}

void paintSignBoard(Canvas &canvas, const std::string &word, Random &random)
{
    const auto colours = namedColours();
    const Colour board = colours[random.below(static_cast<int>(colours.size()))].colour;
    const Colour ink = brightness(board) > 0.5f ? Colour{0.05f, 0.05f, 0.05f} : kWhite;
    const int size = canvas.size;
    const SignBoard place = SignBoard::of(size);
    canvas.rectangle(size / 2 - size / 32, place.top, size / 16, size - place.top, {0.4f, 0.3f, 0.2f});
    canvas.rectangle(place.left, place.top, place.width, place.height, {0.05f, 0.05f, 0.05f});
    canvas.rectangle(place.left + 1, place.top + 1, place.width - 2, place.height - 2, board);
    thread_local Layer layer;
    for (std::size_t k = 0; k < word.size(); ++k) {
        loadLetter(layer, word[k], ink);
        canvas.draw(layer, place.letter(k, word.size(), size));
    }
}

} // namespace

std::vector<std::uint8_t> PromptScenes::paint(const PromptSpec &spec, Random &random, int size) const
{
    using Kind = PromptSpec::Kind;
    const auto colours = namedColours();
    const Colour ground = spec.background >= 0 ? colours[spec.background].colour : kWhite;
    Canvas canvas(size);
    canvas.fill(ground);
    thread_local Layer layer;
    thread_local Layer second;
    const auto load = [&](Layer &into, int noun, int colour) {
        into.load(sprite(noun));
        if (colour >= 0)
            paintIn(into, colours[colour].colour);
    };
    switch (spec.kind) {
    case Kind::Things:
        load(layer, spec.noun, spec.colour);
        paintThings(canvas, layer, spec, ground, random);
        break;
    case Kind::Relation: {
        const bool vertical = spec.relation >= 2;
        const bool first = spec.relation % 2 == 0; // the noun is on the left, or on top
        for (int k = 0; k < 2; ++k) {
            load(layer, k == 0 ? spec.noun : spec.other, k == 0 ? spec.colour : spec.otherColour);
            const float along = (k == 0) == first ? kNear : kFar;
            drawThing(canvas, layer,
                      calm(random, vertical ? 0.5f : along, vertical ? along : 0.5f, kHalf, 0.01f, 0.025f), ground);
        }
        break;
    }
    case Kind::ShapeOf:
    case Kind::MadeOf: {
        const bool madeOf = spec.kind == Kind::MadeOf;
        load(layer, madeOf ? spec.noun : spec.other, -1);
        load(second, madeOf ? spec.other : spec.noun, -1);
        fillCalmly(layer, second, madeOf);
        drawThing(canvas, layer, calm(random, 0.5f, 0.5f, 0.94f, 0.02f, 0.02f), ground);
        break;
    }
    case Kind::Sign:
        paintSignBoard(canvas, spec.word, random);
        break;
    }
    std::vector<std::uint8_t> picture(static_cast<std::size_t>(3) * size * size);
    canvas.store(picture.data());
    return picture;
}

} // namespace orrery::training
