// SPDX-License-Identifier: Apache-2.0
#include "app/host/engine_service.h"

#include <QMetaObject>

namespace orrery {

QString deviceName(const DeviceInfo &device)
{
    if (!device.name.empty())
        return QString::fromStdString(device.name);
    return device.kind == "cuda" ? EngineService::tr("NVIDIA GPU") : EngineService::tr("CPU");
}

EngineService::EngineService(QObject *parent)
    : QObject(parent), m_engine(std::make_unique<EngineThread>()), m_receiver(new QObject(this))
{
    // A queued call to an object of the interface thread: runs there, and is dropped when the object is gone first.
    m_engine->setExecutor([receiver = m_receiver](std::function<void()> completion) {
        QMetaObject::invokeMethod(receiver, std::move(completion), Qt::QueuedConnection);
    });
    m_engine->onReady([this](Result<RuntimeInfo> state) {
        m_state = std::move(state);
        Q_EMIT ready();
    });
    m_engine->onRecordsChanged([this] {
        std::erase_if(m_controls, [](const auto &entry) { return entry.second.finished(); });
        Q_EMIT recordsChanged();
    });
}

EngineService::~EngineService()
{
    // Joins the thread while the receiver is still there; what it posts last dies with the receiver.
    m_engine.reset();
}

void EngineService::start(const EngineSettings &settings, EngineThread::RuntimeFactory factory)
{
    if (m_started)
        return;
    m_started = true;
    m_settings = settings;
    m_engine->start(settings, std::move(factory));
}

QString EngineService::deviceText() const
{
    if (!m_state)
        return tr("Engine starting…");
    if (!*m_state)
        return tr("Engine did not start");
    const RuntimeInfo &info = **m_state;
    // There is no translation that could choose a plural for "%n" yet.
    const QString cpu = info.threads == 1 ? tr("CPU · 1 thread") : tr("CPU · %1 threads").arg(info.threads);
    for (const DeviceInfo &device : info.devices)
        if (device.active && device.kind == "cuda")
            return tr("GPU · %1").arg(deviceName(device));
    return cpu;
}

void EngineService::cancel(std::uint64_t id)
{
    if (const auto it = m_controls.find(id); it != m_controls.end())
        it->second.cancel();
}

void EngineService::watch(const JobControl &control)
{
    if (control.valid() && !control.finished())
        m_controls.insert_or_assign(control.id(), control);
}

} // namespace orrery
