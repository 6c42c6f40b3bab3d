// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/collections/typefaces.h"

#include <QCryptographicHash>
#include <QFontDatabase>
#include <QPainterPath>
#include <QSet>

#include <algorithm>

namespace orrery {

namespace {

/// Pixels, for outlines that do not depend on hinting.
constexpr int kOutlinePixels = 256;

bool isForSymbols(const QString &family)
{
    return family.contains(QStringLiteral("emoji"), Qt::CaseInsensitive) ||
           family.contains(QStringLiteral("symbol"), Qt::CaseInsensitive) ||
           family.contains(QStringLiteral("dings"), Qt::CaseInsensitive) ||
           family.contains(QStringLiteral("dingbat"), Qt::CaseInsensitive) ||
           family == QStringLiteral("D050000L"); // dingbats too, though it says that it has digits
}

bool hasDigits(const QRawFont &font)
{
    const QList<quint32> glyphs = font.glyphIndexesForString(QStringLiteral("0123456789"));
    if (glyphs.size() != 10 || glyphs.contains(0) || QSet<quint32>(glyphs.begin(), glyphs.end()).size() != 10)
        return false;
    return std::all_of(glyphs.begin(), glyphs.end(),
                       [&](quint32 glyph) { return !font.pathForGlyph(glyph).isEmpty(); });
}

/// Tells the same font under two names, and what another font stood in for.
QByteArray identityOf(const QRawFont &font)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const char *table : {"head", "name", "OS/2"})
        hash.addData(font.fontTable(table));
    hash.addData(font.styleName().toUtf8());
    hash.addData(QByteArray::number(font.weight()) + QByteArray::number(font.style()));
    return hash.result();
}

} // namespace

QList<Typeface> typefacesWithDigits(const std::function<bool()> &stopped)
{
    QList<Typeface> faces;
    QSet<QByteArray> seen;
    QStringList families = QFontDatabase::families(QFontDatabase::Latin);
    families.sort(Qt::CaseInsensitive);
    for (const QString &family : std::as_const(families)) {
        if (stopped())
            break;
        if (isForSymbols(family))
            continue;
        QStringList styles = QFontDatabase::styles(family);
        styles.sort();
        for (const QString &style : std::as_const(styles)) {
            QFont font = QFontDatabase::font(family, style, 12);
            font.setPixelSize(kOutlinePixels);
            font.setHintingPreference(QFont::PreferNoHinting);
            const QRawFont raw = QRawFont::fromFont(font);
            if (!raw.isValid() || isForSymbols(raw.familyName()) || !hasDigits(raw))
                continue;
            const QByteArray identity = identityOf(raw);
            if (seen.contains(identity))
                continue;
            seen.insert(identity);
            faces.append({family, style, raw});
        }
    }
    return faces;
}

} // namespace orrery
