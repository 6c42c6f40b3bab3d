// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/tsne.h"
#include "engine/runtime/generator.h"
#include "tests/engine/maps/map_fixture.h"

#include <ATen/Parallel.h>

#include <QTest>

using namespace orrery;
using namespace orrery::maps;
using namespace orrery::test;

namespace {

Affinities affinitiesOf(const Points &points, double perplexity)
{
    NeighbourSearch search(points, neighboursFor(perplexity, points.count));
    while (!search.done())
        search.step();
    AffinityFit fit(search.take(), perplexity);
    while (!fit.done())
        fit.step();
    return fit.take();
}

/// Clusters on a ring, in twelve dimensions.
Points clusters(std::int64_t count)
{
    Generator generator(5);
    Points points{count, 12, {}};
    for (std::int64_t i = 0; i < count; ++i)
        for (std::int64_t c = 0; c < 12; ++c)
            points.values.push_back(float(generator.normal() + (c == i % 10 ? 8 : 0)));
    return centred(points.values.data(), count, 12);
}

std::vector<float> randomStart(std::int64_t count)
{
    Generator generator(9);
    std::vector<float> start;
    for (std::int64_t i = 0; i < 2 * count; ++i)
        start.push_back(float(1e-4 * generator.normal()));
    return start;
}

OptimiserState after(const Affinities &affinities, OptimiserState state, std::int64_t iterations)
{
    TsneOptimiser optimiser(affinities, std::move(state), {});
    while (optimiser.iteration() < iterations)
        optimiser.step();
    return optimiser.state();
}

double lossOf(const Affinities &affinities, const OptimiserState &state)
{
    TsneOptimiser optimiser(affinities, state, {});
    for (optimiser.beginLoss(); !optimiser.lossDone();)
        optimiser.lossStep();
    return optimiser.loss();
}

/// More than TsneOptimiser::kExact: by the field.
constexpr std::int64_t kMany = 2600;

} // namespace

class TsneTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lossAndGradientAreThoseOfTheReference();
    void descendingFindsTheClusters_data();
    void descendingFindsTheClusters();
    void bitsDoNotDependOnThreads_data();
    void bitsDoNotDependOnThreads();
    void goingOnIsAsIfNeverStopped();
};

void TsneTest::lossAndGradientAreThoseOfTheReference()
{
    const NpyMatrix given = mapFixture("blobs", "points");
    const Affinities affinities = affinitiesOf(centred(given.values.data(), given.rows, given.columns), 10);
    const OptimiserState state{0, mapFixture("blobs", "map").values, {}, {}};
    QVERIFY(std::abs(lossOf(affinities, state) - double(mapFixture("blobs", "loss").values[0])) < 1e-4);
    const std::vector<float> expected = mapFixture("blobs", "gradient").values;
    TsneOptimiser optimiser(affinities, state, {});
    const double largest = double(*std::max_element(expected.begin(), expected.end()));
    QVERIFY(largestDifference(optimiser.gradient(), expected) < 1e-4 * largest);
}

void TsneTest::descendingFindsTheClusters_data()
{
    QTest::addColumn<int>("count");
    QTest::newRow("exact") << 600;
    QTest::newRow("by the field") << int(kMany);
}

void TsneTest::descendingFindsTheClusters()
{
    QFETCH(int, count);
    const Affinities affinities = affinitiesOf(clusters(count), 20);
    const OptimiserState start{0, randomStart(count), {}, {}};
    const OptimiserState end = after(affinities, start, 500);
    QVERIFY(lossOf(affinities, end) < 0.7 * lossOf(affinities, start));
    int own = 0; // points whose nearest on the map is of their cluster
    const auto square = [&](int i, int j) {
        return std::pow(end.positions[std::size_t(2 * i)] - end.positions[std::size_t(2 * j)], 2) +
               std::pow(end.positions[std::size_t(2 * i + 1)] - end.positions[std::size_t(2 * j + 1)], 2);
    };
    for (int i = 0; i < 300; ++i) {
        int nearest = i == 0 ? 1 : 0;
        for (int j = 0; j < count; ++j)
            if (j != i && square(i, j) < square(i, nearest))
                nearest = j;
        own += nearest % 10 == i % 10 ? 1 : 0;
    }
    QVERIFY2(own > 290, qPrintable(QString::number(own)));
}

void TsneTest::bitsDoNotDependOnThreads_data()
{
    descendingFindsTheClusters_data();
}

void TsneTest::bitsDoNotDependOnThreads()
{
    QFETCH(int, count);
    const Affinities affinities = affinitiesOf(clusters(count), 20);
    const int before = at::get_num_threads();
    at::set_num_threads(1);
    const OptimiserState one = after(affinities, {0, randomStart(count), {}, {}}, 300);
    at::set_num_threads(3);
    const OptimiserState three = after(affinities, {0, randomStart(count), {}, {}}, 300);
    at::set_num_threads(before);
    QVERIFY(one.positions == three.positions && one.gains == three.gains);
}

void TsneTest::goingOnIsAsIfNeverStopped()
{
    const Affinities affinities = affinitiesOf(clusters(kMany), 20);
    const OptimiserState start{0, randomStart(kMany), {}, {}};
    const OptimiserState whole = after(affinities, start, 280);
    const OptimiserState parts = after(affinities, after(affinities, after(affinities, start, 1), 251), 280);
    QVERIFY(whole.positions == parts.positions && whole.updates == parts.updates && whole.gains == parts.gains);
    QVERIFY(whole.positions != after(affinities, start, 279).positions);
}

QTEST_GUILESS_MAIN(TsneTest)
#include "tsne_test.moc"
