// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/training/speech/speech_trainer.h"

namespace orrery::training {

struct HubertOptions : SpeechTrainerOptions
{
    std::int64_t contrastWidth = 96; ///< where frames and classes are compared
};

/// Trains speech-hubert: names the class of every frame, of those that were hidden from it too.
///
/// Network, masks and the comparison of frames with class embeddings are HuBERT's (Hsu et al. 2021, arXiv:2106.07447,
/// section II). The teacher is not: HuBERT learns from clusters of its own earlier frames, round after round; here the
/// synthesiser, which knows what it says, gives the phone of every frame, and rooms, lines and noise are laid over the
/// sound only. One short run is enough then. Thread: engine.
class HubertTrainer final : public SpeechTrainer
{
public:
    HubertTrainer(std::shared_ptr<const SpeechExamples> examples, HubertOptions options, speech::SpeechShape shape,
                  at::Device device);

    static speech::SpeechShape builtInShape();
    static HubertOptions recipe();

    std::string report() const override;
    /// Share of frames whose class came first, hidden ones and all of them; exponential means.
    double accuracy() const { return m_accuracy; }

protected:
    Pass begin() override;
    at::Tensor lossOf(const at::Tensor &output) override;

private:
    at::Tensor m_classes; ///< int64 [T]
    double m_accuracy = 0;
};

} // namespace orrery::training
