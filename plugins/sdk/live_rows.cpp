// SPDX-License-Identifier: Apache-2.0
#include "orrery/live_rows.h"

#include "orrery/workspace.h"

namespace orrery {

LiveRows::LiveRows(Workspace &workspace) : QObject(&workspace) {}

LiveRows &LiveRows::of(Workspace &workspace)
{
    // A child of the workspace, not a member: plugins that were built before it came still fit.
    if (auto *rows = workspace.findChild<LiveRows *>(QString(), Qt::FindDirectChildrenOnly))
        return *rows;
    return *new LiveRows(workspace);
}

void LiveRows::begin(const Kind &kind)
{
    m_on = true;
    m_kind = kind;
    m_refusal.clear();
    Q_EMIT begun();
}

void LiveRows::put(const Kind &kind, const QList<Row> &rows)
{
    if (!m_on)
        return;
    if (kind != m_kind) {
        m_kind = kind;
        Q_EMIT kindChanged();
    }
    if (!rows.isEmpty())
        Q_EMIT came(rows);
}

void LiveRows::end()
{
    if (!m_on)
        return;
    m_on = false;
    m_refusal.clear();
    Q_EMIT ended();
}

void LiveRows::answer(const QString &refusal)
{
    if (refusal == m_refusal)
        return;
    m_refusal = refusal;
    Q_EMIT answered();
}

} // namespace orrery
