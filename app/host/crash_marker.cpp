// SPDX-License-Identifier: Apache-2.0
#include "app/host/crash_marker.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>

#include <atomic>
#include <csignal>

#include <fcntl.h>
#include <unistd.h>

namespace orrery {

namespace {

std::atomic<int> s_descriptor{-1};

/// Only what is safe in a signal handler: one write, then death by the same signal.
extern "C" void orreryOnFatalSignal(int signal)
{
    const int descriptor = s_descriptor.load();
    if (descriptor >= 0) {
        char digits[3] = {char('0' + signal / 10), char('0' + signal % 10), '\n'};
        [[maybe_unused]] const auto written = ::write(descriptor, digits, sizeof digits);
    }
    ::signal(signal, SIG_DFL);
    ::raise(signal);
}

} // namespace

CrashMarker::CrashMarker(QString file) : m_file(std::move(file))
{
    QDir().mkpath(QFileInfo(m_file).absolutePath());
    QFile marker(m_file);
    if (!marker.open(QIODevice::ReadOnly))
        return;
    // Line one is JSON, line two the signal where there was one.
    const QJsonObject json = QJsonDocument::fromJson(marker.readLine(4096)).object();
    Death death;
    death.plugin = json.value(QStringLiteral("plugin")).toString();
    death.name = json.value(QStringLiteral("name")).toString();
    death.times = std::max(1, json.value(QStringLiteral("times")).toInt(1));
    death.signal = marker.readLine(16).trimmed().toInt();
    m_lastDeath = death;
}

CrashMarker::~CrashMarker()
{
    s_descriptor = -1;
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

void CrashMarker::setActive(const QString &plugin, const QString &name)
{
    int times = 1;
    if (m_lastDeath && m_lastDeath->plugin == plugin && !plugin.isEmpty())
        times = m_lastDeath->times + 1;
    if (m_descriptor < 0) {
        m_descriptor = ::open(QFile::encodeName(m_file).constData(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        s_descriptor = m_descriptor;
    }
    if (m_descriptor < 0)
        return; // a home that cannot be written: the program works without a marker
    const QByteArray line = QJsonDocument(QJsonObject{{QStringLiteral("plugin"), plugin},
                                                      {QStringLiteral("name"), name},
                                                      {QStringLiteral("times"), times}})
                                .toJson(QJsonDocument::Compact) +
                            '\n';
    if (::ftruncate(m_descriptor, 0) == 0 && ::lseek(m_descriptor, 0, SEEK_SET) == 0) {
        [[maybe_unused]] const auto written = ::write(m_descriptor, line.constData(), std::size_t(line.size()));
    }
}

void CrashMarker::clear()
{
    s_descriptor = -1;
    if (m_descriptor >= 0)
        ::close(m_descriptor);
    m_descriptor = -1;
    QFile::remove(m_file);
}

void CrashMarker::catchFatalSignals()
{
    for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT})
        std::signal(signal, orreryOnFatalSignal);
}

} // namespace orrery
