// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/collections/digits.h"

#include "plugins/embedding_map/view/collections/array_collection.h"
#include "plugins/embedding_map/view/collections/chance.h"
#include "plugins/embedding_map/view/collections/row_facts.h"
#include "plugins/embedding_map/view/collections/typefaces.h"

#include <QPainter>
#include <QPainterPath>
#include <QSet>

#include <algorithm>

namespace orrery {

namespace {

constexpr int kPointsOfADigit = 200;
constexpr int kMostFaces = kPointsOfADigit; // beyond: every second, third, … of them
constexpr std::uint64_t kSeed = 1998;
constexpr double kInk = 20; ///< pixels of kDigitSide that the longer side of a digit takes

QString tr(const char *text)
{
    return QCoreApplication::translate("EmbeddingMap", text);
}

/// FNV-1a, the same everywhere, as qHash is not.
std::uint64_t hashOf(const QString &text)
{
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : text.toUtf8())
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return hash;
}

QImage painted(const QPainterPath &path)
{
    QImage image(kDigitSide, kDigitSide, QImage::Format_Grayscale8);
    image.fill(Qt::black);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillPath(path, Qt::white);
    return image;
}

QPointF centreOfInk(const QImage &image)
{
    double ink = 0, x = 0, y = 0;
    for (int row = 0; row < image.height(); ++row) {
        const uchar *line = image.constScanLine(row);
        for (int column = 0; column < image.width(); ++column) {
            ink += line[column];
            x += line[column] * (column + 0.5);
            y += line[column] * (row + 0.5);
        }
    }
    return ink > 0 ? QPointF(x / ink, y / ink) : QPointF(kDigitSide / 2.0, kDigitSide / 2.0);
}

/// A digit as somebody else might have set it.
QImage variant(const QPainterPath &outline, Chance &chance)
{
    QTransform change;
    change.rotate(chance.between(-9, 9));
    change.shear(chance.between(-0.18, 0.18), 0);
    change.scale(chance.between(0.88, 1.12), 1);
    QPainterPath path = change.map(outline);
    const QRectF box = path.boundingRect();
    const double scale = kInk / std::max({box.width(), box.height(), 1e-6});
    QTransform fit;
    fit.translate(kDigitSide / 2.0, kDigitSide / 2.0);
    fit.scale(scale, scale);
    fit.translate(-box.center().x(), -box.center().y());
    path = fit.map(path);
    const QPointF off = QPointF(kDigitSide / 2.0, kDigitSide / 2.0) - centreOfInk(painted(path));
    path.translate(off);
    return painted(path);
}

} // namespace

MapCollection drawDigits(const Outside &outside)
{
    QList<Typeface> faces = typefacesWithDigits([&] { return outside.stopped(); });
    if (faces.isEmpty())
        throw Exception(ErrorCode::NotFound,
                        tr("No font of this computer has digits; install one (sudo apt-get install fonts-dejavu-core).")
                            .toStdString());
    const qsizetype stride = (faces.size() + kMostFaces - 1) / kMostFaces;
    const qsizetype used = (faces.size() + stride - 1) / stride;

    NpyMatrix points{0, kDigitSide * kDigitSide, {}};
    MapCollection collection;
    QStringList digits, families;
    for (qsizetype i = 0; i < faces.size() && !outside.stopped(); i += stride) {
        const Typeface &face = faces[i];
        // As evenly as whole numbers can: some faces get one more than others.
        const qsizetype place = i / stride;
        const qsizetype variants = (place + 1) * kPointsOfADigit / used - place * kPointsOfADigit / used;
        const QList<quint32> glyphs = face.font.glyphIndexesForString(QStringLiteral("0123456789"));
        for (int digit = 0; digit < 10; ++digit) {
            const QPainterPath outline = face.font.pathForGlyph(glyphs[digit]);
            // Chance of its own for every glyph: another font more or less leaves the others' digits as they were.
            Chance chance(kSeed + 10 * hashOf(face.family + u'/' + face.style) + static_cast<std::uint64_t>(digit));
            for (qsizetype variation = 0; variation < variants; ++variation) {
                const QImage image = variant(outline, chance);
                for (int y = 0; y < kDigitSide; ++y) {
                    const uchar *line = image.constScanLine(y);
                    for (int x = 0; x < kDigitSide; ++x)
                        points.values.push_back(static_cast<float>(line[x]) / 255);
                }
                ++points.rows;
                digits.append(QString::number(digit));
                families.append(face.family);
                collection.names.append(tr("%1 in %2 %3").arg(digit).arg(face.family, face.style));
            }
        }
    }
    collection.what = tr("%L1 digits in %L2 typefaces of this computer, 28 × 28 pixels each")
                          .arg(points.rows)
                          .arg(QSet<QString>(families.begin(), families.end()).size());
    collection.points = std::make_shared<NpyMatrix>(std::move(points));
    collection.facts = {classFact(tr("Digit"), digits), classFact(tr("Typeface"), families)};
    collection.thumbnail = greyPictures(collection.points, kDigitSide, kDigitSide, 1, 0); // ink is dark
    return collection;
}

} // namespace orrery
