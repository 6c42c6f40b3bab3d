// SPDX-License-Identifier: Apache-2.0
#include "engine/training/picture_world/composer.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace orrery::training {

namespace {

constexpr std::uint64_t kDrawingStream = 0x1;
constexpr Colour kWhite{1, 1, 1};

Colour randomColour(Random &random)
{
    return {random.uniform(), random.uniform(), random.uniform()};
}

Colour darkColour(Random &random)
{
    if (random.chance(0.6f)) {
        const float grey = random.uniform(0, 0.25f);
        return {grey, grey, grey};
    }
    Colour colour = randomColour(random);
    for (float &c : colour)
        c *= 0.6f;
    return colour;
}

/// Lines as a pen, a marker or a program would draw them.
LineStyle randomLines(Random &random)
{
    LineStyle style;
    style.ink = darkColour(random);
    style.threshold = random.uniform(0.12f, 0.4f);
    style.thickness = random.below(3);
    return style;
}

/// Another hand: lines alone, lines around flat colour, silhouettes, fewer colours, a light from one side.
void anotherHand(Layer &layer, Random &random, bool colour)
{
    const float roll = random.uniform();
    if (!colour) { // outlines and pixels: ink of another colour, sometimes traced once more
        if (roll < 0.3f) {
            LineStyle style = randomLines(random);
            style.thickness = random.below(2);
            lineDrawing(layer, style);
        } else {
            silhouette(layer, darkColour(random));
        }
        return;
    }
    if (roll < 0.15f) {
        lineDrawing(layer, randomLines(random));
    } else if (roll < 0.27f) {
        LineStyle style = randomLines(random);
        style.thickness = random.below(2);
        style.fill = random.uniform(0.4f, 1.0f);
        if (random.chance(0.5f))
            posterise(layer, 2 + random.below(3));
        lineDrawing(layer, style);
    } else if (roll < 0.30f) {
        silhouette(layer, darkColour(random));
    } else if (roll < 0.36f) {
        posterise(layer, 2 + random.below(4));
    } else if (roll < 0.44f) {
        greyscale(layer);
    } else if (roll < 0.47f) {
        pixelate(layer, 2 + random.below(3));
    }
}

void paintBackground(Canvas &canvas, Random &random)
{
    const float roll = random.uniform();
    if (roll < 0.68f) {
        canvas.fill(kWhite);
    } else if (roll < 0.80f) {
        const float grey = random.uniform(0.85f, 1.0f);
        canvas.fill({grey, grey, grey * random.uniform(0.92f, 1.0f)});
    } else if (roll < 0.92f) {
        canvas.fill(randomColour(random));
    } else {
        canvas.gradient(randomColour(random), randomColour(random), random.uniform(0, 6.2832f));
    }
}

/// What a camera, a scanner or a compressor does to the whole picture.
void wear(Canvas &canvas, Random &random)
{
    if (random.chance(0.25f))
        canvas.blur(random.uniform(0.35f, 0.9f) * static_cast<float>(canvas.size) / 64.0f);
    if (random.chance(0.15f))
        canvas.noise(random, random.uniform(0.02f, 0.16f));
}

} // namespace

Composer::Composer(std::shared_ptr<const PictureWorld> world, std::uint64_t seed)
    : m_world(std::move(world)), m_seed(seed)
{
    for (int a = 0; a < static_cast<int>(m_world->artists().size()); ++a)
        (m_world->isColour(a) ? m_colourArtists : m_lineArtists).push_back(a);
    for (int n = 0; n < static_cast<int>(m_world->names().size()); ++n) {
        const std::string &group = m_world->names()[n].group;
        if (group != "Symbols" && group != "Component" && group != "Flags")
            m_nouns.push_back(n);
    }
    std::map<std::string, int> shared;
    for (const auto &name : m_world->names())
        for (const std::string &keyword : name.keywords)
            ++shared[keyword];
    std::set<std::string> taken;
    for (const auto &name : m_world->names())
        taken.insert(name.name);
    for (const auto &name : m_world->names()) {
        std::vector<std::string> &synonyms = m_synonyms.emplace_back();
        for (const std::string &keyword : name.keywords)
            if (shared[keyword] <= 2 && !taken.count(keyword))
                synonyms.push_back(keyword);
    }
}

int Composer::pickSprite(Random &random, int name) const
{
    if (!m_lineArtists.empty() && random.chance(0.12f)) {
        const int sprite = m_world->find(name, m_lineArtists[random.below(static_cast<int>(m_lineArtists.size()))]);
        if (sprite >= 0)
            return sprite;
    }
    const int count = static_cast<int>(m_colourArtists.size());
    const int first = random.below(count);
    for (int k = 0; k < count; ++k)
        if (const int sprite = m_world->find(name, m_colourArtists[(first + k) % count]); sprite >= 0)
            return sprite;
    return m_world->find(name, 0);
}

std::string Composer::nameText(Random &random, int name) const
{
    const std::vector<std::string> &synonyms = m_synonyms[name];
    std::string noun = m_world->names()[name].name;
    if (!synonyms.empty() && random.chance(0.12f))
        noun = synonyms[random.below(static_cast<int>(synonyms.size()))];
    // Typewriters have one apostrophe.
    for (std::size_t at; random.chance(0.5f) && (at = noun.find("\u2019")) != std::string::npos;)
        noun = noun.substr(0, at) + '\'' + noun.substr(at + 3);
    const auto templates = captionTemplates();
    const int t = random.chance(0.45f) ? 0 : random.below(static_cast<int>(templates.size()));
    return fillTemplate(templates[t], noun);
}

Example Composer::drawing(std::uint64_t index, int size) const
{
    return drawing(index, size, nameByLot(index), -1, Wear::Yes);
}

Example Composer::cleanDrawing(std::uint64_t index, int size) const
{
    return drawing(index, size, nameByLot(index), -1, Wear::No);
}

Example Composer::drawing(std::uint64_t index, int size, int name, int artist) const
{
    return drawing(index, size, name, artist, Wear::Yes);
}

int Composer::nameByLot(std::uint64_t index) const
{
    Random random(m_seed ^ kDrawingStream << 32, index);
    return random.below(static_cast<int>(m_world->names().size()));
}

Example Composer::drawing(std::uint64_t index, int size, int name, int artist, Wear worn) const
{
    Random random(m_seed ^ kDrawingStream << 32, index);
    random.next(); // the name, when it was drawn by lot
    int sprite = pickSprite(random, name);
    if (artist >= 0 && m_world->find(name, artist) >= 0)
        sprite = m_world->find(name, artist);

    thread_local Layer layer;
    layer.load(m_world->sprite(sprite));
    anotherHand(layer, random, m_world->isColour(m_world->spriteArtist(sprite)));
    recolour(layer, ColourMatrix::random(random, random.chance(0.8f) ? 0.13f : 0.02f));
    if (random.chance(0.2f))
        shade(layer, 0.4f * random.normal(), 0.4f * random.normal());

    Canvas canvas(size);
    paintBackground(canvas, random);
    const Elastic elastic = Elastic::random(random, random.chance(0.75f) ? random.uniform(0, 0.04f) : 0);
    Placement placement;
    placement.size = random.chance(0.7f) ? random.uniform(0.82f, 1.2f) : random.uniform(0.5f, 0.95f);
    const float slack = 0.06f + std::max(0.0f, 0.5f * (1 - placement.size));
    placement.x = 0.5f + random.uniform(-slack, slack);
    placement.y = 0.5f + random.uniform(-slack, slack);
    placement.angle = random.chance(0.6f) ? random.uniform(-0.35f, 0.35f) : 0;
    placement.shear = random.chance(0.5f) ? random.uniform(-0.2f, 0.2f) : 0;
    placement.aspect = std::exp(random.uniform(-0.14f, 0.14f));
    placement.mirror = random.chance(0.08f);
    placement.elastic = &elastic;
    canvas.draw(layer, placement);

    if (random.chance(0.15f)) { // something lies in front of it
        const int edge = size / 5 + random.below(size / 6);
        const Colour colour = random.chance(0.6f) ? kWhite : randomColour(random);
        canvas.rectangle(random.below(size) - edge / 2, random.below(size) - edge / 2, edge, edge, colour);
    }
    if (worn == Wear::Yes)
        wear(canvas, random);

    Example example;
    example.name = name;
    example.picture.resize(static_cast<std::size_t>(3) * size * size);
    canvas.store(example.picture.data());
    example.caption = nameText(random, name);
    return example;
}

void Composer::loadNoun(Layer &layer, Random &random, int name) const
{
    // In scenes the words are about colour, place and style, so the noun itself stays close to its drawing.
    const int count = static_cast<int>(m_colourArtists.size());
    int sprite = m_world->find(name, m_colourArtists[random.below(count)]);
    if (sprite < 0)
        sprite = m_world->find(name, 0);
    layer.load(m_world->sprite(sprite));
    recolour(layer, ColourMatrix::random(random, 0.04f));
}

} // namespace orrery::training
