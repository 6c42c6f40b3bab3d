// SPDX-License-Identifier: Apache-2.0
#include "widgets/error_card.h"

#include "widgets/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

namespace orrery {

ErrorCard::ErrorCard(QWidget *parent) : QFrame(parent)
{
    m_icon = new QLabel(this);
    m_message = new QLabel(this);
    m_message->setWordWrap(true);
    m_message->setTextFormat(Qt::PlainText);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_details = new QLabel(this);
    m_details->setProperty("look", "caption");
    m_details->setWordWrap(true);
    m_details->setTextFormat(Qt::PlainText);
    m_details->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_details->hide();
    m_remedyButton = new QPushButton(this);
    m_remedyButton->setAccessibleName(tr("Remedy"));
    m_remedyButton->hide();
    m_more = new QToolButton(this);
    m_more->setText(tr("Details"));
    m_more->setAccessibleName(tr("Show details of the error"));
    m_more->setCheckable(true);
    m_more->setFocusPolicy(Qt::StrongFocus);
    m_more->setToolButtonStyle(Qt::ToolButtonTextOnly);

    m_buttons = new QHBoxLayout;
    m_buttons->setSpacing(8);
    m_buttons->addWidget(m_remedyButton);
    m_buttons->addWidget(m_more);
    m_buttons->addStretch();
    auto *text = new QVBoxLayout;
    text->setSpacing(8);
    text->addWidget(m_message);
    text->addLayout(m_buttons);
    text->addWidget(m_details);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(16, 12, 16, 12);
    row->setSpacing(12);
    row->addWidget(m_icon, 0, Qt::AlignTop);
    row->addLayout(text, 1);

    connect(m_more, &QToolButton::toggled, m_details, &QLabel::setVisible);
    connect(m_remedyButton, &QPushButton::clicked, this, [this] {
        if (const std::function<void()> remedy = m_remedy) // a copy: it may clear this card, and so m_remedy
            remedy();
    });
    connect(&Theme::instance(), &Theme::changed, this, &ErrorCard::restyle);
    hide();
}

void ErrorCard::showError(const QString &message, const QString &details)
{
    present(message, details, false);
}

void ErrorCard::showError(const Error &error)
{
    present(QString::fromStdString(error.message), QString::fromStdString(error.context), false);
}

void ErrorCard::showWarning(const QString &message, const QString &details)
{
    present(message, details, true);
}

void ErrorCard::setRemedy(const QString &text, std::function<void()> remedy)
{
    m_remedy = std::move(remedy);
    m_remedyButton->setText(text);
    m_remedyButton->setAccessibleName(text.isEmpty() ? tr("Remedy") : text);
    m_remedyButton->setVisible(!text.isEmpty());
}

void ErrorCard::addRemedy(const QString &text, std::function<void()> remedy)
{
    auto *button = new QPushButton(text, this);
    button->setAccessibleName(text);
    connect(button, &QPushButton::clicked, this, [remedy = std::move(remedy)] { remedy(); });
    m_buttons->insertWidget(1 + int(m_others.size()), button);
    m_others.append(button);
}

void ErrorCard::setDetailsName(const QString &text)
{
    m_more->setText(text);
    m_more->setAccessibleName(text);
}

void ErrorCard::setProminent(bool prominent)
{
    m_message->setProperty("look", prominent ? QStringLiteral("heading") : QString());
}

void ErrorCard::clear()
{
    hide();
    m_message->clear();
    m_message->setProperty("message", QVariant());
    m_details->clear();
    setRemedy({}, {});
}

QString ErrorCard::message() const
{
    return m_message->property("message").toString();
}

void ErrorCard::present(const QString &message, const QString &details, bool warning)
{
    m_warning = warning;
    setRemedy({}, {});
    for (QPushButton *button : std::exchange(m_others, {})) { // one of them may have been clicked just now
        button->hide();
        button->deleteLater();
    }
    // What stands alone on screen is a whole sentence; the engine's messages come without the full stop.
    const bool ended = message.isEmpty() || QStringLiteral(".?!:…").contains(message.back());
    m_message->setProperty("message", message);
    m_message->setText(ended ? message : message + u'.');
    m_details->setText(details);
    m_more->setVisible(!details.isEmpty());
    m_more->setText(tr("Details"));
    m_more->setAccessibleName(tr("Show details of the error"));
    m_more->setChecked(false);
    setAccessibleName(warning ? tr("Warning: %1").arg(message) : tr("Error: %1").arg(message));
    restyle();
    show();
}

void ErrorCard::restyle()
{
    const Theme &theme = Theme::instance();
    const QColor colour = m_warning ? theme.colours().warning : theme.colours().error;
    m_icon->setPixmap(theme.icon(m_warning ? QStringLiteral("warning") : QStringLiteral("error"), colour)
                          .pixmap(QSize(theme.px(20), theme.px(20)), devicePixelRatioF()));
    m_icon->setAccessibleName(m_warning ? tr("Warning") : tr("Error"));
    // The style sheet looks at the property when it is polished again.
    setProperty("look", m_warning ? "warning-card" : "error-card");
    style()->unpolish(this);
    style()->polish(this);
}

EmptyState::EmptyState(const QString &sentence, QWidget *parent) : QWidget(parent)
{
    auto *label = new QLabel(sentence, this);
    label->setAlignment(Qt::AlignCenter);
    label->setWordWrap(true);
    label->setProperty("look", "muted");
    m_buttons = new QHBoxLayout;
    m_buttons->setSpacing(8);
    m_buttons->addStretch();
    m_buttons->addStretch();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(24, 24, 24, 24);
    column->setSpacing(16);
    column->addStretch();
    column->addWidget(label);
    column->addLayout(m_buttons);
    column->addStretch();
}

QPushButton *EmptyState::addButton(const QString &text, std::function<void()> run)
{
    auto *button = new QPushButton(text, this);
    button->setAccessibleName(text);
    if (m_buttons->count() == 2)
        button->setProperty("look", "primary");
    connect(button, &QPushButton::clicked, this, [run = std::move(run)] { run(); });
    m_buttons->insertWidget(m_buttons->count() - 1, button, 0, Qt::AlignCenter);
    return button;
}

void EmptyState::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    // Buttons stand below each other where there is no room beside each other.
    int wanted = 2 * 24;
    for (const QPushButton *button : findChildren<QPushButton *>())
        wanted += button->sizeHint().width() + m_buttons->spacing();
    m_buttons->setDirection(wanted > width() ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
}

} // namespace orrery
