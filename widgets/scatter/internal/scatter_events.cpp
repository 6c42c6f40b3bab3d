// SPDX-License-Identifier: Apache-2.0
// Qt's events, handed on to those who know.
#include "widgets/scatter/internal/scatter_private.h"

#include <QGestureEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QWheelEvent>

namespace orrery {

bool ScatterView::event(QEvent *event)
{
    if (event->type() == QEvent::Gesture)
        return d->gesture(static_cast<QGestureEvent *>(event));
    if (event->type() == QEvent::NativeGesture) { // touch pads
        auto *native = static_cast<QNativeGestureEvent *>(event);
        if (native->gestureType() == Qt::ZoomNativeGesture) {
            d->zoom(native->position(), 1 + native->value(), 0);
            return true;
        }
    }
    return QWidget::event(event);
}

void ScatterView::resizeEvent(QResizeEvent *)
{
    d->arrange();
}

void ScatterView::showEvent(QShowEvent *)
{
    d->arrange();
    d->wake();
}

void ScatterView::mousePressEvent(QMouseEvent *event)
{
    d->press(event);
}

void ScatterView::mouseMoveEvent(QMouseEvent *event)
{
    d->drag(event);
}

void ScatterView::mouseReleaseEvent(QMouseEvent *event)
{
    d->release(event);
}

void ScatterView::mouseDoubleClickEvent(QMouseEvent *event)
{
    d->doubleClick(event);
}

void ScatterView::wheelEvent(QWheelEvent *event)
{
    d->wheel(event);
}

void ScatterView::keyPressEvent(QKeyEvent *event)
{
    if (d->key(event))
        event->accept();
    else
        QWidget::keyPressEvent(event);
}

void ScatterView::leaveEvent(QEvent *)
{
    d->leave();
}

void ScatterView::focusInEvent(QFocusEvent *event)
{
    d->focusShown = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason ||
                    event->reason() == Qt::ShortcutFocusReason;
    d->overlay->update();
}

void ScatterView::focusOutEvent(QFocusEvent *)
{
    d->focusShown = false;
    d->overlay->update();
}

} // namespace orrery
