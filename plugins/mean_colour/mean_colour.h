// SPDX-License-Identifier: Apache-2.0
/// What the view and the jobs of "mean colour" share: plain structs.
#pragma once

#include "engine/api/picture.h"
#include "engine/core/job.h"
#include "plugins/sdk/orrery/self_test.h"

#include <array>

namespace orrery::mean_colour {

struct MeanRequest
{
    PictureSource picture;
};
struct MeanResult
{
    std::array<double, 3> mean{};      ///< red, green, blue in [0, 1]
    std::array<double, 3> deviation{}; ///< how far the pixels lie from it, standard deviation
};
inline constexpr JobType<MeanRequest, MeanResult> kMean{"mean_colour.mean"};
inline constexpr SelfTestJob kSelfTest{"mean_colour.selfTest"};

} // namespace orrery::mean_colour
