// SPDX-License-Identifier: Apache-2.0
#include "engine/models/speech/sliding_stream.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace orrery::speech {

SlidingStream::SlidingStream(std::shared_ptr<Listener> listener, int layer, std::int64_t left, std::int64_t right)
    : m_listener(std::move(listener)), m_layer(layer), m_left(left), m_right(right)
{}

Task<ListeningStream::Heard> SlidingStream::add(StepPacer &pace, std::vector<float> samples)
{
    m_loudness.add(samples.data(), samples.size());
    m_samples.insert(m_samples.end(), samples.begin(), samples.end());
    Task<Heard> hearing = hear(pace, false);
    co_return co_await std::move(hearing);
}

Task<ListeningStream::Heard> SlidingStream::end(StepPacer &pace)
{
    Task<Heard> hearing = hear(pace, true);
    co_return co_await std::move(hearing);
}

Task<ListeningStream::Heard> SlidingStream::hear(StepPacer &pace, bool last)
{
    const ListenerFacts &facts = m_listener->facts();
    const std::int64_t frames = m_start + facts.frames(std::int64_t(m_samples.size()));
    Heard heard{m_settled, at::empty({0, std::int64_t(facts.width)}, at::kFloat), m_settled};
    if (frames > m_settled) {
        Stretch stretch{m_samples, m_loudness};
        Task<std::vector<at::Tensor>> hearing = m_listener->hear(pace, std::move(stretch), {m_layer});
        const std::vector<at::Tensor> all = co_await std::move(hearing);
        heard.frames = all[0].slice(0, m_settled - m_start);
        m_settled = last ? frames : std::max(m_settled, frames - m_right);
        heard.settled = m_settled;
    }
    if (const std::int64_t keep = std::max<std::int64_t>(0, m_settled - m_left); keep > m_start) {
        m_samples.erase(m_samples.begin(), m_samples.begin() + std::ptrdiff_t((keep - m_start) * facts.hop));
        m_start = keep;
    }
    co_return heard;
}

} // namespace orrery::speech
