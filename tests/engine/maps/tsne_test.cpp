// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/tsne.h"
#include "tests/engine/maps/map_fixture.h"
#include "tests/engine/maps/map_parts.h"

#include <QTest>

using namespace orrery;
using namespace orrery::maps;
using namespace orrery::test;

namespace {

Affinities affinitiesOf(const Points &points, double perplexity)
{
    return finished(AffinityFit(nearest(points, neighboursFor(perplexity, points.count)), {perplexity}));
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
    void exaggerationFades();
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
    const int own = amongTheirOwn(end.positions);
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
    const auto made = [&](int threads) {
        const Threads scope(threads);
        return after(affinities, {0, randomStart(count), {}, {}}, 300);
    };
    const OptimiserState one = made(1), three = made(3);
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

void TsneTest::exaggerationFades()
{
    TsneSettings settings;
    settings.exaggeration = 2;
    QCOMPARE(exaggerationAt(settings, 0), 12);
    QCOMPARE(exaggerationAt(settings, 99), 12);
    for (std::int64_t i = 100; i < 250; ++i)
        QVERIFY(exaggerationAt(settings, i) < exaggerationAt(settings, i - 1) && exaggerationAt(settings, i) > 2);
    QCOMPARE(exaggerationAt(settings, 250), 2);
    settings.earlyIterations = 0;
    QCOMPARE(exaggerationAt(settings, 0), 2);
    settings.earlyIterations = 1;
    QVERIFY(exaggerationAt(settings, 0) > 2);
}

QTEST_GUILESS_MAIN(TsneTest)
#include "tsne_test.moc"
