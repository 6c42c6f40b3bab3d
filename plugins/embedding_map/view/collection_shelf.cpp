// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/collection_shelf.h"

#include <QFileInfo>

#include <algorithm>

namespace orrery::embedding_map {

namespace {
const QString kFile = QStringLiteral("file:");
}

CollectionShelf::CollectionShelf(PluginHost &host, Sources sources, QObject *parent)
    : QObject(parent), m_host(host), m_sources(std::move(sources))
{
    for (const auto &source : m_sources)
        watch(source.get());
}

void CollectionShelf::watch(CollectionSource *source)
{
    const auto isOpen = [this, source] { return source->id() == m_openId; };
    connect(source, &CollectionSource::loaded, this, [this, isOpen](const MapCollection &collection, bool complete) {
        if (!isOpen())
            return;
        m_collection = collection;
        m_complete = complete;
        if (complete)
            setLoading(false);
        Q_EMIT opened();
    });
    connect(source, &CollectionSource::failed, this, [this, isOpen](const Error &error) {
        if (!isOpen())
            return;
        setLoading(false);
        Q_EMIT failed(error);
    });
    connect(source, &CollectionSource::progress, this, [this, isOpen](double fraction, const QString &message) {
        if (isOpen())
            Q_EMIT progressed(fraction, message);
    });
    connect(source, &CollectionSource::layersLoaded, this, [this, isOpen](const QList<RowLayer> &layers) {
        if (isOpen())
            Q_EMIT layersLoaded(layers);
    });
}

CollectionSource *CollectionShelf::find(const QString &id) const
{
    const auto it = std::ranges::find_if(m_sources, [&](const auto &source) { return source->id() == id; });
    return it == m_sources.end() ? nullptr : it->get();
}

QString CollectionShelf::firstId() const
{
    for (const auto &source : m_sources)
        if (source->refusal().isEmpty())
            return source->id();
    return m_sources.empty() ? QString() : m_sources.front()->id();
}

void CollectionShelf::open(const QString &id)
{
    if (CollectionSource *before = find(m_openId); before && m_loading)
        before->cancel();
    m_openId = id;
    m_complete = false;
    m_collection = {};
    // After undo, or from a recipe, it may be a file that nobody opened in this window.
    if (!find(id) && id.startsWith(kFile))
        m_openId = addFile(id.mid(kFile.size()));
    CollectionSource *source = find(m_openId);
    if (!source) {
        setLoading(false);
        Q_EMIT failed({ErrorCode::NotFound, tr("This collection is no longer there.").toStdString(), id.toStdString()});
        return;
    }
    if (const QString refusal = source->refusal(); !refusal.isEmpty()) {
        setLoading(false);
        Q_EMIT failed({ErrorCode::Unsupported, refusal.toStdString(), {}});
        return;
    }
    setLoading(true);
    source->load();
}

QString CollectionShelf::addFile(const QString &path)
{
    std::unique_ptr<CollectionSource> source = sourceForFile(m_host, QFileInfo(path).absoluteFilePath());
    const QString id = source->id();
    if (!find(id)) {
        watch(source.get());
        m_sources.push_back(std::move(source));
        Q_EMIT listChanged();
    }
    return id;
}

QString CollectionShelf::addItems(const QList<ItemId> &items, const QString &title)
{
    std::unique_ptr<CollectionSource> source = sourceForItems(m_host, items, title);
    const QString id = source->id();
    if (!find(id)) {
        watch(source.get());
        m_sources.push_back(std::move(source));
        Q_EMIT listChanged();
    }
    return id;
}

void CollectionShelf::loadLayers()
{
    if (CollectionSource *source = find(m_openId))
        source->loadLayers();
}

bool CollectionShelf::cancel()
{
    if (!m_loading)
        return false;
    if (CollectionSource *source = find(m_openId))
        source->cancel();
    setLoading(false);
    return true;
}

void CollectionShelf::setLoading(bool loading)
{
    if (loading == m_loading)
        return;
    m_loading = loading;
    Q_EMIT loadingChanged(loading);
}

} // namespace orrery::embedding_map
