// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/collections/emoji_pictures.h"

#include "widgets/sketch/sketch_canvas.h"

#include <QCryptographicHash>
#include <QFile>
#include <QFontDatabase>
#include <QPainter>
#include <QRawFont>

namespace orrery {

namespace {

/// Share of the side that an emoji takes: what the model learned from leaves such margins.
constexpr double kFilled = 0.8;

QString textOf(const QString &codes, bool *good)
{
    QString text;
    *good = !codes.isEmpty();
    for (const QString &code : codes.split(u' ')) {
        bool isCode = false;
        const char32_t value = code.toUInt(&isCode, 16);
        *good = *good && isCode && value <= 0x10ffff;
        text += QString::fromUcs4(&value, 1);
    }
    return text;
}

} // namespace

QList<EmojiName> readEmojiNames(const QString &path, const QStringList &first)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        throw Exception(ErrorCode::NotFound,
                        path.toStdString() + " is missing, expected the list of drawings that comes with the program");
    QList<EmojiName> names;
    const QList<QByteArray> lines = file.readAll().split('\n');
    for (qsizetype i = 1; i < lines.size(); ++i) { // the first is the header
        if (lines[i].isEmpty())
            continue;
        const QStringList fields = QString::fromUtf8(lines[i]).split(u'\t');
        bool good = false;
        const QString text = textOf(fields.front(), &good);
        if (fields.size() != 4 || !good)
            throw Exception(ErrorCode::BadInput, path.toStdString() + ": line " + std::to_string(i + 1) +
                                                     " is not code points, name, group and kind");
        names.append({text, fields[1], fields[2], fields[3]});
    }
    QHash<QString, qsizetype> places;
    for (qsizetype i = 0; i < first.size(); ++i)
        places.insert(first[i], i);
    std::stable_sort(names.begin(), names.end(), [&](const EmojiName &a, const EmojiName &b) {
        return places.value(a.name, first.size()) < places.value(b.name, first.size());
    });
    return names;
}

QString emojiRefusal()
{
    return QFontDatabase::families().contains(QLatin1String(kEmojiFont))
               ? QString()
               : QCoreApplication::translate("EmbeddingMap", "The font with the drawings is missing; install it with "
                                                             "“sudo apt-get install fonts-noto-color-emoji” and start "
                                                             "Orrery again.");
}

QByteArray emojiFontVersion()
{
    const QRawFont font = QRawFont::fromFont(QFont(QLatin1String(kEmojiFont)));
    // The first holds a checksum of the whole font, the second its version in words.
    return QCryptographicHash::hash(font.fontTable("head") + font.fontTable("name"), QCryptographicHash::Sha256);
}

QImage emojiOnWhite(const QString &text, int side)
{
    QImage picture(side, side, QImage::Format_RGB32);
    picture.fill(Qt::white);
    const QImage emoji = emojiPicture(text, static_cast<int>(side * kFilled));
    QPainter(&picture).drawImage((side - emoji.width()) / 2, (side - emoji.height()) / 2, emoji);
    return picture;
}

QImage EmojiThumbnails::at(qsizetype index)
{
    {
        const std::lock_guard lock(m_mutex);
        if (const auto found = m_pictures.constFind(index); found != m_pictures.constEnd())
            return *found;
    }
    if (index < 0 || index >= m_texts.size())
        return {};
    const QImage picture = emojiOnWhite(m_texts[index], kEmojiSide / 2);
    put(index, picture);
    return picture;
}

void EmojiThumbnails::put(qsizetype index, const QImage &picture)
{
    const std::lock_guard lock(m_mutex);
    m_pictures.insert(index, picture);
}

void EmojiThumbnails::drawAll(const Outside &outside)
{
    for (qsizetype i = 0; i < m_texts.size() && !outside.stopped(); ++i)
        at(i);
}

} // namespace orrery
