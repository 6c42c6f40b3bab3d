// SPDX-License-Identifier: Apache-2.0
#include "engine/training/drawing/drawing_trainer.h"

#include "engine/training/drawing/picture_codes.h"
#include "engine/training/random.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <thread>

namespace orrery::training {

namespace {

constexpr int kSize = PictureWorld::kSize;
constexpr std::size_t kPlanes = std::size_t(3) * kSize * kSize;
constexpr std::uint64_t kDropStream = 0xD609;

} // namespace

DrawingTrainer::DrawingTrainer(std::shared_ptr<const PromptScenes> scenes, DrawingOptions options, Weights fresh,
                               at::Device device)
    : Trainer(options, std::move(fresh), device), m_drawing(std::move(options)), m_scenes(std::move(scenes))
{}

DrawingTrainer::~DrawingTrainer()
{
    forgetGathered();
}

void DrawingTrainer::forgetGathered()
{
    if (m_nextBatch.valid())
        m_nextBatch.wait();
    m_nextBatch = {};
}

DrawingTrainer::Batch DrawingTrainer::compose(std::int64_t step, bool singles, double dropped) const
{
    const std::int64_t count = m_drawing.batch;
    Batch batch;
    batch.pictures.resize(static_cast<std::size_t>(count) * kPlanes);
    batch.captions.resize(static_cast<std::size_t>(count));
    const auto paint = [&](std::int64_t from, std::int64_t to) {
        for (std::int64_t i = from; i < to; ++i) {
            const auto index = static_cast<std::uint64_t>(step * count + i);
            Example example = singles ? m_scenes->single(index, kSize, Composer::Pairs::Training)
                                      : m_scenes->example(index, kSize, Composer::Pairs::Training);
            std::copy(example.picture.begin(), example.picture.end(),
                      batch.pictures.begin() + static_cast<std::ptrdiff_t>(i * static_cast<std::int64_t>(kPlanes)));
            Random random(m_options.seed ^ kDropStream, index);
            if (!random.chance(static_cast<float>(dropped)))
                batch.captions[static_cast<std::size_t>(i)] = std::move(example.caption);
        }
    };
    std::vector<std::jthread> painters;
    for (int t = 1; t < m_drawing.composers; ++t)
        painters.emplace_back(paint, count * t / m_drawing.composers, count * (t + 1) / m_drawing.composers);
    paint(0, count / m_drawing.composers);
    painters.clear(); // joins
    return batch;
}

void DrawingTrainer::gather()
{
    const auto composeAt = [this](std::int64_t at) {
        // What is virtual is asked here: the other thread may run on while this is being destroyed.
        return [this, at, singles = fractionAt(at) < m_drawing.singlesUntil, dropped = dropCaptions()] {
            return compose(at, singles, dropped);
        };
    };
    m_batch = m_nextBatch.valid() ? m_nextBatch.get() : composeAt(step())();
    m_nextBatch = std::async(std::launch::async, composeAt(step() + 1));
    m_picture = 0;
}

Trainer::Pass DrawingTrainer::begin()
{
    const std::int64_t count = std::min(m_drawing.microBatch, m_drawing.batch - m_picture);
    SmallBatch small;
    small.first = static_cast<std::uint64_t>(step() * m_drawing.batch + m_picture);
    small.pixels = PictureCodes::pixels(m_batch.pictures.data() + static_cast<std::size_t>(m_picture) * kPlanes, count,
                                        kSize, m_device);
    const auto captions = m_batch.captions.begin() + static_cast<std::ptrdiff_t>(m_picture);
    small.captions.assign(captions, captions + static_cast<std::ptrdiff_t>(count));
    Pass pass = begin(small);
    pass.share = static_cast<double>(count) / static_cast<double>(m_drawing.batch);
    pass.examples = count;
    m_picture += count;
    return pass;
}

} // namespace orrery::training
