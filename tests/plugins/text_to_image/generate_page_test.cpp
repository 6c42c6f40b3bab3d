// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/generate_page.h"

#include "plugins/text_to_image/view/generate_inspector.h"
#include "plugins/text_to_image/view/model_facts.h"
#include "plugins/text_to_image/view/prompt_bar.h"
#include "plugins/text_to_image/view/sample_grid.h"
#include "plugins/text_to_image/view/seed_box.h"
#include "plugins/text_to_image/view/sentence_chips.h"
#include "plugins/text_to_image/view/word_picker.h"
#include "tests/plugins/text_to_image/generate_fixture.h"
#include "tests/support/accessibility_faults.h"
#include "widgets/busy_strip.h"
#include "widgets/plain_editor.h"
#include "widgets/ranking/unknown_words_bar.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTabBar>
#include <QToolButton>

#include <cmath>

using namespace orrery;
using namespace orrery::text_to_image;

class GeneratePageTest : public QObject
{
    Q_OBJECT

    test::GenerateFixture m;

    void sayAFoxAndABell()
    {
        m.edit([](Parameters &p) { p.prompt = QStringLiteral("a red fox left of a blue bell"); });
    }

private Q_SLOTS:
    void initTestCase() { test::GenerateFixture::prepare(); }

    void init()
    {
        m.fake().reset();
        m.open();
        QTRY_VERIFY(m.settled());
        QVERIFY(m.drawing().complete);
    }

    void cleanup()
    {
        m.fake().hold = false;
        m.grab(QTest::currentTestFunction());
        m.close();
    }

    void opensDrawingAnExample()
    {
        QCOMPARE(m.prompt(), GenerateState::firstPrompt());
        QCOMPARE(m.drawing().samples.size(), 4);
        QCOMPARE(m.page->grid().shownPictures(), 4);
        QVERIFY(!m.page->grid().isStale());
        QCOMPARE(m.host->workspace().undoStack().count(), 0); // undo cannot take the first pictures away
        const generate::GenerateRequest asked = m.fake().last();
        QCOMPARE(asked.model, std::string(generate::kDiffusionModel));
        QCOMPARE(asked.seed, std::uint64_t(1));
        QVERIFY(asked.watch);
        // Sharp: whole multiples of the screen's pixels.
        QCOMPARE(std::fmod(m.page->grid().tiles().times, 1.0), 0.0);
        QVERIFY(m.page->grid().tiles().times >= 2);
    }

    void beginsWithTheBetterWay()
    {
        m.open(true, generate::Method::Tokens); // nothing said: that of a page that was never used
        QTRY_VERIFY(m.settled());
        QCOMPARE(m.fake().last().model, std::string(generate::kTokensModel));
        QCOMPARE(m.drawing().samples.size(), 4);
    }

    void nothingIsDrawnBeforeThePageIsSeen()
    {
        GeneratePage unseen(*m.host);
        const int before = m.fake().asked();
        unseen.state().edit(QStringLiteral("test"), [](Parameters &p) { p.prompt = QStringLiteral("an owl"); });
        QTRY_VERIFY(m.settled()); // the page that is seen follows
        QCOMPARE(m.fake().asked(), before + 1);
        QVERIFY(unseen.sampler().asked().isEmpty());
        QVERIFY(!unseen.facts().describe(QLatin1String(generate::kDiffusionModel)));
        QVERIFY(unseen.facts().isSettled()); // it did not even ask
    }

    void typingDrawsAfterAPauseAndReturnAtOnce()
    {
        m.page->focusPrompt();
        QTest::keyClicks(m.page->promptBar().text(), QStringLiteral("two owls"));
        QCOMPARE(m.prompt(), QStringLiteral("two owls"));
        QTest::keyClick(m.page->promptBar().text(), Qt::Key_Return);
        QVERIFY(m.page->sampler().isPending());
        QTRY_VERIFY(m.settled());
        QCOMPARE(m.fake().last().prompt, std::string("two owls"));
        QCOMPARE(m.fake().last().seed, std::uint64_t(1)); // locked
        m.host->workspace().undoStack().undo();           // one step for all that was typed
        QCOMPARE(m.prompt(), GenerateState::firstPrompt());
        const int asked = m.fake().asked();
        QTRY_VERIFY(m.settled());
        QCOMPARE(m.fake().asked(), asked); // it was drawn before
        QCOMPARE(m.drawing().parameters.prompt, GenerateState::firstPrompt());
    }

    void aPromptThatIsTooLongIsSaidOnce()
    {
        m.edit([](Parameters &p) { p.prompt = QStringLiteral("fox ").repeated(70); });
        m.page->draw();
        QTRY_VERIFY(m.settled());
        QCOMPARE(m.drawing().notes, QStringList{QLatin1String(generate::kPromptCut)});
        const auto saying = [this] {
            int count = 0;
            for (const QLabel *label : m.page->findChildren<QLabel *>())
                count += label->isVisible() && label->text().contains(QStringLiteral("longer than the model")) ? 1 : 0;
            return count;
        };
        QTRY_COMPARE(saying(), 1);
    }

    void theNewestRequestWinsAndTheOldPicturesAreDimmed()
    {
        m.fake().hold = true;
        m.state().edit(QStringLiteral("test"), [](Parameters &p) { p.prompt = QStringLiteral("a cat"); });
        m.page->draw();
        QVERIFY(m.page->sampler().isStale());
        QVERIFY(m.page->grid().isStale());
        QCOMPARE(m.page->grid().shownPictures(), 4);
        QTRY_VERIFY(m.page->grid().shownPictures() == 4 && !m.page->grid().isStale());
        QVERIFY(!m.drawing().complete);
        m.state().edit(QStringLiteral("test"), [](Parameters &p) { p.prompt = QStringLiteral("a dog"); });
        m.page->draw();
        m.fake().hold = false;
        QTRY_VERIFY(m.settled());
        QCOMPARE(m.drawing().parameters.prompt, QStringLiteral("a dog"));
        QCOMPARE(m.fake().drawn.load(), 2); // the cat never was
    }

    void cancellingKeepsWhatIsThere()
    {
        m.fake().hold = true;
        m.state().edit(QStringLiteral("test"), [](Parameters &p) { p.prompt = QStringLiteral("a cat"); });
        m.page->draw();
        QTRY_VERIFY(m.drawing().samples.size() == 4 && m.drawing().samples[3]->looks.size() > 7);
        QTRY_VERIFY(m.page->findChild<BusyStrip *>(QStringLiteral("drawingBusy"))->isVisible()); // after half a second
        m.grab("busy");
        QVERIFY(m.page->cancel());
        QTRY_VERIFY(m.settled());
        QVERIFY(m.drawing().stopped && !m.drawing().complete);
        QCOMPARE(m.page->grid().shownPictures(), 4);
        QVERIFY(!m.page->cancel());
        m.fake().hold = false;
        m.page->drawClicked(); // the same again, to its end
        QTRY_VERIFY(m.drawing().complete);
    }

    void chipsWriteThePromptAndReadIt()
    {
        sayAFoxAndABell();
        SentenceChips *chips = m.page->promptBar().chips();
        QTRY_COMPARE(chips->sentence().noun, QStringLiteral("fox"));
        QCOMPARE(chips->chip(SentenceChips::OtherColour)->text(), QStringLiteral("blue"));
        QVERIFY(chips->wholePromptRead());
        WordPicker *picker = chips->open(SentenceChips::Count);
        QVERIFY(picker);
        m.grab("picker");
        QTest::keyClick(picker->list(), Qt::Key_Down);
        QTest::keyClick(picker->list(), Qt::Key_Return);
        QCOMPARE(m.prompt(), QStringLiteral("two red foxes left of a blue bell"));
        QCOMPARE(m.page->promptBar().text()->toPlainText(), m.prompt());
        chips->choose(SentenceChips::Relation, {});
        QCOMPARE(m.prompt(), QStringLiteral("two red foxes"));
        chips->choose(SentenceChips::Background, QStringLiteral("yellow"));
        QTRY_VERIFY(m.settled());
        QCOMPARE(m.fake().last().prompt, std::string("two red foxes on a yellow background"));
        chips->choose(SentenceChips::Relation, QStringLiteral("above")); // needs something to be above of
        QVERIFY(!chips->sentence().other.isEmpty());
        m.host->workspace().undoStack().undo();
        QCOMPARE(chips->sentence().background, QStringLiteral("yellow"));
        QVERIFY(chips->sentence().relation.isEmpty());
    }

    void nounsAreFoundByTyping()
    {
        sayAFoxAndABell();
        WordPicker *picker = m.page->promptBar().chips()->open(SentenceChips::Noun);
        QVERIFY(picker && picker->search()->isVisible());
        QTest::keyClicks(picker->search(), QStringLiteral("umb"));
        QTest::keyClick(picker->search(), Qt::Key_Return);
        QCOMPARE(m.prompt(), QStringLiteral("a red umbrella left of a blue bell"));
    }

    void unknownWordsAreOfferedTheNearestAndAbsentPairsWearABadge()
    {
        sayAFoxAndABell();
        QTRY_COMPARE(m.page->promptBar().badges(), QStringList{QStringLiteral("red fox")});
        QVERIFY(m.page->findChild<QLabel *>(QStringLiteral("absentBadge"))->isVisible());
        m.state().edit(QStringLiteral("test"), [](Parameters &p) { p.prompt = QStringLiteral("a blue zorgle"); });
        auto *bar = m.page->findChild<UnknownWordsBar *>();
        QTRY_COMPARE(bar->words(), QStringList{QStringLiteral("zorgle")});
        QVERIFY(m.page->promptBar().badges().isEmpty());
        m.grab("unknown");
        QTest::mouseClick(bar->findChild<QPushButton *>(), Qt::LeftButton);
        QCOMPARE(m.prompt(), QStringLiteral("a blue zebra"));
        QTRY_VERIFY(bar->words().isEmpty());
    }

    void theSeedIsLockedAndTheDiceDrawsAnother()
    {
        QVERIFY(m.state().seedLocked());
        m.page->drawClicked(); // the same again
        QCOMPARE(m.host->notes.size(), 1);
        QCOMPARE(m.fake().asked(), 1);
        m.page->roll();
        QTRY_VERIFY(m.settled());
        const quint64 rolled = m.state().parameters().seed;
        QVERIFY(rolled != 1);
        QCOMPARE(m.fake().last().seed, rolled);
        QTest::mouseClick(m.page->inspector()->seed()->lock(), Qt::LeftButton);
        QVERIFY(!m.state().seedLocked());
        m.page->drawClicked();
        QTRY_VERIFY(m.settled());
        QVERIFY(m.fake().last().seed != rolled);
        QLineEdit *number = m.page->inspector()->seed()->number();
        number->setFocus();
        number->setText(QStringLiteral("18446744073709551615"));
        QTest::keyClick(number, Qt::Key_Return);
        QTRY_VERIFY(m.settled());
        QCOMPARE(m.fake().last().seed, std::uint64_t(18446744073709551615ULL));
    }

    void theInspectorReachesTheEngine()
    {
        GenerateInspector *inspector = m.page->inspector();
        QTRY_COMPARE(inspector->scale()->value(), 3.0); // the model's own
        QVERIFY(!inspector->fast()->isEnabled());       // nothing would be faster
        QVERIFY(!inspector->scheduler()->isHidden());
        QTest::mouseClick(inspector->method(generate::Method::Tokens), Qt::LeftButton);
        QTRY_VERIFY(inspector->fast()->isEnabled());
        inspector->count()->setValue(9);
        inspector->fast()->click();
        QTest::mouseClick(inspector->rerank(), Qt::LeftButton, {}, {10, inspector->rerank()->height() / 2});
        QTRY_VERIFY(m.settled());
        const generate::GenerateRequest asked = m.fake().last();
        QCOMPARE(asked.model, std::string(generate::kTokensModel));
        QCOMPARE(asked.count, 9);
        QVERIFY(asked.rerank && asked.precision == Precision::Fast);
        QCOMPARE(m.drawing().samples.size(), 9);
        QVERIFY(m.page->grid().order() == m.drawing().byScore());
        // CLIP likes seed 6 of 1 … 9 best; the model finds its own picture of seed 4 likelier, and that outweighs it.
        QCOMPARE(m.drawing().byClip().first(), 5);
        QCOMPARE(m.page->grid().order().first(), 3);
        const QString help = m.page->grid().toolTipOf(3);
        QVERIFY2(help.contains(QStringLiteral("Score \u221276.0: 100 times CLIP's")), qPrintable(help));
        for (const QWidget *ofDiffusion :
             std::initializer_list<QWidget *>{inspector->scheduler(), inspector->negative(), inspector->strength()})
            QVERIFY(ofDiffusion->isHidden()); // they mean nothing to tokens
        QVERIFY(!inspector->findChild<QSpinBox *>(QStringLiteral("topK"))->isHidden());
    }

    void withoutAModelThePageSaysSo()
    {
        m.open(false);
        QVERIFY(m.settled());
        QVERIFY(m.page->errorText().contains(QStringLiteral("not installed")));
        QCOMPARE(m.fake().asked(), 1);
        m.grab("missing");
        m.host->addCard(m.card(generate::kTokensModel, "Picture DALL·E"));
        QPushButton *instead = nullptr;
        for (QPushButton *button : m.page->findChildren<QPushButton *>())
            if (button->isVisible() && button->text().contains(QStringLiteral("instead")))
                instead = button;
        QVERIFY(instead);
        QTest::mouseClick(instead, Qt::LeftButton);
        QTRY_VERIFY(m.drawing().complete);
        QCOMPARE(m.drawing().method, generate::Method::Tokens);
    }

    void anErrorIsToldWhereThePicturesWouldBe()
    {
        m.fake().fail = true;
        m.page->roll();
        QTRY_VERIFY(m.settled());
        QVERIFY(m.page->errorText().contains(QStringLiteral("damaged")));
        m.fake().fail = false;
        m.page->roll();
        QTRY_VERIFY(m.settled());
        QVERIFY(m.page->errorText().isEmpty());
    }

    void anEmptyPromptOffersTheExample()
    {
        m.state().edit(QStringLiteral("test"), [](Parameters &p) { p.prompt.clear(); });
        QTRY_VERIFY(m.settled());
        QVERIFY(m.drawing().isEmpty());
        QCOMPARE(m.fake().asked(), 1);
    }

    void anEmptiedPromptEmptiesTheChips()
    {
        SentenceChips *chips = m.page->promptBar().chips();
        m.edit([](Parameters &p) { p.prompt = QStringLiteral("purple"); }); // no thing, so there is no sentence
        QTRY_VERIFY(chips->chip(SentenceChips::Colour)->isChecked());
        m.edit([](Parameters &p) { p.prompt.clear(); });
        QVERIFY(!chips->chip(SentenceChips::Colour)->isChecked());
        for (const QLabel *note : chips->findChildren<QLabel *>())
            QVERIFY(!note->isVisible());
        m.edit([](Parameters &p) { p.prompt = QStringLiteral("a very red fox"); });
        QVERIFY(!chips->wholePromptRead());
        m.edit([](Parameters &p) { p.prompt = QStringLiteral("a red fox"); });
        QVERIFY(chips->wholePromptRead());
    }

    void theGridIsWalkedByKeys()
    {
        SampleGrid &grid = m.page->grid();
        grid.setFocus();
        QCOMPARE(grid.current(), 0);
        QTest::keyClick(&grid, Qt::Key_Right);
        QTest::keyClick(&grid, Qt::Key_Right);
        QCOMPARE(grid.current(), 2);
        QVERIFY(grid.accessibleDescription().contains(QStringLiteral("Picture 3 of 4")));
        QTest::keyClick(&grid, Qt::Key_Space);
        QTest::keyClick(&grid, Qt::Key_End);
        QTest::keyClick(&grid, Qt::Key_Space);
        QCOMPARE(grid.chosen(), (QList<int>{2, 3}));
    }

    void everyControlHasANameAndCanBeReached()
    {
        for (QWidget *root : {static_cast<QWidget *>(m.page.get()), m.inspector.get()}) {
            const QStringList faults = test::accessibilityFaults(root);
            QVERIFY2(faults.isEmpty(), qPrintable(faults.join(u'\n')));
        }
    }

    void fitsASmallWindow()
    {
        m.page->resize(640, 524);
        QTest::qWait(10);
        QVERIFY(m.page->minimumSizeHint().width() <= 640);
        QVERIFY2(m.page->minimumSizeHint().height() <= 524,
                 qPrintable(QString::number(m.page->minimumSizeHint().height())));
        QVERIFY(m.page->grid().tileRect(3).right() <= m.page->grid().width());
    }

    void resettingTheMethodIsThatOfANewPage()
    {
        QVERIFY(m.state().parameters().method == generate::Method::Diffusion); // the fixture's
        for (QLabel *label : m.inspector->findChildren<QLabel *>())
            if (label->text() == QLatin1String("Method"))
                QTest::mouseDClick(label, Qt::LeftButton);
        QVERIFY(m.state().parameters().method == generate::Method::Tokens);
    }
};

QTEST_MAIN(GeneratePageTest)
#include "generate_page_test.moc"
