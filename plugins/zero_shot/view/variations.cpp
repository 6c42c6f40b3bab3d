// SPDX-License-Identifier: Apache-2.0
#include "plugins/zero_shot/view/variations.h"

#include <QCoreApplication>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace orrery::zero_shot {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("ZeroShot", text);
}

QImage onWhite(const QImage &picture, int side)
{
    QImage small = picture;
    if (picture.width() > side || picture.height() > side)
        small = picture.scaled(side, side, Qt::KeepAspectRatio, Qt::SmoothTransformation);
    QImage result(small.size(), QImage::Format_RGB32);
    result.fill(Qt::white);
    QPainter painter(&result);
    painter.drawImage(0, 0, small);
    return result;
}

} // namespace

QImage mirrored(const QImage &picture)
{
    return picture.mirrored(true, false);
}

QImage grey(const QImage &picture)
{
    QImage result = picture.convertToFormat(QImage::Format_RGB32);
    for (int y = 0; y < result.height(); ++y) {
        auto *line = reinterpret_cast<QRgb *>(result.scanLine(y));
        for (int x = 0; x < result.width(); ++x) {
            const int luma = static_cast<int>(
                std::lround(0.2126 * qRed(line[x]) + 0.7152 * qGreen(line[x]) + 0.0722 * qBlue(line[x])));
            line[x] = qRgb(luma, luma, luma);
        }
    }
    return result;
}

QImage sketched(const QImage &picture)
{
    const QImage source = picture.convertToFormat(QImage::Format_RGB32);
    QImage result(source.size(), QImage::Format_RGB32);
    result.fill(Qt::white);
    const auto channel = [&](int x, int y, int c) {
        const QRgb pixel = reinterpret_cast<const QRgb *>(
            source.constScanLine(std::clamp(y, 0, source.height() - 1)))[std::clamp(x, 0, source.width() - 1)];
        return c == 0 ? qRed(pixel) : c == 1 ? qGreen(pixel) : qBlue(pixel);
    };
    for (int y = 0; y < source.height(); ++y) {
        auto *line = reinterpret_cast<QRgb *>(result.scanLine(y));
        for (int x = 0; x < source.width(); ++x) {
            double edge = 0;
            for (int c = 0; c < 3; ++c) {
                const double gx = channel(x + 1, y - 1, c) + 2 * channel(x + 1, y, c) + channel(x + 1, y + 1, c) -
                                  channel(x - 1, y - 1, c) - 2 * channel(x - 1, y, c) - channel(x - 1, y + 1, c);
                const double gy = channel(x - 1, y + 1, c) + 2 * channel(x, y + 1, c) + channel(x + 1, y + 1, c) -
                                  channel(x - 1, y - 1, c) - 2 * channel(x, y - 1, c) - channel(x + 1, y - 1, c);
                edge = std::max(edge, std::hypot(gx, gy));
            }
            const int ink = std::clamp(static_cast<int>(255 - std::max(0.0, edge - 60) * 0.9), 24, 255);
            line[x] = qRgb(ink, ink, ink);
        }
    }
    return result;
}

QImage turned(const QImage &picture, double degrees)
{
    QImage result(picture.size(), QImage::Format_RGB32);
    result.fill(Qt::white);
    QPainter painter(&result);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    const QPointF middle(picture.width() / 2.0, picture.height() / 2.0);
    painter.translate(middle);
    painter.rotate(degrees);
    painter.translate(-middle);
    painter.drawImage(0, 0, picture);
    return result;
}

QImage halfCovered(const QImage &picture)
{
    QImage result = picture.convertToFormat(QImage::Format_RGB32);
    QPainter painter(&result);
    painter.fillRect(QRect(result.width() / 2, 0, result.width() - result.width() / 2, result.height()),
                     QColor(0x9A9A96));
    return result;
}

QList<Variation> variations(const QImage &picture, int side)
{
    if (picture.isNull())
        return {};
    const QImage plain = onWhite(picture, side);
    return {
        {QStringLiteral("plain"), tr("As it is"), plain},
        {QStringLiteral("mirrored"), tr("Mirrored"), mirrored(plain)},
        {QStringLiteral("grey"), tr("Grey"), grey(plain)},
        {QStringLiteral("sketched"), tr("Sketched"), sketched(plain)},
        {QStringLiteral("turned"), tr("Turned by 30°"), turned(plain, 30)},
        {QStringLiteral("half-covered"), tr("Half covered"), halfCovered(plain)},
    };
}

} // namespace orrery::zero_shot
