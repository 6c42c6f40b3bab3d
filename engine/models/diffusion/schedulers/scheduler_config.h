// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/files/json_file.h"

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::diffusion {

/// What a diffusion model's output stands for.
enum class Prediction
{
    Noise,    ///< "epsilon": Ho et al. 2020, arXiv:2006.11239
    Velocity, ///< "v_prediction": Salimans and Ho 2022, arXiv:2202.00512, section 4
    Picture,  ///< "sample": the finished picture itself
};

enum class Betas
{
    Linear,       ///< Ho et al. 2020
    ScaledLinear, ///< linear in the square root: Rombach et al. 2022, arXiv:2112.10752
    SquaredCosine ///< Nichol and Dhariwal 2021, arXiv:2102.09672, equation 17; no beta above 0.999
};

/// How steps are spread over the training steps: Lin et al. 2023, arXiv:2305.08891, table 2.
enum class Spacing
{
    Leading,
    Trailing,
    Linspace,
};

/// What is done to every guess at the finished picture.
enum class Limit
{
    None,
    Clip,   ///< to ± clipRange
    Dynamic ///< Saharia et al. 2022, Imagen, arXiv:2205.11487, section 2.3
};

/// scheduler_config.json of a diffusers folder, or what a built-in model says of itself. Made by `of` or `parse`, whose
/// defaults are those of the scheduler in diffusers; fields that a scheduler has no use for are left as they are.
struct SchedulerConfig
{
    int trainSteps = 1000;
    Betas betas = Betas::Linear;
    double betaStart = 0.0001;
    double betaEnd = 0.02;
    std::vector<double> trainedBetas; ///< when there are any, they count instead
    bool zeroSnr = false;             ///< the last training step is noise alone: Lin et al. 2023, algorithm 1

    Prediction prediction = Prediction::Noise;
    Spacing spacing = Spacing::Leading;
    int stepsOffset = 0;        ///< with Spacing::Leading
    bool finalAlphaOne = true;  ///< ddim, pndm: behind the last step lies the finished picture, not training step 0
    bool finalSigmaZero = true; ///< the same for euler and dpmpp_2m
    bool karrasSigmas = false;  ///< noise levels of Karras et al. 2022, arXiv:2206.00364, equation 5

    Limit limit = Limit::None;
    double clipRange = 1;
    double dynamicRatio = 0.995; ///< Limit::Dynamic: this share of values stays within the limit
    double dynamicMost = 1;      ///< Limit::Dynamic: the limit is at most this

    double eta = 0;                ///< ddim: noise that is added anew, as a share of ddpm's
    bool noiseFromLimited = false; ///< ddim: work out the noise again from the limited guess, as GLIDE does
    bool largeVariance = false;    ///< ddpm: beta instead of the posterior's variance
    bool skipRungeKutta = false;   ///< pndm: begin with fewer terms instead of twelve Runge-Kutta evaluations
    int solverOrder = 2;           ///< dpmpp_2m: 1 or 2
    bool heun = false;             ///< dpmpp_2m: solver_type "heun" instead of "midpoint"
    bool lowerOrderFinal = true;   ///< dpmpp_2m: fewer than 15 steps end with one of first order
    bool eulerAtFinal = false;     ///< dpmpp_2m: however many steps end with one of first order
    double lambdaLeast = -std::numeric_limits<double>::infinity(); ///< dpmpp_2m: lambda_min_clipped
    int originalSteps = 50;                                        ///< lcm: steps of the teacher
    double timestepScaling = 10;                                   ///< lcm: of the boundary condition

    /// The defaults of that scheduler. @param id  one of schedulerIds()
    static SchedulerConfig of(std::string_view id);
    /// @param json  scheduler_config.json, whichever scheduler wrote it
    /// @throws Exception{ModelFile, Unsupported} naming file and field.
    static SchedulerConfig parse(std::string_view id, const JsonObject &json);
};

} // namespace orrery::diffusion
