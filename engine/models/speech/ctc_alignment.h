// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace orrery::speech {

/// When letters that are known to be said are said.
struct CtcAlignment
{
    struct Stretch
    {
        std::int64_t first = 0, end = 0; ///< frames, `end` being the first that says it no more
    };
    std::vector<Stretch> letters; ///< one for each, in order; between them lie blanks
    double score = 0;             ///< of the likeliest path: mean log-probability a frame
};

/// The likeliest way of saying `letters`, and nothing else, in these frames (Viterbi over the paths of CTC: Graves et
/// al. 2006, Connectionist Temporal Classification, section 4.1).
/// @param scores  float [T, V], logits or log-probabilities, on the CPU  @param letters  numbers below V, no blanks
/// @return no letters where T frames cannot say so many. Thread: any
CtcAlignment alignLetters(const at::Tensor &scores, const std::vector<int> &letters, int blank);

} // namespace orrery::speech
