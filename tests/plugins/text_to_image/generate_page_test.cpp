// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/generate_page.h"

#include "plugins/text_to_image/view/generate_inspector.h"
#include "plugins/text_to_image/view/generate_state.h"
#include "plugins/text_to_image/view/model_facts.h"
#include "plugins/text_to_image/view/prompt_bar.h"
#include "plugins/text_to_image/view/sample_grid.h"
#include "plugins/text_to_image/view/seed_box.h"
#include "plugins/text_to_image/view/sentence_chips.h"
#include "plugins/text_to_image/view/word_picker.h"
#include "tests/plugins/fake_host.h"
#include "tests/plugins/text_to_image/fake_generate.h"
#include "tests/support/accessibility_faults.h"
#include "widgets/busy_strip.h"
#include "widgets/plain_editor.h"
#include "widgets/ranking/unknown_words_bar.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTabBar>
#include <QTest>
#include <QToolButton>

#include <cmath>

using namespace orrery;
using namespace orrery::text_to_image;
using test::FakeGenerate;
using test::FakeHost;

class GeneratePageTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<FakeHost> m_host;
    std::unique_ptr<GeneratePage> m_page;
    std::unique_ptr<QWidget> m_inspector;

    FakeGenerate &fake() { return FakeGenerate::instance(); }
    GenerateState &state() { return m_page->state(); }
    bool settled() { return !m_page->isBusy(); }
    const Drawing &drawing() { return m_page->sampler().drawing(); }
    QString prompt() { return state().parameters().prompt; }
    static ModelCard card(const char *id, const char *name)
    {
        ModelCard card;
        card.id = id;
        card.name = name;
        card.task = "text to image";
        card.summary = "Draws what Picture World knows.";
        card.builtIn = true;
        card.measures = {{"noun", 0.87}, {"colour", 0.91}};
        return card;
    }

    void makePage(bool models = true)
    {
        m_host = std::make_unique<FakeHost>();
        m_host->otherPages = {QStringLiteral("orrery.zero-shot"), QStringLiteral("orrery.embedding-map")};
        if (models) {
            m_host->addCard(card(generate::kTokensModel, "Picture DALL·E"));
            m_host->addCard(card(generate::kDiffusionModel, "Picture Diffusion"));
        }
        m_page = std::make_unique<GeneratePage>(*m_host);
        m_inspector.reset(m_page->createInspector(nullptr));
        m_inspector->resize(320, 640);
        m_inspector->show();
        m_page->resize(896, 624);
        m_page->show();
        m_page->shown();
    }

    /// For the eye: ORRERY_GRABS=folder keeps a picture of the page.
    void grab(const char *name)
    {
        const QString folder = qEnvironmentVariable("ORRERY_GRABS");
        if (folder.isEmpty() || !m_page)
            return;
        m_page->grab().save(folder + u'/' + QLatin1String(name) + QStringLiteral(".png"));
        m_inspector->grab().save(folder + u'/' + QLatin1String(name) + QStringLiteral("-inspector.png"));
    }

private Q_SLOTS:
    void initTestCase()
    {
        Theme::instance().apply(*qApp);
        Theme::instance().setMotion(false);
        if (qEnvironmentVariableIsSet("ORRERY_DARK"))
            Theme::instance().setScheme(Scheme::Dark);
        test::registerFakeGenerate();
    }

    void init()
    {
        fake().reset();
        makePage();
        QTRY_VERIFY(settled());
        QVERIFY(drawing().complete);
    }

    void cleanup()
    {
        fake().hold = false;
        grab(QTest::currentTestFunction());
        m_page.reset();
        m_inspector.reset();
        m_host.reset();
    }

    void opensDrawingAnExample()
    {
        QCOMPARE(prompt(), GenerateState::firstPrompt());
        QCOMPARE(drawing().samples.size(), 4);
        QCOMPARE(m_page->grid().shownPictures(), 4);
        QVERIFY(!m_page->grid().isStale());
        QCOMPARE(m_host->workspace().undoStack().count(), 0); // undo cannot take the first pictures away
        const generate::GenerateRequest asked = fake().last();
        QCOMPARE(asked.model, std::string(generate::kDiffusionModel));
        QCOMPARE(asked.seed, std::uint64_t(1));
        QVERIFY(asked.watch);
        // Sharp: whole multiples of the screen's pixels.
        QCOMPARE(std::fmod(m_page->grid().tiles().times, 1.0), 0.0);
        QVERIFY(m_page->grid().tiles().times >= 2);
    }

    void nothingIsDrawnBeforeThePageIsSeen()
    {
        GeneratePage unseen(*m_host);
        const int before = fake().asked();
        unseen.state().edit(QStringLiteral("test"), [](Parameters &p) { p.prompt = QStringLiteral("an owl"); });
        QTRY_VERIFY(settled()); // the page that is seen follows
        QCOMPARE(fake().asked(), before + 1);
        QVERIFY(unseen.sampler().asked().isEmpty());
    }

    void typingDrawsAfterAPauseAndReturnAtOnce()
    {
        m_page->focusPrompt();
        QTest::keyClicks(m_page->promptBar().text(), QStringLiteral("two owls"));
        QCOMPARE(prompt(), QStringLiteral("two owls"));
        QTest::keyClick(m_page->promptBar().text(), Qt::Key_Return);
        QVERIFY(m_page->sampler().isPending());
        QTRY_VERIFY(settled());
        QCOMPARE(fake().last().prompt, std::string("two owls"));
        QCOMPARE(fake().last().seed, std::uint64_t(1)); // locked
        m_host->workspace().undoStack().undo(); // one step for all that was typed
        QCOMPARE(prompt(), GenerateState::firstPrompt());
        const int asked = fake().asked();
        QTRY_VERIFY(settled());
        QCOMPARE(fake().asked(), asked); // it was drawn before
        QCOMPARE(drawing().parameters.prompt, GenerateState::firstPrompt());
    }

    void theNewestRequestWinsAndTheOldPicturesAreDimmed()
    {
        fake().hold = true;
        state().edit(QStringLiteral("test"), [](Parameters &p) { p.prompt = QStringLiteral("a cat"); });
        m_page->draw();
        QVERIFY(m_page->sampler().isStale());
        QVERIFY(m_page->grid().isStale());
        QCOMPARE(m_page->grid().shownPictures(), 4);
        QTRY_VERIFY(m_page->grid().shownPictures() == 4 && !m_page->grid().isStale());
        QVERIFY(!drawing().complete);
        state().edit(QStringLiteral("test"), [](Parameters &p) { p.prompt = QStringLiteral("a dog"); });
        m_page->draw();
        fake().hold = false;
        QTRY_VERIFY(settled());
        QCOMPARE(drawing().parameters.prompt, QStringLiteral("a dog"));
        QCOMPARE(fake().drawn.load(), 2); // the cat never was
    }

    void cancellingKeepsWhatIsThere()
    {
        fake().hold = true;
        state().edit(QStringLiteral("test"), [](Parameters &p) { p.prompt = QStringLiteral("a cat"); });
        m_page->draw();
        QTRY_VERIFY(drawing().samples.size() == 4 && drawing().samples[3]->looks.size() > 7);
        QTRY_VERIFY(m_page->findChild<BusyStrip *>()->isVisible()); // after half a second
        grab("busy");
        QVERIFY(m_page->cancel());
        QTRY_VERIFY(settled());
        QVERIFY(drawing().stopped && !drawing().complete);
        QCOMPARE(m_page->grid().shownPictures(), 4);
        QVERIFY(!m_page->cancel());
        fake().hold = false;
        m_page->drawClicked(); // the same again, to its end
        QTRY_VERIFY(drawing().complete);
    }

    void chipsWriteThePromptAndReadIt()
    {
        SentenceChips *chips = m_page->promptBar().chips();
        QTRY_COMPARE(chips->sentence().noun, QStringLiteral("fox"));
        QCOMPARE(chips->chip(SentenceChips::OtherColour)->text(), QStringLiteral("blue"));
        QVERIFY(chips->wholePromptRead());
        WordPicker *picker = chips->open(SentenceChips::Count);
        QVERIFY(picker);
        grab("picker");
        QTest::keyClick(picker->list(), Qt::Key_Down);
        QTest::keyClick(picker->list(), Qt::Key_Return);
        QCOMPARE(prompt(), QStringLiteral("two red foxes left of a blue bell"));
        QCOMPARE(m_page->promptBar().text()->toPlainText(), prompt());
        chips->choose(SentenceChips::Relation, {});
        QCOMPARE(prompt(), QStringLiteral("two red foxes"));
        chips->choose(SentenceChips::Background, QStringLiteral("yellow"));
        QTRY_VERIFY(settled());
        QCOMPARE(fake().last().prompt, std::string("two red foxes on a yellow background"));
        chips->choose(SentenceChips::Relation, QStringLiteral("above")); // needs something to be above of
        QVERIFY(!chips->sentence().other.isEmpty());
        m_host->workspace().undoStack().undo();
        QCOMPARE(chips->sentence().background, QStringLiteral("yellow"));
        QVERIFY(chips->sentence().relation.isEmpty());
    }

    void nounsAreFoundByTyping()
    {
        WordPicker *picker = m_page->promptBar().chips()->open(SentenceChips::Noun);
        QVERIFY(picker && picker->search()->isVisible());
        QTest::keyClicks(picker->search(), QStringLiteral("umb"));
        QTest::keyClick(picker->search(), Qt::Key_Return);
        QCOMPARE(prompt(), QStringLiteral("a red umbrella left of a blue bell"));
    }

    void unknownWordsAreOfferedTheNearestAndAbsentPairsWearABadge()
    {
        QTRY_COMPARE(m_page->promptBar().badges(), QStringList{QStringLiteral("red fox")});
        QVERIFY(m_page->findChild<QLabel *>(QStringLiteral("absentBadge"))->isVisible());
        state().edit(QStringLiteral("test"), [](Parameters &p) { p.prompt = QStringLiteral("a blue zorgle"); });
        auto *bar = m_page->findChild<UnknownWordsBar *>();
        QTRY_COMPARE(bar->words(), QStringList{QStringLiteral("zorgle")});
        QVERIFY(m_page->promptBar().badges().isEmpty());
        grab("unknown");
        QTest::mouseClick(bar->findChild<QPushButton *>(), Qt::LeftButton);
        QCOMPARE(prompt(), QStringLiteral("a blue zebra"));
        QTRY_VERIFY(bar->words().isEmpty());
    }

    void theSeedIsLockedAndTheDiceDrawsAnother()
    {
        QVERIFY(state().seedLocked());
        m_page->drawClicked(); // the same again
        QCOMPARE(m_host->notes.size(), 1);
        QCOMPARE(fake().asked(), 1);
        m_page->roll();
        QTRY_VERIFY(settled());
        const quint64 rolled = state().parameters().seed;
        QVERIFY(rolled != 1);
        QCOMPARE(fake().last().seed, rolled);
        QTest::mouseClick(m_page->inspector()->seed()->lock(), Qt::LeftButton);
        QVERIFY(!state().seedLocked());
        m_page->drawClicked();
        QTRY_VERIFY(settled());
        QVERIFY(fake().last().seed != rolled);
        QLineEdit *number = m_page->inspector()->seed()->number();
        number->setFocus();
        number->setText(QStringLiteral("18446744073709551615"));
        QTest::keyClick(number, Qt::Key_Return);
        QTRY_VERIFY(settled());
        QCOMPARE(fake().last().seed, std::uint64_t(18446744073709551615ULL));
    }

    void theInspectorReachesTheEngine()
    {
        GenerateInspector *inspector = m_page->inspector();
        QTRY_COMPARE(inspector->scale()->value(), 3.0); // the model's own
        QTest::mouseClick(inspector->method(generate::Method::Tokens), Qt::LeftButton);
        inspector->count()->setValue(9);
        QTest::mouseClick(inspector->rerank(), Qt::LeftButton, {}, {10, inspector->rerank()->height() / 2});
        QTRY_VERIFY(settled());
        const generate::GenerateRequest asked = fake().last();
        QCOMPARE(asked.model, std::string(generate::kTokensModel));
        QCOMPARE(asked.count, 9);
        QVERIFY(asked.rerank);
        QCOMPARE(drawing().samples.size(), 9);
        QVERIFY(m_page->grid().order() == drawing().byScore());
        QCOMPARE(m_page->grid().order().first(), 5); // seed 6 of 1 … 9 scores best
        QVERIFY(!inspector->scheduler()->isEnabled());
    }

    void withoutAModelThePageSaysSo()
    {
        m_page.reset();
        m_inspector.reset();
        makePage(false);
        QVERIFY(settled());
        QVERIFY(m_page->errorText().contains(QStringLiteral("not installed")));
        QCOMPARE(fake().asked(), 1);
        grab("missing");
        m_host->addCard(card(generate::kTokensModel, "Picture DALL·E"));
        QPushButton *instead = nullptr;
        for (QPushButton *button : m_page->findChildren<QPushButton *>())
            if (button->isVisible() && button->text().contains(QStringLiteral("instead")))
                instead = button;
        QVERIFY(instead);
        QTest::mouseClick(instead, Qt::LeftButton);
        QTRY_VERIFY(drawing().complete);
        QCOMPARE(drawing().method, generate::Method::Tokens);
    }

    void anErrorIsToldWhereThePicturesWouldBe()
    {
        fake().fail = true;
        m_page->roll();
        QTRY_VERIFY(settled());
        QVERIFY(m_page->errorText().contains(QStringLiteral("damaged")));
        fake().fail = false;
        m_page->roll();
        QTRY_VERIFY(settled());
        QVERIFY(m_page->errorText().isEmpty());
    }

    void anEmptyPromptOffersTheExample()
    {
        state().edit(QStringLiteral("test"), [](Parameters &p) { p.prompt.clear(); });
        QTRY_VERIFY(settled());
        QVERIFY(drawing().isEmpty());
        QCOMPARE(fake().asked(), 1);
    }

    void theGridIsWalkedByKeys()
    {
        SampleGrid &grid = m_page->grid();
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
        for (QWidget *root : {static_cast<QWidget *>(m_page.get()), m_inspector.get()}) {
            const QStringList faults = test::accessibilityFaults(root);
            QVERIFY2(faults.isEmpty(), qPrintable(faults.join(u'\n')));
        }
    }

    void fitsASmallWindow()
    {
        m_page->resize(640, 524);
        QTest::qWait(10);
        QVERIFY(m_page->minimumSizeHint().width() <= 640);
        QVERIFY2(m_page->minimumSizeHint().height() <= 524, qPrintable(QString::number(m_page->minimumSizeHint().height())));
        QVERIFY(m_page->grid().tileRect(3).right() <= m_page->grid().width());
    }
};

QTEST_MAIN(GeneratePageTest)
#include "generate_page_test.moc"
