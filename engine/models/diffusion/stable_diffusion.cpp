// SPDX-License-Identifier: Apache-2.0
#include "engine/models/diffusion/stable_diffusion.h"

#include "engine/core/error.h"
#include "engine/runtime/torch_runtime.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <filesystem>

namespace orrery::diffusion {
namespace {

constexpr int kSteps = 30, kDistilledSteps = 4;
constexpr double kScale = 7.5, kDistilledScale = 1;
constexpr const char *kFallback = "ddim"; ///< reads the least of a configuration

/// Turbo models and consistency models are told from others by nothing but the scheduler they come with.
bool isDistilled(const std::string &scheduler, const JsonObject &json)
{
    return scheduler == "lcm" || (scheduler.starts_with("euler") && json.textOr("timestep_spacing", "") == "trailing");
}

} // namespace

StableDiffusion::StableDiffusion(PipelineParts parts, at::Device device, const std::string &folder)
    : m_parts(std::move(parts)), m_device(device)
{
    const JsonObject &json = m_parts.scheduler;
    try {
        m_scheduler = schedulerIdOf(json);
        makeScheduler(m_scheduler, SchedulerConfig::parse(m_scheduler, json), 1);
    } catch (const Exception &problem) {
        if (problem.code() != ErrorCode::Unsupported)
            throw;
        m_scheduler = kFallback;
        m_notes.push_back(std::string(problem.what()) + "; " + kFallback + " takes its place.");
    }
    m_distilled = isDistilled(m_scheduler, json);
    if (!m_parts.licence.empty())
        m_notes.push_back("The licence of this model, by its card: " + m_parts.licence + ".");
    if (!folder.empty())
        readNotes(folder);
}

std::vector<std::string> StableDiffusion::notes() const
{
    return m_notes;
}

int StableDiffusion::edge() const
{
    return static_cast<int>(m_parts.unet->config().sampleSize * m_parts.autoencoder->config().factor());
}

double StableDiffusion::scaleOf(const generate::GenerateRequest &request) const
{
    if (request.guidance != generate::Guidance::ClassifierFree)
        return 1;
    return request.scale > 0 ? request.scale : m_distilled ? kDistilledScale : kScale;
}

generate::DescribeResult StableDiffusion::describe() const
{
    generate::DescribeResult result;
    result.method = generate::Method::Diffusion;
    result.width = result.height = edge();
    result.schedulers = schedulerIds();
    result.scheduler = m_scheduler;
    result.steps = m_distilled ? kDistilledSteps : kSteps;
    result.scale = m_distilled ? kDistilledScale : kScale;
    result.clipGuidance = false; // its guesses are not pixels: every one would have to be decoded with a gradient
    result.inpainting = true;
    result.fast = true;
    return result;
}

std::unique_ptr<Scheduler> StableDiffusion::scheduler(const generate::GenerateRequest &request) const
{
    const std::string id = request.scheduler.empty() ? m_scheduler : request.scheduler;
    const std::vector<std::string> &known = schedulerIds();
    const bool isKnown = std::find(known.begin(), known.end(), id) != known.end(); // else the factory says so
    return makeScheduler(id, isKnown ? SchedulerConfig::parse(id, m_parts.scheduler) : SchedulerConfig(),
                         request.steps > 0 ? request.steps : describe().steps);
}

void StableDiffusion::check(const generate::GenerateRequest &request) const
{
    if (!request.keepTokens.empty())
        throw Exception(ErrorCode::BadInput,
                        "Tokens can be kept by a model that writes them, such as picture-dalle, but "
                        "not by Stable Diffusion");
    if (request.guidance == generate::Guidance::Clip)
        throw Exception(ErrorCode::Unsupported, "Stable Diffusion cannot be guided by picture-clip, which knows other "
                                                "pictures; choose classifier-free guidance");
    if (!request.negative.empty() && scaleOf(request) == 1)
        throw Exception(ErrorCode::BadInput,
                        "What to stay away from needs classifier-free guidance of a scale above 1, "
                        "which compares the two");
    const int steps = stepsOf(request);
    if (request.branch && (request.branch->step < 0 || request.branch->step >= steps))
        throw Exception(ErrorCode::BadInput, "The branch is at step " + std::to_string(request.branch->step) +
                                                 ", expected one from 0 to " + std::to_string(steps - 1));
}

bool StableDiffusion::cuts(const std::string &prompt) const
{
    return static_cast<std::int64_t>(m_parts.tokenizer->encode(prompt).size()) > m_parts.text->shape().context;
}

int StableDiffusion::stepsOf(const generate::GenerateRequest &request) const
{
    const auto way = scheduler(request);
    const bool begun = !request.image.path.empty() || !request.image.pixels.empty();
    return way->steps() - (begun ? way->begin(way->firstStep(request.strength)) : 0);
}

Task<std::shared_ptr<TextToImageModel>> loadStableDiffusion(EngineScope &scope, std::string folder, Precision precision)
{
    Task<PipelineParts> loading = loadPipelineFolder(scope, folder, precision);
    PipelineParts parts = co_await std::move(loading);
    co_return std::make_shared<StableDiffusion>(std::move(parts), deviceOf(scope), folder);
}

Task<std::shared_ptr<TextToImageModel>> loadStableDiffusionFile(EngineScope &scope, std::string file,
                                                                Precision precision)
{
    Task<PipelineParts> loading = loadPipelineFile(scope, file, precision);
    PipelineParts parts = co_await std::move(loading);
    co_return std::make_shared<StableDiffusion>(std::move(parts), deviceOf(scope), std::string());
}

} // namespace orrery::diffusion

// The folder says for what it was saved; all of them do everything here.
ORRERY_TEXT_TO_IMAGE_MODEL(stableDiffusion, "StableDiffusionPipeline", orrery::diffusion::loadStableDiffusion)
ORRERY_TEXT_TO_IMAGE_MODEL(stableDiffusionImage, "StableDiffusionImg2ImgPipeline",
                           orrery::diffusion::loadStableDiffusion)
ORRERY_TEXT_TO_IMAGE_MODEL(stableDiffusionMask, "StableDiffusionInpaintPipeline",
                           orrery::diffusion::loadStableDiffusion)
ORRERY_TEXT_TO_IMAGE_MODEL(stableDiffusionFile, "single-file", orrery::diffusion::loadStableDiffusionFile)
