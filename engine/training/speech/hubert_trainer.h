// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/speech/network.h"
#include "engine/training/speech/speech_examples.h"
#include "engine/training/trainer.h"

#include <future>

namespace orrery::training {

struct HubertOptions : TrainerOptions
{
    std::int64_t batch = 6;          ///< stretches a step; larger: smoother, slower steps
    std::int64_t samples = 40000;    ///< of a stretch at most; longer: more context, longer slices
    double maskStart = 0.015;        ///< chance that a masked stretch begins at a frame
    std::int64_t maskFrames = 10;    ///< length of it
    std::int64_t contrastWidth = 96; ///< where frames and classes are compared
    /// Share of the stretches that have a room, a line or noise over them: this much to begin with, more and more until
    /// the middle of the schedule. Clean speech is learned several times as fast.
    double roughAtFirst = 0.1, roughAtLast = 0.8;
};

/// Trains speech-hubert: names the class of every frame, of those that were hidden from it too.
///
/// Network, masks and the comparison of frames with class embeddings are HuBERT's (Hsu et al. 2021, arXiv:2106.07447,
/// section II). The teacher is not: HuBERT learns from clusters of its own earlier frames, round after round; here the
/// synthesiser, which knows what it says, gives the phone of every frame, and rooms, lines and noise are laid over the
/// sound only. One short run is enough then. The first convolution begins as Gabor filters on the mel scale in four
/// phases (after Zeghidour et al. 2018, arXiv:1711.01161), which it would otherwise take long to find.
/// Thread: engine; a helper thread makes sound and touches no LibTorch.
class HubertTrainer final : public Trainer
{
public:
    HubertTrainer(std::shared_ptr<const SpeechExamples> examples, HubertOptions options, speech::SpeechShape shape,
                  at::Device device);
    ~HubertTrainer() override;

    /// The built-in model's: 47 ms of sound a frame, attention to 24 frames before and 3 after.
    static speech::SpeechShape builtInShape();
    static HubertOptions recipe();

    std::string report() const override;
    const speech::SpeechShape &shape() const { return m_shape; }
    const SpeechExamples &examples() const { return *m_examples; }
    /// Share of frames whose class came first, hidden ones and all of them; exponential means.
    double accuracy() const { return m_accuracy; }

protected:
    void gather() override;
    void forgetGathered() override;
    Pass begin() override;
    bool hasMore() const override { return m_next < m_batch.size(); }
    at::Tensor lossOf(const at::Tensor &output) override;

private:
    using Batch = std::vector<SpokenStretch>;
    Batch compose(std::int64_t step, float rough) const;
    at::Tensor masked(const at::Tensor &projected);

    std::shared_ptr<const SpeechExamples> m_examples;
    HubertOptions m_hubert;
    speech::SpeechShape m_shape;
    Batch m_batch;
    std::future<Batch> m_nextBatch;
    std::size_t m_next = 0; ///< stretch of the batch

    speech::Network m_network; ///< of the weights as they are in this pass
    at::Tensor m_classes;      ///< int64 [T]
    at::Tensor m_hidden;       ///< bool [T]: masked frames
    double m_accuracy = 0;
};

} // namespace orrery::training
