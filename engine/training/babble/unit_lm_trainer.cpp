// SPDX-License-Identifier: Apache-2.0
#include "engine/training/babble/unit_lm_trainer.h"

#include "engine/core/error.h"
#include "engine/models/babble/duration_classes.h"
#include "engine/runtime/generator.h"
#include "engine/training/fresh_weights.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace orrery::training {

namespace {

constexpr std::uint32_t kRows = 1; ///< stream of random numbers

Weights freshUnitLm(const speech::UnitTransformerShape &shape, std::uint64_t seed)
{
    return freshTransformer(speech::expectedWeights(shape), seed, shape.width, shape.layers);
}

} // namespace

UnitLmTrainer::UnitLmTrainer(std::shared_ptr<const UnitSentences> sentences, speech::UnitTransformerShape shape,
                             UnitLmOptions options, at::Device device)
    : RowTrainer(options, freshUnitLm(shape, options.seed), device), m_sentences(std::move(sentences)), m_shape(shape),
      m_lm(options), m_dropout(options.seed, options.dropping)
{
    if (m_sentences->empty())
        throw Exception(ErrorCode::BadInput, "There are no units to learn from");
    m_lm.length = std::min(m_lm.length, m_shape.positions);
}

UnitLmOptions UnitLmTrainer::recipe()
{
    UnitLmOptions options;
    options.steps = 1500;
    options.microBatch = 2;
    options.learningRate = 1.5e-3;
    options.average = 0.99;
    options.adamw.weightDecay = 0.1;
    return options;
}

std::string UnitLmTrainer::report() const
{
    char text[64];
    std::snprintf(text, sizeof text, "%.3f bits a unit", m_unitLoss / std::log(2.0));
    return text;
}

Trainer::Pass UnitLmTrainer::begin(const Rows &rows)
{
    m_dropout.begin(static_cast<std::uint64_t>(begun()));
    const auto drop = [this](const at::Tensor &x) { return m_dropout(x); };
    const std::int64_t length = m_lm.length;
    at::Tensor tokens = at::empty({rows.count, length + 1}, at::kLong),
               durations = at::empty({rows.count, length + 1}, at::kLong);
    at::Tensor told = at::ones({rows.count, 1}, at::kLong);
    for (std::int64_t row = 0; row < rows.count; ++row) {
        Generator lots(seed(), static_cast<std::uint64_t>(rows.first + row), kRows);
        if (lots.uniform() < m_lm.withheld)
            told[row][0] = 0;
        std::int64_t *token = tokens.mutable_data_ptr<std::int64_t>() + row * (length + 1);
        std::int64_t *duration = durations.mutable_data_ptr<std::int64_t>() + row * (length + 1);
        std::int64_t filled = 0;
        const auto put = [&](std::int64_t one, std::int64_t lasting) {
            if (filled <= length) {
                token[filled] = one;
                duration[filled++] = lasting;
            }
        };
        put(m_shape.sentenceEnd, 0);
        while (filled <= length) {
            const auto &sentence =
                (*m_sentences)[static_cast<std::size_t>(lots.below(static_cast<std::int64_t>(m_sentences->size())))];
            for (const speech::HeldUnit &unit : sentence)
                put(unit.unit + m_shape.firstUnit, speech::durationClass(unit.frames) + 1);
            put(m_shape.sentenceEnd, 0);
        }
    }
    tokens = tokens.to(m_device);
    durations = durations.to(m_device);
    m_next = tokens.narrow(1, 1, length).contiguous();
    m_nextDurations = durations.narrow(1, 1, length) - 1;
    const at::Tensor known = (durations * told.to(m_device)).narrow(1, 0, length).contiguous();

    Pass pass;
    pass.input = tokens.narrow(1, 0, length).contiguous();
    pass.pieces.push_back([this, known, drop](const at::Tensor &ids) {
        return drop(speech::embedUnits(m_weights, m_shape, ids, known, 0));
    });
    for (std::int64_t layer = 0; layer < m_shape.layers; ++layer)
        pass.pieces.push_back(
            [this, layer, drop](const at::Tensor &x) { return speech::unitBlock(m_weights, m_shape, layer, x, drop); });
    pass.pieces.push_back([this](const at::Tensor &x) {
        const at::Tensor left = speech::leaveUnits(m_weights, x);
        const at::Tensor scores = speech::unitScores(m_weights, left);
        return m_shape.durations ? at::cat({scores, speech::durationScores(m_weights, left, m_next)}, -1) : scores;
    });
    return pass;
}

at::Tensor UnitLmTrainer::lossOf(const at::Tensor &output)
{
    const at::Tensor units =
        at::cross_entropy_loss(output.narrow(2, 0, m_shape.tokens).reshape({-1, m_shape.tokens}), m_next.flatten());
    if (m_unitLossStep != step()) { // the mean of the step before joins
        if (m_unitLossStep >= 0)
            m_unitLoss += std::max(0.02, 1.0 / ++m_stepsSeen) * (m_stepUnitLoss - m_unitLoss);
        m_unitLossStep = step();
        m_stepUnitLoss = 0;
    }
    m_stepUnitLoss += units.item<double>() / static_cast<double>(smallBatches());
    if (!m_shape.durations)
        return units;
    const at::Tensor lasting = output.narrow(2, m_shape.tokens, speech::kDurationClasses);
    return units + m_lm.durationWeight * at::cross_entropy_loss(lasting.reshape({-1, speech::kDurationClasses}),
                                                                m_nextDurations.flatten(), {}, at::Reduction::Mean, -1);
}

} // namespace orrery::training
