// SPDX-License-Identifier: Apache-2.0
// What the word board hears besides a microphone, what it plays, and what is kept of it.
#include "plugins/speech/view/words/word_board.h"

#include "engine/units/word_cutter.h"
#include "plugins/speech/view/words/unit_asker.h"
#include "plugins/speech/view/words/word_ear.h"
#include "widgets/error_card.h"

namespace orrery::speech {

namespace {

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

QString WordBoard::readyFolder(const PluginHost &host)
{
    return host.resourceFolder() + QStringLiteral("/examples/words");
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
    hearTakesAnew(); // where Esc stopped that; answers come in order, so that the words find them
    m_asker->ask(words, said, [this](const QList<HeardPointer> &heard) {
        for (const HeardPointer &one : heard)
            place(one);
    });
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
