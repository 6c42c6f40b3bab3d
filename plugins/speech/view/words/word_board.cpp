// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/words/word_board.h"

#include "plugins/speech/view/words/answer_card.h"
#include "plugins/speech/view/words/unit_asker.h"
#include "plugins/speech/view/words/word_card.h"
#include "plugins/speech/view/words/word_ear.h"
#include "plugins/speech/view/words/word_meter.h"
#include "widgets/error_card.h"

#include <QLabel>
#include <QPushButton>

#include <algorithm>

namespace orrery::speech {

namespace {

constexpr const char *kWordsKey = "speech/words";

} // namespace

WordBoard::WordBoard(PluginHost &host, QWidget *parent)
    : QWidget(parent), m_host(host), m_ear(new WordEar(host, this)), m_asker(new UnitAsker(host, this))
{
    setObjectName(QStringLiteral("wordBoard"));
    makeLayout();
    connectParts();
    connect(&Theme::instance(), &Theme::changed, this, &WordBoard::restyle);
    restyle();
    readWords();
    forgetAnswer();
}

WordBoard::~WordBoard()
{
    if (m_playing.valid())
        m_playing.cancel();
}

void WordBoard::connectParts()
{
    connect(m_ear, &WordEar::word, this, [this](const Samples &sound) { hear(QList<Samples>{sound}); });
    connect(m_ear, &WordEar::levelChanged, this, [this] {
        if (m_ear->isOn())
            m_level->setLevel(m_ear->levelDb(), m_ear->thresholdDb(), m_ear->inWord());
        else
            m_level->setOff();
    });
    connect(m_ear, &WordEar::changed, this, [this] {
        if (!m_ear->isOn())
            m_level->setOff();
        showPrompt();
        Q_EMIT microphoneChanged(m_ear->isOn());
    });
    connect(m_ear, &WordEar::tooLong, this,
            [this] { note(tr("That went on for longer than a word. Leave a short pause between words.")); });
    connect(m_ear, &WordEar::failed, this, [this](const Error &error) {
        m_error->showError(error);
        m_error->setRemedy(tr("Use ready words"), [this] { useReadyWords(); });
    });
    connect(m_asker, &UnitAsker::busyChanged, this, &WordBoard::showPrompt);
    connect(m_listen, &QPushButton::clicked, this, &WordBoard::listen);
    connect(m_ready, &QPushButton::clicked, this, &WordBoard::useReadyWords);
    connect(m_say, &QPushButton::clicked, this, &WordBoard::sayReadyWord);
    connect(m_keep, &QPushButton::clicked, this, &WordBoard::keep);
    connect(m_add, &QPushButton::clicked, this, &WordBoard::addWord);
    for (const Ear ear : {Ear::Model, Ear::Cepstra})
        connect(&answer(ear), &AnswerCard::judged, this, [this, ear](bool right) {
            m_tally.judge(ear, right);
            showTally();
        });
    connect(&m_host.workspace(), &Workspace::valueChanged, this, [this](const QString &key) {
        if (key == QLatin1String(kWordsKey))
            readWords();
    });
}

void WordBoard::setKind(const UnitKind &kind)
{
    if (kind == m_asker->kind())
        return;
    m_asker->setKind(kind);
    nameEars();
    m_tally.clear(); // of other units
    forgetAnswer();
    hearTakesAnew();
}

void WordBoard::hearTakesAnew()
{
    QList<Samples> sounds;
    for (const WordBook::Word &word : m_book.words())
        for (const HeardPointer &take : word.takes)
            if (take && take->kind != m_asker->kind() && !m_asker->isAsked(take->sound))
                sounds.append(take->sound);
    if (sounds.isEmpty())
        return;
    m_asker->ask(sounds, {}, [this](const QList<HeardPointer> &heard) {
        for (const HeardPointer &one : heard)
            if (one->errors[0].isEmpty()) // else it is asked for again with the next word
                m_book.setUnits(one);
        showCards();
    });
}

void WordBoard::readWords()
{
    QList<WordBook::Word> words = WordBook::fromValue(m_host.workspace().value(QLatin1String(kWordsKey)));
    if (words.isEmpty())
        words = {{0, tr("yes"), {}}, {1, tr("no"), {}}, {2, tr("maybe"), {}}};
    m_book.setWords(words);
    m_target.reset();
    forgetAnswer();
    showCards();
    hearTakesAnew(); // a word that undo brought back was heard by the units of its time
}

void WordBoard::writeWords(const QList<WordBook::Word> &words, const QString &undoText)
{
    m_host.workspace().setValue(QLatin1String(kWordsKey), WordBook::toValue(words), undoText);
}

void WordBoard::rename(int word, const QString &name)
{
    QList<WordBook::Word> words = m_book.words();
    if (name.isEmpty() || word >= words.size() || words[word].name == name) {
        showCards(); // an empty name is none
        return;
    }
    words[word].name = name;
    writeWords(words, tr("Rename a word"));
}

void WordBoard::addWord()
{
    QList<WordBook::Word> words = m_book.words();
    if (words.size() >= kMostWords)
        return;
    words.append({m_book.freshId(), tr("word %1").arg(words.size() + 1), {}});
    writeWords(words, tr("Add a word"));
}

void WordBoard::removeWord(int word)
{
    QList<WordBook::Word> words = m_book.words();
    if (words.size() <= 2 || word >= words.size())
        return;
    words.removeAt(word);
    writeWords(words, tr("Take a word off the board"));
}

void WordBoard::listen(bool on)
{
    m_error->clear();
    note({});
    if (on)
        m_ear->start(m_device);
    else
        m_ear->stop();
    showPrompt();
}

bool WordBoard::isListening() const
{
    return m_ear->isOn();
}

bool WordBoard::isBusy() const
{
    return m_asker->isBusy();
}

bool WordBoard::cancel()
{
    const bool any = m_ear->isOn() || m_asker->isBusy() || m_ear->isMuted();
    m_ear->stop();
    m_asker->cancel();
    if (m_playing.valid())
        m_playing.cancel();
    m_target.reset();
    showPrompt();
    return any;
}

std::optional<TakePlace> WordBoard::awaited() const
{
    return m_target ? m_target : m_book.nextMissing();
}

void WordBoard::place(const HeardPointer &heard)
{
    if (!heard->errors[0].isEmpty()) {
        m_error->showError(heard->errors[0]);
        return;
    }
    m_error->clear();
    if (heard->units[0].empty()) {
        note(tr("That was too short to have units."));
        return;
    }
    const std::optional<TakePlace> where = awaited();
    if (!where)
        return recognise(heard);
    m_book.setTake(*where, heard);
    m_target.reset();
    note({});
    forgetAnswer();
    showCards();
}

void WordBoard::recognise(const HeardPointer &heard)
{
    const OfEars<WordAnswer> answers = m_book.decide(*heard);
    m_tally.begin({answers[0].word, answers[1].word});
    if (!heard->said.isEmpty())
        m_tally.tell(int(names().indexOf(heard->said)));
    for (std::size_t ear = 0; ear < kEars; ++ear) {
        if (heard->errors[ear].isEmpty())
            m_answers[ear]->showAnswer(answers[ear], names(), heard->units[ear]);
        else
            m_answers[ear]->showError(heard->errors[ear]);
    }
    for (int word = 0; word < m_cards.size(); ++word) {
        if (word == answers[0].word)
            m_cards[word]->light(answers[0].distance);
        else
            m_cards[word]->goOut();
    }
    note(heard->said.isEmpty() ? QString() : tr("It was “%1”, by a synthetic voice.").arg(heard->said));
    showTally();
    showPrompt();
}

void WordBoard::forgetAnswer()
{
    for (AnswerCard *card : m_answers)
        card->clear(m_book.complete() ? tr("Say one of the words.") : tr("First every word is said twice."));
    for (WordCard *card : m_cards)
        card->goOut();
    m_tally.end();
    showTally();
}

void WordBoard::sayAgain(TakePlace place)
{
    m_target = place;
    if (!m_ear->isOn())
        listen(true);
    showCards();
}

QStringList WordBoard::names() const
{
    QStringList names;
    for (const WordBook::Word &word : m_book.words())
        names.append(word.name);
    return names;
}

} // namespace orrery::speech
