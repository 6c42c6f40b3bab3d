// SPDX-License-Identifier: Apache-2.0
#include "app/window/chrome/help_bubble.h"

#include "widgets/theme/theme.h"

#include <QApplication>
#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>

namespace orrery {

HelpBubble::HelpBubble(QWidget *window) : QFrame(window)
{
    setProperty("look", "popover");
    m_name = new QLabel(this);
    m_name->setProperty("look", "heading");
    m_text = new QLabel(this);
    m_text->setWordWrap(true);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(4);
    column->addWidget(m_name);
    column->addWidget(m_text);
    hide();
    connect(qApp, &QApplication::focusChanged, this, [this] { hide(); });
}

QString HelpBubble::textFor(const QWidget *widget, QString *name)
{
    for (; widget; widget = widget->parentWidget()) {
        QString text = widget->whatsThis();
        if (text.isEmpty())
            text = widget->toolTip();
        if (text.isEmpty())
            text = widget->accessibleDescription();
        if (text.isEmpty())
            continue;
        if (name)
            *name = widget->accessibleName();
        return text;
    }
    return {};
}

void HelpBubble::explain(QWidget *widget)
{
    QString name;
    QString text = textFor(widget, &name);
    if (text.isEmpty())
        text = tr("Tab goes from control to control; F1 explains the one you are on. Ctrl+K finds every command.");
    m_name->setText(name);
    m_name->setVisible(!name.isEmpty());
    m_text->setText(text);
    const Theme &theme = Theme::instance();
    QWidget *window = parentWidget();
    setFixedWidth(std::min(theme.px(320), window->width() - 32));
    // A wrapped text asks for less height than it needs until its width is known.
    setFixedHeight(layout()->totalHeightForWidth(width()));
    const QWidget *anchor = widget ? widget : window;
    const QPoint below = anchor->mapTo(window, QPoint(0, anchor == window ? 60 : anchor->height() + 6));
    QPoint at(std::clamp(below.x(), 8, window->width() - width() - 8), below.y());
    if (at.y() + height() > window->height() - 8)
        at.setY(std::max(8, anchor->mapTo(window, QPoint(0, 0)).y() - height() - 6));
    move(at);
    show();
    raise();
}

} // namespace orrery
