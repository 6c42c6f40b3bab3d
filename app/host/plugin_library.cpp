// SPDX-License-Identifier: Apache-2.0
#include "app/host/plugin_library.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QPluginLoader>

namespace orrery {

QObject *PluginLibraries::open(const QString &file, bool mayChange, QString *error)
{
    QString toLoad = file;
    if (mayChange) {
        QString &copy = m_copies[file];
        if (copy.isEmpty()) {
            if (!m_folder)
                m_folder = std::make_unique<QTemporaryDir>();
            const QString wanted =
                m_folder->filePath(QStringLiteral("%1-%2.so").arg(QFileInfo(file).completeBaseName()).arg(++m_number));
            if (!m_folder->isValid() || !QFile::copy(file, wanted)) {
                *error = QCoreApplication::translate("orrery::PluginLibraries", "%1 could not be copied to %2.")
                             .arg(file, wanted);
                return nullptr;
            }
            copy = wanted;
        }
        toLoad = copy;
    }
    QPluginLoader loader(toLoad); // its end does not close the library
    QObject *entry = loader.instance();
    if (!entry)
        *error = loader.errorString();
    return entry;
}

} // namespace orrery
