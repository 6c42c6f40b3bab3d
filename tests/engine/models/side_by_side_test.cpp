// SPDX-License-Identifier: Apache-2.0
#ifndef Q_MOC_RUN // which stumbles over <concepts>
#include "engine/models/side_by_side.h"

#include "engine/runtime/generator.h"
#include "tests/engine/runtime/engine_bench.h"

#include <ATen/ATen.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>
#include <vector>
#endif

#include <QtTest>

using namespace orrery;

namespace {

void onThreads(int threads, std::int64_t count, const std::function<void(std::int64_t)> &work,
               std::chrono::steady_clock::duration *lasting = nullptr)
{
    EngineSettings settings;
    settings.threads = threads;
    EngineBench bench(settings);
    JobHandle<int> job = bench.submit([&](EngineScope &scope) -> Task<int> {
        StepPacer pace(scope);
        Task<> all = sideBySide(pace, count, work, lasting);
        co_await std::move(all);
        co_return 0;
    });
    bench.runAll();
    const Result<int> result = job.wait();
    QVERIFY2(result, result ? "" : result.error().message.c_str());
}

} // namespace

class SideBySideTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyPieceIsDoneOnce();
    void whatIsKnownToLastIsNotTriedAloneFirst();
    void bitsDoNotDependOnTheNumberOfThreads();
    void whatAPieceThrowsIsTheJobs();
};

void SideBySideTest::everyPieceIsDoneOnce()
{
    for (const int threads : {1, 2, 3})
        for (const std::int64_t count : {0, 1, 2, 7}) {
            std::vector<std::atomic<int>> done(std::size_t(count) + 1);
            onThreads(threads, count, [&](std::int64_t i) {
                ++done[std::size_t(i)];
                std::this_thread::sleep_for(std::chrono::milliseconds(5)); // worth a second thread
            });
            for (std::int64_t i = 0; i < count; ++i)
                QCOMPARE(done[std::size_t(i)].load(), 1);
            QCOMPARE(done[std::size_t(count)].load(), 0);
        }
}

void SideBySideTest::whatIsKnownToLastIsNotTriedAloneFirst()
{
    std::vector<std::thread::id> by(2);
    const auto work = [&](std::int64_t i) { by[std::size_t(i)] = std::this_thread::get_id(); };
    std::chrono::steady_clock::duration lasting = std::chrono::milliseconds(100);
    onThreads(2, 2, work, &lasting);
    QVERIFY(by[0] != by[1]);
    lasting = {};
    onThreads(2, 2, work, &lasting); // nobody knows: one after the other, and then it is known
    QVERIFY(by[0] == by[1]);
    QVERIFY(lasting > std::chrono::steady_clock::duration::zero());
}

void SideBySideTest::bitsDoNotDependOnTheNumberOfThreads()
{
    // What a layer of a transformer is made of, each piece long enough to be worth a second thread.
    constexpr std::int64_t kPieces = 5, kWidth = 384, kWide = 1536;
    Generator lots(3);
    const at::Tensor x = lots.normal({kPieces, 64, kWidth}), up = lots.normal({kWide, kWidth}) * 0.05,
                     down = lots.normal({kWidth, kWide}) * 0.05, bias = lots.normal({kWide});
    std::vector<at::Tensor> results[3];
    std::set<std::thread::id> used;
    std::mutex mutex;
    for (const int threads : {1, 2, 3}) {
        std::vector<at::Tensor> &mine = results[threads - 1];
        mine.resize(kPieces);
        onThreads(threads, kPieces, [&](std::int64_t piece) {
            at::Tensor y = x[piece];
            for (int again = 0; again < 6; ++again) {
                y = at::layer_norm(y + at::linear(at::gelu(at::linear(y, up, bias)), down), {kWidth});
                const at::Tensor heads = y.view({64, 6, 64}).transpose(0, 1);
                y = at::bmm(at::softmax(at::bmm(heads, heads.transpose(1, 2)), -1), heads)
                        .transpose(0, 1)
                        .reshape({64, kWidth});
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(3));
            mine[std::size_t(piece)] = y;
            const std::lock_guard lock(mutex);
            used.insert(std::this_thread::get_id());
        });
    }
    QVERIFY(used.size() > 1); // otherwise this says nothing
    for (std::size_t piece = 0; piece < kPieces; ++piece)
        for (const int other : {1, 2})
            QVERIFY(at::equal(results[0][piece], results[other][piece]));
}

void SideBySideTest::whatAPieceThrowsIsTheJobs()
{
    for (const int threads : {1, 2}) {
        EngineSettings settings;
        settings.threads = threads;
        EngineBench bench(settings);
        JobHandle<int> job = bench.submit([&](EngineScope &scope) -> Task<int> {
            StepPacer pace(scope);
            Task<> all = sideBySide(pace, 6, [](std::int64_t i) {
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
                if (i == 3)
                    throw Exception(ErrorCode::BadInput, "The fourth piece is bad");
            });
            co_await std::move(all);
            co_return 0;
        });
        bench.runAll();
        const Result<int> result = job.wait();
        QVERIFY(!result && result.error().message == "The fourth piece is bad");
    }
}

QTEST_APPLESS_MAIN(SideBySideTest)
#include "side_by_side_test.moc"
