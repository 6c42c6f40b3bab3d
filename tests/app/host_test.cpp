// SPDX-License-Identifier: Apache-2.0
#include "app/host/crash_marker.h"
#include "app/host/host.h"
#include "app/host/stall_meter.h"
#include "engine/core/job_registry.h"
#include "orrery/page.h"
#include "tests/engine/core/plain_runtime.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

using namespace orrery;

namespace {

struct Number
{
    int value = 0;
};
constexpr JobType<Number, Number> kDouble{"host_test.double"};
Task<Number> doubled(EngineScope &scope, Number request)
{
    co_await scope.step();
    co_return Number{request.value * 2};
}
ORRERY_JOB(kDouble, doubled)

class RuntimeWithoutJobs final : public test::PlainRuntime
{
public:
    void loadJobs(const std::string &path) override { throw Exception(ErrorCode::ModelFile, path + " has no jobs"); }
};

std::unique_ptr<Runtime> plainRuntime(const EngineSettings &)
{
    return std::make_unique<RuntimeWithoutJobs>();
}

const QString kFixtures = QStringLiteral(ORRERY_PLUGIN_FIXTURES);

} // namespace

class HostTest : public QObject
{
    Q_OBJECT
    QTemporaryDir m_folder;
    QString settingsFile() const
    {
        return m_folder.filePath(QStringLiteral("%1.ini").arg(QUuid::createUuid().toString()));
    }
    static PluginEntry inspect(const char *name)
    {
        return PluginManager::inspect(kFixtures + QStringLiteral("/orrery_plugin_") + QLatin1String(name) +
                                          QStringLiteral(".so"),
                                      PluginAbi::ours());
    }

private Q_SLOTS:
    // Settings ------------------------------------------------------------------------------------------------------
    void settingsAreRemembered()
    {
        const QString file = settingsFile();
        {
            Settings settings(file);
            QCOMPARE(settings.scheme(), Scheme::System);
            settings.setScheme(Scheme::Dark);
            settings.setDevice(DeviceChoice::Cpu);
            settings.setThreads(3);
            settings.setMemoryBudgetGiB(1.5);
            settings.setOffline(true);
            settings.setPluginDisabled(QStringLiteral("a.b"), true);
        }
        Settings settings(file);
        QCOMPARE(settings.scheme(), Scheme::Dark);
        QCOMPARE(settings.engineSettings().device, DeviceChoice::Cpu);
        QCOMPARE(settings.engineSettings().threads, 3);
        QCOMPARE(settings.engineSettings().memoryBudgetBytes, std::uint64_t(1536) << 20);
        QVERIFY(settings.offline());
        QCOMPARE(settings.disabledPlugins(), QStringList{QStringLiteral("a.b")});
    }

    void absurdSettingsFromAFileAreBounded()
    {
        Settings settings(settingsFile());
        settings.setValue(QStringLiteral("engine/threads"), -5);
        settings.setValue(QStringLiteral("engine/memoryBudgetGiB"), QStringLiteral("nan"));
        settings.setValue(QStringLiteral("engine/device"), QStringLiteral("quantum"));
        QCOMPARE(settings.threads(), 0);
        QCOMPARE(settings.memoryBudgetGiB(), 0.0);
        QCOMPARE(settings.device(), DeviceChoice::Auto);
    }

    void whatTheEngineWasStartedWithDecidesOnARestart()
    {
        Settings settings(settingsFile());
        const EngineSettings started = settings.engineSettings();
        QVERIFY(!settings.needsRestart(started));
        settings.setDevice(DeviceChoice::Cuda);
        QVERIFY(settings.needsRestart(started));
        settings.setDevice(DeviceChoice::Auto);
        QVERIFY(!settings.needsRestart(started));
    }

    // Completions ---------------------------------------------------------------------------------------------------
    void answersComeOnTheInterfaceThread()
    {
        Host host(settingsFile());
        host.engineService().start({}, plainRuntime);
        int answer = 0;
        QThread *thread = nullptr;
        host.submit(this, kDouble, {21}, {}, [&](const Result<Number> &result) {
            answer = result->value;
            thread = QThread::currentThread();
        });
        QTRY_COMPARE(answer, 42);
        QCOMPARE(thread, QThread::currentThread());
    }

    void answersAreDroppedWhenTheOwnerIsGone()
    {
        Host host(settingsFile());
        host.engineService().start({}, plainRuntime);
        bool called = false, second = false;
        auto owner = std::make_unique<QObject>();
        const JobControl job =
            host.submit(owner.get(), kDouble, {1}, {}, [&](const Result<Number> &) { called = true; });
        owner.reset();
        host.submit(this, kDouble, {2}, {}, [&](const Result<Number> &) { second = true; });
        QTRY_VERIFY(second); // comes after the first, in the same lane
        QTRY_VERIFY(job.finished());
        QVERIFY(!called);
    }

    void theProgramMayEndWhileAnswersAreOnTheirWay()
    {
        std::atomic<int> called = 0;
        {
            Host host(settingsFile());
            host.engineService().start({}, plainRuntime);
            for (int i = 0; i < 50; ++i)
                host.submit(this, kDouble, {i}, {}, [&](const Result<Number> &) { ++called; });
        }
        QCoreApplication::processEvents();
        QCOMPARE(called.load(), 0); // nobody read the event loop in between, and nothing crashed
    }

    void commandsGoAwayWithTheirOwner()
    {
        Host host(settingsFile());
        auto owner = std::make_unique<QObject>();
        int runs = 0;
        host.addCommand(owner.get(), {QStringLiteral("a"), QStringLiteral("A"), {}, [&] { ++runs; }, {}});
        const std::vector<Command> kept = host.commands();
        QCOMPARE(kept.size(), std::size_t(1));
        kept[0].run();
        owner.reset();
        QVERIFY(host.commands().empty());
        kept[0].run(); // a palette still open holds it
        QCOMPARE(runs, 1);
    }

    // Plugins -------------------------------------------------------------------------------------------------------
    void aFittingPluginIsFound()
    {
        const PluginEntry entry = inspect("good");
        QCOMPARE(entry.state, PluginState::Found);
        QCOMPARE(entry.id, QStringLiteral("test.good"));
        QCOMPARE(entry.word, QStringLiteral("Good"));
    }

    void pluginsThatDoNotFitAreRefusedWithTheRemedy_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("says");
        QTest::newRow("sdk") << "old_sdk"
                             << "version 0 of the plugin interface";
        QTest::newRow("headers") << "older_headers"
                                 << "built for another Orrery (interface 0123456789ab; ";
        QTest::newRow("Qt") << "newer_qt"
                            << "built with Qt 6.99.0";
        QTest::newRow("LibTorch") << "other_torch"
                                  << "LibTorch 1.0.0";
        QTest::newRow("engine") << "older_engine"
                                << "Its models were built for another Orrery (engine ba9876543210; ";
        QTest::newRow("jobs missing") << "lost_jobs"
                                      << "is missing beside it";
    }
    void pluginsThatDoNotFitAreRefusedWithTheRemedy()
    {
        QFETCH(QString, name);
        QFETCH(QString, says);
        const PluginEntry entry = inspect(qPrintable(name));
        QCOMPARE(entry.state, PluginState::Refused);
        QVERIFY2(entry.reason.contains(says), qPrintable(entry.reason));
        QVERIFY2(entry.reason.contains(QLatin1String("again")), qPrintable(entry.reason));
    }

    void refusedPluginsRunNoCode()
    {
        // The fixture's static initialiser says in the environment that it ran.
        qunsetenv("ORRERY_FIXTURE_RAN");
        QCOMPARE(inspect("old_sdk").state, PluginState::Refused);
        QVERIFY(!qEnvironmentVariableIsSet("ORRERY_FIXTURE_RAN"));
    }

    void aFileThatIsNoPluginIsRefused()
    {
        const QString file = m_folder.filePath(QStringLiteral("orrery_plugin_junk.so"));
        QFile junk(file);
        QVERIFY(junk.open(QIODevice::WriteOnly));
        junk.write("this is not a library");
        junk.close();
        const PluginEntry entry = PluginManager::inspect(file, PluginAbi::ours());
        QCOMPARE(entry.state, PluginState::Refused);
        QVERIFY(entry.reason.contains(QLatin1String("not a plugin")));
    }

    void aPluginThatThrowsIsDisabledAndSaysWhy()
    {
        Host host(settingsFile());
        PluginManager &plugins = host.plugins();
        plugins.discover(kFixtures);
        plugins.startAll();
        QWidget parent;
        QCOMPARE(plugins.find(QStringLiteral("test.throws"))->state, PluginState::Ready);
        QVERIFY(!plugins.createPage(QStringLiteral("test.throws"), host, &parent));
        const PluginEntry *entry = plugins.find(QStringLiteral("test.throws"));
        QCOMPARE(entry->state, PluginState::Failed);
        QVERIFY2(entry->reason.contains(QLatin1String("the fixture always throws")), qPrintable(entry->reason));
        // The others go on.
        const std::unique_ptr<Page> page(plugins.createPage(QStringLiteral("test.good"), host, nullptr));
        QVERIFY(page);
    }

    void aFailedSelfTestKeepsThePageOut()
    {
        Host host(settingsFile());
        host.engineService().start({}, plainRuntime);
        PluginManager &plugins = host.plugins();
        plugins.discover(kFixtures);
        plugins.startAll();
        const auto entry = [&] { return plugins.find(QStringLiteral("test.self_test")); };
        QTRY_COMPARE(entry()->state, PluginState::Failed); // its job exists nowhere
        QVERIFY2(entry()->reason.startsWith(QLatin1String("Its self-test failed:")), qPrintable(entry()->reason));
        QVERIFY(!plugins.createPage(entry()->id, host, nullptr));
    }

    void aDisabledPluginStaysOffAtTheNextStart()
    {
        const QString file = settingsFile();
        {
            Host host(file);
            host.plugins().discover(kFixtures);
            host.plugins().setEnabled(QStringLiteral("test.good"), false);
        }
        Host host(file);
        host.plugins().discover(kFixtures);
        QCOMPARE(host.plugins().find(QStringLiteral("test.good"))->state, PluginState::Disabled);
        host.plugins().setEnabled(QStringLiteral("test.good"), true);
        QCOMPARE(host.plugins().find(QStringLiteral("test.good"))->state, PluginState::Ready);
    }

    void aHeldPluginWaitsUntilAsked()
    {
        Host host(settingsFile());
        host.plugins().discover(kFixtures, QStringLiteral("test.good"), QStringLiteral("It was open when…"));
        host.plugins().startAll();
        QCOMPARE(host.plugins().find(QStringLiteral("test.good"))->state, PluginState::Held);
        QVERIFY(!host.plugins().createPage(QStringLiteral("test.good"), host, nullptr));
        host.plugins().retry(QStringLiteral("test.good"));
        QCOMPARE(host.plugins().find(QStringLiteral("test.good"))->state, PluginState::Ready);
    }

    // Crash marker --------------------------------------------------------------------------------------------------
    void anOrdinaryEndLeavesNoMarker()
    {
        const QString file = m_folder.filePath(QStringLiteral("marker-a"));
        {
            CrashMarker marker(file);
            marker.setActive(QStringLiteral("p"), QStringLiteral("P"));
            marker.clear();
        }
        QVERIFY(!CrashMarker(file).lastDeath());
    }

    void aCrashNamesThePluginAndTheSignal()
    {
        const QString file = m_folder.filePath(QStringLiteral("marker-b"));
        const pid_t child = ::fork();
        if (child == 0) {
            CrashMarker marker(file);
            marker.setActive(QStringLiteral("test.good"), QStringLiteral("Good"));
            marker.catchFatalSignals();
            ::raise(SIGFPE);
            ::_exit(0);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        QVERIFY(WIFSIGNALED(status));
        const CrashMarker marker(file);
        QVERIFY(marker.lastDeath());
        QCOMPARE(marker.lastDeath()->plugin, QStringLiteral("test.good"));
        QCOMPARE(marker.lastDeath()->signal, int(SIGFPE));
        QVERIFY(marker.lastDeath()->suspicious());
    }

    void beingKilledIsSuspiciousOnlyWhenItRepeats()
    {
        const QString file = m_folder.filePath(QStringLiteral("marker-c"));
        for (int start = 0; start < 2; ++start) {
            CrashMarker marker(file); // the program goes away without clear()
            QCOMPARE(marker.lastDeath().has_value(), start > 0);
            if (start > 0)
                QVERIFY(!marker.lastDeath()->suspicious());
            marker.setActive(QStringLiteral("p"), QStringLiteral("P"));
        }
        QVERIFY(CrashMarker(file).lastDeath()->suspicious());
    }

    // Others ----------------------------------------------------------------------------------------------------------
    void percentilesAreNearestRank()
    {
        std::vector<double> values;
        for (int i = 100; i >= 1; --i)
            values.push_back(i);
        QCOMPARE(StallMeter::percentile(values, 0.99), 99.0);
        QCOMPARE(StallMeter::percentile(values, 0.5), 50.0);
        QCOMPARE(StallMeter::percentile(values, 1), 100.0);
        QCOMPARE(StallMeter::percentile({}, 0.5), 0.0);
    }

    void theStallMeterSeesAStall()
    {
        StallMeter meter;
        meter.start();
        QTest::qWait(60);
        QThread::msleep(120); // the interface thread does something long
        QTest::qWait(60);
        meter.stop();
        QVERIFY(StallMeter::percentile(meter.waitsMs(), 1) >= 100);
    }

    void damagedFilesEndInOneListAndLeaveTheWorkspace()
    {
        Workspace workspace;
        PictureLoader loader(workspace);
        QSignalSpy unreadable(&loader, &PictureLoader::unreadable);
        QList<Item> items;
        for (const char *name : {"one.png", "two.png"}) {
            QFile file(m_folder.filePath(QLatin1String(name)));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write("\x89PNG\r\n\x1a\n and then nothing");
            items.append(fileItem(file.fileName()));
        }
        const QString good = m_folder.filePath(QStringLiteral("good.png"));
        QImage image(3000, 10, QImage::Format_RGB32);
        image.fill(Qt::blue);
        QVERIFY(image.save(good));
        items.append(fileItem(good));
        const QList<ItemId> ids = workspace.add(items);
        QTRY_COMPARE(unreadable.count(), 1);
        QCOMPARE(unreadable[0][0].toStringList().size(), 2);
        QCOMPARE(workspace.items(), QList<ItemId>{ids[2]});
        QCOMPARE(workspace.item(ids[2]).picture.width(), PictureLoader::kLongest);
    }
};

QTEST_MAIN(HostTest)
#include "host_test.moc"
