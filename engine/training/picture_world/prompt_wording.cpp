// SPDX-License-Identifier: Apache-2.0
#include "engine/training/picture_world/prompt_wording.h"

#include "engine/training/picture_world/scene_parts.h"

namespace orrery::training {

namespace {

/// "red fox", "small fox".
std::string described(const std::string &noun, int colour, int size)
{
    std::string text;
    if (size != 0)
        text = joined({kSizes[size < 0 ? 0 : 1], " "});
    if (colour >= 0)
        text += joined({colourPhrases()[colour].name, " "});
    return text + noun;
}

/// "a fox", "two foxes".
std::string counted(const std::string &text, int count)
{
    return count > 1 ? joined({kCounts[count - 2], " ", plural(text)}) : withArticle(text);
}

std::string captionOf(const PromptSpec &spec, const std::vector<std::string> &nouns)
{
    using Kind = PromptSpec::Kind;
    if (spec.kind == Kind::Sign)
        return "a sign that says " + spec.word;
    const std::string &noun = nouns[spec.noun];
    if (spec.kind == Kind::ShapeOf)
        return withArticle(noun) + " in the shape of " + withArticle(nouns[spec.other]);
    if (spec.kind == Kind::MadeOf)
        return withArticle(noun) + " made of " + plural(nouns[spec.other]);
    std::string text = described(noun, spec.colour, spec.size);
    if (spec.style >= 0 && spec.count == 1) {
        const std::string_view style = kStyles[spec.style];
        if (spec.style <= static_cast<int>(SceneStyle::Silhouette))
            text = joined({"a ", style, " of ", withArticle(text)});
        else
            text = withArticle(joined({style, " ", text}));
    } else {
        text = counted(text, spec.count);
    }
    if (spec.kind == Kind::Together)
        text += " and " + counted(described(nouns[spec.other], spec.otherColour, 0), spec.otherCount);
    if (spec.kind == Kind::Relation)
        text += joined(
            {" ", kRelations[spec.relation], " ", withArticle(described(nouns[spec.other], spec.otherColour, 0))});
    if (spec.background >= 0)
        text += joined({" on ", withArticle(std::string(namedColours()[spec.background].name)), " background"});
    return text;
}

} // namespace

int heldOutPairs(const PromptSpec &spec, const std::vector<std::string> &nouns)
{
    using Kind = PromptSpec::Kind;
    const auto colours = colourPhrases();
    const auto pair = [](const std::string &noun, const auto &key) { return isHeldOut(noun, key) ? 1 : 0; };
    if (spec.kind == Kind::Sign)
        return pair(spec.word, "a sign that says");
    const std::string &noun = nouns[spec.noun];
    if (spec.kind == Kind::ShapeOf)
        return pair(noun, "in the shape of");
    if (spec.kind == Kind::MadeOf)
        return pair(noun, "made of");
    int count = 0;
    if (spec.colour >= 0)
        count += pair(noun, colours[spec.colour]);
    if (spec.otherColour >= 0)
        count += pair(nouns[spec.other], colours[spec.otherColour]);
    if (spec.count > 1)
        count += pair(noun, kCounts[spec.count - 2]);
    if (spec.otherCount > 1)
        count += pair(nouns[spec.other], kCounts[spec.otherCount - 2]);
    if (spec.kind == Kind::Relation)
        count += pair(noun, kRelations[spec.relation]);
    if (spec.background >= 0)
        count += pair(noun, joined({"background ", colours[spec.background].name}));
    if (spec.size != 0)
        count += pair(noun, kSizes[spec.size < 0 ? 0 : 1]);
    if (spec.style >= 0)
        count += pair(noun, kStyles[spec.style]);
    return count;
}

void word(PromptSpec &spec, const std::vector<std::string> &nouns)
{
    using Kind = PromptSpec::Kind;
    if (spec.kind == Kind::Things || spec.kind == Kind::Sign)
        spec.other = -1;
    spec.caption = captionOf(spec, nouns);
}

} // namespace orrery::training
