// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/collections/drawings_source.h"

#include "plugins/embedding_map/view/collections/embedding_store.h"
#include "plugins/embedding_map/view/collections/row_facts.h"

#include <QFile>

namespace orrery {

namespace {

constexpr qsizetype kDrawnAtOnce = 24;
constexpr const char *kDrawingVersion = "1"; ///< of emojiOnWhite: another margin gives other embeddings

QStringList linesOf(const QString &path)
{
    QFile file(path);
    QStringList lines;
    if (file.open(QIODevice::ReadOnly))
        for (const QByteArray &line : file.readAll().split('\n'))
            if (!line.trimmed().isEmpty())
                lines.append(QString::fromUtf8(line.trimmed()));
    return lines;
}

} // namespace

DrawingsSource::DrawingsSource(PluginHost &host) : EncodedSource(host, QStringLiteral("drawings"), tr("Drawings"))
{
    background().drawsText();
}

QString DrawingsSource::summary() const
{
    return tr("Emoji as the model sees them, everyday things first");
}

QString DrawingsSource::refusal() const
{
    const QString font = emojiRefusal();
    return font.isEmpty() ? EncodedSource::refusal() : font;
}

void DrawingsSource::begin()
{
    Q_EMIT progress(-1, tr("Drawing"));
    QByteArray key(kDrawingVersion);
    for (const ModelCard &card : host().modelCards())
        if (QString::fromStdString(card.id) == host().currentModel())
            key += versionOf(card);
    const QString labels = host().resourceFolder() + QStringLiteral("/labels/");
    background().run(
        [this, key, labels, no = refusal()](const Outside &outside) -> std::optional<NpyMatrix> {
            if (!no.isEmpty())
                throw Exception(ErrorCode::Unsupported, no.toStdString());
            const QList<EmojiName> names = readEmojiNames(labels + QStringLiteral("drawings.tsv"),
                                                          linesOf(labels + QStringLiteral("everyday_101.txt")));
            QStringList texts;
            for (const EmojiName &name : names)
                texts.append(name.text);
            const auto thumbnails = std::make_shared<EmojiThumbnails>(texts);
            const QByteArray storeKey = key + emojiFontVersion() + texts.join(u' ').toUtf8();
            outside.tell([this, names, thumbnails, storeKey] { takeNames(names, thumbnails, storeKey); });
            if (auto stored = EmbeddingStore(QStringLiteral("drawings"), storeKey).read(names.size()))
                return stored;
            for (qsizetype i = 0; i < names.size() && !outside.stopped(); i += kDrawnAtOnce) {
                std::vector<Input> inputs;
                for (qsizetype j = i; j < std::min(i + kDrawnAtOnce, names.size()); ++j) {
                    const QImage picture = emojiOnWhite(names[j].text, kEmojiSide);
                    inputs.push_back({{names[j].name.toStdString(), toPicture(picture)}, {}});
                    thumbnails->put(j, picture.scaled(kEmojiSide / 2, kEmojiSide / 2, Qt::IgnoreAspectRatio,
                                                      Qt::SmoothTransformation));
                }
                outside.tell([this, inputs = std::move(inputs)] { add(inputs); });
            }
            return std::nullopt;
        },
        [this](Result<std::optional<NpyMatrix>> stored) {
            if (!stored) {
                fail(stored.error());
                return;
            }
            if (!*stored)
                return; // what was drawn is on its way through the model
            m_stored = true;
            takeAll(std::move(**stored));
        });
}

void DrawingsSource::takeNames(const QList<EmojiName> &names, const std::shared_ptr<EmojiThumbnails> &thumbnails,
                               const QByteArray &storeKey)
{
    constexpr qsizetype kFirstPart = 48; // half of the everyday names: something to see within a second
    m_names = names;
    m_thumbnails = thumbnails;
    m_storeKey = storeKey;
    m_stored = false;
    expect(names.size(), kFirstPart);
}

MapCollection DrawingsSource::describe(const std::vector<std::size_t> &inputs) const
{
    MapCollection collection;
    QStringList groups, kinds, allGroups, allKinds;
    for (const EmojiName &name : m_names) {
        allGroups.append(name.group);
        allKinds.append(name.kind);
    }
    QList<EmojiName> drawn;
    for (const std::size_t input : inputs) {
        const EmojiName &name = m_names[static_cast<qsizetype>(input)];
        drawn.append(name);
        collection.names.append(name.name);
        groups.append(name.group);
        kinds.append(name.kind);
    }
    collection.facts = {classFact(tr("Group"), groups, allGroups), classFact(tr("Kind"), kinds, allKinds)};
    collection.what = tr("%L1 emoji as %2 sees them").arg(inputs.size()).arg(modelName());
    collection.thumbnail = [thumbnails = m_thumbnails, inputs](std::int64_t row) {
        return row < std::int64_t(inputs.size()) ? thumbnails->at(static_cast<qsizetype>(inputs[std::size_t(row)]))
                                                 : QImage();
    };
    collection.item = [drawn](std::int64_t row) {
        const EmojiName &name = drawn[static_cast<qsizetype>(row)];
        Item item = pictureItem(
            emojiOnWhite(name.text, 2 * kEmojiSide), name.name,
            QJsonObject{{QStringLiteral("source"), QStringLiteral("made")}, {QStringLiteral("emoji"), name.text}});
        item.trueLabel = name.name;
        return item;
    };
    return collection;
}

EncodedSource::Pictures DrawingsSource::picturesOf(const std::vector<std::size_t> &inputs) const
{
    return [names = m_names, inputs](const Outside &outside) {
        std::vector<PictureSource> pictures;
        for (const std::size_t input : inputs) {
            if (outside.stopped())
                break;
            const EmojiName &name = names[static_cast<qsizetype>(input)];
            pictures.push_back({name.name.toStdString(), toPicture(emojiOnWhite(name.text, kEmojiSide))});
        }
        return pictures;
    };
}

void DrawingsSource::finished(const MapCollection &collection)
{
    if (m_stored) // the pictures that the points stand for, before somebody points at them
        background().run(
            [thumbnails = m_thumbnails](const Outside &outside) {
                thumbnails->drawAll(outside);
                return true;
            },
            [](const Result<bool> &) {});
    else if (rows().size() == static_cast<std::size_t>(m_names.size()))
        QThreadPool::globalInstance()->start([key = m_storeKey, points = collection.points] {
            EmbeddingStore(QStringLiteral("drawings"), key).write(*points);
        });
}

} // namespace orrery
