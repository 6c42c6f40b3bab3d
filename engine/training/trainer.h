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

/// What a schedule and its optimiser are told.
struct TrainerOptions
{
    std::uint64_t seed = 1;
    double minutes = 0;         ///< length of the schedule in time; 0: `steps` count
    std::int64_t steps = 4000;  ///< length of the schedule in optimiser steps; used when `minutes` is 0
    double learningRate = 1e-3; ///< at the peak, after the first 3 % of the schedule; falls along a cosine
    double clipNorm = 1.0;
    double average = 0; ///< decay of a running mean of the weights, which is what is kept at the end; 0: none
    AdamW::Options adamw{.weightDecay = 0.02};
};

/// The schedule, the optimiser, checkpoints and slices that all trainers of networks share; what a step learns from is
/// said by those derived from it.
///
/// A run is resumed slice by slice: `advance` does one piece of the network, forward or backward, for one small batch
/// (well under 50 ms on two cores with pieces as small as the networks offer), so a job can give way in between. The
/// chain is cut between its pieces, and the cuts hold the gradient on its way back: the same numbers as in one go.
/// Thread: engine.
class Trainer
{
public:
    virtual ~Trainer();
    Trainer(const Trainer &) = delete;
    Trainer &operator=(const Trainer &) = delete;

    /// Begins from a finished model's weights instead of random ones; call before the first `advance`.
    /// @throws Exception{ModelFile} when they belong to another shape.
    virtual void startFrom(const Weights &finished);

    /// One slice. @return false when the schedule is over.
    bool advance();

    double fraction() const; ///< of the schedule, in [0, 1]
    std::int64_t step() const { return m_step; }
    std::int64_t examplesSeen() const { return m_examples; }
    double loss() const { return m_meanLoss; } ///< exponential mean over steps
    virtual std::string report() const;        ///< for the user: "loss 0.123"
    bool betweenSteps() const { return m_phase == Phase::Start; }
    std::uint64_t seed() const { return m_options.seed; }

    /// What a finished model consists of: the running mean where there is one.
    virtual Weights finished() const;

    /// Everything that `restore` needs to go on with the same bits, written atomically; between steps only.
    void save(const std::string &file) const;
    /// @throws Exception{ModelFile, BadInput} when the file belongs to another shape or seed.
    void restore(const std::string &file);

protected:
    Trainer(TrainerOptions options, Weights fresh, at::Device device);

    using Piece = std::function<at::Tensor(const at::Tensor &)>;
    /// A small batch on its way: what goes in, and the pieces it passes.
    struct Pass
    {
        at::Tensor input;
        std::vector<Piece> pieces;
        double share = 1;          ///< of the step's loss
        std::int64_t examples = 0; ///< that it learns from
    };
    /// Gets the examples of step(), which are the same whenever it is called for that step. Runs on the engine thread:
    /// what takes long is done ahead on another.
    virtual void gather() = 0;
    /// A run goes on from a checkpoint at step(): gather() will be called for it, whatever was got ahead.
    virtual void forgetGathered() {}
    /// The next small batch of what was gathered.
    virtual Pass begin() = 0;
    virtual bool hasMore() const = 0; ///< small batches in this step
    /// fraction() when `step` begins; in a schedule of minutes as good as it can be known, now.
    double fractionAt(std::int64_t step) const;
    /// Mean over the small batch.
    virtual at::Tensor lossOf(const at::Tensor &output) = 0;
    /// After the chain's gradient has come back: sends what gathered on leaves of one's own further.
    virtual void finish() {}
    /// After the optimiser's step.
    virtual void updated() {}
    /// Another loss of the piece that is just being computed; its gradient joins on the way back.
    void addLoss(at::Tensor loss) { m_extra = std::move(loss); }
    /// Whether `name` is learned by gradient.
    virtual bool isLearned(const std::string &) const { return true; }

    Weights m_weights;
    TrainerOptions m_options;
    at::Device m_device;

private:
    enum class Phase
    {
        Start,
        Forward,
        Loss,
        Backward,
        Finish,
        Update,
    };
    struct Cut
    {
        at::Tensor in, out, extra;
    };
    void startStep();
    void startSmallBatch();
    void makeOptimiser();
    void forwardPiece();
    void compare();
    void backwardPiece();
    void update();

    std::unique_ptr<AdamW> m_optimiser;
    Weights m_average;

    Phase m_phase = Phase::Start;
    Pass m_pass;
    std::vector<Cut> m_cuts;
    at::Tensor m_extra;
    at::Tensor m_gradient;
    double m_stepLoss = 0;
    std::int64_t m_stepExamples = 0;

    std::int64_t m_step = 0;
    std::int64_t m_examples = 0;
    double m_elapsedSeconds = 0;
    std::chrono::steady_clock::time_point m_lastAdvance;
    double m_meanLoss = 0;
};

} // namespace orrery::training
