// SPDX-License-Identifier: Apache-2.0
#include "app/host/picture_loader.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QImageReader>
#include <QJsonDocument>
#include <QPointer>

namespace orrery {

PictureLoader::PictureLoader(Workspace &workspace, QObject *parent) : QObject(parent), m_workspace(workspace)
{
    connect(&workspace, &Workspace::itemsAdded, this, &PictureLoader::load);
}

PictureLoader::Loaded PictureLoader::read(const QString &path)
{
    Loaded loaded;
    QImageReader reader(path);
    reader.setAutoTransform(true);
    reader.setDecideFormatFromContent(true);
    const QSize size = reader.size();
    // Qt refuses to hold more than this at one time. The engine may still read such a file, so it is not an error here.
    const qint64 limit = qint64(QImageReader::allocationLimit()) * 1024 * 1024;
    if (size.isValid() && limit > 0 && qint64(size.width()) * size.height() * 4 > limit)
        return loaded;
    if (size.isValid() && std::max(size.width(), size.height()) > kLongest)
        reader.setScaledSize(size.scaled(kLongest, kLongest, Qt::KeepAspectRatio).expandedTo({1, 1}));
    const QByteArray recipe = reader.text(QString::fromLatin1(kRecipeKey)).toUtf8(); // gone after reading
    loaded.picture = reader.read();
    if (loaded.picture.isNull()) {
        const QString name = QFileInfo(path).fileName();
        // Qt reads fewer kinds than the engine; such a file stays, without a small picture of it.
        if (!recipe.isEmpty())
            loaded.error = tr("%1: its pixels are damaged; what it was made from could be read").arg(name);
        else if (reader.error() != QImageReader::UnsupportedFormatError)
            loaded.error = tr("%1: this picture is damaged (%2)").arg(name, reader.errorString());
        else if (const QString ending = QFileInfo(path).suffix().toLower();
                 ending != QLatin1String("webp") && !ending.startsWith(QLatin1String("tif")))
            loaded.error = tr("%1: the file does not hold a picture, whatever its name says").arg(name);
        return loaded;
    }
    if (!recipe.isEmpty())
        loaded.recipe = QJsonDocument::fromJson(recipe).object();
    if (std::max(loaded.picture.width(), loaded.picture.height()) > kLongest)
        loaded.picture = loaded.picture.scaled(kLongest, kLongest, Qt::KeepAspectRatio, Qt::SmoothTransformation);
    return loaded;
}

PictureLoader::~PictureLoader()
{
    m_pool.clear();
    m_pool.waitForDone();
}

void PictureLoader::load(const QList<ItemId> &ids)
{
    const QPointer<PictureLoader> self(this);
    for (const Item &item : m_workspace.items(ids)) {
        if (!item.hasPicture() || !item.picture.isNull() || item.path.isEmpty() || m_reading.contains(item.id))
            continue;
        m_reading.insert(item.id);
        m_pool.start([self, id = item.id, path = item.path] {
            Loaded loaded = read(path);
            QMetaObject::invokeMethod(
                qApp,
                [self, id, loaded = std::move(loaded)] {
                    if (self)
                        self->arrived(id, loaded);
                },
                Qt::QueuedConnection);
        });
    }
}

void PictureLoader::arrived(const ItemId &id, const Loaded &loaded)
{
    m_reading.remove(id);
    if (!loaded.picture.isNull()) {
        m_workspace.setLoadedPicture(id, loaded.picture, loaded.recipe);
    } else if (!loaded.error.isEmpty()) {
        m_errors.append(loaded.error);
        m_failed.append(id);
    }
    if (!m_reading.isEmpty() || m_errors.isEmpty())
        return;
    // One list for the whole batch.
    QStringList errors;
    errors.swap(m_errors);
    QList<ItemId> failed;
    failed.swap(m_failed);
    m_workspace.forget(failed);
    Q_EMIT unreadable(errors);
}

} // namespace orrery
