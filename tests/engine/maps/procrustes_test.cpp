// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/procrustes.h"
#include "tests/engine/maps/map_fixture.h"

#include <QTest>

using namespace orrery;
using namespace orrery::maps;
using namespace orrery::test;

class ProcrustesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itIsThatOfTheReference_data();
    void itIsThatOfTheReference();
    void aMapThatWasOnlyMovedComesBack();
    void mapsWithoutSpreadAreShifted();
};

void ProcrustesTest::itIsThatOfTheReference_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<bool>("scale");
    for (const char *file : {"turned", "mirrored"})
        for (const bool scale : {false, true})
            QTest::addRow("%s%s", file, scale ? ", scaled" : "") << file << scale;
}

void ProcrustesTest::itIsThatOfTheReference()
{
    QFETCH(QString, file);
    QFETCH(bool, scale);
    const std::string name = file.toStdString();
    const std::vector<float> map = mapFixture(name, "map").values;
    const Alignment found = alignmentOf(mapFixture(name, "reference").values, map, scale);
    const NpyMatrix both = mapFixture(name, "positions"); // [N, 2 + 2]: without scaling, with
    std::vector<float> expected;
    for (std::int64_t i = 0; i < both.rows; ++i)
        for (std::int64_t c = 0; c < 2; ++c)
            expected.push_back(both.values[std::size_t(i * 4 + c + (scale ? 2 : 0))]);
    QVERIFY(largestDifference(found.applied(map), expected) < 1e-5);
    QVERIFY(std::abs(found.disparity - double(mapFixture(name, "disparity").values[scale ? 1 : 0])) < 1e-6);
    const double determinant = found.matrix[0][0] * found.matrix[1][1] - found.matrix[0][1] * found.matrix[1][0];
    QCOMPARE(determinant < 0, name == "mirrored");
}

void ProcrustesTest::aMapThatWasOnlyMovedComesBack()
{
    const std::vector<float> reference{0, 0, 4, 0, 4, 1, 0, 3};
    std::vector<float> map;
    for (std::size_t i = 0; i < reference.size(); i += 2) { // mirrored, a quarter turn, a shift
        map.push_back(reference[i + 1] + 7);
        map.push_back(reference[i] - 2);
    }
    const Alignment found = alignmentOf(reference, map, false);
    QVERIFY(largestDifference(found.applied(map), reference) < 1e-6);
    QVERIFY(found.disparity < 1e-12);
}

void ProcrustesTest::mapsWithoutSpreadAreShifted()
{
    const std::vector<float> one{3, 4, 3, 4}, other{-1, 0, -1, 0}, spread{0, 0, 2, 0};
    QVERIFY(alignmentOf(one, other, true).applied(other) == one);
    QCOMPARE(alignmentOf(one, other, true).disparity, 0);
    QCOMPARE(alignmentOf(one, spread, false).disparity, 1);
    QCOMPARE(alignmentOf(spread, one, true).disparity, 1);
}

QTEST_GUILESS_MAIN(ProcrustesTest)
#include "procrustes_test.moc"
