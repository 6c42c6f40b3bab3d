// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/align/alignment_picture.h"

#include "plugins/speech/view/words/unit_strip.h"
#include "widgets/theme/theme.h"
#include "widgets/timeline/unit_colours.h"

#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace orrery::speech {

namespace {

constexpr double kLeastSpan = 0.2; ///< seconds in view at most zoom
constexpr int kRibbon = 22;        ///< px

} // namespace

AlignmentPicture::AlignmentPicture(QWidget *parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Two recordings, and where their units are equal"));
    setAccessibleDescription(tr("Left and right go along one recording, up and down change to the other, Return plays "
                                "it from there, plus and minus zoom"));
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void AlignmentPicture::setPair(std::shared_ptr<const AlignedPair> pair)
{
    m_pair = std::move(pair);
    m_first = 0;
    m_span = longest();
    m_playing = -1;
    point(0, -1);
    update();
}

double AlignmentPicture::longest() const
{
    double seconds = kLeastSpan;
    if (m_pair)
        for (const AlignedLane &lane : m_pair->lanes)
            seconds = std::max(seconds, lane.seconds());
    return seconds;
}

QRectF AlignmentPicture::wave(int lane) const
{
    const double tall = std::max(24.0, (height() - 2 * Theme::instance().px(kRibbon)) * 0.24);
    return lane == 0 ? QRectF(0, 0, width(), tall) : QRectF(0, height() - tall, width(), tall);
}

QRectF AlignmentPicture::ribbon(int lane) const
{
    const double tall = Theme::instance().px(kRibbon);
    const QRectF beside = wave(lane);
    return lane == 0 ? QRectF(0, beside.bottom() + 2, width(), tall)
                     : QRectF(0, beside.top() - 2 - tall, width(), tall);
}

double AlignmentPicture::xOf(double seconds) const
{
    return (seconds - m_first) / m_span * width();
}

double AlignmentPicture::secondsAt(double x) const
{
    return m_first + x / std::max(1, width()) * m_span;
}

QPointF AlignmentPicture::placeOf(int lane, int frame) const
{
    return {m_pair ? xOf(m_pair->beginSeconds(frame + 0.5)) : 0, ribbon(lane).center().y()};
}

void AlignmentPicture::point(int lane, int frame)
{
    if (m_lane == lane && m_frame == frame)
        return;
    m_lane = lane;
    m_frame = frame;
    update();
    Q_EMIT pointed(lane, frame);
}

void AlignmentPicture::setPlaying(int lane, double seconds)
{
    m_playingLane = lane;
    m_playing = seconds;
    update();
}

void AlignmentPicture::zoom(double factor, double aroundSecond)
{
    const double all = longest();
    const double span = std::clamp(m_span * factor, std::min(kLeastSpan, all), all);
    m_first = aroundSecond - (aroundSecond - m_first) * span / m_span;
    m_span = span;
    m_first = std::clamp(m_first, 0.0, all - m_span);
    update();
}

void AlignmentPicture::keepInView()
{
    const double at = m_pair->beginSeconds(m_frame + 0.5);
    if (at < m_first || at > m_first + m_span)
        m_first = std::clamp(at - m_span / 2, 0.0, longest() - m_span);
}

void AlignmentPicture::paintLane(QPainter &painter, int lane) const
{
    const Colours &colours = Theme::instance().colours();
    const AlignedLane &data = m_pair->lanes[std::size_t(lane)];
    const QRectF area = wave(lane);
    painter.fillRect(area, colours.surface);
    const double end = std::min(double(width()), xOf(data.seconds()));
    for (int x = 0; x < int(end); ++x) {
        const double from = secondsAt(x) * 1000 / AlignedPair::kLoudestMs;
        const double to = secondsAt(x + 1) * 1000 / AlignedPair::kLoudestMs;
        float loudest = 0;
        const std::size_t first = std::size_t(std::max(0.0, from));
        for (std::size_t i = first; i < data.loudest.size() && (i == first || double(i) < to); ++i)
            loudest = std::max(loudest, data.loudest[i]);
        // Quiet parts count too: an even step for each factor.
        const double tall = std::sqrt(std::min(1.0, double(loudest))) * area.height();
        painter.fillRect(QRectF(x, area.center().y() - tall / 2, 1, std::max(1.0, tall)), colours.muted);
    }
    const double hop = m_pair->hopMs / 1000, zero = m_pair->beginSeconds(0);
    paintUnits(painter, ribbon(lane), data.units, (m_first - zero) / hop, (m_first + m_span - zero) / hop);
    painter.setFont(Theme::instance().font(TextRole::Caption));
    const QString name = tr("%1 · %2 s").arg(data.name, QLocale().toString(data.seconds(), 'f', 1));
    const QRectF label = area.adjusted(6, 4, -6, -4);
    const int align = (lane == 0 ? Qt::AlignTop : Qt::AlignBottom) | Qt::AlignLeft;
    const QRectF box = painter.boundingRect(label, align, name).adjusted(-4, -2, 4, 2);
    QColor under = colours.surface;
    under.setAlphaF(0.85f);
    painter.fillRect(box, under);
    painter.setPen(colours.text);
    painter.drawText(label, align, name);
}

void AlignmentPicture::paintJoins(QPainter &painter) const
{
    const double top = ribbon(0).bottom() + 1, bottom = ribbon(1).top() - 1;
    painter.setRenderHint(QPainter::Antialiasing);
    double drawnA = -10, drawnB = -10;
    for (const EqualStretch &stretch : m_pair->stretches) {
        const double a0 = xOf(m_pair->beginSeconds(stretch.first.a)),
                     a1 = xOf(m_pair->beginSeconds(stretch.last.a + 1));
        const double b0 = xOf(m_pair->beginSeconds(stretch.first.b)),
                     b1 = xOf(m_pair->beginSeconds(stretch.last.b + 1));
        if (std::max(a1, b1) < 0 || std::min(a0, b0) > width())
            continue;
        if (a1 - drawnA < 1.5 && b1 - drawnB < 1.5)
            continue; // where a pixel holds many
        drawnA = a1;
        drawnB = b1;
        QColor colour = unitColour(stretch.unit);
        painter.setPen(QPen(colour, 1));
        colour.setAlphaF(0.35f);
        painter.setBrush(colour);
        painter.drawPolygon(QPolygonF({{a0, top}, {a1, top}, {b1, bottom}, {b0, bottom}}));
    }
}

void AlignmentPicture::paintPointer(QPainter &painter) const
{
    const Colours &colours = Theme::instance().colours();
    if (m_playing >= 0) {
        const double x = xOf(m_playing);
        painter.setPen(QPen(colours.accent, 2));
        painter.drawLine(QPointF(x, std::min(wave(m_playingLane).top(), ribbon(m_playingLane).top())),
                         QPointF(x, std::max(wave(m_playingLane).bottom(), ribbon(m_playingLane).bottom())));
    }
    if (m_frame < 0)
        return;
    const int other = m_pair->partner(m_lane, m_frame);
    const int frames[kLanes] = {m_lane == 0 ? m_frame : other, m_lane == 0 ? other : m_frame};
    painter.setPen(QPen(colours.text, 1.5));
    painter.setBrush(Qt::NoBrush);
    painter.drawLine(QPointF(placeOf(0, frames[0]).x(), ribbon(0).bottom()),
                     QPointF(placeOf(1, frames[1]).x(), ribbon(1).top()));
    for (int lane = 0; lane < kLanes; ++lane) {
        const QRectF band = ribbon(lane);
        const double left = xOf(m_pair->beginSeconds(frames[lane]));
        const double wide = std::max(3.0, xOf(m_pair->beginSeconds(frames[lane] + 1)) - left);
        painter.drawRect(QRectF(left, band.top(), wide, band.height()));
        const QRectF area = wave(lane);
        painter.drawLine(QPointF(placeOf(lane, frames[lane]).x(), area.top()),
                         QPointF(placeOf(lane, frames[lane]).x(), area.bottom()));
    }
}

void AlignmentPicture::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours &colours = Theme::instance().colours();
    painter.fillRect(rect(), colours.ground);
    if (m_pair) {
        for (int lane = 0; lane < kLanes; ++lane)
            paintLane(painter, lane);
        paintJoins(painter);
        paintPointer(painter);
    }
    if (hasFocus()) {
        painter.setPen(QPen(colours.accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
    }
}

void AlignmentPicture::mouseMoveEvent(QMouseEvent *event)
{
    if (!m_pair || m_pair->isEmpty())
        return;
    const int lane = event->position().y() < height() / 2.0 ? 0 : 1;
    point(lane, m_pair->frameAt(lane, secondsAt(event->position().x())));
}

void AlignmentPicture::mousePressEvent(QMouseEvent *event)
{
    if (!m_pair || event->button() != Qt::LeftButton)
        return;
    const int lane = event->position().y() < height() / 2.0 ? 0 : 1;
    Q_EMIT playClicked(lane,
                       std::clamp(secondsAt(event->position().x()), 0.0, m_pair->lanes[std::size_t(lane)].seconds()));
}

void AlignmentPicture::leaveEvent(QEvent *)
{
    if (!hasFocus())
        point(m_lane, -1);
}

void AlignmentPicture::wheelEvent(QWheelEvent *event)
{
    if (!m_pair || event->angleDelta().isNull())
        return event->ignore();
    if (std::abs(event->angleDelta().x()) > std::abs(event->angleDelta().y())) {
        m_first = std::clamp(m_first - event->angleDelta().x() / 1200.0 * m_span, 0.0, longest() - m_span);
        update();
    } else {
        zoom(std::pow(0.8, event->angleDelta().y() / 120.0), secondsAt(event->position().x()));
    }
    event->accept();
}

void AlignmentPicture::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    if (m_pair && !m_pair->isEmpty() && m_frame < 0)
        point(0, 0);
}

void AlignmentPicture::keyPressEvent(QKeyEvent *event)
{
    if (!m_pair || m_pair->isEmpty())
        return QWidget::keyPressEvent(event);
    const int frame = std::max(0, m_frame);
    const int step = event->modifiers() & Qt::ShiftModifier ? 10 : 1;
    const int last = int(m_pair->lanes[std::size_t(m_lane)].units.size()) - 1;
    switch (event->key()) {
    case Qt::Key_Left:
        point(m_lane, std::max(0, frame - step));
        break;
    case Qt::Key_Right:
        point(m_lane, std::min(last, frame + step));
        break;
    case Qt::Key_Up:
    case Qt::Key_Down: {
        const int lane = event->key() == Qt::Key_Up ? 0 : 1;
        if (lane != m_lane)
            point(lane, m_pair->partner(m_lane, frame));
        break;
    }
    case Qt::Key_Home:
        point(m_lane, 0);
        break;
    case Qt::Key_End:
        point(m_lane, last);
        break;
    case Qt::Key_Plus:
        zoom(0.5, m_pair->beginSeconds(frame));
        break;
    case Qt::Key_Minus:
        zoom(2, m_pair->beginSeconds(frame));
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        Q_EMIT playClicked(m_lane, std::max(0.0, m_pair->beginSeconds(frame)));
        break;
    default:
        return QWidget::keyPressEvent(event);
    }
    keepInView();
    update();
}

} // namespace orrery::speech
