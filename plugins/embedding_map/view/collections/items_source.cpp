// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/collections/items_source.h"

#include "engine/files/array_file.h"
#include "plugins/embedding_map/view/collections/array_collection.h"
#include "plugins/embedding_map/view/collections/file_source.h"
#include "plugins/embedding_map/view/collections/row_facts.h"

#include <algorithm>

namespace orrery {

namespace {

bool isForModel(const Item &item)
{
    return item.hasPicture() || (item.kind == ItemKind::Text && !item.text.trimmed().isEmpty());
}

QString nameOf(const Item &item)
{
    return item.kind == ItemKind::Text ? item.text.simplified() : item.name;
}

} // namespace

ItemsSource::ItemsSource(PluginHost &host, const QString &id, const QString &title, Ids ids, const QString &summary,
                         const QString &whenEmpty)
    : EncodedSource(host, id, title), m_ids(std::move(ids)), m_summary(summary), m_whenEmpty(whenEmpty)
{}

QString ItemsSource::refusal() const
{
    return m_ids().isEmpty() ? m_whenEmpty : QString();
}

bool ItemsSource::isFresh() const
{
    return EncodedSource::isFresh() && host().workspace().items(m_ids()) == m_all;
}

void ItemsSource::halt()
{
    if (m_file) // it reads for this one
        m_file->cancel();
    EncodedSource::halt();
}

void ItemsSource::begin()
{
    m_all = host().workspace().items(m_ids());
    m_used.clear();
    m_leftOut.clear();
    QList<Item> arrays;
    for (const Item &item : std::as_const(m_all))
        (isForModel(item) ? m_used : arrays).append(item);
    if (m_used.size() < 2 &&
        std::ranges::any_of(arrays, [](const Item &item) { return item.kind == ItemKind::Array; })) {
        for (const Item &item : std::as_const(m_used))
            m_leftOut.append(nameOf(item));
        beginArrays(arrays);
        return;
    }
    for (const Item &item : std::as_const(arrays))
        m_leftOut.append(nameOf(item));
    const QString no = m_all.isEmpty() ? m_whenEmpty
                       : m_used.size() < 2
                           ? tr("%1: a map needs at least 2 pictures or texts, or arrays of one length").arg(title())
                           : EncodedSource::refusal();
    QStringList paths;
    for (const Item &item : std::as_const(m_used))
        paths.append(item.hasPicture() && item.picture.isNull() ? item.path : QString());
    m_thumbnails = std::make_shared<FileThumbnails>(paths);
    background().run(
        [this, no, used = m_used, thumbnails = m_thumbnails](const Outside &outside) {
            if (!no.isEmpty())
                throw Exception(ErrorCode::BadInput, no.toStdString());
            std::vector<Input> inputs;
            for (const Item &item : used)
                inputs.push_back(item.hasPicture() ? Input{toSource(item), {}} : Input{{}, item.text.toStdString()});
            outside.tell([this, inputs = std::move(inputs)] {
                expect(static_cast<qsizetype>(inputs.size()), 0);
                add(inputs);
            });
            thumbnails->readAll(outside);
            return true;
        },
        [this](const Result<bool> &read) {
            if (!read)
                fail(read.error());
        });
}

void ItemsSource::beginFile(const Item &array)
{
    m_file = std::make_unique<FileSource>(array.path);
    connect(m_file.get(), &CollectionSource::loaded, this, [this](MapCollection collection, bool complete) {
        collection.id = id();
        deliver(collection, complete);
    });
    connect(m_file.get(), &CollectionSource::failed, this, &ItemsSource::fail);
    m_file->load();
}

void ItemsSource::beginArrays(const QList<Item> &arrays)
{
    expect(arrays.size(), 0); // remembers the model, though arrays need none
    QList<Item> used;
    for (const Item &item : arrays)
        if (item.kind == ItemKind::Array &&
            (used.isEmpty() || (!item.values.isEmpty() && item.values.size() == used.front().values.size())))
            used.append(item);
        else
            m_leftOut.append(nameOf(item));
    if (used.size() == 1 && used.front().values.isEmpty()) {
        beginFile(used.front());
        return;
    }
    background().run(
        [used](const Outside &) {
            const Item &first = used.front();
            NpyMatrix points{used.size(), first.values.size(), {}};
            if (used.size() == 1 && first.shape.size() == 2) // its rows
                points = {first.shape[0], first.shape[1], {}};
            for (const Item &item : used)
                points.values.insert(points.values.end(), item.values.begin(), item.values.end());
            checkFinite(nameOf(first).toStdString(), points);
            if (points.rows < 2)
                throw Exception(ErrorCode::BadInput, nameOf(first).toStdString() +
                                                         ": holds only one row, a map needs at least 2, or more arrays "
                                                         "of as many numbers");
            return points;
        },
        [this, used](Result<NpyMatrix> points) {
            if (!points) {
                fail(points.error());
                return;
            }
            MapCollection collection;
            collection.id = id();
            collection.title = title();
            collection.points = std::make_shared<NpyMatrix>(std::move(*points));
            collection.what =
                tr("%L1 rows of %L2 numbers").arg(collection.points->rows).arg(collection.points->columns) +
                leftOutInWords();
            if (used.size() == collection.points->rows)
                describeRows(used, &collection);
            else
                collection.item = itemsOf(collection);
            deliver(collection, true);
        });
}

void ItemsSource::describeRows(const QList<Item> &rows, MapCollection *collection) const
{
    QStringList labels, kinds;
    for (const Item &item : rows) {
        collection->names.append(nameOf(item));
        collection->items.push_back(item.id);
        labels.append(item.trueLabel);
        kinds.append(item.kind == ItemKind::Text ? tr("Text") : tr("Picture"));
    }
    if (const RowFact fact = classFact(tr("Label"), labels); !fact.names.isEmpty())
        collection->facts.append(fact);
    if (const RowFact fact = classFact(tr("Kind"), kinds); fact.names.size() > 1)
        collection->facts.append(fact);
    collection->item = [rows](std::int64_t row) { return rows.value(row); };
}

QString ItemsSource::leftOutInWords() const
{
    constexpr qsizetype kNamed = 3;
    if (m_leftOut.isEmpty())
        return {};
    return tr("; left out: %1").arg(m_leftOut.mid(0, kNamed).join(QStringLiteral(", "))) +
           (m_leftOut.size() > kNamed ? tr(" and %L1 more").arg(m_leftOut.size() - kNamed) : QString());
}

MapCollection ItemsSource::describe(const std::vector<std::size_t> &inputs) const
{
    QList<Item> rows;
    QStringList unreadable;
    for (const std::size_t input : inputs)
        rows.append(m_used[static_cast<qsizetype>(input)]);
    for (qsizetype i = 0; i < m_used.size(); ++i)
        if (!errorOf(static_cast<std::size_t>(i)).isEmpty())
            unreadable.append(nameOf(m_used[i]));
    MapCollection collection;
    describeRows(rows, &collection);
    collection.what = tr("%L1 items as %2 sees them").arg(rows.size()).arg(modelName()) + leftOutInWords();
    if (!unreadable.isEmpty())
        collection.what += tr("; could not be read: %1").arg(unreadable.mid(0, 3).join(QStringLiteral(", ")));
    collection.thumbnail = [rows, inputs, thumbnails = m_thumbnails](std::int64_t row) {
        const QImage &picture = rows[row].picture;
        return picture.isNull() ? thumbnails->at(static_cast<qsizetype>(inputs[std::size_t(row)]))
                                : picture.scaled(64, 64, Qt::KeepAspectRatio, Qt::SmoothTransformation);
    };
    return collection;
}

EncodedSource::Pictures ItemsSource::picturesOf(const std::vector<std::size_t> &inputs) const
{
    QList<Item> rows;
    for (const std::size_t input : inputs)
        rows.append(m_used[static_cast<qsizetype>(input)]);
    if (std::ranges::any_of(rows, [](const Item &item) { return item.kind == ItemKind::Text; }))
        return {};
    return [rows](const Outside &) {
        std::vector<PictureSource> pictures;
        for (const Item &item : rows)
            pictures.push_back(toSource(item));
        return pictures;
    };
}

} // namespace orrery
