// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/live_trail.h"

#include "widgets/theme/theme.h"

#include <QEvent>
#include <QPainter>

#include <algorithm>

namespace orrery::embedding_map {

namespace {
constexpr int kFrameMs = 33;
constexpr qint64 kGapMs = 400; ///< no line over a pause: nothing was between
constexpr std::size_t kMost = 1000;
} // namespace

LiveTrail::LiveTrail(ScatterView *map) : QWidget(map), m_map(map)
{
    setObjectName(QStringLiteral("liveTrail"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAttribute(Qt::WA_NoSystemBackground);
    setFocusPolicy(Qt::NoFocus);
    map->installEventFilter(this);
    m_clock.start();
    m_frames.setInterval(kFrameMs);
    connect(&m_frames, &QTimer::timeout, this, &LiveTrail::fade);
    connect(map, &ScatterView::presented, this, [this] {
        // Only where the camera has moved: painting this brings the map on screen anew, and so on.
        if (!m_spots.empty() && m_map->visibleRegion() != m_seen)
            update();
    });
    hide();
}

void LiveTrail::add(const QList<LiveSpot> &spots)
{
    const qint64 now = m_clock.elapsed();
    for (const LiveSpot &spot : spots)
        m_spots.push_back({spot.place, now});
    while (m_spots.size() > kMost)
        m_spots.pop_front();
    if (m_spots.empty())
        return;
    setGeometry(m_map->rect());
    raise();
    show();
    m_frames.start();
    update();
}

void LiveTrail::clear()
{
    m_spots.clear();
    m_frames.stop();
    hide();
}

QPointF LiveTrail::newest() const
{
    return m_spots.empty() ? QPointF() : m_map->toWidget(m_spots.back().place);
}

void LiveTrail::fade()
{
    const qint64 now = m_clock.elapsed();
    while (!m_spots.empty() && now - m_spots.front().came > kKeptMs)
        m_spots.pop_front();
    if (m_spots.empty())
        clear();
    else
        update();
}

bool LiveTrail::eventFilter(QObject *object, QEvent *event)
{
    if (event->type() == QEvent::Resize)
        setGeometry(m_map->rect());
    return QWidget::eventFilter(object, event);
}

void LiveTrail::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::instance();
    const qint64 now = m_clock.elapsed();
    m_seen = m_map->visibleRegion();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto strength = [now](const Spot &spot) {
        const float left = std::clamp(1 - float(now - spot.came) / float(kKeptMs), 0.0F, 1.0F);
        return left * left; // the newest second is what one looks at
    };
    const auto faded = [](QColor colour, float share) {
        colour.setAlphaF(colour.alphaF() * share);
        return colour;
    };
    // The colour of words, which no class has.
    const QColor line = theme.colours().text, rim = theme.colours().surface;
    for (std::size_t i = 1; i < m_spots.size(); ++i) {
        if (m_spots[i].came - m_spots[i - 1].came > kGapMs)
            continue;
        painter.setPen(QPen(faded(line, 0.55F * strength(m_spots[i])), theme.px(2), Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(m_map->toWidget(m_spots[i - 1].place), m_map->toWidget(m_spots[i].place));
    }
    for (std::size_t i = 0; i < m_spots.size(); ++i) {
        const float share = strength(m_spots[i]);
        const double radius = theme.px(2) + theme.px(2) * double(share);
        painter.setPen(QPen(faded(rim, share), theme.px(1)));
        painter.setBrush(faded(line, share));
        painter.drawEllipse(m_map->toWidget(m_spots[i].place), radius, radius);
    }
    if (m_spots.empty())
        return;
    // The newest: a ring around a dot, so that it is not colour alone that tells it.
    const QPointF at = newest();
    const double ring = theme.px(11);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(faded(rim, 0.9F), theme.px(5)));
    painter.drawEllipse(at, ring, ring);
    painter.setPen(QPen(theme.colours().accent, theme.px(3)));
    painter.drawEllipse(at, ring, ring);
}

} // namespace orrery::embedding_map
