// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/words/word_board.h"

#include "plugins/speech/view/words/answer_card.h"
#include "plugins/speech/view/words/unit_strip.h"
#include "plugins/speech/view/words/word_card.h"
#include "plugins/speech/view/words/word_ear.h"
#include "tests/plugins/fake_host.h"
#include "tests/plugins/speech/words/fake_words.h"
#include "widgets/error_card.h"

#include <QApplication>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace orrery;
using namespace orrery::speech;
using namespace orrery::test;

class WordBoardTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void theMicrophoneIsOffUntilClicked();
    void wordsAreSaidTwiceAndThenRecognised();
    void anotherWordIsNoneOfThese();
    void cepstraHearTheSameSound();
    void whatWasRightIsCounted();
    void aTakeCanBeSaidAgain();
    void aRecordingDoesInsteadOfAMicrophone();
    void readyWordsNeedNoMicrophone();
    void nothingIsKeptWithoutKeep();
    void undoBringsBackAWordWithItsTakes();
    void playingMutesTheMicrophone();
    void anotherModelHearsTheTakesAnew();
    void takesThatWereNotHeardAnewAreAskedForAgain();
    void takesHeardAnewFindTheirWords();
    void takesOfOtherUnitsAreNothingToCompareWith();
    void whatIsMissingIsSaid();
    void eightWordsFit();
    void everythingHasANameAndTheKeyboardGetsThere();

private:
    FakeWords &fake() { return FakeWords::instance(); }
    void say(const std::string &word, double pace = 1)
    {
        if (fake().listening == 0)
            QTRY_COMPARE(fake().listening.load(), 1);
        fake().say(joined({pause(0.4), spoken(word, pace), pause(0.4)}));
    }
    void teach()
    {
        QTest::mouseClick(m_board->listenButton(), Qt::LeftButton);
        int taken = 0;
        for (const char *word : {"yes", "no", "maybe"})
            for (const double pace : {1.0, 1.3}) {
                say(word, pace);
                ++taken;
                QTRY_COMPARE(m_board->book().taken(), taken);
            }
    }
    void grab(const char *name) const
    {
        const QString folder = qEnvironmentVariable("ORRERY_GRABS");
        if (folder.isEmpty())
            return;
        QTest::qWait(50);
        m_board->grab().save(folder + u'/' + QLatin1String(name) + QStringLiteral(".png"));
    }
    QString error() const
    {
        const auto *card = m_board->findChild<ErrorCard *>();
        return card->isVisibleTo(m_board.get()) ? card->message() : QString();
    }

    std::unique_ptr<FakeHost> m_host;
    std::unique_ptr<WordBoard> m_board;
};

void WordBoardTest::initTestCase()
{
    Theme::instance().apply(*qApp);
    Theme::instance().setMotion(false);
    Theme::instance().setScheme(qEnvironmentVariableIsSet("ORRERY_DARK") ? Scheme::Dark : Scheme::Light);
    Theme::instance().setPresenting(qEnvironmentVariableIsSet("ORRERY_PRESENT"));
    registerFakeWords();
}

void WordBoardTest::init()
{
    fake().reset();
    m_host = std::make_unique<FakeHost>();
    m_board = std::make_unique<WordBoard>(*m_host);
    // What the tabs leave of the stage of a window of 1280×800 and 1024×700.
    m_board->resize(qEnvironmentVariableIsSet("ORRERY_SMALL") ? QSize(608, 462) : QSize(864, 562));
    m_board->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_board.get()));
}

void WordBoardTest::cleanup()
{
    m_board.reset();
    m_host.reset();
    QCOMPARE(fake().listening.load(), 0); // a board that is gone listens no more
}

void WordBoardTest::theMicrophoneIsOffUntilClicked()
{
    QTest::qWait(50);
    QCOMPARE(fake().listened.load(), 0);
    QVERIFY(!m_board->isListening());
    QVERIFY(!m_board->listenButton()->isChecked());
    grab("words-first");
    QSignalSpy changed(m_board.get(), &WordBoard::microphoneChanged);
    QTest::mouseClick(m_board->listenButton(), Qt::LeftButton);
    QTRY_COMPARE(fake().listening.load(), 1);
    QVERIFY(m_board->listenButton()->isChecked());
    QVERIFY(m_board->prompt().contains(QStringLiteral("yes")));
    QVERIFY(!changed.isEmpty());
    QTest::mouseClick(m_board->listenButton(), Qt::LeftButton);
    QTRY_COMPARE(fake().listening.load(), 0);
    QVERIFY(!m_board->isListening());
    QVERIFY(!m_board->cancel()); // nothing is left to stop
}

void WordBoardTest::wordsAreSaidTwiceAndThenRecognised()
{
    QTest::mouseClick(m_board->listenButton(), Qt::LeftButton);
    say("yes");
    QTRY_COMPARE(m_board->book().taken(), 1);
    QVERIFY(m_board->prompt().contains(QStringLiteral("yes")) &&
            m_board->prompt().contains(QStringLiteral("once more")));
    QVERIFY(!m_board->cards()[0]->strip(0)->units().empty());
    QVERIFY(m_board->cards()[0]->strip(1)->units().empty());
    say("yes", 1.2);
    QTRY_VERIFY(m_board->prompt().contains(QStringLiteral("no")));
    grab("words-teaching");
    for (const char *word : {"no", "no", "maybe", "maybe"})
        say(word);
    QTRY_VERIFY(m_board->book().complete());
    QCOMPARE(m_board->answer(Ear::Model).answer(), QStringLiteral("–"));
    QVERIFY(!m_board->answer(Ear::Model).rightButton()->isEnabled());

    say("no", 1.1);
    QTRY_COMPARE(m_board->answer(Ear::Model).answer(), QStringLiteral("no"));
    QVERIFY(m_board->cards()[1]->isLit());
    QVERIFY(!m_board->cards()[0]->isLit());
    const QString sentence = m_board->answer(Ear::Model).sentence();
    QVERIFY2(sentence.startsWith(QStringLiteral("distance 0.")) && sentence.contains(QStringLiteral("next “")),
             qPrintable(sentence));
    grab("words-recognised");
    say("maybe");
    QTRY_COMPARE(m_board->answer(Ear::Model).answer(), QStringLiteral("maybe"));
    QVERIFY(!m_board->cards()[1]->isLit());
    QVERIFY(m_board->cards()[2]->isLit());
}

void WordBoardTest::anotherWordIsNoneOfThese()
{
    teach();
    say("seven");
    QTRY_COMPARE(m_board->answer(Ear::Model).answer(), QStringLiteral("none of these"));
    QVERIFY(m_board->answer(Ear::Model).sentence().contains(QStringLiteral("nearest")));
    for (const WordCard *card : m_board->cards())
        QVERIFY(!card->isLit());
    grab("words-none");
}

void WordBoardTest::cepstraHearTheSameSound()
{
    teach();
    const int before = fake().asked(kMfcc);
    QCOMPARE(fake().asked(kUnitsModel), before);
    say("maybe");
    QTRY_COMPARE(m_board->answer(Ear::Model).answer(), QStringLiteral("maybe"));
    // The fake cepstra hear only that there is something: every word is as near, and the first one counts.
    QCOMPARE(m_board->answer(Ear::Cepstra).answer(), QStringLiteral("yes"));
    const std::lock_guard lock(fake().mutex);
    const auto &requests = fake().unitRequests;
    const std::size_t last = requests.size() - 1;
    QVERIFY(requests[last].model != requests[last - 1].model);
    QCOMPARE(requests[last].sounds[0].samples, requests[last - 1].sounds[0].samples);
}

void WordBoardTest::whatWasRightIsCounted()
{
    teach();
    AnswerCard &model = m_board->answer(Ear::Model), &cepstra = m_board->answer(Ear::Cepstra);
    say("maybe");
    QTRY_COMPARE(model.answer(), QStringLiteral("maybe"));
    QTest::mouseClick(model.rightButton(), Qt::LeftButton);
    QCOMPARE(model.tally(), QStringLiteral("right 1 of 1"));
    QCOMPARE(cepstra.tally(), QStringLiteral("right 0 of 1")); // it said "yes", and it was "maybe"
    QVERIFY(cepstra.wrongButton()->isChecked());
    QTest::mouseClick(model.wrongButton(), Qt::LeftButton); // a slip of the finger: the last click counts
    QCOMPARE(model.tally(), QStringLiteral("right 0 of 1"));
    QTest::mouseClick(model.rightButton(), Qt::LeftButton);

    say("yes");
    QTRY_COMPARE(model.answer(), QStringLiteral("yes"));
    QVERIFY(!model.rightButton()->isChecked());
    QCOMPARE(cepstra.answer(), QStringLiteral("yes"));
    QTest::mouseClick(cepstra.wrongButton(), Qt::LeftButton); // both said the same: both were wrong
    QCOMPARE(model.tally(), QStringLiteral("right 1 of 2"));
    QCOMPARE(cepstra.tally(), QStringLiteral("right 0 of 2"));
}

void WordBoardTest::aTakeCanBeSaidAgain()
{
    teach();
    const HeardPointer before = m_board->book().words()[1].takes[0];
    QTest::mouseClick(m_board->listenButton(), Qt::LeftButton);
    QTRY_COMPARE(fake().listening.load(), 0);
    QTest::mouseClick(m_board->cards()[1]->again(0), Qt::LeftButton); // turns the microphone on by itself
    QVERIFY(m_board->isListening());
    QVERIFY(m_board->prompt().contains(QStringLiteral("no")));
    say("no", 1.5);
    QTRY_VERIFY(m_board->book().words()[1].takes[0] != before);
    QCOMPARE(m_board->book().taken(), 6);
    say("yes");
    QTRY_COMPARE(m_board->answer(Ear::Model).answer(), QStringLiteral("yes")); // recognised again, not taken
}

void WordBoardTest::aRecordingDoesInsteadOfAMicrophone()
{
    Item item;
    item.kind = ItemKind::Sound;
    item.path = QStringLiteral("/somewhere/yes yes no no maybe maybe.wav");
    m_board->hear({item});
    QTRY_VERIFY(m_board->book().complete());
    item.path.clear();
    const std::vector<float> samples = joined({pause(0.3), spoken("no"), pause(0.3)});
    item.sound = QList<float>(samples.begin(), samples.end());
    item.sampleRateHz = kSoundRate;
    m_board->hear({item});
    QTRY_COMPARE(m_board->answer(Ear::Model).answer(), QStringLiteral("no"));
    QCOMPARE(fake().listened.load(), 0);
    item.path = QStringLiteral("/somewhere/broken.wav");
    m_board->hear({item});
    QTRY_COMPARE(error(), QStringLiteral("broken.wav is no sound"));
}

void WordBoardTest::readyWordsNeedNoMicrophone()
{
    QVERIFY(!m_board->sayButton()->isVisible());
    QTest::mouseClick(m_board->readyButton(), Qt::LeftButton);
    QTRY_VERIFY(m_board->book().complete());
    QVERIFY(m_board->sayButton()->isVisible());
    for (int round = 0; round < 4; ++round) { // no, yes, maybe, and seven, which is none of them
        QTest::mouseClick(m_board->sayButton(), Qt::LeftButton);
        QTRY_COMPARE(m_board->tally().judged(Ear::Model), round + 1); // what it was is known
    }
    QCOMPARE(m_board->answer(Ear::Model).answer(), QStringLiteral("none of these"));
    QCOMPARE(m_board->answer(Ear::Model).tally(), QStringLiteral("right 4 of 4"));
    QCOMPARE(m_board->tally().judged(Ear::Cepstra), 4);
    QVERIFY(m_board->tally().right(Ear::Cepstra) < 4);
    QTRY_COMPARE(fake().played.load(), 4);
    QCOMPARE(fake().listened.load(), 0);
}

void WordBoardTest::nothingIsKeptWithoutKeep()
{
    QVERIFY(!m_board->keepButton()->isEnabled());
    teach();
    QVERIFY(m_host->workspace().items().isEmpty());
    QTest::mouseClick(m_board->keepButton(), Qt::LeftButton);
    const QList<ItemId> kept = m_host->workspace().tray();
    QCOMPARE(kept.size(), 6);
    const Item item = m_host->workspace().item(kept[2]);
    QVERIFY(item.kind == ItemKind::Sound);
    QCOMPARE(item.name, QStringLiteral("no, take 1"));
    QCOMPARE(std::size_t(item.sound.size()), m_board->book().words()[1].takes[0]->sound->size());
    m_host->workspace().undoStack().undo();
    QVERIFY(m_host->workspace().tray().isEmpty());
}

void WordBoardTest::undoBringsBackAWordWithItsTakes()
{
    teach();
    QLineEdit *name = m_board->cards()[0]->name();
    name->selectAll();
    QTest::keyClicks(name, QStringLiteral("ja"));
    QTest::keyClick(name, Qt::Key_Return);
    QCOMPARE(m_board->book().words()[0].name, QStringLiteral("ja"));
    QCOMPARE(m_board->book().taken(), 6); // another name for the same sound
    QTest::mouseClick(m_board->cards()[0]->removeButton(), Qt::LeftButton);
    QTRY_COMPARE(m_board->book().words().size(), 2);
    QCOMPARE(m_board->book().taken(), 4);
    QVERIFY(!m_board->cards()[0]->removeButton()->isVisible()); // two is the least
    m_host->workspace().undoStack().undo();
    QCOMPARE(m_board->book().words().size(), 3);
    QCOMPARE(m_board->book().words()[0].name, QStringLiteral("ja"));
    QVERIFY(m_board->book().complete());
    m_host->workspace().undoStack().undo();
    QCOMPARE(m_board->book().words()[0].name, QStringLiteral("yes"));
    m_board->useReadyWords();
    QTRY_COMPARE(m_board->book().taken(), 6);
    const HeardPointer ready = m_board->book().words()[0].takes[0];
    m_host->workspace().undoStack().undo();
    QVERIFY(m_board->book().complete()); // one's own takes are back
    QVERIFY(m_board->book().words()[0].takes[0] != ready);
}

void WordBoardTest::playingMutesTheMicrophone()
{
    teach();
    fake().holdPlaying = true;
    QTest::mouseClick(m_board->cards()[0]->play(0), Qt::LeftButton);
    QTRY_COMPARE(fake().played.load(), 1);
    QVERIFY(m_board->ear().isMuted());
    say("no"); // what the loudspeaker says
    QTest::qWait(200);
    QCOMPARE(m_board->answer(Ear::Model).answer(), QStringLiteral("–"));
    fake().holdPlaying = false;
    QTRY_VERIFY(!m_board->ear().isMuted());
    say("maybe");
    QTRY_COMPARE(m_board->answer(Ear::Model).answer(), QStringLiteral("maybe"));
}

void WordBoardTest::anotherModelHearsTheTakesAnew()
{
    teach();
    const int before = fake().asked("speech-wav2vec");
    m_board->setKind({QStringLiteral("speech-wav2vec"), 50});
    QTRY_COMPARE(fake().asked("speech-wav2vec"), before + 1); // all six at once
    QTRY_VERIFY(!m_board->isBusy());
    QVERIFY(m_board->book().complete());
    const std::lock_guard lock(fake().mutex);
    for (const UnitsRequest &request : fake().unitRequests) {
        if (request.model == "speech-wav2vec") {
            QCOMPARE(request.sounds.size(), std::size_t(6));
            QCOMPARE(request.codebook, 50);
        }
        if (request.model == kMfcc)
            QCOMPARE(request.codebook, 100); // the only one there is
    }
}

void WordBoardTest::takesThatWereNotHeardAnewAreAskedForAgain()
{
    teach();
    const UnitKind other{QStringLiteral("speech-wav2vec"), 50};
    m_board->setKind(other);
    QVERIFY(m_board->cancel()); // Esc, before there is an answer
    QTRY_COMPARE(fake().listening.load(), 0);
    QVERIFY(m_board->book().complete());
    QVERIFY(m_board->book().words()[0].takes[0]->kind != other);
    QTest::mouseClick(m_board->listenButton(), Qt::LeftButton);
    say("maybe");
    QTRY_COMPARE(m_board->answer(Ear::Model).answer(), QStringLiteral("maybe"));
    for (const WordBook::Word &word : m_board->book().words())
        for (const HeardPointer &take : word.takes)
            QVERIFY(take->kind == other);
    const int before = fake().asked("speech-wav2vec");
    say("no");
    QTRY_COMPARE(m_board->answer(Ear::Model).answer(), QStringLiteral("no"));
    QCOMPARE(fake().asked("speech-wav2vec"), before + 1); // the word alone
}

void WordBoardTest::takesHeardAnewFindTheirWords()
{
    teach();
    const QList<WordBook::Word> before = m_board->book().words();
    const UnitKind other{QStringLiteral("speech-wav2vec"), 50};
    m_board->setKind(other);
    Workspace &workspace = m_host->workspace();
    workspace.setValue(QStringLiteral("speech/words"), WordBook::toValue(before.mid(1)),
                       QStringLiteral("Take a word off the board")); // while all six are asked for
    QCOMPARE(m_board->book().words().size(), 2);
    QVERIFY(m_board->isBusy());
    QTRY_VERIFY(!m_board->isBusy());
    const auto stand = [&](const QList<WordBook::Word> &expected) {
        const QList<WordBook::Word> &words = m_board->book().words();
        QCOMPARE(words.size(), expected.size());
        for (int word = 0; word < words.size(); ++word)
            for (std::size_t take = 0; take < std::size_t(kTakes); ++take) {
                QCOMPARE(words[word].id, expected[word].id);
                QCOMPARE(words[word].takes[take]->sound, expected[word].takes[take]->sound);
                QVERIFY(words[word].takes[take]->kind == other);
            }
    };
    stand(before.mid(1));
    workspace.undoStack().undo();
    stand(before);
    QVERIFY(!m_board->isBusy()); // those of the word that was away were heard, too
}

void WordBoardTest::takesOfOtherUnitsAreNothingToCompareWith()
{
    const UnitKind now, other{QStringLiteral("speech-wav2vec"), 50};
    const auto heard = [](const UnitKind &kind, const std::vector<int> &units) {
        auto one = std::make_shared<Heard>();
        one->sound = std::make_shared<const std::vector<float>>(std::size_t(320));
        one->kind = kind;
        one->units = {units, units};
        return one;
    };
    WordBook book;
    book.setWords({{0, QStringLiteral("yes"), {}}, {1, QStringLiteral("no"), {}}});
    const auto stale = heard(other, {1, 2, 3, 4});
    book.setTake({0, 0}, stale);
    book.setTake({1, 0}, heard(now, {1, 2, 8, 9}));
    const auto said = heard(now, {1, 2, 3, 4});
    QCOMPARE(book.decide(*said)[0].nearest, 1); // the same numbers stand for other sounds in the first
    const auto anew = heard(now, {1, 2, 3, 4});
    anew->sound = stale->sound;
    book.setUnits(anew);
    QCOMPARE(book.decide(*said)[0].nearest, 0);
}

void WordBoardTest::whatIsMissingIsSaid()
{
    fake().noMicrophone = true;
    QTest::mouseClick(m_board->listenButton(), Qt::LeftButton);
    QTRY_COMPARE(error(), QStringLiteral("There is no microphone"));
    QVERIFY(!m_board->isListening());
    QVERIFY(!m_board->listenButton()->isChecked());
    grab("words-no-microphone");
    fake().noModel = true;
    m_board->useReadyWords();
    QTRY_COMPARE(error(), QStringLiteral("speech-hubert is not installed"));
    QCOMPARE(m_board->book().taken(), 0);
    fake().noModel = false;
    fake().noCepstra = true; // the model alone still does
    m_board->useReadyWords();
    QTRY_VERIFY(m_board->book().complete());
    m_board->sayReadyWord();
    QTRY_COMPARE(m_board->answer(Ear::Model).answer(), QStringLiteral("no"));
    QCOMPARE(m_board->answer(Ear::Cepstra).sentence(), QStringLiteral("mfcc is not installed"));
}

void WordBoardTest::eightWordsFit()
{
    for (int i = 0; i < 7; ++i)
        m_board->addButton()->click();
    QCOMPARE(m_board->book().words().size(), kMostWords);
    QVERIFY(!m_board->addButton()->isEnabled());
    QTest::qWait(20);
    const QList<WordCard *> cards = m_board->cards();
    for (int i = 0; i < cards.size(); ++i) {
        QVERIFY(cards[i]->width() >= 150);
        for (int j = i + 1; j < cards.size(); ++j)
            QVERIFY(!cards[i]->geometry().intersects(cards[j]->geometry()));
    }
    grab("words-eight");
}

void WordBoardTest::everythingHasANameAndTheKeyboardGetsThere()
{
    m_board->useReadyWords();
    QTRY_VERIFY(m_board->book().complete());
    m_board->sayReadyWord();
    QTRY_COMPARE(m_board->answer(Ear::Model).answer(), QStringLiteral("no"));
    grab("words-ready");
    QSet<QWidget *> controls;
    for (QWidget *widget : m_board->findChildren<QWidget *>()) {
        const bool control = qobject_cast<QAbstractButton *>(widget) || qobject_cast<QLineEdit *>(widget);
        if (!control || !widget->isVisibleTo(m_board.get()) || !widget->isEnabled())
            continue;
        const auto *button = qobject_cast<QAbstractButton *>(widget);
        QVERIFY2(!widget->accessibleName().isEmpty() || (button && !button->text().isEmpty()),
                 widget->metaObject()->className());
        controls.insert(widget);
    }
    QVERIFY(controls.size() > 20);
    QSet<QWidget *> reached;
    QWidget *at = m_board->listenButton();
    do { // the way of the key Tab
        if (at->focusPolicy() & Qt::TabFocus)
            reached.insert(at);
        at = at->nextInFocusChain();
    } while (at != m_board->listenButton());
    for (QWidget *control : controls)
        QVERIFY2(reached.contains(control), qPrintable(control->accessibleName()));
}

QTEST_MAIN(WordBoardTest)
#include "word_board_test.moc"
