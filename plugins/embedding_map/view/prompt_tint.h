// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/plugin_host.h"
#include "plugins/embedding_map/view/collections/collection.h"
#include "widgets/scatter/scatter_view.h"

#include <QTimer>

namespace orrery::embedding_map {

/// How near each point is to what was typed, in the space of the collection's model, while one types: the newest words
/// win. Thread: interface.
class PromptTint final : public QObject
{
    Q_OBJECT

public:
    explicit PromptTint(PluginHost &host, QObject *parent = nullptr);

    /// @param collection  unit embeddings of its model; one without a model has no words.
    void setCollection(const MapCollection &collection);
    /// Several, divided by commas, tint together. Empty: none.
    void setWords(const QString &words);

    bool isPending() const { return m_pending; }
    QStringList words() const { return m_words; }
    /// Per word, cosine with each point; empty while there is no answer.
    const std::vector<std::vector<float>> &cosines() const { return m_cosines; }
    ScatterColouring colouring() const;
    /// Each word at the place where the points that are nearest to it lie closest together.
    QList<ScatterMark> marks(const std::vector<float> &positions) const;

    static constexpr int kPauseMs = 90;

Q_SIGNALS:
    void changed();
    void pendingChanged(bool pending);
    void failed(const orrery::Error &error);

private:
    void ask();
    void setPending(bool pending);
    void clear();

    PluginHost &m_host;
    MapCollection m_collection;
    QTimer m_pause;
    QStringList m_asked;   ///< what is typed now
    QStringList m_words;   ///< what `m_cosines` belong to
    QStringList m_unknown; ///< of these, words that the model never read
    std::vector<std::vector<float>> m_cosines;
    int m_number = 0;
    bool m_pending = false;
};

/// Where on the map a thing belongs of which only the similarity to each point is known: the weighted middle of its
/// nearest points, those in the densest spot of them alone, because the middle of two islands is sea.
QPointF placeAmong(const std::vector<float> &similarity, const std::vector<float> &positions, int nearest = 12);

} // namespace orrery::embedding_map
