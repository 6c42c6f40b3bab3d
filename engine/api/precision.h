// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace orrery {

/// How a model computes.
enum class Precision
{
    Exact, ///< in float32
    Fast,  ///< large products in bfloat16 where the processor multiplies it itself: what comes out keeps a cosine of
           ///< 0.999 to the exact numbers; elsewhere, and on a GPU, as Exact
};

} // namespace orrery
