// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/speech_page.h"

#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

namespace orrery::speech {

SpeechPage::SpeechPage(PluginHost &host, QWidget *parent) : Page(host, parent)
{
    makeLayout();
}

SpeechPage::~SpeechPage() = default;

void SpeechPage::makeLayout()
{
    m_tabs = new QTabBar(this);
    m_tabs->setObjectName(QStringLiteral("speechTabs"));
    m_tabs->setAccessibleName(tr("Views of the sound"));
    m_tabs->setExpanding(false);
    m_tabs->setDrawBase(false);
    m_tabs->setUsesScrollButtons(false);
    m_stack = new QStackedWidget(this);
    connect(m_tabs, &QTabBar::currentChanged, m_stack, &QStackedWidget::setCurrentIndex);
    addPart(QStringLiteral("listen"), tr("Listen"), tr("A sound, and the units that the model hears in it"),
            new QWidget(this));

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(10);
    column->addWidget(m_tabs);
    column->addWidget(m_stack, 1);
}

void SpeechPage::addPart(const QString &id, const QString &title, const QString &toolTip, QWidget *part)
{
    const int index = m_stack->addWidget(part);
    m_tabs->insertTab(index, title);
    m_tabs->setTabData(index, id);
    m_tabs->setTabToolTip(index, toolTip);
}

void SpeechPage::showPart(const QString &id)
{
    for (int i = 0; i < m_tabs->count(); ++i)
        if (m_tabs->tabData(i).toString() == id)
            m_tabs->setCurrentIndex(i);
}

QString SpeechPage::part() const
{
    return m_tabs->tabData(m_tabs->currentIndex()).toString();
}

} // namespace orrery::speech
