// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QThread>

#include <csignal>

#include <sys/prctl.h>

namespace orrery::test {

/// A sound server of our own, with a loudspeaker that nobody hears (module-null-sink) and the microphone that hears it
/// (its monitor), at real time; no sound card, no system service, no root needed. ALSA is configured for this process
/// so that PortAudio finds both: "orrery_loudspeaker" and "orrery_microphone". Killing it is what pulling a plug is.
class PulseServer
{
public:
    /// Writes ALSA's configuration. @param extra  more of it
    explicit PulseServer(const QByteArray &extra = {})
    {
        const QByteArray server = "server \"unix:" + socket().toUtf8() + "\" ";
        const QByteArray sink = "{ type pulse " + server + "device \"orrery\" }\n";
        const QByteArray monitor = "{ type pulse " + server + "device \"orrery.monitor\" }\n";
        configure("pcm.orrery_loudspeaker " + sink + "pcm.orrery_microphone " + monitor +
                  "pcm.default { type asym playback.pcm \"orrery_loudspeaker\" capture.pcm \"orrery_microphone\" }\n" +
                  extra);
    }
    ~PulseServer() { kill(); }

    /// Everything that ALSA then knows, for this process from its next look on.
    void configure(const QByteArray &text)
    {
        QFile file(m_folder.filePath("asound.conf"));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("ALSA's configuration cannot be written");
        file.close();
        qputenv("ALSA_CONFIG_PATH", file.fileName().toUtf8());
    }

    /// @return why it does not run; empty when it does
    QString start()
    {
        if (QStandardPaths::findExecutable("pulseaudio").isEmpty())
            return "pulseaudio is not installed (packaging/dependencies/debian-test.txt)";
        QFile::remove(socket());
        m_process.setProcessEnvironment(environment());
        m_process.setProcessChannelMode(QProcess::MergedChannels);
        // Also when this test dies, it must not be left behind.
        m_process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
        // A daemon of its own: nothing of the system's is read, and it does not end when nobody listens.
        m_process.start("pulseaudio",
                        {"-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--disable-shm=yes",
                         "--load=module-null-sink sink_name=orrery rate=48000 channels=2",
                         "--load=module-native-protocol-unix auth-anonymous=1 socket=" + socket()});
        QElapsedTimer timer;
        timer.start();
        while (!QFile::exists(socket())) {
            if (m_process.waitForFinished(20) || m_process.state() == QProcess::NotRunning || timer.hasExpired(20'000))
                return "pulseaudio does not start: " + QString::fromUtf8(m_process.readAll().right(500));
        }
        return {};
    }

    /// At once and without a farewell.
    void kill()
    {
        if (m_process.state() == QProcess::NotRunning)
            return;
        m_process.kill();
        m_process.waitForFinished();
    }

    /// What `pactl` says.
    QString ask(const QStringList &arguments) const
    {
        QProcess pactl;
        QProcessEnvironment own = environment();
        own.insert("PULSE_SERVER", "unix:" + socket());
        pactl.setProcessEnvironment(own);
        pactl.start("pactl", arguments);
        pactl.waitForFinished(10'000);
        return QString::fromUtf8(pactl.readAllStandardOutput());
    }

private:
    QString socket() const { return m_folder.filePath("native"); }
    QProcessEnvironment environment() const
    {
        QProcessEnvironment own = QProcessEnvironment::systemEnvironment();
        for (const char *name :
             {"HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "PULSE_RUNTIME_PATH", "PULSE_STATE_PATH"})
            own.insert(name, m_folder.path());
        own.remove("PULSE_SERVER");
        own.remove("ALSA_CONFIG_PATH");
        own.insert("DBUS_SESSION_BUS_ADDRESS", "disabled:");
        return own;
    }

    QTemporaryDir m_folder;
    QProcess m_process;
};

} // namespace orrery::test
