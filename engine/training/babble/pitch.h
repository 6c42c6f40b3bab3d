// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace orrery::training {

/// Pitch of a voice, one value every 10 ms: the strongest peak of the autocorrelation of a window of 40 ms, divided by
/// that of the window itself, a little in favour of higher pitches; then the median of three neighbours.
/// Source: Boersma 1993, "Accurate short-term analysis of the fundamental frequency…", section 2, without its search
/// for the best path.
struct PitchTrack
{
    std::vector<float> hertz; ///< [F]; where nothing is voiced, that of the nearest voiced frames, joined by lines
    std::vector<bool> voiced; ///< [F]
    /// Geometric mean of the voiced frames; 0 when there is none.
    double mean() const;
};

/// @param samples  float [L] at 16 kHz  @return frames about samples 160 i … 160 (i + 1), for every i that is whole
PitchTrack pitchOf(const at::Tensor &samples);

} // namespace orrery::training
