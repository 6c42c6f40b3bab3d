// SPDX-License-Identifier: Apache-2.0
#include "widgets/scatter/internal/scatter_legend.h"

#include "widgets/scatter/internal/legend_parts.h"
#include "widgets/theme/theme.h"

#include <QLabel>
#include <QPainter>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace orrery {

ScatterLegend::ScatterLegend(QWidget *parent)
    : QFrame(parent), m_scroll(new QScrollArea(this)), m_inside(new QWidget), m_column(new QVBoxLayout(m_inside))
{
    setAccessibleName(tr("Legend"));
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setWidget(m_inside);
    m_scroll->viewport()->setAutoFillBackground(false);
    m_inside->setAutoFillBackground(false);
    m_column->setSpacing(0);
    hide();
}

void ScatterLegend::setColouring(const ScatterColouring &colouring)
{
    std::array<bool, kColouredClasses + 1> seen{};
    for (const std::int32_t c : colouring.classes)
        if (c >= 0)
            seen[static_cast<std::size_t>(shownClass(c))] = true;
    QList<int> shown;
    for (int i = 0; i <= kColouredClasses; ++i)
        if (seen[static_cast<std::size_t>(i)] && colouring.kind == ScatterColouring::Kind::Classes)
            shown.append(i);
    // Many of them come while an optimiser runs, nearly always the same.
    if (m_kind == colouring.kind && m_title == colouring.title && m_names == colouring.names && m_shown == shown &&
        m_smallest == colouring.smallest && m_largest == colouring.largest)
        return;
    m_kind = colouring.kind;
    m_title = colouring.title;
    m_names = colouring.names;
    m_shown = shown;
    m_smallest = colouring.smallest, m_largest = colouring.largest;
    rebuild();
}

void ScatterLegend::setLinks(const QList<ScatterLink> &links)
{
    QList<ScatterLink::Kind> kinds;
    for (const auto kind : {ScatterLink::Kind::Kept, ScatterLink::Kind::Missing, ScatterLink::Kind::False})
        if (std::any_of(links.begin(), links.end(), [kind](const ScatterLink &link) { return link.kind == kind; }))
            kinds.append(kind);
    if (kinds == m_links)
        return;
    m_links = kinds;
    rebuild();
}

void ScatterLegend::setIsolated(int isolated)
{
    m_isolated = isolated;
    for (auto *row : m_inside->findChildren<QAbstractButton *>())
        static_cast<LegendRow *>(row)->setIsolated(isolated);
}

bool ScatterLegend::hasContent() const
{
    return (m_kind == ScatterColouring::Kind::Classes && !m_shown.isEmpty()) ||
           m_kind == ScatterColouring::Kind::Values || m_kind == ScatterColouring::Kind::Tint || !m_links.isEmpty();
}

void ScatterLegend::rebuild()
{
    while (QLayoutItem *item = m_column->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const Theme &theme = Theme::instance();
    const int pad = theme.px(8);
    m_column->setContentsMargins(pad, pad - 2, pad, pad - 2);
    if (!m_title.isEmpty() && m_kind != ScatterColouring::Kind::None) {
        auto *title = new QLabel(m_title);
        title->setTextFormat(Qt::PlainText);
        title->setProperty("look", QStringLiteral("caption"));
        title->setContentsMargins(0, 0, 0, theme.px(2));
        m_column->addWidget(title);
    }
    if (m_kind == ScatterColouring::Kind::Classes) {
        for (const int i : std::as_const(m_shown)) {
            auto *row = new LegendRow(i, i == kColouredClasses ? tr("other") : m_names.value(i, QString::number(i)));
            row->setIsolated(m_isolated);
            const auto isolate = [this](int isolated) {
                setIsolated(isolated);
                if (onIsolate)
                    onIsolate(isolated);
            };
            connect(row, &QAbstractButton::clicked, this, [this, i, isolate] { isolate(m_isolated == i ? -1 : i); });
            row->onDoubleClick = [isolate] { isolate(-1); };
            m_column->addWidget(row);
        }
    } else if (m_kind != ScatterColouring::Kind::None) {
        m_column->addWidget(new LegendRamp(m_kind == ScatterColouring::Kind::Tint, m_smallest, m_largest));
    }
    for (const ScatterLink::Kind kind : std::as_const(m_links))
        m_column->addWidget(new LegendLine(kind));
    // Left to itself a layout shows what was added a turn of the event loop later, and counts it only then.
    for (auto *part : m_inside->findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly))
        part->show();
    fitIn();
}

void ScatterLegend::setRoom(const QSize &room)
{
    if (room == m_room)
        return;
    m_room = room;
    fitIn();
}

void ScatterLegend::fitIn()
{
    m_column->activate();
    const QSize whole = m_inside->sizeHint();
    const int width = std::min(whole.width(), std::max(m_room.width() - 2, 1));
    const int height = std::min(whole.height(), std::max(m_room.height() - 2, 1));
    const bool scrolls = height < whole.height();
    const int bar = scrolls ? m_scroll->verticalScrollBar()->sizeHint().width() : 0;
    m_inside->resize(width, whole.height());
    resize(width + bar + 2, height + 2);
    m_scroll->setGeometry(1, 1, width + bar, height);
}

void ScatterLegend::restyle()
{
    rebuild();
}

void ScatterLegend::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor ground = Theme::instance().colours().surface;
    ground.setAlphaF(0.92f);
    painter.setBrush(ground);
    painter.setPen(QPen(Theme::instance().colours().line, 1));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
}

} // namespace orrery
