// SPDX-License-Identifier: Apache-2.0
#include "app/window/chrome/header_bar.h"

#include "app/host/host.h"
#include "app/window/chrome/model_popover.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>

namespace orrery {

HeaderBar::HeaderBar(Host &host, QWidget *parent) : QWidget(parent), m_host(host)
{
    setObjectName(QStringLiteral("header"));
    setAttribute(Qt::WA_StyledBackground);
    Theme &theme = Theme::instance();

    m_menu = new QMenu(this);
    m_menuButton = new QToolButton(this);
    m_menuButton->setIcon(theme.icon(QStringLiteral("menu")));
    m_menuButton->setAccessibleName(tr("Menu"));
    m_menuButton->setToolTip(tr("Menu"));
    m_menuButton->setFocusPolicy(Qt::StrongFocus);
    m_menuButton->setMenu(m_menu);
    m_menuButton->setPopupMode(QToolButton::InstantPopup);

    m_title = new QLabel(this);
    m_title->setProperty("look", "bar-title");

    m_chip = new QPushButton(this);
    m_chip->setProperty("look", "chip");
    m_chip->setWhatsThis(tr("The model in use. Opens what it knows and what it does not, and the others to choose."));
    connect(m_chip, &QPushButton::clicked, this, &HeaderBar::openModels);

    m_present = new QPushButton(tr("Present"), this);
    m_present->setIcon(theme.icon(QStringLiteral("present")));
    m_present->setAccessibleName(tr("Present"));
    m_present->setToolTip(tr("Larger everything, for a projector (F5). Period blanks the screen."));
    m_present->setWhatsThis(m_present->toolTip());
    m_present->setProperty("look", "quiet");
    connect(m_present, &QPushButton::clicked, this, &HeaderBar::presentRequested);

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(16, 0, 12, 0);
    row->setSpacing(8);
    row->addWidget(m_menuButton);
    row->addSpacing(12);
    row->addWidget(m_title);
    row->addStretch();
    row->addWidget(m_chip);
    row->addWidget(m_present);

    connect(&host, &PluginHost::modelCardsChanged, this, &HeaderBar::refreshChip);
    connect(&host, &PluginHost::currentModelChanged, this, &HeaderBar::refreshChip);
    connect(&theme, &Theme::changed, this, &HeaderBar::restyle);
    restyle();
    refreshChip();
}

void HeaderBar::setTitle(const QString &title)
{
    m_title->setText(title);
}

void HeaderBar::setPageChip(QWidget *chip)
{
    if (m_pageChip && m_pageChip != chip)
        m_pageChip->hide();
    m_pageChip = chip;
    m_chip->setVisible(!chip);
    if (!chip)
        return;
    if (chip->parentWidget() != this) {
        auto *row = static_cast<QHBoxLayout *>(layout());
        row->insertWidget(row->indexOf(m_chip), chip);
        setTabOrder(m_chip, chip);
    }
    chip->show();
}

void HeaderBar::refreshChip()
{
    const ModelCard *card = m_host.models().find(m_host.currentModel());
    QString text = tr("No model");
    if (card)
        text = isSmall(*card) ? tr("%1 · small").arg(QString::fromStdString(card->name))
                              : QString::fromStdString(card->name);
    else if (!m_host.models().loaded())
        text = tr("Looking for models…");
    m_chip->setText(text);
    m_chip->setAccessibleName(tr("Model: %1").arg(text));
    m_chip->setToolTip(card ? honestWords(*card) : tr("No model is installed; open Models to see where they belong."));
}

void HeaderBar::openModels()
{
    (new ModelPopover(m_host, this))->openUnder(m_chip);
}

void HeaderBar::restyle()
{
    const Theme &theme = Theme::instance();
    setFixedHeight(theme.px(44));
    m_menuButton->setFixedSize(theme.px(32), theme.px(32));
    m_menuButton->setIconSize(QSize(theme.px(20), theme.px(20)));
    m_present->setIconSize(QSize(theme.px(18), theme.px(18)));
}

} // namespace orrery
