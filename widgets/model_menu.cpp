// SPDX-License-Identifier: Apache-2.0
#include "widgets/model_menu.h"

#include "widgets/theme/theme.h"

#include <QLabel>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>

namespace orrery {

ModelMenu::ModelMenu(const QString &name, const QString &title, const QString &words, QWidget *parent)
    : QFrame(parent, Qt::Popup), m_column(new QVBoxLayout(this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setProperty("look", QStringLiteral("popover"));
    setAccessibleName(name);
    setFixedWidth(Theme::instance().px(360));
    m_column->setContentsMargins(16, 16, 16, 16);
    m_column->setSpacing(12);
    auto *heading = new QLabel(title, this);
    heading->setProperty("look", QStringLiteral("heading"));
    m_column->addWidget(heading);
    if (!words.isEmpty()) {
        auto *honest = new QLabel(words, this);
        honest->setWordWrap(true);
        honest->setTextFormat(Qt::PlainText);
        m_column->addWidget(honest);
    }
    auto *all = new QPushButton(tr("All models"), this);
    all->setAccessibleName(tr("Open the page of all models"));
    connect(all, &QPushButton::clicked, this, [this] {
        close();
        Q_EMIT allRequested();
    });
    m_column->addWidget(all, 0, Qt::AlignLeft);
    m_all = all;
}

void ModelMenu::add(QWidget *widget)
{
    m_column->insertWidget(m_column->indexOf(m_all), widget);
    setTabOrder(widget, m_all);
}

void ModelMenu::addChoice(const QString &name, const QString &spoken, bool chosen, std::function<void()> choose)
{
    auto *choice = new QRadioButton(name, this);
    choice->setAccessibleName(spoken);
    choice->setChecked(chosen);
    connect(choice, &QRadioButton::clicked, this, [this, choose = std::move(choose)] {
        choose();
        close();
    });
    add(choice);
}

void ModelMenu::addCaption(const QString &text)
{
    auto *caption = new QLabel(text, this);
    caption->setProperty("look", QStringLiteral("caption"));
    add(caption);
}

void ModelMenu::openUnder(QWidget *chip)
{
    adjustSize();
    move(chip->mapToGlobal(QPoint(chip->width() - width(), chip->height() + 4)));
    show();
    m_all->setFocus();
}

} // namespace orrery
