// SPDX-License-Identifier: Apache-2.0
#include "orrery/tour.h"

#include <QAction>
#include <QApplication>
#include <QDropEvent>
#include <QKeyEvent>
#include <QMimeData>
#include <QMouseEvent>
#include <QUrl>
#include <QWidget>
#include <QWindow>

#include <memory>

namespace orrery::tour {

namespace {

/// The widget under a point takes the event, as it would from the window system.
void mouse(QWidget *widget, QEvent::Type type, QPointF at, Qt::MouseButtons held)
{
    QMouseEvent event(type, at, widget->mapToGlobal(at), type == QEvent::MouseMove ? Qt::NoButton : Qt::LeftButton,
                      held, Qt::NoModifier);
    QApplication::sendEvent(widget, &event);
}

QWidget *targetOf(QWidget *widget, QPoint *at)
{
    QWidget *child = widget->childAt(*at);
    if (!child)
        return widget;
    *at = child->mapFrom(widget, *at);
    return child;
}

void focusOn(QWidget *widget)
{
    for (QWidget *candidate = widget; candidate; candidate = candidate->parentWidget())
        if (candidate->focusPolicy() & Qt::ClickFocus) {
            candidate->setFocus(Qt::MouseFocusReason);
            return;
        }
}

std::unique_ptr<QMimeData> filesAsDragged(const QList<QString> &paths)
{
    auto data = std::make_unique<QMimeData>();
    QList<QUrl> urls;
    for (const QString &path : paths)
        urls.append(QUrl::fromLocalFile(path));
    data->setUrls(urls);
    return data;
}

} // namespace

void click(QWidget *widget)
{
    click(widget, widget->rect().center());
}

void click(QWidget *widget, QPoint at)
{
    stroke(widget, {at});
}

void stroke(QWidget *widget, const QList<QPoint> &points)
{
    if (points.isEmpty())
        return;
    QPoint first = points.first();
    QWidget *target = targetOf(widget, &first);
    focusOn(target);
    mouse(target, QEvent::MouseButtonPress, first, Qt::LeftButton);
    for (const QPoint &point : points.mid(1)) {
        mouse(target, QEvent::MouseMove, target->mapFrom(widget, point), Qt::LeftButton);
        // A hand pauses between points; what follows the stroke must get its turn.
        QApplication::processEvents(QEventLoop::AllEvents, 5);
    }
    mouse(target, QEvent::MouseButtonRelease, target->mapFrom(widget, points.last()), Qt::NoButton);
}

void type(QWidget *widget, const QString &text)
{
    widget->setFocus(Qt::OtherFocusReason);
    for (const QChar character : text) {
        const int code = character == u'\n' ? int(Qt::Key_Return) : int(character.toUpper().unicode());
        const Qt::KeyboardModifiers modifiers = character.isUpper() ? Qt::ShiftModifier : Qt::NoModifier;
        const QString typed = character == u'\n' ? QStringLiteral("\r") : QString(character);
        QKeyEvent press(QEvent::KeyPress, code, modifiers, typed);
        QApplication::sendEvent(widget, &press);
        QKeyEvent release(QEvent::KeyRelease, code, modifiers, typed);
        QApplication::sendEvent(widget, &release);
        QApplication::processEvents(QEventLoop::AllEvents, 5);
    }
}

void key(QWidget *widget, int key, Qt::KeyboardModifiers modifiers)
{
    QKeyEvent press(QEvent::KeyPress, key, modifiers);
    QApplication::sendEvent(widget, &press);
    QKeyEvent release(QEvent::KeyRelease, key, modifiers);
    QApplication::sendEvent(widget, &release);
}

void shortcut(QWidget *window, int key, Qt::KeyboardModifiers modifiers)
{
    // Qt matches shortcuts where the window system's events come in; these events come in later.
    const QKeySequence wanted(QKeyCombination(modifiers, Qt::Key(key)));
    for (QAction *action : window->actions())
        if (action->shortcuts().contains(wanted) && action->isEnabled()) {
            action->trigger();
            return;
        }
    tour::key(window, key, modifiers);
}

void dragFiles(QWidget *widget, const QList<QString> &paths, QPoint at)
{
    if (at.isNull())
        at = widget->rect().center();
    const QPoint inside = widget->mapTo(widget->window(), at);
    const std::unique_ptr<QMimeData> data = filesAsDragged(paths);
    // To the window, which knows what lies under the pointer and what it was on before.
    QWindow *window = widget->window()->windowHandle();
    QDragEnterEvent enter(inside, Qt::CopyAction, data.get(), Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(window, &enter);
    for (int i = 0; i < 2; ++i) { // the first one finds what has covered the page
        QDragMoveEvent move(inside, Qt::CopyAction, data.get(), Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(window, &move);
    }
}

void leave(QWidget *widget)
{
    QDragLeaveEvent event;
    QApplication::sendEvent(widget->window()->windowHandle(), &event);
}

void dropFiles(QWidget *widget, const QList<QString> &paths, QPoint at)
{
    if (at.isNull())
        at = widget->rect().center();
    const std::unique_ptr<QMimeData> data = filesAsDragged(paths);
    QDragEnterEvent enter(at, Qt::CopyAction, data.get(), Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(widget, &enter);
    QDropEvent drop(at, Qt::CopyAction, data.get(), Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(widget, &drop);
}

} // namespace orrery::tour
