// SPDX-License-Identifier: Apache-2.0
#include "engine/models/picture_diffusion/picture_diffusion.h"

#include "engine/core/error.h"
#include "engine/models/half_products.h"
#include "engine/models/packed_products.h"
#include "engine/runtime/torch_runtime.h"

#include <algorithm>
#include <filesystem>

namespace orrery::picture_diffusion {

namespace {

// Noise that is added anew at every step lets a cell follow what its neighbours became; without it (ddim) a half of
// what should stand beside another thing does not.
constexpr const char *kScheduler = "ddpm";
constexpr int kSteps = 20;
constexpr int kDrafts = 4;
constexpr double kScale = 1.25; ///< of guidance, unless somebody asks for another: 2 draws fewer things right

diffusion::SchedulerConfig schedulerConfig(const std::string &id)
{
    diffusion::SchedulerConfig config = diffusion::SchedulerConfig::of(id);
    config.betas = noiseConfig().betas;
    config.betaStart = noiseConfig().betaStart;
    config.betaEnd = noiseConfig().betaEnd;
    config.prediction = diffusion::Prediction::Picture;
    config.spacing = diffusion::Spacing::Trailing; // begins where all is noise, as training did
    config.limit = diffusion::Limit::None;         // a mean of codes is within what codes are
    return config;
}

} // namespace

generate::DescribeResult PictureDiffusion::describe() const
{
    generate::DescribeResult result;
    result.method = generate::Method::Diffusion;
    result.width = result.height = static_cast<int>(m_codes->shape().imageSize);
    result.schedulers = diffusion::schedulerIds();
    std::erase(result.schedulers, "pndm"); // needs a model that predicts noise
    result.scheduler = kScheduler;
    result.steps = kSteps;
    result.scale = kScale;
    result.drafts = kDrafts;
    result.clipGuidance = result.inpainting = true;
    return result;
}

std::unique_ptr<diffusion::Scheduler> PictureDiffusion::scheduler(const generate::GenerateRequest &request) const
{
    const std::string id = request.scheduler.empty() ? kScheduler : request.scheduler;
    const auto &known = diffusion::schedulerIds();
    // An unknown id has no configuration of its own; the factory says so.
    const bool isKnown = std::find(known.begin(), known.end(), id) != known.end();
    return diffusion::makeScheduler(id, isKnown ? schedulerConfig(id) : diffusion::SchedulerConfig{},
                                    request.steps > 0 ? request.steps : kSteps);
}

void PictureDiffusion::check(const generate::GenerateRequest &request) const
{
    if (!request.keepTokens.empty())
        throw Exception(ErrorCode::BadInput,
                        "Tokens can be kept by a model that writes them, such as picture-dalle, but "
                        "not by picture-diffusion");
    if (!request.negative.empty() && request.guidance != generate::Guidance::ClassifierFree)
        throw Exception(ErrorCode::BadInput,
                        "What to stay away from needs classifier-free guidance, which compares the two");
    const int steps = stepsOf(request);
    if (request.branch && (request.branch->step < 0 || request.branch->step >= steps))
        throw Exception(ErrorCode::BadInput, "The branch is at step " + std::to_string(request.branch->step) +
                                                 ", expected one from 0 to " + std::to_string(steps - 1));
    if (request.branch && (request.branch->draft < 0 || request.branch->draft >= generate::kMostDrafts))
        throw Exception(ErrorCode::BadInput, "The branch leaves draft " + std::to_string(request.branch->draft) +
                                                 ", expected one from 0 to " +
                                                 std::to_string(generate::kMostDrafts - 1));
}

bool PictureDiffusion::cuts(const std::string &prompt) const
{
    return static_cast<std::int64_t>(m_tokenizer->encode(prompt).size()) > m_shape.textPositions;
}

double PictureDiffusion::scaleOf(const generate::GenerateRequest &request)
{
    if (request.guidance != generate::Guidance::ClassifierFree)
        return 1;
    return request.scale > 0 ? request.scale : kScale;
}

int PictureDiffusion::stepsOf(const generate::GenerateRequest &request) const
{
    const auto way = scheduler(request);
    const bool begun = !request.image.path.empty() || !request.image.pixels.empty();
    return way->steps() - (begun ? way->firstStep(request.strength) : 0);
}

Task<std::shared_ptr<TextToImageModel>> loadPictureDiffusion(EngineScope &scope, std::string folder,
                                                             Precision /*too small to be any faster*/)
{
    const std::string configPath = (std::filesystem::path(folder) / "config.json").string();
    const JsonObject json = JsonObject::readFile(configPath);
    const DenoiserConfig config = parseConfig(json);
    auto model = std::make_shared<PictureDiffusion>();
    model->m_shape = config.shape;
    model->m_device = deviceOf(scope);
    model->m_tokenizer = ClipTokenizer::fromFolder(folder);
    if (const std::int64_t size = model->m_tokenizer->vocabularySize(); size > model->m_shape.vocabulary)
        json.fail("vocab_size", "is " + std::to_string(model->m_shape.vocabulary) +
                                    ", but the tokenizer in the same folder has ids up to " + std::to_string(size - 1));
    Task<std::shared_ptr<dvae::DvaeModel>> opening = dvae::openDvaeOf(scope, folder, json, config.dvaeSha256);
    model->m_codes = co_await std::move(opening);
    const dvae::DvaeShape &codes = model->m_codes->shape();
    if (codes.grid() != config.shape.grid || codes.codes != config.shape.codes ||
        codes.codeWidth != config.shape.codeWidth)
        json.fail("codes", "is " + std::to_string(config.shape.codes) + " on a grid of " +
                               std::to_string(config.shape.grid) + ", but its picture-dvae has " +
                               std::to_string(codes.codes) + " on one of " + std::to_string(codes.grid()));
    Task<Weights> loading = loadWeights(scope, Safetensors::openFolder(folder), expectedWeights(model->m_shape));
    model->m_weights = co_await std::move(loading);
    Task<> packing = pack(scope, model->m_weights, isProductWeight);
    co_await std::move(packing);
    model->readNotes(folder);
    model->pictureWorld = true;
    co_return model;
}

} // namespace orrery::picture_diffusion

ORRERY_TEXT_TO_IMAGE_MODEL(pictureDiffusion, "picture_diffusion", orrery::picture_diffusion::loadPictureDiffusion)
