// SPDX-License-Identifier: Apache-2.0
/// The decoder of a language model of units: one stream of units without repeats, each with its duration.
///
/// Source: Lakhotia et al. 2021, GSLM, arXiv:2102.01192, section 3.2 (units without repeats); Kharitonov et al. 2022,
/// arXiv:2109.03264, section 3.1 (durations beside them). Here the duration of a unit is predicted when the unit is
/// known, by a small perceptron, instead of one step late: a stream is half as long as one of frames, no step is spent
/// on repeating a unit, bits per unit can be compared with those of other models of units, and sound still has its
/// rhythm. A stream may hold units of unknown duration.
///
/// Letters: B batch, n positions, D width, V tokens (units and a few others), C duration classes.
#pragma once

#include "engine/files/json_file.h"
#include "engine/models/babble/unit_origin.h"
#include "engine/models/decoder.h"
#include "engine/models/weights_loader.h"

#include <cstdint>
#include <string>
#include <vector>

namespace orrery::speech {

struct UnitTransformerShape
{
    std::int64_t units = 100;
    std::int64_t tokens = 101;      ///< V
    std::int64_t firstUnit = 0;     ///< token of unit 0; the others follow
    std::int64_t sentenceEnd = 100; ///< token between two utterances, and before the first; −1: there is none
    std::int64_t positions = 512;
    std::int64_t width = 192; ///< D
    std::int64_t heads = 4, layers = 4;
    bool durations = true;
    bool repeats = false; ///< the same unit may follow itself: one token a frame

    bool isUnit(std::int64_t token) const { return token >= firstUnit && token < firstUnit + units; }
};

/// config.json of a folder of our own ("model_type": "unit_lm"), or of a GPT2LMHeadModel over units ("gpt2").
/// Units of a GPT-2 are its tokens from "first_unit" (0) on, "units" of them; without these two fields all tokens but
/// bos, eos and pad where those stand at the end. "repeats": true says that it was trained on one token a frame.
/// @throws Exception{ModelFile} naming file and field; Exception{Unsupported} for variants of GPT-2 without a use here
UnitTransformerShape parseUnitShape(const JsonObject &json);
void writeUnitShape(const std::string &file, const UnitTransformerShape &shape, const UnitOrigin &origin);

std::vector<ExpectedWeight> expectedWeights(const UnitTransformerShape &shape);

/// @param tokens     int64 [B, n]
/// @param durations  int64 [B, n]: duration class + 1, or 0 where it is not known; not looked at without durations
/// @param first      position of the first token   @return float [B, n, D]
at::Tensor embedUnits(const Weights &weights, const UnitTransformerShape &shape, const at::Tensor &tokens,
                      const at::Tensor &durations, std::int64_t first);
at::Tensor unitBlock(const Weights &weights, const UnitTransformerShape &shape, std::int64_t layer, const at::Tensor &x,
                     const attention::Dropping &drop = {});
at::Tensor cachedUnitBlock(const Weights &weights, const UnitTransformerShape &shape, std::int64_t layer,
                           const at::Tensor &x, attention::DecoderCache &cache);
/// What the last block gives, made ready for the two heads. [B, n, D] → [B, n, D]
at::Tensor leaveUnits(const Weights &weights, const at::Tensor &x);
/// Scores of the token that follows each position. @param left  of leaveUnits()  @return float [B, n, V]
at::Tensor unitScores(const Weights &weights, const at::Tensor &left);
/// Scores of that token's duration. @param next  int64 [B, n]: the token itself  @return float [B, n, C]
at::Tensor durationScores(const Weights &weights, const at::Tensor &left, const at::Tensor &next);

} // namespace orrery::speech
