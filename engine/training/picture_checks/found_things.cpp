// SPDX-License-Identifier: Apache-2.0
#include "engine/training/picture_checks/found_things.h"

#include <algorithm>
#include <cmath>

namespace orrery::training {

namespace {

constexpr int kSize = CheckedPicture::kSize;
constexpr int kPixels = kSize * kSize;
constexpr float kStandsOut = 0.11f; ///< difference to the ground in one channel
constexpr float kGrain = 2.8f;      ///< or this many times the ground's own unrest, where that is more
constexpr float kMostGrain = 0.3f;
constexpr int kSpeck = 6;         ///< pixels
constexpr float kSplinter = 0.3f; ///< of the area of the thing that a splinter belongs to
constexpr int kSplinterReach = 7; ///< pixels between their boxes
constexpr int kCrack = 1;         ///< ground pixels between two halves of one thing

/// Pixels between two boxes, along the axis where they are farther apart; 0 when they touch or overlap.
int gap(const FoundThing &a, const FoundThing &b)
{
    return std::max({0, a.x0 - b.x1, b.x0 - a.x1, a.y0 - b.y1, b.y0 - a.y1});
}

void join(FoundThing &into, const FoundThing &from)
{
    into.x0 = std::min(into.x0, from.x0);
    into.y0 = std::min(into.y0, from.y0);
    into.x1 = std::max(into.x1, from.x1);
    into.y1 = std::max(into.y1, from.y1);
    into.area += from.area;
    for (int i = 0; i < kPixels; ++i)
        into.inside[i] |= from.inside[i];
}

float median(std::vector<float> &values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

std::vector<float> rimOf(const CheckedPicture &picture, int channel)
{
    std::vector<float> rim;
    for (int k = 0; k < kSize; ++k)
        for (const float *p : {picture.at(k, 0), picture.at(k, kSize - 1), picture.at(0, k), picture.at(kSize - 1, k)})
            rim.push_back(p[channel]);
    return rim;
}

/// What counts as another colour than the ground's: more where the ground is grainy.
float standsOut(const CheckedPicture &picture, const std::array<float, 3> &ground)
{
    float limit = kStandsOut;
    for (int c = 0; c < 3; ++c) {
        std::vector<float> rim = rimOf(picture, c);
        for (float &value : rim)
            value = std::abs(value - ground[c]);
        limit = std::max(limit, std::min(kMostGrain, kGrain * median(rim)));
    }
    return limit;
}

/// Everything that the ground cannot reach from the picture's rim.
std::vector<std::uint8_t> figure(const CheckedPicture &picture, const std::array<float, 3> &ground)
{
    const float limit = standsOut(picture, ground);
    std::vector<std::uint8_t> reached(kPixels, 0);
    std::vector<int> open;
    const auto visit = [&](int x, int y) {
        if (x < 0 || y < 0 || x >= kSize || y >= kSize || reached[y * kSize + x])
            return;
        const float *p = picture.at(x, y);
        for (int c = 0; c < 3; ++c)
            if (std::abs(p[c] - ground[c]) > limit)
                return;
        reached[y * kSize + x] = 1;
        open.push_back(y * kSize + x);
    };
    for (int k = 0; k < kSize; ++k) {
        visit(k, 0);
        visit(k, kSize - 1);
        visit(0, k);
        visit(kSize - 1, k);
    }
    while (!open.empty()) {
        const int at = open.back();
        open.pop_back();
        visit(at % kSize - 1, at / kSize);
        visit(at % kSize + 1, at / kSize);
        visit(at % kSize, at / kSize - 1);
        visit(at % kSize, at / kSize + 1);
    }
    for (std::uint8_t &value : reached)
        value = 1 - value;
    return reached;
}

std::vector<FoundThing> pieces(const std::vector<std::uint8_t> &figure)
{
    std::vector<FoundThing> found;
    std::vector<std::uint8_t> seen(kPixels, 0);
    std::vector<int> open;
    for (int start = 0; start < kPixels; ++start) {
        if (!figure[start] || seen[start])
            continue;
        FoundThing thing;
        thing.x0 = thing.y0 = kSize;
        thing.inside.assign(kPixels, 0);
        seen[start] = 1;
        open.push_back(start);
        while (!open.empty()) {
            const int at = open.back();
            open.pop_back();
            const int x = at % kSize;
            const int y = at / kSize;
            thing.inside[at] = 1;
            ++thing.area;
            thing.x0 = std::min(thing.x0, x);
            thing.x1 = std::max(thing.x1, x + 1);
            thing.y0 = std::min(thing.y0, y);
            thing.y1 = std::max(thing.y1, y + 1);
            for (int dy = -1; dy <= 1; ++dy)
                for (int dx = -1; dx <= 1; ++dx) {
                    const int next = at + dy * kSize + dx;
                    if (x + dx < 0 || y + dy < 0 || x + dx >= kSize || y + dy >= kSize || !figure[next] || seen[next])
                        continue;
                    seen[next] = 1;
                    open.push_back(next);
                }
        }
        found.push_back(std::move(thing));
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const FoundThing &a, const FoundThing &b) { return a.area > b.area; });
    return found;
}

} // namespace

CheckedPicture CheckedPicture::fromPlanes(const std::uint8_t *planes)
{
    CheckedPicture picture;
    for (int i = 0; i < kPixels; ++i)
        for (int c = 0; c < 3; ++c)
            picture.rgb[i * 3 + c] = static_cast<float>(planes[c * kPixels + i]) / 255;
    return picture;
}

CheckedPicture CheckedPicture::fromPixels(const std::uint8_t *pixels)
{
    CheckedPicture picture;
    for (int i = 0; i < kPixels * 3; ++i)
        picture.rgb[i] = static_cast<float>(pixels[i]) / 255;
    return picture;
}

std::array<float, 3> groundColour(const CheckedPicture &picture)
{
    std::array<float, 3> ground{};
    for (int c = 0; c < 3; ++c) {
        std::vector<float> rim = rimOf(picture, c);
        ground[c] = median(rim);
    }
    return ground;
}

std::vector<FoundThing> findThings(const CheckedPicture &picture, const std::array<float, 3> &ground)
{
    std::vector<FoundThing> found = pieces(figure(picture, ground));
    // From the smallest on, so that a splinter of a splinter arrives too.
    for (std::size_t k = found.size(); k-- > 1;) {
        std::size_t best = k;
        int nearest = kSplinterReach + 1;
        for (std::size_t j = 0; j < k; ++j)
            if (const int distance = gap(found[j], found[k]); distance < nearest) {
                nearest = distance;
                best = j;
            }
        const bool splinter =
            best != k &&
            (static_cast<float>(found[k].area) < kSplinter * static_cast<float>(found[best].area) || nearest < kCrack);
        if (splinter)
            join(found[best], found[k]);
        if (splinter || found[k].area < kSpeck)
            found.erase(found.begin() + static_cast<std::ptrdiff_t>(k));
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const FoundThing &a, const FoundThing &b) { return a.area > b.area; });
    return found;
}

} // namespace orrery::training
