// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedding_map/view/collections/encoded_source.h"
#include "plugins/embedding_map/view/collections/file_thumbnails.h"

namespace orrery {

/// Items of the workspace: pictures and texts in the model's space, arrays of one length as they are, or the rows of
/// one array. What fits none of these is named.
class ItemsSource final : public EncodedSource
{
    Q_OBJECT
public:
    /// Asked again at every load: "what is in the tray now".
    using Ids = std::function<QList<ItemId>()>;

    /// @param whenEmpty  said when there are no items: "The tray is empty; drag pictures or texts there."
    ItemsSource(PluginHost &host, const QString &id, const QString &title, Ids ids, const QString &summary,
                const QString &whenEmpty);
    QString summary() const override { return m_summary; }
    QString refusal() const override;

protected:
    void begin() override;
    void halt() override;
    bool isFresh() const override;
    MapCollection describe(const std::vector<std::size_t> &inputs) const override;
    Pictures picturesOf(const std::vector<std::size_t> &inputs) const override;

private:
    void beginArrays(const QList<Item> &arrays);
    void beginFile(const Item &array);
    /// What all kinds of rows have in common.
    void describeRows(const QList<Item> &rows, MapCollection *collection) const;
    QString leftOutInWords() const;

    Ids m_ids;
    QString m_summary, m_whenEmpty;
    QList<Item> m_all;     ///< as they were when they were loaded
    QList<Item> m_used;    ///< inputs of the model
    QStringList m_leftOut; ///< names
    std::shared_ptr<FileThumbnails> m_thumbnails;
    std::unique_ptr<CollectionSource> m_file;
};

} // namespace orrery
