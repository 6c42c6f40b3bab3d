// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/map_run.h"

#include "widgets/theme/theme.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace orrery::embedding_map {

namespace {

const QStringList kMethods{QStringLiteral("pca"), QStringLiteral("tsne"), QStringLiteral("umap")};
const QStringList kMetrics{QStringLiteral("euclidean"), QStringLiteral("cosine")};
const QStringList kStarts{QStringLiteral("usual"), QStringLiteral("pca"), QStringLiteral("random"),
                          QStringLiteral("spectral")};
const QStringList kSearches{QStringLiteral("automatic"), QStringLiteral("exact"), QStringLiteral("approximate")};

QString say(const char *text)
{
    return QCoreApplication::translate("EmbeddingMap", text);
}

template <class Choice>
Choice choiceOf(const QJsonValue &value, const QStringList &words, Choice fallback)
{
    const qsizetype place = words.indexOf(value.toString());
    return place < 0 ? fallback : static_cast<Choice>(place);
}

QString number(double value)
{
    return QString::number(value, 'g', 4);
}

} // namespace

QJsonObject toJson(const MapParameters &p)
{
    QJsonArray perplexities;
    for (const double perplexity : p.perplexities)
        perplexities.append(perplexity);
    return {{QStringLiteral("method"), kMethods[int(p.method)]},
            {QStringLiteral("start"), kStarts[int(p.start)]},
            {QStringLiteral("metric"), kMetrics[int(p.metric)]},
            {QStringLiteral("search"), kSearches[int(p.search)]},
            {QStringLiteral("perplexity"), p.perplexity},
            {QStringLiteral("perplexities"), perplexities},
            {QStringLiteral("neighbours"), p.neighbours},
            {QStringLiteral("exaggeration"), p.exaggeration},
            {QStringLiteral("minDistance"), p.minDistance},
            {QStringLiteral("iterations"), p.iterations},
            {QStringLiteral("seed"), p.seed},
            {QStringLiteral("supervised"), p.supervised}};
}

MapParameters parametersFrom(const QJsonObject &json, const MapParameters &fallback)
{
    const auto within = [&](const char *key, double smallest, double largest, double otherwise) {
        const QJsonValue value = json.value(QLatin1String(key));
        return value.isDouble() && value.toDouble() >= smallest && value.toDouble() <= largest ? value.toDouble()
                                                                                               : otherwise;
    };
    MapParameters p = fallback;
    p.method = choiceOf(json.value(QStringLiteral("method")), kMethods, p.method);
    p.start = choiceOf(json.value(QStringLiteral("start")), kStarts, p.start);
    p.metric = choiceOf(json.value(QStringLiteral("metric")), kMetrics, p.metric);
    p.search = choiceOf(json.value(QStringLiteral("search")), kSearches, p.search);
    p.perplexity = within("perplexity", 1, 10'000, p.perplexity);
    p.neighbours = int(within("neighbours", 2, 10'000, p.neighbours));
    p.exaggeration = within("exaggeration", 0.01, 1000, p.exaggeration);
    p.minDistance = within("minDistance", 0, 10, p.minDistance);
    p.iterations = int(within("iterations", MapParameters::kOwn, 100'000, p.iterations));
    p.seed = qint64(within("seed", 0, 9e15, double(p.seed)));
    if (json.contains(QStringLiteral("perplexities"))) {
        p.perplexities.clear();
        for (const QJsonValue &value : json.value(QStringLiteral("perplexities")).toArray())
            if (value.toDouble() >= 1 && value.toDouble() <= 10'000)
                p.perplexities.append(value.toDouble());
    }
    p.supervised = json.value(QStringLiteral("supervised")).toBool(p.supervised);
    return p;
}

MapParameters relevant(MapParameters p)
{
    const MapParameters usual;
    const bool tsne = p.method == maps::Method::Tsne;
    const bool umap = p.method == maps::Method::Umap;
    if (p.perplexities.size() == 1)
        p.perplexity = p.perplexities.takeFirst();
    if (!tsne) {
        p.perplexity = usual.perplexity;
        p.perplexities.clear();
        p.exaggeration = usual.exaggeration;
    } else if (!p.perplexities.isEmpty()) {
        p.perplexity = usual.perplexity;
    }
    if (!umap) {
        p.neighbours = usual.neighbours;
        p.minDistance = usual.minDistance;
        p.supervised = false;
    }
    if (!tsne && !umap) {
        p.start = usual.start;
        p.search = usual.search;
        p.iterations = usual.iterations;
        p.seed = usual.seed;
    }
    if ((tsne && p.start == maps::Start::Pca) || (umap && p.start == maps::Start::Spectral))
        p.start = maps::Start::Usual;
    return p;
}

QString keyOf(const MapParameters &parameters)
{
    return QString::fromUtf8(QJsonDocument(toJson(relevant(parameters))).toJson(QJsonDocument::Compact));
}

QString titleOf(maps::Method method)
{
    switch (method) {
    case maps::Method::Pca:
        return say("PCA");
    case maps::Method::Umap:
        return say("UMAP");
    default:
        return say("t-SNE");
    }
}

QString titleOf(maps::Start start)
{
    switch (start) {
    case maps::Start::Pca:
        return say("PCA start");
    case maps::Start::Random:
        return say("random start");
    case maps::Start::Spectral:
        return say("spectral start");
    default:
        return say("usual start");
    }
}

QString titleOf(const MapParameters &given)
{
    const MapParameters p = relevant(given);
    QStringList parts{titleOf(p.method)};
    if (p.method == maps::Method::Tsne) {
        QStringList all;
        for (const double perplexity : p.perplexities)
            all.append(number(perplexity));
        parts.append(say("perplexity %1").arg(all.isEmpty() ? number(p.perplexity) : all.join(QStringLiteral(" + "))));
        if (p.exaggeration != 1)
            parts.append(say("exaggeration %1").arg(number(p.exaggeration)));
    } else if (p.method == maps::Method::Umap) {
        parts.append(say("%1 neighbours").arg(p.neighbours));
        if (p.minDistance != MapParameters::kMinDistance)
            parts.append(say("min distance %1").arg(number(p.minDistance)));
        if (p.supervised)
            parts.append(say("with classes"));
    }
    if (p.start != maps::Start::Usual)
        parts.append(titleOf(p.start));
    if (p.metric == maps::Metric::Cosine)
        parts.append(say("cosine"));
    if (p.iterations != MapParameters::kOwn)
        parts.append(say("%1 iterations").arg(p.iterations));
    if (p.method != maps::Method::Pca)
        parts.append(say("seed %1").arg(p.seed));
    return parts.join(QStringLiteral(" · "));
}

QString MapRun::title() const
{
    if (flat)
        return say("As it is");
    const QString made = tuned ? say("%1 · tuned by hand").arg(titleOf(parameters)) : titleOf(parameters);
    return complete ? made : say("%1 · stopped at %2").arg(made).arg(iteration);
}

std::size_t MapRun::bytes() const
{
    std::size_t floats = positions ? positions->size() : 0;
    if (state)
        floats += state->positions.size() + state->updates.size() + state->gains.size();
    if (quality)
        floats += 7 * quality->measured.size();
    return floats * sizeof(float);
}

maps::EmbedRequest toRequest(const MapParameters &given, const MapCollection &collection, ScatterPositions alignTo,
                             bool measure)
{
    const MapParameters p = relevant(given);
    maps::EmbedRequest request;
    request.points = collection.points;
    request.method = p.method;
    request.metric = p.metric;
    request.start = p.start;
    request.search = p.search;
    request.iterations = p.iterations;
    request.seed = std::uint64_t(p.seed);
    for (const double perplexity : p.perplexities)
        request.perplexities.push_back(perplexity);
    // The usual number is the method's own, which small collections may bend.
    if (p.perplexities.isEmpty() && p.perplexity != MapParameters::kPerplexity)
        request.perplexities.push_back(p.perplexity);
    request.exaggeration = p.exaggeration;
    request.neighbours = p.neighbours == MapParameters::kNeighbours ? 0 : p.neighbours;
    request.minDistance = p.minDistance;
    if (p.supervised)
        for (const RowFact &fact : collection.facts)
            if (!fact.classes.empty()) {
                request.classes = std::make_shared<const std::vector<std::int32_t>>(fact.classes);
                break;
            }
    request.measure = measure;
    request.alignTo = std::move(alignTo);
    return request;
}

QImage thumbnailOf(const MapRun &run, const ScatterColouring &colouring, const QSize &size)
{
    QImage image(size, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    const std::size_t count = run.positions ? run.positions->size() / 2 : 0;
    if (count == 0)
        return image;
    const std::vector<float> &at = *run.positions;
    // A few thousand points show a shape of forty pixels as well as a million do.
    const std::size_t stride = std::max<std::size_t>(1, count / 3000);
    float left = at[0], right = at[0], low = at[1], high = at[1];
    for (std::size_t i = 0; i < count; i += stride) {
        left = std::min(left, at[2 * i]);
        right = std::max(right, at[2 * i]);
        low = std::min(low, at[2 * i + 1]);
        high = std::max(high, at[2 * i + 1]);
    }
    const double margin = 3;
    const double scale = std::min((size.width() - 2 * margin) / std::max(1e-9, double(right - left)),
                                  (size.height() - 2 * margin) / std::max(1e-9, double(high - low)));
    const Theme &theme = Theme::instance();
    const bool classes = colouring.kind == ScatterColouring::Kind::Classes && colouring.classes.size() == count;
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setOpacity(0.7);
    for (std::size_t i = 0; i < count; i += stride) {
        QColor colour = theme.colours().accent;
        if (classes)
            colour = colouring.classes[i] < 0 ? theme.colours().muted : theme.classColour(colouring.classes[i]);
        painter.setBrush(colour);
        const QPointF place(size.width() / 2.0 + (at[2 * i] - (left + right) / 2.0) * scale,
                            size.height() / 2.0 - (at[2 * i + 1] - (low + high) / 2.0) * scale);
        painter.drawEllipse(place, 1.1, 1.1);
    }
    return image;
}

} // namespace orrery::embedding_map
