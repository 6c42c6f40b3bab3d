// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/files/json_file.h"
#include "engine/files/safetensors.h"
#include "engine/models/babble/unit_vocoder.h"
#include "engine/models/weights_loader.h"

#include <memory>
#include <string>
#include <vector>

namespace orrery::speech {

/// What a folder of a HiFi-GAN over units says.
/// Source: Kong et al. 2020, HiFi-GAN, arXiv:2010.05646, section 2 and appendix A; Polyak et al. 2021, arXiv:2104.00355
/// (units in the place of a spectrogram).
struct HifiGanShape
{
    std::int64_t units = 100, width = 128; ///< of the embedding "dict"
    std::int64_t channels = 512;           ///< before the first enlargement; half as many after each
    std::vector<std::int64_t> rates{5, 4, 4, 2, 2}, kernels{11, 8, 8, 4, 4};
    std::vector<std::int64_t> blockKernels{3, 7, 11};
    std::vector<std::vector<std::int64_t>> dilations{{1, 3, 5}, {1, 3, 5}, {1, 3, 5}};
    double slope = 0.1;
    bool normalises = false; ///< embeddings, by "mean" and "scale"

    std::int64_t hop() const; ///< samples of a unit
    /// Units to each side that a sample depends on.
    std::int64_t reach() const;

    /// config.json of transformers' SpeechT5HifiGan ("model_type": "hifigan") beside weights that hold "dict.weight",
    /// or that of a CodeHiFiGAN as its authors publish it ("num_embeddings"), whose weights were converted to
    /// safetensors.
    /// @throws Exception{ModelFile}; Exception{Unsupported} for other rates than 16 kHz, and for models that also want
    ///         pitch or a speaker
    static HifiGanShape fromFolder(const JsonObject &json, const Safetensors &file);
};

/// Weights under the names of transformers, weight norm worked out.
Task<Weights> loadHifiGan(EngineScope &scope, std::shared_ptr<const Safetensors> file, HifiGanShape shape);

/// Thread: engine.
class HifiGanVocoder final : public UnitVocoder
{
public:
    HifiGanVocoder(HifiGanShape shape, Weights weights, at::Device device, std::string name)
        : m_shape(std::move(shape)), m_weights(std::move(weights)), m_device(device), m_name(std::move(name))
    {}
    int units() const override { return int(m_shape.units); }
    std::int64_t hop() const override { return m_shape.hop(); }
    int usualFrames(int) const override { return 2; } ///< 40 ms, about what units of speech last
    /// Has one voice at its own pitch; `manner` must ask for no other. In pieces that hear reach() units around them,
    /// so that they join without a seam.
    Task<std::vector<float>> speak(StepPacer &pace, std::vector<int> frames, Manner manner) const override;

private:
    /// Samples of a row of units. [1, C, T] → [1, 1, hop · T]
    Task<at::Tensor> generate(StepPacer &pace, at::Tensor x) const;

    HifiGanShape m_shape;
    Weights m_weights;
    at::Device m_device;
    std::string m_name;
};

} // namespace orrery::speech
