// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <QList>
#include <QString>

namespace orrery::zero_shot {

/// A picture changed in a way that leaves what it shows as it was.
struct Variation
{
    QString id;    ///< "mirrored"
    QString title; ///< "Mirrored"
    QImage picture;
};

/// As it is, mirrored, grey, sketched, turned, half covered; each at most `side` pixels long, on white.
QList<Variation> variations(const QImage &picture, int side = 256);

QImage mirrored(const QImage &picture);
/// Rec. 709 luma, as a screen shows grey.
QImage grey(const QImage &picture);
/// Pencil lines where the picture's brightness or colour changes (Sobel), on white paper.
QImage sketched(const QImage &picture);
/// Turned clockwise about its middle; corners are white.
QImage turned(const QImage &picture, double degrees);
/// The right half under a grey card.
QImage halfCovered(const QImage &picture);

} // namespace orrery::zero_shot
