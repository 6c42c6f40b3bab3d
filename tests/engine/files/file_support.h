// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/error.h"

#include <QDir>
#include <QFile>
#include <QString>
#include <QTemporaryDir>
#include <QTest>

#include <string>

namespace orrery::test {

/// A folder that goes with the test.
class TemporaryFolder
{
public:
    std::string path(const std::string &name = {}) const
    {
        return name.empty() ? m_folder.path().toStdString()
                            : m_folder.filePath(QString::fromStdString(name)).toStdString();
    }
    void makeFolder(const std::string &name) const { QDir(m_folder.path()).mkpath(QString::fromStdString(name)); }
    /// @return the path
    std::string write(const std::string &name, const std::string &bytes) const
    {
        QFile file(QString::fromStdString(path(name)));
        if (!file.open(QIODevice::WriteOnly) || file.write(QByteArray::fromStdString(bytes)) != qint64(bytes.size()))
            qFatal("cannot write %s", path(name).c_str());
        return path(name);
    }
    /// Copies the files of a folder. @return the path of the copy
    std::string copyOf(const std::string &folder, const std::string &name) const
    {
        makeFolder(name);
        for (const QFileInfo &file : QDir(QString::fromStdString(folder)).entryInfoList(QDir::Files))
            QFile::copy(file.filePath(), QString::fromStdString(path(name)) + "/" + file.fileName());
        return path(name);
    }
    std::string read(const std::string &name) const
    {
        QFile file(QString::fromStdString(path(name)));
        if (!file.open(QIODevice::ReadOnly))
            qFatal("cannot read %s", path(name).c_str());
        return file.readAll().toStdString();
    }

private:
    QTemporaryDir m_folder;
};

/// The message of the Exception that `call` throws; empty, and a failed test, when it throws nothing or another code.
template <ErrorCode code, class Call>
QString messageOf(Call call)
{
    try {
        call();
    } catch (const Exception &error) {
        if (error.code() != code)
            QTest::qFail(("another error code: " + std::string(toString(error.code())) + ", " + error.what()).c_str(),
                         __FILE__, __LINE__);
        return QString::fromUtf8(error.what());
    }
    QTest::qFail("nothing was thrown", __FILE__, __LINE__);
    return {};
}

} // namespace orrery::test
