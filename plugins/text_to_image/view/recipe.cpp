// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/recipe.h"

#include "orrery/picture_source.h"
#include "orrery/workspace.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QImageReader>
#include <QJsonDocument>
#include <QSaveFile>

namespace orrery::text_to_image {

namespace {

QString say(const char *text)
{
    return QCoreApplication::translate("TextToImage", text);
}

} // namespace

std::optional<Parameters> parametersOf(const QJsonObject &recipe)
{
    if (recipe.value(QStringLiteral("made")).toString() != QLatin1String("sample"))
        return {};
    const QString prompt = recipe.value(QStringLiteral("prompt")).toString();
    if (prompt.simplified().isEmpty())
        return {};
    Parameters usual;
    usual.count = 1;
    return parametersFrom(recipe, usual);
}

QJsonObject recipeOf(const Item &item)
{
    if (item.recipe.contains(QStringLiteral("prompt")) ||
        QFileInfo(item.path).suffix().compare(QLatin1String("png"), Qt::CaseInsensitive) != 0)
        return item.recipe;
    QImageReader reader(item.path, "png"); // text chunks stand before the pixels; nothing is decoded here
    return QJsonDocument::fromJson(reader.text(QString::fromLatin1(kRecipeKey)).toUtf8()).object();
}

Item itemOf(const generate::Sample &sample, const QString &prompt)
{
    Item item = pictureItem(toImage(sample.picture), prompt.simplified().left(80),
                            QJsonDocument::fromJson(QByteArray::fromStdString(sample.recipe)).object());
    item.kind = ItemKind::Sample;
    return item;
}

QString exportSample(const generate::Sample &sample, const QString &path)
{
    QImage image = toImage(sample.picture);
    if (image.isNull())
        return say("There is no picture to save yet.");
    image.setText(QString::fromLatin1(kRecipeKey), QString::fromStdString(sample.recipe));
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return say("%1 could not be written: %2").arg(path, file.errorString());
    if (!image.save(&file, "PNG") || !file.commit())
        return say("%1 could not be written: %2").arg(path, file.errorString());
    return {};
}

} // namespace orrery::text_to_image
