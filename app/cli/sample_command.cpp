// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/precision_option.h"
#include "app/cli/session.h"
#include "engine/api/generate.h"
#include "engine/api/picture_files.h"
#include "engine/files/sample_recipe.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <limits>

namespace orrery::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostNameBytes = 60; ///< of the prompt, in a file's name

/// The recipe that travels in a PNG. @throws Exception{BadInput} when there is none.
generate::SampleRecipe recipeFrom(Session &session, const std::string &file)
{
    const ReadTextsResult read = session.run(kReadTexts, {file}, {Lane::Interactive, "Read " + file, {}});
    for (const auto &[keyword, text] : read.texts)
        if (keyword == generate::kRecipeKeyword)
            return generate::parseRecipe(text, file);
    throw Exception(ErrorCode::BadInput, file + ": carries no recipe, expected a PNG made by orrery-cli sample or "
                                                "exported from the page Generate");
}

/// What the options say, on top of what a recipe says.
void applyOptions(const Arguments &arguments, generate::GenerateRequest &request)
{
    if (arguments.has("method"))
        request.model = arguments.choice("method", "diffusion", {"dalle", "diffusion"}) == "dalle"
                            ? generate::kTokensModel
                            : generate::kDiffusionModel;
    request.model = arguments.text("model", request.model);
    request.prompt = arguments.text("prompt", request.prompt);
    request.negative = arguments.text("negative", request.negative);
    request.count = static_cast<int>(arguments.integer("count", request.count, 1, generate::kMostSamples));
    request.seed = static_cast<std::uint64_t>(arguments.integer("seed", static_cast<std::int64_t>(request.seed), 0,
                                                                std::numeric_limits<std::int64_t>::max()));
    request.temperature = arguments.number("temperature", request.temperature, 0, 100);
    request.topK = static_cast<int>(arguments.integer("top-k", request.topK, 0, std::numeric_limits<int>::max()));
    request.topP = arguments.number("top-p", request.topP, 0, 1);
    if (arguments.has("guidance"))
        request.guidance = generate::guidanceOf(arguments.choice("guidance", "cfg", {"none", "cfg", "clip"}));
    request.scale = arguments.number("scale", request.scale, 0, 100);
    request.scheduler = arguments.text("scheduler", request.scheduler);
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

/// "a-red-fox", for names of files.
std::string slugOf(const std::string &prompt)
{
    std::string slug;
    for (const char c : prompt) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte))
            slug += static_cast<char>(std::tolower(byte));
        else if (!slug.empty() && slug.back() != '-')
            slug += '-';
        if (slug.size() >= kMostNameBytes)
            break;
    }
    while (!slug.empty() && slug.back() == '-')
        slug.pop_back();
    return slug.empty() ? "sample" : slug;
}

void makeFolder(const std::string &folder)
{
    std::error_code error;
    fs::create_directories(folder, error);
    if (error || !fs::is_directory(folder))
        throw Exception(ErrorCode::BadInput, folder + ": cannot be made a folder for the pictures" +
                                                 (error ? " (" + error.message() + ")" : std::string()));
}

int run(const Arguments &arguments)
{
    if (!arguments.others().empty())
        throw UsageError("\"" + arguments.others().front() + "\" was not expected; the prompt goes to --prompt");
    if (!arguments.has("out"))
        throw UsageError("--out is missing");
    if (!arguments.has("prompt") && !arguments.has("recipe"))
        throw UsageError("--prompt or --recipe is missing");
    generate::GenerateRequest request;
    applyOptions(arguments, request); // wrong ones end here, before anything is loaded
    Session session(arguments);
    std::string hash;
    if (arguments.has("recipe")) {
        generate::SampleRecipe recipe = recipeFrom(session, arguments.text("recipe"));
        hash = recipe.hash;
        request = std::move(recipe.request);
        applyOptions(arguments, request);
    }
    const std::string folder = arguments.text("out");
    makeFolder(folder);
    const generate::GenerateResult result =
        session.run(generate::kGenerate, request, {Lane::Interactive, "Draw \"" + request.prompt + "\"", {}});
    for (const std::string &note : result.notes)
        say(note);

    std::vector<std::shared_ptr<const generate::Sample>> samples = result.samples;
    if (request.rerank)
        std::stable_sort(samples.begin(), samples.end(), [](const auto &a, const auto &b) {
            return a->clipScore.value_or(0) > b->clipScore.value_or(0);
        });
    Json list = Json::array();
    Table table({{"Picture", Table::Align::Left, true},
                 {"Seed", Table::Align::Right, false},
                 {"CLIP", Table::Align::Right, false}});
    for (const auto &sample : samples) {
        const std::string file =
            (fs::path(folder) / (slugOf(request.prompt) + "-" + std::to_string(sample->seed) + ".png")).string();
        session.run(kWritePicture, {file, sample->picture, {{generate::kRecipeKeyword, sample->recipe}}},
                    {Lane::Interactive, "Write " + file, {}});
        Json entry{{"file", file}, {"seed", sample->seed}};
        if (sample->clipScore)
            entry["clip_score"] = *sample->clipScore;
        list.push_back(std::move(entry));
        table.add({file, std::to_string(sample->seed), sample->clipScore ? fixed(*sample->clipScore, 3) : "-"});
        if (!hash.empty()) {
            const std::string now = generate::parseRecipe(sample->recipe, file).hash;
            if (now != hash)
                say(arguments.text("recipe") + ": was made with other weights of " + request.model +
                    ", so the picture may differ");
        }
    }
    if (arguments.has("json"))
        printJson({{"model", result.model}, {"samples", list}, {"steps", result.steps}, {"seconds", result.seconds}});
    else {
        print(table.toText());
        print(std::to_string(samples.size()) + (samples.size() == 1 ? " picture" : " pictures") + " of \"" +
              request.prompt + "\" by " + result.model + " in " + fixed(result.seconds, 1) + " s\n");
    }
    return kDone;
}

} // namespace

Command sampleCommand()
{
    return {
        "sample",
        "--prompt T | --recipe FILE.png  [--method dalle|diffusion] [--model M] [--negative T] [--count N] [--seed S] "
        "[--temperature T] [--top-k K] [--guidance none|cfg|clip] [--scale S] [--scheduler S] [--steps N] [--image F "
        "--strength X] [--mask F] [--precision exact|fast] [--rerank] --out FOLDER [--json]",
        "Make pictures of a prompt",
        "Each PNG carries its recipe: --recipe makes the same picture again, bit for bit on the same build and\n"
        "machine. Sample k of --count has the seed S + k. With --rerank the pictures come in the order in which\n"
        "picture-clip finds them to fit the prompt, best first.",
        {{"prompt", "T", "what to draw"},
         {"recipe", "FILE.png", "make this picture again; other options change what they name"},
         {"method", "dalle|diffusion", "tokens one after the other, or a picture found in noise; without it, dalle"},
         {"model", "M", "built-in id, folder or single .safetensors file"},
         {"negative", "T", "what to stay away from"},
         {"count", "N", "how many; 1 without it"},
         {"seed", "S", "of the first; 1 without it"},
         {"temperature", "T", "dalle: larger is bolder; 0.5 without it, 0 always takes the likeliest"},
         {"top-k", "K", "dalle: only the K likeliest tokens"},
         {"top-p", "P", "dalle: only the likeliest tokens that sum to P"},
         {"guidance", "none|cfg|clip", "how the prompt is followed: alone, against no prompt, or by picture-clip"},
         {"scale", "S", "of guidance; larger follows the prompt more closely; 0: the model's own"},
         {"scheduler", "S", "diffusion: ddpm, ddim, pndm, euler, euler_ancestral, dpmpp_2m, dpmpp_2m_karras, lcm"},
         {"steps", "N", "diffusion: 0 or none: the model's own"},
         {"image", "F", "diffusion: begin with this picture"},
         {"strength", "X", "with --image: how much of it is made anew; 0.6 without it"},
         {"mask", "F", "with --image: white is made anew, black stays"},
         {"precision", "exact|fast",
          "fast: Stable Diffusion and dalle in bfloat16 where the processor has it; exact (float32) without it"},
         {"rerank", "", "score with picture-clip, best first"},
         {"out", "FOLDER", "for the pictures"}},
        run};
}

} // namespace orrery::cli
