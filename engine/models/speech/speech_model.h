// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/speech/listener.h"
#include "engine/models/speech/network.h"

#include <memory>
#include <string>
#include <vector>

namespace orrery::speech {

/// wav2vec 2.0 or HuBERT from a folder in the layout of the Hugging Face hub. Layers are numbered as transformers'
/// hidden_states: 0 is what enters the first layer, and the last one of a pre-norm model has gone through its final
/// norm. Thread: engine.
class SpeechModel final : public Listener
{
public:
    const ListenerFacts &facts() const override { return m_facts; }
    Task<std::vector<at::Tensor>> hear(StepPacer &pace, Stretch stretch, std::vector<int> layers) override;
    at::Tensor letters(const at::Tensor &frames) const override;
    std::string read(const std::vector<int> &letters) const override;
    std::vector<SpelledLetter> spell(const std::vector<int> &letters) const override;
    LetterTable letterTable() const override;
    Task<at::Tensor> codes(StepPacer &pace, Stretch stretch) override;

    /// Products in bfloat16, where this processor multiplies it itself; on a GPU nothing changes.
    void prepare(Precision precision) override;

    const Network &network() const { return *m_network; }

    // The parts of hear(), for streams. All tensors are float, on the device that device() names.
    at::Device device() const { return m_floats.device(); }

    /// What the feature encoder makes of samples: [T, C].
    Task<at::Tensor> features(StepPacer &pace, std::vector<float> samples) const;
    /// Features through norm and projection: [T, D].
    Task<at::Tensor> projected(StepPacer &pace, at::Tensor features) const;
    /// What the first layer sees of the last frames of `x`; after its end comes silence.
    /// @param x  [N, D]  @param first  the first frame that is wanted; positionLeft frames before it must be there
    /// unless
    /// @param begins  `x` begins where the sound does: then silence comes before it  @return [N − first, D]
    Task<at::Tensor> placed(StepPacer &pace, at::Tensor x, std::int64_t first, bool begins) const;
    /// One layer for the last frames of `x`. @param x  [N, D], its input  @param first  the first frame that is wanted;
    /// those before it are only looked at  @return [N − first, D]
    Task<at::Tensor> layer(StepPacer &pace, std::size_t index, at::Tensor x, std::int64_t first) const;

private:
    friend Task<std::shared_ptr<Listener>> loadSpeechModel(EngineScope &scope, std::string folder);

    Task<at::Tensor> groupNormed(StepPacer &pace, at::Tensor samples) const;
    at::Tensor windowFeatures(const at::Tensor &samples, std::int64_t first, std::int64_t frames,
                              const at::Tensor &scale, const at::Tensor &shift) const;

    ListenerFacts m_facts;
    std::shared_ptr<const Network> m_network;
    std::vector<std::string> m_letters; ///< by number; vocab.json
    int m_blank = 0;
    at::TensorOptions m_floats = at::kFloat; ///< with the device that computes
};

/// @throws Exception{NotFound, ModelFile, Unsupported} naming file and field
Task<std::shared_ptr<Listener>> loadSpeechModel(EngineScope &scope, std::string folder);

/// Greedy CTC: repeats are one letter, blanks none, "|" is a space, tokens like "<unk>" are not written.
/// Source: Graves et al. 2006, Connectionist Temporal Classification, section 3.2 (best path decoding).
std::vector<SpelledLetter> spellLetters(const std::vector<int> &best, const std::vector<std::string> &letters,
                                        int blank);
/// The same as text, without spaces at its ends. @param between  letters: " " between phones
std::string readLetters(const std::vector<int> &best, const std::vector<std::string> &letters, int blank,
                        const std::string &between = {});

} // namespace orrery::speech
