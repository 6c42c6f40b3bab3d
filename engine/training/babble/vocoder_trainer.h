// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/babble/vocoder_network.h"
#include "engine/training/babble/row_trainer.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace orrery::training {

/// An utterance that a vocoder learns from.
struct SpokenExample
{
    std::vector<int> frames;    ///< units [T]
    std::vector<float> samples; ///< at 16 kHz, 320 for each frame: those in the middle of what the listener hears
    std::vector<float> hertz;   ///< pitch [2 T]
    std::vector<bool> voiced;   ///< [2 T]
    int voice = 0;
    double pitch = 120; ///< mean, Hz
};
/// Cuts an utterance so that all its parts are as long as its frames say, and finds its pitch.
/// @param samples  at 16 kHz  @param start  sample where what frame 0 is about begins: frameStart()
SpokenExample exampleOf(std::vector<int> frames, const std::vector<float> &samples, std::int64_t start, int voice);

/// A frame that hears `reach` samples is about the 320 in their middle.
inline std::int64_t frameStart(std::int64_t reach)
{
    return reach > 320 ? (reach - 320) / 2 : 0;
}

struct VocoderOptions : RowOptions
{
    std::int64_t frames = 50; ///< of a row, 20 ms each
    double pitchWeight = 1;   ///< of the error of the logarithm of pitch
    double voicingWeight = 0.3;
};

/// Trains speech-vocoder. Source and filter are learned apart: pulses have the true pitch, so that the envelopes are
/// compared harmonic by harmonic, and pitch and voicing are learned beside them.
/// Source: Engel et al. 2020, DDSP, section 3.4 (multi-scale spectral loss). Thread: engine.
class VocoderTrainer : public RowTrainer
{
public:
    VocoderTrainer(std::shared_ptr<const std::vector<SpokenExample>> examples, speech::VocoderShape shape,
                   VocoderOptions options, at::Device device);

    static VocoderOptions recipe();
    const speech::VocoderShape &shape() const { return m_shape; }

protected:
    Pass begin(const Rows &rows) override;
    at::Tensor lossOf(const at::Tensor &output) override;

private:
    std::shared_ptr<const std::vector<SpokenExample>> m_examples;
    std::vector<std::size_t> m_usable; ///< examples of at least one row
    speech::VocoderShape m_shape;
    VocoderOptions m_vocoder;
    at::Tensor m_sound, m_pulses, m_noise; ///< [B, L]
    at::Tensor m_pitch, m_voiced;          ///< [B, F]: logarithm of pitch over mean; 1 where voiced
};

/// How differently two sounds are spread over time and frequency: for windows of 64, 32 and 16 ms the mean difference
/// of logarithms of magnitudes plus the relative difference of magnitudes, and the same logarithms on 64 mel bands,
/// twice.
/// @param a, b  float [B, L]  @return a single number
at::Tensor spectralLoss(const at::Tensor &a, const at::Tensor &b);

/// Natural logarithms of the mean magnitudes of 64 mel bands, every 10 ms. [B, L] → [B, N, 64]
at::Tensor melSpectrum(const at::Tensor &samples);

} // namespace orrery::training
