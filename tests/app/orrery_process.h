// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDir>
#include <QFileInfo>
#include <QProcess>
#include <QString>
#include <QStringList>

namespace orrery::test {

/// Why the program cannot be started as a user would start it; empty when it can.
inline QString programIsMissing()
{
    if (!QFileInfo::exists(QStringLiteral(ORRERY_BINARY_DIR "/bin/orrery")))
        return QStringLiteral("the program is not built");
    if (!QFileInfo::exists(QStringLiteral(ORRERY_SOURCE_DIR "/resources/models/picture-clip/model.safetensors")))
        return QStringLiteral("the built-in model is not there");
    return {};
}

struct ProgramOutcome
{
    int status = -1;
    QByteArray out, err;
};

/// The program with settings, data and cache of its own in `home`, to its end; at most 25 minutes, on a machine that
/// does much else.
inline ProgramOutcome runOrrery(const QString &home, const QStringList &arguments, const QString &scale = {})
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    QDir().mkpath(home);
    for (const char *kind : {"CONFIG", "DATA", "CACHE"})
        environment.insert(QStringLiteral("XDG_%1_HOME").arg(QLatin1String(kind)),
                           home + u'/' + QString::fromLatin1(kind).toLower());
    if (!scale.isEmpty())
        environment.insert(QStringLiteral("QT_SCALE_FACTOR"), scale);
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral(ORRERY_BINARY_DIR "/bin/orrery"), arguments);
    ProgramOutcome outcome;
    if (!process.waitForFinished(25 * 60 * 1000)) {
        process.kill();
        process.waitForFinished();
        outcome.err = "did not end within 25 minutes\n";
    } else if (process.exitStatus() == QProcess::NormalExit) {
        outcome.status = process.exitCode();
    }
    outcome.out = process.readAllStandardOutput();
    outcome.err += process.readAllStandardError();
    return outcome;
}

} // namespace orrery::test
