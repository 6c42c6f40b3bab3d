// SPDX-License-Identifier: Apache-2.0
#include "engine/core/engine_thread.h"
#include "engine/core/thread_starter.h"
#include "tests/engine/core/fake_runtime.h"

#include <QtTest>

#include <algorithm>
#include <future>
#include <latch>
#include <mutex>
#include <random>
#include <semaphore>
#include <thread>

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace orrery;

namespace {

std::unique_ptr<Runtime> makeFake(const EngineSettings &)
{
    return std::make_unique<FakeRuntime>();
}

int niceOfThisThread()
{
    return ::getpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)));
}

Script plain(int steps)
{
    return {[steps](EngineScope &scope) -> Task<int> {
        for (int i = 0; i < steps; ++i)
            co_await scope.step();
        co_return steps;
    }};
}

Script endless()
{
    return {[](EngineScope &scope) -> Task<int> {
        const Tracked held;
        while (true)
            co_await scope.step();
    }};
}

} // namespace

class EngineThreadTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { QCOMPARE(Tracked::alive.load(), 0); }

    void jobsThatCameBeforeTheStartWaitForIt()
    {
        EngineThread engine;
        std::binary_semaphore mayStart(0);
        JobHandle<int> early = engine.submit(kScript, plain(3));
        engine.start({}, [&](const EngineSettings &settings) {
            mayStart.acquire();
            return makeFake(settings);
        });
        JobHandle<int> later = engine.submit(kScript, plain(4));
        QVERIFY(early.record().state == JobState::Waiting);
        mayStart.release();
        QCOMPARE(*early.wait(), 3);
        QCOMPARE(*later.wait(), 4);
        QVERIFY(engine.waitUntilReady());
    }

    void readinessIsToldOnceAlsoToThoseWhoAskLater()
    {
        std::atomic<int> told = 0;
        EngineThread engine;
        engine.onReady([&](Result<RuntimeInfo> info) { told += info ? 1 : 100; });
        engine.start({}, makeFake);
        QCOMPARE(engine.waitUntilReady()->torchVersion, std::string("none"));
        engine.onReady([&](Result<RuntimeInfo> info) { told += info ? 1 : 100; });
        std::binary_semaphore asked(0);
        engine.requestInfo([&](Result<RuntimeInfo> info) {
            told += info ? 1 : 100;
            asked.release();
        });
        asked.acquire();
        QCOMPARE(told.load(), 3);
    }

    void anEngineThatCannotStartSaysWhyToEveryJob()
    {
        EngineThread engine;
        engine.start({}, [](const EngineSettings &) -> std::unique_ptr<Runtime> {
            throw Exception(ErrorCode::Unsupported, "This processor is too old");
        });
        const Result<RuntimeInfo> ready = engine.waitUntilReady();
        QVERIFY(!ready);
        QCOMPARE(ready.error().message, std::string("This processor is too old"));
        QCOMPARE(engine.submit(kScript, plain(1)).wait().error().message, ready.error().message);
        std::promise<Result<bool>> loaded;
        engine.loadJobs("libplugin.so", [&](Result<bool> r) { loaded.set_value(r); });
        QVERIFY(!loaded.get_future().get());
    }

    void completionsAndProgressRunOnTheEngineThreadWithoutAnExecutor()
    {
        EngineThread engine;
        engine.start({}, makeFake);
        bool onEngine = false;
        engine.submit(kScript, plain(1), {}, [&](Result<int>) { onEngine = EngineThread::onEngineThread(); }).wait();
        QVERIFY(onEngine); // `wait` returns after the completion was handed over
        QVERIFY(!EngineThread::onEngineThread());
    }

    void waitingForOneselfFailsInsteadOfHanging()
    {
        EngineThread engine;
        engine.start({}, makeFake);
        JobHandle<int> other = engine.submit(kScript, endless(), {Lane::Background});
        Result<int> inside = 0;
        engine.submit(kScript, plain(1), {}, [&](Result<int>) { inside = other.wait(); }).wait();
        QVERIFY(!inside);
        QVERIFY(inside.error().code == ErrorCode::Internal);
        other.cancel();
        other.wait();
    }

    void workOutsideLetsOtherJobsMove()
    {
        EngineThread engine;
        engine.start({}, makeFake);
        std::binary_semaphore otherDone(0);
        bool wasEngineThread = true;
        JobHandle<int> job = engine.submit(kScript, {[&](EngineScope &scope) -> Task<int> {
                                               std::function<void()> work = [&] {
                                                   otherDone.acquire(); // only another job can release it
                                                   wasEngineThread = EngineThread::onEngineThread();
                                               };
                                               co_await scope.outside(std::move(work));
                                               co_return EngineThread::onEngineThread() ? 1 : 0;
                                           }});
        JobHandle<int> other = engine.submit(kScript, {[&](EngineScope &scope) -> Task<int> {
                                                 co_await scope.step();
                                                 otherDone.release();
                                                 co_return 2;
                                             }});
        QCOMPARE(*job.wait(), 1);
        QCOMPARE(*other.wait(), 2);
        QVERIFY(!wasEngineThread);
    }

    void restingJobsHoldNoThread()
    {
        using namespace std::chrono_literals;
        EngineThread engine;
        engine.start({}, makeFake);
        std::vector<JobHandle<int>> resting;
        for (int i = 0; i < 50; ++i) { // far more than there are helpers
            resting.push_back(engine.submit(kScript, {[](EngineScope &scope) -> Task<int> {
                                                const Tracked held;
                                                co_await scope.rest(1h);
                                                co_return 0;
                                            }}));
        }
        JobHandle<int> working = engine.submit(kScript, {[](EngineScope &scope) -> Task<int> {
                                                   int result = 0;
                                                   for (int i = 0; i < 20; ++i) {
                                                       std::function<void()> work = [&] { ++result; };
                                                       co_await scope.outside(std::move(work));
                                                       co_await scope.rest(1ms);
                                                   }
                                                   co_return result;
                                               }});
        QCOMPARE(*working.wait(), 20);
        QVERIFY(!resting.front().finished());
        resting.front().cancel(); // from another thread, while the engine sleeps
        QVERIFY(resting.front().wait().error().code == ErrorCode::Cancelled);
        // The others are cancelled by the engine's end.
    }

    void anExceptionOfWorkOutsideIsThrownIntoTheJob()
    {
        EngineThread engine;
        engine.start({}, makeFake);
        JobHandle<int> job = engine.submit(kScript, {[](EngineScope &scope) -> Task<int> {
                                               const Tracked held;
                                               std::function<void()> work = [] {
                                                   throw Exception(ErrorCode::BadInput, "cat.png is not a picture");
                                               };
                                               co_await scope.outside(std::move(work));
                                               co_return 0;
                                           }});
        QCOMPARE(job.wait().error().message, std::string("cat.png is not a picture"));
    }

    void cancellingAJobWhoseWorkIsOutsideWaitsForThatWorkOnly()
    {
        EngineThread engine;
        engine.start({}, makeFake);
        std::latch begun(1);
        std::binary_semaphore mayEnd(0);
        std::atomic<bool> ended = false, wentOn = false;
        JobHandle<int> job = engine.submit(kScript, {[&](EngineScope &scope) -> Task<int> {
                                               const Tracked held;
                                               std::function<void()> work = [&] {
                                                   begun.count_down();
                                                   mayEnd.acquire();
                                                   ended = true;
                                               };
                                               co_await scope.outside(std::move(work));
                                               wentOn = true;
                                               co_return 0;
                                           }});
        begun.wait();
        job.cancel();
        QCOMPARE(*engine.submit(kScript, plain(2)).wait(), 2); // the engine goes on meanwhile
        QVERIFY(!job.finished());                              // the work refers to the job's frame
        mayEnd.release();
        QVERIFY(job.wait().error().code == ErrorCode::Cancelled);
        QVERIFY(ended && !wentOn);
    }

    void workOutsideThatHasNotBegunIsTakenBack()
    {
        EngineThread engine;
        engine.start({}, makeFake);
        // More jobs than helpers: the last ones wait in the queue.
        std::counting_semaphore<64> mayEnd(0);
        std::atomic<int> ran = 0;
        const auto blocked = [&] {
            return Script{[&](EngineScope &scope) -> Task<int> {
                const Tracked held;
                std::function<void()> work = [&] {
                    ++ran;
                    mayEnd.acquire();
                };
                co_await scope.outside(std::move(work));
                co_return 0;
            }};
        };
        std::vector<JobHandle<int>> jobs;
        for (int i = 0; i < 12; ++i)
            jobs.push_back(engine.submit(kScript, blocked()));
        engine.submit(kScript, plain(20)).wait(); // by now all of them are outside
        jobs.back().cancel();
        QVERIFY(jobs.back().wait().error().code == ErrorCode::Cancelled);
        mayEnd.release(11);
        for (int i = 0; i < 11; ++i)
            QVERIFY(jobs[static_cast<std::size_t>(i)].wait());
        QCOMPARE(ran.load(), 11);
    }

    void aLiveJobsFileDoesNotQueueBehindAFolder()
    {
        EngineThread engine;
        engine.start({}, makeFake);
        std::counting_semaphore<64> mayEnd(0);
        std::mutex mutex;
        std::vector<std::string> order;
        const auto reading = [&](const char *name) {
            return Script{[&, name](EngineScope &scope) -> Task<int> {
                std::function<void()> work = [&, name] {
                    mayEnd.acquire();
                    const std::scoped_lock lock(mutex);
                    order.push_back(name);
                };
                co_await scope.outside(std::move(work));
                co_return 0;
            }};
        };
        std::vector<JobHandle<int>> jobs;
        for (int i = 0; i < 20; ++i) // many more than helpers
            jobs.push_back(engine.submit(kScript, reading("folder"), {Lane::Background}));
        engine.submit(kScript, plain(3), {Lane::Background}).wait(); // all of them are outside now
        JobHandle<int> live = engine.submit(kScript, reading("live"), {Lane::Live});
        engine.submit(kScript, plain(3), {Lane::Background}).wait();
        mayEnd.release(21);
        for (JobHandle<int> &job : jobs)
            job.wait();
        live.wait();
        // Only what had begun before it, one file a helper, may be in front of it.
        const auto place = std::find(order.begin(), order.end(), "live") - order.begin();
        QVERIFY2(place <= 8, std::to_string(place).c_str());
    }

    void destructionCancelsWhatRunsWaitsAndIsOutside()
    {
        std::atomic<int> answers = 0, results = 0;
        const auto answer = [&](Result<int> r) {
            ++answers;
            results += r ? 1 : 0;
        };
        std::vector<JobHandle<int>> jobs;
        {
            EngineThread engine;
            engine.start({}, makeFake);
            std::latch begun(1);
            jobs.push_back(engine.submit(kScript, endless(), {Lane::Background}, answer));
            jobs.push_back(engine.submit(kScript, {[&](EngineScope &scope) -> Task<int> {
                                             const Tracked held;
                                             const std::stop_token stop = scope.stopToken();
                                             std::function<void()> work = [&begun, stop] {
                                                 begun.count_down();
                                                 while (!stop.stop_requested())
                                                     std::this_thread::yield();
                                             };
                                             co_await scope.outside(std::move(work));
                                             co_return 0;
                                         }},
                                         {}, answer));
            begun.wait();
            for (int i = 0; i < 10; ++i)
                jobs.push_back(engine.submit(kScript, endless(), {Lane::Background}, answer));
        }
        QCOMPARE(answers.load(), 12);
        QCOMPARE(results.load(), 0);
        for (JobHandle<int> &job : jobs) {
            QVERIFY(job.finished());
            job.cancel(); // harmless after the engine is gone
        }
    }

    void anEngineThatWasNeverStartedAnswersAtItsEnd()
    {
        int answers = 0;
        {
            EngineThread engine;
            engine.submit(kScript, plain(1), {}, [&](Result<int>) { ++answers; });
        }
        QCOMPARE(answers, 1);
    }

    void jobLibrariesAreLoadedBetweenSteps()
    {
        EngineThread engine;
        std::promise<Result<bool>> good, bad;
        engine.loadJobs("libplugin.so", [&](Result<bool> r) { good.set_value(r); }); // waits for the start
        engine.start({}, makeFake);
        engine.loadJobs("", [&](Result<bool> r) { bad.set_value(r); });
        QVERIFY(good.get_future().get());
        const Result<bool> failed = bad.get_future().get();
        QVERIFY(!failed);
        QVERIFY(failed.error().code == ErrorCode::ModelFile);
    }

    void recordsAreAnnouncedWithoutAFlood()
    {
        std::atomic<int> told = 0;
        std::atomic<bool> sawTheEnd = false;
        EngineThread engine;
        engine.onRecordsChanged([&] {
            ++told;
            const std::vector<JobRecord> records = engine.records();
            sawTheEnd = !records.empty() && records.back().state == JobState::Done;
        });
        engine.start({}, makeFake);
        engine.submit(kScript, plain(2000)).wait();
        QTRY_VERIFY(sawTheEnd.load()); // the last change is told too, although nothing happens after it
        QVERIFY(told.load() < 2000);
        QVERIFY(engine.records().back().state == JobState::Done);
        QCOMPARE(engine.records().back().steps, 2001u);
    }

    void theEngineGivesWayToTheInterface()
    {
        EngineThread engine;
        engine.start({}, makeFake);
        int inEngine = 0, inHelper = 0, keepingTime = 0;
        engine
            .submit(kScript, {[&](EngineScope &scope) -> Task<int> {
                        inEngine = niceOfThisThread();
                        std::function<void()> work = [&] {
                            inHelper = niceOfThisThread();
                            startThreadThatKeepsTime([&] { keepingTime = niceOfThisThread(); }).join();
                        };
                        co_await scope.outside(std::move(work));
                        co_return 0;
                    }})
            .wait();
        const int here = niceOfThisThread();
        if (here == 19)
            QSKIP("This test runs at the lowest priority already");
        QVERIFY(inEngine > here);
        QVERIFY(inHelper > here);
        QCOMPARE(keepingTime, here); // sound, which a helper asks for, does not give way
    }

    void manyThreadsMaySubmitAndCancelAtOnce()
    {
        constexpr int kThreads = 4, kJobs = 150;
        std::atomic<int> answers = 0;
        std::vector<JobHandle<int>> kept;
        std::mutex mutex;
        {
            EngineThread engine;
            engine.start({}, makeFake);
            std::vector<std::thread> threads;
            for (int t = 0; t < kThreads; ++t) {
                threads.emplace_back([&, t] {
                    std::minstd_rand random(static_cast<unsigned>(t + 1));
                    for (int i = 0; i < kJobs; ++i) {
                        JobOptions options;
                        options.lane = static_cast<Lane>(random() % 3);
                        if (random() % 3 == 0)
                            options.channel = "channel" + std::to_string(random() % 2);
                        const bool outside = random() % 4 == 0;
                        const bool rests = random() % 4 == 0;
                        Script script{[outside, rests](EngineScope &scope) -> Task<int> {
                            const Tracked held;
                            for (int s = 0; s < 5; ++s) {
                                scope.progress(s / 5.0, "step");
                                co_await scope.step();
                                if (outside) {
                                    std::function<void()> work = [] { std::this_thread::yield(); };
                                    co_await scope.outside(std::move(work));
                                }
                                if (rests)
                                    co_await scope.rest(std::chrono::milliseconds(s));
                            }
                            co_return 1;
                        }};
                        JobHandle<int> job = engine.submit(
                            kScript, script, options, [&](Result<int>) { ++answers; }, [](const Progress &) {});
                        if (random() % 3 == 0)
                            job.cancel();
                        if (random() % 16 == 0)
                            engine.records();
                        if (random() % 32 == 0)
                            job.wait();
                        const std::scoped_lock lock(mutex);
                        kept.push_back(job);
                    }
                });
            }
            for (std::thread &thread : threads)
                thread.join();
        } // with many of them still on their way
        QCOMPARE(answers.load(), kThreads * kJobs);
        for (const JobHandle<int> &job : kept)
            QVERIFY(job.finished());
    }
};

QTEST_GUILESS_MAIN(EngineThreadTest)
#include "engine_thread_test.moc"
