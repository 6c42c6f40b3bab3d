// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/collections/kept_source.h"

namespace orrery {

void KeptSource::load()
{
    if (m_loading)
        return;
    m_loading = true;
    if (m_kept && !isFresh())
        m_kept.reset();
    if (!m_kept) {
        begin();
        return;
    }
    // Not before load() has returned: who calls it may connect afterwards.
    QMetaObject::invokeMethod(
        this,
        [this, round = m_round] {
            if (round == m_round)
                deliver(MapCollection(*m_kept), true);
        },
        Qt::QueuedConnection);
}

void KeptSource::cancel()
{
    m_loading = false;
    ++m_round;
    m_background.stop();
    halt();
}

void KeptSource::deliver(const MapCollection &collection, bool complete)
{
    if (complete) {
        m_kept = collection;
        m_loading = false;
    }
    Q_EMIT loaded(collection, complete);
}

void KeptSource::fail(const Error &error)
{
    m_loading = false;
    Q_EMIT failed(error);
}

} // namespace orrery
