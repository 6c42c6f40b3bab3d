// SPDX-License-Identifier: Apache-2.0
#include "widgets/inspector_panel.h"

#include <QEvent>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

namespace orrery {

InspectorPanel::InspectorPanel(QWidget *parent) : QWidget(parent)
{
    m_first = new QVBoxLayout;
    m_first->setSpacing(16);
    m_restBox = new QWidget(this);
    m_rest = new QVBoxLayout(m_restBox);
    m_rest->setContentsMargins(0, 0, 0, 0);
    m_rest->setSpacing(16);
    m_restBox->hide();
    m_more = new QToolButton(this);
    m_more->setText(tr("More"));
    m_more->setAccessibleName(tr("More controls"));
    m_more->setCheckable(true);
    m_more->setArrowType(Qt::NoArrow);
    m_more->setFocusPolicy(Qt::StrongFocus);
    m_more->hide();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(16);
    column->addLayout(m_first);
    column->addWidget(m_more, 0, Qt::AlignLeft);
    column->addWidget(m_restBox);
    column->addStretch();
    connect(m_more, &QToolButton::toggled, this, [this](bool open) {
        m_restBox->setVisible(open);
        m_more->setText(open ? tr("Fewer") : tr("More"));
    });
}

QLabel *InspectorPanel::addControl(const QString &caption, QWidget *control, const QString &help,
                                   std::function<void()> reset)
{
    auto *box = new QVBoxLayout;
    box->setSpacing(4);
    auto *label = new QLabel(caption, this);
    label->setProperty("look", "caption");
    label->setBuddy(control);
    const QString hint = reset ? tr("%1\nDouble-click the caption to reset.").arg(help) : help;
    label->setToolTip(hint);
    control->setToolTip(help);
    control->setWhatsThis(help);
    if (control->accessibleName().isEmpty())
        control->setAccessibleName(caption);
    if (control->accessibleDescription().isEmpty())
        control->setAccessibleDescription(help);
    box->addWidget(label);
    box->addWidget(control);
    if (reset) {
        label->installEventFilter(this);
        label->setCursor(Qt::PointingHandCursor);
        label->setProperty("reset", QVariant::fromValue(std::move(reset)));
    }
    (m_count < kFirst ? m_first : m_rest)->addLayout(box);
    ++m_count;
    m_more->setVisible(m_count > kFirst);
    return label;
}

void InspectorPanel::addNote(QWidget *note)
{
    m_first->addWidget(note);
}

bool InspectorPanel::eventFilter(QObject *object, QEvent *event)
{
    if (event->type() == QEvent::MouseButtonDblClick) {
        const auto reset = object->property("reset").value<std::function<void()>>();
        if (reset) {
            reset();
            return true;
        }
    }
    return QWidget::eventFilter(object, event);
}

} // namespace orrery
