// SPDX-License-Identifier: Apache-2.0
// The sentences of models that draw. How they are painted stands in prompt_painting.cpp.
#include "engine/training/picture_world/prompt_scenes.h"

#include "engine/core/error.h"
#include "engine/training/picture_world/prompt_nouns.h"
#include "engine/training/picture_world/prompt_wording.h"
#include "engine/training/picture_world/scene_parts.h"

namespace orrery::training {

namespace {

constexpr std::uint64_t kPromptStream = 0x3;
constexpr int kWhiteIndex = 10; ///< of namedColours

int anyColour(Random &random)
{
    return random.below(static_cast<int>(namedColours().size()));
}

/// A named colour as often as any other of colourPhrases.
int anyPhrase(Random &random)
{
    return random.chance(0.5f) ? anyColour(random) : random.below(static_cast<int>(colourPhrases().size()));
}

/// A ground on which a thing of that colour shows.
int anyBackground(Random &random, int colour)
{
    for (;;)
        if (const int background = anyColour(random); background != colour)
            return background;
}

std::string anyWord(Random &random)
{
    if (random.chance(0.5f))
        return std::string(kWords[random.below(static_cast<int>(kWords.size()))]);
    std::string word;
    const int length = 1 + random.below(4);
    for (int k = 0; k < length; ++k)
        word += static_cast<char>('a' + random.below(26));
    return word;
}

/// Two different nouns by lot, and nothing said of them yet.
PromptSpec plainPrompt(Random &random, int nouns)
{
    PromptSpec spec;
    spec.noun = random.below(nouns);
    spec.other = random.below(nouns - 1);
    if (spec.other >= spec.noun)
        ++spec.other;
    return spec;
}

/// What a sentence of training is about, by lot.
void describe(PromptSpec &spec, Random &random)
{
    using Kind = PromptSpec::Kind;
    const float roll = random.uniform();
    if (roll < 0.11f) {
        // The thing alone: each noun has to be known before anything is said of it.
    } else if (roll < 0.39f) {
        spec.colour = anyPhrase(random);
        if (random.chance(0.06f))
            spec.background = anyBackground(random, spec.colour);
    } else if (roll < 0.60f) {
        spec.count = 2 + random.below(3);
        if (random.chance(0.5f))
            spec.colour = anyPhrase(random);
        if (random.chance(0.06f))
            spec.background = anyBackground(random, spec.colour);
    } else if (roll < 0.72f) {
        spec.kind = Kind::Together;
        spec.count = 1 + random.below(3);
        spec.otherCount = 1 + random.below(4 - spec.count);
        if (random.chance(0.2f))
            spec.colour = anyPhrase(random);
        if (random.chance(0.2f))
            spec.otherColour = anyPhrase(random);
    } else if (roll < 0.84f) {
        spec.kind = Kind::Relation;
        spec.relation = random.below(static_cast<int>(kRelations.size()));
        if (random.chance(0.25f))
            spec.colour = anyPhrase(random);
        if (random.chance(0.25f))
            spec.otherColour = anyPhrase(random);
        if (random.chance(0.06f)) {
            do
                spec.background = anyBackground(random, spec.colour);
            while (spec.background == spec.otherColour);
        }
    } else if (roll < 0.88f) {
        if (random.chance(0.3f))
            spec.colour = anyPhrase(random);
        spec.background = anyBackground(random, spec.colour);
    } else if (roll < 0.91f) {
        spec.size = random.chance(0.5f) ? -1 : 1;
        if (random.chance(0.3f))
            spec.colour = anyPhrase(random);
    } else if (roll < 0.95f) {
        spec.style = random.below(static_cast<int>(kStyles.size()));
        if (spec.style != static_cast<int>(SceneStyle::Greyscale) && random.chance(0.2f))
            spec.colour = random.below(kWhiteIndex); // white lines on white paper are none
    } else if (roll < 0.967f) {
        spec.kind = Kind::ShapeOf;
    } else if (roll < 0.983f) {
        spec.kind = Kind::MadeOf;
    } else {
        spec.kind = Kind::Sign;
        spec.word = anyWord(random);
    }
}

/// In a world of very few things, training may show all there is to say of them.
constexpr int kMostTries = 100'000;
[[noreturn]] void nothingToSay(const PictureWorld &world)
{
    throw Exception(ErrorCode::BadInput, world.file() + " has too few things for such a sentence; make it with "
                                                        "`orrery-cli dataset picture-world`");
}

} // namespace

PromptScenes::PromptScenes(std::shared_ptr<const PictureWorld> world, std::uint64_t seed)
    : m_world(std::move(world)), m_seed(seed)
{
    for (PromptNoun &noun : promptNouns(*m_world)) {
        m_nouns.push_back(std::move(noun.word));
        m_sprites.push_back(noun.sprite);
    }
    if (m_nouns.size() < 2)
        throw Exception(ErrorCode::BadInput, m_world->file() + " has fewer than two drawings that can be told apart; "
                                                               "make it with `orrery-cli dataset picture-world`");
}

const std::uint8_t *PromptScenes::sprite(int noun) const
{
    return m_world->sprite(m_sprites[noun]);
}

PromptSpec PromptScenes::prompt(Random &random, Composer::Pairs pairs) const
{
    for (int tries = 0; tries < kMostTries; ++tries) {
        PromptSpec spec = plainPrompt(random, static_cast<int>(m_nouns.size()));
        describe(spec, random);
        word(spec, m_nouns);
        if ((heldOutPairs(spec, m_nouns) > 0) == (pairs == Composer::Pairs::HeldOut))
            return spec;
    }
    nothingToSay(*m_world);
}

PromptSpec PromptScenes::prompt(Random &random, Composer::Pairs pairs, Attribute attribute) const
{
    for (int tries = 0; tries < kMostTries; ++tries) {
        PromptSpec spec = plainPrompt(random, static_cast<int>(m_nouns.size()));
        switch (attribute) {
        case Attribute::Noun:
            break;
        case Attribute::Colour:
            spec.colour = anyColour(random);
            break;
        case Attribute::Count:
            spec.count = 2 + random.below(3);
            break;
        case Attribute::Position:
            spec.kind = PromptSpec::Kind::Relation;
            spec.relation = random.below(static_cast<int>(kRelations.size()));
            break;
        case Attribute::ShapeOf:
            spec.kind = PromptSpec::Kind::ShapeOf;
            break;
        case Attribute::MadeOf:
            spec.kind = PromptSpec::Kind::MadeOf;
            break;
        case Attribute::Sign:
            spec.kind = PromptSpec::Kind::Sign;
            spec.word = anyWord(random);
            break;
        }
        word(spec, m_nouns);
        // Nothing is said of a noun alone, so no pair of it can be held out.
        if (attribute == Attribute::Noun || (heldOutPairs(spec, m_nouns) > 0) == (pairs == Composer::Pairs::HeldOut))
            return spec;
    }
    nothingToSay(*m_world);
}

Example PromptScenes::example(std::uint64_t index, int size, Composer::Pairs pairs) const
{
    Random random(m_seed ^ kPromptStream << 32, index);
    const PromptSpec spec = prompt(random, pairs);
    Example example;
    example.caption = spec.caption;
    example.picture = paint(spec, random, size);
    return example;
}

Example PromptScenes::single(std::uint64_t index, int size, Composer::Pairs pairs) const
{
    constexpr float kPlain = 0.4f;
    Random random(m_seed ^ kPromptStream << 32, index);
    // Nothing is held out of "a fox".
    const bool plain = pairs == Composer::Pairs::Training && random.chance(kPlain);
    PromptSpec spec = prompt(random, pairs, plain ? Attribute::Noun : Attribute::Colour);
    for (int tries = 0; !plain && pairs == Composer::Pairs::Training && tries < kMostTries; ++tries) {
        PromptSpec other = spec;
        other.colour = anyPhrase(random);
        word(other, m_nouns);
        if (heldOutPairs(other, m_nouns) == 0) {
            spec = std::move(other);
            break;
        }
    }
    Example example;
    example.caption = spec.caption;
    example.picture = paint(spec, random, size);
    return example;
}

} // namespace orrery::training
