// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/quality.h"
#include "engine/runtime/generator.h"
#include "tests/engine/maps/map_fixture.h"

#include <QTest>

using namespace orrery;
using namespace orrery::maps;
using namespace orrery::test;

namespace {

Quality measured(const Points &points, const Points &map, std::uint64_t seed = 0)
{
    QualityMeasure measure(points, map, seed);
    while (!measure.done())
        measure.step();
    measure.finish();
    return measure.quality();
}

} // namespace

class QualityTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itIsThatOfTheReference();
    void aPerfectMapIsPerfect();
    void ofManyPointsSomeAreAsked();
    void equalValuesShareARank();
};

void QualityTest::itIsThatOfTheReference()
{
    const NpyMatrix given = mapFixture("blobs", "points"), map = mapFixture("blobs", "map");
    const Quality quality = measured({given.rows, given.columns, given.values}, {map.rows, map.columns, map.values});
    QCOMPARE(quality.neighbours, 10);
    QCOMPARE(quality.measured.size(), std::size_t(240));
    const std::vector<double> numbers = {quality.knnRecall, quality.trustworthiness, quality.continuity,
                                         quality.spearman, quality.pearson};
    const double apart = largestDifference(numbers, mapFixture("blobs", "quality").values);
    QVERIFY2(apart < 1e-5, qPrintable(QString::number(apart)));
}

void QualityTest::aPerfectMapIsPerfect()
{
    const NpyMatrix map = mapFixture("blobs", "map");
    Points points{map.rows, map.columns, map.values}, larger = points;
    for (float &value : larger.values)
        value *= 4;
    const Quality quality = measured(points, larger);
    for (const double number :
         {quality.knnRecall, quality.trustworthiness, quality.continuity, quality.spearman, quality.pearson})
        QVERIFY(std::abs(number - 1) < 1e-6);
    QVERIFY(std::all_of(quality.spearmanAt.begin(), quality.spearmanAt.end(), [](float x) { return x > 0.9999F; }));
    // Every point in one place: no distance says anything.
    const Quality nothing = measured(points, {map.rows, 2, std::vector<float>(map.values.size(), 0.F)});
    QCOMPARE(nothing.pearson, 0.0);
    QCOMPARE(nothing.spearman, 0.0);
}

void QualityTest::ofManyPointsSomeAreAsked()
{
    constexpr std::int64_t kCount = 2600;
    Points points{kCount, 3, std::vector<float>(3 * kCount)}, map{kCount, 2, {}};
    Generator generator(1);
    for (float &value : points.values)
        value = float(generator.normal());
    for (std::int64_t i = 0; i < kCount; ++i)
        map.values.insert(map.values.end(), points.row(i), points.row(i) + 2);
    const Quality some = measured(points, map, 3), again = measured(points, map, 3), others = measured(points, map, 4);
    QCOMPARE(some.measured.size(), std::size_t(QualityMeasure::kSampled));
    QVERIFY(std::is_sorted(some.measured.begin(), some.measured.end()));
    QVERIFY(some.measured == again.measured && some.recall == again.recall && some.spearman == again.spearman);
    QVERIFY(some.measured != others.measured);
    QVERIFY(std::abs(some.trustworthiness - others.trustworthiness) < 0.02);
    QVERIFY(std::abs(some.pearson - others.pearson) < 0.05);
}

void QualityTest::equalValuesShareARank()
{
    QVERIFY((ranksOf({3, 1, 3, 2, 3}) == std::vector<double>{4, 1, 4, 2, 4}));
}

QTEST_GUILESS_MAIN(QualityTest)
#include "quality_test.moc"
