// SPDX-License-Identifier: Apache-2.0
#include "widgets/sketch/sketch_canvas.h"

#include "widgets/sketch/flood_fill.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QTabletEvent>

#include <algorithm>

namespace orrery {

namespace {
constexpr double kGuideOpacity = 0.16;
constexpr double kStampFactor = 9; // a stamp is this many times as wide as a line
} // namespace

QImage emojiPicture(const QString &emoji, int side)
{
    if (emoji.isEmpty())
        return {};
    // The font holds bitmaps of one size only; drawn at that size and scaled once they stay sharp.
    constexpr int kStrike = 109;
    QFont font(QStringLiteral("Noto Color Emoji"));
    font.setPixelSize(kStrike);
    QImage drawn(2 * kStrike, 2 * kStrike, QImage::Format_ARGB32_Premultiplied);
    drawn.fill(Qt::transparent);
    {
        QPainter painter(&drawn);
        painter.setFont(font);
        painter.drawText(drawn.rect(), Qt::AlignCenter, emoji);
    }
    QRect used;
    for (int y = 0; y < drawn.height(); ++y) {
        const auto *line = reinterpret_cast<const QRgb *>(drawn.constScanLine(y));
        for (int x = 0; x < drawn.width(); ++x)
            if (qAlpha(line[x]) > 0)
                used = used.united(QRect(x, y, 1, 1));
    }
    if (used.isEmpty())
        return {};
    return drawn.copy(used).scaled(side, side, Qt::KeepAspectRatio, Qt::SmoothTransformation);
}

SketchCanvas::SketchCanvas(QWidget *parent) : QWidget(parent), m_image(kSide, kSide, QImage::Format_RGB32)
{
    m_image.fill(Qt::white);
    setObjectName(QStringLiteral("sketchCanvas"));
    setAccessibleName(tr("Sketch paper"));
    setAccessibleDescription(tr("Draw with the pointer, or with arrow keys: Space puts the pencil down and lifts it, "
                                "Return fills or stamps."));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setCursor(Qt::CrossCursor);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setMinimumSize(160, 160);
    m_trailing.setSingleShot(true);
    connect(&m_trailing, &QTimer::timeout, this, [this] {
        m_sinceAnnounced.restart();
        Q_EMIT strokeChanged();
    });
}

void SketchCanvas::setImage(const QImage &image)
{
    m_image.fill(Qt::white);
    if (!image.isNull()) {
        const QImage scaled = image.scaled(kSide, kSide, Qt::KeepAspectRatio, Qt::SmoothTransformation);
        QPainter painter(&m_image);
        painter.drawImage((kSide - scaled.width()) / 2, (kSide - scaled.height()) / 2, scaled);
    }
    update();
}

bool SketchCanvas::isBlank() const
{
    for (int y = 0; y < kSide; ++y) {
        const auto *line = reinterpret_cast<const QRgb *>(m_image.constScanLine(y));
        if (std::any_of(line, line + kSide, [](QRgb pixel) { return (pixel & 0xffffff) != 0xffffff; }))
            return false;
    }
    return true;
}

void SketchCanvas::setTool(Tool tool)
{
    m_tool = tool;
    update();
}

void SketchCanvas::setGuide(const QImage &guide)
{
    m_guide = guide;
    update();
}

void SketchCanvas::setUnderlay(const QImage &picture)
{
    m_underlay = picture;
    update();
}

void SketchCanvas::clear()
{
    if (isBlank())
        return;
    m_image.fill(Qt::white);
    update();
    if (m_onChange)
        m_onChange(tr("Clear the drawing"), m_image);
    Q_EMIT strokeChanged();
    Q_EMIT strokeFinished();
}

QRectF SketchCanvas::paper() const
{
    const double side = std::min(width(), height());
    return {(width() - side) / 2, (height() - side) / 2, side, side};
}

QPointF SketchCanvas::toDrawing(QPointF widget) const
{
    const QRectF area = paper();
    return (widget - area.topLeft()) * (kSide / std::max(1.0, area.width()));
}

QPointF SketchCanvas::toWidget(QPointF drawing) const
{
    const QRectF area = paper();
    return area.topLeft() + drawing * (area.width() / kSide);
}

double SketchCanvas::lineWidth(double pressure) const
{
    const double factor = m_tool == Tool::Eraser ? 2.2 : 1.0;
    return std::max(1.0, m_penSize * factor * (0.3 + 0.7 * pressure));
}

QString SketchCanvas::changeName() const
{
    switch (m_tool) {
    case Tool::Pencil:
        return tr("Pencil stroke");
    case Tool::Eraser:
        return tr("Erase");
    case Tool::Fill:
        return tr("Fill");
    case Tool::Stamp:
        return tr("Stamp");
    }
    return {};
}

void SketchCanvas::begin(QPointF at, double pressure)
{
    if (m_drawing) // the keyboard's pencil was down
        finish();
    m_strokeRect = {};
    m_last = at;
    switch (m_tool) {
    case Tool::Pencil:
    case Tool::Eraser:
        m_drawing = true;
        drawSegment(at, at, pressure);
        announce();
        return;
    case Tool::Fill:
        m_strokeRect = floodFill(m_image, at.toPoint(), m_colour);
        break;
    case Tool::Stamp:
        stampAt(at);
        break;
    }
    update();
    finish();
}

void SketchCanvas::moveTo(QPointF at, double pressure)
{
    if (!m_drawing)
        return;
    drawSegment(m_last, at, pressure);
    m_last = at;
    announce();
}

void SketchCanvas::finish()
{
    m_drawing = false;
    m_strokeRect &= m_image.rect();
    if (m_strokeRect.isEmpty())
        return;
    m_trailing.stop();
    if (m_onChange)
        m_onChange(changeName(), m_image);
    m_sinceAnnounced.restart();
    Q_EMIT strokeChanged();
    Q_EMIT strokeFinished();
}

void SketchCanvas::drawSegment(QPointF from, QPointF to, double pressure)
{
    const double width = lineWidth(pressure);
    QPainter painter(&m_image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(
        QPen(m_tool == Tool::Eraser ? QColor(Qt::white) : m_colour, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    if (from == to)
        painter.drawPoint(from);
    else
        painter.drawLine(from, to);
    touched(QRectF(from, to).normalized().adjusted(-width, -width, width, width));
}

void SketchCanvas::stampAt(QPointF at)
{
    const QImage picture = emojiPicture(m_stamp, std::clamp(static_cast<int>(m_penSize * kStampFactor), 24, kSide));
    if (picture.isNull())
        return;
    const QPointF corner = at - QPointF(picture.width() / 2.0, picture.height() / 2.0);
    QPainter painter(&m_image);
    painter.drawImage(corner.toPoint(), picture);
    touched(QRectF(corner.toPoint(), picture.size()));
}

void SketchCanvas::touched(const QRectF &drawingRect)
{
    m_strokeRect = m_strokeRect.united(drawingRect.toAlignedRect());
    update(QRectF(toWidget(drawingRect.topLeft()), toWidget(drawingRect.bottomRight()))
               .toAlignedRect()
               .adjusted(-2, -2, 2, 2));
}

void SketchCanvas::announce()
{
    if (!m_sinceAnnounced.isValid() || m_sinceAnnounced.elapsed() >= kThrottleMs) {
        m_sinceAnnounced.restart();
        Q_EMIT strokeChanged();
    } else if (!m_trailing.isActive()) {
        m_trailing.start(kThrottleMs - static_cast<int>(m_sinceAnnounced.elapsed()));
    }
}

void SketchCanvas::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const QRectF area = paper();
    if (!m_underlay.isNull()) {
        painter.drawImage(area, m_underlay); // small pictures keep their pixels
        painter.setCompositionMode(QPainter::CompositionMode_Multiply);
    }
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.drawImage(area, m_image);
    painter.setCompositionMode(QPainter::CompositionMode_SourceOver);
    if (!m_guide.isNull()) {
        painter.setOpacity(kGuideOpacity);
        const double side = area.width() * 0.86;
        const QSizeF fitted = QSizeF(m_guide.size()).scaled(side, side, Qt::KeepAspectRatio);
        painter.drawImage(QRectF(area.center() - QPointF(fitted.width() / 2, fitted.height() / 2), fitted), m_guide);
        painter.setOpacity(1);
    }
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(
        QPen(hasFocus() ? palette().color(QPalette::Highlight) : palette().color(QPalette::Mid), hasFocus() ? 2 : 1));
    painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 6, 6);

    const double scale = area.width() / kSide;
    if (m_crossShown && hasFocus()) {
        const QPointF at = toWidget(m_cross);
        painter.setPen(QPen(QColor(0x0B, 0x6B, 0xCB), m_drawing ? 3 : 1.5));
        painter.drawLine(at - QPointF(10, 0), at + QPointF(10, 0));
        painter.drawLine(at - QPointF(0, 10), at + QPointF(0, 10));
    } else if (m_hover.x() >= 0 && (m_tool == Tool::Pencil || m_tool == Tool::Eraser)) {
        // The size of the tip, so that nobody draws to find it out.
        const double radius = lineWidth(1) * scale / 2;
        painter.setPen(QPen(QColor(0x80, 0x80, 0x80), 1));
        painter.drawEllipse(toWidget(m_hover), radius, radius);
    }
}

void SketchCanvas::mousePressEvent(QMouseEvent *event)
{
    m_crossShown = false;
    if (event->button() == Qt::LeftButton && !m_fromTablet && paper().contains(event->position()))
        begin(toDrawing(event->position()), 1);
}

void SketchCanvas::mouseMoveEvent(QMouseEvent *event)
{
    m_hover = paper().contains(event->position()) ? toDrawing(event->position()) : QPointF(-1, -1);
    // A pencil that the keyboard put down does not follow a pointer that merely hovers.
    if (!m_fromTablet && event->buttons() & Qt::LeftButton)
        moveTo(toDrawing(event->position()), 1);
    update();
}

void SketchCanvas::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && m_drawing && !m_fromTablet)
        finish();
}

void SketchCanvas::tabletEvent(QTabletEvent *event)
{
    const QPointF at = toDrawing(event->position());
    if (event->type() == QEvent::TabletPress && paper().contains(event->position())) {
        m_fromTablet = true;
        begin(at, event->pressure());
    } else if (event->type() == QEvent::TabletMove && m_fromTablet) {
        moveTo(at, event->pressure());
    } else if (event->type() == QEvent::TabletRelease) {
        if (m_drawing && m_fromTablet)
            finish();
        m_fromTablet = false;
    }
    event->accept();
}

void SketchCanvas::keyPressEvent(QKeyEvent *event)
{
    const double step = event->modifiers() & Qt::ShiftModifier ? 1 : 8;
    QPointF move;
    switch (event->key()) {
    case Qt::Key_Left:
        move = {-step, 0};
        break;
    case Qt::Key_Right:
        move = {step, 0};
        break;
    case Qt::Key_Up:
        move = {0, -step};
        break;
    case Qt::Key_Down:
        move = {0, step};
        break;
    case Qt::Key_Space:
    case Qt::Key_Return:
    case Qt::Key_Enter:
        m_crossShown = true;
        if (m_drawing)
            finish();
        else
            begin(m_cross, 1);
        update();
        return;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    m_crossShown = true;
    m_cross = {std::clamp(m_cross.x() + move.x(), 0.0, kSide - 1.0),
               std::clamp(m_cross.y() + move.y(), 0.0, kSide - 1.0)};
    moveTo(m_cross, 1);
    update();
}

void SketchCanvas::focusOutEvent(QFocusEvent *event)
{
    if (m_drawing) // the keys that would lift the pencil go elsewhere from now on
        finish();
    QWidget::focusOutEvent(event);
}

void SketchCanvas::leaveEvent(QEvent *)
{
    m_hover = {-1, -1};
    update();
}

} // namespace orrery
