// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/prompt_queue.h"

#include <algorithm>

namespace orrery::text_to_image {

PromptQueue::PromptQueue(PluginHost &host, QObject *parent)
    : QObject(parent), m_sampler(new Sampler(host, QStringLiteral("text_to_image.queue"), this))
{
    connect(m_sampler, &Sampler::changed, this, [this] {
        Entry *current = entry(m_current);
        if (!current || m_sampler->drawing().isEmpty() || m_sampler->drawing().key != m_sampler->asked())
            return;
        current->drawing = m_sampler->drawing();
        Q_EMIT drawn(m_current);
    });
    connect(m_sampler, &Sampler::finished, this,
            [this] { end(m_sampler->drawing().complete ? Stage::Done : Stage::Stopped); });
    connect(m_sampler, &Sampler::failed, this,
            [this](const Error &error) { end(Stage::Failed, QString::fromStdString(error.message)); });
    connect(m_sampler, &Sampler::progressed, this, &PromptQueue::progressed);
}

PromptQueue::Entry *PromptQueue::entry(quint64 id)
{
    for (Entry &entry : m_entries)
        if (entry.id == id && id != 0)
            return &entry;
    return nullptr;
}

const PromptQueue::Entry *PromptQueue::find(quint64 id) const
{
    return const_cast<PromptQueue *>(this)->entry(id);
}

quint64 PromptQueue::add(const Parameters &parameters)
{
    if (m_entries.size() >= kMost || parameters.prompt.simplified().isEmpty())
        return 0;
    Entry entry;
    entry.id = ++m_lastId;
    entry.parameters = parameters;
    m_entries.append(entry);
    Q_EMIT changed();
    next();
    return entry.id;
}

void PromptQueue::move(quint64 id, int place)
{
    for (int i = 0; i < m_entries.size(); ++i)
        if (m_entries[i].id == id) {
            m_entries.move(i, std::clamp(place, 0, int(m_entries.size()) - 1));
            Q_EMIT changed();
            return;
        }
}

void PromptQueue::remove(const QList<quint64> &ids)
{
    const bool current = ids.contains(m_current) && m_current != 0;
    if (current)
        m_current = 0; // what the sampler still says is nobody's
    m_entries.removeIf([&](const Entry &entry) { return ids.contains(entry.id); });
    if (current)
        m_sampler->clear();
    Q_EMIT changed();
    next();
}

bool PromptQueue::stopCurrent()
{
    return m_current != 0 && m_sampler->cancel();
}

void PromptQueue::setPaused(bool paused)
{
    if (m_paused == paused)
        return;
    m_paused = paused;
    Q_EMIT changed();
    next();
}

int PromptQueue::waiting() const
{
    return int(std::count_if(m_entries.begin(), m_entries.end(),
                             [](const Entry &entry) { return entry.stage == Stage::Waiting; }));
}

void PromptQueue::next()
{
    if (m_paused || m_current != 0)
        return;
    for (Entry &entry : m_entries)
        if (entry.stage == Stage::Waiting) {
            m_sampler->clear(); // of the one before nothing is left
            m_current = entry.id;
            entry.stage = Stage::Drawing;
            m_sampler->draw(entry.parameters, Lane::Background);
            Q_EMIT changed();
            return;
        }
}

void PromptQueue::end(Stage stage, const QString &error)
{
    Entry *current = entry(m_current);
    m_current = 0;
    if (current) {
        current->stage = stage;
        current->error = error;
        QList<Drawing *> newestFirst;
        for (auto it = m_entries.rbegin(); it != m_entries.rend(); ++it)
            newestFirst.append(&it->drawing);
        forgetOldSteps(newestFirst);
        Q_EMIT changed();
    }
    next();
}

} // namespace orrery::text_to_image
