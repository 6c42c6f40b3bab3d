// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/map_maker.h"

namespace orrery::embedding_map {

namespace {
// More than this is work for which nobody sits and waits: it gives way to everything else.
constexpr std::int64_t kBackgroundFrom = 20'000;
constexpr std::int64_t kTunedFor = 300;
} // namespace

MapMaker::MapMaker(PluginHost &host, QObject *parent) : QObject(parent), m_host(host) {}

void MapMaker::make(const MapCollection &collection, const MapParameters &parameters, const ScatterPositions &alignTo,
                    bool measure)
{
    stop();
    m_run = {};
    m_run.parameters = relevant(parameters);
    m_run.key = keyOf(parameters);
    m_since.start();
    start(collection, toRequest(parameters, collection, alignTo, measure));
}

bool MapMaker::retune(const MapCollection &collection, const MapParameters &parameters, const ScatterPositions &alignTo)
{
    if (!isRunning() || !m_run.positions || m_run.parameters.method == maps::Method::Pca)
        return false;
    m_job.cancel();
    maps::EmbedRequest request = toRequest(parameters, collection, alignTo, true);
    auto state = std::make_shared<maps::OptimiserState>();
    state->iteration = m_run.iteration;
    state->positions = *m_run.positions;
    state->updates.assign(state->positions.size(), 0.0f);
    state->gains.assign(state->positions.size(), 1.0f);
    request.resumeFrom = state;
    // Enough of it left to see what the change does.
    const bool tsne = parameters.method == maps::Method::Tsne;
    const std::int64_t own = tsne ? 750 : collection.points->rows <= 10'000 ? 500 : 200;
    request.iterations =
        std::max(parameters.iterations > 0 ? parameters.iterations : own, state->iteration + kTunedFor);
    m_run.parameters = relevant(parameters);
    m_run.tuned = true;
    m_run.key = keyOf(parameters) + QStringLiteral("#tuned");
    start(collection, std::move(request));
    return true;
}

void MapMaker::start(const MapCollection &collection, maps::EmbedRequest request)
{
    const int number = ++m_asked;
    m_run.points = collection.points;
    JobOptions options;
    options.lane = collection.points->rows < kBackgroundFrom ? Lane::Interactive : Lane::Background;
    options.title = tr("Map of %1: %2").arg(collection.title, titleOf(m_run.parameters)).toStdString();
    m_job = m_host.submit(
        this, maps::kEmbed, std::move(request), std::move(options),
        [this, number](Result<maps::EmbedResult> result) {
            if (number != m_asked || !m_job.valid())
                return; // stopped before
            if (!result) {
                const Error error = result.error();
                if (error.code == ErrorCode::Cancelled) { // by the running-work bar
                    stop();
                    return;
                }
                const MapParameters failedWith = m_run.parameters;
                end();
                Q_EMIT failed(failedWith, error);
                return;
            }
            m_run.positions = std::make_shared<const std::vector<float>>(std::move(result->positions));
            m_run.loss = result->loss;
            m_run.seconds = result->totalSeconds;
            m_run.complete = true;
            m_run.state = result->state;
            m_run.iteration = result->state ? result->state->iteration : 0;
            if (result->quality)
                m_run.quality = std::make_shared<const maps::Quality>(std::move(*result->quality));
            for (const std::string &note : result->notes)
                m_run.notes.append(QString::fromStdString(note));
            if (result->neighbourRecall)
                m_run.notes.append(tr("Neighbours were searched approximately; %1\u00A0% of them were found.")
                                       .arg(100 * *result->neighbourRecall, 0, 'f', 1));
            const MapRun made = m_run;
            end();
            Q_EMIT finished(made);
        },
        [this, number](const Progress &progress) {
            if (number != m_asked || !m_job.valid())
                return;
            if (const auto *partial = std::any_cast<maps::EmbedPartial>(&progress.partial)) {
                m_run.positions = std::make_shared<const std::vector<float>>(partial->positions);
                m_run.iteration = partial->iteration;
                m_run.seconds = double(m_since.elapsed()) / 1000;
                Q_EMIT moved();
            }
            Q_EMIT progressed(progress.fraction, QString::fromStdString(progress.message));
        });
    Q_EMIT runningChanged(true);
}

bool MapMaker::stop()
{
    if (!isRunning())
        return false;
    m_job.cancel();
    const MapRun partial = m_run;
    end();
    if (partial.positions)
        Q_EMIT finished(partial);
    return true;
}

void MapMaker::discard()
{
    if (!isRunning())
        return;
    m_job.cancel();
    end();
}

void MapMaker::end()
{
    m_job = {};
    Q_EMIT runningChanged(false);
}

} // namespace orrery::embedding_map
