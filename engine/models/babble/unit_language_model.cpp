// SPDX-License-Identifier: Apache-2.0
#include "engine/models/babble/unit_language_model.h"

#include "engine/models/babble/duration_classes.h"
#include "engine/models/one_thread.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <limits>

namespace orrery::speech {

namespace {
constexpr std::int64_t kAtOnce = 64; ///< units; a layer of these takes a few milliseconds
}

UnitReader::UnitReader(std::shared_ptr<const UnitLanguageModel> model) : m_model(std::move(model))
{
    const UnitTransformerShape &shape = m_model->shape;
    m_cache = attention::DecoderCache(shape.layers, 1, shape.heads, shape.positions, shape.width,
                                      at::TensorOptions().dtype(at::kFloat).device(m_model->device));
}

UnitReader UnitReader::fork() const
{
    UnitReader other(*this);
    for (std::vector<at::Tensor> *tensors : {&other.m_cache.keys, &other.m_cache.values})
        for (at::Tensor &tensor : *tensors)
            tensor = tensor.clone();
    return other;
}

UnitReader::Token UnitReader::tokenOf(const HeldUnit &unit) const
{
    const UnitTransformerShape &shape = m_model->shape;
    if (unit.unit == kSentenceEnd)
        return {shape.sentenceEnd, 0};
    if (unit.unit < 0 || unit.unit >= shape.units)
        throw Exception(ErrorCode::BadInput, "There is no unit " + std::to_string(unit.unit) + " in " + m_model->name +
                                                 ", expected 0 to " + std::to_string(shape.units - 1));
    return {unit.unit + shape.firstUnit, unit.frames > 0 ? durationClass(unit.frames) + 1 : 0};
}

Task<> UnitReader::read(StepPacer &pace, std::vector<HeldUnit> units)
{
    const UnitTransformerShape &shape = m_model->shape;
    std::vector<Token> tokens;
    for (const HeldUnit &unit : units) {
        if (unit.unit == kSentenceEnd && shape.sentenceEnd < 0)
            continue; // a model that knows no ends reads on
        const Token token = tokenOf(unit);
        tokens.insert(tokens.end(), shape.repeats && unit.frames > 1 ? std::size_t(unit.frames) : 1, token);
    }
    if (tokens.empty())
        co_return;
    const auto room = std::size_t(shape.positions);
    if (m_tokens.size() + tokens.size() > room) {
        tokens.insert(tokens.begin(), m_tokens.begin(), m_tokens.end());
        tokens.erase(tokens.begin(),
                     tokens.end() - std::ptrdiff_t(std::min(tokens.size(), std::max<std::size_t>(1, room / 2))));
        m_tokens.clear();
        m_cache.length = 0;
    }
    for (std::size_t first = 0; first < tokens.size(); first += std::size_t(kAtOnce)) {
        const auto begin = tokens.begin() + std::ptrdiff_t(first);
        std::vector<Token> some(begin, begin + std::ptrdiff_t(std::min(tokens.size() - first, std::size_t(kAtOnce))));
        Task<> reading = readTokens(pace, std::move(some));
        co_await std::move(reading);
    }
}

Task<> UnitReader::readTokens(StepPacer &pace, std::vector<Token> tokens)
{
    const UnitTransformerShape &shape = m_model->shape;
    const auto count = std::int64_t(tokens.size());
    at::Tensor x;
    {
        const OneThread one;
        const at::NoGradGuard noGraph;
        at::Tensor ids = at::empty({1, count}, at::kLong), durations = at::empty({1, count}, at::kLong);
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            ids.mutable_data_ptr<std::int64_t>()[i] = tokens[i].token;
            durations.mutable_data_ptr<std::int64_t>()[i] = tokens[i].duration;
        }
        x = embedUnits(m_model->weights, shape, ids.to(m_model->device), durations.to(m_model->device), m_cache.length);
    }
    for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
        if (pace.due())
            co_await pace.step();
        const OneThread one;
        const at::NoGradGuard noGraph;
        x = cachedUnitBlock(m_model->weights, shape, layer, x, m_cache);
    }
    m_cache.length += count;
    m_tokens.insert(m_tokens.end(), tokens.begin(), tokens.end());
    const OneThread one;
    const at::NoGradGuard noGraph;
    m_left = leaveUnits(m_model->weights, x.narrow(1, count - 1, 1));
}

std::vector<float> UnitReader::scores() const
{
    const UnitTransformerShape &shape = m_model->shape;
    const bool ends = shape.sentenceEnd >= 0;
    if (!m_left.defined()) // nothing was read, and there is no token to begin with: all are equally likely
        return std::vector<float>(std::size_t(shape.units), 0.0F);
    const OneThread one;
    const at::NoGradGuard noGraph;
    const at::Tensor all = unitScores(m_model->weights, m_left).flatten().to(at::kCPU).contiguous();
    const float *values = all.const_data_ptr<float>();
    std::vector<float> scores(values + shape.firstUnit, values + shape.firstUnit + shape.units);
    if (ends)
        scores.push_back(values[shape.sentenceEnd]);
    const std::int64_t last = m_tokens.back().token;
    if (ends && last == shape.sentenceEnd)
        scores.back() = -std::numeric_limits<float>::infinity();
    else if (!shape.repeats && shape.isUnit(last))
        scores[std::size_t(last - shape.firstUnit)] = -std::numeric_limits<float>::infinity();
    return scores;
}

std::vector<float> UnitReader::durations(int unit) const
{
    if (!m_model->shape.durations || !m_left.defined() || unit == kSentenceEnd)
        return {};
    const OneThread one;
    const at::NoGradGuard noGraph;
    const at::Tensor next =
        at::full({1, 1}, unit + m_model->shape.firstUnit, at::TensorOptions().dtype(at::kLong).device(m_model->device));
    const at::Tensor all = durationScores(m_model->weights, m_left, next).flatten().to(at::kCPU).contiguous();
    return {all.const_data_ptr<float>(), all.const_data_ptr<float>() + all.numel()};
}

} // namespace orrery::speech
