// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/runtime/engine_bench.h"

#include "engine/runtime/media_gateway.h"
#include "engine/runtime/memory_ledger.h"

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <c10/util/Exception.h>

#include <QtTest>

#include <xmmintrin.h>

using namespace orrery;

namespace {

constexpr std::uint64_t kMega = 1000000;

at::Tensor megabytes(std::int64_t n)
{
    return at::ones({n * static_cast<std::int64_t>(kMega) / 4}, at::kFloat);
}

} // namespace

class TorchRuntimeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eachJobHasItsOwnModeHoweverTheyInterleave()
    {
        EngineBench bench;
        int checks = 0;
        const auto checking = [&checks](bool gradient) {
            return [&checks, gradient](EngineScope &scope) -> Task<int> {
                for (int i = 0; i < 5; ++i) {
                    if (c10::GradMode::is_enabled() == gradient && c10::InferenceMode::is_enabled() == !gradient)
                        ++checks;
                    co_await scope.step();
                }
                co_return 0;
            };
        };
        bench.submit(checking(false));
        bench.submit(checking(true), kGradientScript.id);
        bench.submit(checking(false));
        bench.runAll();
        QCOMPARE(checks, 15);
    }

    void aJobWithGradientsGetsThemAcrossSteps()
    {
        EngineBench bench;
        JobHandle<int> training = bench.submit(
            [](EngineScope &scope) -> Task<int> {
                const at::Tensor weight = at::full({3}, 2.0).requires_grad_(true);
                co_await scope.step();
                const at::Tensor loss = (weight * weight).sum();
                co_await scope.step(); // the graph survives the other job's inference mode
                loss.backward();
                co_return static_cast<int>(weight.grad().sum().item<float>());
            },
            kGradientScript.id);
        bench.submit([](EngineScope &scope) -> Task<int> {
            for (int i = 0; i < 5; ++i) {
                at::ones({2}).add_(1);
                co_await scope.step();
            }
            co_return 0;
        });
        bench.runAll();
        QCOMPARE(*training.wait(), 12);
    }

    void aGuardThatLivesAcrossASuspensionFailsItsJobAndNoOther()
    {
        EngineBench bench;
        JobHandle<int> careless = bench.submit(
            [](EngineScope &scope) -> Task<int> {
                const c10::NoGradGuard guard;
                co_await scope.step();
                co_return 0;
            },
            kGradientScript.id);
        JobHandle<int> careful = bench.submit(
            [](EngineScope &scope) -> Task<int> {
                int right = 0;
                for (int i = 0; i < 4; ++i) {
                    {
                        const c10::NoGradGuard guard; // inside one step it is fine
                        right += c10::GradMode::is_enabled() ? 0 : 1;
                    }
                    right += c10::GradMode::is_enabled() ? 1 : 0;
                    co_await scope.step();
                }
                co_return right;
            },
            kGradientScript.id);
        bench.runAll();
        QVERIFY(careless.wait().error().code == ErrorCode::Internal);
        QVERIFY(careless.wait().error().context.find("guard") != std::string::npos);
        QCOMPARE(*careful.wait(), 8);
        QVERIFY(!c10::InferenceMode::is_enabled());
    }

    void errorsOfLibTorchLoseTheirBacktrace()
    {
        EngineBench bench;
        JobHandle<int> job = bench.submit([](EngineScope &) -> Task<int> {
            at::mm(at::ones({2, 3}), at::ones({4, 5}));
            co_return 0;
        });
        JobHandle<int> memory = bench.submit([](EngineScope &) -> Task<int> {
            TORCH_CHECK_WITH(OutOfMemoryError, false, "CUDA out of memory. Tried to allocate 2.00 GiB.");
            co_return 0;
        });
        JobHandle<int> ours = bench.submit([](EngineScope &) -> Task<int> {
            throw Exception(ErrorCode::Shape, "mask.png is 3x3 pixels large, 64x64 were expected");
            co_return 0;
        });
        JobHandle<int> number = bench.submit([](EngineScope &) -> Task<int> {
            throw 42;
            co_return 0;
        });
        bench.runAll();
        const Error error = job.wait().error();
        QVERIFY(error.code == ErrorCode::Internal);
        QVERIFY2(error.message.find("2x3 and 4x5") != std::string::npos, error.message.c_str());
        QVERIFY(error.message.find('\n') == std::string::npos);
        QVERIFY(error.message.find("frame #") == std::string::npos);
        QVERIFY(error.context.find("c10::Error") != std::string::npos);
        QVERIFY(memory.wait().error().code == ErrorCode::OutOfMemory);
        QVERIFY(ours.wait().error().code == ErrorCode::Shape);
        QVERIFY(number.wait().error().code == ErrorCode::Internal);
    }

    void theBudgetFailsOneJobWithWhatWasNeededAndFree()
    {
        EngineSettings settings;
        settings.memoryBudgetBytes = 200 * kMega;
        EngineBench bench(settings);
        JobHandle<int> greedy = bench.submit([](EngineScope &scope) -> Task<int> {
            const at::Tensor first = megabytes(150);
            co_await scope.step();
            const at::Tensor second = megabytes(150);
            co_return 0;
        });
        JobHandle<int> modest = bench.submit([](EngineScope &scope) -> Task<int> {
            for (int i = 0; i < 4; ++i) {
                megabytes(10).add_(1);
                co_await scope.step();
            }
            co_return 1;
        });
        bench.runAll();
        const Error error = greedy.wait().error();
        QVERIFY(error.code == ErrorCode::OutOfMemory);
        QVERIFY2(error.message.find("150 MB") != std::string::npos, error.message.c_str()); // needed
        QVERIFY2(error.message.find("50 MB") != std::string::npos, error.message.c_str());  // free
        QVERIFY2(error.message.find("200 MB") != std::string::npos, error.message.c_str()); // of the budget
        QCOMPARE(*modest.wait(), 1);
        // What the job held is free again.
        JobHandle<int> next = bench.submit([](EngineScope &) -> Task<int> {
            megabytes(180);
            co_return 2;
        });
        bench.runAll();
        QCOMPARE(*next.wait(), 2);
    }

    void memoryIsChargedToTheJobThatAllocates()
    {
        EngineBench bench;
        const std::uint64_t before = MemoryLedger::instance().used();
        const auto holding = [](std::int64_t size) {
            return [size](EngineScope &scope) -> Task<int> {
                std::vector<at::Tensor> held;
                for (int i = 0; i < 5; ++i) {
                    held.push_back(megabytes(size));
                    co_await scope.step();
                }
                held.clear();
                held.push_back(megabytes(size)); // below the peak
                co_await scope.step();
                co_return 0;
            };
        };
        JobHandle<int> large = bench.submit(holding(10));
        JobHandle<int> small = bench.submit(holding(1));
        bench.runAll();
        const std::uint64_t largePeak = large.record().peakBytes, smallPeak = small.record().peakBytes;
        QVERIFY2(largePeak >= 50 * kMega && largePeak < 51 * kMega, std::to_string(largePeak).c_str());
        QVERIFY2(smallPeak >= 5 * kMega && smallPeak < 6 * kMega, std::to_string(smallPeak).c_str());
        QCOMPARE(MemoryLedger::instance().used(), before);
    }

    void aCancelledJobGivesItsMemoryBack()
    {
        EngineBench bench;
        const std::uint64_t before = MemoryLedger::instance().used();
        JobHandle<int> job = bench.submit([](EngineScope &scope) -> Task<int> {
            const at::Tensor held = megabytes(20);
            while (true)
                co_await scope.step();
        });
        bench.turn();
        bench.turn();
        QVERIFY(MemoryLedger::instance().used() >= before + 20 * kMega);
        job.cancel();
        bench.turn();
        QVERIFY(job.finished());
        QCOMPARE(MemoryLedger::instance().used(), before);
    }

    void aTensorMayOutliveItsJob()
    {
        const std::uint64_t before = MemoryLedger::instance().used();
        at::Tensor kept;
        {
            EngineBench bench;
            bench.submit([&kept](EngineScope &) -> Task<int> {
                kept = megabytes(1);
                co_return 0;
            });
            bench.runAll();
        }
        QVERIFY(MemoryLedger::instance().used() > before);
        kept = at::Tensor();
        QCOMPARE(MemoryLedger::instance().used(), before);
    }

    void blocksOfTheCountingAllocatorAreAlignedAndRawAllocationWorks()
    {
        EngineBench bench;
        c10::Allocator *allocator = c10::GetAllocator(c10::kCPU);
        for (const std::size_t bytes : {1u, 63u, 64u, 1000003u}) {
            void *raw = allocator->raw_allocate(bytes);
            QCOMPARE(reinterpret_cast<std::uintptr_t>(raw) % 64, std::uintptr_t(0));
            std::memset(raw, 1, bytes);
            allocator->raw_deallocate(raw);
        }
        QVERIFY(at::empty({0}).numel() == 0);
    }

    void everyStepHasTheThreadsOfTheSettings()
    {
        EngineSettings settings;
        settings.threads = 2;
        EngineBench bench(settings);
        JobHandle<int> job = bench.submit([](EngineScope &scope) -> Task<int> {
            at::set_num_threads(1); // as a decomposition does
            co_await scope.step();
            co_return at::get_num_threads();
        });
        bench.runAll();
        QCOMPARE(*job.wait(), 2);
        QCOMPARE(bench.runtime.info().threads, 2);
    }

    void everyStepKeepsDenormalNumbers()
    {
        EngineBench bench;
        JobHandle<int> job = bench.submit([](EngineScope &scope) -> Task<int> {
            _mm_setcsr(_mm_getcsr() | 0x8040); // as a library does that was built with -ffast-math
            co_await scope.step();
            co_return (_mm_getcsr() & 0x8040) == 0 ? 1 : 0;
        });
        bench.runAll();
        QCOMPARE(*job.wait(), 1);
    }

    void theProductInUseIsLibTorchs()
    {
        EngineBench bench;
        const std::string blas = bench.runtime.info().blasLibrary;
        QVERIFY2(blas.find("libtorch_cpu") != std::string::npos, blas.c_str());
    }

    void aPictureAtHandNeedsNoFile()
    {
        EngineBench bench;
        JobHandle<int> job = bench.submit([](EngineScope &scope) -> Task<int> {
            PictureSource source;
            source.pixels = Picture{1, 1, {1, 2, 3}};
            Task<Picture> load = loadPicture(scope, std::move(source));
            const Picture picture = co_await std::move(load);
            co_return picture.rgb[2];
        });
        JobHandle<int> empty = bench.submit([](EngineScope &scope) -> Task<int> {
            Task<Picture> load = loadPicture(scope, PictureSource{});
            co_await std::move(load);
            co_return 0;
        });
        bench.runAll();
        QCOMPARE(*job.wait(), 3);
        QVERIFY(empty.wait().error().code == ErrorCode::BadInput);
    }

    void aPictureFileThatIsNotThereIsNamed()
    {
        EngineBench bench;
        JobHandle<int> job = bench.submit([](EngineScope &scope) -> Task<int> {
            PictureSource source;
            source.path = "/nowhere/cat.png";
            Task<Picture> load = loadPicture(scope, std::move(source));
            co_await std::move(load);
            co_return 0;
        });
        bench.runAll();
        const Error error = job.wait().error();
        if (error.code == ErrorCode::Unsupported)
            QSKIP(error.message.c_str());
        QVERIFY(error.code == ErrorCode::NotFound);
        QVERIFY2(error.message.find("cat.png") != std::string::npos, error.message.c_str());
    }

    void pluginsJobsAreLoadedAndRun()
    {
        EngineBench bench;
        bench.runtime.loadJobs(ORRERY_TEST_JOBS_LIBRARY);
        JobControl job = bench.scheduler->submit("test.from-library", std::any(20), {}, {}, {});
        bench.runAll();
        QCOMPARE(std::any_cast<int>(*job.waitAny()), 21);
        try {
            bench.runtime.loadJobs("/nowhere/libjobs.so");
            QFAIL("a missing library was loaded");
        } catch (const Exception &e) {
            QVERIFY(e.code() == ErrorCode::ModelFile);
            QVERIFY(std::string(e.what()).find("/nowhere/libjobs.so") != std::string::npos);
        }
    }
};

QTEST_GUILESS_MAIN(TorchRuntimeTest)
#include "torch_runtime_test.moc"
