// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/ranking/ranking.h"

#include <QAbstractListModel>

namespace orrery {

/// A ranking as rows of text, for list views and screen readers.
class RankedModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    using QAbstractListModel::QAbstractListModel;

    const Ranking &ranking() const { return m_ranking; }
    void setRanking(Ranking ranking);
    QString trueLabel() const { return m_trueLabel; }
    void setTrueLabel(const QString &label);
    bool isTrue(int row) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

private:
    Ranking m_ranking;
    QString m_trueLabel;
};

} // namespace orrery
