// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/guests.h"

#include "engine/api/clip.h"
#include "orrery/picture_source.h"
#include "plugins/embedding_map/view/background.h"
#include "plugins/embedding_map/view/prompt_tint.h"

#include <algorithm>
#include <numeric>

namespace orrery::embedding_map {

namespace {
// Long enough to be followed by the eye; it is the one thing that happens then.
constexpr int kFlightMs = 900;

/// Rows that are most alike, the nearest first. Thread: any.
std::vector<std::int64_t> nearestRows(const NpyMatrix &points, const std::vector<float> &embedding)
{
    std::vector<float> similar(std::size_t(points.rows));
    for (std::int64_t row = 0; row < points.rows; ++row)
        similar[row] =
            std::inner_product(embedding.begin(), embedding.end(), points.values.begin() + row * points.columns, 0.0f);
    std::vector<std::int64_t> rows(std::size_t(points.rows));
    std::iota(rows.begin(), rows.end(), std::int64_t(0));
    const std::size_t k = std::min<std::size_t>(Guests::kNearest, rows.size());
    std::partial_sort(rows.begin(), rows.begin() + std::ptrdiff_t(k), rows.end(), [&](std::int64_t a, std::int64_t b) {
        return similar[a] != similar[b] ? similar[a] > similar[b] : a < b;
    });
    rows.resize(k);
    return rows;
}

} // namespace

Guests::Guests(PluginHost &host, QObject *parent) : QObject(parent), m_host(host)
{
    m_flight.setStartValue(0.0);
    m_flight.setEndValue(1.0);
    m_flight.setEasingCurve(QEasingCurve::InOutCubic);
    connect(&m_flight, &QVariantAnimation::valueChanged, this, &Guests::changed);
    connect(&m_flight, &QVariantAnimation::finished, this, [this] {
        QList<qsizetype> landed;
        for (qsizetype i = m_flying; i < m_guests.size(); ++i)
            landed.append(i);
        m_flying = m_guests.size();
        Q_EMIT changed();
        if (!landed.isEmpty())
            Q_EMIT this->landed(landed);
    });
}

void Guests::setMap(const MapCollection &collection, const MapRun &run)
{
    if (collection.id != m_collection.id || collection.points != m_collection.points) {
        const QList<Item> waiting = m_waiting;
        clear();
        m_waiting = waiting;
    }
    const bool other = run.positions != m_run.positions;
    m_collection = collection;
    m_run = run;
    if (!m_run.positions)
        return;
    if (!m_waiting.isEmpty())
        encode(std::exchange(m_waiting, {}));
    else if (other && !m_guests.isEmpty())
        place(0);
}

void Guests::add(const QList<Item> &items)
{
    QList<Item> usable;
    for (const Item &item : items)
        if (item.hasPicture() || item.kind == ItemKind::Text)
            usable.append(item);
    if (usable.isEmpty())
        return;
    if (!m_run.positions || m_collection.model.isEmpty()) {
        m_waiting = usable;
        return;
    }
    encode(usable);
}

void Guests::encode(QList<Item> items)
{
    if (items.size() > kMost) {
        m_host.notify(tr("Only the first %1 were placed on the map").arg(kMost));
        items.resize(kMost);
    }
    QList<Item> ordered; // pictures, then texts: a request takes one or the other
    for (const Item &item : items)
        if (item.hasPicture())
            ordered.append(item);
    const qsizetype pictures = ordered.size();
    for (const Item &item : items)
        if (item.kind == ItemKind::Text)
            ordered.append(item);
    const int number = m_number;
    setPending(true);
    auto left = std::make_shared<int>((pictures > 0) + (pictures < ordered.size()));
    auto found = std::make_shared<std::vector<std::vector<float>>>(std::size_t(ordered.size()));
    const auto done = [this, number, ordered, left, found](qsizetype from, Result<clip::EncodeResult> result) {
        if (number != m_number)
            return;
        if (!result) {
            setPending(false);
            if (result.error().code != ErrorCode::Cancelled)
                Q_EMIT failed(result.error());
            return;
        }
        for (std::size_t i = 0; i < result->embeddings.size(); ++i) {
            if (i < result->errors.size() && !result->errors[i].empty())
                m_host.notify(QString::fromStdString(result->errors[i]));
            (*found)[std::size_t(from) + i] = std::move(result->embeddings[i]);
        }
        if (--*left > 0)
            return;
        for (qsizetype i = 0; i < ordered.size(); ++i) {
            const Item &item = ordered[i];
            if (std::int64_t((*found)[std::size_t(i)].size()) != m_collection.points->columns)
                continue;
            const bool there = std::ranges::any_of(
                m_guests, [&](const Guest &guest) { return guest.id == item.id && !item.isNull(); });
            if (there)
                m_guests.removeIf([&](const Guest &guest) { return guest.id == item.id; });
            m_guests.append({item.id,
                             item.name.isEmpty() ? item.text : item.name,
                             item.picture,
                             (*found)[std::size_t(i)],
                             m_origin,
                             {}});
        }
        // What was sent again left its own index to another, and what an unanswered job was to place still waits.
        const auto first = std::ranges::find_if(m_guests, [](const Guest &guest) { return guest.nearest.empty(); });
        place(first - m_guests.begin());
    };
    JobOptions options{.lane = Lane::Interactive, .title = tr("Place on the map").toStdString(), .channel = {}};
    if (pictures > 0) {
        clip::EncodeRequest request;
        request.model = m_collection.model.toStdString();
        for (qsizetype i = 0; i < pictures; ++i)
            request.pictures.push_back(toSource(ordered[i]));
        m_jobs.append(m_host.submit(this, clip::kEncode, std::move(request), options,
                                    [done](Result<clip::EncodeResult> result) { done(0, std::move(result)); }));
    }
    if (pictures < ordered.size()) {
        clip::EncodeRequest request;
        request.model = m_collection.model.toStdString();
        for (qsizetype i = pictures; i < ordered.size(); ++i)
            request.texts.push_back(ordered[i].text.toStdString());
        m_jobs.append(
            m_host.submit(this, clip::kEncode, std::move(request), options,
                          [done, pictures](Result<clip::EncodeResult> result) { done(pictures, std::move(result)); }));
    }
}

void Guests::place(qsizetype from)
{
    if (m_placing) // its answer is no longer waited for, so what it was to place is placed now
        from = std::min(from, *m_placing);
    m_placing.reset();
    const int asked = ++m_asked;
    if (from >= m_guests.size() || !m_run.positions) {
        setPending(false);
        return;
    }
    m_placing = from;
    setPending(true);
    maps::PlaceRequest request;
    request.made = toRequest(m_run.parameters, m_collection, {}, false);
    request.map = m_run.positions;
    request.points.rows = m_guests.size() - from;
    request.points.columns = m_collection.points->columns;
    for (qsizetype i = from; i < m_guests.size(); ++i)
        request.points.values.insert(request.points.values.end(), m_guests[i].embedding.begin(),
                                     m_guests[i].embedding.end());
    const int number = m_number;
    m_jobs.append(m_host.submit(
        this, maps::kPlace, std::move(request),
        {.lane = Lane::Interactive, .title = tr("Place on the map").toStdString(), .channel = "embedding_map.place"},
        [this, number, asked, from](Result<maps::PlaceResult> result) {
            if (number != m_number || asked != m_asked)
                return;
            if (result)
                return findNearest(from, std::move(result->positions));
            m_placing.reset();
            setPending(false);
            if (result.error().code != ErrorCode::Cancelled)
                Q_EMIT failed(result.error());
        }));
}

void Guests::findNearest(qsizetype from, std::vector<float> positions)
{
    QList<qsizetype> without;
    std::vector<std::vector<float>> embeddings;
    for (qsizetype i = from; i < m_guests.size(); ++i)
        if (m_guests[i].nearest.empty()) {
            without.append(i);
            embeddings.push_back(m_guests[i].embedding);
        }
    auto done = [this, number = m_number, asked = m_asked, from, positions = std::move(positions),
                 without](std::vector<std::vector<std::int64_t>> nearest) {
        if (number != m_number || asked != m_asked) // other guests or another map meanwhile: all are placed again
            return;
        for (qsizetype i = 0; i < without.size(); ++i)
            m_guests[without[i]].nearest = std::move(nearest[std::size_t(i)]);
        m_placing.reset();
        setPending(false);
        land(from, positions);
    };
    if (without.isEmpty()) // the same guests on another map
        return done({});
    inBackground(
        this,
        [points = m_collection.points, embeddings = std::move(embeddings)] {
            std::vector<std::vector<std::int64_t>> nearest;
            for (const std::vector<float> &embedding : embeddings)
                nearest.push_back(nearestRows(*points, embedding));
            return nearest;
        },
        std::move(done));
}

void Guests::land(qsizetype from, const std::vector<float> &positions)
{
    m_from.clear();
    for (qsizetype i = 0; i < m_guests.size(); ++i) {
        Guest &guest = m_guests[i];
        m_from.append(i < m_flying ? guest.place : m_origin);
        const std::size_t at = std::size_t(i - from) * 2;
        if (i < from || at + 1 >= positions.size())
            continue;
        guest.place = {positions[at], positions[at + 1]};
    }
    m_flying = std::min(m_flying, from);
    m_flight.stop();
    m_flight.setDuration(Theme::instance().motion() ? kFlightMs : 0);
    m_flight.start();
}

QList<ScatterMark> Guests::marks() const
{
    const bool flying = m_flight.state() == QAbstractAnimation::Running;
    const double share = flying ? m_flight.currentValue().toDouble() : 1;
    QList<ScatterMark> marks;
    for (qsizetype i = 0; i < m_guests.size(); ++i) {
        const Guest &guest = m_guests[i];
        QPointF at = guest.place;
        if (flying && i >= m_flying && i < m_from.size())
            at = m_from[i] + (guest.place - m_from[i]) * share;
        marks.append({ScatterMark::Kind::Guest, guest.name, at, guest.image});
    }
    return marks;
}

void Guests::clear()
{
    cancel();
    m_flight.stop();
    m_waiting.clear();
    m_flying = 0;
    if (m_guests.isEmpty())
        return;
    m_guests.clear();
    Q_EMIT changed();
}

bool Guests::cancel()
{
    const bool had = m_pending;
    ++m_number;
    for (JobControl &job : m_jobs)
        job.cancel();
    m_jobs.clear();
    m_placing.reset();
    setPending(false);
    return had;
}

void Guests::setPending(bool pending)
{
    if (pending == m_pending)
        return;
    m_pending = pending;
    Q_EMIT pendingChanged(pending);
}

} // namespace orrery::embedding_map
