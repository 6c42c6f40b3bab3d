// SPDX-License-Identifier: Apache-2.0
#include "app/window/new_plugin_command.h"

#include "app/host/plugin_template.h"

#include <QDir>

#include <cstdio>

namespace orrery {

namespace {

/// For the shell: as it is where that is safe, else in quotes.
QString quoted(QString path)
{
    static const QString harmless = QStringLiteral("/._-+");
    for (const QChar character : path)
        if (!character.isLetterOrNumber() && !harmless.contains(character))
            return u'\'' + path.replace(QLatin1String("'"), QLatin1String("'\\''")) + u'\'';
    return path;
}

} // namespace

int newPluginCommand(const QStringList &words)
{
    if (words.isEmpty() || words.size() > 2 || words.first().startsWith(u'-')) {
        std::fputs(
            "orrery: --new-plugin takes a name and, if you like, a folder: orrery --new-plugin \"Edge finder\"\n",
            stderr);
        return 2;
    }
    const Result<QString> made = createPlugin(words.first(), words.value(1));
    if (!made) {
        std::fprintf(stderr, "orrery: %s\n", made.error().message.c_str());
        return 1;
    }
    std::printf("Made %s:\n", qPrintable(*made));
    for (const QString &file : QDir(*made).entryList(QDir::Files | QDir::Hidden))
        std::printf("  %s\n", qPrintable(file));
    const QString folder = quoted(*made);
    if (sdkFolder().isEmpty())
        std::printf("Build it where Orrery's SDK is, with -DCMAKE_PREFIX_PATH=… naming Orrery's folder:\n"
                    "  cd %s && cmake -B build && cmake --build build\n",
                    qPrintable(folder));
    else
        std::printf("Build it, now and after every change; Orrery shows its page, also while it runs:\n"
                    "  cd %s && cmake --preset default && cmake --build build\n",
                    qPrintable(folder));
    return 0;
}

} // namespace orrery
