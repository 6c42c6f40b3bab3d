// SPDX-License-Identifier: Apache-2.0
// maps.* and clip.encode that answer by rules a test can foresee, and collections of a few made-up points.
#pragma once

#include "engine/api/maps.h"
#include "plugins/embedding_map/view/collection_shelf.h"
#include "plugins/embedding_map/view/collections/collection.h"

#include <QTimer>

#include <atomic>
#include <mutex>

namespace orrery::test {

/// What the fake jobs saw, and how they are to behave.
struct FakeMaps
{
    std::atomic<int> embedded{0};  ///< maps that were finished
    std::atomic<bool> hold{false}; ///< maps stream for ever, until this is false again
    std::atomic<bool> fail{false}; ///< maps throw
    std::mutex mutex;
    std::vector<maps::EmbedRequest> requests; ///< guarded by `mutex`, in order
    std::vector<std::string> texts;           ///< of clip.encode; guarded by `mutex`
    static FakeMaps &instance();
    void reset();
    maps::EmbedRequest last();
};

/// maps.embed: PCA is the first two columns; others the same turned by the seed's degrees, ten times as large, and
/// shifted by a hundred for a random start. maps.place: the place of the nearest row. maps.near: as it is.
/// clip.encode: the unit vector of the column that the text's first letter names, "a" the first; pictures the second.
void registerFakeMaps();

/// Rows of four groups in eight dimensions, of unit length; "a0", "a1", …, "b0", … by group.
MapCollection fakeCollection(const QString &id, int perGroup = 10);

class FakeSource final : public CollectionSource
{
public:
    FakeSource(QString id, MapCollection collection, QObject *parent = nullptr)
        : CollectionSource(parent), m_id(std::move(id)), m_collection(std::move(collection))
    {}
    QString id() const override { return m_id; }
    QString title() const override { return m_collection.title; }
    QString summary() const override { return m_collection.what; }
    QString refusal() const override { return refused; }
    void load() override;
    void cancel() override { ++m_number; }
    void loadLayers() override;

    QString refused;
    QString error;           ///< not empty: loading fails with it
    bool inTwoParts = false; ///< the first half comes at once, the rest when `release` is called
    void release();

private:
    QString m_id;
    MapCollection m_collection;
    int m_number = 0;
};

} // namespace orrery::test
