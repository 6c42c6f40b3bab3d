// SPDX-License-Identifier: Apache-2.0
#include "app/host/plugin_template.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QTemporaryDir>

#include <filesystem>

namespace orrery {

namespace {

constexpr int kLongestName = 40;
constexpr qsizetype kLongestWord = 10; ///< what fits below an icon of the rail

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(orrery::PluginTemplate)
};

tl::unexpected<Error> refuse(ErrorCode code, const QString &sentence)
{
    return failure(code, sentence.toStdString());
}

/// "Färben" → "Farben": what C++ and CMake take of letters with marks.
QString plainLetters(const QString &text)
{
    QString plain;
    for (const QChar character : text.normalized(QString::NormalizationForm_KD))
        if (character.category() != QChar::Mark_NonSpacing)
            plain += character;
    return plain;
}

QString railWord(const QStringList &words)
{
    QString word;
    for (const QString &next : words) {
        const QString longer = word.isEmpty() ? next : word + u' ' + next;
        if (longer.size() > kLongestWord)
            break;
        word = longer;
    }
    return word.isEmpty() ? words.value(0).left(kLongestWord - 1) + u'…' : word;
}

/// Template file → file of the plugin.
QString fileName(QString name, const PluginNames &names)
{
    name.chop(3); // ".in"
    if (name == QLatin1String("plugin.json"))
        return names.target + QStringLiteral(".json");
    if (name.startsWith(QLatin1String("page.")))
        return names.target + u'_' + name;
    if (name == QLatin1String("gitignore"))
        return QStringLiteral(".gitignore");
    return name;
}

bool fill(const QString &from, const QString &to, const QList<std::pair<QString, QString>> &values)
{
    QFile source(from), target(to);
    if (!source.open(QIODevice::ReadOnly) || !target.open(QIODevice::WriteOnly))
        return false;
    QString text = QString::fromUtf8(source.readAll());
    for (const auto &[key, value] : values)
        text.replace(u'@' + key + u'@', value);
    const QByteArray bytes = text.toUtf8();
    return target.write(bytes) == bytes.size() && target.flush();
}

} // namespace

Result<PluginNames> pluginNames(const QString &typed)
{
    const QString name = typed.simplified();
    if (name.isEmpty())
        return refuse(ErrorCode::BadInput, Words::tr("A plugin needs a name; Edge finder would be one."));
    if (name.size() > kLongestName)
        return refuse(ErrorCode::BadInput, Words::tr("A plugin's name has at most %1 letters.").arg(kLongestName));
    const QString plain = plainLetters(name);
    static const QRegularExpression allowed(QStringLiteral("^[A-Za-z][A-Za-z0-9 _-]*$"));
    if (!allowed.match(plain).hasMatch())
        return refuse(ErrorCode::BadInput,
                      Words::tr("A plugin's name begins with a letter from A to Z and goes on with letters, digits, "
                                "spaces and hyphens, because its files and its class are called after it."));
    PluginNames names;
    names.name = name;
    static const QRegularExpression gap(QStringLiteral("[ _-]+"));
    QStringList parts;
    for (const QString &part : plain.split(gap, Qt::SkipEmptyParts)) {
        parts.append(part.toLower());
        names.className += part.left(1).toUpper() + part.mid(1);
    }
    names.target = parts.join(u'_');
    names.className += QStringLiteral("Page");
    names.id = QStringLiteral("own.") + names.target;
    names.word = railWord(name.split(gap, Qt::SkipEmptyParts));
    return names;
}

QString defaultPluginFolder(const QString &name)
{
    const Result<PluginNames> names = pluginNames(name);
    return QDir::homePath() + QStringLiteral("/Orrery/plugins") + (names ? u'/' + names->target : QString());
}

QString sdkFolder()
{
    const QDir program(QCoreApplication::applicationDirPath());
    const QString folder = QDir::cleanPath(program.absoluteFilePath(QStringLiteral("../lib/cmake/Orrery")));
    return QFileInfo::exists(folder + QStringLiteral("/OrreryConfig.cmake")) ? folder : QString();
}

Result<QString> createPlugin(const QString &name, const QString &folder)
{
    const Result<PluginNames> names = pluginNames(name);
    if (!names)
        return tl::unexpected<Error>(names.error());
    const QString wanted = folder.trimmed().isEmpty() ? defaultPluginFolder(name) : folder.trimmed();
    const QFileInfo target(QDir::cleanPath(QFileInfo(wanted).absoluteFilePath()));
    const QString path = target.absoluteFilePath();
    if (path.contains(u'"') || path.contains(u'\\') || path.contains(u';') || path.contains(u'$'))
        return refuse(ErrorCode::BadInput, Words::tr("CMake cannot build in a folder whose name holds \", \\, ; or $; "
                                                     "choose another one."));
    if (target.exists() &&
        !(target.isDir() && QDir(path).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot)))
        return refuse(ErrorCode::BadInput,
                      Words::tr("%1 is there already and stays as it is; choose another folder.").arg(path));
    const QString parent = target.absolutePath();
    const auto cannotWrite = [&] {
        return refuse(ErrorCode::BadInput,
                      Words::tr("Nothing can be written in %1; choose another folder.").arg(parent));
    };
    if (!QDir().mkpath(parent))
        return cannotWrite();
    // Beside its place, so that renaming makes it appear whole.
    QTemporaryDir draft(parent + QStringLiteral("/.orrery-XXXXXX"));
    if (!draft.isValid())
        return cannotWrite();
    const QString draftFolder = draft.filePath(names->target);
    QDir().mkpath(draftFolder);
    const QList<std::pair<QString, QString>> values{
        {QStringLiteral("NAME"), names->name},       {QStringLiteral("WORD"), names->word},
        {QStringLiteral("ID"), names->id},           {QStringLiteral("TARGET"), names->target},
        {QStringLiteral("CLASS"), names->className}, {QStringLiteral("ORRERY_DIR"), sdkFolder()}};
    const QDir plugin(QStringLiteral(":/plugin-template"));
    for (const QString &file : plugin.entryList(QDir::Files)) {
        if (file.startsWith(QLatin1String("CMakeUserPresets")) && sdkFolder().isEmpty())
            continue; // the plugin is to be built elsewhere
        if (!fill(plugin.filePath(file), draftFolder + u'/' + fileName(file, *names), values))
            return cannotWrite();
    }
    std::error_code error;
    std::filesystem::rename(draftFolder.toStdString(), path.toStdString(), error);
    if (error)
        return refuse(ErrorCode::BadInput, Words::tr("%1 could not be made; choose another folder.").arg(path));
    return path;
}

} // namespace orrery
