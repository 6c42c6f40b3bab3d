// SPDX-License-Identifier: Apache-2.0
/// From units to what a harmonic-plus-noise synthesiser wants to know: pitch, voicing and two spectral envelopes.
/// Source: Polyak et al. 2021, Speech Resynthesis from Discrete Disentangled Self-Supervised Representations,
/// arXiv:2104.00355 (units, pitch and voice kept apart); Engel et al. 2020, DDSP, arXiv:2001.04643, section 3.
///
/// Letters: B batch, T unit frames (20 ms), F = 2 T control frames (10 ms), D width, K units, V voices, M bands.
#pragma once

#include "engine/files/json_file.h"
#include "engine/models/babble/unit_origin.h"
#include "engine/models/weights_loader.h"

#include <cstdint>
#include <string>
#include <vector>

namespace orrery::speech {

struct VocoderShape
{
    std::int64_t units = 100;                    ///< K
    std::int64_t width = 160;                    ///< D
    std::int64_t bands = 64;                     ///< M
    std::int64_t slowBlocks = 4, fastBlocks = 3; ///< at 20 and at 10 ms
    std::int64_t kernel = 5;                     ///< of a block's convolution; odd
    std::vector<std::string> voices{""};         ///< [V]
    std::vector<double> pitches{120};            ///< [V], Hz: mean pitch of each
    std::vector<int> usualFrames;                ///< [K]: how long each unit lasts, for models that do not say

    std::int64_t pieces() const { return slowBlocks + fastBlocks + 2; }
    /// Unit frames to each side that a control frame depends on.
    std::int64_t reach() const { return slowBlocks * (kernel / 2) + (fastBlocks * (kernel / 2) + 1) / 2; }
};

/// config.json, "model_type": "unit_vocoder". @throws Exception{ModelFile} naming file and field
VocoderShape parseVocoderShape(const JsonObject &json);
void writeVocoderShape(const std::string &file, const VocoderShape &shape, const UnitOrigin &origin);

std::vector<ExpectedWeight> expectedWeights(const VocoderShape &shape);

/// @param units  int64 [B, T]  @param voices  int64 [B]  @param pitches  float [B]: natural logarithm of the mean pitch
/// in Hz  @return float [B, T, D]
at::Tensor enterVocoder(const Weights &weights, const at::Tensor &units, const at::Tensor &voices,
                        const at::Tensor &pitches);
/// Piece 0 … shape.pieces() − 1 of the way; the last one gives [B, F, 2 M + 2].
at::Tensor vocoderPiece(const Weights &weights, const VocoderShape &shape, std::int64_t piece, const at::Tensor &x);

/// What the last piece says.
struct VocoderControls
{
    at::Tensor harmonic, noise; ///< natural logarithms of magnitudes [B, F, M]
    at::Tensor pitch;           ///< natural logarithm of pitch over mean pitch [B, F]
    at::Tensor voicing;         ///< logit [B, F]
};
VocoderControls controlsOf(const VocoderShape &shape, const at::Tensor &last);

} // namespace orrery::speech
