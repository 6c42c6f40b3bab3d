// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/training/trainer.h"

#include <cstdint>

namespace orrery::training {

struct RowOptions : TrainerOptions
{
    std::int64_t batch = 16;     ///< rows a step; larger: smoother, slower steps
    std::int64_t microBatch = 1; ///< rows at a time; larger: less overhead, longer slices
};

/// What the trainers of speech-ulm and speech-vocoder share: rows that are drawn by lot when their turn comes, a few at
/// a time. Thread: engine.
class RowTrainer : public Trainer
{
protected:
    RowTrainer(RowOptions options, Weights fresh, at::Device device);

    struct Rows
    {
        std::int64_t count = 0;
        std::int64_t first = 0; ///< index of the first in the run
    };
    /// The pass of these rows, without its share and its examples, which follow from their number.
    virtual Pass begin(const Rows &rows) = 0;
    std::int64_t smallBatches() const; ///< of a step
    std::int64_t begun() const;        ///< small batches of the run, with the one that is on its way

private:
    void gather() final { m_small = 0; }
    Pass begin() final;
    bool hasMore() const final { return m_small < smallBatches(); }

    RowOptions m_rows;
    std::int64_t m_small = 0; ///< next small batch of the step
};

} // namespace orrery::training
