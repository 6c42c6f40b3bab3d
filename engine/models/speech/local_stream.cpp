// SPDX-License-Identifier: Apache-2.0
#include "engine/models/speech/local_stream.h"

#include "engine/models/speech/sliding_stream.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace orrery::speech {

LocalStream::LocalStream(std::shared_ptr<SpeechModel> model, int layer) : m_model(std::move(model)), m_layer(layer)
{
    const at::TensorOptions floats = at::TensorOptions().dtype(at::kFloat).device(m_model->device());
    m_projected = at::empty({0, m_model->network().shape.width}, floats);
    m_levels.resize(std::size_t(layer) + 1);
    for (Level &level : m_levels)
        level.kept = m_projected;
}

std::int64_t LocalStream::right() const
{
    const SpeechShape &shape = m_model->network().shape;
    return shape.positionRight() + m_layer * shape.attentionRight;
}

std::int64_t LocalStream::left() const
{
    const SpeechShape &shape = m_model->network().shape;
    return shape.positionLeft() + m_layer * shape.attentionLeft;
}

Task<ListeningStream::Heard> LocalStream::add(StepPacer &pace, std::vector<float> samples)
{
    m_samples.insert(m_samples.end(), samples.begin(), samples.end());
    Task<Heard> hearing = hear(pace, false);
    co_return co_await std::move(hearing);
}

Task<ListeningStream::Heard> LocalStream::end(StepPacer &pace)
{
    Task<Heard> hearing = hear(pace, true);
    co_return co_await std::move(hearing);
}

/// New samples through the feature encoder, which looks at nothing but them: each frame once.
Task<> LocalStream::project(StepPacer &pace)
{
    const ListenerFacts &facts = m_model->facts();
    const std::int64_t more = facts.frames(std::int64_t(m_samples.size()));
    if (more == 0)
        co_return;
    const auto end = m_samples.begin() + std::ptrdiff_t((more - 1) * facts.hop + facts.reach);
    Task<at::Tensor> part = m_model->features(pace, std::vector<float>(m_samples.begin(), end));
    at::Tensor x = co_await std::move(part);
    part = m_model->projected(pace, std::move(x));
    x = co_await std::move(part);
    m_projected = at::cat({m_projected, x});
    m_featured += more;
    m_samples.erase(m_samples.begin(), m_samples.begin() + std::ptrdiff_t(more * facts.hop));
}

Task<ListeningStream::Heard> LocalStream::hear(StepPacer &pace, bool last)
{
    const SpeechShape &shape = m_model->network().shape;
    Task<> projecting = project(pace);
    co_await std::move(projecting);
    const std::int64_t end = m_featured, before = m_levels.back().settled;
    Heard heard{before, at::empty({0, shape.width}, at::kFloat), before};
    if (end == before)
        co_return heard;

    Level *level = &m_levels.front();
    Task<at::Tensor> part =
        m_model->placed(pace, m_projected, level->settled - m_projectedFirst, m_projectedFirst == 0);
    at::Tensor x = co_await std::move(part); // frames [settled, end) of level 0
    std::int64_t settled = last ? end : std::max(level->settled, end - shape.positionRight());
    // The next call begins at `settled` and looks this far back.
    const std::int64_t first = std::max<std::int64_t>(0, settled - shape.positionLeft());
    m_projected = m_projected.slice(0, first - m_projectedFirst).clone();
    m_projectedFirst = first;

    for (int index = 0; index < m_layer; ++index) {
        Level &next = m_levels[std::size_t(index) + 1];
        const at::Tensor whole = at::cat({level->kept, x}); // from frame level->first on
        part = m_model->layer(pace, std::size_t(index), whole, next.settled - level->first);
        x = co_await std::move(part); // frames [next.settled, end)
        const std::int64_t nextSettled = last ? end : std::max(next.settled, settled - shape.attentionRight);
        const std::int64_t keep = std::max<std::int64_t>(0, nextSettled - shape.attentionLeft);
        level->kept = whole.slice(0, keep - level->first, settled - level->first).clone();
        level->first = keep;
        level->settled = settled;
        settled = nextSettled;
        level = &next;
    }
    level->settled = settled;
    heard.settled = settled;
    heard.frames = (m_layer == int(shape.layers) ? leave(m_model->network(), x) : x).to(at::kCPU);
    co_return heard;
}

std::unique_ptr<ListeningStream> openStream(std::shared_ptr<Listener> listener, int layer)
{
    const ListenerFacts &facts = listener->facts();
    if (auto model = std::dynamic_pointer_cast<SpeechModel>(listener); model && facts.local())
        return std::make_unique<LocalStream>(std::move(model), layer);
    const auto frames = [&](double seconds) { return std::int64_t(seconds * 16000 / double(facts.hop)); };
    return std::make_unique<SlidingStream>(std::move(listener), layer, frames(4), frames(1));
}

} // namespace orrery::speech
