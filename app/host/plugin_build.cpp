// SPDX-License-Identifier: Apache-2.0
#include "app/host/plugin_build.h"

#include "app/host/plugin_template.h"

#include <QDir>
#include <QFileInfo>
#include <QProcessEnvironment>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QThread>

#include <csignal>

#include <unistd.h>

namespace orrery {

namespace {

constexpr qsizetype kLongestLog = 400000;

bool found(const char *program)
{
    return !QStandardPaths::findExecutable(QLatin1String(program)).isEmpty();
}

} // namespace

PluginBuild::PluginBuild(QString folder, QString pluginDir, QObject *parent)
    : QObject(parent), m_folder(std::move(folder)), m_pluginDir(std::move(pluginDir))
{
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C.UTF-8")); // firstError() reads English
    environment.remove(QStringLiteral("CLICOLOR_FORCE"));
    environment.remove(QStringLiteral("NINJA_STATUS"));
    m_process.setProcessEnvironment(environment);
    // A group of its own, so that Cancel reaches the compilers too; and behind everything that somebody looks at.
    m_process.setChildProcessModifier([] {
        ::setpgid(0, 0);
        [[maybe_unused]] const int niceness = ::nice(5);
    });
    connect(&m_process, &QProcess::readyRead, this, &PluginBuild::read);
    connect(&m_process, &QProcess::finished, this, &PluginBuild::processFinished);
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            end(State::Failed, missingTool().isEmpty() ? tr("CMake could not be started.") : missingTool());
    });
}

PluginBuild::~PluginBuild()
{
    disconnect(&m_process, nullptr, this, nullptr);
    if (m_process.state() == QProcess::NotRunning)
        return;
    ::kill(-pid_t(m_process.processId()), SIGKILL);
    m_process.waitForFinished(2000);
}

void PluginBuild::start()
{
    m_running.start();
    if (const QString missing = missingTool(); !missing.isEmpty()) {
        end(State::Failed, missing);
        return;
    }
    QStringList arguments{QStringLiteral("-S"),
                          m_folder,
                          QStringLiteral("-B"),
                          m_folder + QStringLiteral("/build"),
                          QStringLiteral("-DOrrery_DIR=") + sdkFolder(),
                          QStringLiteral("-DORRERY_PLUGIN_DIR=") + m_pluginDir};
    // A folder that was configured before keeps its generator.
    if (!QFileInfo::exists(m_folder + QStringLiteral("/build/CMakeCache.txt")) && found("ninja"))
        arguments << QStringLiteral("-G") << QStringLiteral("Ninja");
    run(arguments);
}

void PluginBuild::run(const QStringList &arguments)
{
    m_log += QStringLiteral("$ cmake ") + arguments.join(u' ') + u'\n';
    m_process.start(QStringLiteral("cmake"), arguments);
    Q_EMIT changed();
}

void PluginBuild::read()
{
    m_log += QString::fromUtf8(m_process.readAll());
    if (m_log.size() > kLongestLog) // the first error matters most
        m_log.truncate(kLongestLog);
    if (m_state == State::Building) {
        // Ninja counts steps, Make says a share.
        static const QRegularExpression steps(QStringLiteral("\\n\\[(\\d+)/(\\d+)\\][^\\n]*\\n?$"));
        static const QRegularExpression share(QStringLiteral("\\n\\[ *(\\d+)%\\][^\\n]*\\n?$"));
        if (const auto match = steps.match(m_log); match.hasMatch())
            m_fraction = match.captured(1).toDouble() / std::max(1.0, match.captured(2).toDouble());
        else if (const auto part = share.match(m_log); part.hasMatch())
            m_fraction = part.captured(1).toDouble() / 100;
    }
    Q_EMIT changed();
}

void PluginBuild::processFinished(int status, QProcess::ExitStatus how)
{
    if (!running())
        return;
    read();
    if (how != QProcess::NormalExit || status != 0) {
        const QString first = firstError(m_log, m_folder);
        end(State::Failed,
            first.isEmpty() ? tr("The build stopped without saying why; the log has its last words.") : first);
        return;
    }
    if (m_state == State::Building) {
        end(State::Done);
        return;
    }
    m_state = State::Building;
    m_fraction = 0;
    run({QStringLiteral("--build"), m_folder + QStringLiteral("/build"), QStringLiteral("--parallel"),
         QString::number(QThread::idealThreadCount())});
}

void PluginBuild::cancel()
{
    if (!running())
        return;
    if (m_process.state() != QProcess::NotRunning)
        ::kill(-pid_t(m_process.processId()), SIGTERM);
    end(State::Cancelled);
}

void PluginBuild::end(State state, const QString &error)
{
    m_tookMs = m_running.isValid() ? m_running.elapsed() : 0;
    m_state = state;
    m_error = error;
    Q_EMIT changed();
    Q_EMIT finished();
}

QString PluginBuild::missingTool()
{
    QStringList missing;
    if (!found("cmake"))
        missing.append(tr("CMake"));
    if (!found("c++") && !found("g++") && !found("clang++") && !qEnvironmentVariableIsSet("CXX"))
        missing.append(tr("a C++ compiler"));
    if (!found("ninja") && !found("make"))
        missing.append(tr("Ninja"));
    if (!missing.isEmpty())
        return tr("Building a plugin needs %1, which this computer lacks; install it with '%2'.")
            .arg(missing.join(tr(" and ")), remedyCommand());
    if (sdkFolder().isEmpty())
        return tr("This Orrery came without what plugins are built with (lib/cmake/Orrery); install it again, whole.");
    return {};
}

QString PluginBuild::remedyCommand()
{
    return QStringLiteral("sudo apt-get install cmake g++ ninja-build qt6-base-dev libexpected-dev");
}

QString PluginBuild::errorFile() const
{
    const QString name = m_error.section(QLatin1String(", line "), 0, 0);
    const QString file = m_folder + u'/' + name;
    return !name.isEmpty() && name != m_error && QFileInfo(file).isFile() ? file : QString();
}

QString PluginBuild::firstError(const QString &log, const QString &folder)
{
    const auto shortName = [&](const QString &file) {
        return file.startsWith(folder + u'/') ? file.mid(folder.size() + 1) : QFileInfo(file).fileName();
    };
    const auto sentence = [](QString text) {
        text = text.simplified();
        return QStringLiteral(".?!").contains(text.back()) ? text : text + u'.';
    };
    // What find_package(Orrery) misses says so itself, with the remedy.
    static const QRegularExpression reason(QStringLiteral("Reason given by package:\\s+(.+?)\\n\\s*\\n"),
                                           QRegularExpression::DotMatchesEverythingOption);
    if (const auto match = reason.match(log); match.hasMatch())
        return sentence(match.captured(1));
    static const QRegularExpression compiler(QStringLiteral("^(\\S[^\\n:]*):(\\d+)(?::\\d+)?: (?:fatal )?error: (.+)$"),
                                             QRegularExpression::MultilineOption);
    static const QRegularExpression linker(QStringLiteral("^.*(?:undefined (?:reference to|symbol: ).*)$"),
                                           QRegularExpression::MultilineOption);
    static const QRegularExpression cmake(
        QStringLiteral("^CMake Error(?: at ([^\\n:]+):(\\d+))?[^\\n]*:\\s*\\n?\\s*(.+?)(?:\\n\\s*\\n|\\n\\S|$)"),
        QRegularExpression::MultilineOption | QRegularExpression::DotMatchesEverythingOption);
    if (const auto match = compiler.match(log); match.hasMatch())
        return tr("%1, line %2: %3").arg(shortName(match.captured(1)), match.captured(2), sentence(match.captured(3)));
    if (const auto match = linker.match(log); match.hasMatch())
        return sentence(match.captured(0).section(QLatin1String("error: "), -1));
    if (const auto match = cmake.match(log); match.hasMatch())
        return match.captured(1).isEmpty()
                   ? sentence(match.captured(3))
                   : tr("%1, line %2: %3")
                         .arg(shortName(match.captured(1)), match.captured(2), sentence(match.captured(3)));
    static const QRegularExpression any(QStringLiteral("^.*\\berror: .+$"),
                                        QRegularExpression::MultilineOption |
                                            QRegularExpression::CaseInsensitiveOption);
    if (const auto match = any.match(log); match.hasMatch())
        return sentence(match.captured(0));
    return {};
}

} // namespace orrery
