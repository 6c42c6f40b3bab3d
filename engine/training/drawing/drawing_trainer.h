// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/weights.h"
#include "engine/training/adamw.h"
#include "engine/training/picture_world/prompt_scenes.h"

#include <ATen/core/Tensor.h>

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

namespace orrery::training {

struct DrawingOptions
{
    std::uint64_t seed = 1;
    double minutes = 0;           ///< length of the schedule in time; 0: `steps` count
    std::int64_t steps = 4000;    ///< length of the schedule in optimiser steps; used when `minutes` is 0
    std::int64_t batch = 128;     ///< pictures a step; larger: smoother, slower steps
    std::int64_t microBatch = 16; ///< pictures at a time; larger: less overhead, longer slices
    double learningRate = 1e-3;   ///< at the peak, after the first 3 % of the schedule; falls along a cosine
    double clipNorm = 1.0;
    double average = 0; ///< decay of a running mean of the weights, which is what is kept at the end; 0: none
    AdamW::Options adamw{.weightDecay = 0.02};
    int composers = 1; ///< threads that paint the next batch
    /// Share of the schedule that shows one thing a picture, plain or in a colour: what things look like comes first,
    /// how sentences combine them second (Bengio et al. 2009, "Curriculum learning").
    double singlesUntil = 0;
};

/// What the trainers of picture-dvae, picture-dalle and picture-diffusion share: batches of scenes painted ahead, the
/// schedule, the optimiser, checkpoints, and slices.
///
/// A run is resumed slice by slice: `advance` does one piece of the network, forward or backward, for one small batch
/// (well under 50 ms on two cores with pieces as small as the networks offer), so a job can give way in between. The
/// chain is cut between its pieces, and the cuts hold the gradient on its way back: the same numbers as in one go.
/// Thread: engine; helper threads paint and touch no LibTorch.
class DrawingTrainer
{
public:
    virtual ~DrawingTrainer();
    DrawingTrainer(const DrawingTrainer &) = delete;
    DrawingTrainer &operator=(const DrawingTrainer &) = delete;

    /// Begins from a finished model's weights instead of random ones; call before the first `advance`.
    /// @throws Exception{ModelFile} when they belong to another shape.
    virtual void startFrom(const Weights &finished);

    /// One slice. @return false when the schedule is over.
    bool advance();

    double fraction() const; ///< of the schedule, in [0, 1]
    std::int64_t step() const { return m_step; }
    std::int64_t picturesSeen() const { return m_pictures; }
    double loss() const { return m_meanLoss; } ///< exponential mean over steps
    virtual std::string report() const;        ///< for the user: "loss 0.123"
    bool betweenSteps() const { return m_phase == Phase::Start; }
    const PromptScenes &scenes() const { return *m_scenes; }
    std::uint64_t seed() const { return m_options.seed; }

    /// What a finished model consists of: the running mean where there is one.
    Weights finished() const;

    /// Everything that `restore` needs to go on with the same bits, written atomically; between steps only.
    void save(const std::string &file) const;
    /// @throws Exception{ModelFile, BadInput} when the file belongs to another shape or seed.
    void restore(const std::string &file);

protected:
    DrawingTrainer(std::shared_ptr<const PromptScenes> scenes, DrawingOptions options, Weights fresh,
                   at::Device device);

    using Piece = std::function<at::Tensor(const at::Tensor &)>;
    /// A small batch on its way: what goes in, and the pieces it passes.
    struct Pass
    {
        at::Tensor input;
        std::vector<Piece> pieces;
    };
    struct SmallBatch
    {
        at::Tensor pixels;                 ///< float [n, 3, 64, 64] in [−1, 1], on the device
        std::vector<std::string> captions; ///< [n]; some are empty (`dropCaptions`)
        std::uint64_t first = 0;           ///< index of its first picture in the run
    };
    virtual Pass begin(const SmallBatch &batch) = 0;
    /// Mean over the small batch.
    virtual at::Tensor lossOf(const at::Tensor &output) = 0;
    /// After the chain's gradient has come back: sends what gathered on leaves of one's own further.
    virtual void finish() {}
    /// After the optimiser's step.
    virtual void updated() {}
    /// Another loss of the piece that is just being computed; its gradient joins on the way back.
    void addLoss(at::Tensor loss) { m_extra = std::move(loss); }
    /// Share of the captions that are left out, so that a model also learns to draw without.
    virtual double dropCaptions() const { return 0; }
    /// Whether `name` is learned by gradient.
    virtual bool isLearned(const std::string &) const { return true; }

    Weights m_weights;
    DrawingOptions m_options;
    at::Device m_device;

private:
    struct Batch
    {
        std::vector<std::uint8_t> pictures; ///< [B, 3, 64, 64]
        std::vector<std::string> captions;  ///< [B]
    };
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
    Batch compose(std::int64_t step, bool singles) const;
    bool showsSingles() const { return fraction() < m_options.singlesUntil; }
    void startStep();
    void startSmallBatch();
    void forwardPiece();
    void compare();
    void backwardPiece();
    void update();

    std::shared_ptr<const PromptScenes> m_scenes;
    std::unique_ptr<AdamW> m_optimiser;
    Weights m_average;

    Phase m_phase = Phase::Start;
    Batch m_batch;
    std::future<Batch> m_nextBatch;
    std::int64_t m_picture = 0; ///< next picture of the batch
    Pass m_pass;
    std::vector<Cut> m_cuts;
    at::Tensor m_extra;
    at::Tensor m_gradient;
    double m_stepLoss = 0;

    std::int64_t m_step = 0;
    std::int64_t m_pictures = 0;
    double m_elapsedSeconds = 0;
    std::chrono::steady_clock::time_point m_lastAdvance;
    double m_meanLoss = 0;
};

} // namespace orrery::training
