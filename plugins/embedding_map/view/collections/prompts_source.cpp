// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/collections/prompts_source.h"

#include "plugins/embedding_map/view/collections/emoji_pictures.h"
#include "plugins/embedding_map/view/collections/row_facts.h"

#include <QFile>

namespace orrery {

namespace {

/// As many of each of these as there are, up to kNounsOfAGroup: what is said to have a colour.
const QStringList &groupsWithColours()
{
    static const QStringList groups = {QStringLiteral("Animals & Nature"), QStringLiteral("Food & Drink"),
                                       QStringLiteral("Travel & Places"), QStringLiteral("Objects")};
    return groups;
}
constexpr int kNounsOfAGroup = 16;

QStringList wordsOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()).split(u'\n', Qt::SkipEmptyParts)
                                          : QStringList();
}

bool isPlural(const QString &name)
{
    return name.endsWith(u's') && !name.endsWith(QStringLiteral("ss")) && !name.endsWith(QStringLiteral("us"));
}

QString withArticle(const QString &words)
{
    return (QStringLiteral("aeiou").contains(words.front()) ? QStringLiteral("an ") : QStringLiteral("a ")) + words;
}

} // namespace

PromptsSource::PromptsSource(PluginHost &host) : EncodedSource(host, QStringLiteral("prompts"), tr("Prompts")) {}

QString PromptsSource::summary() const
{
    return tr("“a red fox”, “a blue bus”: things in eight colours, as the model reads them");
}

void PromptsSource::begin()
{
    // The model reads English, so these are not translated.
    static const QStringList colours = {QString(),
                                        QStringLiteral("red"),
                                        QStringLiteral("orange"),
                                        QStringLiteral("yellow"),
                                        QStringLiteral("green"),
                                        QStringLiteral("blue"),
                                        QStringLiteral("purple"),
                                        QStringLiteral("brown"),
                                        QStringLiteral("black")};
    const QString labels = host().resourceFolder() + QStringLiteral("/labels/");
    const QStringList everyday = wordsOf(labels + QStringLiteral("everyday_101.txt"));
    background().run(
        [labels, everyday, no = refusal()](const Outside &) {
            if (!no.isEmpty())
                throw Exception(ErrorCode::Unsupported, no.toStdString());
            QList<Prompt> prompts;
            QHash<QString, int> counts;
            for (const EmojiName &name : readEmojiNames(labels + QStringLiteral("drawings.tsv"), everyday)) {
                if (!everyday.contains(name.name) || !groupsWithColours().contains(name.group) || isPlural(name.name) ||
                    counts[name.group]++ >= kNounsOfAGroup)
                    continue;
                for (const QString &colour : colours)
                    prompts.append({withArticle(colour.isEmpty() ? name.name : colour + u' ' + name.name), name.name,
                                    colour, name.group});
            }
            return prompts;
        },
        [this](Result<QList<Prompt>> prompts) {
            if (!prompts) {
                fail(prompts.error());
                return;
            }
            m_prompts = *prompts;
            expect(m_prompts.size(), 0);
            std::vector<Input> inputs;
            for (const Prompt &prompt : std::as_const(m_prompts))
                inputs.push_back({{}, prompt.text.toStdString()});
            add(std::move(inputs));
        });
}

MapCollection PromptsSource::describe(const std::vector<std::size_t> &inputs) const
{
    MapCollection collection;
    QStringList colours, groups, nouns;
    for (const std::size_t input : inputs) {
        const Prompt &prompt = m_prompts[static_cast<qsizetype>(input)];
        collection.names.append(prompt.text);
        colours.append(prompt.colour.isEmpty() ? tr("no colour") : prompt.colour);
        groups.append(prompt.group);
        nouns.append(prompt.noun);
    }
    collection.facts = {classFact(tr("Colour"), colours), classFact(tr("Group"), groups), classFact(tr("Noun"), nouns)};
    collection.what = tr("%L1 sentences as %2 reads them").arg(inputs.size()).arg(modelName());
    collection.item = [names = collection.names](std::int64_t row) { return textItem(names.value(row)); };
    return collection;
}

} // namespace orrery
