// SPDX-License-Identifier: Apache-2.0
#include "app/window/chrome/tray_model.h"

#include "widgets/theme/theme.h"

#include <QMimeData>

namespace orrery {

TrayModel::TrayModel(Workspace &workspace, QObject *parent) : QAbstractListModel(parent), m_workspace(workspace)
{
    m_ids = workspace.tray();
    connect(&workspace, &Workspace::trayChanged, this, [this] {
        beginResetModel();
        m_ids = m_workspace.tray();
        endResetModel();
    });
    connect(&workspace, &Workspace::itemChanged, this, [this](const ItemId &id) {
        if (const QModelIndex at = indexOf(id); at.isValid())
            Q_EMIT dataChanged(at, at);
    });
}

int TrayModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_ids.size());
}

QModelIndex TrayModel::indexOf(const ItemId &id) const
{
    const qsizetype row = m_ids.indexOf(id);
    return row < 0 ? QModelIndex() : index(int(row));
}

QVariant TrayModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_ids.size())
        return {};
    const Item item = m_workspace.item(m_ids[index.row()]);
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return item.name;
    case Qt::ToolTipRole:
        return item.path.isEmpty() ? item.name : item.path;
    case Qt::DecorationRole: {
        const Theme &theme = Theme::instance();
        if (item.picture.isNull())
            return theme.icon(item.hasPicture() ? QStringLiteral("picture") : toString(item.kind));
        const int side = theme.px(64) * 2; // twice: sharp on fine screens too
        const QPixmap small = QPixmap::fromImage(
            item.picture.scaled(side, side, Qt::KeepAspectRatio,
                                item.picture.width() < 65 ? Qt::FastTransformation : Qt::SmoothTransformation));
        QIcon icon(small);
        icon.addPixmap(small, QIcon::Selected); // the outline shows what is selected; the picture keeps its colours
        return icon;
    }
    case kIdRole:
        return QVariant::fromValue(item.id);
    default:
        return {};
    }
}

Qt::ItemFlags TrayModel::flags(const QModelIndex &index) const
{
    return QAbstractListModel::flags(index) | Qt::ItemIsDragEnabled;
}

QStringList TrayModel::mimeTypes() const
{
    return {QString::fromLatin1(kItemMimeType), QStringLiteral("text/uri-list")};
}

QMimeData *TrayModel::mimeData(const QModelIndexList &indexes) const
{
    QList<ItemId> ids;
    for (const QModelIndex &index : indexes)
        ids.append(index.data(kIdRole).value<ItemId>());
    return m_workspace.toMime(ids);
}

} // namespace orrery
