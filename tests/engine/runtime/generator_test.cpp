// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/generator.h"
#include "tests/engine/runtime/engine_bench.h"

#include <ATen/Functions.h>

#include <QtTest>

#include <cstring>
#include <set>

using namespace orrery;

namespace {

/// What a sampler does: draws, computes, suspends, draws again.
std::function<Task<int>(EngineScope &)> sampling(std::uint64_t seed, std::uint64_t sample, std::vector<float> *drawn)
{
    return [seed, sample, drawn](EngineScope &scope) -> Task<int> {
        Generator generator(seed, sample);
        for (int i = 0; i < 4; ++i) {
            const at::Tensor noise = generator.normal({33, 7}, deviceOf(scope));
            const at::Tensor values = noise.contiguous();
            drawn->insert(drawn->end(), values.const_data_ptr<float>(),
                          values.const_data_ptr<float>() + values.numel());
            co_await scope.step();
        }
        co_return 0;
    };
}

bool sameBits(const std::vector<float> &a, const std::vector<float> &b)
{
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

} // namespace

class GeneratorTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theNumbersAreThoseOfPhilox()
    {
        // Known answer of the authors for counter 0 and key 0 (Random123, kat_vectors, philox4x32 10).
        Generator generator(0);
        QCOMPARE(generator.bits(), 0x6627e8d5u);
        QCOMPARE(generator.bits(), 0xe169c58du);
        QCOMPARE(generator.bits(), 0xbc57ac4cu);
        QCOMPARE(generator.bits(), 0x9b00dbd8u);
    }

    void drawsDependNeitherOnThreadsNorOnOtherJobs()
    {
        std::vector<float> alone, accompanied;
        {
            EngineSettings settings;
            settings.threads = 1;
            EngineBench bench(settings);
            bench.submit(sampling(7, 3, &alone));
            bench.runAll();
        }
        {
            EngineSettings settings;
            settings.threads = 4;
            EngineBench bench(settings);
            std::vector<float> others[3];
            bench.submit(sampling(7, 2, &others[0]));
            bench.submit([](EngineScope &scope) -> Task<int> {
                for (int i = 0; i < 6; ++i) {
                    at::randn({100}); // LibTorch's own generator, which nobody should use
                    co_await scope.step();
                }
                co_return 0;
            });
            bench.submit(sampling(7, 3, &accompanied));
            bench.submit(sampling(8, 3, &others[1]));
            bench.runAll();
            QVERIFY(!sameBits(alone, others[0])); // another sample
            QVERIFY(!sameBits(alone, others[1])); // another seed
        }
        QCOMPARE(alone.size(), std::size_t(4 * 33 * 7));
        QVERIFY(sameBits(alone, accompanied));
    }

    void samplesAndStreamsAreDistinct()
    {
        std::set<std::uint32_t> first;
        for (std::uint64_t sample = 0; sample < 50; ++sample)
            for (std::uint32_t stream = 0; stream < 4; ++stream)
                first.insert(Generator(1, sample, stream).bits());
        QCOMPARE(first.size(), std::size_t(200));
    }

    void aTensorHoldsTheNumbersThatComeOneByOne()
    {
        Generator one(5), many(5);
        const at::Tensor tensor = many.normal({10});
        for (int i = 0; i < 10; ++i)
            QCOMPARE(tensor[i].item<float>(), static_cast<float>(one.normal()));
    }

    void normalNumbersHaveTheirMoments()
    {
        Generator generator(11);
        const at::Tensor x = generator.normal({200000}).to(at::kDouble);
        // Four standard errors: 1/sqrt(n), sqrt(2/n), sqrt(24/n).
        QVERIFY(std::abs(x.mean().item<double>()) < 0.009);
        QVERIFY(std::abs(x.var().item<double>() - 1) < 0.013);
        QVERIFY(std::abs(x.pow(4).mean().item<double>() - 3) < 0.09);
    }

    void uniformNumbersFillTheInterval()
    {
        Generator generator(12);
        const at::Tensor x = generator.uniform({200000});
        QVERIFY(x.min().item<float>() >= 0 && x.max().item<float>() < 1);
        const at::Tensor counts = at::histc(x, 10, 0, 1);
        QVERIFY(counts.min().item<float>() > 19400 && counts.max().item<float>() < 20600);
        for (int i = 0; i < 1000; ++i) {
            const double u = generator.uniform();
            QVERIFY(u >= 0 && u < 1);
        }
    }

    void boundedNumbersAreUnbiasedAndBounded()
    {
        Generator generator(13);
        int counts[3] = {};
        for (int i = 0; i < 30000; ++i) {
            const std::int64_t n = generator.below(3);
            QVERIFY(n >= 0 && n < 3);
            ++counts[n];
        }
        for (const int count : counts)
            QVERIFY(count > 9650 && count < 10350);
        QCOMPARE(generator.below(1), std::int64_t(0));
        bool refused = false;
        try {
            generator.below(0);
        } catch (const Exception &) {
            refused = true;
        }
        QVERIFY(refused);
    }

    void aPermutationHoldsEveryNumberOnce()
    {
        Generator generator(14);
        const at::Tensor p = generator.permutation(1000);
        QVERIFY(at::equal(std::get<0>(p.sort()), at::arange(1000)));
        QVERIFY(!at::equal(p, at::arange(1000)));
        QVERIFY(at::equal(p, Generator(14).permutation(1000)));
        QCOMPARE(generator.permutation(0).numel(), std::int64_t(0));
    }
};

QTEST_GUILESS_MAIN(GeneratorTest)
#include "generator_test.moc"
