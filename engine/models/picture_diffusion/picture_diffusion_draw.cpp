// SPDX-License-Identifier: Apache-2.0
// From a prompt and noise to a picture: drafts, their steps, and which of them is kept.
#include "engine/models/one_thread.h"
#include "engine/models/picture_diffusion/picture_diffusion.h"
#include "engine/models/picture_pixels.h"
#include "engine/models/word_pieces.h"
#include "engine/runtime/generator.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

namespace orrery::picture_diffusion {

namespace {

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
    kDoubt,
};

/// Times at which a finished picture is noised to see whether the model would leave it so: at later ones all is open,
/// at earlier ones nothing is.
constexpr std::array kDoubtTimes{300.0, 300.0, 400.0, 400.0, 500.0, 500.0};

/// What guidance compares the prompt with; null where it compares it with nothing.
const std::string *comparedWith(const generate::GenerateRequest &request, double scale)
{
    const bool guided =
        request.guidance == generate::Guidance::ClassifierFree && (scale != 1 || !request.negative.empty());
    return guided ? &request.negative : nullptr;
}

} // namespace

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
        likely = likelihoods(m_shape, m_codes->codebook(), x, at::full({1}, 1 / (1 + noise * noise), x.options()));
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
    const generate::GenerateRequest &request = order->request;
    Task<Known> knowing = know(pace, order);
    const Known known = co_await std::move(knowing);
    // A branch leaves the draft that was kept, and the others were not.
    const int first = request.branch ? request.branch->draft : 0;
    const int drafts = request.branch ? 1 : std::max(1, request.drafts);
    const Prompt prompt = read(request.prompt, comparedWith(request, scaleOf(request)));
    const Prompt alone = drafts > 1 ? read(request.prompt, nullptr) : Prompt();
    std::pair<bool, double> least; // empty pictures are the last to be kept, then what the model doubts most
    for (int made = 0; made < drafts; ++made) {
        // The first is watched as it becomes, and stands there until a better one is finished.
        auto shown = [&, made](const Draft &draft, int step, int steps) {
            if (made == 0) {
                sample.picture = draft.picture;
                sample.looks = draft.looks;
            }
            report(made * steps + step, drafts * steps);
        };
        Task<Draft> drafting = draft(pace, order, prompt, known, first + made, std::move(shown));
        Draft draft = co_await std::move(drafting);
        std::pair<bool, double> misfit;
        if (drafts > 1) {
            Task<double> doubting = doubt(pace, draft.cells, alone, known, order->seed);
            misfit = {isBlank(draft.picture), co_await std::move(doubting)};
        }
        if (made > 0 && misfit >= least)
            continue;
        least = misfit;
        sample.draft = first + made;
        sample.picture = std::move(draft.picture);
        sample.looks = std::move(draft.looks);
        sample.words = std::move(draft.words);
    }
}

Task<PictureDiffusion::Draft> PictureDiffusion::draft(StepPacer &pace, std::shared_ptr<const Order> order,
                                                      Prompt prompt, const Known &known, int number,
                                                      std::function<void(const Draft &, int, int)> shown) const
{
    using Clock = std::chrono::steady_clock;
    const generate::GenerateRequest &request = order->request;
    const std::vector<std::int64_t> shape{1, m_shape.codeWidth, m_shape.grid, m_shape.grid};
    const auto way = scheduler(request);
    const double scale = scaleOf(request);
    Draft draft;

    const auto lots = static_cast<std::uint64_t>(number);
    Generator start(order->seed, lots, kStart), onTheWay(order->seed, lots, kOnTheWay),
        knownPart(order->seed, lots, kKnownPart);
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
                prompt = read(request.branch->prompt, comparedWith(request, scale));
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
            draft.picture = toPicture(co_await std::move(decoding));
        }
        if (request.watch) {
            generate::StepLook look;
            look.picture = draft.picture;
            look.noise = noise;
            look.evaluations = static_cast<int>(prompt.tokens.size(0));
            look.milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - begun).count();
            if (request.scoreSteps && judge) {
                Task<double> scoring = judge->score(pace, look.picture);
                look.clipScore = co_await std::move(scoring);
            }
            draft.looks.push_back(std::move(look));
        }
        shown(draft, index + 1 - first, way->steps() - first);
    }
    if (first >= way->steps()) // so little strength that nothing changes
        draft.picture = toPicture(known.pixels);
    {
        const OneThread one;
        const at::NoGradGuard noGraph;
        draft.cells =
            first >= way->steps() ? known.cells : m_codes->nearest(x / codeScale(m_shape)) * codeScale(m_shape);
    }
    if (looked.defined()) {
        const double passes = static_cast<double>(std::max(1, watched) * m_shape.layers);
        const WordPieces pieces(*m_tokenizer, *words, m_shape.textPositions);
        draft.words = pieces.maps(looked / passes, static_cast<int>(m_shape.grid), static_cast<int>(m_shape.grid));
    }
    co_return draft;
}

Task<double> PictureDiffusion::doubt(StepPacer &pace, const at::Tensor &cells, const Prompt &prompt, const Known &known,
                                     std::uint64_t seed) const
{
    Generator lots(seed, 0, kDoubt);
    double sum = 0;
    for (const double time : kDoubtTimes) {
        at::Tensor noised;
        {
            const OneThread one;
            const at::NoGradGuard noGraph;
            const double noise = m_noise.sigmaAt(time);
            noised = (cells + noise * lots.normal(cells.sizes(), m_device)) / std::sqrt(1 + noise * noise);
        }
        Task<at::Tensor> guessing = guess(pace, noised, time, prompt, 1, nullptr);
        const at::Tensor guessed = co_await std::move(guessing);
        const OneThread one;
        const at::NoGradGuard noGraph;
        at::Tensor error = (guessed - cells).square();
        if (known.changes.defined())
            error = error * known.changes;
        sum += error.mean().item<double>();
    }
    co_return sum / static_cast<double>(kDoubtTimes.size());
}

} // namespace orrery::picture_diffusion
