// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>

namespace orrery::text_to_image {

/// The words that a model's prompts are made of, as it spells them.
struct Vocabulary
{
    QStringList nouns, colours, counts, relations, styles, sizes;

    bool isEmpty() const { return nouns.isEmpty(); }
    bool operator==(const Vocabulary &) const = default;
};

/// A prompt taken apart: what the chips say. Empty parts are left out of the sentence.
struct Sentence
{
    QString count;  ///< "two"; empty: one
    QString size;   ///< "small"
    QString colour; ///< "red"
    QString noun;   ///< "fox", always in the singular
    QString relation;
    QString otherColour;
    QString other; ///< second noun, of the relation
    QString style; ///< "line drawing", "mirrored"
    QString background;

    bool operator==(const Sentence &) const = default;
};

/// "two red foxes left of a blue bell on a yellow background".
QString writeSentence(const Sentence &sentence);

struct ReadSentence
{
    Sentence sentence;
    bool whole = false; ///< every word was understood; writing it says the same, perhaps with other articles
};
/// What the words of `vocabulary` can tell of a prompt that was typed.
ReadSentence readSentence(const QString &prompt, const Vocabulary &vocabulary);

/// "a fox", "an owl"; by the rules of the captions that the models learned from.
QString withArticle(const QString &words);
/// "foxes"; names that end in s stay.
QString plural(const QString &noun);
/// Does the style stand before the sentence ("a line drawing of a fox"), not before the noun ("a mirrored fox")?
bool standsBefore(const QString &style);

} // namespace orrery::text_to_image
