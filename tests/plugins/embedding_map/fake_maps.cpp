// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/embedding_map/fake_maps.h"

#include "engine/api/clip.h"
#include "engine/core/job_registry.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>
#include <numeric>
#include <thread>

namespace orrery::test {

namespace {

std::vector<float> layOut(const maps::EmbedRequest &request)
{
    const NpyMatrix &points = *request.points;
    std::vector<float> positions;
    const double angle = double(request.seed) * std::numbers::pi / 180;
    const bool pca = request.method == maps::Method::Pca;
    const double scale = pca ? 1 : 10;
    for (std::int64_t row = 0; row < points.rows; ++row) {
        const double x = points.values[row * points.columns];
        const double y = points.columns > 1 ? points.values[row * points.columns + 1] : 0;
        const double shift = request.start == maps::Start::Random ? 100 : 0;
        positions.push_back(float(scale * (pca ? x : x * std::cos(angle) - y * std::sin(angle)) + shift));
        positions.push_back(float(scale * (pca ? y : x * std::sin(angle) + y * std::cos(angle))));
    }
    return positions;
}

Task<maps::EmbedResult> embed(EngineScope &scope, maps::EmbedRequest request)
{
    FakeMaps &fake = FakeMaps::instance();
    {
        const std::lock_guard lock(fake.mutex);
        fake.requests.push_back(request);
    }
    if (fake.fail)
        throw Exception(ErrorCode::BadInput, "The perplexity is 99, and there are only 40 points", "test");
    std::int64_t iteration = 0;
    do {
        if (request.method != maps::Method::Pca)
            scope.progress(0.1, "Iteration", maps::EmbedPartial{++iteration, layOut(request)});
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        co_await scope.step();
    } while (fake.hold && request.method != maps::Method::Pca);
    maps::EmbedResult result;
    result.method = request.method;
    result.points = request.points->rows;
    result.positions = layOut(request);
    result.loss = 1.25;
    result.totalSeconds = 0.5;
    if (request.measure) {
        maps::Quality quality;
        quality.neighbours = 10;
        // Numbers that say which request they belong to.
        quality.knnRecall = request.method == maps::Method::Pca ? 0.2 : 0.6;
        quality.trustworthiness = 0.9;
        quality.continuity = 0.8;
        quality.spearman = request.start == maps::Start::Random ? 0.3 : 0.7;
        quality.pearson = 0.5;
        for (std::int64_t row = 0; row < request.points->rows; ++row) {
            quality.measured.push_back(row);
            for (auto *values :
                 {&quality.recall, &quality.trust, &quality.continuityAt, &quality.spearmanAt, &quality.pearsonAt})
                values->push_back(float(row) / float(request.points->rows));
        }
        result.quality = quality;
    }
    ++fake.embedded;
    co_return result;
}

double similarity(const NpyMatrix &points, std::int64_t row, const float *other)
{
    return std::inner_product(other, other + points.columns, points.values.begin() + row * points.columns, 0.0);
}

Task<maps::PlaceResult> place(EngineScope &, maps::PlaceRequest request)
{
    const NpyMatrix &points = *request.made.points;
    maps::PlaceResult result;
    for (std::int64_t i = 0; i < request.points.rows; ++i) {
        const float *wanted = request.points.values.data() + i * request.points.columns;
        std::int64_t best = 0;
        for (std::int64_t row = 0; row < points.rows; ++row)
            if (similarity(points, row, wanted) > similarity(points, best, wanted))
                best = row;
        result.positions.push_back((*request.map)[2 * best]);
        result.positions.push_back((*request.map)[2 * best + 1]);
    }
    co_return result;
}

Task<maps::NearResult> near(EngineScope &, maps::NearRequest request)
{
    const auto nearest = [&](const std::vector<float> &values, std::int64_t columns) {
        const std::int64_t rows = std::int64_t(values.size()) / columns;
        const auto distance = [&](std::int64_t row) {
            double sum = 0;
            for (std::int64_t c = 0; c < columns; ++c)
                sum += std::pow(values[row * columns + c] - values[request.row * columns + c], 2);
            return sum;
        };
        std::vector<std::int64_t> order;
        for (std::int64_t row = 0; row < rows; ++row)
            if (row != request.row)
                order.push_back(row);
        std::ranges::stable_sort(order, [&](auto a, auto b) { return distance(a) < distance(b); });
        order.resize(std::min<std::size_t>(order.size(), std::size_t(request.k)));
        return order;
    };
    maps::NearResult result;
    result.inData = nearest(request.points->values, request.points->columns);
    if (request.map)
        result.onMap = nearest(*request.map, 2);
    co_return result;
}

Task<maps::AlignResult> align(EngineScope &, maps::AlignRequest request)
{
    maps::AlignResult result;
    result.positions = *request.map;
    result.disparity = *request.reference == *request.map ? 0 : 0.34;
    co_return result;
}

Task<clip::EncodeResult> encode(EngineScope &, clip::EncodeRequest request)
{
    clip::EncodeResult result;
    const auto add = [&](int column) {
        clip::Embedding embedding(8, 0.0f);
        embedding[std::size_t(std::clamp(column, 0, 7))] = 1;
        result.embeddings.push_back(embedding);
        result.errors.emplace_back();
    };
    for (const std::string &text : request.texts) {
        {
            const std::lock_guard lock(FakeMaps::instance().mutex);
            FakeMaps::instance().texts.push_back(text);
        }
        if (text == "broken")
            throw Exception(ErrorCode::ModelFile, "model.safetensors of picture-clip is damaged", "test");
        add(text.empty() ? 0 : text[0] - 'a');
    }
    for (std::size_t i = 0; i < request.pictures.size(); ++i)
        add(1);
    co_return result;
}

} // namespace

FakeMaps &FakeMaps::instance()
{
    static FakeMaps fake;
    return fake;
}

void FakeMaps::reset()
{
    hold = false;
    fail = false;
    embedded = 0;
    const std::lock_guard lock(mutex);
    requests.clear();
    texts.clear();
}

maps::EmbedRequest FakeMaps::last()
{
    const std::lock_guard lock(mutex);
    return requests.empty() ? maps::EmbedRequest() : requests.back();
}

void registerFakeMaps()
{
    registerJob(maps::kEmbed, embed);
    registerJob(maps::kPlace, place);
    registerJob(maps::kNear, near);
    registerJob(maps::kAlign, align);
    registerJob(clip::kEncode, encode);
}

MapCollection fakeCollection(const QString &id, int perGroup)
{
    MapCollection collection;
    collection.id = id;
    collection.title = QStringLiteral("Collection %1").arg(id);
    collection.what = QStringLiteral("Points for a test");
    auto points = std::make_shared<NpyMatrix>();
    points->rows = 4 * perGroup;
    points->columns = 8;
    RowFact group{QStringLiteral("Group"), {}, {"A", "B", "C", "D"}, {}};
    RowFact size{QStringLiteral("Size"), {}, {}, {}};
    for (int g = 0; g < 4; ++g)
        for (int i = 0; i < perGroup; ++i) {
            std::vector<float> row(8, 0.02f * float(i % 3));
            row[std::size_t(g)] = 1 + 0.05f * float(i);
            const float length = std::sqrt(std::inner_product(row.begin(), row.end(), row.begin(), 0.0f));
            for (float &value : row)
                points->values.push_back(value / length);
            collection.names.append(QStringLiteral("%1%2").arg(QChar(u'a' + g)).arg(i));
            group.classes.push_back(g);
            size.values.push_back(float(i));
        }
    collection.points = points;
    collection.facts = {group, size};
    collection.model = QStringLiteral("picture-clip");
    collection.item = [names = collection.names](std::int64_t row) {
        QImage image(8, 8, QImage::Format_RGB32);
        image.fill(Qt::red);
        return pictureItem(image, names[row]);
    };
    return collection;
}

void FakeSource::load()
{
    const int number = ++m_number;
    QTimer::singleShot(0, this, [this, number] {
        if (number != m_number)
            return;
        if (!error.isEmpty()) {
            Q_EMIT failed({ErrorCode::BadInput, error.toStdString(), {}});
            return;
        }
        if (!inTwoParts) {
            Q_EMIT loaded(m_collection, true);
            return;
        }
        MapCollection first = m_collection;
        auto half = std::make_shared<NpyMatrix>(*m_collection.points);
        half->rows /= 2;
        half->values.resize(std::size_t(half->rows * half->columns));
        first.points = half;
        first.names = first.names.mid(0, half->rows);
        for (RowFact &fact : first.facts) {
            fact.classes.resize(std::min<std::size_t>(fact.classes.size(), std::size_t(half->rows)));
            fact.values.resize(std::min<std::size_t>(fact.values.size(), std::size_t(half->rows)));
        }
        Q_EMIT loaded(first, false);
    });
}

void FakeSource::release()
{
    Q_EMIT loaded(m_collection, true);
}

void FakeSource::loadLayers()
{
    QTimer::singleShot(0, this, [this] {
        QList<RowLayer> layers;
        for (int i = 0; i < 3; ++i) {
            auto points = std::make_shared<NpyMatrix>(*m_collection.points);
            for (float &value : points->values)
                value += float(i - 2);
            layers.append({i == 0   ? QStringLiteral("Pixels")
                           : i == 2 ? QStringLiteral("Embedding")
                                    : QStringLiteral("Layer 1 of 1"),
                           i == 2 ? m_collection.points : points});
        }
        Q_EMIT layersLoaded(layers);
    });
}

} // namespace orrery::test
