// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/collections/file_source.h"

#include "engine/files/array_file.h"
#include "plugins/embedding_map/view/collections/array_collection.h"

#include <QFileInfo>
#include <QLocale>

namespace orrery {

FileSource::FileSource(const QString &path)
    : KeptSource(QStringLiteral("file:") + path, QFileInfo(path).fileName()), m_path(path)
{}

std::pair<QDateTime, qint64> FileSource::stamp() const
{
    const QFileInfo file(m_path);
    return {file.lastModified(), file.size()};
}

QString FileSource::summary() const
{
    return tr("%1 in %2").arg(QLocale().formattedDataSize(QFileInfo(m_path).size()), QFileInfo(m_path).path());
}

QString FileSource::refusal() const
{
    if (!QFileInfo::exists(m_path))
        return tr("%1 is not there any more; open it from where it is now.").arg(m_path);
    if (!canReadArray(m_path.toStdString()))
        return tr("%1 is of a kind that makes no map; expected .npy, .npz, .csv, .tsv, .txt, .idx or a folder of "
                  "pictures.")
            .arg(title());
    return {};
}

void FileSource::begin()
{
    const QString no = refusal();
    m_stamp = stamp();
    Q_EMIT progress(-1, tr("Reading %1").arg(title()));
    background().run(
        [path = m_path, id = id(), title = title(), no](const Outside &) {
            if (!no.isEmpty())
                throw Exception(ErrorCode::BadInput, no.toStdString());
            MapCollection collection = readArrayCollection(path);
            collection.id = id;
            collection.title = title;
            collection.item = itemsOf(collection);
            return collection;
        },
        [this](Result<MapCollection> collection) {
            if (collection)
                deliver(*collection, true);
            else
                fail(collection.error());
        });
}

} // namespace orrery
