// SPDX-License-Identifier: Apache-2.0
#include "engine/core/error.h"
#include "engine/maps/neighbours.h"
#include "engine/runtime/generator.h"
#include "engine/runtime/memory_ledger.h"
#include "tests/engine/maps/map_fixture.h"

#include <ATen/Parallel.h>

#include <QTest>

#include <numeric>

using namespace orrery;
using namespace orrery::maps;
using namespace orrery::test;

namespace {

Points randomPoints(std::int64_t count, std::int64_t dimensions, float scale = 1)
{
    Points points{count, dimensions, std::vector<float>(std::size_t(count * dimensions))};
    Generator generator(7);
    for (float &value : points.values)
        value = scale * float(generator.normal());
    return centred(points.values.data(), count, dimensions);
}

Neighbours found(const Points &points, std::int64_t k, const Kernels &with = kernels())
{
    NeighbourSearch search(points, k, with);
    while (!search.done())
        search.step();
    return search.take();
}

/// One pair at a time, in double precision.
std::vector<std::int32_t> slowNeighbours(const Points &points, std::int64_t i, std::int64_t k)
{
    std::vector<double> distances(std::size_t(points.count), 0.0);
    for (std::int64_t j = 0; j < points.count; ++j)
        for (std::int64_t c = 0; c < points.dimensions; ++c)
            distances[std::size_t(j)] += std::pow(double(points.row(i)[c]) - double(points.row(j)[c]), 2);
    distances[std::size_t(i)] = INFINITY;
    std::vector<std::int32_t> order(distances.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](auto a, auto b) { return distances[std::size_t(a)] < distances[std::size_t(b)]; });
    order.resize(std::size_t(k));
    return order;
}

} // namespace

class NeighboursTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyInstructionSetIsItself();
    void theyAreThoseOfTheReference();
    void theyAreExact_data();
    void theyAreExact();
    void duplicatesAreFoundInTheOrderOfRows();
    void otherPointsFindTheirNearest();
    void bitsDoNotDependOnThreads();
    void tablesThatFitNoBudgetAreRefused();
};

void NeighboursTest::everyInstructionSetIsItself()
{
    // A build that forgot the compiler's options would be as right, and four times as slow.
    QCOMPARE(kernelsNamed("sse2")->lanes, 4);
    if (const Kernels *avx2 = kernelsNamed("avx2"))
        QCOMPARE(avx2->lanes, 8);
    if (const Kernels *avx512 = kernelsNamed("avx512"))
        QCOMPARE(avx512->lanes, 16);
    QVERIFY(!kernelsNamed("mmx"));
}

void NeighboursTest::theyAreThoseOfTheReference()
{
    const NpyMatrix given = mapFixture("blobs", "points");
    const Points points = centred(given.values.data(), given.rows, given.columns);
    const Neighbours neighbours = found(points, 30);
    std::vector<float> distances;
    for (const float square : neighbours.squaredDistance)
        distances.push_back(std::sqrt(square));
    QVERIFY(largestDifference(neighbours.index, mapFixture("blobs", "neighbours").values) == 0);
    const double apart = largestDifference(distances, mapFixture("blobs", "distances").values);
    QVERIFY2(apart < 1e-5, qPrintable(QString::number(apart)));
}

void NeighboursTest::theyAreExact_data()
{
    QTest::addColumn<QString>("instructions");
    QTest::addColumn<int>("count");
    QTest::addColumn<int>("dimensions");
    QTest::addColumn<int>("k");
    for (const char *name : {"sse2", "avx2", "avx512"}) {
        QTest::addRow("%s, two points", name) << name << 2 << 3 << 1;
        QTest::addRow("%s, all of them", name) << name << 45 << 1 << 44;
        QTest::addRow("%s, several groups", name) << name << 2111 << 19 << 15;
        QTest::addRow("%s, wide", name) << name << 130 << 1000 << 5;
    }
}

void NeighboursTest::theyAreExact()
{
    QFETCH(QString, instructions);
    QFETCH(int, count);
    QFETCH(int, dimensions);
    QFETCH(int, k);
    const Kernels *with = kernelsNamed(qPrintable(instructions));
    if (!with)
        QSKIP("This processor lacks these instructions");
    const Points points = randomPoints(count, dimensions);
    const Neighbours neighbours = found(points, k, *with);
    for (std::int64_t i = 0; i < count; i += std::max(1, count / 100)) {
        const auto row = neighbours.index.begin() + i * k;
        QVERIFY(std::equal(row, row + k, slowNeighbours(points, i, k).begin()));
    }
}

void NeighboursTest::duplicatesAreFoundInTheOrderOfRows()
{
    Points points{300, 2, std::vector<float>(600, 1.5F)};
    points.values[0] = 99;
    const Neighbours neighbours = found(points, 3);
    QVERIFY((std::vector<std::int32_t>(neighbours.index.end() - 3, neighbours.index.end()) ==
             std::vector<std::int32_t>{1, 2, 3}));
    QCOMPARE(neighbours.squaredDistance.back(), 0.F);
}

void NeighboursTest::otherPointsFindTheirNearest()
{
    // Asking with the points themselves finds each first, and then its neighbours.
    const Points points = randomPoints(700, 9);
    Points asked = points;
    NeighbourSearch search(asked, points, 6);
    while (!search.done())
        search.step();
    const Neighbours with = search.take(), without = found(points, 5);
    for (std::size_t i = 0; i < 700; ++i) {
        QCOMPARE(with.index[6 * i], std::int32_t(i));
        for (std::size_t c = 0; c < 5; ++c)
            QCOMPARE(with.index[6 * i + 1 + c], without.index[5 * i + c]);
    }
    asked.count = 1;
    asked.values.resize(9);
    const Points two = randomPoints(2, 9);
    NeighbourSearch all(asked, two, 2);
    while (!all.done())
        all.step();
    QCOMPARE(all.take().index.size(), std::size_t(2));
}

void NeighboursTest::bitsDoNotDependOnThreads()
{
    const Points points = randomPoints(2500, 30);
    const int before = at::get_num_threads();
    at::set_num_threads(1);
    const Neighbours one = found(points, 10);
    at::set_num_threads(3);
    const Neighbours three = found(points, 10);
    at::set_num_threads(before);
    QVERIFY(one.index == three.index);
    QVERIFY(one.squaredDistance == three.squaredDistance);
}

void NeighboursTest::tablesThatFitNoBudgetAreRefused()
{
    const Points points = randomPoints(2000, 3);
    MemoryLedger &ledger = MemoryLedger::instance();
    const std::uint64_t before = ledger.used(), budget = ledger.budget();
    constexpr std::uint64_t kTables = 2 * 4 * 2000 * 1999; // rows and distances
    {
        const NeighbourSearch search(points, 1999);
        QVERIFY(ledger.used() >= before + kTables);
    }
    QCOMPARE(ledger.used(), before);
    ledger.setBudget(before + kTables); // no room for the lists
    ErrorCode code = ErrorCode::Internal;
    try {
        const NeighbourSearch search(points, 1999);
    } catch (const Exception &e) {
        code = e.code();
    }
    ledger.setBudget(budget);
    QVERIFY(code == ErrorCode::OutOfMemory);
    QCOMPARE(ledger.used(), before);
}

QTEST_GUILESS_MAIN(NeighboursTest)
#include "neighbours_test.moc"
