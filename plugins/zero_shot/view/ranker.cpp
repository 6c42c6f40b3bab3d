// SPDX-License-Identifier: Apache-2.0
#include "plugins/zero_shot/view/ranker.h"

#include "plugins/zero_shot/view/picture_sources.h"

namespace orrery::zero_shot {

namespace {
// A question that takes longer than this is not worth waiting for once there is a newer one (ten thousand names).
constexpr qint64 kPatienceMs = 400;
} // namespace

Ranker::Ranker(PluginHost &host, QString channel, QObject *parent)
    : QObject(parent), m_host(host), m_channel(std::move(channel))
{}

void Ranker::ask(const Question &question, bool live)
{
    m_running.removeIf([](const Running &running) { return running.control.finished(); });
    for (Running &running : m_running)
        if (running.since.elapsed() > kPatienceMs && running.control.record().state == JobState::Running)
            running.control.cancel();

    const quint64 number = ++m_asked;
    JobOptions options;
    options.lane = live ? Lane::Live : Lane::Interactive;
    options.title = tr("Rank %1").arg(question.item.name).toStdString();
    options.channel = m_channel.toStdString();
    std::vector<PictureSource> pictures;
    pictures.push_back(toSource(question.item));
    Running running;
    running.since.start();
    setPending(true);
    running.control = m_host.submit(
        this, clip::kClassify, toRequest(m_host.currentModel(), question, std::move(pictures), m_perTemplate),
        std::move(options),
        [this, number, question](Result<clip::ClassifyResult> result) { finish(number, question, std::move(result)); },
        [this, number](const Progress &progress) {
            if (number == m_asked)
                Q_EMIT progressed(progress.fraction, QString::fromStdString(progress.message));
        });
    m_running.append(running);
}

void Ranker::finish(quint64 number, const Question &question, Result<clip::ClassifyResult> result)
{
    const bool newest = number == m_asked;
    if (newest)
        setPending(false);
    if (result) {
        if (number <= m_shown)
            return;
        m_shown = number;
        m_answer = toAnswer(question, *result, 0);
        Q_EMIT answered();
    } else if (newest && result.error().code != ErrorCode::Cancelled) {
        Q_EMIT failed(result.error());
    }
}

bool Ranker::cancel()
{
    const bool wasPending = m_pending;
    for (Running &running : m_running)
        running.control.cancel();
    m_running.clear();
    setPending(false);
    return wasPending;
}

void Ranker::clear()
{
    cancel();
    m_shown = ++m_asked; // answers still on their way are late
    m_answer.reset();
}

void Ranker::setPending(bool pending)
{
    if (m_pending == pending)
        return;
    m_pending = pending;
    Q_EMIT pendingChanged(pending);
}

} // namespace orrery::zero_shot
