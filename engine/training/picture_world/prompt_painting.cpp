// SPDX-License-Identifier: Apache-2.0
// How the sentences of models that draw are painted. Calm: nothing is turned, bent or blurred. What words leave open
// is chosen among a few places whose edges all lie alike on a grid of eighths of the picture, the grid that
// picture-dvae and picture-diffusion cut it by: a fox of one size then looks the same to them wherever it stands, and a
// small model learns foxes instead of fractions of pixels.
#include "engine/training/picture_world/prompt_scenes.h"
#include "engine/training/picture_world/scene_parts.h"

#include <algorithm>
#include <cmath>

namespace orrery::training {

namespace {

constexpr Colour kWhite{1, 1, 1};
constexpr float kTint = 0.95f; ///< how much of a named colour replaces the drawing's own

constexpr float kCell = 0.125f; ///< of the grid

/// Two places in a row or a column, so far apart that outlined things of kHalf never touch.
constexpr float kNear = 0.25f;
constexpr float kMid = 0.5f;
constexpr float kFar = 0.75f;
constexpr float kHalf = 0.4375f;
constexpr float kAlone = 0.875f; ///< of a thing that has the picture to itself

struct Place
{
    float x, y;
};

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

Placement at(const Place &place, float size)
{
    Placement placement;
    placement.x = place.x;
    placement.y = place.y;
    placement.size = size;
    return placement;
}

/// Seven cells of eight leave one to move in.
Placement alone(Random &random)
{
    const float x = kMid + kCell * (static_cast<float>(random.below(2)) - 0.5f);
    const float y = kMid + kCell * (static_cast<float>(random.below(2)) - 0.5f);
    return at({x, y}, kAlone);
}

Placement small(Random &random)
{
    const float x = kNear + kCell * static_cast<float>(random.below(5));
    const float y = kNear + kCell * static_cast<float>(random.below(5));
    return at({x, y}, kHalf);
}

void paintStyle(Layer &layer, Placement &placement, const PromptSpec &spec)
{
    const Colour ink = spec.colour >= 0 ? colourPhrases()[spec.colour].colour : Colour{0.05f, 0.05f, 0.05f};
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

/// Where two, three or four of a kind stand.
std::vector<Place> placesOf(int count, Random &random)
{
    static const std::vector<std::vector<Place>> kTwo{{{kNear, kMid}, {kFar, kMid}},
                                                      {{kMid, kNear}, {kMid, kFar}},
                                                      {{kNear, kNear}, {kFar, kFar}},
                                                      {{kFar, kNear}, {kNear, kFar}}};
    static const std::vector<std::vector<Place>> kThree{{{kMid, kNear}, {kNear, kFar}, {kFar, kFar}},
                                                        {{kNear, kNear}, {kFar, kNear}, {kMid, kFar}},
                                                        {{kNear, kMid}, {kFar, kNear}, {kFar, kFar}},
                                                        {{kNear, kNear}, {kNear, kFar}, {kFar, kMid}}};
    static const std::vector<std::vector<Place>> kFour{{{kNear, kNear}, {kFar, kNear}, {kNear, kFar}, {kFar, kFar}}};
    const auto &ways = count == 2 ? kTwo : count == 3 ? kThree : kFour;
    return ways[random.below(static_cast<int>(ways.size()))];
}

void paintThings(Canvas &canvas, Layer &layer, const PromptSpec &spec, const Colour &ground, Random &random)
{
    if (spec.count > 1) {
        for (const Place &place : placesOf(spec.count, random))
            drawThing(canvas, layer, at(place, kHalf), ground);
        return;
    }
    Placement placement = spec.size < 0 ? small(random) : spec.size > 0 ? at({kMid, kMid}, 1) : alone(random);
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
            paintIn(into, colourPhrases()[colour].colour);
    };
    switch (spec.kind) {
    case Kind::Things:
        load(layer, spec.noun, spec.colour);
        paintThings(canvas, layer, spec, ground, random);
        break;
    case Kind::Relation: {
        const bool vertical = spec.relation >= 2;
        const bool first = spec.relation % 2 == 0; // the noun is on the left, or on top
        const float across = kNear + 2 * kCell * static_cast<float>(random.below(3));
        for (int k = 0; k < 2; ++k) {
            load(layer, k == 0 ? spec.noun : spec.other, k == 0 ? spec.colour : spec.otherColour);
            const float along = (k == 0) == first ? kNear : kFar;
            drawThing(canvas, layer, at(vertical ? Place{across, along} : Place{along, across}, kHalf), ground);
        }
        break;
    }
    case Kind::Together: {
        load(layer, spec.noun, spec.colour);
        load(second, spec.other, spec.otherColour);
        std::vector<Place> places = placesOf(spec.count + spec.otherCount, random);
        for (int k = 0; k < static_cast<int>(places.size()); ++k) {
            const int left = static_cast<int>(places.size()) - k;
            std::swap(places[k], places[k + random.below(left)]);
            drawThing(canvas, k < spec.count ? layer : second, at(places[k], kHalf), ground);
        }
        break;
    }
    case Kind::ShapeOf:
    case Kind::MadeOf: {
        const bool madeOf = spec.kind == Kind::MadeOf;
        load(layer, madeOf ? spec.noun : spec.other, -1);
        load(second, madeOf ? spec.other : spec.noun, -1);
        fillCalmly(layer, second, madeOf);
        drawThing(canvas, layer, at({kMid, kMid}, 1), ground); // so its copies keep to the grid, too
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
