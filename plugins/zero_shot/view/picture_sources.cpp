// SPDX-License-Identifier: Apache-2.0
#include "plugins/zero_shot/view/picture_sources.h"

#include <QCoreApplication>

namespace orrery::zero_shot {

bool isSketch(const Item &item)
{
    return item.recipe.value(QStringLiteral("source")).toString() == QStringLiteral("sketch");
}

Item sketchItem(const QImage &drawing)
{
    return pictureItem(drawing, QCoreApplication::translate("ZeroShot", "Drawing"),
                       QJsonObject{{QStringLiteral("source"), QStringLiteral("sketch")}});
}

} // namespace orrery::zero_shot
