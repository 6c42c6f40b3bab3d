// SPDX-License-Identifier: Apache-2.0
#include "engine/api/maps.h"
#include "tests/engine/job_engine.h"
#include "tests/engine/maps/map_fixture.h"
#include "tests/engine/maps/map_tables.h"
#include "tests/engine/maps/streamed_map.h"

#include <algorithm>
#include <cmath>
#include <functional>

using namespace orrery;
using namespace orrery::maps;
using namespace orrery::test;

namespace {

EmbedRequest umapOf(std::shared_ptr<const NpyMatrix> points)
{
    EmbedRequest request;
    request.method = Method::Umap;
    request.points = std::move(points);
    return request;
}

/// Points in `groups` groups that no neighbour joins: row i belongs to group i % groups.
std::shared_ptr<const NpyMatrix> groups(std::int64_t count, std::int64_t number)
{
    const auto points = std::make_shared<NpyMatrix>(*randomTable(count, 4));
    for (std::int64_t i = 0; i < count; ++i)
        points->values[std::size_t(4 * i)] += float(100 * (i % number));
    return points;
}

bool finite(const std::vector<float> &values)
{
    return std::all_of(values.begin(), values.end(), [](float x) { return std::isfinite(x); });
}

} // namespace

Q_DECLARE_METATYPE(std::function<void(EmbedRequest &)>)

class UmapJobTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void badRequestsAreRefused_data();
    void badRequestsAreRefused();
    void fewPointsHaveFewerNeighbours_data();
    void fewPointsHaveFewerNeighbours();
    void pointsThatAreTheSamePart();
    void everyStartMakesAMap_data();
    void everyStartMakesAMap();
    void partsOfTheGraphAreNamed();
    void itStopsAndGoesOn();
    void classesDrawTheirPointsTogether();
    void newPointsFindTheirPlaces();
    void tablesThatFitNoBudgetAreRefused();

private:
    JobEngine m_engine{JobEngine::usualThreads(), 2'000'000'000};
};

void UmapJobTest::badRequestsAreRefused_data()
{
    QTest::addColumn<std::function<void(EmbedRequest &)>>("change");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, std::function<void(EmbedRequest &)> change, const char *expected) {
        QTest::newRow(name) << std::move(change) << QString(expected);
    };
    row(
        "too many neighbours", [](EmbedRequest &r) { r.neighbours = 51; }, "there are 50");
    row(
        "itself alone", [](EmbedRequest &r) { r.neighbours = 1; }, "each point counts itself");
    row(
        "distance", [](EmbedRequest &r) { r.minDistance = 2; }, "expected 0 to the spread, which is 1");
    row(
        "spread", [](EmbedRequest &r) { r.spread = 0; }, "The spread is 0");
    row(
        "not a number", [](EmbedRequest &r) { r.minDistance = NAN; }, "smallest distance");
    row(
        "negatives", [](EmbedRequest &r) { r.negatives = -1; }, "pushed away is -1");
    row(
        "weight", [](EmbedRequest &r) { r.classWeight = 1.5; }, "weight of the classes");
    row(
        "classes", [](EmbedRequest &r) { r.classes = std::make_shared<std::vector<std::int32_t>>(3); },
        "3 classes for 50 points");
}

void UmapJobTest::badRequestsAreRefused()
{
    QFETCH(std::function<void(EmbedRequest &)>, change);
    QFETCH(QString, expected);
    EmbedRequest request = umapOf(randomTable(50, 4));
    change(request);
    const Result<EmbedResult> result = m_engine.run(kEmbed, request);
    QVERIFY(!result && result.error().code == ErrorCode::BadInput);
    QVERIFY2(messageOfFailure(result).contains(expected), qPrintable(messageOfFailure(result)));
}

void UmapJobTest::fewPointsHaveFewerNeighbours_data()
{
    QTest::addColumn<int>("rows");
    for (const int rows : {2, 3, 7, 14})
        QTest::addRow("%d", rows) << rows;
}

void UmapJobTest::fewPointsHaveFewerNeighbours()
{
    QFETCH(int, rows);
    const Result<EmbedResult> result = m_engine.run(kEmbed, umapOf(randomTable(rows, 4)));
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    QVERIFY(finite(result->positions) && std::isfinite(result->loss));
    QCOMPARE(result->notes.size(), std::size_t(1));
    QVERIFY(QString::fromStdString(result->notes[0]).contains(QString("at %1 neighbours").arg(rows)));
}

void UmapJobTest::pointsThatAreTheSamePart()
{
    for (const std::int64_t rows : {2, 40, 200}) {
        const Result<EmbedResult> result =
            m_engine.run(kEmbed, umapOf(table(rows, 2, std::vector<float>(std::size_t(2 * rows), 3.F))));
        QVERIFY2(result, result ? "" : result.error().message.c_str());
        QVERIFY(finite(result->positions));
        QVERIFY(result->positions[0] != result->positions[2]);
    }
}

void UmapJobTest::everyStartMakesAMap_data()
{
    QTest::addColumn<int>("method");
    QTest::addColumn<int>("start");
    for (const Method method : {Method::Tsne, Method::Umap})
        for (const Start start : {Start::Pca, Start::Random, Start::Spectral})
            QTest::addRow("%d %d", int(method), int(start)) << int(method) << int(start);
}

void UmapJobTest::everyStartMakesAMap()
{
    QFETCH(int, method);
    QFETCH(int, start);
    EmbedRequest request = umapOf(groups(400, 1));
    request.method = Method(method);
    request.start = Start(start);
    request.iterations = 0;
    const Result<EmbedResult> result = m_engine.run(kEmbed, request);
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    // UMAP starts from -5 to 5, t-SNE with a width of 1e-4.
    float largest = 0;
    for (const float value : result->positions)
        largest = std::max(largest, std::abs(value));
    QVERIFY2(Method(method) == Method::Umap ? largest == 5 : largest > 1e-4F && largest < 1e-3F,
             qPrintable(QString::number(largest)));
    for (const Start other : {Start::Pca, Start::Random, Start::Spectral}) {
        request.start = other;
        QCOMPARE(m_engine.run(kEmbed, request)->positions == result->positions, other == Start(start));
    }
}

void UmapJobTest::partsOfTheGraphAreNamed()
{
    EmbedRequest request = umapOf(groups(300, 3));
    request.iterations = 0;
    const Result<EmbedResult> result = m_engine.run(kEmbed, request);
    QVERIFY(result);
    QCOMPARE(result->notes.size(), std::size_t(1));
    QVERIFY(QString::fromStdString(result->notes[0]).contains("falls into 3 parts"));
    // Groups lie apart, in the order of their first principal component.
    float low[3] = {9, 9, 9}, high[3] = {-9, -9, -9};
    for (std::size_t i = 0; i < 300; ++i) {
        low[i % 3] = std::min(low[i % 3], result->positions[2 * i]);
        high[i % 3] = std::max(high[i % 3], result->positions[2 * i]);
    }
    QVERIFY(high[0] <= low[1] ? high[1] <= low[2] : high[2] <= low[1] && high[1] <= low[0]);
}

void UmapJobTest::itStopsAndGoesOn()
{
    EmbedRequest request = umapOf(randomTable(6000, 10));
    request.iterations = 600;
    const auto [whole, partials] = streamedMap(m_engine, request);
    QVERIFY(whole && whole->state);
    QVERIFY(partials > 0);
    request.pauseAt = 50;
    const Result<EmbedResult> first = m_engine.run(kEmbed, request);
    QVERIFY(first);
    QCOMPARE(first->state->iteration, 50);
    QVERIFY(first->positions != whole->positions);
    request.pauseAt = -1;
    request.resumeFrom = first->state;
    const Result<EmbedResult> second = m_engine.run(kEmbed, request);
    QVERIFY(second);
    QVERIFY(second->positions == whole->positions);
    request.points = randomTable(5999, 10);
    QVERIFY(messageOfFailure(m_engine.run(kEmbed, request)).contains("The map to go on from"));
}

void UmapJobTest::classesDrawTheirPointsTogether()
{
    // Labels that the points know nothing of: only a supervised map parts them.
    EmbedRequest request = umapOf(randomTable(600, 5));
    auto classes = std::make_shared<std::vector<std::int32_t>>();
    for (std::int32_t i = 0; i < 600; ++i)
        classes->push_back(i % 2);
    const auto sameClassNearest = [&] {
        const std::vector<float> map = m_engine.run(kEmbed, request)->positions;
        int same = 0;
        for (std::size_t i = 0; i < 600; ++i) {
            std::size_t best = i == 0 ? 1 : 0;
            const auto distance = [&](std::size_t j) {
                return std::hypot(map[2 * i] - map[2 * j], map[2 * i + 1] - map[2 * j + 1]);
            };
            for (std::size_t j = 0; j < 600; ++j)
                if (j != i && distance(j) < distance(best))
                    best = j;
            same += best % 2 == i % 2 ? 1 : 0;
        }
        return same;
    };
    const int unsupervised = sameClassNearest();
    request.classes = classes;
    request.classWeight = 0.9;
    const int supervised = sameClassNearest();
    QVERIFY2(unsupervised < 400 && supervised > 560, qPrintable(QString("%1 %2").arg(unsupervised).arg(supervised)));
}

void UmapJobTest::newPointsFindTheirPlaces()
{
    PlaceRequest request;
    request.made = umapOf(groups(900, 3));
    const Result<EmbedResult> made = m_engine.run(kEmbed, request.made);
    QVERIFY(made);
    request.map = std::make_shared<std::vector<float>>(made->positions);
    request.points = *groups(60, 3);
    for (std::size_t i = 0; i < request.points.values.size(); ++i)
        request.points.values[i] += i % 4 == 3 ? 0.01F : 0.0F;
    const Result<PlaceResult> placed = m_engine.run(kPlace, request);
    QVERIFY2(placed, placed ? "" : placed.error().message.c_str());
    QCOMPARE(placed->positions.size(), std::size_t(120));
    for (std::size_t i = 0; i < 60; ++i) {
        const auto distance = [&](std::size_t j) {
            return std::hypot(placed->positions[2 * i] - made->positions[2 * j],
                              placed->positions[2 * i + 1] - made->positions[2 * j + 1]);
        };
        std::size_t nearest = 0;
        for (std::size_t j = 1; j < 900; ++j)
            nearest = distance(j) < distance(nearest) ? j : nearest;
        QCOMPARE(nearest % 3, i % 3);
        QVERIFY(distance(nearest) < 1);
    }
    QVERIFY(m_engine.run(kPlace, request)->positions == placed->positions);
    request.made.minDistance = -1;
    QVERIFY(messageOfFailure(m_engine.run(kPlace, request)).contains("smallest distance"));
}

void UmapJobTest::tablesThatFitNoBudgetAreRefused()
{
    EmbedRequest request = umapOf(randomTable(20'000, 2));
    request.neighbours = 20'000; // six tables of 1.6 GB
    for (const Method method : {Method::Umap, Method::Tsne}) {
        request.method = method;
        request.perplexities = {6666}; // t-SNE looks at three times as many
        const Result<EmbedResult> result = m_engine.run(kEmbed, request);
        QVERIFY(!result && result.error().code == ErrorCode::OutOfMemory);
        QVERIFY2(messageOfFailure(result).startsWith("This needs 9.6 GB more memory, but only"),
                 qPrintable(messageOfFailure(result)));
    }
    QVERIFY(m_engine.run(kEmbed, umapOf(randomTable(50, 4)))); // what is smaller has its room again
}

QTEST_GUILESS_MAIN(UmapJobTest)
#include "umap_job_test.moc"
