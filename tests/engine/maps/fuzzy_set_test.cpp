// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/fuzzy_set.h"
#include "engine/maps/placement.h"
#include "tests/engine/maps/map_fixture.h"
#include "tests/engine/maps/map_parts.h"

#include <QTest>

using namespace orrery;
using namespace orrery::maps;
using namespace orrery::test;

namespace {

constexpr std::int64_t kNeighbours = 15; // of the fixture, the point itself counted

Points fixturePoints()
{
    const NpyMatrix given = mapFixture("umap", "points");
    return centred(given.values.data(), given.rows, given.columns);
}

FuzzySet setOf(const Points &points, Classes classes = {}, Metric metric = Metric::Euclidean)
{
    return finished(FuzzySetFit(nearest(points, kNeighbours - 1), metric, std::move(classes)));
}

/// [N, columns]
std::vector<float> dense(const SymmetricRows &rows, std::int64_t columns)
{
    std::vector<float> result(std::size_t(rows.count * columns), 0.0F);
    for (std::int64_t i = 0; i < rows.count; ++i)
        for (auto e = std::size_t(rows.first[std::size_t(i)]); e < std::size_t(rows.first[std::size_t(i) + 1]); ++e)
            result[std::size_t(i * columns + rows.index[e])] += rows.value[e];
    return result;
}

/// Relative: widths are of any size.
double furthestApart(const std::vector<float> &a, const std::vector<float> &b)
{
    double furthest = a.size() == b.size() ? 0 : INFINITY;
    for (std::size_t i = 0; i < a.size(); ++i)
        furthest = std::max(furthest,
                            std::abs(double(a[i]) / std::max(1e-30, double(b[i])) - (b[i] == 0 && a[i] == 0 ? 0 : 1)));
    return furthest;
}

} // namespace

class FuzzySetTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void widthsAreThoseOfTheReference();
    void itIsThatOfTheReference();
    void classesWeighAsInTheReference_data();
    void classesWeighAsInTheReference();
    void theCosineIsHalfASquare();
    void newPointsStartAsInTheReference();
    void bitsDoNotDependOnThreads();
    void whatIsTooRareIsDropped();
};

void FuzzySetTest::widthsAreThoseOfTheReference()
{
    const FuzzySet set = setOf(fixturePoints());
    QVERIFY(furthestApart(set.rhos, mapFixture("umap", "rhos").values) < 1e-4);
    QVERIFY(furthestApart(set.sigmas, mapFixture("umap", "sigmas").values) < 1e-4);
}

void FuzzySetTest::itIsThatOfTheReference()
{
    QVERIFY(largestDifference(dense(setOf(fixturePoints()), 120), mapFixture("umap", "graph").values) < 1e-4);
}

void FuzzySetTest::classesWeighAsInTheReference_data()
{
    QTest::addColumn<double>("weight");
    QTest::addColumn<QString>("array");
    QTest::newRow("half") << 0.5 << "supervised_0.5";
    QTest::newRow("all") << 1.0 << "supervised_1";
}

void FuzzySetTest::classesWeighAsInTheReference()
{
    QFETCH(double, weight);
    QFETCH(QString, array);
    const std::vector<float> given = mapFixture("umap", "classes").values;
    const auto classes = std::make_shared<std::vector<std::int32_t>>(given.begin(), given.end());
    const std::vector<float> set = dense(setOf(fixturePoints(), {classes, weight}), 120);
    QVERIFY(largestDifference(set, mapFixture("umap", array.toStdString()).values) < 1e-4);
}

void FuzzySetTest::theCosineIsHalfASquare()
{
    Points points = clusters(60);
    for (std::int64_t i = 0; i < points.count; ++i)
        normalise(points.row(i), points.dimensions);
    const FuzzySet set = setOf(points, {}, Metric::Cosine);
    const Neighbours near = nearest(points, 1);
    for (std::size_t i = 0; i < 60; ++i)
        QVERIFY(std::abs(set.rhos[i] - near.squaredDistance[i] / 2) < 1e-6F);
}

void FuzzySetTest::newPointsStartAsInTheReference()
{
    const NpyMatrix old = mapFixture("umap", "points"), given = mapFixture("umap", "fresh");
    const Points points{old.rows, old.columns, old.values}, fresh{given.rows, given.columns, given.values};
    const SymmetricRows rows =
        finished(PlacementFit(finished(NeighbourSearch(fresh, points, kNeighbours)), Metric::Euclidean));
    QVERIFY(largestDifference(dense(rows, points.count), mapFixture("umap", "connections").values) < 1e-4);
    const std::vector<float> places = placesAmong(rows, mapFixture("umap", "map").values);
    QVERIFY(largestDifference(places, mapFixture("umap", "placed").values) < 1e-4);
}

void FuzzySetTest::bitsDoNotDependOnThreads()
{
    const Points points = clusters(3000);
    const auto made = [&](int threads) {
        const Threads scope(threads);
        return setOf(points);
    };
    const FuzzySet one = made(1), three = made(3);
    QVERIFY(one.value == three.value && one.index == three.index && one.sigmas == three.sigmas);
}

void FuzzySetTest::whatIsTooRareIsDropped()
{
    SymmetricRows rows{2, {0, 2, 4}, {0, 1, 0, 1}, {0.5F, 0.09F, 0.09F, 0.11F}};
    dropUnlikely(rows, 5);
    QVERIFY((rows.value == ChargedVector<float>{0.5F, 0, 0, 0.11F}));
}

QTEST_GUILESS_MAIN(FuzzySetTest)
#include "fuzzy_set_test.moc"
