// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/map_page.h"
#include "plugins/embedding_map/view/map_selection.h"
#include "plugins/embedding_map/view/map_state.h"
#include "plugins/embedding_map/view/run_list.h"
#include "tests/plugins/embedding_map/fake_maps.h"
#include "tests/plugins/fake_host.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QPushButton>
#include <QTest>

using namespace orrery;
using namespace orrery::embedding_map;
using test::FakeHost;
using test::FakeMaps;
using test::FakeSource;

class MapPlayTest : public QObject
{
    Q_OBJECT
    std::unique_ptr<FakeHost> m_host;
    std::unique_ptr<MapPage> m_page;
    std::unique_ptr<QWidget> m_inspector;

    Playable &play() { return *m_page->playable(); }
    void act(const char *action, const QJsonValue &value)
    {
        QCOMPARE(play().refusal(QLatin1String(action), value), QString());
        play().act(QLatin1String(action), value);
        QTRY_VERIFY(play().settled());
    }
    const QJsonObject m_usual{{"as", "PCA start"}, {"method", "tsne"}, {"start", "pca"}, {"seed", 0}};
    const QJsonObject m_random{{"as", "random"}, {"method", "tsne"}, {"start", "random"}, {"seed", 0}};

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
        Sources sources;
        sources.push_back(
            std::make_unique<FakeSource>(QStringLiteral("drawings"), test::fakeCollection(QStringLiteral("drawings"))));
        auto refused =
            std::make_unique<FakeSource>(QStringLiteral("fonts"), test::fakeCollection(QStringLiteral("fonts")));
        refused->refused = QStringLiteral("Install fonts first.");
        sources.push_back(std::move(refused));
        sources.push_back(
            std::make_unique<FakeSource>(QStringLiteral("digits"), test::fakeCollection(QStringLiteral("digits"), 12)));
        m_page = std::make_unique<MapPage>(*m_host, std::move(sources), nullptr);
        m_inspector.reset(m_page->createInspector(nullptr));
        m_page->show();
        QTRY_VERIFY(play().settled());
    }
    void cleanup()
    {
        m_inspector.reset();
        m_page.reset();
        m_host.reset();
    }

    void mapsAreMadeNamedAndRead()
    {
        act("collection", QStringLiteral("digits"));
        act("map", m_usual);
        act("map", m_random);
        const Readings readings = play().readings();
        QCOMPARE(readings.value(QString()).value(QStringLiteral("points")), 48.0);
        QCOMPARE(readings.value(QStringLiteral("PCA start")).value(QStringLiteral("correlation")), 0.7);
        QCOMPARE(readings.value(QStringLiteral("random")).value(QStringLiteral("correlation")), 0.3);
        QCOMPARE(readings.value(QStringLiteral("random")).value(QStringLiteral("recall")), 0.6);
        QCOMPARE(readings.value(QStringLiteral("random")).value(QStringLiteral("loss")), 1.25);
        QCOMPARE(FakeMaps::instance().last().start, maps::Start::Random);
        act("compare", QJsonArray{QStringLiteral("PCA start"), QStringLiteral("random")});
        QTRY_COMPARE(play().readings().value(QString()).value(QStringLiteral("difference")), 0.34);
        QCOMPARE(m_page->part(), MapPage::Compare);
        act("compare", QJsonArray());
        QCOMPARE(m_page->part(), MapPage::Map);
        act("show", QStringLiteral("random"));
        QCOMPARE(m_page->shownRun()->parameters.start, maps::Start::Random);
        act("colour", QStringLiteral("group"));
        QCOMPARE(m_page->colourInUse(), QStringLiteral("fact:0"));
        act("colour", QStringLiteral("recall"));
        QCOMPARE(m_page->colourInUse(), QStringLiteral("recall"));
        act("words", QStringLiteral("b"));
        QTRY_COMPARE(m_page->colourInUse(), QStringLiteral("words"));
        act("point", QStringLiteral("c3"));
        QCOMPARE(m_page->selection().current(), std::int64_t(27));
        act("view", QStringLiteral("failures"));
        QCOMPARE(m_page->part(), MapPage::Failures);
    }

    void stepsOfALessonMayFollowEachOtherAtOnce()
    {
        // The runner does all actions of a step without waiting for any.
        play().act(QStringLiteral("collection"), QStringLiteral("digits"));
        play().act(QStringLiteral("map"), m_random);
        QVERIFY(!play().settled());
        QTRY_VERIFY(play().settled());
        QCOMPARE(m_page->shelf().openId(), QStringLiteral("digits"));
        QTRY_COMPARE(m_page->shownRun()->parameters.start, maps::Start::Random);
        QVERIFY(m_page->shownRun()->complete);
        QCOMPARE(play().readings().value(QStringLiteral("random")).value(QStringLiteral("correlation")), 0.3);
    }

    void whatCannotBeDoneIsRefusedAndNotDone_data()
    {
        QTest::addColumn<QString>("action");
        QTest::addColumn<QJsonValue>("value");
        QTest::newRow("unknown") << "dance" << QJsonValue(1);
        QTest::newRow("no collection") << "collection" << QJsonValue("moon");
        QTest::newRow("missing fonts") << "collection" << QJsonValue("fonts");
        QTest::newRow("no map") << "map" << QJsonValue("tsne");
        QTest::newRow("no method") << "map" << QJsonValue(QJsonObject{{"seed", 1}});
        QTest::newRow("method") << "map" << QJsonValue(QJsonObject{{"method", "magic"}});
        QTest::newRow("unknown field") << "map" << QJsonValue(QJsonObject{{"method", "pca"}, {"colour", "red"}});
        QTest::newRow("perplexity") << "map" << QJsonValue(QJsonObject{{"method", "tsne"}, {"perplexity", -3}});
        QTest::newRow("one map") << "compare" << QJsonValue(QJsonArray{"a"});
        QTest::newRow("words") << "words" << QJsonValue(3);
        QTest::newRow("view") << "view" << QJsonValue(3);
    }
    void whatCannotBeDoneIsRefusedAndNotDone()
    {
        QFETCH(QString, action);
        QFETCH(QJsonValue, value);
        QVERIFY(!play().refusal(action, value).isEmpty());
        const WorkspaceState before = m_host->workspace().state();
        play().act(action, value);
        QCOMPARE(m_host->workspace().state().values, before.values);
    }

    void storedNumbersAreShownUntilSomethingElseIsAsked()
    {
        act("map", m_usual);
        play().showReadings({{"PCA start", {{"recall", 0.99}}}});
        auto *recall = m_inspector->findChild<QPushButton *>(QStringLiteral("quality-recall"));
        QVERIFY2(recall->text().startsWith(QStringLiteral("99")), qPrintable(recall->text()));
        QCOMPARE(play().readings().value(QStringLiteral("PCA start")).value(QStringLiteral("recall")), 0.99);
        act("map", m_random);
        QCOMPARE(play().readings().value(QStringLiteral("PCA start")).value(QStringLiteral("recall")), 0.6);
    }

    void aFailureIsTrouble()
    {
        QCOMPARE(play().trouble(), QString());
        FakeMaps::instance().fail = true;
        act("map", m_random);
        QTRY_VERIFY(play().trouble().contains(QLatin1String("perplexity")));
        FakeMaps::instance().fail = false;
    }

    void everyControlItNamesIsThere()
    {
        for (const QString &name : play().controls())
            QVERIFY2(play().control(name), qPrintable(name));
        QVERIFY(!play().control(QStringLiteral("nothing")));
    }

    void whatIsSetAsideComesBack()
    {
        Workspace &workspace = m_host->workspace();
        m_page->state().setParameters({.seed = 4}, QStringLiteral("test"));
        m_page->make();
        QTRY_VERIFY(play().settled());
        workspace.setAside();
        QTRY_VERIFY(play().settled());
        act("collection", QStringLiteral("digits"));
        act("map", m_random);
        workspace.bringBack();
        QTRY_VERIFY(play().settled());
        QCOMPARE(m_page->shelf().openId(), QStringLiteral("drawings"));
        QCOMPARE(m_page->state().parameters().seed, qint64(4));
        QTRY_COMPARE(m_page->shownRun()->parameters.seed, qint64(4));
        QCOMPARE(m_page->view().positions(), m_page->shownRun()->positions);
    }
};

QTEST_MAIN(MapPlayTest)
#include "map_play_test.moc"
