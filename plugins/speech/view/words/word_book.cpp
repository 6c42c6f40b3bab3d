// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/words/word_book.h"

#include <algorithm>

namespace orrery::speech {

void WordBook::setWords(const QList<Word> &words)
{
    QList<Word> known = m_words + m_gone;
    m_words.clear();
    for (Word word : words) {
        const auto at = std::find_if(known.begin(), known.end(), [&](const Word &one) { return one.id == word.id; });
        if (at != known.end()) {
            word.takes = at->takes;
            known.erase(at);
        }
        m_words.append(word);
    }
    m_gone = known;
}

QVariant WordBook::toValue(const QList<Word> &words)
{
    QVariantList list;
    for (const Word &word : words)
        list.append(QVariantMap{{QStringLiteral("id"), word.id}, {QStringLiteral("name"), word.name}});
    return list;
}

QList<WordBook::Word> WordBook::fromValue(const QVariant &value)
{
    QList<Word> words;
    for (const QVariant &entry : value.toList()) {
        const QVariantMap map = entry.toMap();
        if (words.size() < kMostWords && map.contains(QStringLiteral("id")))
            words.append({map.value(QStringLiteral("id")).toInt(), map.value(QStringLiteral("name")).toString(), {}});
    }
    return words;
}

int WordBook::freshId() const
{
    int id = 0;
    for (const Word &word : m_words + m_gone)
        id = std::max(id, word.id + 1);
    return id;
}

void WordBook::setTake(TakePlace place, HeardPointer heard)
{
    if (place.word >= 0 && place.word < m_words.size())
        m_words[place.word].takes[std::size_t(place.take)] = std::move(heard);
}

void WordBook::setUnits(const HeardPointer &heard)
{
    for (QList<Word> *words : {&m_words, &m_gone})
        for (Word &word : *words)
            for (HeardPointer &take : word.takes)
                if (take && take->sound == heard->sound)
                    take = heard;
}

void WordBook::clearTakes()
{
    m_gone.clear();
    for (Word &word : m_words)
        word.takes = {};
}

std::optional<TakePlace> WordBook::nextMissing() const
{
    for (int word = 0; word < m_words.size(); ++word)
        for (int take = 0; take < kTakes; ++take)
            if (!m_words[word].takes[std::size_t(take)])
                return TakePlace{word, take};
    return {};
}

int WordBook::taken() const
{
    int count = 0;
    for (const Word &word : m_words)
        for (const HeardPointer &take : word.takes)
            count += take != nullptr;
    return count;
}

NearestWord WordBook::recogniser(Ear ear, const UnitKind &kind) const
{
    NearestWord nearest;
    for (int word = 0; word < m_words.size(); ++word)
        for (const HeardPointer &take : m_words[word].takes)
            if (take && take->kind == kind && !take->units[std::size_t(ear)].empty())
                nearest.addExample(word, take->units[std::size_t(ear)]);
    return nearest;
}

OfEars<WordAnswer> WordBook::decide(const Heard &heard) const
{
    return {recogniser(Ear::Model, heard.kind).decide(heard.units[0]),
            recogniser(Ear::Cepstra, heard.kind).decide(heard.units[1])};
}

void Tally::begin(const OfEars<int> &answers)
{
    m_open = true;
    m_answers = answers;
    m_verdicts = {};
}

void Tally::end()
{
    m_open = false;
    m_verdicts = {};
}

void Tally::put(Ear ear, bool right)
{
    std::optional<bool> &verdict = m_verdicts[std::size_t(ear)];
    int &count = m_right[std::size_t(ear)];
    if (verdict) // clicked once more: the last click counts
        count -= *verdict;
    else
        ++m_judged[std::size_t(ear)];
    count += right;
    verdict = right;
}

void Tally::tell(int word)
{
    if (!m_open)
        return;
    put(Ear::Model, m_answers[0] == word);
    put(Ear::Cepstra, m_answers[1] == word);
}

void Tally::judge(Ear ear, bool right)
{
    if (!m_open)
        return;
    if (right)
        return tell(m_answers[std::size_t(ear)]);
    put(ear, false);
    const Ear other = ear == Ear::Model ? Ear::Cepstra : Ear::Model;
    if (m_answers[0] == m_answers[1])
        put(other, false);
}

} // namespace orrery::speech
