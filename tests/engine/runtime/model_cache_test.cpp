// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/runtime/engine_bench.h"

#include "engine/runtime/memory_ledger.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <c10/core/InferenceMode.h>

#include <QtTest>

using namespace orrery;

namespace {

constexpr std::uint64_t kMega = 1000000;

struct Model
{
    at::Tensor weight;
    MemoryCharge mapped;
    Tracked tracked;
};

struct Loads
{
    int count = 0;
};

/// A loader of so many megabytes that takes two steps.
ModelCache::Loader<Model> loader(std::int64_t size, Loads *loads = nullptr, std::uint64_t mapped = 0)
{
    return [size, loads, mapped](EngineScope &scope) -> Task<std::shared_ptr<Model>> {
        if (loads)
            ++loads->count;
        auto model = std::make_shared<Model>();
        model->mapped = MemoryCharge(mapped);
        model->weight = at::ones({size * static_cast<std::int64_t>(kMega) / 4}, at::kFloat);
        co_await scope.step();
        model->weight.mul_(2);
        co_return model;
    };
}

Task<int> use(EngineScope &scope, std::string key, ModelCache::Loader<Model> load)
{
    Task<std::shared_ptr<Model>> get = modelCache(scope).get<Model>(scope, std::move(key), std::move(load));
    const std::shared_ptr<Model> model = co_await std::move(get);
    co_await scope.step();
    co_return static_cast<int>(model->weight[0].item<float>());
}

std::function<Task<int>(EngineScope &)> using_(std::string key, ModelCache::Loader<Model> load)
{
    return [key = std::move(key), load = std::move(load)](EngineScope &scope) { return use(scope, key, load); };
}

} // namespace

class ModelCacheTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup()
    {
        QCOMPARE(Tracked::alive.load(), 0); // every cache is gone by now
    }

    void aModelIsLoadedOnceAndKept()
    {
        EngineBench bench;
        Loads loads;
        JobHandle<int> first = bench.submit(using_("a", loader(1, &loads)));
        bench.runAll();
        JobHandle<int> second = bench.submit(using_("a", loader(1, &loads)));
        bench.runAll();
        QCOMPARE(*first.wait(), 2);
        QCOMPARE(*second.wait(), 2);
        QCOMPARE(loads.count, 1);
        QCOMPARE(bench.runtime.models().size(), std::size_t(1));
        QVERIFY(bench.runtime.models().bytes() >= kMega);
        // The job that found it there paid nothing for it; the one that loaded it did.
        QVERIFY(first.record().peakBytes >= kMega);
        QVERIFY(second.record().peakBytes < kMega);
    }

    void aLoaderMayLoadWhatItsModelNeeds()
    {
        EngineBench bench;
        const ModelCache::Loader<Model> outer = [](EngineScope &scope) -> Task<std::shared_ptr<Model>> {
            Task<std::shared_ptr<Model>> inner = modelCache(scope).get<Model>(scope, "part", loader(1));
            const std::shared_ptr<Model> part = co_await std::move(inner);
            const ModelCache::Loader<Model> load = loader(2); // its captures must outlive the task
            Task<std::shared_ptr<Model>> own = load(scope);
            const std::shared_ptr<Model> model = co_await std::move(own);
            if (model->weight.is_inference() || part->weight.is_inference())
                throw Exception(ErrorCode::Internal, "weights were made in the job's own mode");
            co_return model;
        };
        JobHandle<int> first = bench.submit(using_("whole", outer));
        bench.runAll();
        QCOMPARE(*first.wait(), 2);
        QCOMPARE(bench.runtime.models().size(), std::size_t(2));
        QVERIFY(bench.runtime.models().bytes() >= 3 * kMega); // both models', neither the job's
        JobHandle<int> second = bench.submit(using_("part", loader(1)));
        bench.runAll();
        QVERIFY(second.record().peakBytes < kMega);
    }

    void jobsThatWantTheSameModelWaitForTheFirst()
    {
        EngineBench bench;
        Loads loads;
        std::vector<JobHandle<int>> jobs;
        for (int i = 0; i < 4; ++i)
            jobs.push_back(bench.submit(using_("a", loader(1, &loads))));
        bench.runAll();
        for (const JobHandle<int> &job : jobs)
            QCOMPARE(*job.wait(), 2);
        QCOMPARE(loads.count, 1);
    }

    void aCancelledLoadLeavesNothingAndTheNextOneLoadsAgain()
    {
        EngineBench bench;
        const std::uint64_t before = MemoryLedger::instance().used();
        Loads loads;
        JobHandle<int> first = bench.submit(using_("a", loader(1, &loads)));
        bench.turn(); // asks for the loading mode
        bench.turn(); // has begun to load
        QCOMPARE(loads.count, 1);
        first.cancel();
        bench.runAll();
        QVERIFY(!first.wait());
        QCOMPARE(bench.runtime.models().size(), std::size_t(0));
        QCOMPARE(MemoryLedger::instance().used(), before);
        JobHandle<int> second = bench.submit(using_("a", loader(1, &loads)));
        bench.runAll();
        QCOMPARE(*second.wait(), 2);
        QCOMPARE(loads.count, 2);
    }

    void aFailedLoadTellsItsReasonAndIsTriedAgainByTheNextJob()
    {
        EngineBench bench;
        ModelCache::Loader<Model> broken = [](EngineScope &scope) -> Task<std::shared_ptr<Model>> {
            co_await scope.step();
            throw Exception(ErrorCode::ModelFile, "config.json of picture-clip is not JSON");
        };
        JobHandle<int> failed = bench.submit(using_("a", broken));
        JobHandle<int> waiting = bench.submit(using_("a", loader(1)));
        bench.runAll();
        QVERIFY(failed.wait().error().code == ErrorCode::ModelFile);
        QCOMPARE(*waiting.wait(), 2);
    }

    void oneKeyIsOneType()
    {
        EngineBench bench;
        bench.submit(using_("a", loader(1)));
        bench.runAll();
        JobHandle<int> other = bench.submit([](EngineScope &scope) -> Task<int> {
            ModelCache::Loader<int> load = [](EngineScope &) -> Task<std::shared_ptr<int>> {
                co_return std::make_shared<int>(1);
            };
            Task<std::shared_ptr<int>> get = modelCache(scope).get<int>(scope, "a", load);
            co_return *co_await std::move(get);
        });
        bench.runAll();
        QVERIFY(other.wait().error().code == ErrorCode::Internal);
    }

    void weightsLoadedByAnInferenceJobServeGradients()
    {
        EngineBench bench;
        bench.submit(using_("a", loader(1)));
        bench.runAll();
        JobHandle<int> gradient = bench.submit(
            [](EngineScope &scope) -> Task<int> {
                ModelCache::Loader<Model> load = loader(1);
                Task<std::shared_ptr<Model>> get = modelCache(scope).get<Model>(scope, "a", load);
                const std::shared_ptr<Model> model = co_await std::move(get);
                if (model->weight.is_inference())
                    throw Exception(ErrorCode::Internal, "The weights belong to inference mode");
                const at::Tensor input = at::ones_like(model->weight).requires_grad_(true);
                (input * model->weight).sum().backward(); // saves the weights for the backward pass
                co_return static_cast<int>(input.grad()[0].item<float>());
            },
            kGradientScript.id);
        bench.runAll();
        QCOMPARE(*gradient.wait(), 2);
    }

    void theLeastRecentlyUsedModelGoesFirst()
    {
        EngineBench bench;
        for (const char *key : {"a", "b", "c"}) {
            bench.submit(using_(key, loader(1)));
            bench.runAll();
        }
        Loads loads;
        bench.submit(using_("a", loader(1, &loads))); // now "b" is the oldest
        bench.runAll();
        QVERIFY(bench.runtime.models().evict(1) >= kMega);
        QCOMPARE(bench.runtime.models().size(), std::size_t(2));
        for (const char *key : {"a", "c"})
            bench.submit(using_(key, loader(1, &loads)));
        bench.runAll();
        QCOMPARE(loads.count, 0);
        bench.submit(using_("b", loader(1, &loads)));
        bench.runAll();
        QCOMPARE(loads.count, 1);
    }

    void whatAJobHoldsIsNotEvicted()
    {
        EngineBench bench;
        JobHandle<int> holder = bench.submit([](EngineScope &scope) -> Task<int> {
            ModelCache::Loader<Model> load = loader(1);
            Task<std::shared_ptr<Model>> get = modelCache(scope).get<Model>(scope, "held", load);
            const std::shared_ptr<Model> model = co_await std::move(get);
            const int freed = static_cast<int>(modelCache(scope).evict());
            co_await scope.step();
            co_return freed + static_cast<int>(model->weight[0].item<float>());
        });
        bench.runAll();
        QCOMPARE(*holder.wait(), 2);
        QCOMPARE(bench.runtime.models().size(), std::size_t(1));
    }

    void outOfMemoryEvictsModelsAndTheJobSucceeds()
    {
        EngineSettings settings;
        settings.memoryBudgetBytes = 200 * kMega;
        EngineBench bench(settings);
        bench.submit(using_("a", loader(150)));
        bench.runAll();
        int tries = 0;
        JobHandle<int> job = bench.submit([&tries](EngineScope &scope) -> Task<int> {
            ++tries;
            co_await scope.step();
            const at::Tensor large = at::ones({25000000}, at::kFloat); // 100 MB
            co_return static_cast<int>(large[0].item<float>());
        });
        bench.runAll();
        QCOMPARE(*job.wait(), 1);
        QCOMPARE(tries, 2);
        QCOMPARE(bench.runtime.models().size(), std::size_t(0));
    }

    void mappedWeightsCount()
    {
        EngineSettings settings;
        settings.memoryBudgetBytes = 200 * kMega;
        EngineBench bench(settings);
        JobHandle<int> fits = bench.submit(using_("a", loader(1, nullptr, 100 * kMega)));
        bench.runAll();
        QVERIFY(fits.wait());
        QVERIFY(bench.runtime.models().bytes() >= 101 * kMega);
        QVERIFY(bench.runtime.info().memoryUsedBytes >= 101 * kMega);
        JobHandle<int> tooLarge = bench.submit(using_("b", loader(1, nullptr, 300 * kMega)));
        bench.runAll();
        QVERIFY(tooLarge.wait().error().code == ErrorCode::OutOfMemory);
        QVERIFY(tooLarge.wait().error().message.find("300 MB") != std::string::npos);
    }

    void roomIsMadeByTheOldestModelsOnly()
    {
        EngineSettings settings;
        settings.memoryBudgetBytes = 200 * kMega;
        EngineBench bench(settings);
        for (const char *key : {"a", "b", "c"}) {
            bench.submit(using_(key, loader(50)));
            bench.runAll();
        }
        bench.runtime.models().makeRoom(80 * kMega); // 50 MB are free: one model must go
        QCOMPARE(bench.runtime.models().size(), std::size_t(2));
        bench.runtime.models().makeRoom(80 * kMega);
        QCOMPARE(bench.runtime.models().size(), std::size_t(2));
    }
};

QTEST_GUILESS_MAIN(ModelCacheTest)
#include "model_cache_test.moc"
