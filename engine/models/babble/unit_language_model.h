// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/babble.h"
#include "engine/api/precision.h"
#include "engine/models/babble/unit_origin.h"
#include "engine/models/babble/unit_transformer.h"
#include "engine/models/step_pacer.h"

#include <c10/core/Device.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace orrery::speech {

/// A language model of units, from a folder. Immutable. Thread: engine.
struct UnitLanguageModel
{
    UnitTransformerShape shape;
    Weights weights;
    at::Device device = at::kCPU;
    std::string name;  ///< as it was asked for
    UnitOrigin origin; ///< of the units that it learned
};

/// The language model of a built-in or installed id, or of a folder; kept by the engine's ModelCache.
/// @throws Exception{NotFound, Unsupported, ModelFile} naming file and field
Task<std::shared_ptr<const UnitLanguageModel>> loadUnitLanguageModel(EngineScope &scope, std::string idOrFolder,
                                                                     Precision precision = Precision::Exact);

/// Reads units one after the other and says what may follow. Keeps what it has read of the last `positions` units; when
/// that is full it forgets the older half and reads the rest again. On one thread, so that bits do not depend on how
/// many there are.
class UnitReader
{
public:
    explicit UnitReader(std::shared_ptr<const UnitLanguageModel> model);

    /// Whatever number of units more; of more than the model can hold the last ones count.
    Task<> read(StepPacer &pace, std::vector<HeldUnit> units);

    /// The same state again, for another continuation of what was read.
    UnitReader fork() const;
    bool repeats() const { return m_model->shape.repeats; }

    /// Scores of what follows, one for every unit, then one for kSentenceEnd where the model has it. What cannot follow
    /// (the same unit again, two ends in a row) has a score of minus infinity.
    std::vector<float> scores() const;
    /// Scores of how many frames `unit` would last there, one a duration class; empty when the model has none.
    std::vector<float> durations(int unit) const;

    /// The unit that has this place in scores(), and back.
    int unitAt(int place) const { return place < m_model->shape.units ? place : kSentenceEnd; }
    int placeOf(int unit) const { return unit == kSentenceEnd ? int(m_model->shape.units) : unit; }

private:
    struct Token
    {
        std::int64_t token = 0, duration = 0;
    };
    Token tokenOf(const HeldUnit &unit) const;
    Task<> readTokens(StepPacer &pace, std::vector<Token> tokens);

    std::shared_ptr<const UnitLanguageModel> m_model;
    attention::DecoderCache m_cache;
    std::vector<Token> m_tokens; ///< that the cache holds
    at::Tensor m_left;           ///< [1, 1, D]: of the last position
};

} // namespace orrery::speech
