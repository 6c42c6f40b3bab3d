// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/fuzzy_set.h"
#include "engine/maps/umap.h"
#include "tests/engine/maps/map_fixture.h"
#include "tests/engine/maps/map_parts.h"

#include <QTest>

using namespace orrery;
using namespace orrery::maps;
using namespace orrery::test;

namespace {

constexpr std::int64_t kIterations = 200;

SymmetricRows graphOf(const Points &points)
{
    SymmetricRows graph = finished(FuzzySetFit(nearest(points, 14), Metric::Euclidean));
    dropUnlikely(graph, kIterations);
    return graph;
}

UmapSettings settings(const std::vector<float> *anchors = nullptr)
{
    UmapSettings settings;
    settings.curve = fitCurve(0.1, 1);
    settings.iterations = kIterations;
    settings.seed = 3;
    settings.anchors = anchors;
    return settings;
}

OptimiserState randomStart(std::int64_t count)
{
    Generator generator(9);
    OptimiserState start;
    for (std::int64_t i = 0; i < 2 * count; ++i)
        start.positions.push_back(float(10 * generator.uniform() - 5));
    return start;
}

OptimiserState after(const SymmetricRows &graph, OptimiserState state, std::int64_t iterations,
                     const UmapSettings &how = settings(), const Kernels &kernels = maps::kernels())
{
    UmapOptimiser optimiser(graph, std::move(state), how, kernels);
    while (optimiser.iteration() < iterations || !optimiser.betweenIterations())
        optimiser.step();
    return optimiser.state();
}

double lossOf(const SymmetricRows &graph, const OptimiserState &state)
{
    UmapOptimiser optimiser(graph, state, settings());
    for (optimiser.beginLoss(); !optimiser.lossDone();)
        optimiser.lossStep();
    return optimiser.loss();
}

} // namespace

class UmapTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theCurveIsThatOfTheReference();
    void everyConnectionHasItsPlace();
    void descendingFindsTheClusters();
    void bitsDoNotDependOnThreads();
    void anotherSeedMakesAnotherMap();
    void goingOnIsAsIfNeverStopped();
    void instructionSetsAgree_data();
    void instructionSetsAgree();
    void newPointsGoToTheirAnchors();
};

void UmapTest::theCurveIsThatOfTheReference()
{
    const NpyMatrix curves = mapFixture("umap", "curves"); // spread, smallest distance, a, b
    QVERIFY(curves.rows >= 5);
    for (auto row = curves.values.begin(); row != curves.values.end(); row += 4) {
        const UmapCurve curve = fitCurve(double(row[1]), double(row[0]));
        QVERIFY2(std::abs(curve.a / double(row[2]) - 1) < 1e-4, qPrintable(QString::number(curve.a)));
        QVERIFY2(std::abs(curve.b / double(row[3]) - 1) < 1e-4, qPrintable(QString::number(curve.b)));
    }
}

void UmapTest::everyConnectionHasItsPlace()
{
    const SymmetricRows graph = graphOf(clusters(700));
    UmapSlices dealt(graph, 16);
    while (!dealt.done())
        dealt.step();
    QCOMPARE(dealt.firstPlace(16), 700);
    const float surest = *std::max_element(graph.value.begin(), graph.value.end());
    const MapSlices slices = dealt.slices();
    for (std::int64_t block = 0; block < 16; ++block)
        for (std::int64_t slice = dealt.firstSlice(block); slice < dealt.firstSlice(block + 1); ++slice)
            for (std::int64_t lane = 0; lane < kSlice; ++lane) {
                std::vector<std::pair<std::int32_t, float>> found, expected;
                const std::int64_t place = slices.start[slice] + lane;
                for (std::int64_t slot = slices.first[slice]; slot < slices.first[slice + 1]; ++slot)
                    if (const float rate = slices.rate[slot * kSlice + lane]; rate > 0)
                        found.emplace_back(dealt.order()[std::size_t(slices.index[slot * kSlice + lane])], rate);
                if (place < dealt.firstPlace(block + 1)) {
                    const auto row = std::size_t(dealt.order()[std::size_t(place)]);
                    for (auto e = std::size_t(graph.first[row]); e < std::size_t(graph.first[row + 1]); ++e)
                        if (graph.value[e] > 0)
                            expected.emplace_back(graph.index[e], graph.value[e] / surest);
                }
                std::sort(found.begin(), found.end());
                QVERIFY(found == expected);
            }
}

void UmapTest::descendingFindsTheClusters()
{
    const SymmetricRows graph = graphOf(clusters(2600));
    const OptimiserState start = randomStart(2600), end = after(graph, start, kIterations);
    QVERIFY(lossOf(graph, end) < 0.7 * lossOf(graph, start));
    const int own = amongTheirOwn(end.positions);
    QVERIFY2(own > 290, qPrintable(QString::number(own)));
}

void UmapTest::bitsDoNotDependOnThreads()
{
    const SymmetricRows graph = graphOf(clusters(2600));
    const auto made = [&](int threads) {
        const Threads scope(threads);
        return after(graph, randomStart(2600), 60).positions;
    };
    QVERIFY(made(1) == made(3));
}

void UmapTest::anotherSeedMakesAnotherMap()
{
    const SymmetricRows graph = graphOf(clusters(300));
    UmapSettings other = settings();
    other.seed = 4;
    QVERIFY(after(graph, randomStart(300), 20).positions != after(graph, randomStart(300), 20, other).positions);
}

void UmapTest::goingOnIsAsIfNeverStopped()
{
    const SymmetricRows graph = graphOf(clusters(2600));
    const OptimiserState start = randomStart(2600);
    const OptimiserState whole = after(graph, start, 80);
    const OptimiserState parts = after(graph, after(graph, after(graph, start, 1), 47), 80);
    QVERIFY(whole.positions == parts.positions);
    QVERIFY(whole.positions != after(graph, start, 79).positions);
}

void UmapTest::instructionSetsAgree_data()
{
    QTest::addColumn<QByteArray>("name");
    for (const char *name : {"sse2", "avx2", "avx512"})
        QTest::newRow(name) << QByteArray(name);
}

void UmapTest::instructionSetsAgree()
{
    QFETCH(QByteArray, name);
    const Kernels *kernels = kernelsNamed(name);
    if (!kernels)
        QSKIP("This processor lacks it");
    // One point with one connection that is drawn every time, nothing pushed: where it goes is known.
    const SymmetricRows graph{1, {0, 16}, ChargedVector<std::int32_t>(16), [] {
                                  ChargedVector<float> value(16);
                                  value[0] = 1;
                                  return value;
                              }()};
    const std::vector<float> anchor{3, 1};
    UmapSettings how = settings(&anchor);
    how.negatives = 0;
    how.firstStep = 0.25;
    for (const float x : {0.5F, 2.9F, 40.0F}) {
        const OptimiserState end = after(graph, {0, {x, 1.5F}, {}, {}}, 1, how, *kernels);
        const double dx = double(x) - 3, dy = 0.5, square = dx * dx + dy * dy, a = how.curve.a, b = how.curve.b;
        const double share = 0.25 * 2 * a * b * std::pow(square, b - 1) / (1 + a * std::pow(square, b));
        QVERIFY(std::abs(double(end.positions[0]) - (double(x) - share * dx)) < 1e-4);
        QVERIFY(std::abs(double(end.positions[1]) - (1.5 - share * dy)) < 1e-4);
        how.negatives = 4; // now the only point to draw is the anchor, too
        const OptimiserState pushed = after(graph, {0, {x, 1.5F}, {}, {}}, 1, how, *kernels);
        how.negatives = 0;
        QVERIFY(std::abs(pushed.positions[0] - 3) > std::abs(end.positions[0] - 3));
    }
}

void UmapTest::newPointsGoToTheirAnchors()
{
    // Ten anchors on a circle; each new point is connected to one of them, most surely.
    std::vector<float> anchors;
    for (int i = 0; i < 10; ++i)
        anchors.insert(anchors.end(), {float(4 * std::cos(0.2 * M_PI * i)), float(4 * std::sin(0.2 * M_PI * i))});
    SymmetricRows graph{40, {0}, {}, {}};
    for (std::int32_t i = 0; i < 40; ++i) {
        for (std::int32_t e = 0; e < 16; ++e) {
            graph.index.push_back(e == 0 ? i % 10 : 0);
            graph.value.push_back(e == 0 ? 1.0F : 0.0F);
        }
        graph.first.push_back(16 * (i + 1));
    }
    UmapSettings how = settings(&anchors);
    how.negatives = 1; // ten anchors crowd a point more than thousands do
    const std::vector<float> end = after(graph, randomStart(40), kIterations, how).positions;
    for (std::size_t i = 0; i < 40; ++i) {
        const auto distanceTo = [&](std::size_t anchor) {
            return std::hypot(end[2 * i] - anchors[2 * anchor], end[2 * i + 1] - anchors[2 * anchor + 1]);
        };
        for (std::size_t anchor = 0; anchor < 10; ++anchor)
            QVERIFY(anchor == i % 10 || distanceTo(i % 10) < distanceTo(anchor));
    }
}

QTEST_GUILESS_MAIN(UmapTest)
#include "umap_test.moc"
