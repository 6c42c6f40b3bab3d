// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/plugin_host.h"
#include "plugins/speech/view/recording.h"
#include "plugins/speech/view/words/word_book.h"

#include <QWidget>

#include <optional>

class QGridLayout;
class QLabel;
class QPushButton;
class QScrollArea;

namespace orrery {
class ErrorCard;
}

namespace orrery::speech {

class AnswerCard;
class WordMeter;
class UnitAsker;
class WordCard;
class WordEar;

/// Words said twice each, and recognised from then on by their units: those of the model, and beside them those of
/// cepstra. The microphone is off until it is clicked; recordings and ready words do instead. Nothing is kept unless
/// somebody clicks Keep. Thread: interface.
class WordBoard final : public QWidget
{
    Q_OBJECT

public:
    explicit WordBoard(PluginHost &host, QWidget *parent = nullptr);
    ~WordBoard() override;

    /// Units of the page's model; takes are heard anew with it.
    void setKind(const UnitKind &kind);
    /// The microphone that Listen turns on; empty: the system's default.
    void setDevice(const QString &id) { m_device = id; }
    /// The loudspeaker that words are played on.
    void setOutput(const QString &id) { m_output = id; }
    /// Recordings instead of a microphone: the words in them are what is said, one after the other.
    void hear(const QList<Item> &items);
    void hear(const QList<Samples> &words, const QStringList &said = {});

    void listen(bool on);
    bool isListening() const;
    bool isBusy() const;
    /// @return true when there was something to stop
    bool cancel();

    /// Three words with their takes, said by synthetic voices.
    void useReadyWords();
    /// Plays another ready word to the board; what it is, is known.
    void sayReadyWord();

    const WordBook &book() const { return m_book; }
    const Tally &tally() const { return m_tally; }
    QList<WordCard *> cards() const { return m_cards; }
    AnswerCard &answer(Ear ear) const { return *m_answers[std::size_t(ear)]; }
    WordEar &ear() const { return *m_ear; }
    QString prompt() const;
    QPushButton *listenButton() const { return m_listen; }
    QPushButton *readyButton() const { return m_ready; }
    QPushButton *sayButton() const { return m_say; }
    QPushButton *keepButton() const { return m_keep; }
    QPushButton *addButton() const { return m_add; }

    static QString readyFolder(const PluginHost &host);

Q_SIGNALS:
    /// Only one page may have the microphone.
    void microphoneChanged(bool on);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void makeLayout();
    void makeBar();
    void connectParts();
    void nameEars();
    void restyle();
    void hearTakesAnew(); ///< those whose units are of another kind
    void readWords();
    void writeWords(const QList<WordBook::Word> &words, const QString &undoText);
    void rename(int word, const QString &name);
    void addWord();
    void removeWord(int word);
    void sayAgain(TakePlace place);
    void place(const HeardPointer &heard);
    void recognise(const HeardPointer &heard);
    void play(const Samples &sound);
    void keep();
    void forgetAnswer();
    std::optional<TakePlace> awaited() const;
    QStringList names() const;
    bool hasReadyWords() const;
    void showCards();
    void placeCards();
    void showPrompt();
    void showTally();
    void note(const QString &text);

    PluginHost &m_host;
    QString m_device, m_output;
    WordBook m_book;
    Tally m_tally;
    WordEar *m_ear;
    UnitAsker *m_asker;
    std::optional<TakePlace> m_target; ///< said again, although nothing is missing there
    int m_nextReady = 0;
    JobHandle<sound::PlayResult> m_playing;

    QPushButton *m_listen = nullptr, *m_ready = nullptr, *m_say = nullptr, *m_keep = nullptr, *m_add = nullptr;
    WordMeter *m_level = nullptr;
    QLabel *m_prompt = nullptr, *m_note = nullptr;
    ErrorCard *m_error = nullptr;
    QWidget *m_cardArea = nullptr;
    QScrollArea *m_scroll = nullptr;
    QGridLayout *m_grid = nullptr;
    QList<WordCard *> m_cards;
    OfEars<AnswerCard *> m_answers{};
    int m_columns = 0;
};

} // namespace orrery::speech
