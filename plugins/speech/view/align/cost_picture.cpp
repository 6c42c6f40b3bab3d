// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/align/cost_picture.h"

#include "widgets/theme/theme.h"
#include "widgets/theme/value_colours.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace orrery::speech {

CostPicture::CostPicture(QWidget *parent) : QWidget(parent)
{
    setMouseTracking(true);
    setAccessibleName(tr("All pairs of places, and the path through them"));
    setToolTip(tr("Down: the upper recording. To the right: the lower one. Light where their units are equal; the line "
                  "is the path that costs least. A straight diagonal is the same at the same pace."));
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        makeImage();
        update();
    });
}

QSize CostPicture::sizeHint() const
{
    return QSize(AlignedPair::kCostSide, AlignedPair::kCostSide);
}

void CostPicture::setPair(std::shared_ptr<const AlignedPair> pair)
{
    m_pair = std::move(pair);
    m_a = m_b = -1;
    makeImage();
    update();
}

void CostPicture::makeImage()
{
    m_image = {};
    constexpr int kSide = AlignedPair::kCostSide;
    if (!m_pair || m_pair->shares.size() != std::size_t(kSide) * kSide)
        return;
    m_image = QImage(kSide, kSide, QImage::Format_RGB32);
    for (int y = 0; y < kSide; ++y)
        for (int x = 0; x < kSide; ++x) {
            // Shares of long stretches are small; the root lets them be seen.
            const double share = std::sqrt(double(m_pair->shares[std::size_t(y) * kSide + std::size_t(x)]));
            m_image.setPixelColor(x, y, cividis(share * 0.85));
        }
}

QRectF CostPicture::square() const
{
    const double side = std::min(width(), height()) - 2;
    return {1, 1, side, side};
}

void CostPicture::point(int frameA, int frameB)
{
    m_a = frameA;
    m_b = frameB;
    update();
}

void CostPicture::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours &colours = Theme::instance().colours();
    const QRectF area = square();
    if (m_image.isNull() || !m_pair) {
        painter.setPen(colours.line);
        painter.drawRect(area);
        return;
    }
    painter.drawImage(area, m_image);
    painter.setPen(QPen(colours.line, 1));
    painter.drawRect(area);
    painter.setRenderHint(QPainter::Antialiasing);
    const double rows = double(m_pair->lanes[0].units.size()), columns = double(m_pair->lanes[1].units.size());
    const auto at = [&](const AlignedFrames &frames) {
        return QPointF(area.left() + (frames.b + 0.5) / columns * area.width(),
                       area.top() + (frames.a + 0.5) / rows * area.height());
    };
    QPolygonF path;
    for (const AlignedFrames &frames : m_pair->alignment.path) {
        const QPointF place = at(frames);
        if (path.isEmpty() || (place - path.last()).manhattanLength() > 1)
            path.append(place);
    }
    painter.setPen(QPen(Qt::black, 3.5));
    painter.drawPolyline(path);
    painter.setPen(QPen(Qt::white, 1.5));
    painter.drawPolyline(path);
    if (m_a < 0)
        return;
    const QPointF place = at({m_a, m_b});
    painter.setPen(QPen(Qt::white, 1));
    painter.drawLine(QPointF(area.left(), place.y()), QPointF(area.right(), place.y()));
    painter.drawLine(QPointF(place.x(), area.top()), QPointF(place.x(), area.bottom()));
}

void CostPicture::mouseMoveEvent(QMouseEvent *event)
{
    if (!m_pair || m_pair->isEmpty())
        return;
    const int frames = int(m_pair->lanes[0].units.size());
    const double share = (event->position().y() - square().top()) / square().height();
    Q_EMIT pointed(std::clamp(int(share * frames), 0, frames - 1));
}

void CostPicture::leaveEvent(QEvent *)
{
    Q_EMIT pointed(-1);
}

} // namespace orrery::speech
