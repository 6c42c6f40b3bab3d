// SPDX-License-Identifier: Apache-2.0
// What is read out of the sound, under the ribbon of units.
#include "widgets/timeline/internal/timeline_private.h"

#include "widgets/theme/theme.h"

#include <algorithm>

namespace orrery {

QRectF TimelineView::Private::reading() const
{
    const double height = words.empty() ? 0 : Theme::instance().px(20);
    return {0, view->height() - height, double(view->width()), height};
}

void TimelineView::Private::paintWords(TimelinePen &pen)
{
    if (words.empty())
        return;
    const Colours &colours = Theme::instance().colours();
    const QRectF area = reading();
    pen.fill(area, colours.ground);
    pen.clip(area);
    const double right = secondsAt(area.right());
    // One that reaches into the view from before it is painted too; what has no room is only marked.
    double free = -area.width();
    for (const TimelineWord &word : words) {
        if (word.seconds > right)
            break;
        const double x = xAt(word.seconds);
        const QSizeF size = pen.textSize(word.text);
        pen.line({x, area.top()}, {x, area.top() + 3}, colours.muted, 1);
        const double left = x - size.width() / 2;
        if (left < free)
            continue;
        if (left + size.width() > 0)
            pen.text({left, area.bottom() - size.height() - 1}, word.text, stale ? colours.muted : colours.text);
        free = left + size.width() + 3;
    }
    pen.unclip();
}

} // namespace orrery
