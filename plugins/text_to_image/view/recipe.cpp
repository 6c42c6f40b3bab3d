// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/recipe.h"

#include "engine/core/error.h"
#include "engine/files/sample_recipe.h"
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

std::optional<Parameters> parametersOf(const QByteArray &recipe)
{
    try {
        const generate::SampleRecipe read = generate::parseRecipe(recipe.toStdString(), "picture");
        const Parameters said = fromRequest(read.request);
        if (said.prompt.simplified().isEmpty())
            return {};
        Parameters checked = parametersFrom(toJson(said));
        checked.count = 1;
        checked.image = said.image;
        checked.mask = said.mask;
        return checked;
    } catch (const Exception &) {
        return {}; // a recipe of another page, or none
    }
}

QByteArray recipeOf(const Item &item)
{
    if (QFileInfo(item.path).suffix().compare(QLatin1String("png"), Qt::CaseInsensitive) == 0) {
        QImageReader reader(item.path, "png"); // text chunks stand before the pixels; nothing is decoded here
        if (const QString text = reader.text(QString::fromLatin1(kRecipeKey)); !text.isEmpty())
            return text.toUtf8();
    }
    return item.recipe.isEmpty() ? QByteArray() : QJsonDocument(item.recipe).toJson(QJsonDocument::Compact);
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
