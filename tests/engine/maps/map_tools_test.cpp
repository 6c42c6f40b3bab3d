// SPDX-License-Identifier: Apache-2.0
// The small jobs around maps: maps.near, maps.align, and maps.embed that aligns.
#include "engine/api/maps.h"
#include "tests/engine/job_engine.h"
#include "tests/engine/maps/map_fixture.h"

#include <QTest>

#include <mutex>

using namespace orrery;
using namespace orrery::maps;
using namespace orrery::test;

namespace {

std::shared_ptr<const std::vector<float>> map(std::vector<float> positions)
{
    return std::make_shared<std::vector<float>>(std::move(positions));
}

std::shared_ptr<const NpyMatrix> table(std::int64_t rows, std::int64_t columns, std::vector<float> values)
{
    return std::make_shared<NpyMatrix>(NpyMatrix{rows, columns, std::move(values)});
}

} // namespace

class MapToolsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nearestAreThoseOfTheReference();
    void nearestByDirection();
    void nearestOfManyPoints();
    void nearRefusesWhatItCannotAnswer();
    void aMapIsLaidOnAnother();
    void alignRefusesOtherPoints();
    void mapsAndWhatStreamsLieOnTheOther();
    void newPointsAreProjected();
    void newPointsFindTheirPlaces();
    void placeRefusesWhatDoesNotFit();

private:
    PlaceRequest blobs(Method method) const;
    JobEngine m_engine;
};

void MapToolsTest::nearestAreThoseOfTheReference()
{
    NearRequest request;
    request.points = std::make_shared<NpyMatrix>(mapFixture("blobs", "points"));
    request.map = map(mapFixture("blobs", "map").values);
    request.row = 17;
    request.k = 30;
    const Result<NearResult> result = m_engine.run(kNear, request);
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    const NpyMatrix expected = mapFixture("blobs", "neighbours");
    const std::vector<float> row(expected.values.begin() + 17 * 30, expected.values.begin() + 18 * 30);
    QCOMPARE(largestDifference(result->inData, row), 0);
    QCOMPARE(result->onMap.size(), std::size_t(30));
    QVERIFY(result->onMap != result->inData);
    request.points = table(240, 2, *request.map); // the map as the data: both answers agree
    const Result<NearResult> same = m_engine.run(kNear, request);
    QVERIFY(same && same->inData == same->onMap && same->onMap == result->onMap);
}

void MapToolsTest::nearestByDirection()
{
    NearRequest request;
    request.points = table(4, 2, {1, 0, 100, 1, 1, 0.5, -1, 0});
    request.k = 10; // more than there are
    const Result<NearResult> straight = m_engine.run(kNear, request);
    QVERIFY(straight);
    QVERIFY((straight->inData == std::vector<std::int64_t>{2, 3, 1}));
    QVERIFY(straight->onMap.empty());
    request.metric = Metric::Cosine;
    const Result<NearResult> angle = m_engine.run(kNear, request);
    QVERIFY(angle);
    QVERIFY((angle->inData == std::vector<std::int64_t>{1, 2, 3}));
}

void MapToolsTest::nearestOfManyPoints()
{
    std::vector<float> values; // on a line, every third one on its neighbour
    for (int i = 0; i < 9001; ++i)
        values.push_back(float(i % 3 == 0 ? i + 1 : i));
    NearRequest request;
    request.points = table(9001, 1, values);
    request.row = 6001;
    request.k = 4;
    const Result<NearResult> result = m_engine.run(kNear, request);
    QVERIFY(result);
    QVERIFY((result->inData == std::vector<std::int64_t>{6000, 6002, 5999, 5997})); // of four equally far the first row
}

void MapToolsTest::nearRefusesWhatItCannotAnswer()
{
    NearRequest request;
    QVERIFY(messageOfFailure(m_engine.run(kNear, request)).contains("fewer than 2 points"));
    request.points = table(3, 2, {1, 2, 3, 4, 5, NAN});
    QVERIFY(messageOfFailure(m_engine.run(kNear, request)).contains("Row 2"));
    request.row = 3;
    QVERIFY(messageOfFailure(m_engine.run(kNear, request)).contains("expected one from 0 to 2"));
    request.row = 0;
    request.map = map({1, 2, 3, 4});
    QVERIFY(messageOfFailure(m_engine.run(kNear, request)).contains("holds 2 points, expected 3"));
}

void MapToolsTest::aMapIsLaidOnAnother()
{
    AlignRequest request;
    request.reference = map(mapFixture("mirrored", "reference").values);
    request.map = map(mapFixture("mirrored", "map").values);
    const std::vector<float> disparity = mapFixture("mirrored", "disparity").values;
    for (const bool scale : {false, true}) {
        request.scale = scale;
        const Result<AlignResult> result = m_engine.run(kAlign, request);
        QVERIFY2(result, result ? "" : result.error().message.c_str());
        QCOMPARE(result->positions.size(), request.map->size());
        QVERIFY(std::abs(result->disparity - double(disparity[scale ? 1 : 0])) < 1e-6);
    }
}

void MapToolsTest::alignRefusesOtherPoints()
{
    AlignRequest request;
    QVERIFY(messageOfFailure(m_engine.run(kAlign, request)).contains("no map"));
    request.map = map({1, 2, 3, 4});
    request.reference = map({1, 2});
    QVERIFY(messageOfFailure(m_engine.run(kAlign, request)).contains("holds 1 points, expected 2"));
    request.reference = map({1, 2, INFINITY, 0});
    QVERIFY(messageOfFailure(m_engine.run(kAlign, request)).contains("not finite, in row 1"));
}

void MapToolsTest::mapsAndWhatStreamsLieOnTheOther()
{
    EmbedRequest request;
    request.points = std::make_shared<NpyMatrix>(mapFixture("blobs", "points"));
    const Result<EmbedResult> plain = m_engine.run(kEmbed, request);
    QVERIFY(plain);
    std::vector<float> mirrored = plain->positions;
    for (std::size_t i = 0; i < mirrored.size(); i += 2)
        mirrored[i] = 100 - mirrored[i];
    request.alignTo = map(mirrored);
    const Result<EmbedResult> laid = m_engine.run(kEmbed, request);
    QVERIFY(laid);
    QVERIFY(largestDifference(laid->positions, mirrored) < 1e-4);

    request.method = Method::Tsne;
    request.perplexities = {10};
    request.iterations = 20000; // long enough that something streams
    std::mutex lock;
    std::vector<float> streamed;
    const auto watch = [&](const Progress &progress) {
        if (const auto *partial = std::any_cast<EmbedPartial>(&progress.partial)) {
            const std::lock_guard hold(lock);
            streamed = partial->positions;
        }
    };
    const Result<EmbedResult> tsne = m_engine.thread().submit(kEmbed, request, {}, {}, watch).wait();
    QVERIFY2(tsne, tsne ? "" : tsne.error().message.c_str());
    QVERIFY(tsne->positions != tsne->state->positions); // an optimiser goes on from where it was
    QCOMPARE(streamed.size(), mirrored.size());
    for (const std::vector<float> &positions : {streamed, tsne->positions}) {
        double sum = 0;
        for (std::size_t i = 0; i < positions.size(); i += 2)
            sum += double(positions[i]) / 240;
        QVERIFY(std::abs(sum - 100) < 1e-2);
    }
    request.alignTo = map({1, 2});
    QVERIFY(messageOfFailure(m_engine.run(kEmbed, request)).contains("expected 240"));
}

PlaceRequest MapToolsTest::blobs(Method method) const
{
    PlaceRequest request;
    request.made.method = method;
    request.made.points = std::make_shared<NpyMatrix>(mapFixture("blobs", "points"));
    request.map = map(mapFixture("blobs", "map").values);
    request.points = mapFixture("placed", "fresh");
    return request;
}

void MapToolsTest::newPointsAreProjected()
{
    PlaceRequest request = blobs(Method::Pca);
    const Result<PlaceResult> result = m_engine.run(kPlace, request);
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    QVERIFY(largestDifference(result->positions, mapFixture("placed", "projected").values) < 1e-4);

    request.points = *request.made.points; // the points themselves: they lie where they lie on the map
    const Result<EmbedResult> whole = m_engine.run(kEmbed, request.made);
    const Result<PlaceResult> again = m_engine.run(kPlace, request);
    QVERIFY(whole && again);
    QVERIFY(largestDifference(again->positions, whole->positions) < 1e-5);
    std::vector<float> mirrored = whole->positions;
    for (std::size_t i = 0; i < mirrored.size(); i += 2)
        mirrored[i] = 50 - mirrored[i];
    request.map = request.made.alignTo = map(mirrored);
    const Result<PlaceResult> laid = m_engine.run(kPlace, request);
    QVERIFY(laid && largestDifference(laid->positions, mirrored) < 1e-4);
}

void MapToolsTest::newPointsFindTheirPlaces()
{
    PlaceRequest request = blobs(Method::Tsne);
    const Result<PlaceResult> result = m_engine.run(kPlace, request);
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    // openTSNE computes the same gradients in double precision; the way there takes 250 steps.
    QVERIFY(largestDifference(result->positions, mapFixture("placed", "placed").values) < 1e-2);
    // Each point for itself: the last three alone come to the same bits.
    const std::vector<float> all = request.points.values;
    request.points = {3, request.points.columns, {all.end() - 3 * request.points.columns, all.end()}};
    const Result<PlaceResult> some = m_engine.run(kPlace, request);
    QVERIFY(some);
    QVERIFY(some->positions == std::vector<float>(result->positions.end() - 6, result->positions.end()));
    request.points = {0, request.points.columns, {}};
    const Result<PlaceResult> none = m_engine.run(kPlace, request);
    QVERIFY(none && none->positions.empty());
}

void MapToolsTest::placeRefusesWhatDoesNotFit()
{
    PlaceRequest request = blobs(Method::Tsne);
    request.points = {2, 3, {1, 2, 3, 4, 5, 6}};
    QVERIFY(messageOfFailure(m_engine.run(kPlace, request)).contains("3 columns, but those of the map have 12"));
    request = blobs(Method::Tsne);
    request.points.values[13] = NAN;
    QVERIFY(messageOfFailure(m_engine.run(kPlace, request)).contains("Row 1 (counted from 0)"));
    request = blobs(Method::Tsne);
    request.map = map({1, 2});
    QVERIFY(messageOfFailure(m_engine.run(kPlace, request)).contains("holds 1 points, expected 240"));
    request.map = nullptr;
    QVERIFY(messageOfFailure(m_engine.run(kPlace, request)).contains("no map"));
}

QTEST_GUILESS_MAIN(MapToolsTest)
#include "map_tools_test.moc"
