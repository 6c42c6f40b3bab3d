// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/collections/folder_source.h"

#include "plugins/embedding_map/view/collections/row_facts.h"

#include <QDirIterator>
#include <QFileInfo>

#include <algorithm>

namespace orrery {

namespace {

constexpr qsizetype kMostPictures = 20'000;

/// Relative paths, sorted, so that the same folder makes the same rows.
QStringList picturesIn(const QString &folder, const Outside &outside)
{
    static const QStringList endings =
        QStringLiteral("*.png *.jpg *.jpeg *.jpe *.gif *.bmp *.webp *.tif *.tiff *.pbm *.pgm "
                       "*.ppm *.pnm")
            .split(u' ');
    QDirIterator files(folder, endings, QDir::Files | QDir::Readable, QDirIterator::Subdirectories);
    const QDir root(folder);
    QStringList found;
    while (files.hasNext() && !outside.stopped())
        found.append(root.relativeFilePath(files.next()));
    found.sort();
    return found;
}

} // namespace

FolderSource::FolderSource(PluginHost &host, const QString &path)
    : EncodedSource(host, QStringLiteral("file:") + path, QFileInfo(path).fileName()), m_path(path)
{}

QString FolderSource::summary() const
{
    return tr("Pictures in %1").arg(m_path);
}

QString FolderSource::refusal() const
{
    return QFileInfo(m_path).isDir() ? EncodedSource::refusal()
                                     : tr("%1 is not there any more; open it from where it is now.").arg(m_path);
}

void FolderSource::begin()
{
    Q_EMIT progress(-1, tr("Looking for pictures in %1").arg(title()));
    background().run(
        [this, path = m_path, no = refusal()](const Outside &outside) {
            if (!no.isEmpty())
                throw Exception(ErrorCode::Unsupported, no.toStdString());
            QStringList files = picturesIn(path, outside);
            const qsizetype leftOut = std::max<qsizetype>(0, files.size() - kMostPictures);
            files = files.mid(0, kMostPictures);
            QStringList paths;
            for (const QString &file : std::as_const(files))
                paths.append(path + u'/' + file);
            const auto thumbnails = std::make_shared<FileThumbnails>(paths);
            outside.tell([this, files, thumbnails, leftOut, paths] {
                constexpr qsizetype kFirstPart = 48;
                m_files = files;
                m_thumbnails = thumbnails;
                m_leftOut = leftOut;
                expect(files.size(), kFirstPart);
                std::vector<Input> inputs;
                for (const QString &file : paths)
                    inputs.push_back({{file.toStdString(), {}}, {}});
                add(std::move(inputs));
            });
            thumbnails->readAll(outside);
            return files.size();
        },
        [this](Result<qsizetype> found) {
            if (!found)
                fail(found.error());
            else if (*found == 0)
                fail({ErrorCode::BadInput,
                      tr("%1 holds no pictures, expected some in it or in its folders (.png, .jpg, .webp, …)")
                          .arg(m_path)
                          .toStdString(),
                      {}});
        });
}

QString FolderSource::inWords(std::size_t rows) const
{
    constexpr qsizetype kNamed = 3;
    QString words = tr("%L1 pictures as %2 sees them").arg(rows).arg(modelName());
    QStringList unreadable;
    for (qsizetype i = 0; i < m_files.size(); ++i)
        if (!errorOf(static_cast<std::size_t>(i)).isEmpty())
            unreadable.append(m_files[i]);
    if (!unreadable.isEmpty())
        words += unreadable.size() > kNamed ? tr("; %L1 could not be read: %2 …")
                                                  .arg(unreadable.size())
                                                  .arg(unreadable.mid(0, kNamed).join(QStringLiteral(", ")))
                                            : tr("; could not be read: %1").arg(unreadable.join(QStringLiteral(", ")));
    if (m_leftOut > 0)
        words += tr("; the last %L1 of the folder are left out").arg(m_leftOut);
    return words;
}

MapCollection FolderSource::describe(const std::vector<std::size_t> &inputs) const
{
    MapCollection collection;
    const auto classOf = [](const QString &file) { return file.left(std::max<qsizetype>(0, file.indexOf(u'/'))); };
    QStringList classes, allClasses, paths;
    for (const QString &file : m_files)
        allClasses.append(classOf(file));
    for (const std::size_t input : inputs) {
        const QString &file = m_files[static_cast<qsizetype>(input)];
        collection.names.append(QFileInfo(file).completeBaseName());
        classes.append(classOf(file));
        paths.append(m_path + u'/' + file);
    }
    if (const RowFact fact = classFact(tr("Folder"), classes, allClasses); !fact.names.isEmpty())
        collection.facts.append(fact);
    collection.what = inWords(inputs.size());
    collection.thumbnail = [thumbnails = m_thumbnails, inputs](std::int64_t row) {
        return row < std::int64_t(inputs.size()) ? thumbnails->at(static_cast<qsizetype>(inputs[std::size_t(row)]))
                                                 : QImage();
    };
    collection.item = [paths, classes](std::int64_t row) {
        Item item = fileItem(paths.value(row));
        item.trueLabel = classes.value(row);
        return item;
    };
    return collection;
}

EncodedSource::Pictures FolderSource::picturesOf(const std::vector<std::size_t> &inputs) const
{
    return [path = m_path, files = m_files, inputs](const Outside &) {
        std::vector<PictureSource> pictures;
        for (const std::size_t input : inputs)
            pictures.push_back({(path + u'/' + files[static_cast<qsizetype>(input)]).toStdString(), {}});
        return pictures;
    };
}

} // namespace orrery
