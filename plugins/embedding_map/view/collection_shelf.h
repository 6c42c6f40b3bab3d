// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/plugin_host.h"
#include "plugins/embedding_map/view/collections/collection.h"

namespace orrery::embedding_map {

using Sources = std::vector<std::unique_ptr<CollectionSource>>;

/// The collections one can choose from, and the one that is open. Thread: interface.
class CollectionShelf final : public QObject
{
    Q_OBJECT

public:
    CollectionShelf(PluginHost &host, Sources sources, QObject *parent = nullptr);

    const Sources &sources() const { return m_sources; }
    CollectionSource *find(const QString &id) const;
    QString firstId() const;

    /// Loads the collection; `opened` or `failed` follow.
    void open(const QString &id);
    /// Puts a file, or a folder of pictures, on the shelf. @return its id.
    QString addFile(const QString &path);
    QString addItems(const QList<ItemId> &items, const QString &title);
    void loadLayers();
    /// @return false when nothing was being loaded.
    bool cancel();

    const MapCollection &collection() const { return m_collection; }
    MapCollection &collection() { return m_collection; }
    /// Id of the one that is open or being opened.
    QString openId() const { return m_openId; }
    bool isLoading() const { return m_loading; }
    bool isComplete() const { return m_complete; }

Q_SIGNALS:
    void listChanged();
    void loadingChanged(bool loading);
    void progressed(double fraction, const QString &message);
    void opened();
    void layersLoaded(const QList<orrery::RowLayer> &layers);
    void failed(const orrery::Error &error);

private:
    void watch(CollectionSource *source);
    void setLoading(bool loading);

    PluginHost &m_host;
    Sources m_sources;
    MapCollection m_collection;
    QString m_openId;
    bool m_loading = false;
    bool m_complete = false;
};

} // namespace orrery::embedding_map
