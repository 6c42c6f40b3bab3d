// SPDX-License-Identifier: Apache-2.0
#include "app/window/chrome/rail.h"

#include "widgets/theme/theme.h"

#include <QKeyEvent>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace orrery {

Rail::Rail(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("rail"));
    setAttribute(Qt::WA_StyledBackground);
    setAccessibleName(tr("Pages"));
    m_top = new QVBoxLayout;
    m_top->setSpacing(4);
    m_bottom = new QVBoxLayout;
    m_bottom->setSpacing(4);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(4, 8, 5, 8);
    column->addLayout(m_top);
    column->addStretch();
    column->addLayout(m_bottom);
    connect(&Theme::instance(), &Theme::changed, this, &Rail::restyle);
    restyle();
}

void Rail::addPage(const QString &id, const QString &word, const QString &iconName, const QString &help, bool atBottom)
{
    auto *button = new QToolButton(this);
    button->setProperty("look", "rail");
    button->setProperty("icon-name", iconName);
    button->setText(word);
    button->setAccessibleName(word);
    button->setIcon(Theme::instance().icon(iconName));
    button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    button->setCheckable(true);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    if (!atBottom)
        m_upper.append(id);
    const QString shortcut = !atBottom && m_upper.size() <= 4 ? tr(" (Ctrl+%1)").arg(m_upper.size()) : QString();
    button->setToolTip(help + shortcut);
    button->setWhatsThis(help);
    button->installEventFilter(this);
    connect(button, &QToolButton::clicked, this, [this, id] { Q_EMIT chosen(id); });
    m_group.addButton(button);
    m_buttons.insert(id, button);
    (atBottom ? m_bottom : m_top)->addWidget(button);
    restyle();
}

void Rail::changePage(const QString &id, const QString &word, const QString &iconName, const QString &help)
{
    QToolButton *button = m_buttons.value(id);
    if (!button || (button->text() == word && button->property("icon-name") == iconName && button->whatsThis() == help))
        return;
    button->setProperty("icon-name", iconName);
    button->setText(word);
    button->setAccessibleName(word);
    button->setIcon(Theme::instance().icon(iconName));
    button->setToolTip(help);
    button->setWhatsThis(help);
}

void Rail::removePage(const QString &id)
{
    m_upper.removeAll(id);
    delete m_buttons.take(id);
    fit();
}

void Rail::setCurrent(const QString &id)
{
    if (QToolButton *button = m_buttons.value(id))
        button->setChecked(true);
}

void Rail::setAttention(const QString &id, bool on)
{
    QToolButton *button = m_buttons.value(id);
    if (!button)
        return;
    const Theme &theme = Theme::instance();
    button->setIcon(on ? theme.icon(QStringLiteral("warning"), theme.colours().warning)
                       : theme.icon(button->property("icon-name").toString()));
    button->setAccessibleDescription(on ? tr("Something here needs your attention") : QString());
}

void Rail::restyle()
{
    const Theme &theme = Theme::instance();
    setFixedWidth(theme.px(64) + (theme.presenting() ? theme.px(16) : 0));
    for (QToolButton *button : std::as_const(m_buttons)) {
        button->setIconSize(QSize(theme.px(22), theme.px(22)));
        button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    }
    fit();
}

void Rail::fit()
{
    if (m_buttons.isEmpty())
        return;
    const Theme &theme = Theme::instance();
    const int count = int(m_buttons.size()), gaps = 16 + 4 * count;
    const int share = (height() - gaps) / count; // of each
    const int tall = theme.px(52), withWord = std::max(tall, theme.px(22 + 14) + fontMetrics().height());
    // Presenting makes everything larger, but a window on a small projector no taller.
    const bool words = share >= withWord || height() <= gaps;
    for (QToolButton *button : std::as_const(m_buttons)) {
        button->setToolButtonStyle(words ? Qt::ToolButtonTextUnderIcon : Qt::ToolButtonIconOnly);
        button->setMinimumHeight(words ? tall : std::clamp(share, theme.px(26), tall));
    }
}

void Rail::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fit();
}

bool Rail::eventFilter(QObject *object, QEvent *event)
{
    // Arrows walk the rail; Tab goes on to the stage.
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Up || key == Qt::Key_Down) {
            const QList<QAbstractButton *> all = m_group.buttons();
            QList<QAbstractButton *> ordered = all;
            std::sort(ordered.begin(), ordered.end(), [](const auto *a, const auto *b) { return a->y() < b->y(); });
            const qsizetype at = ordered.indexOf(static_cast<QAbstractButton *>(object));
            const qsizetype next = at + (key == Qt::Key_Down ? 1 : -1);
            if (next >= 0 && next < ordered.size())
                ordered[next]->setFocus(Qt::TabFocusReason);
            return true;
        }
    }
    return QWidget::eventFilter(object, event);
}

} // namespace orrery
