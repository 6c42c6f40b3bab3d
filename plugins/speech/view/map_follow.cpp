// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/map_follow.h"

#include "plugins/speech/view/model_title.h"

#include <algorithm>

namespace orrery::speech {

namespace {
constexpr double kSoonOver = 1; ///< seconds
} // namespace

MapFollow::MapFollow(PluginHost &host, Recordings &recordings, LiveListener &listener, Player &player, QObject *parent)
    : QObject(parent), m_recordings(recordings), m_player(player), m_ear(new LiveListener(host, this)),
      m_rows(LiveRows::of(host.workspace()))
{
    const LiveListener *sources[] = {&listener, m_ear};
    for (const LiveListener *source : sources)
        connect(source, &LiveListener::updated, this, [this](const StreamFeed::Update &update) { send(update); });
    connect(&m_player, &Player::started, this, [this] {
        if (isOn())
            hearPlayer();
    });
    connect(&m_player, &Player::finished, this, [this] {
        if (m_ear->seconds() < m_seconds - kSoonOver) // stopped; else its last frames are about to settle
            m_ear->stop();
    });
    connect(&m_rows, &LiveRows::answered, this, &MapFollow::answered);
    connect(&m_rows, &LiveRows::ended, this, [this] {
        m_ear->stop();
        Q_EMIT changed(false);
    });
    connect(&m_recordings, &Recordings::kindChanged, this, [this] {
        m_ear->stop();
        m_rows.put(kind(), {});
    });
    connect(&m_recordings, &Recordings::changed, this, [this] { answered(); });
}

MapFollow::~MapFollow()
{
    m_rows.end();
}

LiveRows::Kind MapFollow::kind(int layer) const
{
    const QString model = m_recordings.kind().model;
    return {model, modelTitle(model), layer};
}

void MapFollow::setOn(bool on)
{
    if (on == isOn())
        return;
    if (!on) {
        m_rows.end();
        return;
    }
    m_asked = false;
    m_rows.begin(kind());
    Q_EMIT changed(true);
    if (m_player.isPlaying())
        hearPlayer();
    answered();
}

void MapFollow::mapSent(const QString &model)
{
    m_sent = model;
    m_asked = true;
}

void MapFollow::hearPlayer()
{
    const Samples samples = m_player.samples();
    m_seconds = samples ? double(samples->size()) / kSoundRate : 0;
    if (samples)
        m_ear->rehearse(m_recordings.kind(), samples);
}

void MapFollow::answered()
{
    const bool wanted = !m_rows.refusal().isEmpty() || m_sent != m_recordings.kind().model;
    if (!isOn() || m_asked || !wanted || !m_recordings.current().units)
        return;
    m_asked = true; // what the user opens there later is left alone
    Q_EMIT mapWanted();
}

void MapFollow::send(const StreamFeed::Update &update)
{
    if (!isOn())
        return;
    const auto settled = std::ranges::count_if(update.units, [](const StreamFeed::Unit &unit) { return unit.settled; });
    if (settled == 0 || update.frames.empty())
        return;
    const std::ptrdiff_t width = std::ptrdiff_t(update.frames.size()) / settled;
    QList<LiveRows::Row> rows;
    auto frame = update.frames.begin();
    for (const StreamFeed::Unit &unit : update.units)
        if (unit.settled) {
            rows.append({QList<float>(frame, frame + width), tr("unit %1").arg(unit.unit)});
            frame += width;
        }
    m_rows.put(kind(update.layer), rows);
}

} // namespace orrery::speech
