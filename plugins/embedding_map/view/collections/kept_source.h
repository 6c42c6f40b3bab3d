// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedding_map/view/collections/background.h"
#include "plugins/embedding_map/view/collections/collection.h"

#include <optional>

namespace orrery {

/// What all sources have in common: one load at a time, off the interface thread; what was loaded is kept.
class KeptSource : public CollectionSource
{
    Q_OBJECT
public:
    KeptSource(QString id, QString title) : m_background(this), m_id(std::move(id)), m_title(std::move(title)) {}

    QString id() const final { return m_id; }
    QString title() const override { return m_title; }
    void load() final;
    void cancel() final;

protected:
    /// Starts the work; deliver() or fail() end it.
    virtual void begin() = 0;
    /// Stops what begin() started besides `background()`.
    virtual void halt() {}
    /// Is what was kept still what load() would give? ("The file changed.")
    virtual bool isFresh() const { return true; }

    void deliver(const MapCollection &collection, bool complete);
    void fail(const Error &error);
    const std::optional<MapCollection> &kept() const { return m_kept; }
    Background &background() { return m_background; }

private:
    Background m_background;
    QString m_id, m_title;
    std::optional<MapCollection> m_kept;
    bool m_loading = false;
    int m_round = 0;
};

} // namespace orrery
