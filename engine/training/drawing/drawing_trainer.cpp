// SPDX-License-Identifier: Apache-2.0
#include "engine/training/drawing/drawing_trainer.h"

#include "engine/training/half_precision.h"
#include "engine/training/picture_world/random.h"
#include "engine/training/weights_file.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <thread>

namespace orrery::training {

namespace {

constexpr int kSize = PictureWorld::kSize;
constexpr std::size_t kPlanes = std::size_t(3) * kSize * kSize;
constexpr double kWarmUp = 0.03;     // of the schedule
constexpr double kLowestRate = 0.02; // of the peak
constexpr std::uint64_t kDropStream = 0xD609;

/// Reads back as the same number.
std::string exactText(double number)
{
    char text[40];
    std::snprintf(text, sizeof text, "%.17g", number);
    return text;
}

} // namespace

DrawingTrainer::DrawingTrainer(std::shared_ptr<const PromptScenes> scenes, DrawingOptions options, Weights fresh,
                               at::Device device)
    : m_weights(std::move(fresh)), m_options(options), m_device(device), m_scenes(std::move(scenes)),
      m_lastAdvance(std::chrono::steady_clock::now())
{
    for (auto &[name, weight] : m_weights)
        weight = weight.to(m_device);
}

DrawingTrainer::~DrawingTrainer()
{
    if (m_nextBatch.valid())
        m_nextBatch.wait();
}

double DrawingTrainer::fraction() const
{
    const double done = m_options.minutes > 0 ? m_elapsedSeconds / (60 * m_options.minutes)
                                              : static_cast<double>(m_step) / static_cast<double>(m_options.steps);
    return std::min(done, 1.0);
}

std::string DrawingTrainer::report() const
{
    char text[64];
    std::snprintf(text, sizeof text, "loss %.4f", m_meanLoss);
    return text;
}

void DrawingTrainer::startFrom(const Weights &finished)
{
    const at::NoGradGuard noGraph;
    for (auto &[name, weight] : m_weights) {
        const at::Tensor &value = weightOf(finished, name);
        if (value.sizes() != weight.sizes())
            throw Exception(ErrorCode::ModelFile, "\"" + name + "\" has another size than this recipe's");
        weight.copy_(value);
    }
}

DrawingTrainer::Batch DrawingTrainer::compose(std::int64_t step, bool singles) const
{
    const std::int64_t count = m_options.batch;
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
            if (!random.chance(static_cast<float>(dropCaptions())))
                batch.captions[static_cast<std::size_t>(i)] = std::move(example.caption);
        }
    };
    std::vector<std::jthread> painters;
    for (int t = 1; t < m_options.composers; ++t)
        painters.emplace_back(paint, count * t / m_options.composers, count * (t + 1) / m_options.composers);
    paint(0, count / m_options.composers);
    painters.clear(); // joins
    return batch;
}

bool DrawingTrainer::advance()
{
    const auto now = std::chrono::steady_clock::now();
    const double sinceLast = std::chrono::duration<double>(now - m_lastAdvance).count();
    m_lastAdvance = now;
    m_elapsedSeconds += std::min(sinceLast, 5.0); // a run that was paused must not lose its schedule

    switch (m_phase) {
    case Phase::Start:
        if (fraction() >= 1.0)
            return false;
        startStep();
        startSmallBatch();
        m_phase = Phase::Forward;
        break;
    case Phase::Forward:
        forwardPiece();
        if (m_cuts.size() == m_pass.pieces.size())
            m_phase = Phase::Loss;
        break;
    case Phase::Loss:
        compare();
        m_phase = Phase::Backward;
        break;
    case Phase::Backward:
        backwardPiece();
        if (m_cuts.empty())
            m_phase = Phase::Finish;
        break;
    case Phase::Finish:
        finish();
        m_pass = {};
        if (m_picture < m_options.batch) {
            startSmallBatch();
            m_phase = Phase::Forward;
        } else {
            m_phase = Phase::Update;
        }
        break;
    case Phase::Update:
        update();
        m_phase = Phase::Start;
        break;
    }
    return true;
}

void DrawingTrainer::startStep()
{
    if (!m_optimiser) { // late: `startFrom` may have replaced the weights
        for (auto &[name, weight] : m_weights)
            if (isLearned(name))
                weight.requires_grad_(true);
        m_optimiser = std::make_unique<AdamW>(m_weights, m_options.adamw);
    }
    m_batch = m_nextBatch.valid() ? m_nextBatch.get() : compose(m_step, showsSingles());
    m_nextBatch = std::async(std::launch::async,
                             [this, step = m_step + 1, singles = showsSingles()] { return compose(step, singles); });
    m_picture = 0;
    m_stepLoss = 0;
}

void DrawingTrainer::startSmallBatch()
{
    const std::int64_t count = std::min(m_options.microBatch, m_options.batch - m_picture);
    SmallBatch small;
    small.first = static_cast<std::uint64_t>(m_step * m_options.batch + m_picture);
    small.pixels = at::from_blob(m_batch.pictures.data() + static_cast<std::size_t>(m_picture) * kPlanes,
                                 {count, 3, kSize, kSize}, at::TensorOptions().dtype(at::kByte))
                       .to(m_device)
                       .to(at::kFloat)
                       .mul_(2.0 / 255.0)
                       .sub_(1.0);
    const auto captions = m_batch.captions.begin() + static_cast<std::ptrdiff_t>(m_picture);
    small.captions.assign(captions, captions + static_cast<std::ptrdiff_t>(count));
    const HalfPrecision half(m_device);
    m_pass = begin(small);
    m_picture += count;
}

void DrawingTrainer::forwardPiece()
{
    Cut cut;
    // What comes from outside needs no gradient: its first piece is the end of the way back.
    cut.in = m_cuts.empty() ? m_pass.input : m_cuts.back().out.detach().requires_grad_(true);
    const HalfPrecision half(m_device);
    cut.out = m_pass.pieces[m_cuts.size()](cut.in);
    cut.extra = std::move(m_extra);
    m_extra = at::Tensor();
    m_cuts.push_back(std::move(cut));
}

void DrawingTrainer::compare()
{
    const at::Tensor leaf = m_cuts.back().out.detach().requires_grad_(true);
    const double share = static_cast<double>(m_pass.input.size(0)) / static_cast<double>(m_options.batch);
    const at::Tensor loss = lossOf(leaf) * share;
    m_stepLoss += loss.item<double>();
    loss.backward();
    m_gradient = leaf.grad();
}

void DrawingTrainer::backwardPiece()
{
    const Cut cut = std::move(m_cuts.back());
    m_cuts.pop_back();
    if (cut.extra.defined()) {
        const double share = static_cast<double>(m_pass.input.size(0)) / static_cast<double>(m_options.batch);
        (cut.extra * share).backward({}, true);
    }
    cut.out.backward(m_gradient);
    m_gradient = cut.in.grad();
}

void DrawingTrainer::update()
{
    const double done = fraction();
    const double rate =
        done < kWarmUp ? done / kWarmUp : 0.5 * (1 + std::cos(std::numbers::pi * (done - kWarmUp) / (1 - kWarmUp)));
    m_optimiser->step(m_options.learningRate * std::max(rate, kLowestRate), m_options.clipNorm);
    ++m_step;
    m_pictures += m_options.batch;
    if (m_options.average > 0) {
        const at::NoGradGuard noGraph;
        // Young means forget faster, or they would remember the random start.
        const double steps = static_cast<double>(m_step);
        const double decay = std::min(m_options.average, (1 + steps) / (10 + steps));
        for (auto &[name, weight] : m_weights) {
            at::Tensor &mean = m_average[name];
            if (mean.defined())
                mean.lerp_(weight.detach(), 1 - decay);
            else
                mean = weight.detach().clone();
        }
    }
    updated();
    m_meanLoss += std::max(0.02, 1.0 / static_cast<double>(m_step)) * (m_stepLoss - m_meanLoss);
}

Weights DrawingTrainer::finished() const
{
    Weights all;
    for (const auto &[name, weight] : m_average.empty() ? m_weights : m_average)
        all[name] = weight.detach().to(at::kCPU, at::kFloat);
    return all;
}

void DrawingTrainer::save(const std::string &file) const
{
    if (m_phase != Phase::Start)
        throw Exception(ErrorCode::Internal, "training: a checkpoint is only taken between steps");
    Weights all = m_optimiser ? m_optimiser->state() : Weights{};
    for (const auto &[name, weight] : m_weights)
        all["weights/" + name] = weight;
    for (const auto &[name, weight] : m_average)
        all["average/" + name] = weight;
    writeWeights(file, all,
                 {{"step", std::to_string(m_step)},
                  {"pictures", std::to_string(m_pictures)},
                  {"elapsed_ms", std::to_string(std::llround(1000 * m_elapsedSeconds))},
                  {"seed", std::to_string(m_options.seed)},
                  {"loss", exactText(m_meanLoss)}});
}

void DrawingTrainer::restore(const std::string &file)
{
    auto [all, facts] = readWeights(file);
    if (facts["seed"] != std::to_string(m_options.seed))
        throw Exception(ErrorCode::BadInput, file + ": belongs to a run with seed " + facts["seed"] + ", expected " +
                                                 std::to_string(m_options.seed));
    Weights weights;
    for (const auto &[name, weight] : m_weights) {
        weights[name] = weightOf(all, "weights/" + name);
        if (const auto mean = all.find("average/" + name); mean != all.end())
            m_average[name] = mean->second.to(m_device);
    }
    startFrom(weights);
    m_step = std::stoll(facts["step"]);
    m_pictures = std::stoll(facts["pictures"]);
    startStep();
    m_optimiser->restore(all);
    m_elapsedSeconds = static_cast<double>(std::stoll(facts["elapsed_ms"])) / 1000;
    m_meanLoss = std::stod(facts["loss"]);
    m_phase = Phase::Start;
    m_nextBatch.wait();
    m_nextBatch = std::async(std::launch::deferred, [batch = std::move(m_batch)] { return batch; });
    m_lastAdvance = std::chrono::steady_clock::now();
}

} // namespace orrery::training
