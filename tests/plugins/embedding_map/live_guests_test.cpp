// SPDX-License-Identifier: Apache-2.0
// What another page hears, on a map that stands still.
#include "plugins/embedding_map/view/live_guests.h"

#include "orrery/live_rows.h"
#include "plugins/embedding_map/view/live_trail.h"
#include "plugins/embedding_map/view/map_maker.h"
#include "plugins/embedding_map/view/map_page.h"
#include "plugins/embedding_map/view/run_list.h"
#include "tests/plugins/embedding_map/fake_maps.h"
#include "tests/plugins/fake_host.h"

#include <QApplication>
#include <QJsonObject>
#include <QLabel>
#include <QPushButton>
#include <QTest>

#include <cmath>
#include <numbers>

using namespace orrery;
using namespace orrery::embedding_map;
using test::FakeHost;
using test::FakeMaps;

namespace {

const LiveRows::Kind kHeard{QStringLiteral("speech-hubert"), QStringLiteral("HuBERT"), 4};
constexpr int kFrames = 24, kWidth = 8;

/// Row i of a stream: on a circle, so that nothing is as much like it as itself.
QList<float> frameOf(int i)
{
    const double angle = 2 * std::numbers::pi * i / kFrames;
    QList<float> values(kWidth, 0.0F);
    values[0] = float(std::cos(angle));
    values[1] = float(std::sin(angle));
    return values;
}

} // namespace

class LiveGuestsTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<FakeHost> m_host;
    std::unique_ptr<MapPage> m_page;

    LiveRows &rows() { return LiveRows::of(m_host->workspace()); }
    QLabel &text() { return *m_page->findChild<QLabel *>(QStringLiteral("liveText")); }

    /// A recording's frames, as the page Speech sends them.
    void openFrames(const QString &model = kHeard.model, int layer = kHeard.layer)
    {
        QList<Item> items;
        for (int i = 0; i < kFrames; ++i) {
            Item item;
            item.kind = ItemKind::Array;
            item.name = QStringLiteral("frame %1").arg(i);
            item.values = frameOf(i);
            item.shape = {kWidth};
            item.recipe = QJsonObject{{QStringLiteral("model"), model},
                                      {QStringLiteral("layer"), layer},
                                      {QStringLiteral("collection"), QStringLiteral("Frames of a sentence")}};
            items.append(item);
        }
        m_page->take(m_host->workspace().add(items));
        QTRY_VERIFY(!m_page->isBusy() && m_page->shownRun() && m_page->shownRun()->complete &&
                    m_page->view().count() == kFrames);
    }
    void hear(int from, int to)
    {
        QList<LiveRows::Row> news;
        for (int i = from; i < to; ++i)
            news.append({frameOf(i), QStringLiteral("unit %1").arg(i), 0.02 * i});
        rows().put(kHeard, news);
    }

private Q_SLOTS:
    void initTestCase()
    {
        Theme::instance().apply(*qApp);
        Theme::instance().setMotion(false);
        if (qEnvironmentVariableIsSet("ORRERY_DARK"))
            Theme::instance().setScheme(Scheme::Dark);
        test::registerFakeMaps();
    }
    void init()
    {
        FakeMaps::instance().reset();
        m_host = std::make_unique<FakeHost>();
        Sources sources;
        sources.push_back(std::make_unique<test::FakeSource>(QStringLiteral("drawings"),
                                                             test::fakeCollection(QStringLiteral("drawings"))));
        m_page = std::make_unique<MapPage>(*m_host, std::move(sources), nullptr);
        m_page->resize(896, 640);
        m_page->show();
        QTRY_VERIFY(!m_page->isBusy());
    }
    void cleanup()
    {
        FakeMaps::instance().hold = false;
        m_page.reset();
        m_host.reset();
    }

    void whatIsHeardMovesOverTheMap()
    {
        openFrames();
        QCOMPARE(m_page->shelf().find(m_page->shelf().openId())->title(), QStringLiteral("Frames of a sentence"));
        QVERIFY(text().isHidden() || !text().isVisible());
        rows().begin({kHeard.model, kHeard.name, -1});
        QVERIFY(rows().refusal().isEmpty());
        QVERIFY(text().isVisible());
        const ScatterPositions map = m_page->view().positions();
        const int made = FakeMaps::instance().embedded;
        for (int i = 0; i < kFrames; i += 3) {
            hear(i, i + 3);
            QTRY_COMPARE(m_page->live().placedRows(), std::int64_t(i + 3));
            // Each stands where the point of the map stands that it is most alike.
            const QPointF expected = m_page->view().toWidget({(*map)[2 * (i + 2)], (*map)[2 * (i + 2) + 1]});
            QVERIFY(QLineF(m_page->trail().newest(), expected).length() < 1);
        }
        QCOMPARE(m_page->trail().count(), kFrames);
        QVERIFY(m_page->trail().isVisible());
        QVERIFY(text().text().contains(QStringLiteral("unit ")));
        QCOMPARE(FakeMaps::instance().embedded.load(), made); // it stood still
        QVERIFY(m_page->view().positions() == map);
        if (const QString folder = qEnvironmentVariable("ORRERY_GRABS"); !folder.isEmpty())
            m_page->grab().save(folder + QStringLiteral("/live-trail.png"));
        QTRY_COMPARE_WITH_TIMEOUT(m_page->trail().count(), 0, LiveTrail::kKeptMs + 3000); // it fades
        QVERIFY(!m_page->trail().isVisible());
        QTRY_VERIFY(text().text().contains(QStringLiteral("speak, or play"))); // what was heard is no longer of now
    }

    void aMapOfSomethingElseIsRefusedInASentence()
    {
        rows().begin(kHeard); // over the drawings
        QVERIFY(text().text().contains(QStringLiteral("not what HuBERT hears")));
        QCOMPARE(rows().refusal(), text().text());
        hear(0, 3);
        openFrames(kHeard.model, 2);
        QTRY_VERIFY(text().text().contains(QStringLiteral("another layer of HuBERT (2")));
        hear(3, 6);
        QTest::qWait(50);
        QCOMPARE(m_page->live().placedRows(), std::int64_t(0));
        QCOMPARE(m_page->trail().count(), 0);
        openFrames();
        QTRY_VERIFY(rows().refusal().isEmpty());
        hear(6, 9);
        QTRY_COMPARE(m_page->live().placedRows(), std::int64_t(3));
        rows().put({QStringLiteral("mfcc"), QStringLiteral("MFCC"), 0}, {}); // another model is chosen there
        QVERIFY(text().text().contains(QStringLiteral("not what MFCC hears")));
        QCOMPARE(m_page->trail().count(), 0);
    }

    void nothingComesWhileTheMapMoves()
    {
        openFrames();
        rows().begin(kHeard);
        FakeMaps::instance().hold = true;
        MapParameters other;
        other.seed = 7;
        m_page->makeMap(other);
        QTRY_VERIFY(m_page->maker().isRunning() && m_page->shownRun() && !m_page->shownRun()->complete);
        QTRY_VERIFY(text().text().contains(QStringLiteral("as soon as the map stands still")));
        hear(0, 3);
        QTest::qWait(50);
        QCOMPARE(m_page->live().placedRows(), std::int64_t(0));
        FakeMaps::instance().hold = false;
        QTRY_VERIFY(!m_page->isBusy());
        hear(3, 6);
        QTRY_COMPARE(m_page->live().placedRows(), std::int64_t(3));
    }

    void theNewestWinWhenPlacesComeSlowly()
    {
        openFrames();
        rows().begin(kHeard);
        for (int i = 0; i < 400; ++i) // faster than any answer: the window never waits for one
            hear(i, i + 1);
        QTRY_VERIFY(m_page->live().placedRows() + m_page->live().leftOut() == 400);
        QVERIFY(m_page->live().leftOut() > 0);
        QVERIFY(text().isVisible());
    }

    void aPageThatNobodySeesAsksForNothing()
    {
        openFrames();
        rows().begin(kHeard);
        m_page->hidden();
        hear(0, 6);
        QTest::qWait(50);
        QCOMPARE(m_page->live().placedRows(), std::int64_t(0));
        m_page->shown();
        hear(6, 9);
        QTRY_COMPARE(m_page->live().placedRows(), std::int64_t(3));
    }

    void eitherSideStops()
    {
        openFrames();
        rows().begin(kHeard);
        hear(0, 3);
        QTRY_COMPARE(m_page->trail().count(), 3);
        m_page->findChild<QPushButton *>(QStringLiteral("stopFollowing"))->click();
        QVERIFY(!rows().isOn());
        QCOMPARE(m_page->trail().count(), 0);
        QVERIFY(!text().isVisible());
        hear(3, 6); // nobody takes them
        QTest::qWait(50);
        QCOMPARE(m_page->trail().count(), 0);
    }
};

QTEST_MAIN(LiveGuestsTest)
#include "live_guests_test.moc"
