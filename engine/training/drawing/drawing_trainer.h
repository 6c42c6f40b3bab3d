// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/training/picture_world/prompt_scenes.h"
#include "engine/training/trainer.h"

#include <future>

namespace orrery::training {

struct DrawingOptions : TrainerOptions
{
    std::int64_t batch = 128;     ///< pictures a step; larger: smoother, slower steps
    std::int64_t microBatch = 16; ///< pictures at a time; larger: less overhead, longer slices
    int composers = 1;            ///< threads that paint the next batch
    /// Share of the schedule that shows one thing a picture, plain or in a colour: what things look like comes first,
    /// how sentences combine them second (Bengio et al. 2009, "Curriculum learning").
    double singlesUntil = 0;
};

/// What the trainers of picture-dvae, picture-dalle and picture-diffusion share: batches of scenes, painted ahead on
/// helper threads that touch no LibTorch. Thread: engine.
class DrawingTrainer : public Trainer
{
public:
    ~DrawingTrainer() override;

    const PromptScenes &scenes() const { return *m_scenes; }

protected:
    DrawingTrainer(std::shared_ptr<const PromptScenes> scenes, DrawingOptions options, Weights fresh,
                   at::Device device);

    struct SmallBatch
    {
        at::Tensor pixels;                 ///< float [n, 3, 64, 64] in [−1, 1], on the device
        std::vector<std::string> captions; ///< [n]; some are empty (`dropCaptions`)
        std::uint64_t first = 0;           ///< index of its first picture in the run
    };
    virtual Pass begin(const SmallBatch &batch) = 0;
    /// Share of the captions that are left out, so that a model also learns to draw without.
    virtual double dropCaptions() const { return 0; }

private:
    struct Batch
    {
        std::vector<std::uint8_t> pictures; ///< [B, 3, 64, 64]
        std::vector<std::string> captions;  ///< [B]
    };
    void gather() final;
    void forgetGathered() final;
    Pass begin() final;
    bool hasMore() const final { return m_picture < m_drawing.batch; }
    Batch compose(std::int64_t step, bool singles, double dropped) const;

    DrawingOptions m_drawing;
    std::shared_ptr<const PromptScenes> m_scenes;
    Batch m_batch;
    std::future<Batch> m_nextBatch;
    std::int64_t m_picture = 0; ///< next picture of the batch
};

} // namespace orrery::training
