// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/text_to_image/view/sentence.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace orrery::text_to_image {

class WordPicker;

/// The prompt as chips: style, count, size, colour, noun, how a second thing belongs to it, background. Each opens the
/// words that the model knows. Thread: interface.
class SentenceChips final : public QWidget
{
    Q_OBJECT

public:
    enum Chip
    {
        Style,
        Count,
        Size,
        Colour,
        Noun,
        Relation,
        OtherColour,
        Other,
        Background,
    };
    static constexpr int kChips = 9;

    explicit SentenceChips(QWidget *parent = nullptr);

    void setVocabulary(const Vocabulary &vocabulary);
    /// Reads the prompt; chips show what could be read of it.
    void setPrompt(const QString &prompt);
    const Sentence &sentence() const { return m_read.sentence; }
    bool wholePromptRead() const { return m_read.whole; }

    QPushButton *chip(Chip which) const { return m_chips[which]; }
    /// Opens the words of a chip, as a click on it does; null when there are none.
    WordPicker *open(Chip which);
    /// Sets one part of the sentence; empty: leaves it out.
    void choose(Chip which, const QString &word);

Q_SIGNALS:
    /// The sentence was changed by a chip: this prompt says it now.
    void promptChosen(const QString &prompt, const QString &undoText);

private:
    void showSentence();
    QString &part(Chip which);
    QStringList words(Chip which) const;

    Vocabulary m_vocabulary;
    QString m_prompt;
    ReadSentence m_read;
    QPushButton *m_chips[kChips] = {};
    QLabel *m_note;
};

} // namespace orrery::text_to_image
