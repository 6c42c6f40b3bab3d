// SPDX-License-Identifier: Apache-2.0
#include "widgets/ranking/ranked_list.h"

#include "widgets/theme/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QStyledItemDelegate>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace orrery {

namespace {
constexpr int kUsual = 32, kClosest = 24; ///< heights of a row

/// Rows for the view are as high as they are painted.
class RowHeights final : public QStyledItemDelegate
{
public:
    explicit RowHeights(RankedList *list) : QStyledItemDelegate(list), m_list(list) {}
    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override
    {
        return {100, m_list->rowHeight()};
    }

private:
    RankedList *m_list;
};
} // namespace

RankedList::RankedList(QWidget *parent) : QListView(parent), m_model(new RankedModel(this))
{
    setObjectName(QStringLiteral("rankedList"));
    setAccessibleName(tr("Names by rank"));
    setModel(m_model);
    setItemDelegate(new RowHeights(this));
    setUniformItemSizes(true);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    m_motion.setStartValue(0.0);
    m_motion.setEndValue(1.0);
    m_motion.setEasingCurve(QEasingCurve::OutCubic);
    connect(&m_motion, &QVariantAnimation::valueChanged, this, [this](const QVariant &value) {
        m_progress = value.toDouble();
        viewport()->update();
    });
    connect(&m_motion, &QVariantAnimation::finished, this, [this] {
        m_progress = 1;
        m_from.clear();
        m_oldRows.clear();
        viewport()->update();
    });
}

int RankedList::rowHeight() const
{
    // Closer together where that brings the last one on screen: a lesson speaks of each.
    const Theme &theme = Theme::instance();
    const int room = viewport()->height() / std::max(1, m_model->ranking().size());
    return room < theme.px(kClosest) ? theme.px(kUsual) : std::min(room, theme.px(kUsual));
}

void RankedList::doItemsLayout()
{
    m_laidOut = rowHeight();
    QListView::doItemsLayout();
}

void RankedList::resizeEvent(QResizeEvent *event)
{
    QListView::resizeEvent(event);
    if (rowHeight() != m_laidOut)
        scheduleDelayedItemsLayout();
}

std::pair<int, int> RankedList::visibleRows() const
{
    const int height = rowHeight();
    const int first = verticalScrollBar()->value() / height;
    const int last = (verticalScrollBar()->value() + viewport()->height()) / height;
    return {std::max(0, first), std::min(m_model->ranking().size() - 1, last)};
}

RankedList::Place RankedList::placeNow(int row) const
{
    const RankedEntry &entry = m_model->ranking().entries[row];
    const Place to{static_cast<double>(row), entry.share, entry.cosine, row};
    if (m_progress >= 1)
        return to;
    Place from = to;
    if (const auto known = m_from.constFind(entry.label); known != m_from.constEnd()) {
        from = *known;
    } else if (const auto old = m_oldRows.constFind(entry.label); old != m_oldRows.constEnd()) {
        // From beyond the edge it was behind, not from its true distance: that would be a flash.
        const auto [first, last] = visibleRows();
        from.row = std::clamp<double>(*old, first - 2.0, last + 2.0);
    }
    const auto mix = [this](double a, double b) { return a + (b - a) * m_progress; };
    return {mix(from.row, to.row), mix(from.share, to.share), mix(from.cosine, to.cosine), row};
}

void RankedList::rememberPlaces()
{
    QHash<QString, Place> places;
    const auto [first, last] = visibleRows();
    for (int row = first; row <= last; ++row) {
        Place place = placeNow(row);
        place.target = -1; // until the new ranking turns out to hold the name
        places.insert(m_model->ranking().entries[row].label, place);
    }
    m_from = std::move(places);
    m_oldRows.clear();
    m_oldRows.reserve(m_model->ranking().size());
    for (int row = 0; row < m_model->ranking().size(); ++row)
        m_oldRows.insert(m_model->ranking().entries[row].label, row);
}

void RankedList::setRanking(const Ranking &ranking)
{
    if (ranking == m_model->ranking())
        return;
    const int duration = Theme::instance().motionMs();
    const bool animate = duration > 0 && isVisible() && !m_model->ranking().isEmpty();
    if (animate)
        rememberPlaces();
    const QString current = currentIndex().data().toString();
    const int scroll = verticalScrollBar()->value();
    m_model->setRanking(ranking);
    for (int row = 0; animate && row < ranking.size(); ++row)
        if (const auto known = m_from.find(ranking.entries[row].label); known != m_from.end())
            known->target = row;
    if (!current.isEmpty()) {
        // The keyboard stays on the name, wherever it went; the view stays where it was.
        const int row = ranking.rowOf(current);
        if (row >= 0)
            selectionModel()->setCurrentIndex(m_model->index(row), QItemSelectionModel::ClearAndSelect);
    }
    doItemsLayout();
    verticalScrollBar()->setValue(scroll);
    m_motion.stop();
    m_progress = 1;
    if (animate) {
        m_progress = 0;
        m_motion.setDuration(duration);
        m_motion.start();
    }
    viewport()->update();
}

void RankedList::setTrueLabel(const QString &label)
{
    m_model->setTrueLabel(label);
    viewport()->update();
}

void RankedList::setStale(bool stale)
{
    m_stale = stale;
    viewport()->update();
}

RankedList::Columns RankedList::columns(double top, int width) const
{
    const Theme &theme = Theme::instance();
    const double height = rowHeight();
    const auto px = [&](double length) { return static_cast<double>(theme.px(length)); };
    const bool narrow = width < px(440);
    const bool shares = m_model->ranking().measure != Ranking::Measure::CosineOnly;
    Columns c;
    c.tick = {0, top, px(28), height};
    c.rank = {c.tick.right(), top, px(m_model->ranking().size() > 9999 ? 48 : 36), height};
    double right = width - px(8);
    c.cosineNumber = {right - px(52), top, px(52), height};
    right = c.cosineNumber.left() - px(8);
    // Where there is hardly room for the name, the number alone says the cosine.
    const bool tiny = shares && width < px(320);
    const double cosineWidth = tiny ? 0 : narrow ? px(44) : std::clamp(width * 0.15, px(60), px(140));
    c.cosineBar = {right - cosineWidth, top, cosineWidth, height};
    right = c.cosineBar.left() - px(12);
    c.shareNumber = {right - (shares ? px(56) : 0), top, shares ? px(56) : 0, height};
    right = c.shareNumber.left() - (shares ? px(8) : 0);
    const double left = c.rank.right() + px(10);
    c.barBehindLabel = narrow && shares;
    const double labelWidth = shares && !narrow ? std::max(px(72), (right - left) * 0.46) : right - left;
    c.label = {left, top, std::max(0.0, std::min(labelWidth, right - left)), height};
    c.shareBar = c.barBehindLabel
                     ? c.label.adjusted(-px(4), 0, 0, 0)
                     : QRectF(c.label.right() + px(8), top, std::max(0.0, right - c.label.right() - px(8)), height);
    return c;
}

void drawTabular(QPainter &painter, const QRectF &area, const QString &text)
{
    const QFontMetricsF metrics(painter.font());
    const double cell = metrics.horizontalAdvance(u'0');
    double x = area.right();
    const double baseline = area.center().y() + (metrics.ascent() - metrics.descent()) / 2;
    for (auto character = text.crbegin(); character != text.crend(); ++character) {
        const double advance = metrics.horizontalAdvance(*character);
        const double width = character->isDigit() ? cell : advance;
        x -= width;
        painter.drawText(QPointF(x + (width - advance) / 2, baseline), QString(*character));
    }
}

void RankedList::paintLabel(QPainter &painter, const QRectF &area, const QString &label) const
{
    const QFontMetricsF metrics(painter.font());
    const QString shown = metrics.elidedText(label, Qt::ElideRight, area.width());
    painter.drawText(area, Qt::AlignVCenter | Qt::AlignLeft, shown);
    for (const QString &word : m_model->ranking().unknownWords) {
        qsizetype at = shown.indexOf(word, 0, Qt::CaseInsensitive);
        if (at < 0)
            continue;
        const double left = area.left() + metrics.horizontalAdvance(shown.left(at));
        const double right = left + metrics.horizontalAdvance(shown.mid(at, word.size()));
        const double y = area.center().y() + metrics.ascent() / 2 + 2;
        QPen dots(Theme::instance().colours().warning, 1.6, Qt::CustomDashLine, Qt::RoundCap);
        dots.setDashPattern({0.1, 2.2});
        const QPen text = painter.pen();
        painter.setPen(dots);
        painter.drawLine(QPointF(left, y), QPointF(right, y));
        painter.setPen(text);
    }
}

void RankedList::paintRow(QPainter &painter, int row, const Place &place) const
{
    const Theme &theme = Theme::instance();
    const Colours &colours = theme.colours();
    const double height = rowHeight();
    const double top = place.row * height - verticalScrollBar()->value();
    const int width = viewport()->width();
    const RankedEntry &entry = m_model->ranking().entries[row];
    const Columns c = columns(top, width);
    const QRectF whole(0, top, width, height);
    const bool current = currentIndex().row() == row && hasFocus();

    painter.fillRect(whole, current ? colours.selected : colours.surface);
    painter.setOpacity(m_stale ? 0.45 : 1.0);
    painter.setFont(theme.font(TextRole::Body));

    const bool isTrue = m_model->isTrue(row);
    const QPointF middle = c.tick.center();
    const double radius = theme.px(8);
    if (isTrue) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(colours.accent);
        painter.drawEllipse(middle, radius, radius);
        painter.setPen(QPen(colours.onAccent, theme.px(2), Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        const double u = radius / 8;
        painter.drawPolyline(QPolygonF({middle + QPointF(-3.5 * u, 0.5 * u), middle + QPointF(-1 * u, 3 * u),
                                        middle + QPointF(3.8 * u, -2.8 * u)}));
    } else {
        painter.setPen(QPen(colours.line, 1.4));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(middle, radius - 0.5, radius - 0.5);
    }

    if (c.barBehindLabel) {
        QColor fill = colours.accent;
        fill.setAlphaF(0.28F);
        painter.setPen(Qt::NoPen);
        painter.setBrush(fill);
        const double share = std::max(1.5, std::clamp(place.share, 0.0, 1.0) * c.shareBar.width());
        painter.drawRoundedRect(QRectF(c.shareBar.left(), top + 4, share, height - 8), std::min(3.0, share / 2), 3);
    }
    painter.setPen(colours.muted);
    drawTabular(painter, c.rank, QString::number(row + 1));
    QFont font = theme.font(TextRole::Body);
    font.setWeight(row == 0 || isTrue ? QFont::DemiBold : QFont::Normal);
    painter.setFont(font);
    painter.setPen(colours.text);
    paintLabel(painter, c.label, entry.label);
    painter.setFont(theme.font(TextRole::Body));

    const double thick = theme.px(10);
    const auto bar = [&](double left, double right, const QRectF &area, const QColor &colour) {
        const QRectF filled(QPointF(left, area.center().y() - thick / 2),
                            QPointF(right, area.center().y() + thick / 2));
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        painter.drawRoundedRect(filled, std::min(3.0, filled.width() / 2), 3);
    };
    if (m_model->ranking().measure != Ranking::Measure::CosineOnly) {
        if (!c.barBehindLabel && c.shareBar.width() > 8) {
            bar(c.shareBar.left(), c.shareBar.right(), c.shareBar, colours.ground);
            const double share = std::clamp(place.share, 0.0, 1.0);
            if (share > 0)
                bar(c.shareBar.left(), c.shareBar.left() + std::max(1.5, share * c.shareBar.width()), c.shareBar,
                    colours.accent);
        }
        painter.setPen(colours.text);
        drawTabular(painter, c.shareNumber, shareText(place.share));
    }
    // The scale is fixed at −1 to 1: a cosine must not move because another name joined the list.
    if (c.cosineBar.width() > 8) {
        const double zero = c.cosineBar.center().x();
        bar(c.cosineBar.left(), c.cosineBar.right(), c.cosineBar, colours.ground);
        const double tip = zero + std::clamp(place.cosine, -1.0, 1.0) * c.cosineBar.width() / 2;
        bar(std::min(zero, tip), std::max(zero, tip), c.cosineBar, tip < zero ? QColor(0x3B7EC2) : QColor(0xE07B1A));
        painter.setPen(QPen(colours.muted, 1));
        painter.drawLine(QPointF(zero, c.cosineBar.center().y() - thick * 0.8),
                         QPointF(zero, c.cosineBar.center().y() + thick * 0.8));
    }
    drawTabular(painter, c.cosineNumber, cosineText(place.cosine));
    painter.setOpacity(1);
    if (current) {
        painter.setPen(QPen(colours.accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(whole.adjusted(1, 1, -1, -1), 4, 4);
    }
}

void RankedList::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(viewport()->rect(), Theme::instance().colours().surface);
    if (m_model->ranking().isEmpty())
        return;
    const auto [first, last] = visibleRows();
    // Names that were on screen and leave it glide out as well.
    if (m_progress < 1) {
        for (auto leaving = m_from.constBegin(); leaving != m_from.constEnd(); ++leaving) {
            const int row = leaving->target;
            if (row > last || (row >= 0 && row < first)) {
                Place to = placeNow(row);
                to.row = leaving->row + (std::clamp<double>(row, first - 2.0, last + 2.0) - leaving->row) * m_progress;
                paintRow(painter, row, to);
            }
        }
    }
    for (int row = last; row >= first; --row)
        paintRow(painter, row, placeNow(row));
}

QRect RankedList::tickRect(int row) const
{
    return columns(row * static_cast<double>(rowHeight()) - verticalScrollBar()->value(), viewport()->width())
        .tick.toAlignedRect();
}

void RankedList::toggleTrue(int row)
{
    if (row < 0 || row >= m_model->ranking().size())
        return;
    Q_EMIT trueLabelChosen(m_model->isTrue(row) ? QString() : m_model->ranking().entries[row].label);
}

void RankedList::copyRow(int row) const
{
    if (row < 0 || row >= m_model->ranking().size())
        return;
    const RankedEntry &entry = m_model->ranking().entries[row];
    QApplication::clipboard()->setText(QStringLiteral("%1\t%2\t%3\t%4")
                                           .arg(row + 1)
                                           .arg(entry.label)
                                           .arg(entry.share, 0, 'f', 6)
                                           .arg(entry.cosine, 0, 'f', 6));
}

void RankedList::mousePressEvent(QMouseEvent *event)
{
    QListView::mousePressEvent(event);
    const int row = indexAt(event->position().toPoint()).row();
    if (event->button() == Qt::LeftButton && row >= 0 && tickRect(row).contains(event->position().toPoint()))
        toggleTrue(row);
}

void RankedList::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Space)
        toggleTrue(currentIndex().row());
    else if (event->matches(QKeySequence::Copy))
        copyRow(currentIndex().row());
    else
        QListView::keyPressEvent(event);
}

void RankedList::contextMenuEvent(QContextMenuEvent *event)
{
    const QModelIndex index = event->reason() == QContextMenuEvent::Mouse ? indexAt(event->pos()) : currentIndex();
    QMenu menu(this);
    if (index.isValid()) {
        const QString label = index.data().toString();
        // Another answer may come while the menu is open, with another order.
        const auto rowNow = [this, label] {
            for (int row = 0; row < m_model->rowCount(); ++row)
                if (m_model->index(row, 0).data().toString() == label)
                    return row;
            return -1;
        };
        menu.addAction(m_model->isTrue(index.row()) ? tr("It is not “%1” after all").arg(label)
                                                    : tr("It really is “%1”").arg(label),
                       this, [this, rowNow] { toggleTrue(rowNow()); });
        menu.addAction(tr("Copy this row"), this, [this, rowNow] { copyRow(rowNow()); });
    }
    menu.addAction(tr("Copy the whole table"), this, [this] {
        QApplication::clipboard()->setText(rankingTable(m_model->ranking(), m_model->trueLabel()));
    });
    menu.exec(event->globalPos());
}

bool RankedList::viewportEvent(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QListView::viewportEvent(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const int row = indexAt(help->pos()).row();
    if (row < 0)
        return false;
    const Columns c =
        columns(row * static_cast<double>(rowHeight()) - verticalScrollBar()->value(), viewport()->width());
    const double x = help->pos().x();
    QString text;
    if (x < c.tick.right())
        text = tr("Tick the name of what the picture really shows. The model is not told.");
    else if (x < c.label.right())
        text = headingText(m_model->ranking(), row);
    else if (x < c.shareNumber.right())
        text = shareExplanation(m_model->ranking(), row);
    else
        text = cosineExplanation(m_model->ranking(), row);
    QToolTip::showText(help->globalPos(), text, viewport());
    return true;
}

} // namespace orrery
