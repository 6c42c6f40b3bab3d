// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/collections/encoded_source.h"

#include <algorithm>
#include <numeric>

namespace orrery {

namespace {
constexpr std::size_t kBatch = 48; // half a second: soon seen, and soon cancelled
} // namespace

EncodedSource::EncodedSource(PluginHost &host, const QString &id, const QString &title)
    : KeptSource(id, title), m_host(host)
{}

QString EncodedSource::refusal() const
{
    return m_host.currentModel().isEmpty()
               ? tr("There is no model for pictures and words; choose one on the page Models.")
               : QString();
}

QString EncodedSource::modelName() const
{
    for (const ModelCard &card : m_host.modelCards())
        if (QString::fromStdString(card.id) == m_model)
            return QString::fromStdString(card.name);
    return m_model;
}

void EncodedSource::expect(qsizetype total, qsizetype first)
{
    halt();
    m_model = m_host.currentModel();
    m_total = total;
    m_nextPart = first;
    m_waiting.clear();
    m_asked = m_done = 0;
    m_rows.clear();
    m_values.clear();
    m_errors.clear();
}

bool EncodedSource::isLarge() const
{
    constexpr qsizetype kLarge = 200; // six seconds in full
    return m_total > kLarge;
}

void EncodedSource::add(std::vector<Input> inputs)
{
    std::move(inputs.begin(), inputs.end(), std::back_inserter(m_waiting));
    next();
}

void EncodedSource::halt()
{
    ++m_round;
    m_busy = false;
    if (m_job.valid())
        m_job.cancel();
}

void EncodedSource::next()
{
    if (m_busy || m_waiting.empty())
        return;
    // A request is of pictures or of texts.
    const bool texts = !m_waiting.front().text.empty();
    const auto end =
        std::find_if(m_waiting.begin(), m_waiting.begin() + std::ptrdiff_t(std::min(kBatch, m_waiting.size())),
                     [&](const Input &input) { return input.text.empty() == texts; });
    clip::EncodeRequest request;
    request.model = m_model.toStdString();
    request.quick = isLarge();
    for (auto input = m_waiting.begin(); input != end; ++input)
        if (texts)
            request.texts.push_back(std::move(input->text));
        else
            request.pictures.push_back(std::move(input->picture));
    const std::size_t first = m_asked;
    m_asked += static_cast<std::size_t>(end - m_waiting.begin());
    m_waiting.erase(m_waiting.begin(), end);
    m_busy = true;
    JobOptions options;
    options.title = tr("%1: %L2 of %L3").arg(title()).arg(first + 1).arg(m_total).toStdString();
    m_job = m_host.submit(this, clip::kEncode, std::move(request), std::move(options),
                          [this, first, round = m_round](Result<clip::EncodeResult> result) {
                              if (round != m_round)
                                  return;
                              m_busy = false;
                              if (!result) {
                                  halt();
                                  background().stop();
                                  m_waiting.clear();
                                  fail(result.error());
                                  return;
                              }
                              take(first, *result);
                          });
}

void EncodedSource::take(std::size_t first, const clip::EncodeResult &result)
{
    for (std::size_t i = 0; i < result.embeddings.size(); ++i) {
        ++m_done;
        if (!result.errors[i].empty()) {
            m_errors.insert(first + i, QString::fromStdString(result.errors[i]));
            continue;
        }
        m_rows.push_back(first + i);
        m_values.insert(m_values.end(), result.embeddings[i].begin(), result.embeddings[i].end());
    }
    const auto done = static_cast<qsizetype>(m_done);
    Q_EMIT progress(double(done) / double(m_total), tr("%1: %L2 of %L3").arg(title()).arg(done).arg(m_total));
    if (done >= m_total) {
        show(true);
        return;
    }
    if (m_nextPart > 0 && done >= m_nextPart && m_rows.size() > 1) {
        m_nextPart = 3 * done;
        show(false);
    }
    next();
}

void EncodedSource::takeAll(NpyMatrix points)
{
    m_rows.resize(static_cast<std::size_t>(points.rows));
    std::iota(m_rows.begin(), m_rows.end(), std::size_t(0));
    m_values = std::move(points.values);
    show(true);
}

void EncodedSource::show(bool complete)
{
    if (m_rows.size() < 2) {
        const QString why = m_errors.isEmpty() ? tr("a map needs at least 2 points")
                                               : m_errors.value(std::ranges::min(m_errors.keys()));
        fail({ErrorCode::BadInput,
              tr("%1: only %L2 of %L3 could be used; %4")
                  .arg(title())
                  .arg(m_rows.size())
                  .arg(m_total)
                  .arg(why)
                  .toStdString(),
              {}});
        return;
    }
    MapCollection collection = describe(m_rows);
    collection.id = id();
    collection.title = title();
    collection.model = m_model;
    const auto rows = static_cast<std::int64_t>(m_rows.size());
    collection.points =
        std::make_shared<NpyMatrix>(NpyMatrix{rows, static_cast<std::int64_t>(m_values.size()) / rows, m_values});
    collection.hasLayers = complete && picturesOf(m_rows) != nullptr;
    deliver(collection, complete);
    if (complete)
        finished(collection);
}

void EncodedSource::loadLayers()
{
    const Pictures pictures = kept() ? picturesOf(m_rows) : nullptr;
    if (!pictures) {
        fail({ErrorCode::Unsupported, tr("%1 has no layers to walk through").arg(title()).toStdString(), {}});
        return;
    }
    background().run(pictures, [this](Result<std::vector<PictureSource>> made) {
        if (!made) {
            fail(made.error());
            return;
        }
        clip::LayersRequest request;
        request.model = m_model.toStdString();
        request.pictures = std::move(*made);
        request.embedding = false; // the points have it
        JobOptions options;
        options.title = tr("%1: layers of %2").arg(title(), modelName()).toStdString();
        m_job = m_host.submit(
            this, clip::kLayers, std::move(request), std::move(options),
            [this, round = m_round](Result<clip::LayersResult> result) {
                if (round != m_round)
                    return;
                if (!result) {
                    fail(result.error());
                    return;
                }
                const auto rows = static_cast<std::int64_t>(m_rows.size());
                QList<RowLayer> layers;
                for (clip::Layer &layer : result->layers)
                    if (layer.values.rows == rows)
                        layers.append(
                            {QString::fromStdString(layer.name), std::make_shared<NpyMatrix>(std::move(layer.values))});
                layers.append({tr("Embedding"), kept() ? kept()->points : nullptr});
                if (layers.size() < 2 || !layers.back().points)
                    fail({ErrorCode::BadInput,
                          tr("%1: a picture could no longer be read, so its layers are not known")
                              .arg(title())
                              .toStdString(),
                          {}});
                else
                    Q_EMIT layersLoaded(layers);
            },
            [this, round = m_round](const Progress &now) {
                if (round == m_round)
                    Q_EMIT progress(now.fraction, QString::fromStdString(now.message));
            });
    });
}

} // namespace orrery
