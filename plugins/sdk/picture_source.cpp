// SPDX-License-Identifier: Apache-2.0
#include "orrery/picture_source.h"

#include <QPainter>

#include <cstring>

namespace orrery {

Picture toPicture(const QImage &image)
{
    Picture picture;
    if (image.isNull())
        return picture;
    QImage opaque = image;
    if (image.hasAlphaChannel()) {
        opaque = QImage(image.size(), QImage::Format_RGB32);
        opaque.fill(Qt::white);
        QPainter painter(&opaque);
        // A picture made for a screen of twice the scale says so; here only pixels count.
        painter.drawImage(QRect({}, image.size()), image, QRect({}, image.size()));
    }
    opaque.convertTo(QImage::Format_RGB888);
    picture.width = opaque.width();
    picture.height = opaque.height();
    const std::size_t row = std::size_t(picture.width) * 3;
    picture.rgb.resize(row * std::size_t(picture.height));
    for (int y = 0; y < picture.height; ++y)
        std::memcpy(picture.rgb.data() + row * std::size_t(y), opaque.constScanLine(y), row);
    return picture;
}

QImage toImage(const Picture &picture)
{
    if (picture.empty())
        return {};
    return QImage(picture.rgb.data(), picture.width, picture.height, picture.width * 3, QImage::Format_RGB888).copy();
}

PictureSource toSource(const Item &item)
{
    PictureSource source;
    source.path = item.path.isEmpty() ? item.name.toStdString() : item.path.toStdString();
    if (item.path.isEmpty())
        source.pixels = toPicture(item.picture);
    return source;
}

} // namespace orrery
