// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/clip.h"
#include "orrery/picture_source.h"
#include "orrery/plugin_host.h"
#include "plugins/embedding_map/view/collections/kept_source.h"

namespace orrery {

/// Pictures and texts as the chosen model sees them, a batch after the other, so that the first can be looked at early
/// and all can be cancelled.
class EncodedSource : public KeptSource
{
    Q_OBJECT
public:
    EncodedSource(PluginHost &host, const QString &id, const QString &title);
    QString refusal() const override;
    void loadLayers() override;

protected:
    /// One of the two.
    struct Input
    {
        PictureSource picture;
        std::string text;
    };
    /// Pictures for clip.layers, made off the interface thread.
    using Pictures = std::function<std::vector<PictureSource>(const Outside &)>;

    /// Begins a load of `total` inputs, which add() brings. Parts are shown from `first` on, each three times as large
    /// as the one before; 0: none.
    void expect(qsizetype total, qsizetype first);
    void add(std::vector<Input> inputs);
    /// All but the points of these inputs, which the model could embed. Others could not: see errorOf.
    virtual MapCollection describe(const std::vector<std::size_t> &inputs) const = 0;
    /// The pictures of these inputs; empty: there are no layers.
    virtual Pictures picturesOf(const std::vector<std::size_t> &inputs) const
    {
        Q_UNUSED(inputs)
        return {};
    }
    /// All inputs have been asked for and shown.
    virtual void finished(const MapCollection &collection) { Q_UNUSED(collection) }
    /// Why an input is none of the rows; empty: it is one.
    QString errorOf(std::size_t input) const { return m_errors.value(input); }
    const std::vector<std::size_t> &rows() const { return m_rows; }
    /// Takes embeddings that were kept on disk for all inputs.
    void takeAll(NpyMatrix points);

    void halt() override;
    bool isFresh() const override { return m_model == m_host.currentModel(); }
    PluginHost &host() const { return m_host; }
    QString model() const { return m_model; }
    /// "Picture CLIP"
    QString modelName() const;

private:
    /// So large that it is made quickly.
    bool isLarge() const;
    void next();
    void take(std::size_t first, const clip::EncodeResult &result);
    void show(bool complete);

    PluginHost &m_host;
    QString m_model;
    qsizetype m_total = 0, m_nextPart = 0;
    std::vector<Input> m_waiting; ///< not yet asked for
    std::size_t m_asked = 0, m_done = 0;
    bool m_busy = false;
    int m_round = 0;
    std::vector<std::size_t> m_rows; ///< inputs that have an embedding
    std::vector<float> m_values;     ///< theirs
    QHash<std::size_t, QString> m_errors;
    JobControl m_job;
};

} // namespace orrery
