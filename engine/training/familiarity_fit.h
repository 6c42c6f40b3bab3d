// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

namespace orrery::training {

/// What clip::Familiarity reads, fitted to looks of familiar and of strange pictures.
struct FamiliarityFit
{
    at::Tensor weight;    ///< float [N]
    at::Tensor bias;      ///< float [1]
    at::Tensor threshold; ///< float [1]
    double missed = 0;    ///< share of the strange pictures that score above the threshold
};

/// Logistic regression of "familiar" on looks, with ridge on standardised columns, by Newton's method.
/// @param familiar     float [N, L]: drawings and scenes of Picture World
/// @param strange      float [M, L]: what strangePicture makes
/// @param falseAlarms  share of the familiar ones that may lie below the threshold; larger flags more
/// Thread: engine.
FamiliarityFit fitFamiliarity(const at::Tensor &familiar, const at::Tensor &strange, double falseAlarms);

/// Writes `familiarity.safetensors`.
void writeFamiliarity(const std::string &file, const FamiliarityFit &fit);

} // namespace orrery::training
