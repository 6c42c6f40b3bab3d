// SPDX-License-Identifier: Apache-2.0
#include "engine/training/picture_checks/picture_checks.h"

#include "engine/training/picture_checks/thing_colour.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace orrery::training {

namespace {

constexpr int kWhite = 10;              ///< of namedColours
constexpr float kSameOutline = 0.04f;   ///< outlines that cover a thing this little worse are as good
constexpr std::size_t kMostThings = 12; ///< more are not looked at one by one; the count is wrong anyway

bool liesAsSaid(int relation, const SeenThing &noun, const SeenThing &other)
{
    const float right = noun.x - other.x;
    const float down = noun.y - other.y;
    switch (relation) {
    case 0:
        return -right > std::abs(down);
    case 1:
        return right > std::abs(down);
    case 2:
        return -down > std::abs(right);
    default:
        return down > std::abs(right);
    }
}

/// Only the named colours can be told apart: of "dark blue green" nothing is asked.
bool hasColour(const SeenThing &thing, int phrase)
{
    return phrase < 0 || phrase >= static_cast<int>(namedColours().size()) || thing.colour == phrase;
}

} // namespace

PictureChecks::PictureChecks(std::shared_ptr<const PromptScenes> scenes)
    : m_scenes(std::move(scenes)), m_matcher(m_scenes), m_fillings(m_scenes)
{}

PictureVerdict PictureChecks::check(const PromptSpec &spec, const CheckedPicture &picture) const
{
    using Kind = PromptSpec::Kind;
    PictureVerdict verdict;
    if (spec.kind == Kind::Sign) {
        verdict.word = m_reader.read(picture);
        verdict.noun = verdict.word == spec.word;
        verdict.other = verdict.colour = verdict.count = verdict.position = true;
        return verdict;
    }
    const std::array<float, 3> ground = groundColour(picture);
    const std::vector<FoundThing> found = findThings(picture, ground);
    if (spec.kind == Kind::ShapeOf || spec.kind == Kind::MadeOf) {
        checkFilled(spec, picture, found, verdict);
        return verdict;
    }
    std::vector<SpriteMatcher::Manner> manners{{spec.style, spec.background, -1}};
    // White hides most of a drawing's light and shade, so it is looked for too when colours may go wrong.
    std::set<int> colours;
    for (const int colour : {spec.colour, spec.otherColour})
        if (colour >= 0)
            colours.insert({colour, kWhite});
    for (const int colour : colours)
        manners.push_back({spec.style, -1, colour});
    for (std::size_t k = 0; k < found.size() && k < kMostThings; ++k) {
        SeenThing seen;
        seen.x = found[k].x();
        seen.y = found[k].y();
        seen.area = found[k].area;
        const SpriteMatcher::Match match = m_matcher.nearest(picture, found[k], manners, 1).front();
        seen.noun = match.noun;
        seen.score = match.score;
        seen.colour = colourOf(picture, found[k], ground, m_scenes->sprite(match.noun), spec.style);
        verdict.things.push_back(seen);
    }
    if (spec.kind == Kind::Things)
        checkThings(spec, verdict);
    else if (spec.kind == Kind::Together)
        checkTogether(spec, verdict);
    else
        checkRelation(spec, verdict);
    return verdict;
}

void PictureChecks::checkTogether(const PromptSpec &spec, PictureVerdict &verdict) const
{
    const auto tally = [&](int noun, int colour) {
        std::pair<int, int> seen; // things, and those of the colour asked for
        for (const SeenThing &thing : verdict.things)
            if (thing.noun == noun) {
                ++seen.first;
                seen.second += hasColour(thing, colour);
            }
        return seen;
    };
    const auto [firsts, firstsColoured] = tally(spec.noun, spec.colour);
    const auto [others, othersColoured] = tally(spec.other, spec.otherColour);
    verdict.noun = firsts > 0;
    verdict.other = others > 0;
    verdict.position = true;
    verdict.colour = verdict.noun && verdict.other && 2 * firstsColoured > firsts && 2 * othersColoured > others;
    verdict.count =
        firsts == spec.count && others == spec.otherCount && firsts + others == static_cast<int>(verdict.things.size());
}

void PictureChecks::checkThings(const PromptSpec &spec, PictureVerdict &verdict) const
{
    const auto count = static_cast<int>(verdict.things.size());
    int right = 0;
    int coloured = 0;
    for (const SeenThing &thing : verdict.things) {
        right += thing.noun == spec.noun;
        coloured += thing.noun == spec.noun && hasColour(thing, spec.colour);
    }
    verdict.noun = right > 0 && 2 * right >= count;
    verdict.other = true;
    verdict.position = true;
    verdict.colour = verdict.noun && 2 * coloured > right;
    verdict.count = verdict.noun && count == spec.count && 2 * right > count;
}

void PictureChecks::checkRelation(const PromptSpec &spec, PictureVerdict &verdict) const
{
    for (const SeenThing &first : verdict.things) {
        verdict.noun = verdict.noun || first.noun == spec.noun;
        verdict.other = verdict.other || first.noun == spec.other;
        if (first.noun != spec.noun)
            continue;
        for (const SeenThing &second : verdict.things) {
            if (second.noun != spec.other)
                continue;
            verdict.position = verdict.position || liesAsSaid(spec.relation, first, second);
            verdict.colour = verdict.colour || (hasColour(first, spec.colour) && hasColour(second, spec.otherColour));
        }
    }
    verdict.count = verdict.noun && verdict.other && verdict.things.size() == 2;
}

void PictureChecks::checkFilled(const PromptSpec &spec, const CheckedPicture &picture,
                                const std::vector<FoundThing> &found, PictureVerdict &verdict) const
{
    verdict.colour = verdict.count = verdict.position = true;
    if (found.empty())
        return;
    const bool madeOf = spec.kind == PromptSpec::Kind::MadeOf;
    const int outline = madeOf ? spec.noun : spec.other;
    const int filling = madeOf ? spec.other : spec.noun;
    const FoundThing &thing = found.front();
    // A filled outline is all that is left of the shape, and a few outlines are nearly the same.
    const auto matches = m_matcher.nearestOutlines(picture, thing, static_cast<int>(m_scenes->nouns().size()));
    const bool shape = std::any_of(matches.begin(), matches.end(), [&](const SpriteMatcher::Match &match) {
        return match.noun == outline && match.score >= matches.front().score - kSameOutline;
    });
    const int inside = m_fillings.nearest(picture, thing, outline, madeOf);
    verdict.things.push_back({thing.x(), thing.y(), thing.area, matches.front().noun, matches.front().score, -1});
    (madeOf ? verdict.noun : verdict.other) = shape;
    (madeOf ? verdict.other : verdict.noun) = inside == filling;
}

} // namespace orrery::training
