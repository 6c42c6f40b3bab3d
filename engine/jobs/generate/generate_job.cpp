// SPDX-License-Identifier: Apache-2.0
// Body of `generate.sample`.
#include "engine/api/generate.h"

#include "engine/core/error.h"
#include "engine/core/job_registry.h"
#include "engine/files/sample_recipe.h"
#include "engine/jobs/generate/clip_judge.h"
#include "engine/models/picture_pixels.h"
#include "engine/models/text_to_image.h"
#include "engine/runtime/media_gateway.h"
#include "engine/runtime/torch_runtime.h"

#include <chrono>
#include <cmath>
#include <limits>

namespace orrery::generate {

namespace {

using Model = std::shared_ptr<TextToImageModel>;

bool isGiven(const PictureSource &source)
{
    return !source.path.empty() || !source.pixels.empty();
}

void checkNumber(const char *what, double value, double least, double most)
{
    if (std::isfinite(value) && value >= least && value <= most)
        return;
    char text[160];
    std::snprintf(text, sizeof text, "%s is %g, expected a number from %g to %g", what, value, least, most);
    throw Exception(ErrorCode::BadInput, text);
}

/// What holds for every model.
void checkRequest(const GenerateRequest &request)
{
    if (request.prompt.find_first_not_of(" \t\r\n") == std::string::npos)
        throw Exception(ErrorCode::BadInput, "The prompt is empty, expected a few words such as \"a red fox\"");
    for (const auto &[what, text] :
         {std::pair("The prompt", &request.prompt), std::pair("What to stay away from", &request.negative)})
        if (text->size() > static_cast<std::size_t>(kMostPromptBytes))
            throw Exception(ErrorCode::BadInput, std::string(what) + " has " + std::to_string(text->size()) +
                                                     " bytes, expected at most " + std::to_string(kMostPromptBytes));
    if (request.count < 1 || request.count > kMostSamples)
        throw Exception(ErrorCode::BadInput, std::to_string(request.count) +
                                                 " pictures were asked for, expected from 1 to " +
                                                 std::to_string(kMostSamples));
    checkNumber("The scale of guidance", request.scale, 0, 100);
    checkNumber("The temperature", request.temperature, 0, 100);
    checkNumber("The number of likeliest tokens", request.topK, 0, std::numeric_limits<int>::max());
    checkNumber("The number of drafts", request.drafts, 0, kMostDrafts);
    checkNumber("The share of likeliest tokens", request.topP, 0, 1);
    checkNumber("The number of steps", request.steps, 0, 1000);
    if (isGiven(request.image)) {
        checkNumber("The strength", request.strength, 0, 1);
        if (request.strength == 0)
            throw Exception(ErrorCode::BadInput, "The strength is 0, expected more: nothing would change");
    }
    if (isGiven(request.mask) && !isGiven(request.image))
        throw Exception(ErrorCode::BadInput, "There is a mask but no picture, expected the picture that it lies on");
}

void checkMask(const TextToImageModel::Order &order)
{
    const Picture &image = order.image, &mask = order.mask;
    if (!mask.empty() && (mask.width != image.width || mask.height != image.height))
        throw Exception(ErrorCode::BadInput, "The mask is " + std::to_string(mask.width) + " × " +
                                                 std::to_string(mask.height) + ", expected the size of its picture, " +
                                                 std::to_string(image.width) + " × " + std::to_string(image.height));
}

/// With what the model would choose by itself, so that a recipe stands when a later version of the program chooses
/// otherwise.
GenerateRequest saidInFull(GenerateRequest request, const DescribeResult &facts)
{
    if (request.scale == 0 && request.guidance == Guidance::ClassifierFree)
        request.scale = facts.scale;
    if (facts.method == Method::Diffusion) {
        if (request.scheduler.empty())
            request.scheduler = facts.scheduler;
        if (request.steps == 0)
            request.steps = facts.steps;
    }
    return request;
}

/// Tells the caller how far it is, with copies of what there is.
class Gallery
{
public:
    Gallery(EngineScope &scope, GenerateResult &result, int count) : m_scope(scope), m_result(result), m_count(count) {}

    void show(const Sample &sample, double ofSample)
    {
        GenerateResult partial = m_result;
        partial.samples.push_back(std::make_shared<const Sample>(sample));
        m_scope.progress((sample.index + ofSample) / m_count, message(sample.index), std::move(partial));
    }
    void begin(int index) { m_scope.progress(double(index) / m_count, message(index), m_result); }

private:
    std::string message(int index) const
    {
        return "Picture " + std::to_string(index + 1) + " of " + std::to_string(m_count);
    }
    EngineScope &m_scope;
    GenerateResult &m_result;
    int m_count;
};

Task<GenerateResult> generate(EngineScope &scope, GenerateRequest request)
{
    using Clock = std::chrono::steady_clock;
    checkRequest(request);
    scope.progress(-1, "Opening the model");
    Task<Model> open = loadTextToImageModel(scope, request.model, request.precision);
    const Model model = co_await std::move(open);
    model->check(request);

    const DescribeResult facts = model->describe();
    if (facts.method != Method::Tokens)
        request.temperature = kUnsaidTemperature; // then no recipe is to speak of it
    const bool drafted = request.drafts > 1;
    if (request.drafts == 0 || facts.drafts == 1)
        request.drafts = facts.drafts;
    auto order = std::make_shared<TextToImageModel::Order>();
    order->request = request;
    for (const auto &[source, picture] :
         {std::pair(&request.image, &order->image), std::pair(&request.mask, &order->mask)})
        if (isGiven(*source)) {
            Task<Picture> reading = loadPicture(scope, *source);
            *picture = source->pixels = co_await std::move(reading); // recipes bring them along
        }
    checkMask(*order);
    if (request.rerank || request.guidance == Guidance::Clip || (request.watch && request.scoreSteps)) {
        Task<std::shared_ptr<PromptJudge>> opening = openJudge(scope, request.prompt);
        order->judge = co_await std::move(opening);
        if (request.branch && !request.branch->prompt.empty()) {
            opening = openJudge(scope, request.branch->prompt);
            order->branchJudge = co_await std::move(opening);
        }
    }

    GenerateResult result;
    result.model = request.model;
    result.method = facts.method;
    result.steps = model->stepsOf(request);
    result.notes = model->notes();
    if (drafted && request.drafts == 1)
        result.notes.emplace_back(request.model + " makes no drafts; each picture is a plain sample.");
    if (model->cuts(request.prompt))
        result.notes.emplace_back(kPromptCut);
    const std::string device = deviceOf(scope) == at::kCPU ? "cpu" : "cuda";
    Gallery gallery(scope, result, request.count);
    StepPacer pace(scope);
    const GenerateRequest said = saidInFull(request, facts);
    const Clock::time_point begun = Clock::now();
    for (int index = 0; index < request.count; ++index) {
        gallery.begin(index);
        Sample sample;
        sample.index = index;
        sample.seed = order->seed = request.seed + static_cast<std::uint64_t>(index);
        TextToImageModel::Report report = [&](int step, int steps) {
            gallery.show(sample, steps > 0 ? double(step) / steps : 0);
        };
        Task<> drawing =
            model->draw(pace, std::make_shared<TextToImageModel::Order>(*order), sample, std::move(report));
        co_await std::move(drawing);
        if (request.rerank) {
            Task<double> scoring = order->judge->score(pace, sample.picture);
            sample.clipScore = co_await std::move(scoring);
        }
        sample.finished = true;
        sample.blank = isBlank(sample.picture);
        sample.recipe = recipeOf(said, sample.seed, model->hash, device);
        result.samples.push_back(std::make_shared<const Sample>(std::move(sample)));
        co_await pace.step();
    }
    result.seconds = std::chrono::duration<double>(Clock::now() - begun).count();
    co_return result;
}

} // namespace

ORRERY_JOB(kGenerate, generate, GradientMode::Gradient)

} // namespace orrery::generate
