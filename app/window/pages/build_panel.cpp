// SPDX-License-Identifier: Apache-2.0
#include "app/window/pages/build_panel.h"

#include "app/host/host.h"
#include "app/host/plugin_build.h"
#include "app/window/pages/page_frame.h"
#include "widgets/error_card.h"

#include <QDesktopServices>
#include <QFileInfo>
#include <QLabel>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollBar>
#include <QTimer>
#include <QToolButton>
#include <QUrl>
#include <QVBoxLayout>

namespace orrery {

BuildPanel::BuildPanel(Host &host, PluginBuild &build, QString pluginId, QWidget *parent)
    : QWidget(parent), m_host(host), m_build(&build), m_pluginId(std::move(pluginId))
{
    m_text = makeLabel({}, "muted", this);
    m_text->setWordWrap(false);
    m_cancel = new QPushButton(tr("Cancel"), this);
    m_cancel->setAccessibleName(tr("Cancel the build"));
    m_show = new QPushButton(tr("Show it"), this);
    m_show->setAccessibleName(tr("Show the plugin's page"));
    m_show->setProperty("look", "primary");
    m_more = new QToolButton(this);
    m_more->setText(tr("Log"));
    m_more->setAccessibleName(tr("Show the log of the build"));
    m_more->setCheckable(true);
    m_more->setFocusPolicy(Qt::StrongFocus);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_text);
    row->addStretch();
    row->addWidget(m_more);
    row->addWidget(m_cancel);
    row->addWidget(m_show);
    m_progress = new QProgressBar(this);
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Progress of the build"));
    m_error = new ErrorCard(this);
    m_error->setProminent(true);
    m_log = new QPlainTextEdit(this);
    m_log->setReadOnly(true);
    m_log->setTabChangesFocus(true);
    m_log->setAccessibleName(tr("Log of the build"));
    m_log->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_log->setStyleSheet(QStringLiteral("font-family: monospace; font-size: %1px;").arg(host.theme().fontPx(12)));
    m_log->setFixedHeight(host.theme().px(200));
    m_log->hide();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(m_error);
    column->addLayout(row);
    column->addWidget(m_progress);
    column->addWidget(m_log);

    m_tick = new QTimer(this);
    m_tick->setInterval(500); // seconds go by, also while a compiler says nothing
    connect(m_tick, &QTimer::timeout, this, &BuildPanel::refresh);
    connect(m_cancel, &QPushButton::clicked, &build, &PluginBuild::cancel);
    connect(m_show, &QPushButton::clicked, this, [this] { m_host.showPage(m_pluginId); });
    connect(m_more, &QToolButton::toggled, this, [this](bool open) {
        m_log->setVisible(open);
        refreshLog();
    });
    connect(&build, &PluginBuild::changed, this, &BuildPanel::refresh);
    refresh();
}

void BuildPanel::refresh()
{
    if (!m_build)
        return;
    const bool running = m_build->running();
    const QString seconds = tr("%1 s").arg(double(m_build->elapsedMs()) / 1000, 0, 'f', running ? 0 : 1);
    m_error->clear();
    switch (m_build->state()) {
    case PluginBuild::State::Preparing:
        m_text->setText(tr("Preparing · %1").arg(seconds));
        break;
    case PluginBuild::State::Building:
        m_text->setText(tr("Building · %1").arg(seconds));
        break;
    case PluginBuild::State::Done:
        m_text->setText(tr("Built in %1; its page is in the rail.").arg(seconds));
        break;
    case PluginBuild::State::Cancelled:
        m_text->setText(tr("Cancelled after %1.").arg(seconds));
        break;
    case PluginBuild::State::Failed:
        m_text->setText(tr("Stopped after %1.").arg(seconds));
        m_error->showError(m_build->error());
        if (const QString file = m_build->errorFile(); !file.isEmpty())
            m_error->setRemedy(tr("Open %1").arg(QFileInfo(file).fileName()), [host = &m_host, file] {
                if (!QDesktopServices::openUrl(QUrl::fromLocalFile(file)))
                    host->notify(tr("No program opens this file here; it is %1.").arg(file));
            });
        break;
    }
    const PluginEntry *plugin = m_host.plugins().find(m_pluginId);
    const bool ready = m_build->state() == PluginBuild::State::Done && plugin && plugin->state == PluginState::Ready;
    if (m_build->state() == PluginBuild::State::Done && !ready)
        m_text->setText(tr("Built in %1.").arg(seconds));
    m_show->setVisible(ready);
    m_cancel->setVisible(running);
    m_progress->setVisible(running);
    m_progress->setRange(0, m_build->fraction() < 0 ? 0 : 100);
    m_progress->setValue(int(m_build->fraction() * 100));
    running ? m_tick->start() : m_tick->stop();
    refreshLog();
}

void BuildPanel::refreshLog()
{
    if (!m_build || !m_log->isVisibleTo(this))
        return;
    const QString &log = m_build->log();
    if (m_shownLog == log.size())
        return;
    // Somebody who scrolled back keeps the place.
    QScrollBar *bar = m_log->verticalScrollBar();
    const bool atEnd = bar->value() >= bar->maximum() - 2;
    const int place = bar->value();
    m_log->setPlainText(log);
    m_shownLog = log.size();
    bar->setValue(atEnd ? bar->maximum() : place);
}

} // namespace orrery
