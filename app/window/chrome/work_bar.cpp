// SPDX-License-Identifier: Apache-2.0
#include "app/window/chrome/work_bar.h"

#include "app/host/host.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QTimer>
#include <QToolButton>

#include <algorithm>

#include <ifaddrs.h>
#include <net/if.h>

namespace orrery {

namespace {
constexpr double kShowAfterMs = 500; ///< shorter work only flickers
} // namespace

bool networkIsOff(bool switchedOff)
{
    if (switchedOff)
        return true;
    ifaddrs *interfaces = nullptr;
    if (::getifaddrs(&interfaces) != 0)
        return false;
    bool found = false;
    for (const ifaddrs *at = interfaces; at; at = at->ifa_next)
        if (at->ifa_addr && (at->ifa_addr->sa_family == AF_INET || at->ifa_addr->sa_family == AF_INET6) &&
            (at->ifa_flags & IFF_RUNNING) && !(at->ifa_flags & IFF_LOOPBACK))
            found = true;
    ::freeifaddrs(interfaces);
    return !found;
}

WorkBar::WorkBar(Host &host, QWidget *parent) : QWidget(parent), m_host(host)
{
    setObjectName(QStringLiteral("workBar"));
    setAttribute(Qt::WA_StyledBackground);
    Theme &theme = Theme::instance();

    m_tray = new QToolButton(this);
    m_tray->setIcon(theme.icon(QStringLiteral("tray")));
    m_tray->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_tray->setCheckable(true);
    m_tray->setFocusPolicy(Qt::StrongFocus);
    m_tray->setToolTip(tr("Show or hide the tray (Ctrl+T)"));
    m_tray->setWhatsThis(tr("The tray holds what you gathered, for all pages."));

    m_work = new QPushButton(this);
    m_work->setProperty("look", "quiet");
    m_work->setToolTip(tr("Open the timeline of all work (Ctrl+J)"));
    m_work->setWhatsThis(tr("What the engine is doing now. Opens the timeline of all work."));
    connect(m_work, &QPushButton::clicked, this, &WorkBar::timelineRequested);
    m_progress = new QProgressBar(this);
    m_progress->setTextVisible(false);
    m_progress->setRange(0, 1000);
    m_progress->setAccessibleName(tr("Progress"));
    m_progress->hide();
    m_left = new QLabel(this);
    m_left->setProperty("look", "caption");
    m_left->hide();
    m_cancel = new QPushButton(tr("Cancel"), this);
    m_cancel->setAccessibleName(tr("Cancel the running work"));
    m_cancel->setWhatsThis(tr("Stops the work shown here. What it has found so far stays."));
    m_cancel->hide();
    connect(m_cancel, &QPushButton::clicked, this, [this] { m_host.engineService().cancel(m_shown); });

    m_notice = new QLabel(this);
    m_notice->hide();
    m_noticeAction = new QPushButton(this);
    m_noticeAction->setProperty("look", "link");
    m_noticeAction->setAccessibleName(tr("Act on the notice"));
    m_noticeAction->hide();
    connect(m_noticeAction, &QPushButton::clicked, this, [this] {
        m_notice->hide();
        m_noticeAction->hide();
        if (m_action)
            m_action();
    });

    m_device = new QPushButton(this);
    m_device->setProperty("look", "quiet");
    m_device->setIcon(theme.icon(QStringLiteral("device")));
    m_device->setWhatsThis(tr("What the models run on. Opens the settings of the engine."));
    connect(m_device, &QPushButton::clicked, this, [this] { m_host.showPage(QStringLiteral("settings")); });
    m_offline = new QLabel(tr("Offline"), this);
    m_offline->setProperty("look", "badge");
    m_offline->setToolTip(tr("Nothing is sent or fetched. Everything built in works without a network."));

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(8, 1, 12, 0);
    row->setSpacing(8);
    row->addWidget(m_tray);
    row->addWidget(m_work);
    row->addWidget(m_progress);
    row->addWidget(m_left);
    row->addWidget(m_cancel);
    row->addStretch();
    row->addWidget(m_notice);
    row->addWidget(m_noticeAction);
    row->addStretch();
    row->addWidget(m_device);
    row->addWidget(m_offline);

    m_tick = new QTimer(this);
    m_tick->setInterval(250);
    connect(m_tick, &QTimer::timeout, this, &WorkBar::refreshWork);
    m_noticeTimer = new QTimer(this);
    m_noticeTimer->setSingleShot(true);
    connect(m_noticeTimer, &QTimer::timeout, this, [this] {
        m_notice->hide();
        m_noticeAction->hide();
    });
    auto *network = new QTimer(this);
    network->setInterval(10000);
    connect(network, &QTimer::timeout, this, &WorkBar::refreshDevice);
    network->start();

    connect(&host.engineService(), &EngineService::recordsChanged, this, &WorkBar::refreshWork);
    connect(&host, &PluginHost::engineReady, this, &WorkBar::refreshDevice);
    connect(&host.settings(), &Settings::changed, this, &WorkBar::refreshDevice);
    connect(&host.workspace(), &Workspace::trayChanged, this, [this] {
        const qsizetype count = m_host.workspace().tray().size();
        m_tray->setText(count == 0 ? tr("Tray") : tr("Tray · %1").arg(count));
        m_tray->setAccessibleName(count == 1 ? tr("Tray, 1 item") : tr("Tray, %1 items").arg(count));
    });
    Q_EMIT host.workspace().trayChanged();
    connect(&theme, &Theme::changed, this, &WorkBar::restyle);
    restyle();
    refreshWork();
    refreshDevice();
}

std::optional<JobRecord> WorkBar::jobToShow(int *others) const
{
    // The longest-running job that is worth showing; live ones come and go too fast to read.
    std::optional<JobRecord> best;
    *others = 0;
    for (JobRecord &record : m_host.engineService().records()) {
        if ((record.state != JobState::Running && record.state != JobState::Waiting) || record.lane == Lane::Live)
            continue;
        ++*others;
        const bool better = !best || (record.state == JobState::Running && best->state != JobState::Running) ||
                            (record.state == best->state && record.startedMs < best->startedMs);
        if (better)
            best = std::move(record);
    }
    if (best)
        --*others;
    return best;
}

void WorkBar::refreshWork()
{
    int others = 0;
    const std::optional<JobRecord> job = jobToShow(&others);
    const double elapsed = job ? job->queueMs + job->runMs : 0;
    const bool visible = job && (elapsed > kShowAfterMs || job->lane == Lane::Background);
    if (const std::uint64_t shown = visible ? job->id : 0; shown != m_shown) {
        m_shown = shown;
        m_pace.restart();
    }
    if (job && !m_tick->isActive())
        m_tick->start();
    else if (!job)
        m_tick->stop();
    m_progress->setVisible(visible);
    m_cancel->setVisible(visible);
    if (!visible) {
        m_left->hide();
        const bool starting = !m_host.engineState();
        m_work->setText(starting ? tr("Starting the engine…") : tr("Ready"));
        m_work->setAccessibleName(tr("Work: %1").arg(m_work->text()));
        return;
    }
    QString text = QString::fromStdString(job->title.empty() ? job->type : job->title);
    if (!job->progress.message.empty())
        text += QStringLiteral(" · ") + QString::fromStdString(job->progress.message);
    if (others > 0)
        text += others == 1 ? tr(" · and another task") : tr(" · and %1 other tasks").arg(others);
    m_work->setAccessibleName(tr("Work: %1").arg(text));
    const double fraction = job->progress.fraction;
    m_progress->setRange(0, fraction < 0 ? 0 : 1000);
    m_progress->setValue(fraction < 0 ? -1 : qRound(fraction * 1000));
    m_left->setText(m_pace.of(fraction));
    m_left->setVisible(!m_left->text().isEmpty());
    m_text = text;
    fitText();
}

void WorkBar::fitText()
{
    // As much as all others leave; a notice may be among them.
    const Theme &theme = Theme::instance();
    int room = layout()->contentsRect().width() - theme.px(24); // padding of the button itself
    for (int i = 0; i < layout()->count(); ++i)
        if (QLayoutItem *item = layout()->itemAt(i); !item->isEmpty() && item->widget() != m_work)
            room -= item->sizeHint().width() + layout()->spacing();
    m_work->setText(m_work->fontMetrics().elidedText(m_text, Qt::ElideRight, std::max(room, theme.px(48))));
}

void WorkBar::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    if (m_shown != 0)
        fitText();
}

void WorkBar::refreshDevice()
{
    m_device->setText(m_host.engineService().deviceText());
    m_device->setAccessibleName(tr("Device: %1").arg(m_device->text()));
    QStringList why;
    const auto &state = m_host.engineState();
    if (state && *state)
        for (const DeviceInfo &device : (*state)->devices)
            why.append(QStringLiteral("%1: %2").arg(deviceName(device), QString::fromStdString(device.why)));
    else if (state)
        why.append(QString::fromStdString(state->error().message));
    m_device->setToolTip(why.join(u'\n'));
    m_offline->setVisible(networkIsOff(m_host.settings().offline()));
    refreshWork();
}

void WorkBar::showNotice(const QString &text, const QString &actionText, const std::function<void()> &action)
{
    m_action = action;
    m_notice->setText(text);
    m_notice->setVisible(!text.isEmpty());
    m_noticeAction->setText(actionText);
    m_noticeAction->setAccessibleName(actionText);
    m_noticeAction->setVisible(!actionText.isEmpty());
    m_noticeTimer->start(actionText.isEmpty() ? 5000 : 10000);
}

void WorkBar::restyle()
{
    const Theme &theme = Theme::instance();
    setFixedHeight(theme.presenting() ? theme.px(28) : 28);
    for (QAbstractButton *button : std::initializer_list<QAbstractButton *>{m_tray, m_device})
        button->setIconSize(QSize(theme.px(16), theme.px(16)));
    m_progress->setFixedWidth(theme.px(120));
}

} // namespace orrery
