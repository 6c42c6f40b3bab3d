// SPDX-License-Identifier: Apache-2.0
#include "engine/training/picture_checks/filling_matcher.h"

#include "engine/training/picture_checks/sprite_box.h"
#include "engine/training/picture_world/scene_parts.h"

#include <algorithm>
#include <cmath>

namespace orrery::training {

namespace {

constexpr int kSize = CheckedPicture::kSize;
constexpr std::size_t kCandidates = 12; ///< nouns that are compared at several offsets
constexpr float kOwnLight = 0.35f;      ///< of the shape itself, where small copies fill it (scenes.cpp)

/// Pixels of the thing, and which pixel of the drawing lies under each.
struct Places
{
    std::vector<int> picture;
    std::vector<int> sprite;
};

Places placesOf(const FoundThing &thing, const std::uint8_t *sprite, float dx, float dy)
{
    const SpriteBox box(thing, sprite);
    Places places;
    for (int y = thing.y0; y < thing.y1; ++y)
        for (int x = thing.x0; x < thing.x1; ++x) {
            const int i = box.index(static_cast<float>(x) + 0.5f + dx, static_cast<float>(y) + 0.5f + dy);
            if (i < 0 || sprite[i * 4 + 3] <= 140 || !thing.inside[y * kSize + x])
                continue;
            places.picture.push_back(y * kSize + x);
            places.sprite.push_back(i);
        }
    return places;
}

/// Correlation of the picture with a pattern, over all pixels and channels.
float correlation(const CheckedPicture &picture, const std::vector<float> &pattern, const Places &places)
{
    double a = 0, b = 0, aa = 0, bb = 0, ab = 0;
    for (std::size_t k = 0; k < places.picture.size(); ++k)
        for (int c = 0; c < 3; ++c) {
            const double p = picture.rgb[static_cast<std::size_t>(places.picture[k]) * 3 + c];
            const double q = pattern[static_cast<std::size_t>(places.sprite[k]) * 3 + c];
            a += p;
            b += q;
            aa += p * p;
            bb += q * q;
            ab += p * q;
        }
    const double n = std::max<double>(1, 3 * static_cast<double>(places.picture.size()));
    const double spread = (aa - a * a / n) * (bb - b * b / n);
    return spread > 1e-9 ? static_cast<float>((ab - a * b / n) / std::sqrt(spread)) : 0.0f;
}

} // namespace

FillingMatcher::FillingMatcher(std::shared_ptr<const PromptScenes> scenes) : m_scenes(std::move(scenes)) {}

const FillingMatcher::Tiles &FillingMatcher::tiles(bool madeOf) const
{
    const int k = madeOf ? 1 : 0;
    std::call_once(m_made[k], [&] {
        Layer shape;
        Layer small;
        for (int noun = 0; noun < static_cast<int>(m_scenes->nouns().size()); ++noun) {
            std::fill(shape.pixels.begin(), shape.pixels.end(), 0.0f);
            small.load(m_scenes->sprite(noun));
            fillCalmly(shape, small, madeOf);
            std::vector<float> &pattern = m_tiles[k].emplace_back();
            for (std::size_t i = 0; i < shape.pixels.size(); i += 4)
                pattern.insert(pattern.end(), {shape.pixels[i], shape.pixels[i + 1], shape.pixels[i + 2]});
        }
    });
    return m_tiles[k];
}

int FillingMatcher::nearest(const CheckedPicture &picture, const FoundThing &thing, int outline, bool madeOf) const
{
    const Tiles &patterns = tiles(madeOf);
    const std::uint8_t *sprite = m_scenes->sprite(outline);
    // The shape's own light lies over small copies, so it is taken off the picture first.
    CheckedPicture inside = picture;
    const Places centre = placesOf(thing, sprite, 0, 0);
    if (madeOf)
        for (std::size_t k = 0; k < centre.picture.size(); ++k)
            for (int c = 0; c < 3; ++c)
                inside.rgb[static_cast<std::size_t>(centre.picture[k]) * 3 + c] -=
                    kOwnLight * static_cast<float>(sprite[centre.sprite[k] * 4 + c]) / 255;

    std::vector<std::pair<float, int>> best;
    for (int noun = 0; noun < static_cast<int>(patterns.size()); ++noun)
        best.emplace_back(correlation(inside, patterns[noun], centre), noun);
    const auto end = best.begin() + static_cast<std::ptrdiff_t>(std::min(kCandidates, best.size()));
    std::partial_sort(best.begin(), end, best.end(), std::greater<>());
    best.erase(end, best.end());
    FoundThing tight = thing; // without the outline that pale things have
    ++tight.x0;
    ++tight.y0;
    --tight.x1;
    --tight.y1;
    for (const FoundThing *box : {&thing, static_cast<const FoundThing *>(&tight)})
        for (const float dx : {-1.0f, 0.0f, 1.0f})
            for (const float dy : {-1.0f, 0.0f, 1.0f}) {
                const Places places = placesOf(*box, sprite, dx, dy);
                for (auto &[score, noun] : best)
                    score = std::max(score, correlation(inside, patterns[noun], places));
            }
    return std::max_element(best.begin(), best.end())->second;
}

} // namespace orrery::training
