// SPDX-License-Identifier: Apache-2.0
#include "app/window/lessons/lesson_library.h"

#include "app/host/host.h"

#include <QCoreApplication>
#include <QDir>

namespace orrery {

std::vector<LessonEntry> readLessons(const QString &folder)
{
    std::vector<LessonEntry> entries;
    const QDir dir(folder);
    for (const QString &name : dir.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name)) {
        const QString path = dir.absoluteFilePath(name);
        if (QFile::exists(path + u'/' + QLatin1String(kLessonFile)))
            entries.push_back({path, readLesson(path)});
    }
    return entries;
}

QString missingFor(const Lesson &lesson, Host &host)
{
    const auto say = [](const char *text) { return QCoreApplication::translate("Lesson", text); };
    const PluginEntry *plugin = nullptr;
    for (const PluginEntry &entry : host.plugins().plugins())
        if (entry.id == lesson.page)
            plugin = &entry;
    if (!plugin)
        return say("needs the plugin %1").arg(lesson.page);
    if (plugin->state != PluginState::Ready && plugin->state != PluginState::Found)
        return say("needs the plugin %1 to be on").arg(plugin->name);
    if (lesson.model.isEmpty() || !host.models().loaded())
        return {};
    const ModelCard *card = host.models().find(lesson.model);
    if (!card)
        return say("needs the model %1").arg(lesson.model);
    return card->error.empty() ? QString() : say("needs the model %1, which is damaged").arg(lesson.model);
}

} // namespace orrery
