// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>
#include <QPointer>

class QLabel;

namespace orrery {

/// F1: a small pop-up that explains the focused control in its own words (whatsThis, tool tip or description).
class HelpBubble : public QFrame
{
    Q_OBJECT
public:
    explicit HelpBubble(QWidget *window);

    /// Explains `widget`, or the nearest thing around it that can be explained.
    void explain(QWidget *widget);
    /// What would be shown for it; empty when nothing around it says anything.
    static QString textFor(const QWidget *widget, QString *name = nullptr);

private:
    QLabel *m_name;
    QLabel *m_text;
};

} // namespace orrery
