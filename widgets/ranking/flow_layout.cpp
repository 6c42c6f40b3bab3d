// SPDX-License-Identifier: Apache-2.0
#include "widgets/ranking/flow_layout.h"

#include <QWidget>

#include <algorithm>

namespace orrery {

FlowLayout::FlowLayout(QWidget *parent, int spacing) : QLayout(parent)
{
    setContentsMargins(0, 0, 0, 0);
    setSpacing(spacing);
}

FlowLayout::~FlowLayout()
{
    qDeleteAll(m_items);
}

QLayoutItem *FlowLayout::takeAt(int index)
{
    return index >= 0 && index < m_items.size() ? m_items.takeAt(index) : nullptr;
}

QSize FlowLayout::minimumSize() const
{
    QSize size;
    for (const QLayoutItem *item : m_items)
        size = size.expandedTo(item->minimumSize());
    return size;
}

void FlowLayout::setGeometry(const QRect &rect)
{
    QLayout::setGeometry(rect);
    arrange(rect, true);
}

/// @return the height that the lines need.
int FlowLayout::arrange(const QRect &rect, bool place) const
{
    QList<QLayoutItem *> line;
    int x = rect.x();
    int y = rect.y();
    int lineHeight = 0;
    const auto endLine = [&] {
        int left = rect.x();
        for (QLayoutItem *item : line) {
            const QSize size = item->sizeHint().boundedTo({rect.width(), QWIDGETSIZE_MAX});
            if (place)
                item->setGeometry({left, y + (lineHeight - size.height()) / 2, size.width(), size.height()});
            left += size.width() + spacing();
        }
        line.clear();
    };
    for (QLayoutItem *item : m_items) {
        if (item->isEmpty())
            continue;
        const QSize size = item->sizeHint();
        if (!line.isEmpty() && x + size.width() > rect.x() + rect.width()) {
            endLine();
            x = rect.x();
            y += lineHeight + spacing();
            lineHeight = 0;
        }
        line.append(item);
        x += size.width() + spacing();
        lineHeight = std::max(lineHeight, size.height());
    }
    endLine();
    return y + lineHeight - rect.y();
}

} // namespace orrery
