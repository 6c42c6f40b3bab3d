// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/playable.h"

namespace orrery::embedding_map {

class MapPage;
struct MapParameters;

/// Lets others play the page "Map".
///
/// | Action | Takes |
/// |---|---|
/// | `collection` | id of a collection: "drawings", "prompts", "digits" |
/// | `map` | {"as": "PCA start", "method": "tsne", "start": "pca", …}: makes that map, or shows it when it is there |
/// | `show` | what an earlier `map` was called |
/// | `compare` | [left, right], two of those names side by side; []: one map alone |
/// | `colour` | "nothing", "clusters", "recall", "trustworthiness", "continuity", "correlation", "pearson", or the
/// title of a fact | | `words` | words that tint the points; "": none | | `point` | name of a point, whose kept,
/// missing and false neighbours are shown; "": none | | `view` | "map", "compare", "layers", "failures" |
///
/// Of a `map`, all but `method` may be left out and are then the usual: `as` (the map's title), `method` ("pca",
/// "tsne", "umap"), `start` ("usual", "pca", "random", "spectral"), `perplexity`, `neighbours`, `exaggeration`,
/// `minDistance`, `metric` ("euclidean", "cosine"), `iterations`, `seed`.
///
/// Readings of each map that was made by `map`, by its `as`: `recall`, `trustworthiness`, `continuity`, `correlation`
/// (of distances, by rank), `pearson` (the same by value), `loss`. Of the page itself: `points`, and while two maps are
/// compared `difference`.
/// Controls: collection, colour, words, map, runs, views, layers; in the inspector: method, neighbours, start, spread,
/// metric, seed, make, quality.
/// Thread: interface.
class MapPlay final : public Playable
{
public:
    explicit MapPlay(MapPage &page) : m_page(page) {}

    QStringList actions() const override;
    QString refusal(const QString &action, const QJsonValue &value) const override;
    void act(const QString &action, const QJsonValue &value) override;
    bool settled() const override;
    QString trouble() const override;
    Readings readings() const override;
    void showReadings(const Readings &readings) override;
    QString numberText(const QString &quantity, double value) const override;
    QStringList controls() const override;
    QWidget *control(const QString &name) const override;
    QJsonObject view() const override;
    void setView(const QJsonObject &view) override;

private:
    /// @return why the value is no map, in words; empty: it is one.
    static QString parse(const QJsonValue &value, MapParameters *parameters, QString *name);
    QString keyOf(const QString &name) const;

    MapPage &m_page;
    Readings m_stored; ///< shown in place of the page's own
};

} // namespace orrery::embedding_map
