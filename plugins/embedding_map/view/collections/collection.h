// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/error.h"
#include "engine/files/npy.h"
#include "orrery/item.h"

#include <QImage>
#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace orrery {

class PluginHost;

/// Something that is known of every row, for colouring: a class or a number.
struct RowFact
{
    QString title;                     ///< "Digit", "Group", "Rating"
    std::vector<std::int32_t> classes; ///< [N] indices into `names`, −1: not known; empty: it is a number
    QStringList names;
    std::vector<float> values; ///< [N]; empty: it is a class
};

/// Numbers for every row of a collection, as one layer of a model has them.
struct RowLayer
{
    QString name; ///< "Pixels", "Layer 3 of 8", "Embedding"
    std::shared_ptr<const NpyMatrix> points;
};

/// What a map is made of. A value; copies share their data.
struct MapCollection
{
    QString id;                                        ///< of its source: "drawings", "digits", "file:/home/…/x.npy"
    QString title;                                     ///< "Drawings", "x.npy"
    QString what;                                      ///< one sentence: "1,358 emoji as Picture CLIP sees them"
    std::shared_ptr<const NpyMatrix> points;           ///< [N, D]
    QStringList names;                                 ///< [N] or empty
    QList<RowFact> facts;                              ///< the first one colours the map at first
    std::function<QImage(std::int64_t row)> thumbnail; ///< may be empty; cheap: called while the pointer moves
    std::function<Item(std::int64_t row)> item;        ///< the row as an item for other pages; may be empty
    std::vector<ItemId> items; ///< [N] of rows that are in the workspace already (null: not); or empty
    QString model;             ///< not empty: `points` are unit embeddings of this model, and prompts can join them
    bool flat = false;         ///< `points` are x and y already: show them as they are
    bool hasLayers = false;    ///< CollectionSource::loadLayers can say more
};

/// Makes a collection, off the interface thread. Thread: interface.
class CollectionSource : public QObject
{
    Q_OBJECT
public:
    explicit CollectionSource(QObject *parent = nullptr) : QObject(parent) {}

    virtual QString id() const = 0;
    virtual QString title() const = 0;
    virtual QString summary() const = 0; ///< for the list, before anything is loaded
    /// Why it cannot be had here, with the remedy ("Install fonts-noto-color-emoji"); empty: it can.
    virtual QString refusal() const { return {}; }

    /// Then `loaded` or `failed` once; `cancel` makes neither come. What was loaded is kept for the next time.
    virtual void load() = 0;
    virtual void cancel() = 0;
    /// Then `layersLoaded` or `failed`: pixels first, embedding last, the rows as in `loaded`.
    virtual void loadLayers() {}

Q_SIGNALS:
    void progress(double fraction, const QString &message);
    /// May come several times for one load: a first part that can be looked at, then more. Rows stay in their order.
    void loaded(const orrery::MapCollection &collection, bool complete);
    void layersLoaded(const QList<orrery::RowLayer> &layers);
    void failed(const orrery::Error &error);
};

/// The collections that come along, in the order of the list: drawings, prompts, digits in many fonts, the tray's and
/// the selection's items.
std::vector<std::unique_ptr<CollectionSource>> builtInSources(PluginHost &host);
/// .npy, .npz, .csv, .tsv, .txt, MNIST-format .idx (also .gz), or a folder of pictures.
std::unique_ptr<CollectionSource> sourceForFile(PluginHost &host, const QString &path);
/// Items of the workspace: pictures and texts in the model's space, arrays as they are.
std::unique_ptr<CollectionSource> sourceForItems(PluginHost &host, const QList<ItemId> &items, const QString &title);

} // namespace orrery
