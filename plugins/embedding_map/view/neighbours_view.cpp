// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/neighbours_view.h"

#include "plugins/embedding_map/view/guests.h"

#include <QLabel>
#include <QListWidget>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

namespace orrery::embedding_map {

namespace {

enum
{
    Kept,
    Missing,
    MadeUp,
    Near,
};

/// Never by colour alone: full, hollow and crossed.
QIcon signOf(int kind)
{
    const Theme &theme = Theme::instance();
    const int side = theme.px(14);
    QPixmap pixmap(side, side);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colours &colours = theme.colours();
    const QColor colour = kind == Missing ? colours.error : kind == MadeUp ? colours.warning : colours.accent;
    painter.setPen(QPen(colour, 2));
    painter.setBrush(kind == Kept || kind == Near ? QBrush(colour) : QBrush(Qt::NoBrush));
    const QRectF circle(3, 3, side - 6, side - 6);
    painter.drawEllipse(circle);
    if (kind == MadeUp)
        painter.drawLine(circle.topLeft(), circle.bottomRight());
    return QIcon(pixmap);
}

} // namespace

QString nameOf(const MapCollection &collection, std::int64_t row)
{
    return row >= 0 && row < collection.names.size() ? collection.names[row]
                                                     : NeighboursView::tr("Row %1").arg(row + 1);
}

NeighboursView::NeighboursView(PluginHost &host, QWidget *parent)
    : QWidget(parent), m_host(host), m_heading(new QLabel(this)), m_summary(new QLabel(this)),
      m_list(new QListWidget(this))
{
    setObjectName(QStringLiteral("neighbours"));
    m_heading->setProperty("look", QStringLiteral("heading"));
    m_heading->setTextFormat(Qt::PlainText);
    m_heading->setWordWrap(true);
    m_summary->setProperty("look", QStringLiteral("caption"));
    m_summary->setWordWrap(true);
    m_list->setAccessibleName(tr("Neighbours of the chosen point"));
    m_list->setProperty("look", QStringLiteral("plain"));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setMinimumHeight(Theme::instance().px(220));
    m_list->setIconSize({Theme::instance().px(14), Theme::instance().px(14)});
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 0, 16, 0);
    column->setSpacing(4);
    column->addWidget(m_heading);
    column->addWidget(m_summary);
    column->addWidget(m_list, 1);
    const auto choose = [this](const QListWidgetItem *item) {
        Q_EMIT rowChosen(item->data(Qt::UserRole).toLongLong());
    };
    connect(m_list, &QListWidget::itemActivated, this, choose);
    connect(m_list, &QListWidget::itemClicked, this, choose);
    hide();
}

QString NeighboursView::heading() const
{
    return m_heading->text();
}

void NeighboursView::clear()
{
    ++m_number;
    m_pending = false;
    hide();
    m_list->clear();
    if (!m_links.isEmpty()) {
        m_links.clear();
        Q_EMIT linksChanged();
    }
}

void NeighboursView::addRow(const MapCollection &collection, std::int64_t row, int kind, const QString &what)
{
    const QString name = nameOf(collection, row);
    auto *item = new QListWidgetItem(signOf(kind), name);
    if (collection.thumbnail)
        if (const QImage image = collection.thumbnail(row); !image.isNull() && kind == Near)
            item->setIcon(QIcon(QPixmap::fromImage(image)));
    item->setData(Qt::UserRole, qlonglong(row));
    item->setToolTip(what);
    item->setData(Qt::AccessibleTextRole, QStringLiteral("%1, %2").arg(name, what));
    m_list->addItem(item);
}

void NeighboursView::show(const MapCollection &collection, const MapRun &run, std::int64_t row)
{
    if (row < 0 || !run.positions || run.flat) {
        clear();
        return;
    }
    const int number = ++m_number;
    m_pending = true;
    maps::NearRequest request;
    request.points = collection.points;
    request.map = run.positions;
    request.metric = run.parameters.metric;
    request.row = row;
    request.k = std::min<std::int64_t>(kNeighbours, collection.points->rows - 1);
    m_host.submit(
        this, maps::kNear, std::move(request),
        {.lane = Lane::Live, .title = tr("Neighbours of a point").toStdString(), .channel = "embedding_map.near"},
        [this, number, collection, row](Result<maps::NearResult> result) {
            if (number != m_number)
                return;
            m_pending = false;
            if (!result) {
                if (result.error().code != ErrorCode::Cancelled)
                    clear();
                return;
            }
            m_list->clear();
            m_links.clear();
            int kept = 0;
            for (const std::int64_t other : result->inData) {
                const bool both = std::ranges::find(result->onMap, other) != result->onMap.end();
                kept += both ? 1 : 0;
                m_links.append({both ? ScatterLink::Kind::Kept : ScatterLink::Kind::Missing, row, other});
                addRow(collection, other, both ? Kept : Missing,
                       both ? tr("near in the data and on the map") : tr("near in the data, far on the map"));
            }
            for (const std::int64_t other : result->onMap)
                if (std::ranges::find(result->inData, other) == result->inData.end()) {
                    m_links.append({ScatterLink::Kind::False, row, other});
                    addRow(collection, other, MadeUp, tr("near on the map, far in the data"));
                }
            m_heading->setText(nameOf(collection, row));
            m_summary->setText(tr("● %1 neighbours kept   ○ %2 lost   ⊘ %2 made up")
                                   .arg(kept)
                                   .arg(qsizetype(result->inData.size()) - kept));
            QWidget::show();
            Q_EMIT linksChanged();
        });
}

void NeighboursView::show(const MapCollection &collection, const Guest &guest)
{
    ++m_number;
    m_pending = false;
    m_list->clear();
    m_links.clear();
    for (const std::int64_t row : guest.nearest)
        addRow(collection, row, Near, tr("among the most alike"));
    m_heading->setText(tr("Most like “%1”").arg(guest.name));
    m_summary->setText(tr("as the model sees them, the nearest first"));
    QWidget::show();
    Q_EMIT linksChanged();
}

} // namespace orrery::embedding_map
