// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/babble/vocoder_network.h"
#include "engine/training/piecewise_trainer.h"

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
    std::vector<float> samples; ///< at 16 kHz; frame t is about samples 320 t + kFrameStart … 320 (t + 1) + kFrameStart
    std::vector<float> hertz;   ///< pitch [2 T]
    std::vector<bool> voiced;   ///< [2 T]
    int voice = 0;
    double pitch = 120; ///< mean, Hz
};
/// A frame of wav2vec 2.0 hears 400 samples, and its middle one is what it is about.
inline constexpr std::int64_t kFrameStart = 40;

/// Cuts an utterance so that all its parts are as long as its frames say, and finds its pitch.
/// @param samples  at 16 kHz
SpokenExample exampleOf(std::vector<int> frames, const std::vector<float> &samples, int voice);

struct VocoderOptions
{
    TrainingSchedule schedule{.steps = 3000, .learningRate = 1.5e-3, .average = 0.99, .adamw = {.weightDecay = 0.01}};
    std::int64_t frames = 50;    ///< of a row, 20 ms each
    std::int64_t batch = 16;     ///< rows a step
    std::int64_t microBatch = 4; ///< rows at a time
    double pitchWeight = 1;      ///< of the error of the logarithm of pitch
    double voicingWeight = 0.3;
};

/// Trains speech-vocoder. Source and filter are learned apart: pulses have the true pitch, so that the envelopes are
/// compared harmonic by harmonic, and pitch and voicing are learned beside them.
/// Source: Engel et al. 2020, DDSP, section 3.4 (multi-scale spectral loss). Thread: engine.
class VocoderTrainer : public PiecewiseTrainer
{
public:
    VocoderTrainer(std::shared_ptr<const std::vector<SpokenExample>> examples, speech::VocoderShape shape,
                   VocoderOptions options, at::Device device);

    std::string report() const override;
    const speech::VocoderShape &shape() const { return m_shape; }

protected:
    Pass begin(std::int64_t index) override;
    std::int64_t smallBatches() const override;
    at::Tensor lossOf(const at::Tensor &output) override;

private:
    std::shared_ptr<const std::vector<SpokenExample>> m_examples;
    std::vector<std::size_t> m_usable; ///< examples of at least one row
    speech::VocoderShape m_shape;
    VocoderOptions m_options;
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
