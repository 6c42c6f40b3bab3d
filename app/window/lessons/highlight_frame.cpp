// SPDX-License-Identifier: Apache-2.0
#include "app/window/lessons/highlight_frame.h"

#include "widgets/theme/theme.h"

#include <QEvent>
#include <QPainter>
#include <QTimer>

namespace orrery {

HighlightFrame::HighlightFrame(QWidget *window) : QWidget(window)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAttribute(Qt::WA_NoSystemBackground);
    setFocusPolicy(Qt::NoFocus);
    hide();
}

void HighlightFrame::setTarget(QWidget *target)
{
    for (const QPointer<QWidget> &widget : std::as_const(m_watched))
        if (widget)
            widget->removeEventFilter(this);
    m_watched.clear();
    m_target = target;
    for (QWidget *widget = target; widget; widget = widget->parentWidget()) {
        widget->installEventFilter(this);
        m_watched.append(widget);
        if (widget == parentWidget())
            break;
    }
    follow();
}

bool HighlightFrame::eventFilter(QObject *, QEvent *event)
{
    switch (event->type()) {
    case QEvent::Move:
    case QEvent::Resize:
    case QEvent::Show:
    case QEvent::Hide:
    case QEvent::ParentChange:
        QTimer::singleShot(0, this, &HighlightFrame::follow); // when the layout is done
        break;
    default:
        break;
    }
    return false;
}

void HighlightFrame::follow()
{
    if (!m_target || !m_target->isVisibleTo(parentWidget()) || !parentWidget()->isAncestorOf(m_target)) {
        hide();
        return;
    }
    const int room = Theme::instance().px(4);
    QRect place(m_target->mapTo(parentWidget(), QPoint(0, 0)), m_target->size());
    setGeometry(place.adjusted(-room, -room, room, room) & parentWidget()->rect());
    show();
    raise();
    update();
}

void HighlightFrame::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::instance();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double width = theme.px(3);
    painter.setPen(QPen(theme.colours().accent, width));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2), theme.px(8),
                            theme.px(8));
}

} // namespace orrery
