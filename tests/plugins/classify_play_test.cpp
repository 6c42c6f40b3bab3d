// SPDX-License-Identifier: Apache-2.0
#include "plugins/zero_shot/view/classify_inspector.h"
#include "plugins/zero_shot/view/classify_page.h"
#include "plugins/zero_shot/view/classify_state.h"
#include "plugins/zero_shot/view/picture_panel.h"
#include "plugins/zero_shot/view/rank_view.h"
#include "tests/plugins/fake_host.h"
#include "widgets/ranking/ranked_panel.h"

#include <QJsonArray>
#include <QTest>

#include <cmath>

using namespace orrery;
using namespace orrery::zero_shot;
using test::FakeClip;
using test::FakeHost;

class ClassifyPlayTest : public QObject
{
    Q_OBJECT
    std::unique_ptr<FakeHost> m_host;
    std::unique_ptr<ClassifyPage> m_page;
    std::unique_ptr<QWidget> m_inspector;

    Playable &play() { return *m_page->playable(); }
    void act(const char *action, const QJsonValue &value)
    {
        QCOMPARE(play().refusal(QLatin1String(action), value), QString());
        play().act(QLatin1String(action), value);
        QTRY_VERIFY(play().settled());
    }
    const QJsonArray m_names{QStringLiteral("fox"), QStringLiteral("cat")};

private Q_SLOTS:
    void initTestCase()
    {
        Theme::instance().apply(*qApp);
        Theme::instance().setMotion(false);
        test::registerFakeClip();
    }
    void init()
    {
        FakeClip::instance().fail = false;
        m_host = std::make_unique<FakeHost>();
        m_page = std::make_unique<ClassifyPage>(*m_host);
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

    void actionsChangeWhatIsAskedAndReadingsAreWhatIsShown()
    {
        act("picture", QStringLiteral("examples/cat.png"));
        act("names", m_names);
        act("addName", QStringLiteral("wolf"));
        act("addName", QStringLiteral("Wolf")); // is there
        QCOMPARE(m_page->state().labels(), (QStringList{"fox", "cat", "wolf"}));
        const Readings readings = play().readings();
        QCOMPARE(m_page->rankView().panel()->answer(), QStringLiteral("cat"));
        QCOMPARE(readings.value(QStringLiteral("cat")).value(QStringLiteral("cosine")), 0.8);
        double sum = 0;
        for (const char *name : {"fox", "cat", "wolf"})
            sum += readings.value(QLatin1String(name)).value(QStringLiteral("share"));
        QVERIFY(std::fabs(sum - 1) < 1e-9);
        act("removeName", QStringLiteral("cat"));
        QVERIFY(!play().readings().contains(QStringLiteral("cat")));
        act("measure", QStringLiteral("cosine"));
        QVERIFY(!play().readings().value(QStringLiteral("fox")).contains(QStringLiteral("share")));
        act("temperature", 0.5);
        QCOMPARE(m_page->state().temperature(), 0.5);
        act("temperature", QStringLiteral("own"));
        QCOMPARE(m_page->state().temperature(), 0.0);
        act("prompts", QJsonArray{QStringLiteral("a drawing of {}")});
        QCOMPARE(m_page->state().templates(), QStringList{"a drawing of {}"});
        act("view", QStringLiteral("matrix"));
        QCOMPARE(m_page->part(), ClassifyPage::Matrix);
    }

    void whatCannotBeDoneIsRefusedAndNotDone_data()
    {
        QTest::addColumn<QString>("action");
        QTest::addColumn<QJsonValue>("value");
        QTest::newRow("unknown") << "dance" << QJsonValue(1);
        QTest::newRow("missing picture") << "picture" << QJsonValue("examples/none.png");
        QTest::newRow("no picture") << "picture" << QJsonValue("examples/fox.svg.txt");
        QTest::newRow("outside") << "picture" << QJsonValue("../../etc/passwd");
        QTest::newRow("absolute") << "picture" << QJsonValue("/etc/passwd");
        QTest::newRow("no names") << "names" << QJsonValue(QJsonArray());
        QTest::newRow("empty name") << "addName" << QJsonValue("  ");
        QTest::newRow("measure") << "measure" << QJsonValue("probability");
        QTest::newRow("cold") << "temperature" << QJsonValue(-1);
        QTest::newRow("prompt") << "prompts" << QJsonValue(QJsonArray{QStringLiteral("a drawing")});
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
        QCOMPARE(m_host->workspace().state().order, before.order);
    }

    void storedNumbersAreShownUntilSomethingElseIsAsked()
    {
        act("names", m_names);
        play().showReadings({{"fox", {{"share", 0.2}, {"cosine", 0.1}}}, {"cat", {{"share", 0.8}, {"cosine", 0.3}}}});
        QCOMPARE(m_page->rankView().panel()->heading(),
                 QStringLiteral("cat · rank 1 of 2 · 80\u00A0% share among these 2"));
        act("addName", QStringLiteral("owl"));
        QCOMPARE(m_page->rankView().panel()->answer(), QStringLiteral("fox"));
    }

    void aFailureIsTrouble()
    {
        act("names", m_names);
        QCOMPARE(play().trouble(), QString());
        FakeClip::instance().fail = true;
        act("addName", QStringLiteral("owl"));
        QTRY_VERIFY(play().trouble().contains(QLatin1String("damaged")));
        FakeClip::instance().fail = false;
    }

    void theViewComesBack()
    {
        m_page->pictures().setSketching(true);
        const QJsonObject view = play().view();
        play().setView({});
        QVERIFY(!m_page->pictures().isSketching());
        m_page->showPart(ClassifyPage::Vary);
        play().setView(view);
        QVERIFY(m_page->pictures().isSketching());
        QCOMPARE(m_page->part(), ClassifyPage::Rank);
    }

    void everyControlItNamesIsThere()
    {
        for (const QString &name : play().controls())
            QVERIFY2(play().control(name), qPrintable(name));
        QVERIFY(!play().control(QStringLiteral("nothing")));
    }

    void whatIsSetAsideComesBackRanked()
    {
        Workspace &workspace = m_host->workspace();
        const ItemId fox = workspace.selectedPicture().id;
        const QStringList names = m_page->state().labels();
        workspace.setAside();
        act("picture", QStringLiteral("examples/cat.png"));
        act("names", m_names);
        workspace.bringBack();
        QTRY_VERIFY(play().settled());
        QCOMPARE(workspace.selectedPicture().id, fox);
        QCOMPARE(m_page->state().labels(), names);
        QTRY_COMPARE(m_page->rankView().panel()->answer(), QStringLiteral("fox"));
        QCOMPARE(m_page->rankView().panel()->ranking().size(), int(names.size()));
    }
};

QTEST_MAIN(ClassifyPlayTest)
#include "classify_play_test.moc"
