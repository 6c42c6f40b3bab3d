// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/approximate_neighbours.h"
#include "engine/maps/neighbour_recall.h"
#include "engine/runtime/generator.h"

#include <ATen/Parallel.h>

#include <QTest>

#include <algorithm>
#include <set>

using namespace orrery::maps;
using orrery::Generator;

namespace {

/// Points around centres, which are points around nothing.
Points clusters(std::int64_t count, std::int64_t dimensions, std::int64_t centres)
{
    Generator generator(11);
    std::vector<float> places(std::size_t(centres * dimensions));
    for (float &place : places)
        place = float(4 * generator.normal());
    Points points{count, dimensions, {}};
    for (std::int64_t i = 0; i < count; ++i)
        for (std::int64_t c = 0; c < dimensions; ++c)
            points.values.push_back(places[std::size_t(i % centres * dimensions + c)] + float(generator.normal()));
    return centred(points.values.data(), count, dimensions);
}

template <class Search>
Neighbours finished(Search &search)
{
    double before = 0;
    while (!search.done()) {
        search.step();
        if (search.fraction() < before || search.fraction() > 1)
            qFatal("the fraction goes back");
        before = search.fraction();
    }
    return search.take();
}

/// Share of the true neighbours of all points.
double recallOf(const Points &points, const Neighbours &found)
{
    NeighbourSearch search(points, found.k);
    const Neighbours truth = finished(search);
    std::int64_t right = 0;
    for (std::int64_t i = 0; i < points.count; ++i) {
        const auto own = [&](const Neighbours &of) {
            return std::set<std::int32_t>(of.index.begin() + i * of.k, of.index.begin() + (i + 1) * of.k);
        };
        const std::set<std::int32_t> a = own(found), b = own(truth);
        right += std::count_if(a.begin(), a.end(), [&](std::int32_t j) { return b.count(j) > 0; });
    }
    return double(right) / double(points.count * found.k);
}

} // namespace

class ApproximateNeighboursTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void leavesHoldEveryPointOnce();
    void mostAreFound_data();
    void mostAreFound();
    void answersAreInOrder();
    void refinementFindsMore();
    void pointsThatAreTheSame();
    void bitsDoNotDependOnThreads();
};

void ApproximateNeighboursTest::leavesHoldEveryPointOnce()
{
    const Points points = clusters(9001, 7, 30);
    Partition partition(points);
    while (!partition.done())
        partition.step();
    const std::vector<std::int64_t> leaves = partition.leaves();
    std::vector<std::int32_t> order = partition.takeOrder();
    std::sort(order.begin(), order.end());
    for (std::int32_t i = 0; i < 9001; ++i)
        QCOMPARE(order[std::size_t(i)], i);
    QCOMPARE(leaves.front(), 0);
    QCOMPARE(leaves.back(), 9001);
    for (std::size_t i = 0; i + 1 < leaves.size(); ++i) {
        QCOMPARE(leaves[i] % kPanel, 0);
        QVERIFY(leaves[i] < leaves[i + 1] && leaves[i + 1] - leaves[i] <= Partition::kMostRows);
    }
}

void ApproximateNeighboursTest::mostAreFound_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<int>("dimensions");
    QTest::addColumn<int>("k");
    QTest::addColumn<double>("aim");
    QTest::newRow("as few as may be") << int(ApproximateSearch::kFewest) << 10 << 15 << 0.98;
    QTest::newRow("more neighbours than a leaf has points") << 5000 << 10 << 300 << 0.98;
    QTest::newRow("many") << 20011 << 30 << 15 << 0.98;
    QTest::newRow("half of them") << 20011 << 30 << 15 << 0.5;
    QTest::newRow("wide") << 3000 << 500 << 10 << 0.98;
}

void ApproximateNeighboursTest::mostAreFound()
{
    QFETCH(int, count);
    QFETCH(int, dimensions);
    QFETCH(int, k);
    QFETCH(double, aim);
    const Points points = clusters(count, dimensions, 100);
    ApproximateSearch search(points, k, 3, aim);
    const Neighbours found = finished(search);
    QCOMPARE(found.index.size(), std::size_t(count * k));
    const double recall = recallOf(points, found);
    QVERIFY2(recall > aim - 0.03, qPrintable(QString::number(recall)));
    QVERIFY(search.candidates() <= count);
    RecallEstimate estimate(points, found, 3);
    while (!estimate.done())
        estimate.step();
    const double estimated = estimate.recall();
    QVERIFY2(std::abs(estimated - recall) < 0.06, qPrintable(QString::number(estimated)));
}

void ApproximateNeighboursTest::answersAreInOrder()
{
    const Points points = clusters(4000, 20, 40);
    ApproximateSearch search(points, 12, 0);
    const Neighbours found = finished(search);
    for (std::int64_t i = 0; i < points.count; ++i)
        for (std::int64_t c = i * 12; c < (i + 1) * 12; ++c) {
            const std::int32_t j = found.index[std::size_t(c)];
            QVERIFY(j != i);
            QCOMPARE(found.squaredDistance[std::size_t(c)],
                     kernels().squaredDistance(points.row(i), points.row(j), points.dimensions));
            if (c > i * 12)
                QVERIFY(found.squaredDistance[std::size_t(c - 1)] <= found.squaredDistance[std::size_t(c)]);
        }
}

void ApproximateNeighboursTest::refinementFindsMore()
{
    const Points points = clusters(6000, 16, 1);
    ApproximateSearch search(points, 15, 0, 0.3);
    Neighbours found = finished(search);
    const double before = recallOf(points, found);
    Refinement refinement(points, found, 15);
    while (!refinement.done())
        refinement.step();
    const double after = recallOf(points, found);
    QVERIFY2(after > before + 0.2 * (1 - before), qPrintable(QString("%1 %2").arg(before).arg(after)));
}

void ApproximateNeighboursTest::pointsThatAreTheSame()
{
    Points points{3000, 4, std::vector<float>(12000, 1.F)};
    for (std::size_t i = 0; i < 4000; ++i) // a third lies elsewhere
        points.values[i] = float(i % 97);
    ApproximateSearch search(points, 10, 0);
    const Neighbours found = finished(search);
    for (std::int64_t i = 1000; i < 3000; ++i)
        for (std::int64_t c = i * 10; c < (i + 1) * 10; ++c)
            QCOMPARE(found.squaredDistance[std::size_t(c)], 0.F);
}

void ApproximateNeighboursTest::bitsDoNotDependOnThreads()
{
    const Points points = clusters(12000, 30, 200);
    const int before = at::get_num_threads();
    std::vector<Neighbours> found;
    for (const int threads : {1, 2, 5}) {
        at::set_num_threads(threads);
        ApproximateSearch search(points, 10, 4);
        found.push_back(finished(search));
        Refinement refinement(points, found.back(), 5);
        while (!refinement.done())
            refinement.step();
    }
    at::set_num_threads(before);
    for (const std::size_t i : {1U, 2U}) {
        QVERIFY(found[0].index == found[i].index);
        QVERIFY(found[0].squaredDistance == found[i].squaredDistance);
    }
}

QTEST_GUILESS_MAIN(ApproximateNeighboursTest)
#include "approximate_neighbours_test.moc"
