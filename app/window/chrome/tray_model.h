// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/workspace.h"

#include <QAbstractListModel>

namespace orrery {

/// The tray's items as rows: thumbnail, name, drag.
class TrayModel : public QAbstractListModel
{
    Q_OBJECT
public:
    static constexpr int kIdRole = Qt::UserRole + 1;

    explicit TrayModel(Workspace &workspace, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    QStringList mimeTypes() const override;
    QMimeData *mimeData(const QModelIndexList &indexes) const override;
    QModelIndex indexOf(const ItemId &id) const;

private:
    Workspace &m_workspace;
    QList<ItemId> m_ids;
};

} // namespace orrery
