// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/collections/embedding_store.h"

#include "engine/core/error.h"
#include "engine/files/array_file.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

namespace orrery {

EmbeddingStore::EmbeddingStore(const QString &of, const QByteArray &key)
    : m_folder(QStandardPaths::writableLocation(QStandardPaths::CacheLocation) + QStringLiteral("/maps")), m_of(of),
      m_name(
          QStringLiteral("%1-%2.npy")
              .arg(of, QString::fromLatin1(QCryptographicHash::hash(key, QCryptographicHash::Sha256).toHex().left(32))))
{}

std::optional<NpyMatrix> EmbeddingStore::read(std::int64_t rows) const
{
    const QString path = m_folder + u'/' + m_name;
    if (!QFileInfo::exists(path))
        return std::nullopt;
    try {
        NpyMatrix points = readArray(path.toStdString());
        if (points.rows == rows && points.columns > 1)
            return points;
    } catch (const Exception &) {
        // Damaged: made again and written over.
    }
    return std::nullopt;
}

void EmbeddingStore::write(const NpyMatrix &points) const
{
    QDir folder(m_folder);
    if (!folder.mkpath(QStringLiteral(".")))
        return;
    for (const QString &old : folder.entryList({m_of + QStringLiteral("-*.npy")}, QDir::Files))
        folder.remove(old);
    try {
        writeNpy(folder.filePath(m_name).toStdString(), points);
    } catch (const Exception &) {
        // A full disk costs a few seconds at the next start, nothing else.
    }
}

QByteArray versionOf(const ModelCard &card)
{
    if (!card.sha256.empty())
        return QByteArray::fromStdString(card.sha256);
    // A model without a card: one file of weights or several.
    QByteArray version = QByteArray::fromStdString(card.folder);
    const QDir folder(QString::fromStdString(card.folder));
    for (const QFileInfo &file : folder.entryInfoList({QStringLiteral("*.safetensors")}, QDir::Files, QDir::Name))
        version += file.fileName().toUtf8() + ' ' + QByteArray::number(file.size()) + ' ' +
                   QByteArray::number(file.lastModified().toMSecsSinceEpoch()) + '\n';
    return version;
}

} // namespace orrery
