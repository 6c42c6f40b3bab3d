// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/speech/speech_shape.h"
#include "engine/models/weights.h"
#include "engine/models/weights_loader.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace orrery::training {

/// Weights that training of a model that listens begins with: all that the shape expects, `more`, and the vector that
/// stands in for hidden frames ("masked_spec_embed", zero). The first convolution begins as Gabor filters on the mel
/// scale in four phases (after Zeghidour et al. 2018, arXiv:1711.01161), which it would otherwise take long to find.
/// The same seed gives the same bits.
/// @param deviations  as freshWeights has it; those of layers' last products are set here
Weights freshSpeechWeights(const speech::SpeechShape &shape, std::uint64_t seed,
                           const std::vector<ExpectedWeight> &more = {}, std::map<std::string, double> deviations = {});

/// The built-in models': 47 ms of sound a frame, attention to 24 frames before and 3 after.
speech::SpeechShape builtInSpeechShape();

} // namespace orrery::training
