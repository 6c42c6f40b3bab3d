// SPDX-License-Identifier: Apache-2.0
#include "engine/training/picture_checks/sprite_matcher.h"

#include <algorithm>
#include <cmath>

namespace orrery::training {

namespace {

constexpr int kSize = CheckedPicture::kSize;
constexpr int kThumb = SpriteMatcher::kThumb;
constexpr int kCells = kThumb * kThumb;
constexpr float kFlat = 0.06f;  ///< spread of light below which a drawing counts as flat
constexpr float kShade = 0.5f;  ///< weight of light and shade beside the outline
constexpr int kCandidates = 12; ///< nouns that are compared at several offsets

using Thumb = SpriteMatcher::Thumb;

/// Weights with which pixels fall into the cells of one axis.
struct Axis
{
    int from[kThumb];
    int to[kThumb];
    float first[kThumb]; ///< weight of the first pixel
    float last[kThumb];  ///< weight of the last pixel
};

Axis axis(float origin, float edge)
{
    Axis result;
    for (int k = 0; k < kThumb; ++k) {
        const float a = origin + edge * static_cast<float>(k) / kThumb;
        const float b = origin + edge * static_cast<float>(k + 1) / kThumb;
        result.from[k] = static_cast<int>(std::floor(a));
        result.to[k] = static_cast<int>(std::ceil(b));
        result.first[k] = static_cast<float>(result.from[k] + 1) - a;
        result.last[k] = b - static_cast<float>(result.to[k] - 1);
        if (result.to[k] - result.from[k] == 1)
            result.first[k] = result.last[k] = b - a;
    }
    return result;
}

/// @param grow, dx, dy  the box that is looked at, changed by parts of its edge.
Thumb thumbOf(const CheckedPicture &picture, const FoundThing &thing, float grow = 1, float dx = 0, float dy = 0)
{
    const float own = static_cast<float>(std::max(thing.x1 - thing.x0, thing.y1 - thing.y0));
    const float edge = own * grow;
    const Axis across = axis(thing.x() - 0.5f * edge + dx * own, edge);
    const Axis down = axis(thing.y() - 0.5f * edge + dy * own, edge);
    Thumb thumb;
    thumb.cover.assign(kCells, 0);
    thumb.light.assign(kCells, 0);
    const float cell = (edge / kThumb) * (edge / kThumb);
    double mean = 0, weight = 1e-6;
    for (int v = 0; v < kThumb; ++v)
        for (int u = 0; u < kThumb; ++u) {
            float cover = 0, light = 0;
            for (int y = std::max(0, down.from[v]); y < std::min(kSize, down.to[v]); ++y) {
                const float wy = y == down.from[v] ? down.first[v] : y == down.to[v] - 1 ? down.last[v] : 1;
                for (int x = std::max(0, across.from[u]); x < std::min(kSize, across.to[u]); ++x) {
                    if (!thing.inside[y * kSize + x])
                        continue;
                    const float wx = x == across.from[u] ? across.first[u] : x == across.to[u] - 1 ? across.last[u] : 1;
                    const float *p = picture.at(x, y);
                    cover += wx * wy;
                    light += wx * wy * (0.299f * p[0] + 0.587f * p[1] + 0.114f * p[2]);
                }
            }
            const int i = v * kThumb + u;
            thumb.cover[i] = cover / cell;
            thumb.light[i] = cover > 0 ? light / cover : 0;
            mean += thumb.cover[i] * thumb.light[i];
            weight += thumb.cover[i];
        }
    mean /= weight;
    double spread = 0;
    for (int i = 0; i < kCells; ++i)
        spread += thumb.cover[i] * (thumb.light[i] - mean) * (thumb.light[i] - mean);
    const float scale = 1 / (static_cast<float>(std::sqrt(spread / weight)) + kFlat);
    for (int i = 0; i < kCells; ++i)
        thumb.light[i] = thumb.cover[i] > 0 ? (thumb.light[i] - static_cast<float>(mean)) * scale : 0;
    return thumb;
}

/// Sums over all cells, in kLanes partial sums so that the compiler may add several at a time.
struct Compared
{
    float both = 1e-6f, either = 1e-6f, shade = 0;

    Compared(const Thumb &a, const Thumb &b)
    {
        constexpr int kLanes = 8;
        static_assert(kCells % kLanes == 0);
        float sums[3][kLanes] = {};
        const float *coverA = a.cover.data();
        const float *coverB = b.cover.data();
        const float *lightA = a.light.data();
        const float *lightB = b.light.data();
        for (int i = 0; i < kCells; i += kLanes)
            for (int k = 0; k < kLanes; ++k) {
                const float common = coverA[i + k] < coverB[i + k] ? coverA[i + k] : coverB[i + k];
                sums[0][k] += common;
                sums[1][k] += coverA[i + k] + coverB[i + k] - common;
                sums[2][k] += common * lightA[i + k] * lightB[i + k];
            }
        for (int k = 0; k < kLanes; ++k) {
            both += sums[0][k];
            either += sums[1][k];
            shade += sums[2][k];
        }
    }
};

float overlap(const Thumb &a, const Thumb &b)
{
    const Compared sums(a, b);
    return sums.both / sums.either;
}

float likeness(const Thumb &a, const Thumb &b)
{
    const Compared sums(a, b);
    return sums.both / sums.either + kShade * sums.shade / sums.both;
}

std::vector<SpriteMatcher::Match> sorted(std::vector<SpriteMatcher::Match> matches, int count)
{
    const auto end = matches.begin() + std::min<std::ptrdiff_t>(count, static_cast<std::ptrdiff_t>(matches.size()));
    std::partial_sort(matches.begin(), end, matches.end(),
                      [](const auto &a, const auto &b) { return a.score > b.score; });
    matches.erase(end, matches.end());
    return matches;
}

} // namespace

SpriteMatcher::SpriteMatcher(std::shared_ptr<const PromptScenes> scenes) : m_scenes(std::move(scenes)) {}

std::shared_ptr<const SpriteMatcher::Bank> SpriteMatcher::bank(const Manner &manner) const
{
    {
        const std::lock_guard lock(m_mutex);
        if (const auto found = m_banks.find(manner); found != m_banks.end())
            return found->second;
    }
    auto bank = std::make_shared<Bank>(m_scenes->nouns().size());
    for (int noun = 0; noun < static_cast<int>(bank->size()); ++noun)
        for (const int size : {0, -1}) { // as drawn alone, and about as large as several in one picture
            if (size != 0 && manner.style >= 0)
                continue;
            PromptSpec spec;
            spec.noun = noun;
            spec.size = size;
            spec.style = manner.style;
            spec.background = manner.background;
            spec.colour = manner.colour;
            Random random(1, 0);
            const std::vector<std::uint8_t> planes = m_scenes->paint(spec, random, kSize);
            const CheckedPicture picture = CheckedPicture::fromPlanes(planes.data());
            const std::vector<FoundThing> things = findThings(picture, groundColour(picture));
            if (!things.empty())
                (*bank)[noun].push_back(thumbOf(picture, things.front()));
        }
    const std::lock_guard lock(m_mutex);
    return m_banks.emplace(manner, std::move(bank)).first->second;
}

std::vector<SpriteMatcher::Match> SpriteMatcher::nearest(const CheckedPicture &picture, const FoundThing &thing,
                                                         const std::vector<Manner> &manners, int count) const
{
    std::vector<std::shared_ptr<const Bank>> banks;
    for (const Manner &manner : manners)
        banks.push_back(bank(manner));
    const auto compare = [&](const Thumb &thumb, Match &match) {
        for (const auto &nouns : banks)
            for (const Thumb &drawn : (*nouns)[match.noun])
                match.score = std::max(match.score, likeness(thumb, drawn));
    };
    std::vector<Match> matches(m_scenes->nouns().size());
    const Thumb centre = thumbOf(picture, thing);
    for (int noun = 0; noun < static_cast<int>(matches.size()); ++noun) {
        matches[noun] = {noun, -1};
        compare(centre, matches[noun]);
    }
    matches = sorted(std::move(matches), kCandidates);
    // A splinter more or less moves the box, so the best are compared in moved boxes too.
    for (const float grow : {0.93f, 1.0f, 1.08f})
        for (const float dx : {-0.04f, 0.0f, 0.04f})
            for (const float dy : {-0.04f, 0.0f, 0.04f}) {
                const Thumb moved = thumbOf(picture, thing, grow, dx, dy);
                for (Match &match : matches)
                    compare(moved, match);
            }
    return sorted(std::move(matches), count);
}

std::vector<SpriteMatcher::Match> SpriteMatcher::nearestOutlines(const CheckedPicture &picture, const FoundThing &thing,
                                                                 int count) const
{
    const std::shared_ptr<const Bank> nouns = bank({});
    const Thumb own = thumbOf(picture, thing);
    std::vector<Match> matches;
    for (int noun = 0; noun < static_cast<int>(nouns->size()); ++noun) {
        Match match{noun, -1};
        for (const Thumb &thumb : (*nouns)[noun])
            match.score = std::max(match.score, overlap(own, thumb));
        matches.push_back(match);
    }
    return sorted(std::move(matches), count);
}

} // namespace orrery::training
