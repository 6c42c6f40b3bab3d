// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/live_guests.h"

namespace orrery::embedding_map {

namespace {

constexpr int kSilenceMs = 3000;
constexpr int kTellEveryMs = 250; ///< so that words stand still enough to be read

/// What all rows are frames of; without a model when they are none, or of several.
LiveRows::Kind kindOf(const MapCollection &collection)
{
    LiveRows::Kind kind;
    if (!collection.points || !collection.item || std::int64_t(collection.items.size()) != collection.points->rows)
        return kind; // rows of files and of the program's own collections do not say where they come from
    for (std::int64_t row = 0; row < collection.points->rows; ++row) {
        const QJsonObject recipe = collection.item(row).recipe;
        const QString model = recipe.value(QStringLiteral("model")).toString();
        const int layer = recipe.value(QStringLiteral("layer")).toInt(-1);
        if (layer < 0 || (row > 0 && (model != kind.model || layer != kind.layer)))
            return {};
        kind.model = model;
        kind.layer = layer;
    }
    return kind;
}

} // namespace

LiveGuests::LiveGuests(PluginHost &host, QObject *parent)
    : QObject(parent), m_host(host), m_rows(LiveRows::of(host.workspace()))
{
    m_silence.setSingleShot(true);
    m_silence.setInterval(kSilenceMs);
    connect(&m_silence, &QTimer::timeout, this, [this] {
        m_label.clear();
        Q_EMIT changed();
    });
    connect(&m_rows, &LiveRows::begun, this, [this] {
        forget();
        m_leftOut = m_placed = 0;
        m_label.clear();
        judge();
    });
    connect(&m_rows, &LiveRows::kindChanged, this, [this] {
        forget();
        judge();
    });
    connect(&m_rows, &LiveRows::came, this, &LiveGuests::take);
    connect(&m_rows, &LiveRows::ended, this, [this] {
        forget();
        Q_EMIT changed();
    });
}

void LiveGuests::setMap(const MapCollection &collection, const MapRun &run)
{
    if (collection.id != m_collection.id || collection.points != m_collection.points) {
        m_collection = collection;
        m_of = kindOf(collection);
    }
    if (run.positions != m_run.positions)
        forget(); // places on another map
    m_run = run;
    judge();
}

void LiveGuests::setShown(bool shown)
{
    m_shown = shown;
    if (!shown)
        forget();
}

QString LiveGuests::refusal() const
{
    const LiveRows::Kind &kind = m_rows.kind();
    if (!m_collection.points || kind.fits(m_of.model, m_of.layer))
        return {};
    return m_of.model == kind.model
               ? tr("The points of this map are of another layer of %1 (%2, and what is heard now is of %3), so what "
                    "is heard has no place on it.")
                     .arg(kind.name)
                     .arg(m_of.layer)
                     .arg(kind.layer)
               : tr("The points of this map are not what %1 hears, so what is heard has no place on it. “Show on map” "
                    "on the page Speech makes a map of them.")
                     .arg(kind.name);
}

void LiveGuests::judge()
{
    if (m_rows.isOn())
        m_rows.answer(refusal());
    Q_EMIT changed();
}

QString LiveGuests::statusText() const
{
    if (!m_rows.isOn())
        return {};
    if (isRefused())
        return m_rows.refusal();
    if (!m_run.positions)
        return tr("What is heard appears here as soon as the map stands still.");
    if (m_label.isEmpty())
        return tr("Live: speak, or play a sound on the page Speech, and its frames appear here.");
    return tr("Live: %1").arg(m_label);
}

void LiveGuests::take(const QList<LiveRows::Row> &rows)
{
    if (!m_shown || isRefused() || !m_run.positions)
        return;
    for (const LiveRows::Row &row : rows)
        if (row.values.size() == m_collection.points->columns)
            m_waiting.append(row);
    if (m_waiting.size() > kMostWaiting) {
        m_leftOut += m_waiting.size() - kMostWaiting;
        m_waiting.remove(0, m_waiting.size() - kMostWaiting);
    }
    if (!m_pending && !m_waiting.isEmpty())
        place();
}

void LiveGuests::place()
{
    const QList<LiveRows::Row> rows = std::exchange(m_waiting, {});
    maps::PlaceRequest request;
    // Aligned to itself: a PCA may have been turned onto another map, and what comes is to be turned with it.
    request.made = toRequest(m_run.parameters, m_collection, m_run.positions, false);
    request.map = m_run.positions;
    request.points.rows = rows.size();
    request.points.columns = m_collection.points->columns;
    for (const LiveRows::Row &row : rows)
        request.points.values.insert(request.points.values.end(), row.values.begin(), row.values.end());
    m_pending = true;
    m_asked.start();
    // Not live: whoever listens goes first, or the rows of tomorrow would wait for those of today.
    m_job = m_host.submit(this, maps::kPlace, std::move(request),
                          {.lane = Lane::Interactive,
                           .title = tr("Place on the map what is heard").toStdString(),
                           .channel = "embedding_map.live"},
                          [this, rows, number = m_number](const Result<maps::PlaceResult> &result) {
                              if (number != m_number)
                                  return;
                              m_pending = false;
                              if (result) {
                                  arrived(*result, rows);
                              } else if (result.error().code != ErrorCode::Cancelled) {
                                  m_rows.answer(QString::fromStdString(result.error().message));
                                  Q_EMIT changed();
                              }
                          });
}

void LiveGuests::arrived(const maps::PlaceResult &result, const QList<LiveRows::Row> &rows)
{
    m_placeMs = double(m_asked.nsecsElapsed()) * 1e-6;
    QList<LiveSpot> spots;
    for (qsizetype i = 0; i < rows.size() && std::size_t(2 * i + 1) < result.positions.size(); ++i)
        spots.append({{result.positions[std::size_t(2 * i)], result.positions[std::size_t(2 * i + 1)]},
                      rows[i].label,
                      rows[i].seconds});
    m_placed += spots.size();
    if (!spots.isEmpty())
        m_label = spots.last().label;
    m_silence.start();
    Q_EMIT placed(spots);
    if (!m_told.isValid() || m_told.hasExpired(kTellEveryMs)) {
        m_told.start();
        Q_EMIT changed();
    }
    if (!m_waiting.isEmpty())
        place();
}

void LiveGuests::forget()
{
    ++m_number;
    m_job.cancel();
    m_pending = false;
    m_waiting.clear();
}

} // namespace orrery::embedding_map
