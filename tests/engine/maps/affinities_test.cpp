// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/affinities.h"
#include "tests/engine/maps/map_fixture.h"
#include "tests/engine/maps/map_parts.h"

#include <ATen/Parallel.h>

#include <QTest>

#include <numeric>

using namespace orrery;
using namespace orrery::maps;
using namespace orrery::test;

namespace {

Affinities fitted(const Points &points, std::vector<double> perplexities)
{
    const double largest = *std::max_element(perplexities.begin(), perplexities.end());
    return finished(AffinityFit(nearest(points, neighboursFor(largest, points.count)), std::move(perplexities)));
}

Points blobs()
{
    const NpyMatrix given = mapFixture("blobs", "points");
    return centred(given.values.data(), given.rows, given.columns);
}

} // namespace

class AffinitiesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void widthsAreThoseOfTheReference();
    void affinitiesAreThoseOfTheReference();
    void perplexitiesAreMixed();
    void duplicatesShareEvenly();
    void bitsDoNotDependOnThreads();
};

void AffinitiesTest::widthsAreThoseOfTheReference()
{
    const double apart = largestDifference(fitted(blobs(), {10}).sigmas, mapFixture("blobs", "sigmas").values);
    QVERIFY2(apart < 1e-4, qPrintable(QString::number(apart)));
}

void AffinitiesTest::affinitiesAreThoseOfTheReference()
{
    const Affinities affinities = fitted(blobs(), {10});
    const NpyMatrix joint = mapFixture("blobs", "joint"); // openTSNE, dense
    std::vector<float> dense(joint.values.size(), 0.F);
    for (std::int64_t i = 0; i < affinities.count; ++i) {
        QCOMPARE(affinities.first[std::size_t(i)] % kRowMultiple, 0);
        for (auto e = std::size_t(affinities.first[std::size_t(i)]);
             e < std::size_t(affinities.first[std::size_t(i) + 1]); ++e)
            dense[std::size_t(i * joint.columns + affinities.index[e])] += affinities.value[e];
    }
    const float largest = *std::max_element(joint.values.begin(), joint.values.end());
    const double apart = largestDifference(dense, joint.values);
    QVERIFY2(apart < 1e-4 * double(largest), qPrintable(QString::number(apart / double(largest))));
    for (std::int64_t i = 0; i < joint.rows; ++i) // the same number from either side
        for (std::int64_t j = 0; j < i; ++j)
            QCOMPARE(dense[std::size_t(i * joint.columns + j)], dense[std::size_t(j * joint.columns + i)]);
    QVERIFY(std::abs(std::accumulate(dense.begin(), dense.end(), 0.0) - 1) < 1e-6);
}

void AffinitiesTest::perplexitiesAreMixed()
{
    const NpyMatrix expected = mapFixture("placed", "mixed"); // openTSNE's Multiscale, dense, the first 40 rows
    const Affinities affinities = fitted(blobs(), {10, 30});
    std::vector<float> dense(expected.values.size(), 0.F);
    for (std::int64_t i = 0; i < expected.rows; ++i)
        for (auto e = std::size_t(affinities.first[std::size_t(i)]);
             e < std::size_t(affinities.first[std::size_t(i) + 1]); ++e)
            dense[std::size_t(i * expected.columns + affinities.index[e])] += affinities.value[e];
    const float largest = *std::max_element(expected.values.begin(), expected.values.end());
    QVERIFY(largestDifference(dense, expected.values) < 1e-4 * double(largest));
    QVERIFY(std::abs(std::accumulate(affinities.value.begin(), affinities.value.end(), 0.0) - 1) < 1e-6);
    QVERIFY(affinities.value != fitted(blobs(), {30}).value);
}

void AffinitiesTest::duplicatesShareEvenly()
{
    Points points{20, 1, std::vector<float>(20, 0.F)}; // fifteen in one place, five elsewhere
    for (std::size_t i = 15; i < 20; ++i)
        points.values[i] = float(i);
    const Affinities affinities = fitted(points, {4});
    QVERIFY(std::all_of(affinities.value.begin(), affinities.value.end(), [](float p) { return std::isfinite(p); }));
    QVERIFY(std::abs(std::accumulate(affinities.value.begin(), affinities.value.end(), 0.0) - 1) < 1e-6);
    const Affinities equal = fitted({9, 1, std::vector<float>(9, 2.F)}, {2});
    QVERIFY(std::abs(std::accumulate(equal.value.begin(), equal.value.end(), 0.0) - 1) < 1e-6);
}

void AffinitiesTest::bitsDoNotDependOnThreads()
{
    const int before = at::get_num_threads();
    at::set_num_threads(1);
    const Affinities one = fitted(blobs(), {10});
    at::set_num_threads(3);
    const Affinities three = fitted(blobs(), {10});
    at::set_num_threads(before);
    QVERIFY(one.first == three.first && one.index == three.index && one.value == three.value);
}

QTEST_GUILESS_MAIN(AffinitiesTest)
#include "affinities_test.moc"
