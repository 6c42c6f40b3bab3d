// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QPoint>
#include <QString>

#include <functional>

class QWidget;

namespace orrery {

/// One step of `orrery --tour FOLDER`: does something a user could do, waits until its result is there, and the tour
/// saves a picture of the window. A result that never comes fails the tour and names the step.
struct TourStep
{
    QString name;               ///< file name of the picture: "draw-a-cat"
    QString what;               ///< for the report: "a drawing is ranked while it grows"
    std::function<void()> act;  ///< real input events (the functions below); may be empty
    std::function<bool()> done; ///< is the result there? asked every 20 ms; empty: at once
    int timeoutMs = 20000;
    std::function<QString()> why; ///< what stands there instead, for the report of a failure; may be empty
    bool once = false; ///< takes long and looks alike at every scale: left out when the tour is played at a second one
};

/// Input events as the window system would deliver them; they return when handled. Positions are in the widget.
namespace tour {
void click(QWidget *widget);
void click(QWidget *widget, QPoint at);
/// Press at the first point, move through the others, release at the last: a stroke.
void stroke(QWidget *widget, const QList<QPoint> &points);
/// Gives the widget the focus and types the text, a key at a time.
void type(QWidget *widget, const QString &text);
void key(QWidget *widget, int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier);
/// A shortcut of the window or the program: runs the action that has it, as the key would.
void shortcut(QWidget *window, int key, Qt::KeyboardModifiers modifiers);
/// Drops files on the widget, as a file manager would.
void dropFiles(QWidget *widget, const QList<QString> &paths, QPoint at = {});
/// The same, but still held: what does the page offer?  `leave` takes them away again.
void dragFiles(QWidget *widget, const QList<QString> &paths, QPoint at = {});
void leave(QWidget *widget);
} // namespace tour

} // namespace orrery
