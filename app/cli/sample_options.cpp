// SPDX-License-Identifier: Apache-2.0
#include "app/cli/sample_options.h"

#include "app/cli/precision_option.h"
#include "app/cli/utf8.h"
#include "engine/core/error.h"
#include "engine/files/json_file.h"
#include "engine/files/model_catalogue.h"
#include "engine/files/sample_recipe.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <limits>

namespace orrery::cli {

namespace {

namespace fs = std::filesystem;
using generate::Method;

/// As engine/models/diffusion/schedulers knows them. Told here, so that a slip is told before LibTorch is loaded.
const std::vector<std::string> kSchedulers{
    "ddpm", "ddim", "pndm", "euler", "euler_ancestral", "dpmpp_2m", "dpmpp_2m_karras", "lcm"};

/// Options that models of the other method have no use for.
constexpr std::array<std::pair<const char *, Method>, 9> kOptionsOfAMethod{{{"temperature", Method::Tokens},
                                                                            {"top-k", Method::Tokens},
                                                                            {"top-p", Method::Tokens},
                                                                            {"negative", Method::Diffusion},
                                                                            {"scheduler", Method::Diffusion},
                                                                            {"steps", Method::Diffusion},
                                                                            {"image", Method::Diffusion},
                                                                            {"strength", Method::Diffusion},
                                                                            {"mask", Method::Diffusion}}};

Method methodFrom(const Arguments &arguments)
{
    return arguments.choice("method", "diffusion", {"dalle", "diffusion"}) == "dalle" ? Method::Tokens
                                                                                      : Method::Diffusion;
}

bool isBuiltIn(const std::string &model)
{
    return model == generate::kTokensModel || model == generate::kDiffusionModel;
}

/// By the type that a folder states; a new type is none, and then the model is asked.
std::optional<Method> methodOf(const fs::path &folder)
{
    std::error_code ignored;
    if (fs::exists(folder / "model_index.json", ignored))
        return Method::Diffusion;
    const std::string type = JsonObject::readFile((folder / "config.json").string()).textOr("model_type", "");
    if (type == "picture_dalle")
        return Method::Tokens;
    if (type == "picture_diffusion")
        return Method::Diffusion;
    return {};
}

std::string whatItDoes(const std::string &model, Method method)
{
    return model + (method == Method::Tokens ? " writes tokens" : " finds pictures in noise");
}

/// What is wrong with `option` and the model, if anything is.
std::string misfitOf(const std::string &option, Method its, const std::string &model, Method method)
{
    if (its == method)
        return {};
    return "--" + option +
           (its == Method::Tokens ? " is for models that write tokens, such as picture-dalle; "
                                  : " is for models that find pictures in noise, such as picture-diffusion; ") +
           whatItDoes(model, method);
}

std::string firstMisfit(const Arguments &arguments, const std::string &model, Method method)
{
    if (arguments.has("method") && methodFrom(arguments) != method)
        return "--method " + arguments.text("method") + " does not go with " + model + ": " + whatItDoes(model, method);
    for (const auto &[option, its] : kOptionsOfAMethod)
        if (const std::string misfit = misfitOf(option, its, model, method); arguments.has(option) && !misfit.empty())
            return misfit;
    return arguments.text("guidance") == "clip" ? misfitOf("guidance clip", Method::Diffusion, model, method)
                                                : std::string();
}

} // namespace

void applySampleOptions(const Arguments &arguments, generate::GenerateRequest &request)
{
    if (arguments.has("method"))
        request.model = methodFrom(arguments) == Method::Tokens ? generate::kTokensModel : generate::kDiffusionModel;
    request.model = arguments.text("model", request.model);
    request.prompt = arguments.text("prompt", request.prompt);
    request.negative = arguments.text("negative", request.negative);
    request.count = static_cast<int>(arguments.integer("count", request.count, 1, generate::kMostSamples));
    request.seed = static_cast<std::uint64_t>(arguments.integer("seed", static_cast<std::int64_t>(request.seed), 0,
                                                                std::numeric_limits<std::int64_t>::max()));
    request.temperature = arguments.number("temperature", request.temperature, 0, 100);
    request.topK = static_cast<int>(arguments.integer("top-k", request.topK, 0, std::numeric_limits<int>::max()));
    request.topP = arguments.number("top-p", request.topP, 0, 1);
    request.drafts = static_cast<int>(arguments.integer("drafts", request.drafts, 1, generate::kMostDrafts));
    if (arguments.has("guidance"))
        request.guidance = generate::guidanceOf(arguments.choice("guidance", "cfg", {"none", "cfg", "clip"}));
    request.scale = arguments.number("scale", request.scale, 0, 100);
    if (arguments.has("scheduler"))
        request.scheduler = arguments.choice("scheduler", {}, kSchedulers);
    request.steps = static_cast<int>(arguments.integer("steps", request.steps, 0, 1000));
    request.strength = arguments.number("strength", request.strength, 0, 1);
    if (arguments.has("image"))
        request.image = {arguments.text("image"), {}};
    if (arguments.has("mask"))
        request.mask = {arguments.text("mask"), {}};
    if (arguments.has("precision"))
        request.precision = precisionOf(arguments);
    request.rerank = arguments.has("rerank");
}

void checkSampleCall(const Arguments &arguments)
{
    if (!arguments.others().empty())
        throw UsageError("\"" + arguments.others().front() + "\" was not expected; the prompt goes to --prompt");
    if (arguments.text("out").empty())
        throw UsageError("--out is missing");
    const bool again = arguments.has("recipe");
    if (!arguments.has("prompt") && !again)
        throw UsageError("--prompt or --recipe is missing");
    const std::string prompt = arguments.text("prompt");
    if (arguments.has("prompt") && prompt.find_first_not_of(" \t\r\n") == std::string::npos)
        throw UsageError("The prompt is empty, expected a few words such as \"a red fox\"");
    if (prompt.size() > static_cast<std::size_t>(generate::kMostPromptBytes))
        throw UsageError("The prompt has " + std::to_string(prompt.size()) + " bytes, expected at most " +
                         std::to_string(generate::kMostPromptBytes));
    for (const char *option : {"prompt", "negative"})
        if (!isUtf8(arguments.text(option)))
            throw UsageError(std::string("--") + option + ": is not UTF-8");
    // A recipe may bring a picture along.
    for (const char *option : {"strength", "mask"})
        if (arguments.has(option) && !arguments.has("image") && !again)
            throw UsageError(std::string("--") + option + " needs a picture to begin with: --image is missing");
}

DrawingModel drawingModel(const std::string &idOrPath)
{
    std::error_code ignored;
    if (fs::is_regular_file(idOrPath, ignored))
        return {{}, Method::Diffusion}; // Stable Diffusion's; others come as folders
    const fs::path folder = ModelCatalogue().folder(idOrPath);
    if (!fs::exists(folder / "config.json", ignored) && !fs::exists(folder / "model_index.json", ignored))
        throw Exception(ErrorCode::BadInput, idOrPath + ": is no model, expected a folder with config.json or "
                                                        "model_index.json, or a single .safetensors file");
    return {folder.string(), methodOf(folder)};
}

bool hasOptionOfAMethod(const Arguments &arguments)
{
    return arguments.has("method") || arguments.text("guidance") == "clip" ||
           std::any_of(kOptionsOfAMethod.begin(), kOptionsOfAMethod.end(),
                       [&](const auto &option) { return arguments.has(option.first); });
}

void checkOptionsFit(const Arguments &arguments, const std::string &model, Method method)
{
    const std::string misfit = firstMisfit(arguments, model, method);
    if (misfit.empty())
        return;
    const bool named = arguments.has("model") || arguments.has("method") || !arguments.has("recipe");
    if (named && isBuiltIn(model))
        throw UsageError(misfit);
    throw Exception(ErrorCode::BadInput, misfit);
}

std::vector<Option> sampleOptions()
{
    std::string schedulers;
    for (const std::string &id : kSchedulers)
        schedulers += (schedulers.empty() ? "" : ", ") + id;
    return {{"prompt", "T", "what to draw"},
            {"recipe", "FILE.png", "make this picture again; other options change what they name"},
            {"method", "dalle|diffusion", "tokens one after the other, or a picture found in noise; without it, dalle"},
            {"model", "M", "built-in id, folder or single .safetensors file"},
            {"negative", "T", "diffusion: what to stay away from"},
            {"count", "N", "how many; 1 without it"},
            {"seed", "S", "of the first; 1 without it"},
            {"temperature", "T", "dalle: larger is bolder; 0.4 without it, 0 always takes the likeliest"},
            {"top-k", "K", "dalle: only the K likeliest tokens"},
            {"top-p", "P", "dalle: only the likeliest tokens that sum to P"},
            {"drafts", "N",
             "of every picture; the one that the model itself finds best is kept; 8 (dalle) or 4 without it"},
            {"guidance", "none|cfg|clip", "how the prompt is followed: alone, against no prompt, or by picture-clip"},
            {"scale", "S", "of guidance; larger follows the prompt more closely; 0: the model's own"},
            {"scheduler", "S", "diffusion: " + schedulers},
            {"steps", "N", "diffusion: 0 or none: the model's own"},
            {"image", "F", "diffusion: begin with this picture"},
            {"strength", "X", "with --image: how much of it is made anew; 0.6 without it"},
            {"mask", "F", "with --image: white is made anew, black stays"},
            {"precision", "exact|fast",
             "fast: Stable Diffusion and dalle in bfloat16 where the processor has it; exact (float32) without it"},
            {"rerank", "", "the best first, by picture-clip and, of tokens, how likely they are"},
            {"out", "FOLDER", "for the pictures"}};
}

} // namespace orrery::cli
