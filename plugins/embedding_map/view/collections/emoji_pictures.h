// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedding_map/view/collections/background.h"

#include <QHash>
#include <QImage>
#include <QStringList>

namespace orrery {

/// One emoji of resources/labels/drawings.tsv.
struct EmojiName
{
    QString text;  ///< what a font draws
    QString name;  ///< "fox"
    QString group; ///< "Animals & Nature"
    QString kind;  ///< "animal mammal"
};
/// The names of `first` come first and in that order, then the others as in the file.
/// @throws Exception{NotFound}, Exception{BadInput} naming the line. Thread: any.
QList<EmojiName> readEmojiNames(const QString &path, const QStringList &first);

inline constexpr const char *kEmojiFont = "Noto Color Emoji";
inline constexpr int kEmojiSide = 128; ///< pixels of a picture for a model; a thumbnail has half

/// Why emoji cannot be drawn here, with the remedy; empty: they can. Thread: interface.
QString emojiRefusal();
/// Changes when the font's drawings do. Thread: any.
QByteArray emojiFontVersion();
/// An emoji on white with a margin, as somebody might paste it. Thread: any.
QImage emojiOnWhite(const QString &text, int side);

/// Thumbnails of emoji, drawn when they are first asked for, or before. Thread: any.
class EmojiThumbnails
{
public:
    explicit EmojiThumbnails(QStringList texts) : m_texts(std::move(texts)) {}
    QImage at(qsizetype index);
    /// Draws all that nobody asked for yet.
    void drawAll(const Outside &outside);
    void put(qsizetype index, const QImage &picture);

private:
    QStringList m_texts;
    std::mutex m_mutex;
    QHash<qsizetype, QImage> m_pictures;
};

} // namespace orrery
