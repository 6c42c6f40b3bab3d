// SPDX-License-Identifier: Apache-2.0
#include "engine/api/maps.h"
#include "tests/engine/job_engine.h"
#include "tests/engine/maps/map_fixture.h"
#include "tests/engine/maps/map_tables.h"
#include "tests/engine/maps/streamed_map.h"

#include <QTest>

#include <algorithm>
#include <atomic>
#include <cmath>

using namespace orrery;
using namespace orrery::maps;
using namespace orrery::test;

class MapsJobTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void pcaIsThatOfTheReference();
    void theCosineForgetsLengths();
    void qualityIsMeasuredWhenAsked();
    void oneColumnMakesALine();
    void numbersOfAnySizeAreLaidOut();
    void fillValuesAreNoTrouble();
    void badInputIsRefused_data();
    void badInputIsRefused();
    void pointsThatAreTheSamePart();
    void positionsStreamAndJobsGoOn();
    void manyPointsComeBackInTheirOrder();
    void cancellingTakesEffectWithinAStep_data();
    void cancellingTakesEffectWithinAStep();

private:
    Result<EmbedResult> made(EmbedRequest request) { return m_engine.run(kEmbed, std::move(request)); }
    JobEngine m_engine;
};

void MapsJobTest::initTestCase()
{
    QVERIFY(m_engine.thread().waitUntilReady());
}

void MapsJobTest::pcaIsThatOfTheReference()
{
    EmbedRequest request;
    request.points = std::make_shared<NpyMatrix>(mapFixture("blobs", "points"));
    const Result<EmbedResult> result = made(request);
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    QCOMPARE(result->points, 240);
    QVERIFY(largestDifference(result->positions, mapFixture("blobs", "projections").values) < 1e-4);
    QVERIFY(std::abs(result->loss - double(mapFixture("blobs", "left_out").values[0])) < 1e-5);
    QVERIFY(!result->quality);
}

void MapsJobTest::theCosineForgetsLengths()
{
    EmbedRequest request;
    request.metric = Metric::Cosine;
    request.points = table(4, 2, {1, 0, 0, 1, 1, 1, -1, 0.5});
    const Result<EmbedResult> a = made(request);
    request.points = table(4, 2, {5, 0, 0, 0.25, 3, 3, -2, 1});
    const Result<EmbedResult> b = made(request);
    QVERIFY(a && b);
    QVERIFY(largestDifference(a->positions, b->positions) < 1e-6);
}

void MapsJobTest::qualityIsMeasuredWhenAsked()
{
    EmbedRequest request;
    request.measure = true;
    request.points = randomTable(2500, 2);
    const Result<EmbedResult> result = made(request);
    QVERIFY(result && result->quality);
    QVERIFY(result->quality->knnRecall > 0.999); // a turn of the plane
    QVERIFY(result->quality->pearson > 0.9999);
    QCOMPARE(result->quality->measured.size(), std::size_t(1000));
    QCOMPARE(result->notes.size(), std::size_t(1));
    QVERIFY(QString::fromStdString(result->notes[0]).contains("1000 of the 2500"));
}

void MapsJobTest::oneColumnMakesALine()
{
    EmbedRequest request;
    request.measure = true;
    request.points = table(5, 1, {4, 1, 3, 0, 2});
    const Result<EmbedResult> result = made(request);
    QVERIFY(result);
    QVERIFY((result->positions == std::vector<float>{2, 0, -1, 0, 1, 0, -2, 0, 0, 0}));
    QVERIFY(std::abs(result->loss) < 1e-9);
    QVERIFY(result->quality->spearman > 0.9999);
}

void MapsJobTest::numbersOfAnySizeAreLaidOut()
{
    const NpyMatrix blobs = mapFixture("blobs", "points");
    for (const Method method : {Method::Pca, Method::Tsne, Method::Umap}) {
        EmbedRequest request;
        request.method = method;
        request.measure = true;
        request.points = std::make_shared<NpyMatrix>(blobs);
        const Result<EmbedResult> usual = made(request);
        QVERIFY2(usual, usual ? "" : usual.error().message.c_str());
        for (const int exponent : {-90, 90}) { // squares of these are no float32
            auto scaled = std::make_shared<NpyMatrix>(blobs);
            for (float &value : scaled->values)
                value = std::ldexp(value, exponent);
            request.points = scaled;
            const Result<EmbedResult> result = made(request);
            QVERIFY2(result, result ? "" : result.error().message.c_str());
            for (std::size_t i = 0; i < usual->positions.size(); ++i)
                if (method == Method::Pca)
                    QVERIFY(std::abs(std::ldexp(result->positions[i], -exponent) - usual->positions[i]) < 1e-3);
                else
                    QVERIFY(std::isfinite(result->positions[i]));
            QVERIFY(result->quality->trustworthiness > usual->quality->trustworthiness - 0.03);
        }
    }
}

void MapsJobTest::fillValuesAreNoTrouble()
{
    auto filled = std::make_shared<NpyMatrix>(*randomTable(400, 4));
    for (std::int64_t row = 0; row < 400; row += 3)
        filled->values[std::size_t(4 * row + row % 4)] = 1e20F; // as climate models write what they do not know
    for (const Method method : {Method::Tsne, Method::Umap}) {
        EmbedRequest request;
        request.method = method;
        request.points = filled;
        const Result<EmbedResult> result = made(request);
        QVERIFY2(result, result ? "" : result.error().message.c_str());
        QVERIFY(
            std::all_of(result->positions.begin(), result->positions.end(), [](float x) { return std::isfinite(x); }));
    }
}

void MapsJobTest::badInputIsRefused_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("columns");
    QTest::addColumn<QList<float>>("values");
    QTest::addColumn<bool>("cosine");
    QTest::addColumn<QString>("expected");
    QTest::newRow("nothing") << 0 << 3 << QList<float>{} << false << "only 0 row";
    QTest::newRow("one row") << 1 << 3 << QList<float>{1, 2, 3} << false << "only 1 row, a map needs at least 2";
    QTest::newRow("infinite") << 2 << 2 << QList<float>{1, 2, INFINITY, 3} << false << "Row 1 (counted from 0)";
    QTest::newRow("lying size") << 2 << 2 << QList<float>{1} << false << "no points";
    QTest::newRow("no direction") << 2 << 2 << QList<float>{1, 2, 0, 0} << true << "Row 1 (counted from 0) is zero";
}

void MapsJobTest::badInputIsRefused()
{
    QFETCH(int, rows);
    QFETCH(int, columns);
    QFETCH(QList<float>, values);
    QFETCH(bool, cosine);
    QFETCH(QString, expected);
    EmbedRequest request;
    request.points = table(rows, columns, {values.begin(), values.end()});
    request.metric = cosine ? Metric::Cosine : Metric::Euclidean;
    const Result<EmbedResult> result = made(request);
    QVERIFY(!result);
    QVERIFY(result.error().code == ErrorCode::BadInput);
    QVERIFY2(QString::fromStdString(result.error().message).contains(expected), result.error().message.c_str());
}

void MapsJobTest::pointsThatAreTheSamePart()
{
    EmbedRequest request;
    request.method = Method::Tsne;
    for (const std::int64_t rows : {2, 3, 40}) {
        request.points = table(rows, 2, std::vector<float>(std::size_t(2 * rows), 3.F));
        const Result<EmbedResult> result = made(request);
        QVERIFY2(result, result ? "" : result.error().message.c_str());
        QVERIFY(
            std::all_of(result->positions.begin(), result->positions.end(), [](float x) { return std::isfinite(x); }));
        QVERIFY(result->positions[0] != result->positions[2]);
        QCOMPARE(result->notes.size(), std::size_t(2)); // a smaller perplexity, a random start
    }
}

void MapsJobTest::positionsStreamAndJobsGoOn()
{
    EmbedRequest request;
    request.method = Method::Tsne;
    request.points = randomTable(3000, 10);
    request.iterations = 320;
    const auto [whole, partials] = streamedMap(m_engine, request);
    QVERIFY(whole && whole->state);
    QVERIFY(partials > 0);
    request.iterations = 260;
    const Result<EmbedResult> first = made(request);
    QVERIFY(first);
    QCOMPARE(first->state->iteration, 260);
    request.iterations = 320;
    request.resumeFrom = first->state;
    const Result<EmbedResult> second = made(request);
    QVERIFY(second);
    QVERIFY(second->positions == whole->positions);
    request.points = randomTable(2999, 10);
    const Result<EmbedResult> other = made(request);
    QVERIFY(!other && other.error().code == ErrorCode::BadInput);
}

void MapsJobTest::manyPointsComeBackInTheirOrder()
{
    // So many that they are sorted on the way (engine/jobs/maps/sorted_rows.h).
    EmbedRequest request;
    request.points = randomTable(150'001, 2);
    const Result<EmbedResult> plane = made(request);
    QVERIFY(plane);
    request.method = Method::Tsne;
    request.perplexities = {2};
    request.iterations = 0;
    const Result<EmbedResult> start = made(request);
    QVERIFY2(start, start ? "" : start.error().message.c_str());
    double scale = 0; // the map starts as the plane does, much smaller
    for (std::size_t i = 0; i < start->positions.size(); ++i)
        scale = std::max(scale, std::abs(double(start->positions[i])));
    double apart = 0, largest = 0;
    for (const float x : plane->positions)
        largest = std::max(largest, std::abs(double(x)));
    for (std::size_t i = 0; i < start->positions.size(); ++i)
        apart = std::max(apart, std::abs(double(start->positions[i]) / scale - double(plane->positions[i]) / largest));
    QVERIFY2(apart < 0.1, qPrintable(QString::number(apart)));
    request.iterations = 2;
    const Result<EmbedResult> whole = made(request);
    request.iterations = 1;
    const Result<EmbedResult> first = made(request);
    QVERIFY(whole && first);
    request.iterations = 2;
    request.resumeFrom = first->state;
    const Result<EmbedResult> second = made(request);
    QVERIFY(second);
    QVERIFY(second->positions == whole->positions && second->state->gains == whole->state->gains);
    QVERIFY(second->neighbourRecall && *second->neighbourRecall > 0.95);
}

void MapsJobTest::cancellingTakesEffectWithinAStep_data()
{
    QTest::addColumn<int>("method");
    QTest::newRow("pca") << int(Method::Pca);
    QTest::newRow("tsne") << int(Method::Tsne);
    QTest::newRow("umap") << int(Method::Umap);
}

void MapsJobTest::cancellingTakesEffectWithinAStep()
{
    QFETCH(int, method);
    EmbedRequest request;
    request.method = Method(method);
    request.points = randomTable(6000, 300);
    request.measure = true;
    std::atomic<bool> moving{false};
    JobHandle<EmbedResult> handle = m_engine.thread().submit(kEmbed, request, {Lane::Background, "Map", {}}, {},
                                                             [&](const Progress &) { moving = true; });
    QTRY_VERIFY(moving);
    handle.cancel();
    const std::uint64_t stepsThen = handle.record().steps;
    const Result<EmbedResult> result = handle.wait();
    QVERIFY(!result);
    QVERIFY(result.error().code == ErrorCode::Cancelled);
    QVERIFY(handle.record().steps <= stepsThen + 2); // one may have ended between cancel and record
}

QTEST_GUILESS_MAIN(MapsJobTest)
#include "maps_job_test.moc"
