// SPDX-License-Identifier: Apache-2.0
// Looking into a picture: the token theatre, the steps and their branches, the words; and taking pictures elsewhere.
#include "plugins/text_to_image/view/detail_view.h"

#include "plugins/text_to_image/view/cell_canvas.h"
#include "plugins/text_to_image/view/recipe.h"
#include "plugins/text_to_image/view/sample_grid.h"
#include "plugins/text_to_image/view/start_strip.h"
#include "plugins/text_to_image/view/step_player.h"
#include "plugins/text_to_image/view/step_scrubber.h"
#include "plugins/text_to_image/view/takes_strip.h"
#include "plugins/text_to_image/view/token_theatre.h"
#include "plugins/text_to_image/view/word_maps.h"
#include "tests/plugins/text_to_image/generate_fixture.h"
#include "tests/support/accessibility_faults.h"

#include <QApplication>
#include <QFocusEvent>
#include <QImageReader>
#include <QJsonDocument>
#include <QLineEdit>
#include <QListWidget>
#include <QMouseEvent>
#include <QPushButton>
#include <QSlider>
#include <QTemporaryDir>
#include <QToolButton>

#include <set>

using namespace orrery;
using namespace orrery::text_to_image;

class GenerateDetailTest : public QObject
{
    Q_OBJECT

    test::GenerateFixture m;
    DetailView &detail() { return m.page->detail(); }

    void hover(int cell)
    {
        CellCanvas *canvas = detail().theatre()->canvas();
        const QPointF at = canvas->cellRect(cell).center();
        QMouseEvent move(QEvent::MouseMove, at, canvas->mapToGlobal(at), Qt::NoButton, Qt::NoButton, Qt::NoModifier);
        QApplication::sendEvent(canvas, &move);
    }

    void drawTokens()
    {
        m.edit([](Parameters &p) { p.method = generate::Method::Tokens; });
        QTRY_VERIFY(m.settled());
    }

private Q_SLOTS:
    void initTestCase() { test::GenerateFixture::prepare(); }
    void init()
    {
        m.fake().reset();
        m.open();
        QTRY_VERIFY(m.settled());
    }
    void cleanup()
    {
        m.fake().hold = false;
        m.grab(QTest::currentTestFunction());
        m.close();
    }

    void aClickOpensAndEscapeGoesBack()
    {
        SampleGrid &grid = m.page->grid();
        QTest::mouseClick(&grid, Qt::LeftButton, {}, grid.tileRect(1).center().toPoint());
        QVERIFY(m.page->isDetailOpen());
        QCOMPARE(detail().take().sample->index, 1);
        QCOMPARE(detail().inside(), DetailView::Steps);
        const QStringList faults = test::accessibilityFaults(&detail());
        QVERIFY2(faults.isEmpty(), qPrintable(faults.join(u'\n')));
        QVERIFY(m.page->cancel()); // Esc: nothing runs, so it closes
        QVERIFY(!m.page->isDetailOpen());
        QVERIFY(!m.page->cancel());
    }

    void theStepsAreScrubbedAndPlayed()
    {
        m.page->openDetail(0);
        StepScrubber *scrubber = detail().scrubber();
        QCOMPARE(scrubber->player()->slider()->maximum(), test::kFakeSteps - 1);
        QCOMPARE(scrubber->player()->step(), test::kFakeSteps - 1); // it begins with what was seen in the grid
        const QImage finished = scrubber->canvas()->picture();
        QCOMPARE(finished, toImage(m.drawing().samples[0]->picture));
        scrubber->player()->slider()->setFocus();
        QTest::keyClick(scrubber->player()->slider(), Qt::Key_Home);
        QCOMPARE(scrubber->player()->step(), 0);
        QVERIFY(scrubber->canvas()->picture() != finished);
        QTest::keyClick(scrubber->player()->slider(), Qt::Key_Space);
        QVERIFY(scrubber->player()->isPlaying());
        QTRY_VERIFY(!scrubber->player()->isPlaying());
        QCOMPARE(scrubber->canvas()->picture(), finished);
    }

    void aBranchGoesAnotherWayFromAStep()
    {
        m.page->openDetail(0);
        StepScrubber *scrubber = detail().scrubber();
        scrubber->player()->setStep(4);
        m.fake().stepMs = 5; // it is seen as it grows
        scrubber->branchPrompt()->setText(QStringLiteral("a green cat"));
        QTest::mouseClick(scrubber->branchButton(), Qt::LeftButton);
        QTRY_VERIFY(m.settled());
        const generate::GenerateRequest asked = m.fake().last();
        QVERIFY(asked.branch.has_value());
        QCOMPARE(asked.branch->step, 4);
        QCOMPARE(asked.branch->prompt, std::string("a green cat"));
        QCOMPARE(asked.seed, std::uint64_t(1));
        QCOMPARE(asked.count, 1);
        QCOMPARE(detail().takes(), 2);
        QCOMPARE(scrubber->player()->step(), 4); // where one looked, of the new one
        QCOMPARE(toImage(detail().take().sample->picture).pixel(32, 32),
                 test::fakeColour("a green cat", asked.branch->seed).rgb());
        detail().showTake(0);
        QCOMPARE(detail().take().sample->seed, std::uint64_t(1));
        QVERIFY(!detail().take().request.branch);
    }

    void theTheatreShowsWhatElseCouldStandThere()
    {
        drawTokens();
        m.page->openDetail(0);
        TokenTheatre *theatre = detail().theatre();
        QCOMPARE(detail().inside(), DetailView::Tokens);
        QCOMPARE(theatre->cell(), test::kFakeGrid * test::kFakeGrid - 1); // the least decided one
        theatre->canvas()->setFocus();
        QTest::keyClick(theatre->canvas(), Qt::Key_Home);
        QTest::keyClick(theatre->canvas(), Qt::Key_Right);
        QTest::keyClick(theatre->canvas(), Qt::Key_Down);
        QCOMPARE(theatre->cell(), test::kFakeGrid + 1);
        QTRY_VERIFY(theatre->isSettled());
        QCOMPARE(theatre->alternatives()->count(), 5);
        QVERIFY(theatre->alternatives()->item(0)->text().contains(QStringLiteral("taken")));
        QVERIFY(theatre->canvas()->accessibleDescription().contains(QStringLiteral("bits")));
        hover(3);
        QCOMPARE(theatre->cell(), 3);
        QTRY_VERIFY(theatre->isSettled());
        // Sharp, with an outline that white needs on white.
        const QImage thumb =
            theatre->alternatives()->item(0)->icon().pixmap(theatre->alternatives()->iconSize()).toImage();
        QCOMPARE(thumb.pixelColor(0, thumb.height() / 2), Theme::instance().colours().line);
        // What was sure is bare, and the tint grows with the doubt.
        const QList<QColor> &tints = theatre->canvas()->tints();
        QVERIFY(tints.first().alpha() < 60 && tints.last().alpha() > 100);
        QVERIFY(entropyText(0).startsWith(QStringLiteral("Sure")));
        QVERIFY(entropyText(3.2).contains(QStringLiteral("9 equal choices")));
    }

    void aClickHoldsATileAndADoubleClickDraws()
    {
        drawTokens();
        m.page->openDetail(0);
        TokenTheatre *theatre = detail().theatre();
        CellCanvas *canvas = theatre->canvas();
        const auto at = [&](int cell) { return canvas->cellRect(cell).center().toPoint(); };
        const int asked = m.fake().asked();
        QTest::mouseClick(canvas, Qt::LeftButton, {}, at(10));
        hover(11); // on the way to the list
        hover(3);
        QCOMPARE(theatre->cell(), 10);
        QTRY_VERIFY(m.settled());
        QCOMPARE(m.fake().asked(), asked);
        QCOMPARE(detail().takes(), 1);
        QVERIFY(m.page->cancel()); // Esc
        QVERIFY(canvas->heldCell() < 0 && m.page->isDetailOpen());
        hover(3);
        QCOMPARE(theatre->cell(), 3);
        QTest::mouseClick(canvas, Qt::LeftButton, {}, at(12));
        QTest::mouseClick(canvas, Qt::LeftButton, {}, at(13)); // another one
        QCOMPARE(canvas->heldCell(), 13);
        QTest::keyClick(canvas, Qt::Key_Right); // takes it along
        QCOMPARE(canvas->heldCell(), 14);
        QTest::mouseClick(canvas, Qt::LeftButton, {}, at(14)); // lets go
        QVERIFY(canvas->heldCell() < 0);
        QTest::mouseDClick(canvas, Qt::LeftButton, {}, at(20));
        QTRY_VERIFY(m.settled());
        QCOMPARE(detail().takes(), 2);
        QCOMPARE(m.fake().last().keepTokens.size(), std::size_t(20));
        QCOMPARE(theatre->cell(), 20); // held still: the new picture is looked at there
    }

    void anUnfinishedPictureGoesNoOtherWay()
    {
        m.fake().hold = true;
        m.edit([](Parameters &p) { p.method = generate::Method::Tokens; });
        QTRY_VERIFY(m.drawing().method == generate::Method::Tokens && m.drawing().samples.size() == 4 &&
                    m.drawing().samples[3]->tokens.size() > 60);
        m.page->openDetail(3);
        CellCanvas *canvas = detail().theatre()->canvas();
        const int asked = m.fake().asked();
        QTest::mouseDClick(canvas, Qt::LeftButton, {}, canvas->cellRect(5).center().toPoint());
        QTest::keyClick(canvas, Qt::Key_Return);
        detail().again(5);
        QCOMPARE(detail().takes(), 1);
        QCOMPARE(m.fake().asked(), asked);
        detail().setInside(DetailView::Words);
        QVERIFY(detail().wordMaps()->story().contains(QStringLiteral("when the picture is finished")));
        QVERIFY(m.page->cancel()); // stops it
        QCOMPARE(detail().wordMaps()->story(), QStringLiteral("This picture was stopped before it was finished."));
    }

    void aTakeThatIsStoppedSaysSo()
    {
        drawTokens();
        m.page->openDetail(0);
        m.fake().hold = true;
        detail().again(20);
        QTRY_VERIFY(detail().takes() == 2 && detail().take().sample && detail().take().sample->tokens.size() > 60);
        QVERIFY(m.page->cancel());
        QVERIFY(m.page->isDetailOpen());
        detail().setInside(DetailView::Words);
        QCOMPARE(detail().wordMaps()->story(), QStringLiteral("This picture was stopped before it was finished."));
        m.fake().hold = false;
        detail().showTake(0); // that one is finished
        QTRY_VERIFY(m.settled());
        QVERIFY(!detail().wordMaps()->words().isEmpty());
    }

    void stepsAreCountedOfAllThatThereWillBe()
    {
        m.fake().hold = true;
        m.edit([](Parameters &p) {
            p.steps = 30;
            p.count = 1;
        });
        QTRY_VERIFY(m.drawing().samples.size() == 1 && m.drawing().samples[0]->looks.size() == 29);
        m.page->openDetail(0);
        const QString words = detail().scrubber()->words();
        QVERIFY2(words.startsWith(QStringLiteral("Step 29 of 30 ")), qPrintable(words));
    }

    void againFromHereKeepsWhatStandsBefore()
    {
        drawTokens();
        m.page->openDetail(2);
        const auto first = detail().take().sample;
        TokenTheatre *theatre = detail().theatre();
        theatre->point(20);
        QTest::mouseClick(theatre->againButton(), Qt::LeftButton);
        QTRY_VERIFY(m.settled());
        generate::GenerateRequest asked = m.fake().last();
        QCOMPARE(asked.keepTokens.size(), std::size_t(20));
        QVERIFY(asked.seed != first->seed);
        QCOMPARE(detail().takes(), 2);
        for (std::size_t i = 0; i < 20; ++i)
            QCOMPARE(detail().take().sample->tokens[i].token, first->tokens[i].token);
        QVERIFY(detail().take().sample->tokens[30].token != first->tokens[30].token);
        // An alternative stands at its place, and the rest follows it.
        QTRY_VERIFY(theatre->isSettled());
        theatre->point(25);
        const int other = theatre->alternatives()->item(2)->data(Qt::UserRole).toInt();
        Q_EMIT theatre->alternatives()->itemActivated(theatre->alternatives()->item(2));
        QTRY_VERIFY(m.settled());
        asked = m.fake().last();
        QCOMPARE(asked.keepTokens.size(), std::size_t(26));
        QCOMPARE(asked.keepTokens.back(), other);
        QCOMPARE(detail().takes(), 3);
        QVERIFY(m.page->findChild<TakesStrip *>()->isVisible());
    }

    void aWordShowsWhereItWasLookedAt()
    {
        m.page->openDetail(0);
        detail().setInside(DetailView::Words);
        QTRY_VERIFY(m.settled());
        QVERIFY(m.fake().last().attention);
        QCOMPARE(m.fake().last().count, 1);
        WordMaps *maps = detail().wordMaps();
        QCOMPARE(maps->words().size(), 5);  // a star above a house
        QFocusEvent focus(QEvent::FocusIn); // sent by hand: without a window manager no window is active
        QApplication::sendEvent(maps->words()[2], &focus);
        QTRY_COMPARE(maps->shownWord(), 2);
        const int asked = m.fake().asked();
        detail().setInside(DetailView::Steps);
        detail().setInside(DetailView::Words); // they are there already
        QVERIFY(m.settled());
        QCOMPARE(m.fake().asked(), asked);
    }

    void theOpenPictureFollowsThePrompt()
    {
        m.page->openDetail(3);
        m.edit([](Parameters &p) { p.prompt = QStringLiteral("a green cat"); });
        QTRY_VERIFY(m.settled());
        QVERIFY(m.page->isDetailOpen());
        QCOMPARE(detail().take().sample->seed, std::uint64_t(4));
        QCOMPARE(toImage(detail().take().sample->picture).pixel(32, 32), test::fakeColour("a green cat", 4).rgb());
    }

    void picturesGoToOtherPagesWithTheirRecipe()
    {
        m.page->grid().setCurrent(2);
        m.page->sendTo(QStringLiteral("orrery.zero-shot"));
        QCOMPARE(m.host->pages.last(), QStringLiteral("orrery.zero-shot"));
        QCOMPARE(m.host->sent.size(), 1);
        const Item item = m.workspace().item(m.host->sent.first());
        QVERIFY(item.kind == ItemKind::Sample);
        QCOMPARE(item.picture.size(), QSize(64, 64));
        QCOMPARE(item.recipe.value("seed").toInt(), 3);
        m.page->gather(); // the same item, not another
        QCOMPARE(m.workspace().tray(), m.host->sent);
        m.page->sendTo(QStringLiteral("nowhere"));
        QCOMPARE(m.host->pages.size(), 1);
    }

    void aSavedPictureBringsEverythingBack()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("fox.png"));
        m.page->openDetail(2);
        m.page->exportTo(path);
        QCOMPARE(QImage(path).convertToFormat(QImage::Format_RGB32),
                 toImage(m.drawing().samples[2]->picture).convertToFormat(QImage::Format_RGB32));
        m.edit([](Parameters &p) {
            p.prompt = QStringLiteral("a cat");
            p.seed = 99;
        });
        QTRY_VERIFY(m.settled());
        const QImage before(path);
        const QList<ItemId> ids = m.workspace().add(QList<Item>{fileItem(path)});
        QVERIFY(!m.page->dropText({ItemKind::Picture}).isEmpty());
        m.page->take(ids);
        QCOMPARE(m.prompt(), GenerateState::firstPrompt());
        QCOMPARE(m.state().parameters().seed, quint64(3));
        QTRY_VERIFY(m.settled());
        QCOMPARE(toImage(m.drawing().samples[0]->picture),
                 before.convertToFormat(toImage(m.drawing().samples[0]->picture).format()));
        m.page->exportTo(QStringLiteral("/nowhere/at/all.png"));
        QVERIFY(m.host->notes.last().contains(QStringLiteral("could not be written")));
    }

    void aTakeIsRestoredWithWhereItWentAnotherWay()
    {
        drawTokens();
        m.page->openDetail(0);
        detail().again(20);
        QTRY_VERIFY(m.settled());
        const auto take = detail().take().sample;
        QVERIFY(m.page->restore(QByteArray::fromStdString(take->recipe)));
        QTRY_VERIFY(m.settled());
        QCOMPARE(m.state().parameters().keepTokens.size(), 20);
        QCOMPARE(toImage(m.drawing().samples[0]->picture), toImage(take->picture));
        QVERIFY(m.page->startStrip().isVisible());
        QTest::mouseClick(m.page->startStrip().clearButton(), Qt::LeftButton);
        QVERIFY(m.state().parameters().keepTokens.isEmpty());
        QVERIFY(!m.page->startStrip().isVisible());
    }

    void everyTakeHasAnotherSeed()
    {
        drawTokens();
        m.page->openDetail(0);
        std::set<std::uint64_t> seeds{detail().take().sample->seed};
        for (int i = 0; i < 10; ++i) {
            detail().again(20);
            QTRY_VERIFY(m.settled());
            QVERIFY(detail().take().sample && detail().take().sample->finished);
            QVERIFY(seeds.insert(detail().take().sample->seed).second);
        }
        QVERIFY(detail().take().title.contains(QStringLiteral("take 11")));
    }

    void aRecipeOfAnotherKindIsLeftAlone()
    {
        QVERIFY(!m.page->restore("{\"plugin\":\"orrery.embedding-map\",\"made\":\"map\"}"));
        QVERIFY(!m.page->restore("{\"plugin\":\"orrery.text-to-image\",\"made\":\"sample\",\"prompt\":\"  \"}"));
        QVERIFY(!m.page->restore("{\"plugin\":\"orrery.text-to-image\",\"made\":\"sample\",\"prompt\":7}"));
        QVERIFY(!m.page->restore("no JSON at all"));
        QCOMPARE(m.prompt(), GenerateState::firstPrompt());
    }
};

QTEST_MAIN(GenerateDetailTest)
#include "generate_detail_test.moc"
