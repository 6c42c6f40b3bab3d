// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/sample_grid.h"

#include "orrery/picture_source.h"
#include "widgets/ranking/ranking.h"

#include <QApplication>
#include <QHelpEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace orrery::text_to_image {

namespace {
constexpr double kGap = 12;
constexpr double kDimmed = 0.35;

/// "−92.5"
QString scoreText(double nats)
{
    return QLocale().toString(nats, 'f', 1).replace(u'-', QChar(0x2212));
}

/// What stands below a ranked picture: where CLIP alone ranks, its cosine.
QString rankText(const generate::Sample &sample)
{
    if (!sample.clipScore)
        return {};
    if (sample.blank)
        return SampleGrid::tr("empty");
    return sample.logProbability ? scoreText(*generate::rankScore(sample)) : cosineText(*sample.clipScore);
}
} // namespace

SampleGrid::SampleGrid(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("sampleGrid"));
    setAccessibleName(tr("Pictures"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        relayout();
        update();
    });
}

void SampleGrid::setDrawing(const Drawing &drawing, int wanted, bool stale)
{
    if (drawing.key != m_drawing.key) {
        for (auto it = m_pictures.begin(); it != m_pictures.end(); ++it)
            m_before.insert(it.key(), it.value());
        m_pictures.clear();
        m_painted.clear();
        m_chosen.clear();
    }
    m_drawing = drawing;
    m_stale = stale;
    for (const SamplePointer &sample : drawing.samples)
        if (!sample->picture.empty() && m_painted.value(sample->index) != sample) {
            m_painted.insert(sample->index, sample);
            m_pictures.insert(sample->index, toImage(sample->picture));
        }
    if (drawing.complete || drawing.stopped)
        m_before.clear();
    for (const QImage &picture : std::as_const(m_pictures))
        m_pictureSize = picture.size();
    m_wanted = std::max(wanted, int(drawing.samples.size()));
    m_order.clear();
    if (m_ranked && drawing.complete)
        m_order = drawing.byScore();
    for (int i = 0; i < m_wanted; ++i)
        if (!m_order.contains(i))
            m_order.append(i);
    if (m_current >= m_wanted)
        m_current = m_wanted - 1;
    if (m_current < 0 && m_wanted > 0)
        m_current = 0;
    relayout();
    describe();
    update();
}

void SampleGrid::setPictureSize(QSize pixels)
{
    m_pictureSize = pixels;
    relayout();
}

void SampleGrid::setRanked(bool ranked)
{
    if (m_ranked == ranked)
        return;
    m_ranked = ranked;
    setDrawing(m_drawing, m_wanted, m_stale);
}

void SampleGrid::setRoom(QSize room)
{
    if (m_room == room)
        return;
    m_room = room;
    relayout();
}

void SampleGrid::setCurrent(int index)
{
    if (index == m_current || index < 0 || index >= m_wanted)
        return;
    m_current = index;
    describe();
    update();
    Q_EMIT currentChanged(index);
}

QList<int> SampleGrid::chosen() const
{
    if (!m_chosen.isEmpty())
        return m_chosen;
    return m_current >= 0 && m_pictures.contains(m_current) ? QList<int>{m_current} : QList<int>();
}

int SampleGrid::shownPictures() const
{
    return int(m_pictures.size());
}

QPointF SampleGrid::origin() const
{
    return {3, 3}; // room for the outline
}

QRectF SampleGrid::tileRect(int index) const
{
    const qsizetype place = m_order.indexOf(index);
    return place < 0 ? QRectF() : m_layout.place(int(place)).translated(origin());
}

void SampleGrid::relayout()
{
    const Theme &theme = Theme::instance();
    const QSize room = m_room.isEmpty() ? size() : m_room;
    m_layout = layTiles(m_wanted, m_pictureSize, QSizeF(room) - QSizeF(6, 6), devicePixelRatioF(), theme.px(kGap),
                        m_ranked ? theme.fontPx(12) + theme.px(8) : 0);
    updateGeometry();
    update();
}

QSize SampleGrid::sizeHint() const
{
    return m_layout.size(m_wanted).toSize() + QSize(7, 7);
}

QSize SampleGrid::minimumSizeHint() const
{
    return {70, sizeHint().height()};
}

void SampleGrid::resizeEvent(QResizeEvent *)
{
    if (m_room.isEmpty())
        relayout();
}

void SampleGrid::describe()
{
    const SamplePointer sample = m_drawing.sample(m_current);
    QString text = tr("Picture %1 of %2").arg(m_current + 1).arg(m_wanted);
    if (!sample)
        text += tr(", not drawn yet");
    else if (!sample->finished)
        text += tr(", being drawn");
    if (const QString score = sample ? rankText(*sample) : QString(); !score.isEmpty())
        text += sample->blank ? QStringLiteral(", ") + score : tr(", score %1").arg(score);
    setAccessibleDescription(m_wanted > 0 ? text : tr("None yet"));
}

QString SampleGrid::toolTipOf(int index) const
{
    const SamplePointer sample = m_drawing.sample(index);
    if (!sample)
        return tr("Not drawn yet");
    QStringList lines{tr("Seed %1").arg(sample->seed)};
    if (sample->clipScore)
        lines.append(tr("CLIP's score %1: the cosine of picture and prompt").arg(cosineText(*sample->clipScore)));
    if (sample->logProbability)
        lines.append(tr("Log probability %1: how likely the model finds its own picture")
                         .arg(scoreText(*sample->logProbability)));
    if (sample->clipScore && sample->blank)
        lines.append(tr("Empty, so it comes last"));
    else if (const auto score = generate::rankScore(*sample); score && sample->logProbability)
        lines.append(
            tr("Score %1: %2 times CLIP's, and the log probability").arg(scoreText(*score)).arg(generate::kClipLogit));
    lines.append(tr("Click to look inside"));
    return lines.join(u'\n');
}

int SampleGrid::indexAt(QPointF point) const
{
    const int place = m_layout.at(point - origin(), m_wanted);
    return place < 0 ? -1 : m_order.value(place, -1);
}

bool SampleGrid::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        auto *help = static_cast<QHelpEvent *>(event);
        if (const int index = indexAt(help->pos()); index >= 0)
            QToolTip::showText(help->globalPos(), toolTipOf(index), this, tileRect(index).toRect());
        else
            QToolTip::hideText();
        return true;
    }
    return QWidget::event(event);
}

void SampleGrid::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::instance();
    const Colours &colours = theme.colours();
    QPainter painter(this);
    painter.setFont(theme.font(TextRole::Caption));
    // Large pictures are made smaller, and then smoothly; small ones keep their pixels.
    painter.setRenderHint(QPainter::SmoothPixmapTransform, m_layout.times < 1);
    for (int place = 0; place < m_order.size(); ++place) {
        const int index = m_order[place];
        const QRectF tile = tileRect(index);
        const bool fresh = m_pictures.contains(index);
        const QImage picture = fresh ? m_pictures.value(index) : m_before.value(index);
        if (picture.isNull()) {
            // Not white: that could be a picture.
            painter.setPen(QPen(colours.line, 1));
            painter.setBrush(colours.hover);
            painter.drawRect(tile.adjusted(-0.5, -0.5, 0.5, 0.5));
        } else {
            painter.setOpacity(fresh && !m_stale ? 1 : kDimmed);
            painter.drawImage(tile, picture);
            painter.setOpacity(1);
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(colours.line, 1));
            painter.drawRect(tile.adjusted(-0.5, -0.5, 0.5, 0.5));
        }
        const SamplePointer sample = m_drawing.sample(index);
        if (fresh && !m_stale && sample && !sample->finished) { // how far it is, along its lower edge
            const int steps = std::max<int>(1, sample->gridWidth > 0 ? sample->gridWidth * sample->gridHeight
                                                                     : std::max(1, m_drawing.steps));
            const double done =
                std::clamp(double(std::max(sample->tokens.size(), sample->looks.size())) / steps, 0.0, 1.0);
            painter.fillRect(QRectF(tile.left(), tile.bottom() - 3, tile.width() * done, 3), colours.accent);
        }
        if (index == m_current || m_chosen.contains(index)) {
            const bool strong = m_chosen.contains(index) || hasFocus();
            painter.setPen(QPen(strong ? colours.accent : colours.muted, 2));
            painter.drawRoundedRect(tile.adjusted(-2, -2, 2, 2), 3, 3);
        }
        if (const QString score = m_ranked && sample ? rankText(*sample) : QString(); !score.isEmpty()) {
            painter.setPen(m_drawing.complete && place == 0 ? colours.text : colours.muted);
            const QRectF below(tile.left(), tile.bottom() + theme.px(3), tile.width(), m_layout.caption);
            Theme::drawFigures(painter, below, Qt::AlignLeft | Qt::AlignTop,
                               m_drawing.complete ? tr("%1.  %2").arg(place + 1).arg(score) : score);
        }
    }
}

void SampleGrid::mousePressEvent(QMouseEvent *event)
{
    m_pressed = event->button() == Qt::LeftButton ? indexAt(event->position()) : -1;
    m_pressedAt = event->pos();
    if (m_pressed >= 0)
        setCurrent(m_pressed);
}

void SampleGrid::mouseMoveEvent(QMouseEvent *event)
{
    setCursor(indexAt(event->position()) >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    if (m_pressed < 0 || (event->pos() - m_pressedAt).manhattanLength() < QApplication::startDragDistance())
        return;
    const int from = std::exchange(m_pressed, -1);
    if (m_pictures.contains(from))
        Q_EMIT dragWanted(m_chosen.contains(from) ? m_chosen : QList<int>{from});
}

void SampleGrid::mouseReleaseEvent(QMouseEvent *event)
{
    const int index = std::exchange(m_pressed, -1);
    if (index < 0 || index != indexAt(event->position()))
        return;
    if (event->modifiers() & Qt::ControlModifier) {
        if (!m_chosen.removeOne(index) && m_pictures.contains(index))
            m_chosen.append(index);
        update();
    } else if (m_pictures.contains(index)) {
        Q_EMIT opened(index);
    }
}

void SampleGrid::mouseDoubleClickEvent(QMouseEvent *event)
{
    event->accept(); // the first click has opened it
}

void SampleGrid::keyPressEvent(QKeyEvent *event)
{
    const qsizetype place = m_order.indexOf(m_current);
    qsizetype to = place;
    switch (event->key()) {
    case Qt::Key_Left:
        to = place - 1;
        break;
    case Qt::Key_Right:
        to = place + 1;
        break;
    case Qt::Key_Up:
        to = place - m_layout.columns;
        break;
    case Qt::Key_Down:
        to = place + m_layout.columns;
        break;
    case Qt::Key_Home:
        to = 0;
        break;
    case Qt::Key_End:
        to = m_order.size() - 1;
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_pictures.contains(m_current))
            Q_EMIT opened(m_current);
        return;
    case Qt::Key_Space:
        if (m_pictures.contains(m_current) && !m_chosen.removeOne(m_current))
            m_chosen.append(m_current);
        update();
        return;
    default:
        if (event->matches(QKeySequence::SelectAll)) {
            m_chosen = m_pictures.keys();
            std::sort(m_chosen.begin(), m_chosen.end());
            update();
            return;
        }
        QWidget::keyPressEvent(event);
        return;
    }
    if (to >= 0 && to < m_order.size())
        setCurrent(m_order[to]);
}

void SampleGrid::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    update();
}

void SampleGrid::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    update();
}

} // namespace orrery::text_to_image
