// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/core/fake_runtime.h"

#include <QtTest>

#include <algorithm>
#include <map>
#include <new>
#include <thread>

using namespace orrery;

namespace {

/// Drives a scheduler on the test's own thread, so that the order of steps is the same in every run.
struct Bench
{
    std::shared_ptr<Scheduler> scheduler = Scheduler::create(2);
    FakeRuntime runtime;
    std::vector<std::string> log;

    ~Bench()
    {
        scheduler->close();
        scheduler->drain(&runtime);
    }

    JobHandle<int> submit(Script script, JobOptions options = {}, std::function<void(Result<int>)> done = {},
                          std::function<void(const Progress &)> progress = {}, const char *type = kScript.id)
    {
        std::function<void(Result<std::any>)> untyped;
        if (done)
            untyped = [done](Result<std::any> any) {
                done(any ? Result<int>(std::any_cast<int>(*any)) : Result<int>(tl::unexpected(any.error())));
            };
        return JobHandle<int>(scheduler->submit(type, std::any(std::move(script)), std::move(options),
                                                std::move(untyped), std::move(progress)));
    }

    /// A job that writes its name into the log at each of its steps.
    Script naming(std::string name, int steps)
    {
        return {[this, name, steps](EngineScope &scope) -> Task<int> {
            for (int i = 0; i < steps; ++i) {
                log.push_back(name);
                if (i + 1 < steps)
                    co_await scope.step();
            }
            co_return steps;
        }};
    }

    void runAll()
    {
        while (scheduler->turn(&runtime)) {
        }
    }
};

JobOptions in(Lane lane, std::string channel = {})
{
    JobOptions options;
    options.lane = lane;
    options.channel = std::move(channel);
    return options;
}

Task<int> nestedHolder(EngineScope &scope, int depth, int *resumed)
{
    const Tracked held;
    if (depth > 0) {
        Task<int> inner = nestedHolder(scope, depth - 1, resumed);
        const int result = co_await std::move(inner);
        co_return result;
    }
    while (true) {
        co_await scope.step();
        ++*resumed;
    }
}

} // namespace

class SchedulerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QCOMPARE(Tracked::alive.load(), 0); }
    void cleanup() { QCOMPARE(Tracked::alive.load(), 0); }

    void aLiveJobWaitsForAtMostOneStepOfWhateverRuns()
    {
        // The live job arrives during a step of the others, at every possible moment of a mixed load.
        for (int arrival = 0; arrival < 20; ++arrival) {
            Bench bench;
            int count = 0;
            const auto busy = [&](const char *name) {
                return Script{[&, name](EngineScope &scope) -> Task<int> {
                    for (int i = 0; i < 10; ++i) {
                        bench.log.push_back(name);
                        if (count++ == arrival)
                            bench.submit(bench.naming("live", 1), in(Lane::Live));
                        co_await scope.step();
                    }
                    co_return 0;
                }};
            };
            bench.submit(busy("interactive"), in(Lane::Interactive));
            bench.submit(busy("background"), in(Lane::Background));
            bench.runAll();
            const auto live = std::find(bench.log.begin(), bench.log.end(), "live");
            QCOMPARE(static_cast<int>(live - bench.log.begin()), arrival + 1);
        }
    }

    void liveGoesBeforeCancelledJobs()
    {
        Bench bench;
        JobHandle<int> held = bench.submit({[&](EngineScope &scope) -> Task<int> {
                                               try {
                                                   while (true)
                                                       co_await scope.step();
                                               } catch (const Exception &) {
                                                   bench.log.push_back("unwinding");
                                               }
                                               co_return 0;
                                           }},
                                           in(Lane::Background));
        bench.scheduler->turn(&bench.runtime);
        held.cancel();
        bench.submit(bench.naming("live", 2), in(Lane::Live));
        bench.submit(bench.naming("interactive", 1), in(Lane::Interactive));
        bench.runAll();
        QCOMPARE(bench.log, (std::vector<std::string>{"live", "live", "unwinding", "interactive"}));
    }

    void jobsOfOneLaneTakeTurns()
    {
        Bench bench;
        bench.submit(bench.naming("a", 3), in(Lane::Background));
        bench.submit(bench.naming("b", 3), in(Lane::Background));
        bench.submit(bench.naming("c", 1), in(Lane::Background));
        bench.runAll();
        QCOMPARE(bench.log, (std::vector<std::string>{"a", "b", "c", "a", "b", "a", "b"}));
    }

    void moreUrgentLanesGoFirst()
    {
        Bench bench;
        bench.submit(bench.naming("background", 2), in(Lane::Background));
        bench.submit(bench.naming("interactive", 2), in(Lane::Interactive));
        bench.submit(bench.naming("live", 2), in(Lane::Live));
        bench.runAll();
        QCOMPARE(bench.log,
                 (std::vector<std::string>{"live", "live", "interactive", "interactive", "background", "background"}));
    }

    void theNewestOfAChannelWinsAndTheOthersAreCounted()
    {
        Bench bench;
        std::vector<std::string> answers;
        const auto answer = [&](const char *name) {
            return [&answers, name](Result<int> r) {
                answers.push_back(std::string(name) + (r ? " done" : " " + std::string(toString(r.error().code))));
            };
        };
        JobHandle<int> first = bench.submit(bench.naming("1", 1), in(Lane::Live, "camera"), answer("1"));
        JobHandle<int> second = bench.submit(bench.naming("2", 1), in(Lane::Live, "camera"), answer("2"));
        JobHandle<int> third = bench.submit(bench.naming("3", 1), in(Lane::Live, "camera"), answer("3"));
        bench.submit(bench.naming("other", 1), in(Lane::Live, "microphone"), answer("other"));
        bench.runAll();
        QCOMPARE(bench.log, (std::vector<std::string>{"3", "other"}));
        QCOMPARE(answers, (std::vector<std::string>{"1 cancelled", "2 cancelled", "3 done", "other done"}));
        QCOMPARE(bench.scheduler->replacedCount("camera"), 2u);
        QCOMPARE(bench.scheduler->replacedCount("microphone"), 0u);
        QVERIFY(first.record().state == JobState::Replaced);
        QVERIFY(second.record().state == JobState::Replaced);
        QCOMPARE(third.record().replaced, 2u);
    }

    void aRunningJobOfTheChannelIsNotReplaced()
    {
        Bench bench;
        JobHandle<int> running = bench.submit(bench.naming("running", 3), in(Lane::Live, "camera"));
        bench.scheduler->turn(&bench.runtime);
        bench.submit(bench.naming("waiting", 1), in(Lane::Live, "camera"));
        JobHandle<int> newest = bench.submit(bench.naming("newest", 1), in(Lane::Live, "camera"));
        bench.runAll();
        QVERIFY(running.record().state == JobState::Done);
        QVERIFY(newest.record().state == JobState::Done);
        QCOMPARE(bench.scheduler->replacedCount("camera"), 1u);
        QCOMPARE(std::count(bench.log.begin(), bench.log.end(), "waiting"), 0);
    }

    void theNewestTakesTheTurnOfTheOneItReplaces()
    {
        Bench bench;
        bench.submit(bench.naming("old", 1), in(Lane::Live, "sketch"));
        bench.submit(bench.naming("neighbour", 1), in(Lane::Live));
        bench.submit(bench.naming("new", 1), in(Lane::Live, "sketch"));
        bench.runAll();
        QCOMPARE(bench.log, (std::vector<std::string>{"new", "neighbour"}));
    }

    void cancelFreesEverythingWithinOneStep()
    {
        Bench bench;
        int resumed = 0;
        JobHandle<int> job =
            bench.submit({[&](EngineScope &scope) { return nestedHolder(scope, 5, &resumed); }}, in(Lane::Background));
        bench.submit(bench.naming("other", 50), in(Lane::Background));
        for (int i = 0; i < 9; ++i)
            bench.scheduler->turn(&bench.runtime);
        QCOMPARE(Tracked::alive.load(), 6);
        const int before = resumed;
        const auto stepsBefore = job.record().steps;
        job.cancel();
        bench.scheduler->turn(&bench.runtime); // one turn later it is gone, although it was the other's turn
        QCOMPARE(Tracked::alive.load(), 0);
        QCOMPARE(resumed, before);
        QCOMPARE(job.record().steps, stepsBefore + 1);
        QVERIFY(job.finished());
        QVERIFY(job.record().state == JobState::Cancelled);
        QVERIFY(job.wait().error().code == ErrorCode::Cancelled);
        bench.runAll(); // and the engine is still usable
        QCOMPARE(std::count(bench.log.begin(), bench.log.end(), "other"), 50);
    }

    void aJobThatSwallowsTheCancellationIsDestroyed()
    {
        Bench bench;
        int caught = 0;
        JobHandle<int> job = bench.submit({[&](EngineScope &scope) -> Task<int> {
            const Tracked held;
            while (true) {
                try {
                    co_await scope.step();
                } catch (const std::exception &) {
                    ++caught;
                }
            }
        }});
        bench.scheduler->turn(&bench.runtime);
        bench.scheduler->turn(&bench.runtime);
        job.cancel();
        bench.runAll();
        QCOMPARE(caught, 1);
        QCOMPARE(Tracked::alive.load(), 0);
        QVERIFY(job.record().state == JobState::Cancelled);
    }

    void whoCancelsNeverGetsAResult()
    {
        Bench bench;
        std::vector<bool> answers;
        JobHandle<int> job;
        job = bench.submit({[&](EngineScope &) -> Task<int> {
                               job.cancel(); // during the last step
                               co_return 7;
                           }},
                           {}, [&](Result<int> r) { answers.push_back(r.has_value()); });
        bench.runAll();
        QCOMPARE(answers, std::vector<bool>{false});
        QVERIFY(job.record().state == JobState::Cancelled);
    }

    void aWaitingJobThatIsCancelledNeverRuns()
    {
        Bench bench;
        JobHandle<int> job = bench.submit(bench.naming("never", 1), in(Lane::Background, "channel"));
        job.cancel();
        job.cancel();
        JobHandle<int> next = bench.submit(bench.naming("next", 1), in(Lane::Background, "channel"));
        bench.runAll();
        QCOMPARE(bench.log, std::vector<std::string>{"next"});
        QVERIFY(!job.wait());
        QVERIFY(next.wait());
    }

    void everyKindOfExceptionBecomesAnError()
    {
        Bench bench;
        const auto throwing = [&](auto thrower) {
            return bench.submit({[thrower](EngineScope &scope) -> Task<int> {
                const Tracked held;
                co_await scope.step();
                thrower();
                co_return 0;
            }});
        };
        JobHandle<int> ours = throwing(
            [] { throw Exception(ErrorCode::ModelFile, "config.json: \"width\" is missing", "picture-clip"); });
        JobHandle<int> standard = throwing([] { throw std::out_of_range("index 7"); });
        JobHandle<int> number = throwing([] { throw 7; });
        JobHandle<int> good = bench.submit(bench.naming("good", 3));
        bench.runAll();
        const Error first = ours.wait().error();
        QVERIFY(first.code == ErrorCode::ModelFile);
        QCOMPARE(first.message, std::string("config.json: \"width\" is missing"));
        QVERIFY(first.context.find("picture-clip") != std::string::npos);
        QVERIFY(first.context.find("test.script") != std::string::npos);
        QVERIFY(standard.wait().error().code == ErrorCode::Internal);
        QVERIFY(standard.wait().error().message.find("index 7") != std::string::npos);
        QVERIFY(standard.wait().error().context.find("std::out_of_range") != std::string::npos);
        QVERIFY(number.wait().error().code == ErrorCode::Internal);
        QVERIFY(ours.record().state == JobState::Failed);
        QCOMPARE(ours.record().error, first.message);
        QCOMPARE(*good.wait(), 3);
    }

    void anExceptionOfAnInnerTaskReachesTheOuterOne()
    {
        Bench bench;
        JobHandle<int> job = bench.submit({[](EngineScope &scope) -> Task<int> {
            const auto inner = [](EngineScope &s) -> Task<int> {
                co_await s.step();
                throw std::runtime_error("inner");
            };
            int caught = 0;
            try {
                Task<int> task = inner(scope);
                co_await std::move(task);
            } catch (const std::runtime_error &) {
                ++caught;
            }
            co_await scope.step(); // the outer one is what is resumed now
            co_return caught;
        }});
        bench.runAll();
        QCOMPARE(*job.wait(), 1);
    }

    void outOfMemoryEvictsAndTriesOnceMoreFromTheSameRequest()
    {
        Bench bench;
        bench.runtime.evictable = 1000;
        int tries = 0;
        Script script{[&tries](EngineScope &scope) -> Task<int> {
            const Tracked held;
            ++tries;
            co_await scope.step();
            if (tries == 1)
                throw std::bad_alloc();
            co_return tries;
        }};
        script.payload = {1, 2, 3};
        JobHandle<int> job = bench.submit(script, {}, {}, {}, kGreedy.id);
        JobHandle<int> other = bench.submit(bench.naming("other", 5));
        bench.runAll();
        QCOMPARE(tries, 2);
        QCOMPARE(bench.runtime.evictions, 1);
        QCOMPARE(*job.wait(), 3); // the size of the payload, which the first try had moved away
        QCOMPARE(*other.wait(), 5);
    }

    void theSecondOutOfMemoryFailsThatJobOnly()
    {
        Bench bench;
        bench.runtime.evictable = 1000;
        int tries = 0;
        JobHandle<int> job = bench.submit({[&tries](EngineScope &scope) -> Task<int> {
            ++tries;
            co_await scope.step();
            throw Exception(ErrorCode::OutOfMemory, "This needs 2.0 GB more memory, but only 1.0 GB is free");
        }});
        JobHandle<int> other = bench.submit(bench.naming("other", 9));
        bench.runAll();
        QCOMPARE(tries, 2);
        QVERIFY(job.wait().error().code == ErrorCode::OutOfMemory);
        QVERIFY(job.wait().error().message.find("2.0 GB") != std::string::npos);
        QCOMPARE(*other.wait(), 9);
    }

    void whereNothingCanBeEvictedASecondTryIsSpared()
    {
        Bench bench;
        int tries = 0;
        JobHandle<int> job = bench.submit({[&tries](EngineScope &) -> Task<int> {
            ++tries;
            throw std::bad_alloc();
            co_return 0;
        }});
        bench.runAll();
        QCOMPARE(tries, 1);
        QVERIFY(job.wait().error().code == ErrorCode::OutOfMemory);
    }

    void whatAJobHeldIsFreedBeforeModelsAreEvicted()
    {
        struct Runtime : FakeRuntime
        {
            int aliveAtEviction = -1;
            std::uint64_t evict() override
            {
                aliveAtEviction = Tracked::alive.load();
                return 0;
            }
        } runtime;
        Bench bench;
        bench.submit({[](EngineScope &scope) -> Task<int> {
            const Tracked held;
            co_await scope.step();
            throw std::bad_alloc();
        }});
        while (bench.scheduler->turn(&runtime)) {
        }
        QCOMPARE(runtime.aliveAtEviction, 0);
    }

    void everyStepHasTheModeOfItsJob()
    {
        Bench bench;
        JobHandle<int> plain = bench.submit(bench.naming("inference", 4));
        JobHandle<int> gradient = bench.submit(bench.naming("gradient", 4), {}, {}, {}, kGradientScript.id);
        bench.runAll();
        QCOMPARE(bench.runtime.steps.size(), std::size_t(8));
        for (std::size_t i = 0; i < bench.runtime.steps.size(); ++i) { // they alternate
            QCOMPARE(bench.runtime.steps[i].job, i % 2 == 0 ? plain.id() : gradient.id());
            QVERIFY(bench.runtime.steps[i].mode == (i % 2 == 0 ? GradientMode::Inference : GradientMode::Gradient));
        }
    }

    void telemetryRecordsStepsTimesAndPeak()
    {
        Bench bench;
        JobHandle<int> job = bench.submit(bench.naming("a", 4), in(Lane::Background));
        QVERIFY(job.record().state == JobState::Waiting);
        bench.scheduler->turn(&bench.runtime);
        QVERIFY(job.record().state == JobState::Running);
        bench.runAll();
        const JobRecord record = job.record();
        QVERIFY(record.state == JobState::Done);
        QCOMPARE(record.steps, 4u);
        QCOMPARE(record.peakBytes, bench.runtime.peak);
        QCOMPARE(bench.runtime.finished, std::vector<std::uint64_t>{job.id()});
        QVERIFY(record.submittedMs <= record.startedMs && record.startedMs <= record.finishedMs);
        QVERIFY(record.queueMs >= 0 && record.longestStepMs <= record.runMs);
        QCOMPARE(job.stepDurationsMs().size(), std::size_t(4));
        QCOMPARE(bench.scheduler->waitsMs(Lane::Background).size(), std::size_t(1));
        QVERIFY(bench.scheduler->waitsMs(Lane::Live).empty());
    }

    void recordsKeepTheLastTwoHundredJobs()
    {
        Bench bench;
        for (int i = 0; i < 250; ++i)
            bench.submit(bench.naming("x", 1));
        bench.runAll();
        JobHandle<int> waiting = bench.submit(bench.naming("waiting", 1));
        const std::vector<JobRecord> records = bench.scheduler->records();
        QCOMPARE(records.size(), std::size_t(201));
        QCOMPARE(records.front().id, 51u);
        QCOMPARE(records.back().id, waiting.id());
        QVERIFY(std::is_sorted(records.begin(), records.end(),
                               [](const JobRecord &a, const JobRecord &b) { return a.id < b.id; }));
    }

    void aJobThatNobodyDefinesFailsWithItsName()
    {
        Bench bench;
        JobControl job = bench.scheduler->submit("no.such.job", {}, {}, {}, {});
        bench.runAll();
        const Error error = job.waitAny().error();
        QVERIFY(error.code == ErrorCode::NotFound);
        QVERIFY(error.message.find("no.such.job") != std::string::npos);
    }

    void anUnsuitableRequestFailsItsJobOnly()
    {
        Bench bench;
        JobControl job = bench.scheduler->submit(kScript.id, std::any(std::string("not a script")), {}, {}, {});
        bench.runAll();
        QVERIFY(job.waitAny().error().code == ErrorCode::Internal);
    }

    void aDefinitionCanBeReplacedWhileItsJobsRun()
    {
        const auto define = [](int value) {
            JobRegistry::instance().add(
                {"test.replaceable", GradientMode::Inference, [value](EngineScope &scope, std::any) -> Task<std::any> {
                     co_await scope.step();
                     co_return std::any(value);
                 }});
        };
        Bench bench;
        define(1);
        JobControl older = bench.scheduler->submit("test.replaceable", {}, {}, {}, {});
        bench.scheduler->turn(&bench.runtime);
        define(2);
        JobControl newer = bench.scheduler->submit("test.replaceable", {}, {}, {}, {});
        bench.runAll();
        QCOMPARE(std::any_cast<int>(*older.waitAny()), 1);
        QCOMPARE(std::any_cast<int>(*newer.waitAny()), 2);
    }

    void manyFinishedInnerTasksDoNotGrowTheStack()
    {
#ifndef ORRERY_TAIL_CALLS
        QSKIP("Only an optimised build without sanitizers turns the transfer between coroutines into a jump");
#endif
        Bench bench;
        JobHandle<int> job = bench.submit({[](EngineScope &) -> Task<int> {
            const auto one = []() -> Task<int> { co_return 1; };
            int sum = 0;
            for (int i = 0; i < 1000000; ++i) {
                Task<int> task = one();
                sum += co_await std::move(task);
            }
            co_return sum;
        }});
        bench.runAll();
        QCOMPARE(*job.wait(), 1000000);
    }

    void progressIsThrottledAndTheLastAlwaysComes()
    {
        Bench bench;
        std::vector<double> seen;
        std::vector<std::string> order;
        bench.submit(
            {[](EngineScope &scope) -> Task<int> {
                for (int i = 1; i <= 1000; ++i) {
                    scope.progress(i / 1000.0, "step", std::any(i));
                    co_await scope.step();
                }
                co_return 0;
            }},
            {}, [&](Result<int>) { order.push_back("done"); },
            [&](const Progress &p) {
                seen.push_back(p.fraction);
                order.push_back("progress");
                QVERIFY(std::any_cast<int>(&p.partial));
            });
        bench.runAll();
        QVERIFY(seen.size() < 1000); // a thousand steps without work take far less than a thousand intervals
        QVERIFY(std::is_sorted(seen.begin(), seen.end()));
        QCOMPARE(seen.back(), 1.0);
        QCOMPARE(order.back(), std::string("done"));
        QCOMPARE(std::count(order.begin(), order.end(), "done"), 1);
    }

    void aSlowReceiverFindsOnlyTheNewestProgressAndNoneAfterTheEnd_data()
    {
        QTest::addColumn<bool>("reversed");
        QTest::newRow("an executor that keeps the order") << false;
        QTest::newRow("an executor that turns it round") << true;
    }
    void aSlowReceiverFindsOnlyTheNewestProgressAndNoneAfterTheEnd()
    {
        QFETCH(bool, reversed);
        Bench bench;
        std::vector<std::function<void()>> queue;
        bench.scheduler->setExecutor([&](std::function<void()> f) { queue.push_back(std::move(f)); });
        std::vector<double> seen;
        bool done = false;
        bench.submit(
            {[](EngineScope &scope) -> Task<int> {
                for (int i = 1; i <= 5; ++i) {
                    scope.progress(i, "step");
                    std::this_thread::sleep_for(std::chrono::milliseconds(31)); // each is due at once
                    co_await scope.step();
                }
                co_return 0;
            }},
            {}, [&](Result<int>) { done = true; }, [&](const Progress &p) { seen.push_back(p.fraction); });
        bench.runAll();
        QVERIFY(!done && seen.empty());
        QCOMPARE(queue.size(), std::size_t(2)); // one message that carries the newest, and the completion
        if (reversed)
            std::reverse(queue.begin(), queue.end());
        for (const auto &function : queue)
            function();
        QVERIFY(done);
        QCOMPARE(seen, reversed ? std::vector<double>{} : std::vector<double>{5});
    }

    void completionsComeExactlyOnceThroughTheExecutor()
    {
        Bench bench;
        std::vector<std::function<void()>> queue;
        bench.scheduler->setExecutor([&](std::function<void()> f) { queue.push_back(std::move(f)); });
        std::map<std::string, int> answers;
        const auto answer = [&](const char *name) { return [&answers, name](Result<int>) { ++answers[name]; }; };
        bench.submit(bench.naming("done", 2), {}, answer("done"));
        bench.submit({[](EngineScope &) -> Task<int> {
                         throw 1;
                         co_return 0;
                     }},
                     {}, answer("failed"));
        bench.submit(bench.naming("replaced", 1), in(Lane::Live, "c"), answer("replaced"));
        bench.submit(bench.naming("newest", 1), in(Lane::Live, "c"), answer("newest"));
        bench.submit(bench.naming("cancelled", 1), in(Lane::Background), answer("cancelled")).cancel();
        bench.runAll();
        QVERIFY(answers.empty()); // nothing ran outside the executor
        for (const auto &function : queue)
            function();
        const std::map<std::string, int> expected{
            {"done", 1}, {"failed", 1}, {"replaced", 1}, {"newest", 1}, {"cancelled", 1}};
        QVERIFY(answers == expected);
    }

    void anExecutorMayDropTheAnswersOfAnOwnerWhoIsGone()
    {
        Bench bench;
        auto owner = std::make_shared<int>(0);
        std::weak_ptr<int> watch = owner;
        bench.scheduler->setExecutor([&](std::function<void()> f) {
            if (!watch.expired())
                f();
        });
        int answers = 0;
        const auto count = [&answers, held = Tracked()](Result<int>) { ++answers; };
        bench.submit(bench.naming("a", 1), {}, count);
        bench.runAll();
        QCOMPARE(answers, 1);
        owner.reset();
        JobHandle<int> late = bench.submit(bench.naming("b", 1), {}, count);
        bench.runAll();
        QCOMPARE(answers, 1);
        QCOMPARE(*late.wait(), 1); // the job itself is not harmed
    }

    void anExceptionOfAReceiverHarmsNobody()
    {
        Bench bench;
        JobHandle<int> bad =
            bench.submit(bench.naming("a", 1), {}, [](Result<int>) { throw std::runtime_error("oops"); });
        JobHandle<int> good = bench.submit(bench.naming("b", 1));
        bench.runAll();
        QVERIFY(bad.wait());
        QVERIFY(good.wait());
    }

    void aReceiverMaySubmitTheNextJob()
    {
        Bench bench;
        JobHandle<int> next;
        bench.submit(bench.naming("a", 1), {}, [&](Result<int>) { next = bench.submit(bench.naming("b", 1)); });
        bench.runAll();
        QCOMPARE(*next.wait(), 1);
    }

    void aRestingJobTakesNoTurnUntilItsTime()
    {
        using namespace std::chrono_literals;
        Bench bench;
        const auto before = Scheduler::Clock::now();
        JobHandle<int> resting = bench.submit({[&](EngineScope &scope) -> Task<int> {
            bench.log.push_back("rests");
            co_await scope.rest(50ms);
            bench.log.push_back("rested");
            co_return 1;
        }});
        bench.submit(bench.naming("other", 3));
        bench.runAll(); // ends while it rests: there is nothing to do
        QVERIFY(!resting.finished() || Scheduler::Clock::now() - before >= 50ms);
        while (!resting.finished() && bench.scheduler->wait())
            bench.scheduler->turn(&bench.runtime);
        QVERIFY(Scheduler::Clock::now() - before >= 50ms);
        QCOMPARE(bench.log.front(), std::string("rests"));
        QCOMPARE(bench.log.back(), std::string("rested"));
        QCOMPARE(resting.record().steps, 2u); // it was asked once, not again and again
    }

    void restsEndInTheOrderOfTheirTimes()
    {
        Bench bench;
        const auto begin = Scheduler::Clock::now();
        const auto resting = [&](int ms) {
            return bench.submit({[&bench, begin, ms](EngineScope &scope) -> Task<int> {
                // Until a moment that does not depend on when this step is taken.
                const auto passed = Scheduler::Clock::now() - begin;
                co_await scope.rest(std::chrono::milliseconds(ms) -
                                    std::chrono::duration_cast<std::chrono::milliseconds>(passed));
                bench.log.push_back(std::to_string(ms));
                co_return ms;
            }});
        };
        const JobHandle<int> last = resting(300);
        resting(100);
        resting(200);
        while (!last.finished() && bench.scheduler->wait())
            bench.scheduler->turn(&bench.runtime);
        QCOMPARE(bench.log, (std::vector<std::string>{"100", "200", "300"}));
        const JobHandle<int> none = resting(0); // long past
        while (!none.finished() && bench.scheduler->wait())
            bench.scheduler->turn(&bench.runtime);
        QVERIFY(none.record().state == JobState::Done);
    }

    void cancellingWakesARestingJobAtOnce()
    {
        using namespace std::chrono_literals;
        Bench bench;
        std::vector<JobHandle<int>> jobs;
        for (const auto time : {std::chrono::milliseconds(1h), std::chrono::milliseconds::max()}) {
            jobs.push_back(bench.submit({[&bench, time](EngineScope &scope) -> Task<int> {
                const Tracked held;
                try {
                    co_await scope.rest(time);
                } catch (const Exception &error) {
                    bench.log.emplace_back(toString(error.code()));
                    throw;
                }
                co_return 0;
            }}));
        }
        // Cancelled while it takes the step that ends with the rest.
        JobHandle<int> self;
        self = bench.submit({[&](EngineScope &scope) -> Task<int> {
            const Tracked held;
            self.cancel();
            co_await scope.rest(1h);
            bench.log.push_back("slept through its cancellation");
            co_return 0;
        }});
        bench.runAll();
        QVERIFY(self.finished());
        QVERIFY(!jobs[0].finished());
        QCOMPARE(Tracked::alive.load(), 2);
        for (JobHandle<int> &job : jobs)
            job.cancel();
        bench.runAll();
        for (const JobHandle<int> &job : jobs)
            QVERIFY(job.record().state == JobState::Cancelled);
        QCOMPARE(bench.log, (std::vector<std::string>{"cancelled", "cancelled"}));
    }

    void closingAnswersEveryJobAndFreesEverything()
    {
        std::map<JobState, int> states;
        std::vector<JobHandle<int>> jobs;
        int answers = 0;
        {
            Bench bench;
            int resumed = 0;
            for (int i = 0; i < 3; ++i)
                jobs.push_back(bench.submit({[&](EngineScope &s) { return nestedHolder(s, 3, &resumed); }}, {},
                                            [&](Result<int>) { ++answers; }));
            for (int i = 0; i < 7; ++i)
                bench.scheduler->turn(&bench.runtime);
            QCOMPARE(Tracked::alive.load(), 12);
            jobs.push_back(bench.submit(bench.naming("waiting", 1), {}, [&](Result<int>) { ++answers; }));
            bench.scheduler->close();
            bench.scheduler->drain(&bench.runtime);
            jobs.push_back(bench.submit(bench.naming("late", 1), {}, [&](Result<int>) { ++answers; }));
            QVERIFY(bench.log.empty());
        }
        QCOMPARE(answers, 5);
        for (const JobHandle<int> &job : jobs)
            QVERIFY(job.wait().error().code == ErrorCode::Cancelled);
    }

    void withoutARuntimeJobsFailWithTheReason()
    {
        auto scheduler = Scheduler::create(1);
        scheduler->setStartError({ErrorCode::Unsupported, "The engine could not be loaded", {}});
        JobControl job = scheduler->submit(kScript.id, std::any(Script{}), {}, {}, {});
        while (scheduler->turn(nullptr)) {
        }
        QVERIFY(job.waitAny().error().code == ErrorCode::Unsupported);
        scheduler->close();
        scheduler->drain(nullptr);
    }
};

QTEST_GUILESS_MAIN(SchedulerTest)
#include "scheduler_test.moc"
