// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/component_places.h"
#include "engine/maps/fuzzy_set.h"
#include "engine/maps/spectral.h"
#include "tests/engine/maps/map_fixture.h"
#include "tests/engine/maps/map_parts.h"

#include <QTest>

#include <numeric>

using namespace orrery;
using namespace orrery::maps;
using namespace orrery::test;

namespace {

SymmetricRows graphOf(const Points &points, std::int64_t k)
{
    return finished(FuzzySetFit(nearest(points, k), Metric::Euclidean));
}

SymmetricRows strip()
{
    const NpyMatrix given = mapFixture("strip", "points");
    return graphOf(centred(given.values.data(), given.rows, given.columns), 14);
}

/// `count` points on a line, far from those of other lines.
Points lines(std::vector<std::int64_t> counts)
{
    Points points{std::accumulate(counts.begin(), counts.end(), std::int64_t(0)), 2, {}};
    for (std::size_t line = 0; line < counts.size(); ++line)
        for (std::int64_t i = 0; i < counts[line]; ++i)
            points.values.insert(points.values.end(), {float(i) * 0.25F, float(line * 1000)});
    return points;
}

SmoothestVectors solved(const SymmetricRows &graph)
{
    SmoothestVectors fit(graph);
    while (!fit.done())
        fit.step();
    return fit;
}

} // namespace

class SpectralTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void vectorsAreThoseOfTheReference();
    void bothWaysAgree();
    void bitsDoNotDependOnThreads();
    void instructionSetsAgree_data();
    void instructionSetsAgree();
    void smallGraphsHaveWhatThereIs();
    void partsAreFound();
    void partsTakeTheirPlaces();
};

void SpectralTest::vectorsAreThoseOfTheReference()
{
    const SymmetricRows graph = strip();
    QVERIFY(graph.count > SmoothestVectors::kDense);
    const SmoothestVectors fit = solved(graph);
    const std::vector<float> values = mapFixture("strip", "eigenvalues").values;
    for (std::size_t c = 0; c < 2; ++c)
        QVERIFY(std::abs(fit.eigenvalues()[c] - double(values[c])) < 1e-5);
    QVERIFY(largestDifference(fit.vectors(), mapFixture("strip", "vectors").values) < 1e-3);
}

void SpectralTest::bothWaysAgree()
{
    // Twice the same line: each half of the vectors of the whole is that of the part, which is solved in the other way.
    const SymmetricRows whole = graphOf(lines({SmoothestVectors::kDense + 40}), 6);
    const SymmetricRows part = graphOf(lines({SmoothestVectors::kDense}), 6);
    // Eigenvalues of a path fall with the square of its length.
    const double ratio = solved(part).eigenvalues()[0] / solved(whole).eigenvalues()[0];
    const double expected = std::pow(double(whole.count) / double(part.count), 2);
    QVERIFY2(std::abs(ratio / expected - 1) < 0.05, qPrintable(QString::number(ratio)));
}

void SpectralTest::bitsDoNotDependOnThreads()
{
    const SymmetricRows graph = graphOf(lines({5000}), 8);
    const auto made = [&](int threads) {
        const Threads scope(threads);
        return solved(graph).vectors();
    };
    QVERIFY(made(1) == made(3));
}

void SpectralTest::instructionSetsAgree_data()
{
    QTest::addColumn<QByteArray>("name");
    for (const char *name : {"sse2", "avx2", "avx512"})
        QTest::newRow(name) << QByteArray(name);
}

void SpectralTest::instructionSetsAgree()
{
    QFETCH(QByteArray, name);
    const Kernels *kernels = kernelsNamed(name);
    if (!kernels)
        QSKIP("This processor lacks it");
    // out = 2 (mean over neighbours) + 3 in − before, for a graph of two points that are each other's neighbour.
    SymmetricRows graph{2, {0, 16, 32}, ChargedVector<std::int32_t>(32), ChargedVector<float>(32)};
    graph.index[0] = 1;
    graph.value[0] = graph.value[16] = 0.5F;
    std::vector<float> in(16), before(16, 1.0F), out(16), perDegree{2, 2};
    std::iota(in.begin(), in.end(), 0.0F);
    kernels->averageRows(in.data(), graph.rows(), perDegree.data(), 0, 2, 2, 3, before.data(), out.data());
    for (std::size_t c = 0; c < 8; ++c) {
        QCOMPARE(out[c], 2 * in[8 + c] + 3 * in[c] - 1);
        QCOMPARE(out[8 + c], 2 * in[c] + 3 * in[8 + c] - 1);
    }
}

void SpectralTest::smallGraphsHaveWhatThereIs()
{
    QVERIFY((solved(graphOf(lines({2}), 1)).vectors()[0] > 0.7F));
    QCOMPARE(solved(graphOf(lines({2}), 1)).vectors()[1], 0.0F);
    const SymmetricRows alone{1, {0, 16}, ChargedVector<std::int32_t>(16), ChargedVector<float>(16)};
    QVERIFY((solved(alone).vectors() == std::vector<float>{0, 0}));
}

void SpectralTest::partsAreFound()
{
    const SymmetricRows graph = graphOf(lines({30, 20, 40}), 5);
    ComponentSearch search(graph);
    while (!search.done())
        search.step();
    QCOMPARE(search.count(), 3);
    QCOMPARE(search.labels()[0], 0);
    QCOMPARE(search.labels()[29], 0);
    QCOMPARE(search.labels()[30], 1);
    QCOMPARE(search.labels()[89], 2);
    std::vector<std::int32_t> members(20);
    std::iota(members.begin(), members.end(), 30);
    std::vector<std::int32_t> ranks(90);
    std::iota(ranks.begin() + 30, ranks.begin() + 50, 0);
    const SymmetricRows part = finished(PartCopy(graph, members, ranks)), same = graphOf(lines({20}), 5);
    QVERIFY(part.index == same.index && largestDifference(part.value, same.value) < 1e-6);
}

void SpectralTest::partsTakeTheirPlaces()
{
    const std::vector<float> plane{0, 0, 2, 0, 10, 0, 10, 2};
    ComponentPlaces places(plane, {0, 0, 1, 1}, 2);
    QVERIFY((places.centres() == std::vector<float>{1, 0, 10, 1}));
    places.setNearest({8, 8});
    places.place(0, {100, 7, 100, 9});
    places.placeAsOnPlane(1);
    QVERIFY((places.take() == std::vector<float>{1, -4, 1, 4, 10, -3, 10, 5}));
}

QTEST_GUILESS_MAIN(SpectralTest)
#include "spectral_test.moc"
