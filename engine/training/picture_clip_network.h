// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/clip/residual_tower.h"
#include "engine/models/clip/text_tower.h"
#include "engine/models/weights.h"

#include <cstdint>

namespace orrery::training {

/// The two towers of picture-clip as they are trained; the exported config.json says the same.
struct PictureClipShape
{
    clip::ResidualTowerShape image;
    clip::TextTowerShape text;

    /// @param vocabulary  ids of the tokenizer  @param endOfText  its end token
    static PictureClipShape standard(std::int64_t vocabulary, std::int64_t endOfText);
};

/// Fresh weights, batch norms unfolded; float32, without gradients. The same seed gives the same bits.
/// Source of the deviations: convolutions He et al. 2015, arXiv:1502.01852; last norm of a block zero: Goyal et al.
/// 2017, arXiv:1706.02677, §5.1; text tower: Radford et al. 2021, CLIP, §2.5 (as in GPT-2).
Weights freshWeights(const PictureClipShape &shape, std::uint64_t seed);

/// Whether a weight is learned by gradient (running statistics are not).
bool isLearned(const std::string &name);

} // namespace orrery::training
