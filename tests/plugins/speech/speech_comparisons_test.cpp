// SPDX-License-Identifier: Apache-2.0
// The word board and the comparison as parts of the page "Speech".
#include "plugins/speech/view/align/alignment_view.h"
#include "plugins/speech/view/words/unit_asker.h"
#include "plugins/speech/view/words/word_board.h"
#include "tests/plugins/speech/speech_fixture.h"

#include <QPushButton>
#include <QTabBar>

using namespace orrery;
using namespace orrery::speech;
using orrery::test::FakeSpeech;
using orrery::test::SpeechFixture;

class SpeechComparisonsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { SpeechFixture::prepare(); }
    void init()
    {
        FakeSpeech::instance().reset();
        m.open();
        QTRY_VERIFY(m.settled());
    }
    void cleanup()
    {
        m.close();
        QTRY_COMPARE(fake().listening.load(), 0);
    }

    void failuresAreTheLastPart()
    {
        QTabBar &tabs = m.page->tabs();
        QStringList parts;
        for (int i = 0; i < tabs.count(); ++i)
            parts.append(tabs.tabData(i).toString());
        QVERIFY(parts.indexOf(QStringLiteral("words")) > parts.indexOf(QStringLiteral("listen")));
        QVERIFY(parts.indexOf(QStringLiteral("compare")) > parts.indexOf(QStringLiteral("words")));
        QCOMPARE(parts.last(), QStringLiteral("fails"));
    }

    void whatIsDroppedGoesToThePartThatIsSeen()
    {
        m.page->showPart(QStringLiteral("words"));
        QVERIFY(m.page->dropText({ItemKind::Sound}).contains(QStringLiteral("words")));
        QVERIFY(m.page->dropText({ItemKind::Picture}).isEmpty());
        m.drop(QStringLiteral("tone.wav"));
        QTRY_COMPARE(m.page->wordBoard().book().taken(), 1); // one tone, one word
        QCOMPARE(m.page->part(), QStringLiteral("words"));

        m.page->showPart(QStringLiteral("compare"));
        QTRY_VERIFY(m.page->alignment().pair()); // opens with two voices
        const auto before = m.page->alignment().pair();
        m.drop(QStringLiteral("tone.wav"));
        QTRY_VERIFY(m.page->alignment().pair() != before);
        QCOMPARE(m.page->alignment().pair()->lanes[1].name, QStringLiteral("tone.wav"));
        QCOMPARE(m.page->part(), QStringLiteral("compare"));
    }

    void onePartHasTheMicrophone()
    {
        m.view().microphoneButton().click();
        QTRY_COMPARE(fake().listening.load(), 1);
        m.page->showPart(QStringLiteral("words"));
        m.page->wordBoard().listenButton()->click();
        QTRY_VERIFY(!m.view().microphoneOn());
        QTRY_COMPARE(fake().listening.load(), 1);
        QVERIFY(m.page->wordBoard().isListening());
        m.page->showPart(QStringLiteral("listen")); // nobody listens behind the back of the user
        QVERIFY(!m.page->wordBoard().isListening());
        QTRY_COMPARE(fake().listening.load(), 0);
        m.page->showPart(QStringLiteral("words"));
        m.page->wordBoard().listenButton()->click();
        QTRY_COMPARE(fake().listening.load(), 1);
        m.page->hidden();
        QTRY_COMPARE(fake().listening.load(), 0);
    }

    void escapeStopsThem()
    {
        m.page->showPart(QStringLiteral("words"));
        m.page->wordBoard().listenButton()->click();
        QTRY_COMPARE(fake().listening.load(), 1);
        QVERIFY(m.page->cancel());
        QTRY_COMPARE(fake().listening.load(), 0);
    }

    void theUnitsOfThePageAreTheirs()
    {
        m.page->showPart(QStringLiteral("compare"));
        QTRY_VERIFY(m.page->alignment().pair());
        const auto before = m.page->alignment().pair();
        m.page->recordings().setCodebook(50);
        QTRY_VERIFY(m.page->alignment().pair() != before);
        for (const AlignedLane &lane : m.page->alignment().pair()->lanes)
            for (const int unit : lane.units)
                QVERIFY(unit < 50);
    }

private:
    FakeSpeech &fake() { return FakeSpeech::instance(); }
    SpeechFixture m;
};

QTEST_MAIN(SpeechComparisonsTest)
#include "speech_comparisons_test.moc"
