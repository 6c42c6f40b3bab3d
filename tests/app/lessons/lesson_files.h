// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QString>

namespace orrery::test {

/// A lesson of three steps on PlayedPage: four names, "we add wolf" with a question, and words without an action.
inline QJsonObject goodLesson(const QString &page = QStringLiteral("test.good"))
{
    QFile file(QStringLiteral(ORRERY_SOURCE_DIR "/tests/app/lessons/shares_lesson.json"));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("shares_lesson.json cannot be read");
    const QByteArray text = file.readAll();
    return QJsonDocument::fromJson(QByteArray(text).replace("PAGE", page.toUtf8())).object();
}

/// The same lesson with one field of one step changed; an undefined value takes the field away.
inline QJsonObject withStep(QJsonObject lesson, int step, const QString &field, const QJsonValue &value)
{
    QJsonArray steps = lesson[QStringLiteral("steps")].toArray();
    QJsonObject changed = steps[step].toObject();
    if (value.isUndefined())
        changed.remove(field);
    else
        changed[field] = value;
    steps[step] = changed;
    lesson[QStringLiteral("steps")] = steps;
    return lesson;
}

inline void writeFile(const QString &path, const QByteArray &bytes)
{
    QDir().mkpath(QFileInfo(path).absolutePath());
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("%s cannot be written", qPrintable(path));
}

inline void writeLesson(const QString &folder, const QJsonObject &lesson)
{
    writeFile(folder + QStringLiteral("/lesson.json"), QJsonDocument(lesson).toJson());
}

} // namespace orrery::test
