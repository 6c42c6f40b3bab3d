// SPDX-License-Identifier: Apache-2.0
#include "app/window/chrome/tray.h"

#include "app/window/chrome/tray_model.h"
#include "widgets/theme/theme.h"

#include <QKeyEvent>
#include <QLabel>
#include <QStackedLayout>

namespace orrery {

Tray::Tray(Workspace &workspace, QWidget *parent) : QWidget(parent), m_workspace(workspace)
{
    setObjectName(QStringLiteral("tray"));
    setAttribute(Qt::WA_StyledBackground);
    m_model = new TrayModel(workspace, this);
    m_list = new QListView(this);
    m_list->setModel(m_model);
    m_list->setProperty("look", "tray");
    m_list->setAccessibleName(tr("Tray"));
    m_list->setAccessibleDescription(tr("Items gathered for all pages"));
    m_list->setWhatsThis(
        tr("Items you gathered; every page sees them. Select them here, drag them out, Delete takes them "
           "away."));
    m_list->setViewMode(QListView::IconMode);
    m_list->setFlow(QListView::LeftToRight);
    m_list->setWrapping(false);
    m_list->setMovement(QListView::Static);
    m_list->setDragEnabled(true);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setTextElideMode(Qt::ElideMiddle);
    m_list->setUniformItemSizes(true);
    m_list->installEventFilter(this);
    m_empty = new QLabel(tr("Gather pictures here for every page: drop them on the tray, or press Ctrl+G."), this);
    m_empty->setProperty("look", "caption");
    m_empty->setAlignment(Qt::AlignCenter);
    m_stack = new QStackedLayout(this);
    m_stack->setContentsMargins(8, 5, 8, 4);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_list);

    connect(&workspace, &Workspace::trayChanged, this, &Tray::trayChanged);
    connect(&workspace, &Workspace::selectionChanged, this, &Tray::showSelection);
    connect(m_list->selectionModel(), &QItemSelectionModel::selectionChanged, this, &Tray::select);
    connect(&Theme::instance(), &Theme::changed, this, &Tray::restyle);
    restyle();
    trayChanged();
}

void Tray::trayChanged()
{
    m_stack->setCurrentIndex(m_workspace.tray().isEmpty() ? 0 : 1);
    showSelection();
}

void Tray::showSelection()
{
    m_showing = true;
    QItemSelection rows;
    for (const ItemId &id : m_workspace.selection().items)
        if (const QModelIndex at = m_model->indexOf(id); at.isValid())
            rows.select(at, at);
    m_list->selectionModel()->select(rows, QItemSelectionModel::ClearAndSelect);
    m_showing = false;
}

void Tray::select()
{
    if (m_showing)
        return;
    QList<ItemId> ids;
    for (const QModelIndex &index : m_list->selectionModel()->selectedIndexes())
        ids.append(index.data(TrayModel::kIdRole).value<ItemId>());
    m_workspace.select(ids, m_list->currentIndex().data(TrayModel::kIdRole).value<ItemId>());
}

void Tray::restyle()
{
    const Theme &theme = Theme::instance();
    setFixedHeight(theme.px(104));
    m_list->setIconSize(QSize(theme.px(56), theme.px(56)));
    m_list->setGridSize(QSize(theme.px(84), theme.px(88)));
}

bool Tray::eventFilter(QObject *object, QEvent *event)
{
    if (object == m_list && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if (key->key() == Qt::Key_Delete || key->key() == Qt::Key_Backspace) {
            QList<ItemId> ids;
            for (const QModelIndex &index : m_list->selectionModel()->selectedIndexes())
                ids.append(index.data(TrayModel::kIdRole).value<ItemId>());
            m_workspace.ungather(ids);
            return true;
        }
    }
    return QWidget::eventFilter(object, event);
}

} // namespace orrery
