// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/sound.h"
#include "engine/units/nearest_word.h"
#include "plugins/speech/view/recording.h"

#include <QList>
#include <QString>
#include <QVariant>

#include <array>
#include <memory>
#include <optional>
#include <vector>

namespace orrery::speech {

/// Two ways to hear the same sound, beside each other on the board.
enum class Ear
{
    Model,   ///< units of the model that the page uses
    Cepstra, ///< units of mel-frequency cepstra, the baseline
};
inline constexpr std::size_t kEars = 2;
template <class T>
using OfEars = std::array<T, kEars>;

/// One word as it was said once, and the units that each ear hears in it.
struct Heard
{
    Samples sound;
    UnitKind kind;                  ///< of the model's units; those of cepstra are always the same
    OfEars<std::vector<int>> units; ///< one a frame; empty while they are not known
    OfEars<QString> errors;         ///< why they are not
    QString said;                   ///< what it is, where that is known (ready examples); empty: nobody has told

    double seconds() const { return sound ? double(sound->size()) / kSoundRate : 0; }
};
using HeardPointer = std::shared_ptr<const Heard>;

inline constexpr int kTakes = 2;     ///< examples of a word
inline constexpr int kMostWords = 8; ///< on the board

/// Where the next take goes.
struct TakePlace
{
    int word = 0, take = 0;
    bool operator==(const TakePlace &) const = default;
};

/// The words of the board with their takes, and who recognises them. Names are a value of the workspace, so that undo
/// finds them; takes are sound of the user's and stay here. Plain values; no widget. Thread: interface.
class WordBook
{
public:
    struct Word
    {
        int id = 0; ///< stays when the name changes
        QString name;
        std::array<HeardPointer, kTakes> takes;
    };

    const QList<Word> &words() const { return m_words; }
    /// Takes over names and order. Takes of words that went away come back with them.
    void setWords(const QList<Word> &words);
    /// Words without takes, as the workspace keeps them, and back. What is no such value gives none.
    static QVariant toValue(const QList<Word> &words);
    static QList<Word> fromValue(const QVariant &value);
    /// An id that no word has had.
    int freshId() const;

    void setTake(TakePlace place, HeardPointer heard);
    /// A take in other units: goes where its sound is now, since words may have come and gone while they were asked
    /// for. A take that was said again meanwhile stays.
    void setUnits(const HeardPointer &heard);
    void clearTakes();
    /// The first place without a take; nothing when all are there.
    std::optional<TakePlace> nextMissing() const;
    int taken() const;
    bool complete() const { return !m_words.isEmpty() && !nextMissing(); }

    /// Answers number words as words() does. Takes in units of another kind are nothing to compare with.
    OfEars<WordAnswer> decide(const Heard &heard) const;

private:
    NearestWord recogniser(Ear ear, const UnitKind &kind) const;

    QList<Word> m_words;
    QList<Word> m_gone; ///< with takes, for undo
};

/// How often each ear was right, as far as somebody said so.
class Tally
{
public:
    void clear() { *this = {}; }
    /// A new answer to judge; `−1` is "none of these".
    void begin(const OfEars<int> &answers);
    /// Nothing is open any more: what was counted stays.
    void end();
    /// What was really said: judges both at once. @param word  −1: none of these
    void tell(int word);
    /// "That was right", "that was wrong". Right tells what was said; wrong judges the other ear only when it gave the
    /// same answer.
    void judge(Ear ear, bool right);

    std::optional<bool> verdict(Ear ear) const { return m_verdicts[std::size_t(ear)]; } ///< on the last answer
    int right(Ear ear) const { return m_right[std::size_t(ear)]; }
    int judged(Ear ear) const { return m_judged[std::size_t(ear)]; }

private:
    void put(Ear ear, bool right);

    bool m_open = false;
    OfEars<int> m_answers{-1, -1};
    OfEars<std::optional<bool>> m_verdicts;
    OfEars<int> m_right{}, m_judged{};
};

} // namespace orrery::speech
