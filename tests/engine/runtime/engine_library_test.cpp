// SPDX-License-Identifier: Apache-2.0
// Links the core only, as the programs do: LibTorch comes with the engine's library, on the engine thread.
#include "engine/core/engine_library.h"
#include "engine/core/engine_thread.h"

#include <QtTest>

#include <fstream>

using namespace orrery;

namespace {

bool isLoaded(const std::string &library)
{
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        if (line.find(library) != std::string::npos)
            return true;
    }
    return false;
}

} // namespace

class EngineLibraryTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void libTorchComesWithTheEngineAndItsProductIsInUse()
    {
        QVERIFY(!isLoaded("libtorch_cpu"));
        EngineThread engine;
        QVERIFY(!isLoaded("libtorch_cpu"));
        EngineSettings settings;
        settings.device = DeviceChoice::Cpu;
        settings.threads = 1;
        settings.memoryBudgetBytes = 1000000000;
        engine.start(settings);
        const Result<RuntimeInfo> info = engine.waitUntilReady();
        QVERIFY2(info, info ? "" : (info.error().message + " " + info.error().context).c_str());
        QVERIFY(isLoaded("libtorch_cpu"));
        QVERIFY2(info->blasLibrary.find("libtorch_cpu") != std::string::npos, info->blasLibrary.c_str());
        QCOMPARE(info->threads, 1);
        QCOMPARE(info->memoryBudgetBytes, std::uint64_t(1000000000));
        QVERIFY(!info->torchVersion.empty());
        QVERIFY(!libraryFolder().empty());
    }
};

QTEST_GUILESS_MAIN(EngineLibraryTest)
#include "engine_library_test.moc"
