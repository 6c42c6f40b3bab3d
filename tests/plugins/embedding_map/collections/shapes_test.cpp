// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/collections/shape_source.h"
#include "plugins/embedding_map/view/collections/shapes.h"
#include "tests/plugins/embedding_map/collections/collection_support.h"

#include <cmath>

using namespace orrery;
using namespace orrery::test;

class ShapesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theCircleIsRoundAndALittleNoisy();
    void theRollIsEvenlyFilled();
    void theyAreTheSameEveryTime();
    void theSourceLoadsThem();
};

void ShapesTest::theCircleIsRoundAndALittleNoisy()
{
    const MapCollection circle = noisyCircle();
    QCOMPARE(circle.points->rows, 1500);
    QCOMPARE(circle.points->columns, 10);
    double radius = 0, outOfPlane = 0;
    for (std::int64_t i = 0; i < 1500; ++i) {
        const float *row = circle.points->values.data() + 10 * i;
        radius += std::hypot(row[0], row[1]) / 1500;
        const double angle = std::atan2(row[1], row[0]) * 180 / 3.14159265358979;
        const double off = std::remainder(angle - circle.facts[0].values[std::size_t(i)], 360.0);
        QVERIFY2(std::fabs(off) < 6, qPrintable(QString::number(off)));
        for (int d = 2; d < 10; ++d)
            outOfPlane += row[d] * row[d] / (8 * 1500);
    }
    QVERIFY2(std::fabs(radius - 1) < 0.003, qPrintable(QString::number(radius)));
    QVERIFY2(std::fabs(std::sqrt(outOfPlane) - 0.02) < 0.001, qPrintable(QString::number(std::sqrt(outOfPlane))));
}

void ShapesTest::theRollIsEvenlyFilled()
{
    const MapCollection roll = swissRoll();
    QCOMPARE(roll.points->rows, 2000);
    std::array<int, 4> quarters{};
    for (std::size_t i = 0; i < 2000; ++i) {
        const float along = roll.facts[0].values[i], height = roll.facts[1].values[i];
        QVERIFY(along >= 0 && along <= 1 && height >= 0 && height <= 1);
        ++quarters[std::min<std::size_t>(3, std::size_t(along * 4))];
        // The radius of the spiral is its angle.
        const float *row = roll.points->values.data() + 3 * i;
        const double radius = std::hypot(row[0], row[2]);
        const double share = (radius * radius - 22.207) / (199.859 - 22.207); // squares of 1.5 π and 4.5 π
        QVERIFY2(std::fabs(share - along) < 1e-3, qPrintable(QString::number(share - along)));
    }
    for (const int quarter : quarters)
        QVERIFY2(std::abs(quarter - 500) < 80, qPrintable(QString::number(quarter)));
}

void ShapesTest::theyAreTheSameEveryTime()
{
    // SplitMix64 with seed 2021, Box and Muller, worked out in Python.
    const MapCollection circle = noisyCircle();
    constexpr std::array kFirst = {1.01551028F, -0.02011292F, -0.00884301F};
    for (std::size_t i = 0; i < kFirst.size(); ++i)
        QVERIFY2(std::fabs(circle.points->values[i] - kFirst[i]) < 1e-6F, qPrintable(QString::number(i)));
}

void ShapesTest::theSourceLoadsThem()
{
    ShapeSource source("circle", "Noisy circle", "words", noisyCircle);
    const MapCollection circle = Loader(source).load();
    QCOMPARE(circle.id, QString("circle"));
    QCOMPARE(circle.item(3).values.size(), 10);
    QVERIFY(!circle.flat && circle.names.isEmpty());
}

QTEST_MAIN(ShapesTest)
#include "shapes_test.moc"
