// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/babble.h"
#include "engine/models/babble/unit_transformer.h"
#include "engine/training/babble/row_trainer.h"
#include "engine/training/dropout.h"

#include <memory>
#include <string>
#include <vector>

namespace orrery::training {

using UnitSentences = std::vector<std::vector<speech::HeldUnit>>; ///< without kSentenceEnd

struct UnitLmOptions : RowOptions
{
    std::int64_t length = 256;   ///< units of a row; larger: more context, slower
    double dropping = 0.1;       ///< share of numbers that a block's output loses; larger: learns less by heart
    double withheld = 0.4;       ///< share of rows whose durations are not told, so that it can do without them
    double durationWeight = 0.3; ///< of the loss of durations beside that of units
};

/// Trains speech-ulm: the next unit, and then how long it lasts. A row holds sentences in an order drawn by lot, one
/// behind the other with ends between. Source: Lakhotia et al. 2021, GSLM, section 3.2; dropout: Srivastava et al.
/// 2014. Thread: engine.
class UnitLmTrainer : public RowTrainer
{
public:
    UnitLmTrainer(std::shared_ptr<const UnitSentences> sentences, speech::UnitTransformerShape shape,
                  UnitLmOptions options, at::Device device);

    static UnitLmOptions recipe();
    std::string report() const override;
    const speech::UnitTransformerShape &shape() const { return m_shape; }

protected:
    Pass begin(const Rows &rows) override;
    at::Tensor lossOf(const at::Tensor &output) override;

private:
    std::shared_ptr<const UnitSentences> m_sentences;
    speech::UnitTransformerShape m_shape;
    UnitLmOptions m_lm;
    Dropout m_dropout;
    at::Tensor m_next, m_nextDurations; ///< int64 [B, n]; durations: class, −1 where there is none
    double m_unitLoss = 0, m_stepUnitLoss = 0, m_stepsSeen = 0; ///< since this object was made
    std::int64_t m_unitLossStep = -1;
};

} // namespace orrery::training
