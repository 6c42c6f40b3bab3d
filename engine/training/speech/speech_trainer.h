// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/speech/network.h"
#include "engine/training/speech/speech_examples.h"
#include "engine/training/trainer.h"

#include <future>

namespace orrery::training {

struct SpeechTrainerOptions : TrainerOptions
{
    std::int64_t batch = 6;       ///< stretches a step; larger: smoother, slower steps
    std::int64_t samples = 40000; ///< of a stretch at most; longer: more context, longer slices
    double maskStart = 0.015;     ///< chance that a hidden stretch begins at a frame
    std::int64_t maskFrames = 10; ///< length of it
    /// Share of the stretches that have a room, a line or noise over them: this much to begin with, more and more
    /// later. Clean speech is learned several times as fast.
    double roughAtFirst = 0.1, roughAtLast = 0.8;
};

/// What trainers of models that listen share: stretches of Speech World, made ahead by a helper thread that touches no
/// LibTorch, and the pieces of the network that they pass, one stretch at a time. Thread: engine.
class SpeechTrainer : public Trainer
{
public:
    ~SpeechTrainer() override;

    const speech::SpeechShape &shape() const { return m_shape; }
    const SpeechExamples &examples() const { return *m_examples; }

    /// Network and norms of a finished model with the same trunk, to begin with; heads and quantizer, which a finished
    /// speech-hubert does not have, stay as they are. Before the first `advance`.
    /// @throws Exception{ModelFile} when it has another shape
    void startFromTrunk(const Weights &trunk);

protected:
    SpeechTrainer(std::shared_ptr<const SpeechExamples> examples, SpeechTrainerOptions options,
                  speech::SpeechShape shape, Weights fresh, at::Device device);

    void gather() override;
    void forgetGathered() override;
    bool hasMore() const override { return m_next < m_batch.size(); }
    /// Share of rough stretches at fraction() `done`: all of them from the middle of the schedule on.
    virtual double roughAt(double done) const;

    /// A pass of the next stretch, nothing in it yet but the sound, [L, 1]; and the network of the weights as they are.
    Pass nextPass();
    /// The stretch of the pass; its place among all that this run learns from.
    const SpokenStretch &stretch() const { return m_batch[m_next - 1]; }
    std::uint64_t stretchIndex() const { return std::uint64_t(step() * m_speech.batch) + m_next - 1; }
    std::int64_t frames() const { return std::int64_t(stretch().phones.size()); }

    /// Spans of frames to hide, drawn by lot; the same for the same stretch of the run. bool [T]
    at::Tensor hiddenFrames() const;
    /// One convolution with what follows it.
    at::Tensor heard(std::size_t convolution, const at::Tensor &x) const;
    /// What the first layer sees of projected frames, of which the `hidden` ones (undefined: none) are replaced.
    at::Tensor entered(const at::Tensor &projected, const at::Tensor &hidden) const;
    /// A whole layer. [T, D] → [T, D]
    at::Tensor layered(std::size_t layer, const at::Tensor &x) const;

    SpeechTrainerOptions m_speech;
    speech::SpeechShape m_shape;
    speech::Network m_network; ///< of the weights as they are in this pass

private:
    using Batch = std::vector<SpokenStretch>;
    Batch compose(std::int64_t step, float rough) const;

    std::shared_ptr<const SpeechExamples> m_examples;
    Batch m_batch;
    std::future<Batch> m_nextBatch;
    std::size_t m_next = 0; ///< stretch of the batch
};

/// Rows of length one, for cosines. float [N, D]
at::Tensor unitRows(const at::Tensor &rows);

} // namespace orrery::training
