// SPDX-License-Identifier: Apache-2.0
#include "orrery/workspace.h"
#include "plugins/sdk/wav_bytes.h"

#include <QBuffer>
#include <QDirIterator>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QMimeData>
#include <QSet>
#include <QTemporaryDir>
#include <QUrl>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace orrery {

namespace {

/// Of a dropped folder and the folders in it; a whole disk would keep the window waiting.
constexpr int kMostLookedAt = 50'000;

QByteArray toPng(const QImage &picture, const QJsonObject &recipe)
{
    QImage image = picture;
    if (!recipe.isEmpty())
        image.setText(QString::fromLatin1(kRecipeKey),
                      QString::fromUtf8(QJsonDocument(recipe).toJson(QJsonDocument::Compact)));
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return bytes;
}

template <class T>
QJsonArray toArray(const QList<T> &values)
{
    QJsonArray array;
    for (const T &value : values)
        array.append(value);
    return array;
}

QJsonObject toJson(const Item &item)
{
    QJsonObject json{{QStringLiteral("id"), item.id.toString(QUuid::WithoutBraces)},
                     {QStringLiteral("kind"), toString(item.kind)},
                     {QStringLiteral("name"), item.name},
                     {QStringLiteral("recipe"), item.recipe}};
    if (!item.path.isEmpty())
        json.insert(QStringLiteral("path"), item.path);
    if (!item.trueLabel.isEmpty())
        json.insert(QStringLiteral("trueLabel"), item.trueLabel);
    if (!item.text.isEmpty())
        json.insert(QStringLiteral("text"), item.text);
    // A file is read again where it is dropped; pixels travel only when there is no file.
    if (!item.picture.isNull() && item.path.isEmpty())
        json.insert(QStringLiteral("png"), QString::fromLatin1(toPng(item.picture, {}).toBase64()));
    if (!item.sound.isEmpty()) {
        // Not a list of numbers: a minute has a million of them, and a drag asks again with every window it crosses.
        json.insert(QStringLiteral("samples"),
                    QString::fromLatin1(QByteArray::fromRawData(reinterpret_cast<const char *>(item.sound.constData()),
                                                                item.sound.size() * qsizetype(sizeof(float)))
                                            .toBase64()));
        json.insert(QStringLiteral("sampleRateHz"), item.sampleRateHz);
    }
    if (!item.units.isEmpty())
        json.insert(QStringLiteral("units"), toArray(item.units));
    if (!item.values.isEmpty()) {
        json.insert(QStringLiteral("values"), toArray(item.values));
        json.insert(QStringLiteral("shape"), toArray(item.shape));
    }
    return json;
}

/// @return a null id and no name when the object is none of ours: it may come from any program.
bool fromJson(const QJsonObject &json, Item *item)
{
    if (!fromString(json.value(QStringLiteral("kind")).toString(), &item->kind))
        return false;
    item->id = ItemId::fromString(json.value(QStringLiteral("id")).toString());
    item->name = json.value(QStringLiteral("name")).toString();
    item->path = json.value(QStringLiteral("path")).toString();
    item->text = json.value(QStringLiteral("text")).toString();
    item->trueLabel = json.value(QStringLiteral("trueLabel")).toString();
    item->recipe = json.value(QStringLiteral("recipe")).toObject();
    if (const QString png = json.value(QStringLiteral("png")).toString(); !png.isEmpty())
        item->picture = QImage::fromData(QByteArray::fromBase64(png.toLatin1()), "PNG");
    for (const QJsonValue &value : json.value(QStringLiteral("sound")).toArray())
        item->sound.append(float(value.toDouble()));
    if (const QString text = json.value(QStringLiteral("samples")).toString(); !text.isEmpty()) {
        const QByteArray bytes = QByteArray::fromBase64(text.toLatin1());
        item->sound.resize(bytes.size() / qsizetype(sizeof(float)));
        std::memcpy(item->sound.data(), bytes.constData(), std::size_t(item->sound.size()) * sizeof(float));
        if (!std::ranges::all_of(item->sound, [](float value) { return std::isfinite(value); }))
            return false;
    }
    item->sampleRateHz = json.value(QStringLiteral("sampleRateHz")).toInt();
    for (const QJsonValue &value : json.value(QStringLiteral("units")).toArray())
        item->units.append(value.toInt());
    for (const QJsonValue &value : json.value(QStringLiteral("values")).toArray())
        item->values.append(float(value.toDouble()));
    qint64 product = 1;
    for (const QJsonValue &value : json.value(QStringLiteral("shape")).toArray()) {
        const qint64 length = value.toInteger();
        item->shape.append(length);
        // Any program may have written it: a product that wraps around would look right.
        const bool fits = length > 0 && product > 0 && length <= item->values.size() / product;
        product = fits ? product * length : -1;
    }
    if (item->kind == ItemKind::Array && product != item->values.size() &&
        (item->path.isEmpty() || !item->values.isEmpty()))
        return false;
    return !item->hasPicture() || !item->picture.isNull() || !item->path.isEmpty();
}

bool endsLikePicture(const QString &path)
{
    static const QSet<QString> endings{
        QStringLiteral("png"),  QStringLiteral("jpg"), QStringLiteral("jpeg"), QStringLiteral("jpe"),
        QStringLiteral("gif"),  QStringLiteral("bmp"), QStringLiteral("webp"), QStringLiteral("tif"),
        QStringLiteral("tiff"), QStringLiteral("pbm"), QStringLiteral("pgm"),  QStringLiteral("ppm"),
        QStringLiteral("pnm"),
    };
    return endings.contains(QFileInfo(path).suffix().toLower());
}

bool endsLikeSound(const QString &path)
{
    static const QSet<QString> endings{
        QStringLiteral("wav"),  QStringLiteral("flac"), QStringLiteral("ogg"), QStringLiteral("oga"),
        QStringLiteral("opus"), QStringLiteral("mp3"),  QStringLiteral("aif"), QStringLiteral("aiff"),
        QStringLiteral("au"),   QStringLiteral("caf"),  QStringLiteral("w64"),
    };
    return endings.contains(QFileInfo(path).suffix().toLower());
}

Item soundFileItem(const QString &path)
{
    Item item = fileItem(path);
    item.kind = ItemKind::Sound;
    return item;
}

/// MNIST's own names end in "-idx3-ubyte", with or without ".gz".
bool endsLikeTable(const QString &path)
{
    static const QStringList endings{QStringLiteral(".npy"), QStringLiteral(".npz"), QStringLiteral(".csv"),
                                     QStringLiteral(".tsv"), QStringLiteral(".idx"), QStringLiteral("-ubyte")};
    QString name = QFileInfo(path).fileName().toLower();
    if (name.endsWith(QLatin1String(".gz")))
        name.chop(3);
    return std::ranges::any_of(endings, [&](const QString &ending) { return name.endsWith(ending); });
}

QString safeFileName(const QString &name)
{
    QString safe = QFileInfo(name).completeBaseName();
    for (QChar &character : safe)
        if (!character.isLetterOrNumber() && character != u'-' && character != u' ')
            character = u'_';
    return safe.isEmpty() ? QStringLiteral("picture") : safe.left(60);
}

} // namespace

QMimeData *Workspace::toMime(const QList<ItemId> &ids) const
{
    auto *mime = new QMimeData;
    QJsonArray array;
    QList<QUrl> urls;
    QStringList texts;
    bool picture = false;
    // What was made here becomes a file, for programs that take nothing else.
    const auto give = [&](const Item &item, const QString &suffix, const std::function<QByteArray()> &bytes) {
        if (!m_files)
            m_files = std::make_unique<QTemporaryDir>();
        const QString folder = m_files->filePath(item.id.toString(QUuid::Id128));
        QDir().mkpath(folder);
        QFile file(folder + u'/' + safeFileName(item.name) + suffix);
        if (file.open(QIODevice::WriteOnly) && file.write(bytes()) > 0)
            urls.append(QUrl::fromLocalFile(file.fileName()));
    };
    for (const Item &item : items(ids)) {
        array.append(toJson(item));
        if (item.kind == ItemKind::Text)
            texts.append(item.text);
        if (item.kind == ItemKind::Sound && !item.path.isEmpty() && QFileInfo::exists(item.path))
            urls.append(QUrl::fromLocalFile(item.path));
        else if (item.kind == ItemKind::Sound && !item.sound.isEmpty())
            give(item, QStringLiteral(".wav"), [&] { return wavBytes(item.sound, item.sampleRateHz); });
        if (!item.hasPicture())
            continue;
        if (!item.picture.isNull() && !picture) {
            mime->setImageData(item.picture);
            picture = true;
        }
        if (!item.path.isEmpty() && QFileInfo::exists(item.path)) {
            urls.append(QUrl::fromLocalFile(item.path));
        } else if (!item.picture.isNull()) {
            give(item, QStringLiteral(".png"), [&] { return toPng(item.picture, item.recipe); });
        }
    }
    mime->setData(QString::fromLatin1(kItemMimeType),
                  QJsonDocument(QJsonObject{{QStringLiteral("version"), 1}, {QStringLiteral("items"), array}})
                      .toJson(QJsonDocument::Compact));
    if (!urls.isEmpty())
        mime->setUrls(urls);
    if (!texts.isEmpty())
        mime->setText(texts.join(u'\n'));
    return mime;
}

QList<ItemKind> kindsOf(const QMimeData &data)
{
    QList<ItemKind> kinds;
    const auto add = [&](ItemKind kind) {
        if (!kinds.contains(kind))
            kinds.append(kind);
    };
    if (!data.hasFormat(QString::fromLatin1(kItemMimeType)) && data.hasUrls()) {
        // Folders are not walked through while somebody drags.
        for (const QUrl &url : data.urls())
            add(endsLikeTable(url.fileName())   ? ItemKind::Array
                : endsLikeSound(url.fileName()) ? ItemKind::Sound
                                                : ItemKind::Picture);
        return kinds;
    }
    const Dropped dropped = readMime(data);
    for (const Item &item : dropped.items)
        add(item.kind);
    return kinds;
}

bool canReadMime(const QMimeData &data)
{
    return data.hasFormat(QString::fromLatin1(kItemMimeType)) || data.hasUrls() || data.hasImage() || data.hasText();
}

Dropped readPaths(const QStringList &paths)
{
    Dropped dropped;
    for (const QString &path : paths) {
        const QFileInfo info(path);
        if (!info.exists()) {
            dropped.unreadable.append(Workspace::tr("%1: there is no such file").arg(path));
        } else if (info.isDir()) {
            QStringList found, sounds;
            bool morePictures = false, moreSounds = false;
            // Folders count, too: a tree of empty ones takes as long to walk through.
            QDirIterator it(path, QDir::Files | QDir::Dirs | QDir::NoDotAndDotDot | QDir::Readable,
                            QDirIterator::Subdirectories);
            for (int looked = 0; it.hasNext() && looked < kMostLookedAt && !morePictures; ++looked) {
                const QString file = it.next();
                const bool picture = endsLikePicture(file);
                if ((!picture && !endsLikeSound(file)) || it.fileInfo().isDir())
                    continue;
                if (QStringList &list = picture ? found : sounds; list.size() < kMostFiles)
                    list.append(file);
                else
                    (picture ? morePictures : moreSounds) = true;
            }
            const bool cut = it.hasNext() && !morePictures;
            found.sort();
            sounds.sort();
            for (const QString &file : std::as_const(found))
                dropped.items.append(fileItem(file));
            if (found.isEmpty()) // a folder of pictures may hold a stray sound; one without pictures is one of sounds
                for (const QString &file : std::as_const(sounds))
                    dropped.items.append(soundFileItem(file));
            if (found.isEmpty() && sounds.isEmpty() && !cut)
                dropped.unreadable.append(
                    Workspace::tr("%1: neither pictures nor sounds in this folder").arg(info.fileName()));
            else if (morePictures)
                dropped.unreadable.append(
                    Workspace::tr("%1: only the first %2 pictures were taken").arg(info.fileName()).arg(kMostFiles));
            else if (found.isEmpty() && moreSounds)
                dropped.unreadable.append(
                    Workspace::tr("%1: only the first %2 sounds were taken").arg(info.fileName()).arg(kMostFiles));
            if (cut)
                dropped.unreadable.append(Workspace::tr("%1: only the first %L2 files and folders in it were looked at")
                                              .arg(info.fileName())
                                              .arg(kMostLookedAt));
        } else if (!info.isReadable()) {
            dropped.unreadable.append(Workspace::tr("%1: you may not read this file").arg(info.fileName()));
        } else if (endsLikeTable(path)) {
            dropped.items.append(tableItem(path));
        } else if (endsLikeSound(path)) {
            dropped.items.append(soundFileItem(path));
        } else if (!endsLikePicture(path)) {
            dropped.unreadable.append(
                Workspace::tr(
                    "%1: neither a picture (PNG, JPEG, GIF, WebP, TIFF, BMP, PNM), nor a sound (WAV, FLAC, Ogg, MP3, "
                    "AIFF), nor a table (npy, npz, csv, tsv, idx)")
                    .arg(info.fileName()));
        } else {
            dropped.items.append(fileItem(path));
        }
    }
    return dropped;
}

Dropped readMime(const QMimeData &data)
{
    Dropped dropped;
    if (data.hasFormat(QString::fromLatin1(kItemMimeType))) {
        const QJsonDocument document = QJsonDocument::fromJson(data.data(QString::fromLatin1(kItemMimeType)));
        for (const QJsonValue &value : document.object().value(QStringLiteral("items")).toArray()) {
            Item item;
            if (fromJson(value.toObject(), &item))
                dropped.items.append(item);
        }
        if (!dropped.items.isEmpty())
            return dropped;
    }
    if (data.hasUrls()) {
        QStringList paths;
        for (const QUrl &url : data.urls()) {
            if (url.isLocalFile())
                paths.append(url.toLocalFile());
            else if (!data.hasImage()) // a picture dragged out of a browser brings its pixels along
                dropped.unreadable.append(Workspace::tr("%1: not a file on this computer").arg(url.toDisplayString()));
        }
        const Dropped files = readPaths(paths);
        dropped.items += files.items;
        dropped.unreadable += files.unreadable;
        if (!dropped.isEmpty())
            return dropped;
    }
    if (data.hasImage()) {
        const QImage image = qvariant_cast<QImage>(data.imageData());
        if (!image.isNull())
            dropped.items.append(pictureItem(image, Workspace::tr("Pasted picture"),
                                             QJsonObject{{QStringLiteral("source"), QStringLiteral("clipboard")}}));
    } else if (data.hasText() && !data.text().trimmed().isEmpty()) {
        dropped.items.append(textItem(data.text()));
    }
    return dropped;
}

} // namespace orrery
