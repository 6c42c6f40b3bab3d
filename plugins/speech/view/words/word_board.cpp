// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/words/word_board.h"

#include "engine/units/word_cutter.h"
#include "plugins/speech/view/words/answer_card.h"
#include "plugins/speech/view/words/unit_asker.h"
#include "plugins/speech/view/words/word_card.h"
#include "plugins/speech/view/words/word_ear.h"
#include "plugins/speech/view/words/word_meter.h"
#include "widgets/error_card.h"

#include <QDir>
#include <QLabel>
#include <QPushButton>

#include <algorithm>

namespace orrery::speech {

namespace {

constexpr const char *kWordsKey = "speech/words";
constexpr double kOneWordSeconds = 2.5; ///< a recording that is no longer is one word where nothing was cut out

/// What the files of resources/examples/words are called: they are English sounds, whatever language the program
/// speaks.
const QStringList kReadyWords{QStringLiteral("yes"), QStringLiteral("no"), QStringLiteral("maybe")};
const QStringList kReadySaid{QStringLiteral("no"),    QStringLiteral("yes"), QStringLiteral("maybe"),
                             QStringLiteral("seven"), QStringLiteral("yes"), QStringLiteral("maybe"),
                             QStringLiteral("no")};
/// The first, second … file of that word.
const QList<int> kReadyTakes{1, 1, 1, 1, 2, 2, 2};

QList<Samples> wordsOf(const Samples &sound)
{
    QList<Samples> words;
    for (const WordSpan &span : cutWords(*sound))
        words.append(
            std::make_shared<const std::vector<float>>(sound->begin() + span.begin, sound->begin() + span.end));
    if (words.isEmpty() && !sound->empty() && double(sound->size()) < kOneWordSeconds * kSoundRate)
        words.append(sound);
    return words;
}

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

QString WordBoard::readyFolder(const PluginHost &host)
{
    return host.resourceFolder() + QStringLiteral("/examples/words");
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
    QList<Samples> sounds;
    QList<TakePlace> places;
    for (int word = 0; word < m_book.words().size(); ++word)
        for (int take = 0; take < kTakes; ++take)
            if (const HeardPointer &heard = m_book.words()[word].takes[std::size_t(take)]) {
                sounds.append(heard->sound);
                places.append({word, take});
            }
    if (sounds.isEmpty())
        return;
    m_asker->ask(sounds, {}, [this, places](const QList<HeardPointer> &heard) {
        for (qsizetype i = 0; i < places.size(); ++i)
            m_book.setTake(places[i], heard[i]);
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

void WordBoard::hear(const QList<Item> &items)
{
    QStringList paths;
    QList<Samples> sounds;
    for (const Item &item : items) {
        if (item.kind != ItemKind::Sound)
            continue;
        if (!item.path.isEmpty())
            paths.append(item.path);
        else if (item.sampleRateHz == kSoundRate)
            sounds += wordsOf(std::make_shared<const std::vector<float>>(item.sound.begin(), item.sound.end()));
    }
    if (!sounds.isEmpty())
        hear(sounds);
    if (!paths.isEmpty())
        loadSounds(m_host, this, paths, [this](const QList<Samples> &loaded, const QStringList &errors) {
            QList<Samples> words;
            for (qsizetype i = 0; i < loaded.size(); ++i) {
                if (loaded[i])
                    words += wordsOf(loaded[i]);
                else
                    m_error->showError(errors[i]);
            }
            note(tr("Words found in what was dropped: %1").arg(words.size()));
            if (!words.isEmpty())
                hear(words);
        });
}

void WordBoard::hear(const QList<Samples> &words, const QStringList &said)
{
    m_asker->ask(words, said, [this](const QList<HeardPointer> &heard) {
        for (const HeardPointer &one : heard)
            place(one);
    });
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

bool WordBoard::hasReadyWords() const
{
    return m_book.complete() && names() == kReadyWords;
}

void WordBoard::useReadyWords()
{
    m_error->clear();
    m_ear->stop();
    m_asker->cancel();
    m_tally.clear();
    m_nextReady = 0;
    QList<WordBook::Word> words;
    QStringList paths, said;
    const int first = m_book.freshId(); // so that undo finds the takes that were there
    for (const QString &name : kReadyWords) {
        words.append({first + int(words.size()), name, {}});
        for (int take = 1; take <= kTakes; ++take) {
            paths.append(readyFolder(m_host) + QStringLiteral("/take_%1_%2.flac").arg(name).arg(take));
            said.append(name);
        }
    }
    writeWords(words, tr("Use the ready words"));
    loadSounds(m_host, this, paths, [this, said](const QList<Samples> &sounds, const QStringList &errors) {
        for (const QString &error : errors)
            if (!error.isEmpty())
                return m_error->showError(error);
        hear(sounds, said);
    });
}

void WordBoard::sayReadyWord()
{
    if (!hasReadyWords())
        return;
    const int at = m_nextReady++ % int(kReadySaid.size());
    const QString path =
        readyFolder(m_host) + QStringLiteral("/say_%1_%2.flac").arg(kReadySaid[at]).arg(kReadyTakes[at]);
    loadSounds(m_host, this, {path}, [this, at](const QList<Samples> &sounds, const QStringList &errors) {
        if (!sounds[0])
            return m_error->showError(errors[0]);
        play(sounds[0]);
        hear(sounds, {kReadySaid[at]});
    });
}

void WordBoard::play(const Samples &sound)
{
    m_ear->setMuted(true);
    sound::PlayRequest request;
    request.sound.samples = sound;
    request.device = m_output.toStdString();
    m_playing = m_host.submit(
        this, sound::kPlay, request,
        {.lane = Lane::Live, .title = tr("Play a word").toStdString(), .channel = "speech.words.play"},
        [this](const Result<sound::PlayResult> &result) {
            if (!result && result.error().code == ErrorCode::Cancelled && m_playing.valid() && !m_playing.finished())
                return; // another one plays instead
            m_ear->setMuted(false);
            // A machine without a loudspeaker shows everything all the same.
            if (!result && result.error().code != ErrorCode::Cancelled)
                m_host.notify(QString::fromStdString(result.error().message));
        });
}

void WordBoard::keep()
{
    QList<Item> items;
    for (const WordBook::Word &word : m_book.words())
        for (int take = 0; take < kTakes; ++take)
            if (const HeardPointer &heard = word.takes[std::size_t(take)]) {
                Item item;
                item.kind = ItemKind::Sound;
                item.name = tr("%1, take %2").arg(word.name).arg(take + 1);
                item.sound = QList<float>(heard->sound->begin(), heard->sound->end());
                item.sampleRateHz = kSoundRate;
                item.recipe = {{QStringLiteral("source"), QStringLiteral("made")}};
                items.append(item);
            }
    if (items.isEmpty())
        return;
    Workspace &workspace = m_host.workspace();
    workspace.beginMacro(tr("Keep the takes"));
    const QList<ItemId> ids = workspace.add(items, tr("Keep the takes"));
    workspace.gather(ids);
    workspace.endMacro();
    m_host.notify(tr("Takes kept in the tray: %1").arg(ids.size()));
}

} // namespace orrery::speech
