// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/sentence.h"

#include <algorithm>

namespace orrery::text_to_image {

namespace {

const QString kMadeOf = QStringLiteral("made of");

bool isOne(const QString &word)
{
    return word.isEmpty() || word == QLatin1String("a") || word == QLatin1String("an") || word == QLatin1String("one");
}

QString joined(const QStringList &words)
{
    QStringList left = words;
    left.removeAll(QString());
    return left.join(u' ');
}

/// @param looks  what stands before the noun: style, size, colour
QString phrase(const QString &count, const QStringList &looks, const QString &noun)
{
    const bool several = !isOne(count);
    const QString words = joined(looks + QStringList{several ? plural(noun) : noun});
    return several ? count + u' ' + words : withArticle(words);
}

/// Takes `words` off the front of `text`. @return false when they do not stand there.
bool takeFront(QString *text, const QString &words)
{
    if (*text == words) {
        text->clear();
        return true;
    }
    if (!text->startsWith(words + u' '))
        return false;
    *text = text->mid(words.size() + 1);
    return true;
}

bool takeArticle(QString *text)
{
    return takeFront(text, QStringLiteral("a")) || takeFront(text, QStringLiteral("an")) ||
           takeFront(text, QStringLiteral("the")) || takeFront(text, QStringLiteral("one"));
}

/// Takes " on yellow", as the chip says it, or " on a yellow background" off the end of `text`. With an article alone
/// it is a thing that something stands on: "on an orange".
bool takeGround(QString *text, const QString &colour)
{
    const QString on = QStringLiteral(" on "), ground = QStringLiteral(" background");
    for (const QString &words : {on + withArticle(colour) + ground, on + QStringLiteral("the ") + colour + ground,
                                 on + colour + ground, on + colour})
        if (text->endsWith(words)) {
            text->chop(words.size());
            return true;
        }
    return false;
}

/// Longest first: "polar bear" before "bear", "left of" before "left".
QStringList byLength(QStringList words)
{
    std::stable_sort(words.begin(), words.end(),
                     [](const QString &a, const QString &b) { return a.size() > b.size(); });
    return words;
}

/// The noun at the front of `text`; empty: there is none.
QString takeNoun(const QString &text, const QStringList &nouns, QString *rest)
{
    for (const QString &noun : nouns) {
        *rest = text;
        if (takeFront(rest, noun) || takeFront(rest, plural(noun)))
            return noun;
    }
    return {};
}

struct Phrase
{
    QString count, style, size, colour, noun;
    bool whole = true;
};

Phrase readPhrase(QString text, const Vocabulary &vocabulary)
{
    Phrase phrase;
    if (!takeArticle(&text))
        for (const QString &count : vocabulary.counts)
            if (!isOne(count) && takeFront(&text, count)) {
                phrase.count = count;
                break;
            }
    const QStringList nouns = byLength(vocabulary.nouns);
    const auto isNoun = [&](const QString &words) {
        for (const QString &noun : nouns)
            if (words == noun || words == plural(noun)) {
                phrase.noun = noun;
                return true;
            }
        return false;
    };
    // A colour can be the beginning of a noun ("orange juice"), so the noun is asked for first.
    while (!text.isEmpty() && !isNoun(text)) {
        bool taken = false;
        for (const QString &style : byLength(vocabulary.styles))
            if (!standsBefore(style) && phrase.style.isEmpty() && takeFront(&text, style)) {
                phrase.style = style;
                taken = true;
                break;
            }
        if (!taken && phrase.size.isEmpty())
            for (const QString &size : vocabulary.sizes)
                if (takeFront(&text, size)) {
                    phrase.size = size;
                    taken = true;
                    break;
                }
        if (!taken && phrase.colour.isEmpty())
            for (const QString &colour : byLength(vocabulary.colours))
                if (takeFront(&text, colour)) {
                    phrase.colour = colour;
                    taken = true;
                    break;
                }
        if (taken)
            continue;
        phrase.whole = false; // a word that no chip knows: what follows may still be known
        QString rest;
        if (const QString noun = takeNoun(text, nouns, &rest); !noun.isEmpty() && !isNoun(rest)) {
            phrase.noun = noun; // what follows tells more of it: "house on stilts"
            break;
        }
        const qsizetype space = text.indexOf(u' ');
        text = space < 0 ? QString() : text.mid(space + 1);
    }
    phrase.whole = phrase.whole && !phrase.noun.isEmpty();
    return phrase;
}

} // namespace

QString withArticle(const QString &words)
{
    if (words.isEmpty())
        return words;
    static const QString vowels = QStringLiteral("aeiou");
    const bool vowel = vowels.contains(words[0]) && !words.startsWith(QLatin1String("uni")) &&
                       !words.startsWith(QLatin1String("one")) && !words.startsWith(QLatin1String("ewe"));
    return (vowel ? QStringLiteral("an ") : QStringLiteral("a ")) + words;
}

QString plural(const QString &noun)
{
    const auto ends = [&](const char *end) { return noun.endsWith(QLatin1String(end)); };
    if (noun.isEmpty())
        return noun;
    if (ends("ss") || ends("x") || ends("ch") || ends("sh"))
        return noun + QStringLiteral("es");
    if (ends("s"))
        return noun;
    if (ends("y") && noun.size() > 1 && !QStringLiteral("aeiou").contains(noun[noun.size() - 2]))
        return noun.chopped(1) + QStringLiteral("ies");
    return noun + u's';
}

bool standsBefore(const QString &style)
{
    static const QStringList kinds{QStringLiteral("drawing"),  QStringLiteral("silhouette"), QStringLiteral("sketch"),
                                   QStringLiteral("painting"), QStringLiteral("picture"),    QStringLiteral("photo")};
    return std::any_of(kinds.begin(), kinds.end(), [&](const QString &kind) { return style.endsWith(kind); });
}

QString writeSentence(const Sentence &sentence)
{
    if (sentence.noun.isEmpty())
        return {};
    const bool before = standsBefore(sentence.style);
    QString text =
        phrase(sentence.count, {before ? QString() : sentence.style, sentence.size, sentence.colour}, sentence.noun);
    if (before)
        text = withArticle(sentence.style) + QStringLiteral(" of ") + text;
    if (!sentence.relation.isEmpty() && !sentence.other.isEmpty())
        text += u' ' + sentence.relation + u' ' +
                (sentence.relation == kMadeOf ? joined({sentence.otherColour, plural(sentence.other)})
                                              : phrase({}, {sentence.otherColour}, sentence.other));
    if (!sentence.background.isEmpty())
        text += QStringLiteral(" on ") + withArticle(sentence.background) + QStringLiteral(" background");
    return text;
}

ReadSentence readSentence(const QString &prompt, const Vocabulary &vocabulary)
{
    ReadSentence read;
    Sentence &sentence = read.sentence;
    QString text = prompt.toLower().simplified();
    while (text.endsWith(u'.') || text.endsWith(u'!'))
        text.chop(1);
    if (text.isEmpty() || vocabulary.isEmpty())
        return read;

    for (const QString &colour : byLength(vocabulary.colours))
        if (takeGround(&text, colour)) {
            sentence.background = colour;
            break;
        }
    for (const QString &style : byLength(vocabulary.styles))
        if (standsBefore(style) && takeFront(&text, withArticle(style) + QStringLiteral(" of"))) {
            sentence.style = style;
            break;
        }
    QString left = text, right;
    qsizetype first = -1;
    for (const QString &relation : byLength(vocabulary.relations)) {
        const qsizetype at = text.indexOf(u' ' + relation + u' ');
        if (at >= 0 && (first < 0 || at < first)) {
            first = at;
            sentence.relation = relation;
            left = text.left(at);
            right = text.mid(at + relation.size() + 2);
        }
    }
    const Phrase one = readPhrase(left, vocabulary);
    sentence.count = one.count;
    sentence.size = one.size;
    sentence.colour = one.colour;
    sentence.noun = one.noun;
    bool whole = one.whole;
    if (!one.style.isEmpty()) {
        whole = whole && sentence.style.isEmpty();
        sentence.style = one.style;
    }
    if (!right.isEmpty()) {
        const Phrase two = readPhrase(right, vocabulary);
        sentence.otherColour = two.colour;
        sentence.other = two.noun;
        whole = whole && two.whole && two.count.isEmpty() && two.style.isEmpty() && two.size.isEmpty();
    }
    read.whole = whole;
    return read;
}

} // namespace orrery::text_to_image
