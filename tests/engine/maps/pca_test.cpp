// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/pca.h"
#include "tests/engine/maps/map_fixture.h"

#include <ATen/Parallel.h>

#include <QTest>

using namespace orrery;
using namespace orrery::maps;
using namespace orrery::test;

namespace {

Pca fitted(const Points &points, std::int64_t components, std::uint64_t seed = 0)
{
    PcaFit fit(points, components, seed);
    while (!fit.done())
        fit.step();
    return fit.take();
}

} // namespace

class PcaTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itIsThatOfTheReference_data();
    void itIsThatOfTheReference();
    void constantColumnsAndEqualPointsAreNoHindrance();
    void bitsDoNotDependOnThreads();
};

void PcaTest::itIsThatOfTheReference_data()
{
    QTest::addColumn<QString>("file");
    QTest::newRow("by the covariance") << "blobs";
    QTest::newRow("wide, by subspaces") << "wide";
}

void PcaTest::itIsThatOfTheReference()
{
    QFETCH(QString, file);
    const auto array = [&](const char *name) { return mapFixture(file.toStdString(), name); };
    const NpyMatrix given = array("points");
    const Points points = centred(given.values.data(), given.rows, given.columns);
    const Pca pca = fitted(points, 2, 5);
    const double apart = largestDifference(pca.projections, array("projections").values);
    QVERIFY2(apart < 1e-4, qPrintable(QString::number(apart)));
    const std::vector<float> variances = array("variances").values;
    QVERIFY(largestDifference(pca.variances, variances) < 1e-4 * double(variances[0]));
    const double leftOut = 1 - (pca.variances[0] + pca.variances[1]) / pca.totalVariance;
    QVERIFY(std::abs(leftOut - double(array("left_out").values[0])) < 1e-6);
}

void PcaTest::constantColumnsAndEqualPointsAreNoHindrance()
{
    const std::vector<float> values = {3, 7, 1, 3, 7, 2, 3, 7, 4}; // only the last column varies
    const Pca pca = fitted(centred(values.data(), 3, 3), 2);
    QVERIFY((std::abs(pca.directions[2]) > 0.999));
    QVERIFY(std::abs(pca.variances[0] - 7.0 / 3) < 1e-6);
    QVERIFY(std::abs(pca.variances[1]) < 1e-9);
    for (const std::int64_t width : {std::int64_t(3), PcaFit::kWidest + 44}) {
        const std::vector<float> equal(std::size_t(4 * width), 2.5F);
        const Pca none = fitted(centred(equal.data(), 4, width), 2);
        QVERIFY(std::all_of(none.projections.begin(), none.projections.end(), [](float x) { return x == 0; }));
    }
}

void PcaTest::bitsDoNotDependOnThreads()
{
    for (const char *file : {"blobs", "wide"}) {
        const NpyMatrix given = mapFixture(file, "points");
        const int before = at::get_num_threads();
        at::set_num_threads(1);
        const Points points = centred(given.values.data(), given.rows, given.columns);
        const Pca one = fitted(points, 2, 3);
        at::set_num_threads(3);
        const Pca three = fitted(centred(given.values.data(), given.rows, given.columns), 2, 3);
        at::set_num_threads(before);
        QVERIFY(one.projections == three.projections);
        QVERIFY(one.variances == three.variances);
    }
}

QTEST_GUILESS_MAIN(PcaTest)
#include "pca_test.moc"
