// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/sentence_chips.h"

#include "plugins/text_to_image/view/word_picker.h"
#include "widgets/ranking/flow_layout.h"

#include <QCoreApplication>
#include <QLabel>
#include <QPushButton>

namespace orrery::text_to_image {

namespace {

struct ChipText
{
    const char *id;
    const char *title; ///< what it is
    const char *add;   ///< when it is not there
    const char *none;  ///< leaves it out; null: has to be there
};

// In the order of SentenceChips::Chip, which is the order of the words in a sentence.
constexpr ChipText kTexts[SentenceChips::kChips] = {
    {"style", QT_TRANSLATE_NOOP("SentenceChips", "Style"), QT_TRANSLATE_NOOP("SentenceChips", "+ style"),
     QT_TRANSLATE_NOOP("SentenceChips", "No style")},
    {"count", QT_TRANSLATE_NOOP("SentenceChips", "Count"), QT_TRANSLATE_NOOP("SentenceChips", "one"),
     QT_TRANSLATE_NOOP("SentenceChips", "one")},
    {"size", QT_TRANSLATE_NOOP("SentenceChips", "Size"), QT_TRANSLATE_NOOP("SentenceChips", "+ size"),
     QT_TRANSLATE_NOOP("SentenceChips", "As it comes")},
    {"colour", QT_TRANSLATE_NOOP("SentenceChips", "Colour"), QT_TRANSLATE_NOOP("SentenceChips", "+ colour"),
     QT_TRANSLATE_NOOP("SentenceChips", "Its own colour")},
    {"noun", QT_TRANSLATE_NOOP("SentenceChips", "Thing"), QT_TRANSLATE_NOOP("SentenceChips", "thing"), nullptr},
    {"relation", QT_TRANSLATE_NOOP("SentenceChips", "Position or filling"),
     QT_TRANSLATE_NOOP("SentenceChips", "+ position"), QT_TRANSLATE_NOOP("SentenceChips", "Alone")},
    {"otherColour", QT_TRANSLATE_NOOP("SentenceChips", "Second colour"), QT_TRANSLATE_NOOP("SentenceChips", "+ colour"),
     QT_TRANSLATE_NOOP("SentenceChips", "Its own colour")},
    {"other", QT_TRANSLATE_NOOP("SentenceChips", "Second thing"), QT_TRANSLATE_NOOP("SentenceChips", "thing"), nullptr},
    {"background", QT_TRANSLATE_NOOP("SentenceChips", "Background"), QT_TRANSLATE_NOOP("SentenceChips", "+ background"),
     QT_TRANSLATE_NOOP("SentenceChips", "White")},
};

QString say(const char *text)
{
    return QCoreApplication::translate("SentenceChips", text);
}

} // namespace

SentenceChips::SentenceChips(QWidget *parent) : QWidget(parent), m_note(new QLabel(this))
{
    setObjectName(QStringLiteral("sentenceChips"));
    auto *flow = new FlowLayout(this, 6);
    for (int i = 0; i < kChips; ++i) {
        auto *chip = new QPushButton(this);
        chip->setObjectName(QStringLiteral("chip-") + QLatin1String(kTexts[i].id));
        chip->setProperty("look", QStringLiteral("chip"));
        connect(chip, &QPushButton::clicked, this, [this, i] { open(Chip(i)); });
        flow->addWidget(chip);
        m_chips[i] = chip;
    }
    m_note->setProperty("look", QStringLiteral("caption"));
    m_note->setContentsMargins(4, 6, 0, 0);
    flow->addWidget(m_note);
    showSentence();
}

void SentenceChips::setVocabulary(const Vocabulary &vocabulary)
{
    if (vocabulary == m_vocabulary)
        return;
    m_vocabulary = vocabulary;
    m_read = readSentence(m_prompt, m_vocabulary);
    showSentence();
}

void SentenceChips::setPrompt(const QString &prompt)
{
    m_prompt = prompt;
    // What was chosen by chips and cannot be said yet (a position without a second thing) is kept while it is the same
    // sentence.
    if (m_vocabulary.isEmpty())
        return;
    // A sentence without a thing says nothing, which is no reason to keep it when nothing is written.
    if (!m_read.sentence.noun.isEmpty() && writeSentence(m_read.sentence) == prompt)
        m_read.whole = true; // perhaps a word that no chip knows is gone
    else
        m_read = readSentence(prompt, m_vocabulary);
    showSentence();
}

QString &SentenceChips::part(Chip which)
{
    Sentence &s = m_read.sentence;
    switch (which) {
    case Style:
        return s.style;
    case Count:
        return s.count;
    case Size:
        return s.size;
    case Colour:
        return s.colour;
    case Noun:
        return s.noun;
    case Relation:
        return s.relation;
    case OtherColour:
        return s.otherColour;
    case Other:
        return s.other;
    case Background:
        break;
    }
    return s.background;
}

QStringList SentenceChips::words(Chip which) const
{
    switch (which) {
    case Style:
        return m_vocabulary.styles;
    case Count: {
        QStringList counts = m_vocabulary.counts;
        counts.removeAll(QStringLiteral("a"));
        counts.removeAll(QStringLiteral("an"));
        counts.removeAll(QStringLiteral("one"));
        return counts;
    }
    case Size:
        return m_vocabulary.sizes;
    case Noun:
    case Other:
        return m_vocabulary.nouns;
    case Relation:
        return m_vocabulary.relations;
    case Colour:
    case OtherColour:
    case Background:
        break;
    }
    return m_vocabulary.colours;
}

void SentenceChips::showSentence()
{
    const bool two = !m_read.sentence.relation.isEmpty();
    for (int i = 0; i < kChips; ++i) {
        const Chip which = Chip(i);
        QPushButton *chip = m_chips[i];
        const QString word = part(which);
        QString text = word.isEmpty() ? say(kTexts[i].add) : word;
        if (which == Background && !word.isEmpty())
            text = tr("on %1").arg(word);
        if ((which == Noun) && !word.isEmpty() && !m_read.sentence.count.isEmpty())
            text = plural(word);
        chip->setText(text);
        const QString title = say(kTexts[i].title);
        chip->setAccessibleName(word.isEmpty() ? tr("%1: none").arg(title) : tr("%1: %2").arg(title, word));
        chip->setToolTip(title);
        // A ground for the words that are said; an outline alone for those that could be.
        chip->setCheckable(true);
        chip->setChecked(!word.isEmpty());
        chip->setVisible(!words(which).isEmpty() && (two || (which != OtherColour && which != Other)));
        chip->setEnabled(which == Noun || !m_read.sentence.noun.isEmpty());
    }
    m_note->setVisible(!m_vocabulary.isEmpty() && !m_read.whole && !m_prompt.simplified().isEmpty());
    m_note->setText(m_read.sentence.noun.isEmpty() ? tr("Written freely; a chip begins anew.")
                                                   : tr("The chips say only part of what is written."));
    updateGeometry();
}

WordPicker *SentenceChips::open(Chip which)
{
    m_chips[which]->setChecked(!part(which).isEmpty()); // a click has turned it over
    const QStringList choices = words(which);
    if (choices.isEmpty())
        return nullptr;
    const bool colours = which == Colour || which == OtherColour || which == Background;
    const QString none = kTexts[which].none ? say(kTexts[which].none) : QString();
    auto *picker = new WordPicker(say(kTexts[which].title), choices, part(which), none, colours, this);
    connect(picker, &WordPicker::picked, this, [this, which](const QString &word) { choose(which, word); });
    picker->move(m_chips[which]->mapToGlobal(QPoint(0, m_chips[which]->height() + 4)));
    picker->show();
    return picker;
}

void SentenceChips::choose(Chip which, const QString &word)
{
    if (part(which) == word)
        return;
    Sentence &sentence = m_read.sentence;
    part(which) = word;
    if (which == Relation && word.isEmpty()) {
        sentence.other.clear();
        sentence.otherColour.clear();
    } else if (which == Relation && sentence.other.isEmpty()) {
        // A position needs something to stand beside.
        const qsizetype at = m_vocabulary.nouns.indexOf(sentence.noun);
        sentence.other = m_vocabulary.nouns.value((at + 1) % m_vocabulary.nouns.size());
    }
    m_read.whole = true;
    m_prompt = writeSentence(sentence);
    showSentence();
    const QString title = say(kTexts[which].title);
    Q_EMIT promptChosen(m_prompt, word.isEmpty() ? tr("%1: none").arg(title) : tr("%1: %2").arg(title, word));
}

} // namespace orrery::text_to_image
