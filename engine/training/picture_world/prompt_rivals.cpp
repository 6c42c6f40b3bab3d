// SPDX-License-Identifier: Apache-2.0
// Sentences that are wrong in one point. Who tells pictures of "two red foxes" from pictures of "two blue foxes" and of
// "three red foxes" has to look at colours and counts; among captions drawn by lot the noun alone gives them away.
#include "engine/training/picture_world/prompt_scenes.h"
#include "engine/training/picture_world/prompt_wording.h"
#include "engine/training/picture_world/scene_parts.h"

#include <cmath>
#include <utility>

namespace orrery::training {

namespace {

using Kind = PromptSpec::Kind;

/// Colours that nobody takes for each other: "dark red" is no mistake for "red".
bool differ(int a, int b)
{
    constexpr float kApart = 0.35f; // of 1, in one of red, green and blue
    const Colour &x = colourPhrases()[static_cast<std::size_t>(a)].colour;
    const Colour &y = colourPhrases()[static_cast<std::size_t>(b)].colour;
    return std::abs(x[0] - y[0]) > kApart || std::abs(x[1] - y[1]) > kApart || std::abs(x[2] - y[2]) > kApart;
}

/// Another colour, taken for a wrong one by everybody; the same where the lot finds none.
int otherColour(Random &random, int colour)
{
    constexpr int kTries = 20;
    for (int k = 0; k < kTries; ++k)
        if (const int another = random.below(static_cast<int>(namedColours().size())); differ(colour, another))
            return another;
    return colour;
}

/// A number from `first` to `last` that is not `than`.
int another(Random &random, int first, int last, int than)
{
    const int drawn = first + random.below(last - first);
    return drawn < than ? drawn : drawn + 1;
}

/// One point of the sentence, chosen by lot among those that it makes, said wrong. The caption is not written yet.
PromptSpec mistaken(const PromptSpec &truth, Random &random, int nouns)
{
    PromptSpec spec = truth;
    const bool two = spec.kind == Kind::Relation || spec.kind == Kind::Together;
    switch (random.below(8)) {
    case 0:
        spec.noun = another(random, 0, nouns - 1, spec.noun);
        break;
    case 1:
        if (spec.other >= 0)
            spec.other = another(random, 0, nouns - 1, spec.other);
        break;
    case 2:
        if (spec.colour >= 0)
            spec.colour = otherColour(random, spec.colour);
        break;
    case 3:
        if (spec.otherColour >= 0)
            spec.otherColour = otherColour(random, spec.otherColour);
        else if (spec.background >= 0)
            spec.background = otherColour(random, spec.background);
        break;
    case 4: // also of a single one, which no other word forbids
        if (spec.kind == Kind::Together || (spec.kind == Kind::Things && spec.style < 0 && spec.size == 0))
            spec.count = another(random, 1, 4, spec.count);
        break;
    case 5: // the same things, said of each other
        if (two && (spec.colour >= 0 || spec.otherColour >= 0) && random.chance(0.5f))
            std::swap(spec.colour, spec.otherColour);
        else if (spec.kind == Kind::Together && spec.count != spec.otherCount)
            std::swap(spec.count, spec.otherCount);
        else if (spec.other >= 0 && spec.kind != Kind::Together)
            std::swap(spec.noun, spec.other);
        break;
    case 6:
        if (spec.kind == Kind::Relation)
            spec.relation = another(random, 0, static_cast<int>(kRelations.size()) - 1, spec.relation);
        break;
    default:
        spec.size = -spec.size;
        if (spec.style >= 0)
            spec.style = another(random, 0, static_cast<int>(kStyles.size()) - 1, spec.style);
    }
    return spec;
}

} // namespace

std::optional<PromptSpec> PromptScenes::rival(const PromptSpec &spec, Random &random) const
{
    constexpr int kTries = 200;
    const auto nouns = static_cast<int>(m_nouns.size());
    for (int tries = 0; tries < kTries; ++tries) {
        PromptSpec wrong = spec.kind == Kind::Sign ? prompt(random, Composer::Pairs::Training, Attribute::Sign)
                                                   : mistaken(spec, random, nouns);
        if (wrong.kind != Kind::Sign && wrong.noun == wrong.other)
            continue;
        word(wrong, m_nouns);
        if (wrong.caption != spec.caption && heldOutPairs(wrong, m_nouns) == 0)
            return wrong;
    }
    return std::nullopt;
}

} // namespace orrery::training
