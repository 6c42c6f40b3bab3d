// SPDX-License-Identifier: Apache-2.0
#include "engine/models/picture_diffusion/picture_diffusion.h"

#include "engine/core/error.h"
#include "engine/models/one_thread.h"
#include "engine/models/picture_pixels.h"
#include "engine/models/word_pieces.h"
#include "engine/runtime/generator.h"
#include "engine/runtime/torch_runtime.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>

namespace orrery::picture_diffusion {

namespace {

constexpr const char *kScheduler = "ddim";
constexpr int kSteps = 30;
constexpr double kScale = 3.0;     ///< of classifier-free guidance, unless somebody asks for another
constexpr double kClipScale = 1.0; ///< of CLIP's
/// A guess is moved by this much (root mean square, pixels span 2) for a CLIP scale of 1 while all is noise.
constexpr double kClipStride = 0.06;

// Independent numbers of one sample.
enum Stream : std::uint32_t
{
    kStart,
    kOnTheWay,
    kKnownPart,
    kBranch,
};

double scaleOf(const generate::GenerateRequest &request)
{
    if (request.guidance != generate::Guidance::ClassifierFree)
        return 1;
    return request.scale > 0 ? request.scale : kScale;
}

} // namespace

generate::DescribeResult PictureDiffusion::describe() const
{
    generate::DescribeResult result;
    result.method = generate::Method::Diffusion;
    result.width = result.height = static_cast<int>(m_shape.imageSize);
    result.schedulers = diffusion::schedulerIds();
    std::erase(result.schedulers, "pndm"); // needs a model that predicts noise
    result.scheduler = kScheduler;
    result.steps = kSteps;
    result.scale = kScale;
    result.clipGuidance = result.inpainting = true;
    return result;
}

diffusion::SchedulerConfig PictureDiffusion::schedulerConfig(const std::string &id) const
{
    diffusion::SchedulerConfig config = diffusion::SchedulerConfig::of(id);
    config.betas = diffusion::Betas::SquaredCosine;
    config.prediction = diffusion::Prediction::Picture;
    config.spacing = diffusion::Spacing::Trailing; // begins where all is noise, as training did
    config.limit = diffusion::Limit::Clip;
    config.clipRange = 1;
    return config;
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
    const auto way = scheduler(request);
    if (request.branch && (request.branch->step < 0 || request.branch->step >= way->steps()))
        throw Exception(ErrorCode::BadInput, "The branch is at step " + std::to_string(request.branch->step) +
                                                 ", expected one from 0 to " + std::to_string(way->steps() - 1));
}

bool PictureDiffusion::cuts(const std::string &prompt) const
{
    return static_cast<std::int64_t>(m_tokenizer->encode(prompt).size()) > m_shape.textPositions;
}

int PictureDiffusion::stepsOf(const generate::GenerateRequest &request) const
{
    const auto way = scheduler(request);
    const bool begun = !request.image.path.empty() || !request.image.pixels.empty();
    return way->steps() - (begun ? way->firstStep(request.strength) : 0);
}

PictureDiffusion::Words PictureDiffusion::read(const std::string &prompt, const std::string *against) const
{
    const OneThread one;
    const at::NoGradGuard noGraph;
    std::vector<std::int64_t> ids = m_tokenizer->encode(prompt, m_shape.textPositions);
    if (against) {
        const std::vector<std::int64_t> other = m_tokenizer->encode(*against, m_shape.textPositions);
        ids.insert(ids.end(), other.begin(), other.end());
    }
    Words words;
    words.tokens = at::tensor(ids).view({-1, m_shape.textPositions}).to(m_device);
    words.states = encodeWords(m_weights, m_shape, words.tokens);
    return words;
}

Task<at::Tensor> PictureDiffusion::guess(StepPacer &pace, at::Tensor x, double timestep, const Words &words,
                                         double scale, at::Tensor *looked)
{
    const std::int64_t rows = words.tokens.size(0);
    Condition made;
    at::Tensor noised;
    {
        const OneThread one;
        const at::NoGradGuard noGraph;
        noised = x.expand({rows, -1, -1, -1}).contiguous();
        made = condition(m_weights, m_shape, words.states, words.tokens, at::full({rows}, timestep, x.options()));
        x = noised;
    }
    for (std::int64_t i = 0; i < pieces(m_shape); ++i) {
        if (pace.due())
            co_await pace.step();
        const OneThread one;
        const at::NoGradGuard noGraph;
        x = piece(m_weights, m_shape, i, x, made, noised, looked);
    }
    const at::NoGradGuard noGraph;
    if (rows == 2) // in pictures as in noise: one is linear in the other
        x = x.narrow(0, 1, 1) + scale * (x.narrow(0, 0, 1) - x.narrow(0, 1, 1));
    co_return x;
}

Task<> PictureDiffusion::draw(StepPacer &pace, std::shared_ptr<const Order> order, generate::Sample &sample,
                              Report report)
{
    using Clock = std::chrono::steady_clock;
    const generate::GenerateRequest &request = order->request;
    const int size = static_cast<int>(m_shape.imageSize);
    const std::vector<std::int64_t> shape{1, 3, size, size};
    const auto way = scheduler(request);
    const double scale = scaleOf(request);
    const bool guided =
        request.guidance == generate::Guidance::ClassifierFree && (scale != 1 || !request.negative.empty());
    const std::string *against = guided ? &request.negative : nullptr;
    Words words = read(request.prompt, against);

    Generator start(order->seed, 0, kStart), onTheWay(order->seed, 0, kOnTheWay), knownPart(order->seed, 0, kKnownPart);
    at::Tensor x = start.normal(shape, m_device);
    at::Tensor known, mask, looked;
    int index = 0;
    {
        const at::NoGradGuard noGraph;
        if (order->image.empty()) {
            x = x * way->initialNoiseScale();
        } else {
            known = toPixels(order->image, size, size).to(m_device);
            index = way->begin(way->firstStep(request.strength));
            x = way->addNoise(known, x, index);
            if (!order->mask.empty())
                mask = toMask(order->mask, size, size).to(m_device);
        }
        if (request.attention)
            looked = at::zeros({m_shape.grid() * m_shape.grid(), m_shape.textPositions}, x.options());
    }

    const int first = index;
    at::Tensor picture = known.defined() ? known : at::zeros(shape, x.options()); // the guess so far
    for (; index < way->steps(); ++index) {
        const Clock::time_point begun = Clock::now();
        const double noise = way->noiseLevel(index);
        if (request.branch && request.branch->step == index) {
            const at::NoGradGuard noGraph;
            x = way->addNoise(picture, Generator(request.branch->seed, 0, kBranch).normal(shape, m_device),
                              way->begin(index));
            if (!request.branch->prompt.empty())
                words = read(request.branch->prompt, against);
        }
        const double timestep = way->timesteps()[static_cast<std::size_t>(index)];
        Task<at::Tensor> guessing =
            guess(pace, way->scaleModelInput(x, index), timestep, words, scale, looked.defined() ? &looked : nullptr);
        picture = co_await std::move(guessing);
        if (request.guidance == generate::Guidance::Clip) {
            Task<at::Tensor> rising = order->judge->gradient(pace, picture);
            const at::Tensor direction = co_await std::move(rising);
            const at::NoGradGuard noGraph;
            const double length = direction.square().mean().sqrt().item<double>();
            const double stride = kClipStride * (request.scale > 0 ? request.scale : kClipScale) * std::sqrt(noise);
            if (length > 0)
                picture = (picture + direction * (stride / length)).clamp(-1, 1);
        }
        {
            const OneThread one;
            const at::NoGradGuard noGraph;
            const at::Tensor fresh = way->needsNoise(index) ? onTheWay.normal(shape, m_device) : at::Tensor();
            const diffusion::Scheduler::Step step = way->step(picture, index, x, fresh);
            x = step.previous;
            picture = step.predicted;
            if (mask.defined()) { // what stays is put back with as much noise as the rest has now
                const at::Tensor stays = way->addNoise(known, knownPart.normal(shape, m_device), index + 1);
                x = mask * x + (1 - mask) * stays;
                picture = mask * picture + (1 - mask) * known;
            }
        }
        if (request.watch || index + 1 == way->steps())
            sample.picture = toPicture(index + 1 == way->steps() ? x : picture);
        if (request.watch) {
            generate::StepLook look;
            look.picture = sample.picture;
            look.noise = noise;
            look.evaluations = static_cast<int>(words.tokens.size(0));
            look.milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - begun).count();
            if (request.scoreSteps && order->judge) {
                Task<double> scoring = order->judge->score(pace, look.picture);
                look.clipScore = co_await std::move(scoring);
            }
            sample.looks.push_back(std::move(look));
        }
        report(index + 1 - first, way->steps() - first);
    }
    if (first >= way->steps()) // so little strength that nothing changes
        sample.picture = toPicture(known);
    if (looked.defined()) {
        const double passes = static_cast<double>(std::max(1, way->steps() - first) * m_shape.layers);
        const WordPieces pieces(*m_tokenizer, request.prompt, m_shape.textPositions);
        sample.words = pieces.maps(looked / passes, static_cast<int>(m_shape.grid()), static_cast<int>(m_shape.grid()));
    }
}

Task<std::shared_ptr<TextToImageModel>> loadPictureDiffusion(EngineScope &scope, std::string folder,
                                                             Precision /*too small to be any faster*/)
{
    const std::string configPath = (std::filesystem::path(folder) / "config.json").string();
    const JsonObject json = JsonObject::readFile(configPath);
    auto model = std::make_shared<PictureDiffusion>();
    model->m_shape = parseShape(json);
    model->m_device = deviceOf(scope);
    model->m_tokenizer = ClipTokenizer::fromFolder(folder);
    if (const std::int64_t size = model->m_tokenizer->vocabularySize(); size > model->m_shape.vocabulary)
        json.fail("vocab_size", "is " + std::to_string(model->m_shape.vocabulary) +
                                    ", but the tokenizer in the same folder has ids up to " + std::to_string(size - 1));
    Task<Weights> loading = loadWeights(scope, Safetensors::openFolder(folder), expectedWeights(model->m_shape));
    model->m_weights = co_await std::move(loading);
    model->readNotes(folder);
    model->pictureWorld = true;
    co_return model;
}

} // namespace orrery::picture_diffusion

ORRERY_TEXT_TO_IMAGE_MODEL(pictureDiffusion, "picture_diffusion", orrery::picture_diffusion::loadPictureDiffusion)
