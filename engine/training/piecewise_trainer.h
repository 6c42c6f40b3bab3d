// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/weights.h"
#include "engine/training/adamw.h"

#include <ATen/core/Tensor.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace orrery::training {

struct TrainingSchedule
{
    std::uint64_t seed = 1;
    double minutes = 0;         ///< length in time; 0: `steps` count
    std::int64_t steps = 2000;  ///< length in optimiser steps; used when `minutes` is 0
    double learningRate = 1e-3; ///< at the peak, after the first 3 % of the schedule; falls along a cosine
    double clipNorm = 1.0;
    double average = 0; ///< decay of a running mean of the weights, which is what is kept at the end; 0: none
    AdamW::Options adamw{.weightDecay = 0.02};
};

/// A run of training in slices: schedule, optimiser, running mean and checkpoints. `advance` does one piece of the
/// network, forward or backward, for one small batch, so that a job can give way in between; the chain is cut between
/// its pieces, and the cuts hold the gradient on its way back. Thread: engine.
class PiecewiseTrainer
{
public:
    virtual ~PiecewiseTrainer() = default;
    PiecewiseTrainer(const PiecewiseTrainer &) = delete;
    PiecewiseTrainer &operator=(const PiecewiseTrainer &) = delete;

    /// Begins from a finished model's weights instead of random ones; call before the first `advance`.
    /// @throws Exception{ModelFile} when they belong to another shape
    void startFrom(const Weights &finished);

    /// One slice. @return false when the schedule is over
    bool advance();

    double fraction() const; ///< of the schedule, in [0, 1]
    std::int64_t step() const { return m_step; }
    double loss() const { return m_meanLoss; } ///< exponential mean over steps
    virtual std::string report() const = 0;    ///< for the user
    bool betweenSteps() const { return m_phase == Phase::Start; }
    std::uint64_t seed() const { return m_schedule.seed; }

    /// What a finished model consists of: the running mean where there is one.
    Weights finished() const;

    /// Everything that `restore` needs to go on with the same bits, written atomically; between steps only.
    void save(const std::string &file) const;
    /// @throws Exception{ModelFile, BadInput} when the file belongs to another shape or seed
    void restore(const std::string &file);

protected:
    PiecewiseTrainer(TrainingSchedule schedule, Weights fresh, at::Device device);

    using Piece = std::function<at::Tensor(const at::Tensor &)>;
    /// A small batch on its way: what goes in, the pieces it passes, and its share of the step.
    struct Pass
    {
        at::Tensor input;
        std::vector<Piece> pieces;
        double share = 1;
    };
    /// Small batch `index` (0, 1, …) of this step. Everything drawn at random depends on (seed, step, index) alone.
    virtual Pass begin(std::int64_t index) = 0;
    virtual std::int64_t smallBatches() const = 0;
    /// Mean over the small batch.
    virtual at::Tensor lossOf(const at::Tensor &output) = 0;

    Weights m_weights;
    TrainingSchedule m_schedule;
    at::Device m_device;

private:
    enum class Phase
    {
        Start,
        Forward,
        Loss,
        Backward,
        Update,
    };
    struct Cut
    {
        at::Tensor in, out;
    };
    void prepare();
    void forwardPiece();
    void compare();
    void backwardPiece();
    void update();

    std::unique_ptr<AdamW> m_optimiser;
    Weights m_average;
    Phase m_phase = Phase::Start;
    std::int64_t m_small = 0;
    Pass m_pass;
    std::vector<Cut> m_cuts;
    at::Tensor m_gradient;
    double m_stepLoss = 0;
    std::int64_t m_step = 0;
    double m_elapsedSeconds = 0;
    std::chrono::steady_clock::time_point m_lastAdvance;
    double m_meanLoss = 0;
};

} // namespace orrery::training
