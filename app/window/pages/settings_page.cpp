// SPDX-License-Identifier: Apache-2.0
#include "app/window/pages/settings_page.h"

#include "app/host/host.h"
#include "app/window/pages/page_frame.h"
#include "widgets/notice_label.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QSpinBox>
#include <QThread>
#include <QVBoxLayout>

namespace orrery {

SettingsPage::SettingsPage(Host &host, QWidget *parent) : Page(host, parent), m_programHost(host)
{
    setObjectName(QStringLiteral("page"));
    Settings &settings = host.settings();
    QVBoxLayout *column = makeScrollingColumn(this, tr("Settings"));

    const auto section = [&](const QString &title) {
        QFrame *card = nullptr;
        QVBoxLayout *inside = orrery::makeCard(&card, this);
        inside->addWidget(makeLabel(title, "heading", card));
        auto *form = new QFormLayout;
        form->setHorizontalSpacing(16);
        form->setVerticalSpacing(12);
        form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
        form->setFieldGrowthPolicy(QFormLayout::FieldsStayAtSizeHint);
        inside->addLayout(form);
        column->addWidget(card);
        return std::pair(inside, form);
    };

    const auto [lookBox, look] = section(tr("Look"));
    auto *theme = new QComboBox(this);
    theme->addItems({tr("As the system"), tr("Light"), tr("Dark")});
    theme->setCurrentIndex(int(settings.scheme()));
    connect(theme, &QComboBox::activated, this, [this](int index) {
        m_programHost.settings().setScheme(Scheme(index));
        Theme::instance().setScheme(Scheme(index));
    });
    addRow(look, tr("Theme"), theme, tr("Light, dark, or whatever the system uses when the program starts."));
    auto *motion = new QCheckBox(tr("Rankings glide to their new places"), this);
    motion->setChecked(settings.motion());
    connect(motion, &QCheckBox::toggled, this, [this](bool on) {
        m_programHost.settings().setMotion(on);
        Theme::instance().setMotion(on);
    });
    addRow(look, tr("Motion"), motion, tr("Movements of a fifth of a second. Off: everything changes at once."));

    const auto [engineBox, engine] = section(tr("Engine"));
    m_engine = makeLabel({}, "muted", this);
    engineBox->insertWidget(1, m_engine);
    auto *device = new QComboBox(this);
    device->addItems({tr("Automatic"), tr("CPU"), tr("NVIDIA GPU (CUDA)")});
    device->setCurrentIndex(int(settings.device()));
    connect(device, &QComboBox::activated, this,
            [this](int index) { m_programHost.settings().setDevice(DeviceChoice(index)); });
    addRow(engine, tr("Device"), device,
           tr("Automatic takes the GPU when there is one that works, and the CPU otherwise. Needs a restart."));
    auto *threads = new QSpinBox(this);
    threads->setRange(0, 256);
    threads->setSpecialValueText(tr("All %1").arg(QThread::idealThreadCount()));
    threads->setValue(settings.threads());
    connect(threads, &QSpinBox::valueChanged, this, [this](int value) { m_programHost.settings().setThreads(value); });
    addRow(engine, tr("Threads"), threads,
           tr("More threads answer sooner and leave less to other programs. Needs a restart."));
    auto *memory = new QDoubleSpinBox(this);
    memory->setRange(0, 4096);
    memory->setDecimals(1);
    memory->setSingleStep(0.5);
    memory->setSuffix(tr(" GiB"));
    memory->setSpecialValueText(tr("Three quarters"));
    memory->setValue(settings.memoryBudgetGiB());
    connect(memory, &QDoubleSpinBox::valueChanged, this,
            [this](double value) { m_programHost.settings().setMemoryBudgetGiB(value); });
    addRow(
        engine, tr("Memory for models"), memory,
        tr("More memory keeps more models loaded at a time. Beyond it the least recently used model is let go. Needs "
           "a restart."));
    m_restart = new QWidget(this);
    auto *restartRow = new QHBoxLayout(m_restart);
    restartRow->setContentsMargins(0, 0, 0, 0);
    restartRow->setSpacing(8);
    auto *why = new NoticeLabel(NoticeLabel::Kind::Warning, m_restart);
    why->setText(tr("The engine was started with other values; these take effect after a restart."));
    auto *restart = new QPushButton(tr("Restart now"), m_restart);
    restart->setProperty("look", "primary");
    restart->setAccessibleName(tr("Restart the program now"));
    connect(restart, &QPushButton::clicked, this, &SettingsPage::restartRequested);
    restartRow->addWidget(why, 1);
    restartRow->addWidget(restart);
    engineBox->addWidget(m_restart);

    const auto [networkBox, network] = section(tr("Network"));
    auto *offline = new QCheckBox(tr("Never use the network"), this);
    offline->setChecked(settings.offline());
    connect(offline, &QCheckBox::toggled, this, [this](bool on) { m_programHost.settings().setOffline(on); });
    addRow(network, tr("Offline"), offline,
           tr("Everything built in works offline. The badge at the foot of the window shows when the network is off."));
    column->addStretch();

    connect(&settings, &Settings::changed, this, &SettingsPage::refresh);
    connect(&host, &PluginHost::engineReady, this, &SettingsPage::refresh);
    refresh();
}

void SettingsPage::addRow(QFormLayout *form, const QString &caption, QWidget *control, const QString &help)
{
    control->setAccessibleName(caption);
    control->setAccessibleDescription(help);
    control->setToolTip(help);
    control->setWhatsThis(help);
    control->setMinimumWidth(Theme::instance().px(200));
    auto *label = new QLabel(caption, this);
    label->setBuddy(control);
    label->setMinimumWidth(Theme::instance().px(140));
    form->addRow(label, control);
}

void SettingsPage::refresh()
{
    const auto &state = m_programHost.engineState();
    if (!state) {
        m_engine->setText(tr("The engine is starting…"));
    } else if (!*state) {
        m_engine->setText(QString::fromStdString(state->error().message));
    } else {
        QStringList lines;
        for (const DeviceInfo &device : (*state)->devices)
            lines.append(QStringLiteral("%1 %2: %3")
                             .arg(device.active ? QStringLiteral("●") : QStringLiteral("○"), deviceName(device),
                                  QString::fromStdString(device.why)));
        lines.append(tr("LibTorch %1, memory for models %2")
                         .arg(QString::fromStdString((*state)->torchVersion),
                              QLocale().formattedDataSize(qint64((*state)->memoryBudgetBytes))));
        m_engine->setText(lines.join(u'\n'));
    }
    EngineService &engine = m_programHost.engineService();
    m_restart->setVisible(engine.started() && m_programHost.settings().needsRestart(engine.settings()));
}

} // namespace orrery
