// SPDX-License-Identifier: Apache-2.0
#include "orrery/item.h"

#include <QFileInfo>

#include <array>
#include <utility>

namespace orrery {

namespace {
constexpr std::array<std::pair<ItemKind, const char *>, 6> kKinds{{{ItemKind::Picture, "picture"},
                                                                   {ItemKind::Text, "text"},
                                                                   {ItemKind::Sound, "sound"},
                                                                   {ItemKind::Units, "units"},
                                                                   {ItemKind::Array, "array"},
                                                                   {ItemKind::Sample, "sample"}}};
} // namespace

QString toString(ItemKind kind)
{
    for (const auto &[value, name] : kKinds)
        if (value == kind)
            return QString::fromLatin1(name);
    Q_UNREACHABLE();
    return {};
}

bool fromString(const QString &name, ItemKind *kind)
{
    for (const auto &[value, known] : kKinds)
        if (name == QLatin1String(known)) {
            *kind = value;
            return true;
        }
    return false;
}

bool Item::operator==(const Item &other) const
{
    return id == other.id && kind == other.kind && name == other.name && path == other.path && text == other.text &&
           sampleRateHz == other.sampleRateHz && units == other.units && shape == other.shape &&
           trueLabel == other.trueLabel && recipe == other.recipe && sound == other.sound && values == other.values &&
           picture == other.picture;
}

Item pictureItem(const QImage &picture, const QString &name, const QJsonObject &recipe)
{
    Item item;
    item.kind = ItemKind::Picture;
    item.picture = picture;
    item.name = name;
    item.recipe = recipe.isEmpty() ? QJsonObject{{QStringLiteral("source"), QStringLiteral("made")}} : recipe;
    return item;
}

Item fileItem(const QString &path)
{
    Item item;
    item.kind = ItemKind::Picture;
    item.path = QFileInfo(path).absoluteFilePath();
    item.name = QFileInfo(path).fileName();
    item.recipe = QJsonObject{{QStringLiteral("source"), QStringLiteral("file")}, {QStringLiteral("path"), item.path}};
    return item;
}

Item tableItem(const QString &path)
{
    Item item = fileItem(path);
    item.kind = ItemKind::Array;
    return item;
}

Item textItem(const QString &text)
{
    Item item;
    item.kind = ItemKind::Text;
    item.text = text;
    item.name = text.simplified().left(40);
    item.recipe = QJsonObject{{QStringLiteral("source"), QStringLiteral("typed")}};
    return item;
}

} // namespace orrery
