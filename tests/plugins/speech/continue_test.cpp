// SPDX-License-Identifier: Apache-2.0
// The tab "Continue" of the page "Speech", on a fake engine.
#include "plugins/speech/view/continue/branch_picture.h"
#include "plugins/speech/view/continue/continue_view.h"
#include "tests/plugins/speech/speech_fixture.h"

#include <QLabel>
#include <QPushButton>
#include <QTabBar>

using namespace orrery;
using namespace orrery::speech;
using orrery::test::FakeSpeech;
using orrery::test::SpeechFixture;

class ContinueTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { SpeechFixture::prepare(); }
    void init() { FakeSpeech::instance().reset(); }
    void cleanup() { m.close(); }

    void itIsThereWithItsModelOnly()
    {
        m.open();
        QTRY_VERIFY(m.settled());
        const int tabs = m.page->tabs().count();
        QVERIFY(!m.page->continueView());
        m.install("speech-ulm");
        QVERIFY(m.page->continueView());
        QCOMPARE(m.page->tabs().count(), tabs + 1);
        QCOMPARE(m.page->tabs().tabData(tabs).toString(), QStringLiteral("fails")); // stays last
    }

    void theRecordingGoesOnInBranches()
    {
        open(); // the example goes on by itself
        QTRY_VERIFY(!view().isBusy());
        QCOMPARE(view().tree().size(), 3);
        const ContinueRequest request = asked().back();
        QCOMPARE(request.sound.samples->size(), m.current().samples->size());
        QCOMPARE(request.vocoder, std::string()); // it is not installed
        // A unit is as wide as it lasts, and branches lie below each other.
        const QRectF first = view().picture().stepRect(0, 0), second = view().picture().stepRect(0, 1);
        QVERIFY(first.right() <= second.left() && std::fabs(first.width() - second.width()) < 1);
        QVERIFY(view().picture().stepRect(1, 0).top() > first.bottom());
        m.grab("continue");
        // Another click goes on in another way.
        view().goOnButton().click();
        QTRY_VERIFY(!view().isBusy());
        QVERIFY(asked().back().seed != request.seed);
        QCOMPARE(view().tree().size(), 3);
    }

    void thePromptEndsAtTheLine()
    {
        open(QStringLiteral("listen"));
        m.timeline().setCursor(0.5);
        m.page->showPart(QStringLiteral("continue"));
        QTRY_VERIFY(!view().isBusy());
        QCOMPARE(asked().back().sound.samples->size(), std::size_t(8000));
    }

    void whoseUnitsItKnowsIsSaidWhereOthersAreShown()
    {
        open();
        const auto *words = view().findChild<QLabel *>(QStringLiteral("continueWords"));
        QVERIFY(words);
        QVERIFY(!words->text().contains(QStringLiteral("HuBERT")));
        m.page->recordings().setCodebook(50);
        QVERIFY2(words->text().contains(QStringLiteral("100 units of HuBERT alone")), qPrintable(words->text()));
        m.page->recordings().setCodebook(100);
        QVERIFY(!words->text().contains(QStringLiteral("HuBERT")));
    }

    void anotherUnitMakesAnotherBranch()
    {
        open();
        QTRY_COMPARE(view().tree().size(), 3);
        QTRY_VERIFY(!view().isBusy());
        QTest::mouseClick(&view().picture(), Qt::LeftButton, {}, view().picture().stepRect(1, 4).center().toPoint());
        QCOMPARE(view().picture().twig(), 1);
        QCOMPARE(view().picture().step(), 4);
        QCOMPARE(view().alternatives().size(), 3);
        QVERIFY(!view().alternatives()[0]->isEnabled()); // it stands there already
        view().alternatives()[1]->click();
        QTRY_VERIFY(asked().size() == 2 && !view().isBusy());
        const std::vector<HeldUnit> prefix = asked().back().prefix;
        QCOMPARE(prefix.size(), std::size_t(5));
        QCOMPARE(prefix[3].unit, 13);
        QCOMPARE(prefix[4].unit, 114);
        QTRY_COMPARE(view().tree().size(), 4);
        QCOMPARE(view().tree().twig(3).parent, 1);
        QCOMPARE(view().tree().twig(3).fork, 4);
        QCOMPARE(view().tree().twig(3).branch.steps[4].unit, 114);
        QCOMPARE(view().picture().twig(), 3); // one looks at the new one
        m.grab("branched");
    }

    void whatBeginsAnewLetsGoOfTheOldBranches()
    {
        open();
        QTRY_VERIFY(!view().isBusy() && view().tree().size() == 3);
        const QPoint unit = view().picture().stepRect(1, 4).center().toPoint();
        QTest::mouseClick(&view().picture(), Qt::LeftButton, {}, unit);
        QCOMPARE(view().alternatives().size(), 3);
        FakeSpeech::instance().hold = true; // nothing of the new ones is there yet
        view().alternatives()[1]->click();  // is answered a moment later, when its branch is gone
        view().goOnButton().click();
        QCOMPARE(view().picture().tree().size(), 0);
        QVERIFY(view().alternatives().isEmpty());
        QVERIFY(!view().hearButton().isEnabled());
        QTRY_COMPARE(asked().size(), std::size_t(2)); // by the button Continue alone
        QTest::mouseClick(&view().picture(), Qt::LeftButton, {}, unit);
        QCOMPARE(view().picture().twig(), -1);
        QVERIFY(m.page->cancel());
        QTRY_VERIFY(!view().isBusy());
        QCOMPARE(view().tree().size(), 0);
        QCOMPARE(asked().size(), std::size_t(2));
        FakeSpeech::instance().hold = false;
        view().goOnButton().click();
        QTRY_COMPARE(view().tree().size(), 3);
    }

    void aBranchIsHeardAndTheLineOfTheRecordingStays()
    {
        open();
        QTRY_VERIFY(!view().isBusy() && view().tree().size() == 3);
        view().hearButton().click();
        QTRY_COMPARE(FakeSpeech::instance().playing.load(), 1);
        QTRY_COMPARE(FakeSpeech::instance().playing.load(), 0);
        QCOMPARE(m.timeline().cursor(), -1.0);
    }

    void theKeyboardWalksInTheTree()
    {
        open();
        QTRY_VERIFY(!view().isBusy() && view().tree().size() == 3);
        BranchPicture &picture = view().picture();
        for (const int key : {Qt::Key_Right, Qt::Key_Right, Qt::Key_Down})
            QTest::keyClick(&picture, Qt::Key(key));
        QCOMPARE(picture.twig(), 1);
        QCOMPARE(picture.step(), 1);
        QVERIFY2(picture.accessibleDescription().startsWith(QLatin1String("Unit 11 for 40 ms: 50 %")),
                 qPrintable(picture.accessibleDescription()));
    }

    void whatIsWrongIsSaid()
    {
        open();
        QTRY_VERIFY(!view().isBusy());
        FakeSpeech::instance().missing = true;
        view().goOn();
        QTRY_COMPARE(view().errorText(), QStringLiteral("The prompt holds no unit"));
        QVERIFY(!view().isBusy());
    }

private:
    void open(const QString &part = QStringLiteral("continue"))
    {
        m.open();
        m.install("speech-ulm");
        QTRY_VERIFY(m.settled());
        m.page->showPart(part);
    }
    ContinueView &view() { return *m.page->continueView(); }
    static std::vector<ContinueRequest> asked()
    {
        const std::lock_guard lock(FakeSpeech::instance().mutex);
        return FakeSpeech::instance().continued;
    }

    SpeechFixture m;
};

QTEST_MAIN(ContinueTest)
#include "continue_test.moc"
