// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/map_page.h"

#include "plugins/embedding_map/view/collection_bar.h"
#include "plugins/embedding_map/view/failures_view.h"
#include "plugins/embedding_map/view/guests.h"
#include "plugins/embedding_map/view/layer_maps.h"
#include "plugins/embedding_map/view/layer_strip.h"
#include "plugins/embedding_map/view/map_export.h"
#include "plugins/embedding_map/view/map_inspector.h"
#include "plugins/embedding_map/view/map_maker.h"
#include "plugins/embedding_map/view/map_selection.h"
#include "plugins/embedding_map/view/map_state.h"
#include "plugins/embedding_map/view/neighbours_view.h"
#include "plugins/embedding_map/view/prompt_tint.h"
#include "plugins/embedding_map/view/quality_panel.h"
#include "plugins/embedding_map/view/run_list.h"
#include "plugins/embedding_map/view/run_strip.h"
#include "tests/plugins/embedding_map/fake_maps.h"
#include "tests/plugins/fake_host.h"

#include <QApplication>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QDoubleSpinBox>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPointer>
#include <QPushButton>
#include <QSlider>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace orrery;
using namespace orrery::embedding_map;
using test::FakeHost;
using test::FakeMaps;
using test::FakeSource;

class MapPageTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<FakeHost> m_host;
    std::unique_ptr<MapPage> m_page;
    std::unique_ptr<QWidget> m_inspector;
    FakeSource *m_drawings = nullptr;
    FakeSource *m_other = nullptr;

    Workspace &workspace() { return m_host->workspace(); }
    bool settled() { return !m_page->isBusy(); }
    QString shown() { return m_page->shownRun() ? m_page->shownRun()->title() : QString(); }

    void makePage()
    {
        Sources sources;
        MapCollection drawings = test::fakeCollection(QStringLiteral("drawings"));
        drawings.hasLayers = true;
        MapCollection other = test::fakeCollection(QStringLiteral("other"), 12);
        other.model.clear();
        auto first = std::make_unique<FakeSource>(QStringLiteral("drawings"), drawings);
        auto second = std::make_unique<FakeSource>(QStringLiteral("other"), other);
        m_drawings = first.get();
        m_other = second.get();
        sources.push_back(std::move(first));
        sources.push_back(std::move(second));
        for (auto &source : madeUpSources())
            sources.push_back(std::move(source));
        m_page = std::make_unique<MapPage>(*m_host, std::move(sources), nullptr);
        m_inspector.reset(m_page->createInspector(nullptr));
        m_inspector->show();
        m_page->resize(896, 640);
        m_page->show();
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
        test::registerFakeMaps();
    }

    void init()
    {
        FakeMaps::instance().reset();
        m_host = std::make_unique<FakeHost>();
        m_host->otherPages = {QStringLiteral("orrery.zero-shot")};
        makePage();
        QTRY_VERIFY(settled());
        QTRY_COMPARE(shown(), QStringLiteral("t-SNE · perplexity 30 · seed 0"));
    }

    void cleanup()
    {
        FakeMaps::instance().hold = false;
        Theme::instance().setPresenting(false);
        grab(QTest::currentTestFunction());
        m_page.reset();
        m_inspector.reset();
        m_host.reset();
    }

    void opensOnTheDrawingsWithPcaAndUnfolds()
    {
        QCOMPARE(m_page->runs().runs().size(), 2);
        QCOMPARE(m_page->runs().runs().front().title(), QStringLiteral("PCA"));
        QCOMPARE(m_page->view().count(), std::int64_t(40));
        QCOMPARE(m_page->view().colouring().kind, ScatterColouring::Kind::Classes);
        QCOMPARE(workspace().undoStack().count(), 0); // undo cannot take the first map away
        // The second is laid on the first.
        QCOMPARE(FakeMaps::instance().last().alignTo, m_page->runs().runs().front().positions);
        QVERIFY(m_page->shownRun()->quality);
    }

    void unfoldingIsASetting()
    {
        m_host->settings.insert(kUnfoldSetting, false);
        m_page->openCollection(QStringLiteral("other"));
        QTRY_VERIFY(settled());
        QCOMPARE(shown(), QStringLiteral("PCA"));
        QCOMPARE(m_page->runs().runs().size(), 1);
        QVERIFY(m_page->shownRun()->quality); // nothing follows that would be measured
    }

    void stoppingKeepsTheMapAsItIs()
    {
        FakeMaps::instance().hold = true;
        m_page->state().setParameters({.perplexity = 12}, QStringLiteral("test"));
        m_page->make();
        QTRY_VERIFY(m_page->maker().isRunning() && m_page->maker().running().iteration > 3);
        QVERIFY(m_page->cancel());
        QTRY_VERIFY(settled());
        const MapRun *run = m_page->shownRun();
        QVERIFY(run && !run->complete && run->iteration > 3);
        QVERIFY(run->title().contains(QStringLiteral("stopped at")));
        QVERIFY(!run->quality);
        FakeMaps::instance().hold = false;
        m_page->make(); // the same again, to its end
        QTRY_VERIFY(m_page->shownRun()->complete);
        QCOMPARE(m_page->runs().runs().size(), 3);
    }

    void aMapIsTunedWhileItIsMade()
    {
        FakeMaps::instance().hold = true;
        m_page->state().setParameters({.seed = 1}, QStringLiteral("test"));
        m_page->make();
        QTRY_VERIFY(m_page->maker().isRunning() && m_page->maker().running().iteration > 3);
        const std::int64_t reached = m_page->maker().running().iteration;
        Q_EMIT m_page->view().knobReleased(QStringLiteral("spread"), 4.0);
        FakeMaps::instance().hold = false;
        QTRY_VERIFY(settled());
        const maps::EmbedRequest asked = FakeMaps::instance().last();
        QCOMPARE(asked.exaggeration, 4.0);
        QVERIFY(asked.resumeFrom && asked.resumeFrom->iteration >= reached);
        QCOMPARE(asked.resumeFrom->positions.size(), std::size_t(80));
        QCOMPARE(shown(), QStringLiteral("t-SNE · perplexity 30 · exaggeration 4 · seed 1 · tuned by hand"));
        // What its parameters alone make is another map.
        m_page->make();
        QTRY_COMPARE(shown(), QStringLiteral("t-SNE · perplexity 30 · exaggeration 4 · seed 1"));
    }

    void parametersReachTheEngineAndAreUndone()
    {
        MapInspector *inspector = m_page->inspector();
        inspector->method()->setFocus();
        QTest::keyClick(inspector->method(), Qt::Key_End); // UMAP
        QCOMPARE(m_page->state().parameters().method, maps::Method::Umap);
        inspector->neighbourhood()->number()->setValue(8);
        inspector->spread()->number()->setValue(0.5);
        QTest::keyClick(inspector->start(), Qt::Key_End); // spectral
        QTest::mouseClick(inspector->make(), Qt::LeftButton);
        QTRY_VERIFY(settled());
        const maps::EmbedRequest asked = FakeMaps::instance().last();
        QCOMPARE(asked.method, maps::Method::Umap);
        QCOMPARE(asked.neighbours, std::int64_t(8));
        QCOMPARE(asked.minDistance, 0.5);
        QVERIFY(asked.measure);
        QCOMPARE(shown(), QStringLiteral("UMAP · 8 neighbours · min distance 0.5 · seed 0"));
        workspace().undoStack().undo();                                                       // which map is shown
        QCOMPARE(shown(), QStringLiteral("UMAP · 8 neighbours · min distance 0.5 · seed 0")); // still the newest
        while (workspace().undoStack().canUndo())
            workspace().undoStack().undo();
        QCOMPARE(m_page->state().parameters(), MapParameters());
        QCOMPARE(inspector->method()->currentText(), QStringLiteral("t-SNE"));
    }

    void aMapThatIsThereIsShownNotMadeAgain()
    {
        const int made = FakeMaps::instance().embedded;
        m_page->state().setParameters({.seed = 90}, QStringLiteral("test"));
        m_page->make();
        QTRY_VERIFY(settled());
        QCOMPARE(FakeMaps::instance().embedded.load(), made + 1);
        m_page->state().setParameters({}, QStringLiteral("test"));
        m_page->make();
        QTRY_VERIFY(settled());
        QCOMPARE(FakeMaps::instance().embedded.load(), made + 1);
        QCOMPARE(shown(), QStringLiteral("t-SNE · perplexity 30 · seed 0"));
        QCOMPARE(m_page->view().positions(), m_page->shownRun()->positions);
        m_page->showMap(keyOf({.seed = 90}));
        QCOMPARE(m_page->state().parameters().seed, qint64(90));
        QCOMPARE(shown(), QStringLiteral("t-SNE · perplexity 30 · seed 90"));
        workspace().undoStack().undo(); // one step for both
        QCOMPARE(m_page->state().parameters().seed, qint64(0));
        QCOMPARE(shown(), QStringLiteral("t-SNE · perplexity 30 · seed 0"));
    }

    void mapsAreDeletedAndBroughtBack()
    {
        const QString key = m_page->shownRun()->key;
        QVERIFY(m_page->runStrip().chip(key));
        m_page->deleteMap(key);
        QCOMPARE(shown(), QStringLiteral("PCA"));
        QVERIFY(!m_page->runStrip().chip(key));
        QVERIFY(m_host->notes.last().contains(QStringLiteral("Deleted")));
    }

    void theMenuOfAMapGoesWithIt()
    {
        const QString key = m_page->shownRun()->key;
        RunChip *chip = m_page->runStrip().chip(key);
        QVERIFY(chip);
        const QPoint middle = chip->rect().center();
        QContextMenuEvent event(QContextMenuEvent::Keyboard, middle, chip->mapToGlobal(middle));
        QApplication::sendEvent(chip, &event);
        const QPointer<QMenu> menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
        QVERIFY(menu);
        QCOMPARE(menu->actions().size(), 3);
        m_page->deleteMap(key); // the chip is deleted while its menu is open
        QTRY_VERIFY(!menu);
        QVERIFY(!m_page->runStrip().chip(key));
    }

    void twoMapsAreComparedSideBySide()
    {
        m_page->state().setParameters({.start = maps::Start::Random}, QStringLiteral("test"));
        m_page->make();
        QTRY_VERIFY(settled());
        m_page->showPart(MapPage::Compare);
        QTRY_VERIFY(m_page->difference() >= 0);
        QCOMPARE(m_page->difference(), 0.34);
        QVERIFY(m_page->besideView().isVisible());
        QCOMPARE(m_page->besideView().count(), std::int64_t(40));
        QCOMPARE(*m_page->besideView().positions(), *m_page->besideRun()->positions);
        m_page->selection().selectRows({3, 4}, 4);
        QCOMPARE(m_page->besideView().selection(), std::vector<std::int64_t>({3, 4}));
        m_page->morph();
        QCOMPARE(*m_page->view().positions(), *m_page->besideRun()->positions);
        m_page->morph();
        QCOMPARE(m_page->view().positions(), m_page->shownRun()->positions);
        m_page->showPart(MapPage::Map);
        QVERIFY(!m_page->besideView().isVisible());
    }

    void comparedMapsBeginAtTheSameHeight()
    {
        m_page->state().setParameters({.start = maps::Start::Random}, QStringLiteral("test"));
        m_page->make();
        QTRY_VERIFY(settled());
        m_page->showPart(MapPage::Compare);
        QTRY_VERIFY(m_page->difference() >= 0);
        for (const int width : {896, 560, 1100}) { // captions of one line, of two, of three
            m_page->resize(width, 640);
            const auto top = [this](const ScatterView &view) { return view.mapTo(m_page.get(), QPoint()).y(); };
            QTRY_COMPARE(top(m_page->view()), top(m_page->besideView()));
        }
        m_page->showPart(MapPage::Map);
        m_page->showPart(MapPage::Compare);
        QTRY_COMPARE(m_page->view().height(), m_page->besideView().height());
    }

    void typedWordsTintTheNewestWins()
    {
        m_page->focusPrompt();
        QTest::keyClicks(m_page->bar().words(), QStringLiteral("bcd"));
        QTRY_COMPARE(m_page->view().colouring().kind, ScatterColouring::Kind::Tint);
        QTRY_COMPARE(m_page->tint().words(), QStringList{QStringLiteral("bcd")});
        const std::vector<float> &tint = m_page->view().colouring().values;
        // "b…" is the second column: rows of the group "b" are tinted, others are not.
        QVERIFY(*std::max_element(tint.begin() + 10, tint.begin() + 20) > 0.5f);
        QVERIFY(*std::max_element(tint.begin(), tint.begin() + 10) < 0.05f);
        {
            const std::lock_guard lock(FakeMaps::instance().mutex);
            QVERIFY2(FakeMaps::instance().texts.size() < 3, "every letter was asked for, though newer ones followed");
        }
        m_page->bar().words()->clear();
        QTRY_COMPARE(m_page->view().colouring().kind, ScatterColouring::Kind::Classes);
        workspace().undoStack().undo(); // typing and clearing merge into one step
        QCOMPARE(m_page->state().words(), QString());
    }

    void aLowPresentedPageIsLeftToTheMap()
    {
        QVERIFY(m_page->runStrip().isVisible());
        Theme::instance().setPresenting(true);
        m_page->resize(1024, 470); // what a lesson leaves of 1024 × 700
        QVERIFY(!m_page->runStrip().isVisible());
        m_page->resize(1024, 900);
        QVERIFY(m_page->runStrip().isVisible());
        m_page->resize(1024, 470);
        Theme::instance().setPresenting(false);
        QVERIFY(m_page->runStrip().isVisible());
    }

    void wordsNeedAModel()
    {
        m_page->openCollection(QStringLiteral("other"));
        QTRY_VERIFY(settled());
        QVERIFY(!m_page->bar().words()->isEnabled());
        m_page->state().setWords(QStringLiteral("a"));
        QTRY_VERIFY(settled());
        QCOMPARE(m_page->view().colouring().kind, ScatterColouring::Kind::Classes);
    }

    void qualityIsPaintedOnThePoints()
    {
        auto *button = m_inspector->findChild<QPushButton *>(QStringLiteral("quality-recall"));
        QVERIFY(button && button->isVisible());
        QVERIFY2(button->text().contains(QStringLiteral("60")), qPrintable(button->text()));
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(m_page->view().colouring().kind, ScatterColouring::Kind::Values);
        QCOMPARE(m_page->view().colouring().values[20], 0.5f);
        // A map without quality cannot be painted with it: the collection's own colour is shown.
        m_page->showMap(m_page->runs().runs().front().key);
        QCOMPARE(m_page->view().colouring().kind, ScatterColouring::Kind::Classes);
        m_page->measureShown();
        QTRY_VERIFY(m_page->shownRun()->quality && settled());
        QCOMPARE(m_page->view().colouring().kind, ScatterColouring::Kind::Values);
    }

    void aPageMadeWhilePresentingLeavesTheRoomToItsTabs()
    {
        QVERIFY(m_page->findChild<QWidget *>(QStringLiteral("export"))->isVisible());
        m_page.reset();
        m_inspector.reset();
        m_host->projected = true;
        makePage();
        QTRY_VERIFY(settled());
        QVERIFY(!m_page->findChild<QWidget *>(QStringLiteral("export"))->isVisible());
        QVERIFY(!m_page->findChild<QWidget *>(QStringLiteral("lasso"))->isVisible());
    }

    void neighboursOfAPointAreKeptLostAndMadeUp()
    {
        m_page->selection().selectRows({5}, 5);
        QTRY_VERIFY(settled());
        NeighboursView *neighbours = m_page->neighbours();
        QCOMPARE(neighbours->heading(), QStringLiteral("a5"));
        QVERIFY(!neighbours->links().isEmpty());
        int kept = 0, missing = 0, madeUp = 0;
        for (const ScatterLink &link : neighbours->links()) {
            QCOMPARE(link.from, std::int64_t(5));
            kept += link.kind == ScatterLink::Kind::Kept;
            missing += link.kind == ScatterLink::Kind::Missing;
            madeUp += link.kind == ScatterLink::Kind::False;
        }
        QCOMPARE(kept + missing, NeighboursView::kNeighbours);
        QCOMPARE(missing, madeUp);
        QCOMPARE(neighbours->list()->count(), neighbours->links().size());
        // The list leads to the point.
        neighbours->list()->setFocus();
        neighbours->list()->setCurrentRow(0);
        const qint64 row = neighbours->list()->item(0)->data(Qt::UserRole).toLongLong();
        QTest::keyClick(neighbours->list(), Qt::Key_Return);
        QCOMPARE(m_page->selection().current(), std::int64_t(row));
    }

    void selectionIsUndoneAndSent()
    {
        Q_EMIT m_page->view().selectionMade({1, 2, 3}, 3);
        QCOMPARE(m_page->selection().rows(), std::vector<std::int64_t>({1, 2, 3}));
        QVERIFY(workspace().items().isEmpty()); // rows are no items until they are sent
        auto *button = m_page->findChild<QPushButton *>(QStringLiteral("sendToClassify"));
        QVERIFY(button && button->isVisible());
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(m_host->pages.last(), QStringLiteral("orrery.zero-shot"));
        QCOMPARE(m_host->sent.size(), 3);
        QCOMPARE(workspace().item(m_host->sent[0]).name, QStringLiteral("a1"));
        m_page->gather(); // the same items, not copies
        QCOMPARE(workspace().items().size(), 3);
        QCOMPARE(workspace().tray(), m_host->sent);
        // Now they are items: what is selected elsewhere is selected here.
        workspace().select({m_host->sent[1]}, m_host->sent[1]);
        QCOMPARE(m_page->selection().rows(), std::vector<std::int64_t>({2}));
        while (workspace().undoStack().canUndo())
            workspace().undoStack().undo();
        QVERIFY(workspace().items().isEmpty());
        QVERIFY(m_page->selection().rows().empty());
    }

    void withoutAClassifierNothingIsSentThere()
    {
        m_host->otherPages.clear();
        Q_EMIT m_page->view().selectionMade({1}, 1);
        QVERIFY(!m_page->findChild<QPushButton *>(QStringLiteral("sendToClassify"))->isVisible());
        m_page->sendTo(QStringLiteral("orrery.zero-shot"));
        QVERIFY(workspace().items().isEmpty());
    }

    void aPictureFliesAmongItsNeighbours()
    {
        QImage image(16, 16, QImage::Format_RGB32);
        image.fill(Qt::blue);
        const ItemId id = workspace().add(pictureItem(image, QStringLiteral("my drawing")));
        m_page->take({id});
        QTRY_COMPARE(m_page->guests().guests().size(), 1);
        QTRY_VERIFY(settled());
        const Guest &guest = m_page->guests().guests().front();
        // Pictures are the second column, so it lies on a row of the group "b".
        QVERIFY(guest.nearest.front() >= 10 && guest.nearest.front() < 20);
        const std::size_t row = std::size_t(guest.nearest.front());
        const std::vector<float> &at = *m_page->shownRun()->positions;
        QCOMPARE(guest.place, QPointF(at[2 * row], at[2 * row + 1]));
        QTRY_COMPARE(m_page->neighbours()->heading(), QStringLiteral("Most like “my drawing”"));
        // It stands on the next map, too.
        m_page->showMap(m_page->runs().runs().front().key);
        QTRY_VERIFY(settled());
        const std::vector<float> &pca = *m_page->shownRun()->positions;
        QTRY_COMPARE(m_page->guests().guests().front().place, QPointF(pca[2 * row], pca[2 * row + 1]));
        QCOMPARE(m_page->guests().guests().size(), 1);
    }

    void whatIsSentAgainIsPlacedAgain()
    {
        QImage image(16, 16, QImage::Format_RGB32);
        image.fill(Qt::blue);
        const QList<ItemId> ids = workspace().add(QList<Item>{pictureItem(image, QStringLiteral("one")),
                                                              pictureItem(image, QStringLiteral("two")),
                                                              pictureItem(image, QStringLiteral("three"))});
        for (int i = 0; i < 2; ++i) {
            m_page->take(ids);
            QVERIFY(!settled());
            QTRY_VERIFY(settled());
        }
        // Before the first answer came, and while the map changes.
        m_page->take({ids[1], ids[0]});
        m_page->take(ids);
        m_page->showMap(m_page->runs().runs().front().key);
        QTRY_VERIFY(settled());
        QTRY_COMPARE(m_page->guests().guests().size(), 3);
        const auto placed = [this] {
            const std::vector<float> &at = *m_page->shownRun()->positions;
            return std::ranges::all_of(m_page->guests().guests(), [&](const Guest &guest) {
                if (guest.nearest.size() != std::size_t(Guests::kNearest))
                    return false;
                const auto row = std::size_t(guest.nearest.front());
                return guest.place == QPointF(at[2 * row], at[2 * row + 1]);
            });
        };
        QTRY_VERIFY(placed());
    }

    void aPictureOpensTheDrawingsWhereNoModelMadeTheSpace()
    {
        m_page->openCollection(QStringLiteral("other"));
        QTRY_VERIFY(settled());
        QImage image(16, 16, QImage::Format_RGB32);
        image.fill(Qt::blue);
        m_page->take({workspace().add(pictureItem(image, QStringLiteral("my drawing")))});
        QTRY_COMPARE(m_page->shelf().openId(), QStringLiteral("drawings"));
        QTRY_COMPARE(m_page->guests().guests().size(), 1);
    }

    void layersAreLaidOnEachOther()
    {
        auto *play = m_page->findChild<QPushButton *>(QStringLiteral("playLayers"));
        QVERIFY(play);
        m_page->showPart(MapPage::Layers);
        // Not there yet: nothing to play, and that is said.
        QVERIFY(!play->isEnabled());
        QVERIFY(m_page->layerStrip().slider()->accessibleDescription().startsWith(QStringLiteral("Looking at")));
        QTRY_VERIFY(m_page->layerMaps().isComplete());
        QTRY_VERIFY(settled());
        QVERIFY(play->isEnabled());
        QCOMPARE(m_page->layerStrip().slider()->accessibleDescription(), QStringLiteral("Embedding"));
        const QList<MapRun> &layers = m_page->layerMaps().maps();
        QCOMPARE(layers.size(), 3);
        QCOMPARE(m_page->layerStrip().layer(), 2.0);
        // Embedding first, on the map on screen; then each on the one after it.
        {
            const std::lock_guard lock(FakeMaps::instance().mutex);
            const auto &requests = FakeMaps::instance().requests;
            QCOMPARE(requests[requests.size() - 3].alignTo, m_page->shownRun()->positions);
            QCOMPARE(requests[requests.size() - 1].alignTo, layers[1].positions);
        }
        QTest::keyClick(m_page->layerStrip().slider(), Qt::Key_Home);
        QCOMPARE(*m_page->view().positions(), *layers[0].positions);
        m_page->layerStrip().setLayer(0.5);
        QCOMPARE((*m_page->view().positions())[0], ((*layers[0].positions)[0] + (*layers[1].positions)[0]) / 2);
        m_page->layerStrip().play(); // no motion: at once
        QCOMPARE(m_page->layerStrip().layer(), 2.0);
    }

    void collectionsWithoutLayersSaySo()
    {
        QVERIFY(m_page->tabs().isTabEnabled(MapPage::Layers));
        m_page->showPart(MapPage::Layers);
        QTRY_VERIFY(settled());
        m_page->openCollection(QStringLiteral("other"));
        QTRY_VERIFY(settled());
        QVERIFY(!m_page->tabs().isTabEnabled(MapPage::Layers));
        QCOMPARE(m_page->part(), MapPage::Map);
    }

    void theFirstPartOfACollectionIsShownAtOnce()
    {
        m_other->inTwoParts = true;
        m_page->openCollection(QStringLiteral("other"));
        QTRY_COMPARE(m_page->view().count(), std::int64_t(24));
        QVERIFY(m_page->shelf().isLoading());
        QVERIFY(m_page->runs().runs().isEmpty());
        m_other->release();
        QTRY_COMPARE(m_page->view().count(), std::int64_t(48));
        QTRY_VERIFY(settled());
        QCOMPARE(m_page->runs().runs().size(), 2);
    }

    void mapsOfEachCollectionAreKept()
    {
        m_page->openCollection(QStringLiteral("other"));
        QTRY_VERIFY(settled());
        QCOMPARE(m_page->view().count(), std::int64_t(48));
        const int made = FakeMaps::instance().embedded;
        workspace().undoStack().undo();
        QTRY_COMPARE(m_page->view().count(), std::int64_t(40));
        QTRY_VERIFY(settled());
        QCOMPARE(FakeMaps::instance().embedded.load(), made);
        QCOMPARE(m_page->runs().runs().size(), 2);
    }

    void aFailureStandsInPlaceWithItsRemedy()
    {
        FakeMaps::instance().fail = true;
        m_page->state().setParameters({.perplexity = 99}, QStringLiteral("test"));
        m_page->make();
        QTRY_COMPARE(m_page->errorText(), QStringLiteral("The perplexity is 99, and there are only 40 points"));
        QCOMPARE(shown(), QStringLiteral("t-SNE · perplexity 30 · seed 0")); // the map stays
        FakeMaps::instance().fail = false;
        QPushButton *remedy = nullptr;
        for (QPushButton *button : m_page->findChildren<QPushButton *>())
            if (button->text() == QStringLiteral("Usual settings"))
                remedy = button;
        QVERIFY(remedy && remedy->isVisible());
        QTest::mouseClick(remedy, Qt::LeftButton);
        QTRY_VERIFY(settled());
        QCOMPARE(m_page->errorText(), QString());
        QCOMPARE(m_page->state().parameters(), MapParameters());
    }

    void aCollectionThatCannotBeReadLeavesOneButtonAndOneExample()
    {
        m_other->error = QStringLiteral("x.csv: line 3 has 4 cells, expected 5");
        m_page->openCollection(QStringLiteral("other"));
        QTRY_COMPARE(m_page->errorText(), m_other->error);
        QVERIFY(!m_page->view().isVisible());
        QPushButton *example = nullptr;
        for (QPushButton *button : m_page->findChildren<QPushButton *>())
            if (button->text() == QStringLiteral("Show me the drawings"))
                example = button;
        QVERIFY(example && example->isVisible());
        QTest::mouseClick(example, Qt::LeftButton);
        QTRY_VERIFY(settled());
        QVERIFY(m_page->view().isVisible());
        QCOMPARE(m_page->view().count(), std::int64_t(40));
    }

    void wordsThatFailSaySo()
    {
        m_page->state().setWords(QStringLiteral("broken"));
        QTRY_COMPARE(m_page->errorText(), QStringLiteral("model.safetensors of picture-clip is damaged"));
        QCOMPARE(m_page->view().colouring().kind, ScatterColouring::Kind::Classes);
    }

    void preparedFailuresAreTwoMapsSideBySide()
    {
        m_page->showPart(MapPage::Failures);
        auto *button = m_page->findChild<QPushButton *>(QStringLiteral("failure-noise"));
        QVERIFY(button);
        QTest::mouseClick(button, Qt::LeftButton);
        QTRY_VERIFY(settled() && m_page->part() == MapPage::Compare);
        QTRY_VERIFY(m_page->difference() >= 0);
        QCOMPARE(shown(), QStringLiteral("t-SNE · perplexity 3 · seed 0"));
        QCOMPARE(m_page->besideRun()->title(), QStringLiteral("t-SNE · perplexity 30 · seed 0"));
        QCOMPARE(m_page->view().count(), std::int64_t(500));
        auto *story = m_page->findChild<QLabel *>(QStringLiteral("story"));
        QVERIFY(story->isVisible());
        m_page->openCollection(QStringLiteral("drawings"));
        QTRY_VERIFY(settled());
        QVERIFY(!story->isVisible());
    }

    void aFailureThatIsNoLongerWantedDoesNotComeBack()
    {
        auto *story = m_page->findChild<QLabel *>(QStringLiteral("story"));
        const auto choose = [this](const char *name) {
            m_page->showPart(MapPage::Failures);
            QTest::mouseClick(m_page->findChild<QPushButton *>(QLatin1String(name)), Qt::LeftButton);
        };
        // Esc, and its collection is opened all the same.
        choose("failure-noise");
        QVERIFY(m_page->shelf().isLoading());
        QVERIFY(!story->isHidden());
        const QString noise = m_page->shelf().openId();
        QVERIFY(m_page->cancel());
        QVERIFY(story->isHidden());
        m_page->showPart(MapPage::Map);
        m_page->openCollection(noise);
        QTRY_COMPARE(m_page->view().count(), std::int64_t(500));
        QTRY_VERIFY(settled());
        QCOMPARE(m_page->part(), MapPage::Map);
        // Another collection is opened before it has loaded.
        choose("failure-distance");
        QVERIFY(m_page->shelf().isLoading());
        const QString groups = m_page->shelf().openId();
        m_page->showPart(MapPage::Map);
        m_page->openCollection(QStringLiteral("drawings"));
        QTRY_COMPARE(m_page->view().count(), std::int64_t(40));
        QTRY_VERIFY(settled());
        m_page->openCollection(groups);
        QTRY_COMPARE(m_page->view().count(), std::int64_t(600));
        QTRY_VERIFY(settled());
        QCOMPARE(m_page->part(), MapPage::Map);
        QVERIFY(story->isHidden());
    }

    void anExportedMapBringsEverythingBack()
    {
        m_page->state().setParameters({.method = maps::Method::Umap, .neighbours = 7, .seed = 3},
                                      QStringLiteral("test"));
        m_page->make();
        QTRY_VERIFY(settled());
        QTemporaryDir folder;
        for (const char *name : {"m.png", "m.svg", "m.csv"}) {
            m_page->exportTo(folder.filePath(QLatin1String(name)));
            QTRY_VERIFY2(QFileInfo(folder.filePath(QLatin1String(name))).size() > 500, name);
        }
        m_page->state().setParameters({}, QStringLiteral("test"));
        m_page->openCollection(QStringLiteral("other"));
        QTRY_VERIFY(settled());
        const QList<ItemId> ids = workspace().add(QList<Item>{fileItem(folder.filePath(QStringLiteral("m.png")))});
        m_page->take(ids);
        QTRY_VERIFY(settled());
        QTRY_COMPARE(shown(), QStringLiteral("UMAP · 7 neighbours · seed 3"));
        QCOMPARE(m_page->shelf().openId(), QStringLiteral("drawings"));
        QVERIFY(!workspace().contains(ids.front())); // the picture of a map is not placed on it
    }

    void whatCanBeDroppedIsSaid()
    {
        QCOMPARE(m_page->dropText({ItemKind::Picture}), QStringLiteral("Add to map"));
        QCOMPARE(m_page->dropText({ItemKind::Array}), QStringLiteral("Open as map"));
        QCOMPARE(m_page->dropText({ItemKind::Sound}), QString());
    }

    void everyControlHasANameForScreenReaders()
    {
        QStringList nameless;
        for (QWidget *root : {static_cast<QWidget *>(m_page.get()), m_inspector.get()})
            for (QWidget *widget : root->findChildren<QWidget *>()) {
                if (!widget->isVisible() || widget->focusPolicy() == Qt::NoFocus ||
                    qobject_cast<QAbstractScrollArea *>(widget->parentWidget()) ||
                    widget->parentWidget()->inherits("QAbstractSpinBox"))
                    continue;
                const QString text = widget->property("text").toString();
                if (widget->accessibleName().isEmpty() && text.isEmpty() && !widget->inherits("QScrollArea"))
                    nameless.append(QString::fromLatin1(widget->metaObject()->className()) + u' ' +
                                    widget->objectName());
            }
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(u'\n')));
    }
};

QTEST_MAIN(MapPageTest)
#include "map_page_test.moc"
