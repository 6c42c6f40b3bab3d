// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/bench.h"
#include "tests/engine/job_engine.h"

#include <QCoreApplication>
#include <QProcess>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace orrery::test {

/// What `digest` makes of an engine in another process, with its own number of threads, alone or beside another job:
/// LibTorch is started once in each, and nothing is cached. Goes with mainWithDigest. Empty when that process failed.
inline QString digestElsewhere(const char *threads, const char *company)
{
    QProcess process;
    process.start(QCoreApplication::applicationFilePath(), {"--digest", threads, company});
    if (!process.waitForFinished(120000) || process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0)
        return {};
    return QString::fromUtf8(process.readAllStandardOutput()).trimmed();
}

/// A test program's main that is also the other process: `--digest THREADS alone|busy` prints the digest.
/// @param digest  a hash in hexadecimal, or an error's sentence
template <class Test>
int mainWithDigest(int argc, char **argv, std::string (*digest)(JobEngine &engine))
{
    if (argc != 4 || std::strcmp(argv[1], "--digest") != 0) {
        const QCoreApplication app(argc, argv);
        Test test;
        return QTest::qExec(&test, argc, argv);
    }
    JobEngine engine(std::atoi(argv[2]));
    JobControl busy;
    if (std::strcmp(argv[3], "busy") == 0) {
        JobOptions options;
        options.lane = Lane::Interactive; // round robin with what is measured
        busy = engine.thread().submit(bench::kBusy, {.seconds = 100, .stepMs = 2}, options);
    }
    std::puts(digest(engine).c_str());
    if (!busy.valid())
        return 0;
    const bool worked = busy.record().steps > 0;
    busy.cancel();
    return worked ? 0 : 2;
}

} // namespace orrery::test
