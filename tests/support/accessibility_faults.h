// SPDX-License-Identifier: Apache-2.0
// What a walk with screen reader and Tab through a window would miss.
#pragma once

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QStringList>
#include <QWidget>

namespace orrery::test {

inline bool isInteractive(const QWidget *widget)
{
    if (qobject_cast<const QScrollBar *>(widget))
        return false; // the wheel and the keys of its view do the same
    return qobject_cast<const QAbstractButton *>(widget) || qobject_cast<const QLineEdit *>(widget) ||
           qobject_cast<const QPlainTextEdit *>(widget) || qobject_cast<const QAbstractSlider *>(widget) ||
           qobject_cast<const QAbstractSpinBox *>(widget) || qobject_cast<const QComboBox *>(widget) ||
           qobject_cast<const QAbstractItemView *>(widget);
}

/// Parts that Qt makes inside a control are reached through the control.
inline bool isPartOfAControl(const QWidget *widget)
{
    for (const QWidget *parent = widget->parentWidget(); parent; parent = parent->parentWidget())
        if (qobject_cast<const QAbstractSpinBox *>(parent) || qobject_cast<const QComboBox *>(parent) ||
            qobject_cast<const QAbstractItemView *>(parent) || qobject_cast<const QLineEdit *>(parent))
            return true;
    return false;
}

inline QStringList accessibilityFaults(const QWidget *root)
{
    QStringList faults;
    for (const QWidget *widget : root->findChildren<QWidget *>()) {
        if (!isInteractive(widget) || isPartOfAControl(widget))
            continue;
        const auto *button = qobject_cast<const QAbstractButton *>(widget);
        const QString name =
            QStringLiteral("%1 '%2' in %3")
                .arg(QLatin1String(widget->metaObject()->className()), button ? button->text() : widget->objectName(),
                     QLatin1String(widget->parentWidget()->metaObject()->className()));
        if (widget->accessibleName().isEmpty())
            faults.append(name + QStringLiteral(" has no accessible name"));
        const bool proxied = widget->focusProxy() != nullptr;
        if (!proxied && !(widget->focusPolicy() & Qt::TabFocus))
            faults.append(name + QStringLiteral(" cannot be reached with Tab"));
    }
    return faults;
}

} // namespace orrery::test
