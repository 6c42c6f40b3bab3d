// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/layer_maps.h"

#include <algorithm>
#include <cmath>

namespace orrery::embedding_map {

LayerMaps::LayerMaps(PluginHost &host, QObject *parent) : QObject(parent), m_host(host) {}

void LayerMaps::make(const MapCollection &collection, const QList<RowLayer> &layers, const MapParameters &parameters,
                     const ScatterPositions &shown)
{
    MapParameters wanted = relevant(parameters);
    wanted.supervised = false; // the classes would hide what the layer itself knows
    bool same = wanted == m_parameters && layers.size() == m_layers.size() && collection.id == m_collection.id;
    for (qsizetype i = 0; same && i < layers.size(); ++i)
        same = layers[i].points == m_layers[i].points;
    if (m_running)
        cancel();
    m_collection = collection;
    m_parameters = wanted;
    m_shown = shown;
    if (!same) {
        m_layers = layers;
        m_maps.clear();
        for (qsizetype i = 0; i < layers.size(); ++i)
            m_maps.append(MapRun{.key = {}, .parameters = wanted});
    }
    m_layer = int(m_layers.size()) - 1;
    while (m_layer >= 0 && m_maps[m_layer].positions)
        --m_layer;
    if (m_layer < 0)
        return;
    setRunning(true);
    next();
}

void LayerMaps::next()
{
    const int number = ++m_number;
    const int layer = m_layer;
    MapCollection collection = m_collection;
    collection.points = m_layers[layer].points;
    const bool last = layer + 1 == m_layers.size();
    m_job = m_host.submit(
        this, maps::kEmbed, toRequest(m_parameters, collection, last ? m_shown : m_maps[layer + 1].positions, false),
        {.lane = Lane::Interactive,
         .title = tr("Map of %1: %2").arg(m_collection.title, m_layers[layer].name).toStdString(),
         .channel = {}},
        [this, number, layer](Result<maps::EmbedResult> result) {
            if (number != m_number)
                return;
            if (!result) {
                setRunning(false);
                if (result.error().code != ErrorCode::Cancelled)
                    Q_EMIT failed(result.error());
                return;
            }
            MapRun &run = m_maps[layer];
            run.positions = std::make_shared<const std::vector<float>>(std::move(result->positions));
            run.loss = result->loss;
            run.complete = true;
            m_layer = layer - 1;
            const bool more = m_layer >= 0;
            if (!more)
                setRunning(false);
            Q_EMIT made(layer);
            if (more && number == m_number)
                next();
        },
        [this, number, layer](const Progress &progress) {
            if (number != m_number)
                return;
            const double count = double(m_layers.size());
            const double done = count - 1 - layer;
            Q_EMIT progressed((done + std::max(0.0, progress.fraction)) / count,
                              tr("%1: %2 of %3 layers").arg(m_layers[layer].name).arg(done + 1).arg(count));
        });
}

bool LayerMaps::cancel()
{
    if (!m_running)
        return false;
    ++m_number;
    m_job.cancel();
    setRunning(false);
    return true;
}

void LayerMaps::clear()
{
    cancel();
    m_layers.clear();
    m_maps.clear();
    m_collection = {};
}

QStringList LayerMaps::names() const
{
    QStringList names;
    for (const RowLayer &layer : m_layers)
        names.append(layer.name);
    return names;
}

bool LayerMaps::isComplete() const
{
    return !m_maps.isEmpty() && std::ranges::all_of(m_maps, [](const MapRun &run) { return run.positions != nullptr; });
}

ScatterPositions LayerMaps::positionsAt(double layer) const
{
    if (m_maps.isEmpty())
        return {};
    const double at = std::clamp(layer, 0.0, double(m_maps.size() - 1));
    const int before = int(at);
    const int after = std::min(before + 1, int(m_maps.size()) - 1);
    const float share = float(at - before);
    const ScatterPositions &a = m_maps[before].positions;
    const ScatterPositions &b = m_maps[after].positions;
    if (share < 1e-3f || !b)
        return a;
    if (!a || a->size() != b->size())
        return {};
    auto between = std::make_shared<std::vector<float>>(a->size());
    for (std::size_t i = 0; i < a->size(); ++i)
        (*between)[i] = (*a)[i] + ((*b)[i] - (*a)[i]) * share;
    return between;
}

void LayerMaps::setRunning(bool running)
{
    if (running == m_running)
        return;
    m_running = running;
    Q_EMIT runningChanged(running);
}

} // namespace orrery::embedding_map
