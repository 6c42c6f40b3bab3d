// SPDX-License-Identifier: Apache-2.0
#include "engine/training/drawing/evaluate_drawing.h"

#include "engine/api/generate.h"
#include "engine/core/error.h"
#include "engine/core/job_registry.h"
#include "engine/models/dvae/dvae_model.h"
#include "engine/models/registry.h"
#include "engine/training/measure_drawing.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace orrery::training {

namespace {

constexpr int kSize = CheckedPicture::kSize;
constexpr double kBolder = 1.0, kCalmer = 0.5; ///< temperatures at which signs are written

// --- Pictures by the job that everybody's pictures come from ---------------------------------------------------------

/// @param usual  how it is drawn, but for what the order says
Task<std::vector<DrawnPicture>> drawByJob(EngineScope &scope, generate::GenerateRequest usual, DrawingOrder order)
{
    const JobDefinition *job = JobRegistry::instance().find(generate::kGenerate.id);
    if (!job)
        throw Exception(ErrorCode::Unsupported, "evaluate: this build cannot draw with " + usual.model);
    generate::GenerateRequest request = std::move(usual);
    request.prompt = order.spec.caption;
    request.count = order.count;
    request.seed = order.seed;
    request.temperature = order.temperature.value_or(request.temperature);
    request.rerank = order.scored;
    Task<std::any> drawing = job->body(scope, std::any(std::move(request)));
    const std::any answer = co_await std::move(drawing);
    const auto result = std::any_cast<generate::GenerateResult>(answer);
    std::vector<DrawnPicture> pictures;
    for (const auto &sample : result.samples) {
        if (sample->picture.width != kSize || sample->picture.height != kSize)
            throw Exception(ErrorCode::Unsupported,
                            "evaluate: " + result.model + " draws " + std::to_string(sample->picture.width) + " × " +
                                std::to_string(sample->picture.height) + " pixels, and only 64 × 64 can be judged");
        std::optional<double> score = generate::rankScore(*sample);
        if (sample->blank && order.scored)
            score = -HUGE_VAL;
        pictures.push_back({CheckedPicture::fromPixels(sample->picture.rgb.data()), score});
    }
    co_return pictures;
}

// --- True pictures through the codes of a picture-dvae ---------------------------------------------------------------

/// What is learned on the way about the codes themselves.
struct CodesSeen
{
    double squaredError = 0; ///< summed over pictures, mean over each
    std::int64_t pictures = 0;
    std::vector<bool> used;
};

Task<CheckedPicture> reconstruct(StepPacer &pace, const dvae::DvaeModel &codes, const CheckedPicture &picture,
                                 CodesSeen &seen)
{
    at::Tensor in;
    {
        at::Tensor rgb = at::empty({1, kSize, kSize, 3}, at::kFloat);
        std::copy(picture.rgb.begin(), picture.rgb.end(), rgb.mutable_data_ptr<float>());
        in = rgb.permute({0, 3, 1, 2}).mul(2).sub(1).contiguous();
    }
    Task<std::vector<int>> encoding = codes.encode(pace, std::move(in));
    const std::vector<int> tokens = co_await std::move(encoding);
    for (const int token : tokens)
        seen.used[static_cast<std::size_t>(token)] = true;
    Task<at::Tensor> decoding = codes.decode(pace, tokens, tokens.size());
    const at::Tensor out = co_await std::move(decoding);
    const at::Tensor pixels =
        out.add(1).mul(0.5).clamp(0, 1).permute({0, 2, 3, 1}).to(at::kCPU, at::kFloat).contiguous();
    CheckedPicture again;
    std::copy_n(pixels.const_data_ptr<float>(), again.rgb.size(), again.rgb.begin());
    double squared = 0;
    for (std::size_t i = 0; i < again.rgb.size(); ++i)
        squared += std::pow(static_cast<double>(again.rgb[i]) - picture.rgb[i], 2);
    seen.squaredError += squared / static_cast<double>(again.rgb.size());
    ++seen.pictures;
    co_return again;
}

Task<std::vector<DrawnPicture>> throughCodes(StepPacer &pace, const dvae::DvaeModel &codes, CodesSeen &seen,
                                             DrawPictures truth, DrawingOrder order)
{
    Task<std::vector<DrawnPicture>> painting = truth(std::move(order));
    std::vector<DrawnPicture> pictures = co_await std::move(painting);
    for (DrawnPicture &picture : pictures) {
        Task<CheckedPicture> again = reconstruct(pace, codes, picture.picture, seen);
        picture.picture = co_await std::move(again);
    }
    co_return pictures;
}

// --- What is measured ------------------------------------------------------------------------------------------------

DrawingMeasureOptions optionsOf(const EvaluateRequest &request)
{
    DrawingMeasureOptions options;
    options.prompts = request.prompts;
    options.best = request.best;
    options.seed = request.seed;
    if (request.parts.empty())
        return options;
    options.compositions = options.fillings = options.signs = false;
    for (const std::string &part : request.parts) {
        if (part == "compositions")
            options.compositions = true;
        else if (part == "fillings")
            options.fillings = true;
        else if (part == "signs")
            options.signs = true;
        else
            throw Exception(ErrorCode::BadInput,
                            "evaluate: there is no part \"" + part + "\", only compositions, fillings and signs");
    }
    return options;
}

} // namespace

bool isDrawingType(const std::string &type)
{
    return type == "picture_dvae" || type == "picture_dalle" || type == "picture_diffusion";
}

Task<EvaluateResult> evaluateDrawing(EngineScope &scope, EvaluateRequest request)
{
    if (request.data.empty())
        throw Exception(ErrorCode::BadInput, "evaluate: models that draw are measured on the things of Picture World; "
                                             "name its file with --data");
    DrawingMeasureOptions options = optionsOf(request);
    const std::string folder = request.model == kTruth ? std::string() : modelFolder(scope, request.model);
    const std::string type = folder.empty() ? std::string() : modelTypeOf(folder);

    scope.progress(-1, "Reading Picture World");
    std::shared_ptr<const PromptScenes> scenes;
    std::shared_ptr<const PictureChecks> checks;
    std::function<void()> prepare = [&] {
        scenes = std::make_shared<PromptScenes>(std::make_shared<PictureWorld>(request.data));
        checks = std::make_shared<PictureChecks>(scenes);
    };
    co_await scope.outside(std::move(prepare));
    StepPacer pace(scope);
    co_await pace.step();

    EvaluateResult result;
    std::shared_ptr<const dvae::DvaeModel> codes;
    CodesSeen seen;
    DrawPictures draw;
    if (type == "picture_dvae") {
        Task<std::shared_ptr<dvae::DvaeModel>> opening = dvae::openDvae(scope, folder);
        codes = co_await std::move(opening);
        if (codes->shape().imageSize != kSize)
            throw Exception(ErrorCode::Unsupported, folder + ": only pictures of 64 × 64 pixels can be judged");
        seen.used.assign(static_cast<std::size_t>(codes->shape().codes), false);
        const DrawPictures truth = drawTruth(scenes);
        options.best = 1;
        draw = [&, truth](DrawingOrder order) { return throughCodes(pace, *codes, seen, truth, std::move(order)); };
    } else if (folder.empty()) {
        options.best = 1;
        draw = drawTruth(scenes);
    } else {
        if (type == "picture_dalle")
            options.temperatures = {kBolder, kCalmer};
        generate::GenerateRequest usual;
        usual.model = request.model;
        usual.temperature = request.temperature < 0 ? usual.temperature : request.temperature;
        usual.topP = request.topP;
        usual.scale = request.scale;
        usual.drafts = request.drafts;
        draw = [&scope, usual](DrawingOrder order) { return drawByJob(scope, usual, std::move(order)); };
        if (options.compositions && options.best < 2)
            result.skipped.push_back("reranking: one picture of each prompt leaves nothing to choose from");
    }
    Task<std::vector<std::pair<std::string, double>>> measuring =
        measureDrawing(pace, *checks, std::move(draw), std::move(options));
    result.measures = co_await std::move(measuring);
    if (codes) {
        const auto used = std::count(seen.used.begin(), seen.used.end(), true);
        result.measures.emplace_back(
            "reconstruction error",
            std::sqrt(seen.squaredError / static_cast<double>(std::max<std::int64_t>(1, seen.pictures))));
        result.measures.emplace_back("codes used", static_cast<double>(used) / static_cast<double>(seen.used.size()));
    }
    scope.progress(1, "Done");
    co_return result;
}

} // namespace orrery::training
