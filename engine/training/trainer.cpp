// SPDX-License-Identifier: Apache-2.0
#include "engine/training/trainer.h"

#include "engine/core/error.h"
#include "engine/training/half_precision.h"
#include "engine/training/weights_file.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace orrery::training {

namespace {

constexpr double kWarmUp = 0.03;     // of the schedule
constexpr double kLowestRate = 0.02; // of the peak

/// Reads back as the same number.
std::string exactText(double number)
{
    char text[40];
    std::snprintf(text, sizeof text, "%.17g", number);
    return text;
}

} // namespace

Trainer::Trainer(TrainerOptions options, Weights fresh, at::Device device)
    : m_weights(std::move(fresh)), m_options(options), m_device(device), m_lastAdvance(std::chrono::steady_clock::now())
{
    for (auto &[name, weight] : m_weights)
        weight = weight.to(m_device);
}

Trainer::~Trainer() = default;

double Trainer::fraction() const
{
    return fractionAt(m_step);
}

double Trainer::fractionAt(std::int64_t step) const
{
    const double done = m_options.minutes > 0 ? m_elapsedSeconds / (60 * m_options.minutes)
                                              : static_cast<double>(step) / static_cast<double>(m_options.steps);
    return std::min(done, 1.0);
}

std::string Trainer::report() const
{
    char text[64];
    std::snprintf(text, sizeof text, "loss %.4f", m_meanLoss);
    return text;
}

void Trainer::startFrom(const Weights &finished)
{
    const at::NoGradGuard noGraph;
    for (auto &[name, weight] : m_weights) {
        const at::Tensor &value = weightOf(finished, name);
        if (value.sizes() != weight.sizes())
            throw Exception(ErrorCode::ModelFile, "\"" + name + "\" has another size than this recipe's");
        weight.copy_(value);
    }
}

bool Trainer::advance()
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
        if (hasMore()) {
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

void Trainer::makeOptimiser()
{
    for (auto &[name, weight] : m_weights)
        if (isLearned(name))
            weight.requires_grad_(true);
    m_optimiser = std::make_unique<AdamW>(m_weights, m_options.adamw);
}

void Trainer::startStep()
{
    if (!m_optimiser) // late: `startFrom` may have replaced the weights
        makeOptimiser();
    gather();
    m_stepLoss = 0;
    m_stepExamples = 0;
}

void Trainer::startSmallBatch()
{
    const HalfPrecision half(m_device);
    m_pass = begin();
    m_stepExamples += m_pass.examples;
}

void Trainer::forwardPiece()
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

void Trainer::compare()
{
    const at::Tensor leaf = m_cuts.back().out.detach().requires_grad_(true);
    const at::Tensor loss = lossOf(leaf) * m_pass.share;
    m_stepLoss += loss.item<double>();
    loss.backward();
    m_gradient = leaf.grad();
}

void Trainer::backwardPiece()
{
    const Cut cut = std::move(m_cuts.back());
    m_cuts.pop_back();
    if (cut.extra.defined()) {
        (cut.extra * m_pass.share).backward({}, true);
    }
    cut.out.backward(m_gradient);
    m_gradient = cut.in.grad();
}

void Trainer::update()
{
    const double done = fraction();
    const double rate =
        done < kWarmUp ? done / kWarmUp : 0.5 * (1 + std::cos(std::numbers::pi * (done - kWarmUp) / (1 - kWarmUp)));
    m_optimiser->step(m_options.learningRate * std::max(rate, kLowestRate), m_options.clipNorm);
    ++m_step;
    m_examples += m_stepExamples;
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

Weights Trainer::finished() const
{
    Weights all;
    for (const auto &[name, weight] : m_average.empty() ? m_weights : m_average)
        all[name] = weight.detach().to(at::kCPU, at::kFloat);
    return all;
}

void Trainer::save(const std::string &file) const
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
                  {"examples", std::to_string(m_examples)},
                  {"elapsed_ms", std::to_string(std::llround(1000 * m_elapsedSeconds))},
                  {"seed", std::to_string(m_options.seed)},
                  {"loss", exactText(m_meanLoss)}});
}

void Trainer::restore(const std::string &file)
{
    auto [all, facts] = readWeights(file);
    if (facts["seed"] != std::to_string(m_options.seed))
        throw Exception(ErrorCode::BadInput, file + ": belongs to a run with seed " + facts["seed"] + ", expected " +
                                                 std::to_string(m_options.seed));
    Weights weights;
    for (const auto &[name, weight] : m_weights) {
        weights[name] = weightOf(all, "weights/" + name);
        if (const auto mean = all.find("average/" + name); mean != all.end() && m_options.average > 0)
            m_average[name] = mean->second.to(m_device);
    }
    startFrom(weights);
    makeOptimiser();
    m_optimiser->restore(all);
    m_step = std::stoll(facts["step"]);
    // "pictures": as trainers of pictures wrote it before there were others.
    m_examples = std::stoll(facts[facts.contains("examples") ? "examples" : "pictures"]);
    m_elapsedSeconds = static_cast<double>(std::stoll(facts["elapsed_ms"])) / 1000;
    m_meanLoss = std::stod(facts["loss"]);
    m_phase = Phase::Start;
    forgetGathered();
    m_lastAdvance = std::chrono::steady_clock::now();
}

} // namespace orrery::training
