// SPDX-License-Identifier: Apache-2.0
/// Mel-frequency cepstra: the frames that papers on units compare with.
/// Source: Davis and Mermelstein 1980, "Comparison of parametric representations for monosyllabic word recognition"; in
/// the arithmetic of Kaldi's compute-mfcc-feats with its usual options (25 ms, 23 filters from 20 Hz to 8 kHz, 13
/// coefficients, lifter 22, no dither, no energy) and 20 ms from frame to frame, so that frames are those of
/// wav2vec 2.0; with the differences of Hsu et al. 2021, HuBERT, section IV-B (39 numbers).
#pragma once

#include "engine/models/speech/listener.h"

#include <ATen/core/Tensor.h>

namespace orrery::speech {

inline constexpr std::int64_t kMfccHop = 320, kMfccReach = 400; ///< samples
inline constexpr int kMfccCoefficients = 13, kMfccWidth = 39;

/// @param samples  float [L] in [−1, 1]  @return  float [T, 13]
at::Tensor cepstra(const at::Tensor &samples);

/// Slope of every column by linear regression over two frames to each side, the outermost repeated. [T, N] → [T, N]
at::Tensor differences(const at::Tensor &frames);

/// Cepstra, their differences and the differences of those, each column with mean 0 and variance 1 over the stretch, so
/// that voice and microphone count for less. Has one layer, 0.
class MfccListener final : public Listener
{
public:
    MfccListener();
    const ListenerFacts &facts() const override { return m_facts; }
    Task<std::vector<at::Tensor>> hear(StepPacer &pace, Stretch stretch, std::vector<int> layers) override;

private:
    ListenerFacts m_facts;
};

} // namespace orrery::speech
