// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/training/random.h"

#include <array>
#include <vector>

namespace orrery::training::augment {

/// Another speaker with the same voice pitch and timing, heard through another microphone: what differs is the envelope
/// of the spectrum. A synthesiser has few throats, and people who speak to a model have others. Longer and shorter
/// vocal tracts move formants together (Eide and Gish 1996, "A parametric approach to vocal tract length
/// normalization"); clear and mumbled speech differ in how far peaks stand out.
struct Throat
{
    double formants = 1; ///< they lie at so many times their frequency; 0.7 … 1.4
    float contrast = 1;  ///< peaks and valleys of the envelope are so many times as high, in decibels; 0.5 … 1.5
    std::array<float, 4> tones{}; ///< nepers at 0 Hz of cosines with half a period, one, … up to 8 kHz: a microphone
};

Throat anyThroat(Random &random);

/// By short-time Fourier transforms of 32 ms: phases stay, magnitudes follow the envelope, which is the logarithm
/// smoothed over 250 Hz to both sides. As long as the sound was; a throat of defaults changes nothing but rounding.
/// @param sound  16 kHz    Thread: any; needs no LibTorch.
std::vector<float> through(const Throat &throat, const std::vector<float> &sound);

} // namespace orrery::training::augment
