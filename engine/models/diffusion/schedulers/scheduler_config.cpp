// SPDX-License-Identifier: Apache-2.0
#include "engine/models/diffusion/schedulers/scheduler_config.h"

#include "engine/core/error.h"

#include <array>
#include <utility>

namespace orrery::diffusion {
namespace {

template <class Value, std::size_t N>
Value choice(const JsonObject &json, const char *field, Value fallback,
             const std::array<std::pair<const char *, Value>, N> &choices)
{
    if (!json.has(field))
        return fallback;
    const std::string text = json.text(field);
    std::string known;
    for (const auto &[name, value] : choices) {
        if (text == name)
            return value;
        known += (known.empty() ? "\"" : ", \"") + std::string(name) + "\"";
    }
    throw Exception(ErrorCode::Unsupported,
                    json.where() + ": field \"" + field + "\" is \"" + text + "\", but this program can use " + known);
}

/// Fields that would change what comes out and that this program does not follow.
void refuse(const JsonObject &json, std::initializer_list<const char *> switches)
{
    for (const char *field : switches)
        if (json.booleanOr(field, false))
            throw Exception(ErrorCode::Unsupported,
                            json.where() + ": field \"" + field + "\" is true, which this program does not support");
}

void parseBetas(SchedulerConfig &config, const JsonObject &json)
{
    constexpr int kMostSteps = 100'000;
    config.trainSteps = static_cast<int>(json.integerOr("num_train_timesteps", config.trainSteps, 2, kMostSteps));
    config.betas =
        choice(json, "beta_schedule", config.betas,
               std::array{std::pair{"linear", Betas::Linear}, std::pair{"scaled_linear", Betas::ScaledLinear},
                          std::pair{"squaredcos_cap_v2", Betas::SquaredCosine}});
    config.betaStart = json.numberOr("beta_start", config.betaStart, 0, 1);
    config.betaEnd = json.numberOr("beta_end", config.betaEnd, 0, 1);
    if (json.has("trained_betas")) {
        config.trainedBetas = json.numbers("trained_betas", 0, 1);
        if (config.trainedBetas.size() != std::size_t(config.trainSteps))
            json.fail("trained_betas", "holds " + std::to_string(config.trainedBetas.size()) +
                                           " numbers, expected num_train_timesteps, " +
                                           std::to_string(config.trainSteps));
    }
    config.zeroSnr = json.booleanOr("rescale_betas_zero_snr", config.zeroSnr);
}

void parseLimit(SchedulerConfig &config, const JsonObject &json, bool clips)
{
    if (clips && json.has("clip_sample"))
        config.limit = json.booleanOr("clip_sample", false) ? Limit::Clip : Limit::None;
    config.clipRange = json.numberOr("clip_sample_range", config.clipRange, 0, 1e6);
    if (json.booleanOr("thresholding", false))
        config.limit = Limit::Dynamic;
    config.dynamicRatio = json.numberOr("dynamic_thresholding_ratio", config.dynamicRatio, 0, 1);
    config.dynamicMost = json.numberOr("sample_max_value", config.dynamicMost, 1, 1e6);
}

void parseSigmas(SchedulerConfig &config, const JsonObject &json)
{
    refuse(json, {"use_exponential_sigmas", "use_beta_sigmas", "use_lu_lambdas", "use_flow_sigmas"});
    config.karrasSigmas = json.booleanOr("use_karras_sigmas", config.karrasSigmas);
    config.finalSigmaZero = choice(json, "final_sigmas_type", config.finalSigmaZero,
                                   std::array{std::pair{"zero", true}, std::pair{"sigma_min", false}});
    choice(json, "interpolation_type", 0, std::array{std::pair{"linear", 0}});
    choice(json, "timestep_type", 0, std::array{std::pair{"discrete", 0}});
    for (const char *field : {"sigma_min", "sigma_max"})
        if (json.has(field))
            throw Exception(ErrorCode::Unsupported,
                            json.where() + ": field \"" + field + "\" is set, which this program does not support");
}

void parseSolver(SchedulerConfig &config, const JsonObject &json)
{
    choice(json, "algorithm_type", 0, std::array{std::pair{"dpmsolver++", 0}});
    config.heun = choice(json, "solver_type", config.heun,
                         std::array{std::pair{"midpoint", false}, std::pair{"heun", true}, std::pair{"logrho", false},
                                    std::pair{"bh1", false}, std::pair{"bh2", false}});
    config.solverOrder = static_cast<int>(json.integerOr("solver_order", config.solverOrder, 1, 2));
    config.lowerOrderFinal = json.booleanOr("lower_order_final", config.lowerOrderFinal);
    config.eulerAtFinal = json.booleanOr("euler_at_final", config.eulerAtFinal);
    if (!json.isText("lambda_min_clipped")) // Python writes minus infinity as a word
        config.lambdaLeast = json.numberOr("lambda_min_clipped", config.lambdaLeast, -1e6, 1e6);
}

} // namespace

SchedulerConfig SchedulerConfig::of(std::string_view id)
{
    SchedulerConfig config;
    if (id == "ddpm" || id == "ddim") {
        config.limit = Limit::Clip;
    } else if (id == "pndm") {
        config.finalAlphaOne = false;
    } else if (id == "lcm") {
        config.betas = Betas::ScaledLinear;
        config.betaStart = 0.00085;
        config.betaEnd = 0.012;
    } else { // euler, euler_ancestral, dpmpp_2m
        config.spacing = Spacing::Linspace;
        config.karrasSigmas = id == "dpmpp_2m_karras";
    }
    return config;
}

SchedulerConfig SchedulerConfig::parse(std::string_view id, const JsonObject &json)
{
    SchedulerConfig config = of(id);
    parseBetas(config, json);
    config.prediction =
        choice(json, "prediction_type", config.prediction,
               std::array{std::pair{"epsilon", Prediction::Noise}, std::pair{"v_prediction", Prediction::Velocity},
                          std::pair{"sample", Prediction::Picture}});
    config.spacing = choice(json, "timestep_spacing", config.spacing,
                            std::array{std::pair{"leading", Spacing::Leading}, std::pair{"trailing", Spacing::Trailing},
                                       std::pair{"linspace", Spacing::Linspace}});
    config.stepsOffset = static_cast<int>(json.integerOr("steps_offset", config.stepsOffset, 0, config.trainSteps - 1));
    config.finalAlphaOne = json.booleanOr("set_alpha_to_one", config.finalAlphaOne);
    if (id == "ddpm" || id == "ddim" || id == "lcm")
        parseLimit(config, json, true);
    if (id == "ddpm")
        config.largeVariance = choice(json, "variance_type", config.largeVariance,
                                      std::array{std::pair{"fixed_small", false}, std::pair{"fixed_small_log", false},
                                                 std::pair{"fixed_large", true}});
    if (id == "pndm") {
        config.skipRungeKutta = json.booleanOr("skip_prk_steps", config.skipRungeKutta);
        config.zeroSnr = false; // diffusers' does not know of it
    }
    if (id == "euler" || id.starts_with("dpmpp_2m"))
        parseSigmas(config, json);
    if (id.starts_with("dpmpp_2m")) {
        parseLimit(config, json, false);
        parseSolver(config, json);
    }
    if (id == "lcm") {
        config.originalSteps =
            static_cast<int>(json.integerOr("original_inference_steps", config.originalSteps, 1, config.trainSteps));
        config.timestepScaling = json.numberOr("timestep_scaling", config.timestepScaling, 0, 1e6);
    }
    return config;
}

} // namespace orrery::diffusion
