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
constexpr double kScale = 1.25;    ///< of guidance, unless somebody asks for another: 2 draws fewer things right
constexpr double kClipScale = 1.0; ///< of CLIP's
/// A guess is moved by this much (root mean square, codes have 1) for a CLIP scale of 1 while all is noise.
constexpr double kClipStride = 0.15;

// Independent numbers of one sample.
enum Stream : std::uint32_t
{
    kStart,
    kOnTheWay,
    kKnownPart,
    kBranch,
};

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
    result.width = result.height = static_cast<int>(m_codes->shape().imageSize);
    result.schedulers = diffusion::schedulerIds();
    std::erase(result.schedulers, "pndm"); // needs a model that predicts noise
    result.scheduler = kScheduler;
    result.steps = kSteps;
    result.scale = kScale;
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

PictureDiffusion::Prompt PictureDiffusion::read(const std::string &prompt, const std::string *against) const
{
    const OneThread one;
    const at::NoGradGuard noGraph;
    std::vector<std::int64_t> ids = m_tokenizer->encode(prompt, m_shape.textPositions);
    if (against) {
        const std::vector<std::int64_t> other = m_tokenizer->encode(*against, m_shape.textPositions);
        ids.insert(ids.end(), other.begin(), other.end());
    }
    const at::Tensor tokens = at::tensor(ids).view({-1, m_shape.textPositions}).to(m_device);
    return {tokens, readWords(m_weights, m_shape, tokens)};
}

Task<PictureDiffusion::Known> PictureDiffusion::know(StepPacer &pace, std::shared_ptr<const Order> order) const
{
    Known known;
    if (order->image.empty())
        co_return known;
    const int size = static_cast<int>(m_codes->shape().imageSize);
    known.pixels = toPixels(order->image, size, size).to(m_device);
    Task<std::vector<int>> encoding = m_codes->encode(pace, known.pixels);
    const std::vector<int> tokens = co_await std::move(encoding);
    const OneThread one;
    const at::NoGradGuard noGraph;
    known.cells = m_codes->vectorsOf(tokens) * codeScale(m_shape);
    if (!order->mask.empty()) {
        known.white = toMask(order->mask, size, size).to(m_device);
        known.changes = std::get<0>(at::adaptive_max_pool2d(known.white, {m_shape.grid, m_shape.grid}));
    }
    co_return known;
}

Task<at::Tensor> PictureDiffusion::guess(StepPacer &pace, at::Tensor x, double timestep, const Prompt &prompt,
                                         double scale, at::Tensor *looked) const
{
    const std::int64_t rows = prompt.tokens.size(0);
    const double noise = m_noise.sigmaAt(timestep);
    at::Tensor likely;
    {
        const OneThread one;
        const at::NoGradGuard noGraph;
        likely = likelihoods(m_shape, m_codes->codebook(), x, at::full({1}, 1 / (1 + noise * noise), x.options()))
                     .expand({rows, -1, -1});
        x = embedCells(m_weights, m_shape, prompt.tokens, likely, at::full({rows}, timestep, x.options()));
    }
    for (std::int64_t layer = 0; layer < m_shape.layers; ++layer) {
        if (pace.due())
            co_await pace.step();
        const OneThread one;
        const at::NoGradGuard noGraph;
        x = cellBlock(m_weights, m_shape, layer, x, prompt.words, looked);
    }
    const OneThread one;
    const at::NoGradGuard noGraph;
    at::Tensor scores = codeScores(m_weights, x, likely); // [rows, N, K]
    if (rows == 2) // of the scores, as for picture-dalle: what is guided stays a mean of codes
        scores = scores.narrow(0, 1, 1) + scale * (scores.narrow(0, 0, 1) - scores.narrow(0, 1, 1));
    co_return meanCodes(m_shape, m_codes->codebook(), scores);
}

Task<at::Tensor> PictureDiffusion::raised(StepPacer &pace, at::Tensor cells, PromptJudge &judge, double stride) const
{
    Task<at::Tensor> decoding = m_codes->decodeVectors(pace, cells / codeScale(m_shape));
    const at::Tensor pixels = co_await std::move(decoding);
    Task<at::Tensor> rising = judge.gradient(pace, pixels);
    const at::Tensor rise = co_await std::move(rising);
    if (pace.due())
        co_await pace.step();
    const OneThread one;
    // The judge sees pixels; where they would have to go is carried back to the codes that they come from.
    const at::Tensor leaf = cells.detach().clone().requires_grad_(true);
    (m_codes->decodeAtOnce(leaf / codeScale(m_shape)) * rise).sum().backward();
    const at::NoGradGuard noGraph;
    const at::Tensor direction = leaf.grad();
    const double length = direction.square().mean().sqrt().item<double>();
    co_return length > 0 ? cells + direction *(stride / length) : cells;
}

Task<at::Tensor> PictureDiffusion::pixelsOf(StepPacer &pace, at::Tensor cells, const Known &known, bool finished) const
{
    at::Tensor vectors;
    {
        const OneThread one;
        const at::NoGradGuard noGraph;
        vectors = cells / codeScale(m_shape);
        if (finished)
            vectors = m_codes->nearest(vectors);
    }
    Task<at::Tensor> decoding = m_codes->decodeVectors(pace, vectors);
    at::Tensor pixels = co_await std::move(decoding);
    const at::NoGradGuard noGraph;
    if (known.white.defined())
        pixels = known.white * pixels.clamp(-1, 1) + (1 - known.white) * known.pixels;
    co_return pixels;
}

Task<> PictureDiffusion::draw(StepPacer &pace, std::shared_ptr<const Order> order, generate::Sample &sample,
                              Report report)
{
    using Clock = std::chrono::steady_clock;
    const generate::GenerateRequest &request = order->request;
    const std::vector<std::int64_t> shape{1, m_shape.codeWidth, m_shape.grid, m_shape.grid};
    const auto way = scheduler(request);
    const double scale = scaleOf(request);
    const bool guided =
        request.guidance == generate::Guidance::ClassifierFree && (scale != 1 || !request.negative.empty());
    const std::string *against = guided ? &request.negative : nullptr;
    Prompt prompt = read(request.prompt, against);
    Task<Known> knowing = know(pace, order);
    const Known known = co_await std::move(knowing);

    Generator start(order->seed, 0, kStart), onTheWay(order->seed, 0, kOnTheWay), knownPart(order->seed, 0, kKnownPart);
    at::Tensor x = start.normal(shape, m_device);
    at::Tensor looked;
    int index = 0;
    {
        const at::NoGradGuard noGraph;
        if (known.cells.defined()) {
            index = way->begin(way->firstStep(request.strength));
            x = way->addNoise(known.cells, x, index);
        } else {
            x = x * way->initialNoiseScale();
        }
        if (request.attention)
            looked = at::zeros({m_shape.pictureTokens(), m_shape.textPositions}, x.options());
    }

    const int first = index;
    at::Tensor clean = known.cells.defined() ? known.cells : at::zeros(shape, x.options()); // the guess so far
    const std::string *words = &request.prompt;                                             // that cells look at now
    PromptJudge *judge = order->judge.get();
    int watched = 0; // steps in which they did
    for (; index < way->steps(); ++index) {
        const Clock::time_point begun = Clock::now();
        const double noise = way->noiseLevel(index);
        if (request.branch && request.branch->step == index - first) {
            const at::NoGradGuard noGraph;
            x = way->addNoise(clean, Generator(request.branch->seed, 0, kBranch).normal(shape, m_device),
                              way->begin(index));
            if (!request.branch->prompt.empty()) {
                prompt = read(request.branch->prompt, against);
                words = &request.branch->prompt;
                watched = 0;
                if (looked.defined())
                    looked.zero_(); // until here other words were looked at
                if (order->branchJudge)
                    judge = order->branchJudge.get();
            }
        }
        const double timestep = way->timesteps()[static_cast<std::size_t>(index)];
        Task<at::Tensor> guessing =
            guess(pace, way->scaleModelInput(x, index), timestep, prompt, scale, looked.defined() ? &looked : nullptr);
        clean = co_await std::move(guessing);
        ++watched;
        if (request.guidance == generate::Guidance::Clip) {
            const double stride = kClipStride * (request.scale > 0 ? request.scale : kClipScale) * std::sqrt(noise);
            Task<at::Tensor> raising = raised(pace, clean, *judge, stride);
            clean = co_await std::move(raising);
        }
        {
            const OneThread one;
            const at::NoGradGuard noGraph;
            const at::Tensor fresh = way->needsNoise(index) ? onTheWay.normal(shape, m_device) : at::Tensor();
            const diffusion::Scheduler::Step step = way->step(clean, index, x, fresh);
            x = step.previous;
            clean = step.predicted;
            if (known.changes.defined()) { // what stays is put back with as much noise as the rest has now
                const at::Tensor stays = way->addNoise(known.cells, knownPart.normal(shape, m_device), index + 1);
                x = known.changes * x + (1 - known.changes) * stays;
                clean = known.changes * clean + (1 - known.changes) * known.cells;
            }
        }
        const bool finished = index + 1 == way->steps();
        if (request.watch || finished) {
            Task<at::Tensor> decoding = pixelsOf(pace, finished ? x : clean, known, finished);
            sample.picture = toPicture(co_await std::move(decoding));
        }
        if (request.watch) {
            generate::StepLook look;
            look.picture = sample.picture;
            look.noise = noise;
            look.evaluations = static_cast<int>(prompt.tokens.size(0));
            look.milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - begun).count();
            if (request.scoreSteps && judge) {
                Task<double> scoring = judge->score(pace, look.picture);
                look.clipScore = co_await std::move(scoring);
            }
            sample.looks.push_back(std::move(look));
        }
        report(index + 1 - first, way->steps() - first);
    }
    if (first >= way->steps()) // so little strength that nothing changes
        sample.picture = toPicture(known.pixels);
    if (looked.defined()) {
        const double passes = static_cast<double>(std::max(1, watched) * m_shape.layers);
        const WordPieces pieces(*m_tokenizer, *words, m_shape.textPositions);
        sample.words = pieces.maps(looked / passes, static_cast<int>(m_shape.grid), static_cast<int>(m_shape.grid));
    }
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
    model->readNotes(folder);
    model->pictureWorld = true;
    co_return model;
}

} // namespace orrery::picture_diffusion

ORRERY_TEXT_TO_IMAGE_MODEL(pictureDiffusion, "picture_diffusion", orrery::picture_diffusion::loadPictureDiffusion)
