// SPDX-License-Identifier: Apache-2.0
// The word board and the comparison with the real engine and the built-in model: what a user without a microphone sees.
#include "plugins/speech/view/align/alignment_view.h"
#include "plugins/speech/view/words/answer_card.h"
#include "plugins/speech/view/words/word_board.h"
#include "plugins/speech/view/words/word_ear.h"
#include "tests/engine/media/pulse_server.h"
#include "tests/plugins/fake_host.h"
#include "widgets/error_card.h"

#include <QApplication>
#include <QFileInfo>
#include <QTest>

using namespace orrery;
using namespace orrery::speech;

class WordBoardModelTest : public QObject
{
    Q_OBJECT

    static constexpr int kPatienceMs = 120000; ///< for two cores that do other things, too

    static void grab(QWidget &widget, const char *name)
    {
        const QString folder = qEnvironmentVariable("ORRERY_GRABS");
        if (folder.isEmpty())
            return;
        QTest::qWait(50);
        widget.grab().save(folder + u'/' + QLatin1String(name) + QStringLiteral(".png"));
    }

    std::unique_ptr<test::FakeHost> m_host;

private Q_SLOTS:
    void initTestCase()
    {
        Theme::instance().apply(*qApp);
        Theme::instance().setMotion(false);
        Theme::instance().setScheme(qEnvironmentVariableIsSet("ORRERY_DARK") ? Scheme::Dark : Scheme::Light);
        const QString folder = qEnvironmentVariable("ORRERY_MODELS") + u'/' + QLatin1String(kUnitsModel);
        if (!QFileInfo::exists(folder + QStringLiteral("/model.safetensors")))
            QSKIP("the built-in model speech-hubert is not there");
        m_host = std::make_unique<test::FakeHost>(true);
    }
    void cleanupTestCase() { m_host.reset(); }

    void readyWordsAreRecognised()
    {
        WordBoard board(*m_host);
        board.resize(864, 562);
        board.show();
        board.useReadyWords();
        QTRY_VERIFY_WITH_TIMEOUT(board.book().complete(), kPatienceMs);
        for (int word = 0; word < 7; ++word) {
            board.sayReadyWord();
            QTRY_COMPARE_WITH_TIMEOUT(board.tally().judged(Ear::Model), word + 1, kPatienceMs);
            if (word == 2)
                grab(board, "words-model");
            if (word == 3)
                grab(board, "words-model-none");
            qInfo("%s: %s", qPrintable(board.answer(Ear::Model).answer()),
                  qPrintable(board.answer(Ear::Model).sentence()));
        }
        // Other voices at another pace, and one word that is not on the board.
        QVERIFY(board.tally().right(Ear::Model) >= 6);
        QVERIFY(board.tally().right(Ear::Model) >= board.tally().right(Ear::Cepstra));
        QCOMPARE(board.tally().judged(Ear::Cepstra), 7);
    }

    /// A loudspeaker says the words, a microphone beside it hears them: all of it at real time, through PortAudio.
    void aMicrophoneHearsThem()
    {
        test::PulseServer server;
        if (const QString why = server.start(); !why.isEmpty())
            QSKIP(qPrintable(why));
        WordBoard board(*m_host);
        board.resize(864, 562);
        board.show();
        board.listen(true);
        QTRY_VERIFY_WITH_TIMEOUT(board.ear().levelDb() > -100.5 && board.ear().isOn(), kPatienceMs);
        QTest::qWait(1500); // the room is listened to first
        const auto say = [&](const QString &file) {
            sound::PlayRequest request;
            request.sound.path = (WordBoard::readyFolder(*m_host) + u'/' + file).toStdString();
            bool over = false;
            m_host->submit(this, sound::kPlay, request, {},
                           [&over](const Result<sound::PlayResult> &result) { over = result.has_value(); });
            QTRY_VERIFY_WITH_TIMEOUT(over, 20'000);
        };
        int taken = 0;
        for (const char *word : {"yes", "no", "maybe"})
            for (int take = 1; take <= 2; ++take) {
                say(QStringLiteral("take_%1_%2.flac").arg(QLatin1String(word)).arg(take));
                ++taken;
                QTRY_COMPARE_WITH_TIMEOUT(board.book().taken(), taken, 20'000);
            }
        for (const char *word : {"maybe", "no", "yes"}) {
            say(QStringLiteral("say_%1_1.flac").arg(QLatin1String(word)));
            QTRY_COMPARE_WITH_TIMEOUT(board.answer(Ear::Model).answer(), QLatin1String(word), 20'000);
            qInfo("%s", qPrintable(board.answer(Ear::Model).sentence()));
        }
        grab(board, "words-microphone");
        board.listen(false);
        QTRY_COMPARE(server.ask({"list", "short", "source-outputs"}).count('\n'), 0); // let go
    }

    void twoVoicesSayTheSame()
    {
        AlignmentView view(*m_host);
        view.resize(864, 562);
        view.show();
        QTRY_VERIFY_WITH_TIMEOUT(view.pair(), kPatienceMs);
        qInfo("%s", qPrintable(view.sentence()));
        grab(view, "align-model");
        const double same = view.pair()->alignment.distance;
        const auto before = view.pair();
        view.setSound(1,
                      {(WordBoard::readyFolder(*m_host) + QStringLiteral("/say_hello_1.flac")).toStdString(), {}, {}},
                      QStringLiteral("hello"));
        QTRY_VERIFY_WITH_TIMEOUT(view.pair() != before, kPatienceMs);
        QVERIFY(same < view.pair()->alignment.distance);
        QVERIFY(same < 0.5);
    }
};

QTEST_MAIN(WordBoardModelTest)
#include "word_board_model_test.moc"
