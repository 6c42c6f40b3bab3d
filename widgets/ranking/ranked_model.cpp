// SPDX-License-Identifier: Apache-2.0
#include "widgets/ranking/ranked_model.h"

namespace orrery {

void RankedModel::setRanking(Ranking ranking)
{
    const bool sameSize = ranking.size() == m_ranking.size();
    if (!sameSize)
        beginResetModel();
    m_ranking = std::move(ranking);
    if (!sameSize)
        endResetModel();
    else if (!m_ranking.isEmpty())
        Q_EMIT dataChanged(index(0), index(m_ranking.size() - 1));
}

void RankedModel::setTrueLabel(const QString &label)
{
    m_trueLabel = label;
    if (!m_ranking.isEmpty())
        Q_EMIT dataChanged(index(0), index(m_ranking.size() - 1));
}

bool RankedModel::isTrue(int row) const
{
    return !m_trueLabel.isEmpty() && m_ranking.entries[row].label.compare(m_trueLabel, Qt::CaseInsensitive) == 0;
}

int RankedModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_ranking.size();
}

QVariant RankedModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_ranking.size())
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return m_ranking.entries[index.row()].label;
    case Qt::AccessibleTextRole: {
        QString text = headingText(m_ranking, index.row());
        if (m_ranking.measure != Ranking::Measure::CosineOnly)
            text += tr(" · cosine %1").arg(cosineText(m_ranking.entries[index.row()].cosine));
        if (isTrue(index.row()))
            text += tr(" · ticked as the true name");
        return text;
    }
    default:
        return {};
    }
}

} // namespace orrery
