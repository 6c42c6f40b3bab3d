// SPDX-License-Identifier: Apache-2.0
// The grammar of Picture World and how its sentences are drawn: Composer::scene and what it needs.
#include "engine/training/picture_world/composer.h"
#include "engine/training/picture_world/scene_parts.h"

#include <algorithm>
#include <array>

namespace orrery::training {

namespace {

constexpr std::uint64_t kSceneStream = 0x2;
constexpr Colour kWhite{1, 1, 1};

Placement jitter(Random &random, float x, float y, float size)
{
    Placement placement;
    placement.x = x + random.uniform(-0.03f, 0.03f);
    placement.y = y + random.uniform(-0.03f, 0.03f);
    placement.size = size * random.uniform(0.9f, 1.08f);
    placement.angle = random.chance(0.4f) ? random.uniform(-0.2f, 0.2f) : 0;
    return placement;
}

} // namespace

SceneSpec Composer::sceneSpec(Random &random, Pairs pairs) const
{
    const auto &names = m_world->names();
    const auto colours = namedColours();
    for (;;) {
        SceneSpec spec;
        // Two nouns at a time are the hardest, so they come up more often.
        static constexpr std::array<SceneKind, 16> kKinds{
            SceneKind::Colour,   SceneKind::Colour,     SceneKind::Colour,     SceneKind::Count,
            SceneKind::Count,    SceneKind::Relation,   SceneKind::Relation,   SceneKind::Relation,
            SceneKind::Relation, SceneKind::Background, SceneKind::Background, SceneKind::Size,
            SceneKind::Style,    SceneKind::Style,      SceneKind::ShapeOf,    SceneKind::MadeOf};
        spec.kind = kKinds[random.below(static_cast<int>(kKinds.size()))];
        if (random.chance(0.04f))
            spec.kind = SceneKind::Sign;
        spec.noun = m_nouns[random.below(static_cast<int>(m_nouns.size()))];
        spec.other = m_nouns[random.below(static_cast<int>(m_nouns.size()))];
        if (spec.noun == spec.other)
            continue;
        const std::string &noun = names[spec.noun].name;
        const std::string &other = names[spec.other].name;
        std::string_view key;
        switch (spec.kind) {
        case SceneKind::Colour:
            spec.value = random.below(static_cast<int>(colours.size()));
            key = colours[spec.value].name;
            spec.caption = withArticle(joined({key, " ", noun}));
            break;
        case SceneKind::Count:
            spec.value = random.below(3);
            key = kCounts[spec.value];
            spec.caption = joined({key, " ", plural(noun)});
            break;
        case SceneKind::Relation:
            spec.value = random.below(4);
            key = kRelations[spec.value];
            spec.caption = joined({withArticle(noun), " ", key, " ", withArticle(other)});
            break;
        case SceneKind::Background:
            spec.value = random.below(static_cast<int>(colours.size()));
            key = colours[spec.value].name;
            spec.caption = joined({withArticle(noun), " on ", withArticle(std::string(key)), " background"});
            break;
        case SceneKind::Size:
            spec.value = random.below(2);
            key = kSizes[spec.value];
            spec.caption = withArticle(joined({key, " ", noun}));
            break;
        case SceneKind::Style:
            spec.value = random.below(6);
            key = kStyles[spec.value];
            if (spec.value < 2)
                spec.caption = joined({"a ", key, " of ", withArticle(noun)});
            else
                spec.caption = withArticle(joined({key, " ", noun}));
            break;
        case SceneKind::ShapeOf:
            key = "in the shape of";
            spec.caption = joined({withArticle(noun), " in the shape of ", withArticle(other)});
            break;
        case SceneKind::MadeOf:
            key = "made of";
            spec.caption = joined({withArticle(noun), " made of ", plural(other)});
            break;
        case SceneKind::Sign:
            if (random.chance(0.5f)) {
                spec.word = kWords[random.below(static_cast<int>(kWords.size()))];
            } else {
                const int length = 1 + random.below(4);
                for (int k = 0; k < length; ++k)
                    spec.word += static_cast<char>('a' + random.below(26));
            }
            key = "a sign that says";
            spec.caption = joined({"a sign that says ", spec.word});
            break;
        }
        // For "on a red background" the pair is another one than for "a red dog".
        const std::string full = spec.kind == SceneKind::Background ? joined({"background ", key}) : std::string(key);
        const bool heldOut = isHeldOut(spec.kind == SceneKind::Sign ? spec.word : noun, full);
        if (heldOut == (pairs == Pairs::HeldOut))
            return spec;
    }
}

Example Composer::scene(std::uint64_t index, int size, Pairs pairs) const
{
    Random random(m_seed ^ kSceneStream << 32, index);
    const SceneSpec spec = sceneSpec(random, pairs);
    Canvas canvas(size);
    const auto colours = namedColours();
    if (spec.kind == SceneKind::Background) {
        canvas.fill(colours[spec.value].colour);
    } else if (random.chance(0.75f) || spec.kind == SceneKind::Style) {
        canvas.fill(kWhite);
    } else {
        const float grey = random.uniform(0.8f, 1.0f);
        canvas.fill({grey, grey, grey});
    }
    paintScene(canvas, spec, random);
    if (random.chance(0.15f))
        canvas.blur(random.uniform(0.35f, 0.7f) * static_cast<float>(size) / 64.0f);

    Example example;
    example.caption = spec.caption;
    if (random.chance(0.15f))
        example.caption = (random.chance(0.5f) ? "a drawing of " : "a picture of ") + example.caption;
    example.picture.resize(static_cast<std::size_t>(3) * size * size);
    canvas.store(example.picture.data());
    return example;
}

void Composer::paintScene(Canvas &canvas, const SceneSpec &spec, Random &random) const
{
    thread_local Layer layer;
    switch (spec.kind) {
    case SceneKind::Relation:
        paintTwoNouns(canvas, spec, random);
        return;
    case SceneKind::ShapeOf:
    case SceneKind::MadeOf:
        paintFilled(canvas, spec, random);
        return;
    case SceneKind::Sign:
        paintSign(canvas, spec.word, random);
        return;
    default:
        break;
    }
    loadNoun(layer, random, spec.noun);
    float size = random.uniform(0.7f, 0.95f);
    Placement placement = jitter(random, 0.5f, 0.5f, size);
    switch (spec.kind) {
    case SceneKind::Colour:
        tint(layer, namedColours()[spec.value].colour, random.uniform(0.8f, 1.0f));
        break;
    case SceneKind::Size:
        size = spec.value == 0 ? random.uniform(0.28f, 0.4f) : random.uniform(0.95f, 1.05f);
        placement = jitter(random, 0.5f, 0.5f, size);
        if (spec.value == 0) {
            placement.x = random.uniform(0.25f, 0.75f);
            placement.y = random.uniform(0.25f, 0.75f);
        }
        break;
    case SceneKind::Count: {
        static constexpr float kTwo[2][2] = {{0.27f, 0.5f}, {0.73f, 0.5f}};
        static constexpr float kThree[3][2] = {{0.5f, 0.27f}, {0.27f, 0.73f}, {0.73f, 0.73f}};
        static constexpr float kFour[4][2] = {{0.27f, 0.27f}, {0.73f, 0.27f}, {0.27f, 0.73f}, {0.73f, 0.73f}};
        const int count = spec.value + 2;
        const bool swap = random.chance(0.5f);
        for (int k = 0; k < count; ++k) {
            const float *at = count == 2 ? kTwo[k] : count == 3 ? kThree[k] : kFour[k];
            canvas.draw(layer, jitter(random, swap ? at[1] : at[0], swap ? at[0] : at[1], 0.42f));
        }
        return;
    }
    case SceneKind::Style:
        switch (static_cast<SceneStyle>(spec.value)) {
        case SceneStyle::LineDrawing: {
            LineStyle style;
            style.threshold = random.uniform(0.15f, 0.3f);
            style.thickness = random.below(2);
            lineDrawing(layer, style);
            break;
        }
        case SceneStyle::Silhouette:
            silhouette(layer, {0.05f, 0.05f, 0.05f});
            break;
        case SceneStyle::Greyscale:
            greyscale(layer);
            break;
        case SceneStyle::Pixelated:
            pixelate(layer, 5 + random.below(3));
            placement.angle = 0;
            break;
        case SceneStyle::UpsideDown:
            placement.angle += 3.14159265f;
            break;
        case SceneStyle::Mirrored:
            placement.mirror = true;
            break;
        }
        break;
    default:
        break;
    }
    canvas.draw(layer, placement);
}

void Composer::paintTwoNouns(Canvas &canvas, const SceneSpec &spec, Random &random) const
{
    thread_local Layer layer;
    const float size = random.uniform(0.42f, 0.5f);
    const float drift = random.uniform(-0.12f, 0.12f);
    const bool vertical = spec.value >= 2;
    const bool first = spec.value == 0 || spec.value == 2; // the noun is on the left, or on top
    for (int k = 0; k < 2; ++k) {
        loadNoun(layer, random, k == 0 ? spec.noun : spec.other);
        const float along = (k == 0) == first ? 0.26f : 0.74f;
        const float across = 0.5f + (k == 0 ? drift : -drift);
        canvas.draw(layer, jitter(random, vertical ? across : along, vertical ? along : across, size));
    }
}

void Composer::paintFilled(Canvas &canvas, const SceneSpec &spec, Random &random) const
{
    // "X in the shape of Y" and "Y made of X": many small X cut out by the outline of Y; large ones for the former,
    // so that what it is stays visible, small ones that keep Y's light and shade for the latter.
    const bool madeOf = spec.kind == SceneKind::MadeOf;
    const int filling = madeOf ? spec.other : spec.noun;
    const int outline = madeOf ? spec.noun : spec.other;
    thread_local Layer shape;
    thread_local Layer small;
    loadNoun(shape, random, outline);
    loadNoun(small, random, filling);
    const float cell = madeOf ? 0.25f : 0.5f;
    fillShape(shape, small, cell, madeOf ? 0.35f : 0.1f,
              [&](float x, float y) { return jitter(random, x, y, cell * 1.05f); });
    canvas.draw(shape, jitter(random, 0.5f, 0.5f, random.uniform(0.85f, 0.98f)));
}

void Composer::paintSign(Canvas &canvas, const std::string &word, Random &random)
{
    const auto colours = namedColours();
    const Colour board = colours[random.below(static_cast<int>(colours.size()))].colour;
    const Colour ink = brightness(board) > 0.5f ? Colour{0.05f, 0.05f, 0.05f} : kWhite;
    const int size = canvas.size;
    const int top = static_cast<int>(size * random.uniform(0.2f, 0.3f));
    const int height = static_cast<int>(size * random.uniform(0.38f, 0.5f));
    if (random.chance(0.5f)) // its post
        canvas.rectangle(size / 2 - size / 32, top, size / 16, size - top, {0.4f, 0.3f, 0.2f});
    const int margin = std::max(1, size / 24);
    canvas.rectangle(margin, top, size - 2 * margin, height, ink);
    canvas.rectangle(margin + 1, top + 1, size - 2 * margin - 2, height - 2, board);
    thread_local Layer layer;
    const float step = std::min(0.3f, 0.86f / static_cast<float>(word.size()));
    const float letter = std::min(step * 1.35f, 0.42f);
    for (std::size_t k = 0; k < word.size(); ++k) {
        loadLetter(layer, word[k], ink);
        Placement placement;
        placement.x = 0.5f + step * (static_cast<float>(k) - 0.5f * static_cast<float>(word.size() - 1));
        placement.y = (static_cast<float>(top) + 0.5f * static_cast<float>(height)) / static_cast<float>(size);
        placement.size = letter;
        canvas.draw(layer, placement);
    }
}

} // namespace orrery::training
