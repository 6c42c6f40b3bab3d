// SPDX-License-Identifier: Apache-2.0
#include "widgets/busy_strip.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>

#include <cmath>

namespace orrery {

BusyStrip::BusyStrip(const QString &what, QWidget *parent)
    : QWidget(parent), m_what(what), m_text(new QLabel(this)), m_bar(new QProgressBar(this))
{
    setObjectName(QStringLiteral("busyStrip"));
    m_text->setTextFormat(Qt::PlainText);
    m_bar->setTextVisible(false);
    m_bar->setRange(0, 1000);
    m_bar->setAccessibleName(tr("Progress"));
    auto *cancel = new QPushButton(tr("Cancel"), this);
    cancel->setAccessibleName(cancel->text());
    connect(cancel, &QPushButton::clicked, this, &BusyStrip::cancelClicked);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_text);
    row->addWidget(m_bar, 1);
    row->addWidget(cancel);
    hide();
    m_delay.setSingleShot(true);
    m_delay.setInterval(kDelayMs);
    connect(&m_delay, &QTimer::timeout, this, [this] {
        refresh();
        show();
    });
}

void BusyStrip::setBusy(bool busy)
{
    if (busy == m_busy)
        return;
    m_busy = busy;
    if (busy) {
        m_fraction = -1;
        m_message.clear();
        m_leftText.clear();
        m_left.restart();
        m_delay.start();
    } else {
        m_delay.stop();
        hide();
    }
}

void BusyStrip::setWhat(const QString &what)
{
    if (what == m_what)
        return;
    m_what = what;
    m_message.clear();
    m_leftText.clear();
    m_fraction = -1;
    m_left.restart();
    if (isVisible())
        refresh();
}

void BusyStrip::setProgress(double fraction, const QString &message)
{
    m_fraction = fraction;
    m_message = message;
    m_leftText = m_left.of(fraction); // also while nobody sees it: the pace is that of all of it
    if (isVisible())
        refresh();
}

void BusyStrip::refresh()
{
    const QString what = m_message.isEmpty() ? m_what : m_message;
    m_text->setText(m_leftText.isEmpty() ? what : tr("%1 · %2").arg(what, m_leftText));
    if (m_fraction < 0) {
        m_bar->setRange(0, 0);
    } else {
        m_bar->setRange(0, 1000);
        m_bar->setValue(static_cast<int>(m_fraction * 1000));
    }
}

} // namespace orrery
