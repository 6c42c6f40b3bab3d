// SPDX-License-Identifier: Apache-2.0
// From a prompt and noise to a picture: drafts, their steps, and which of them is kept.
#include "engine/core/elapsed.h"
#include "engine/models/one_thread.h"
#include "engine/models/picture_diffusion/picture_diffusion.h"
#include "engine/models/picture_pixels.h"
#include "engine/models/side_by_side.h"
#include "engine/models/word_pieces.h"

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

using Clock = std::chrono::steady_clock;

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

Task<std::vector<at::Tensor>> PictureDiffusion::guess(StepPacer &pace, std::vector<at::Tensor> noisy, double timestep,
                                                      const Prompt &prompt, double scale,
                                                      std::vector<at::Tensor> looked) const
{
    const std::int64_t rows = prompt.tokens.size(0);
    const double noise = m_noise.sigmaAt(timestep);
    const auto count = std::int64_t(noisy.size());
    std::vector<at::Tensor> likely(noisy.size()), x(noisy.size()), clean(noisy.size());
    Clock::duration lasting{};
    std::function<void(std::int64_t)> work = [&](std::int64_t i) {
        const at::Tensor &cells = noisy[std::size_t(i)];
        at::Tensor &codes = likely[std::size_t(i)];
        codes =
            likelihoods(m_shape, m_codes->codebook(), cells, at::full({1}, 1 / (1 + noise * noise), cells.options()));
        x[std::size_t(i)] =
            embedCells(m_weights, m_shape, prompt.tokens, codes, at::full({rows}, timestep, cells.options()));
    };
    Task<> all = sideBySide(pace, count, work);
    co_await std::move(all);
    for (std::int64_t layer = 0; layer < m_shape.layers; ++layer) {
        work = [&](std::int64_t i) {
            at::Tensor &shares = looked[std::size_t(i)];
            x[std::size_t(i)] = cellBlock(m_weights, m_shape, layer, x[std::size_t(i)], prompt.words,
                                          shares.defined() ? &shares : nullptr);
        };
        all = sideBySide(pace, count, work, &lasting);
        co_await std::move(all);
    }
    work = [&](std::int64_t i) {
        at::Tensor scores = codeScores(m_weights, x[std::size_t(i)], likely[std::size_t(i)]); // [rows, N, K]
        if (rows == 2) // of the scores, as for picture-dalle: what is guided stays a mean of codes
            scores = scores.narrow(0, 1, 1) + scale * (scores.narrow(0, 0, 1) - scores.narrow(0, 1, 1));
        clean[std::size_t(i)] = meanCodes(m_shape, m_codes->codebook(), scores);
    };
    all = sideBySide(pace, count, work, &lasting);
    co_await std::move(all);
    co_return clean;
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
    const int count = request.branch ? 1 : std::max(1, request.drafts);
    std::vector<Draft> drafts;
    for (int i = 0; i < count; ++i)
        drafts.push_back(begin(*order, known, first + i));
    // The first is watched as it becomes, and stands there until it is known which is the best.
    auto shown = [&](int step, int steps) {
        sample.picture = drafts.front().picture;
        sample.looks = drafts.front().looks;
        report(step, steps);
    };
    Task<> drawing = finish(pace, order, read(request.prompt, comparedWith(request, scaleOf(request))), known, drafts,
                            std::move(shown));
    co_await std::move(drawing);
    std::size_t kept = 0;
    if (count > 1) {
        const Prompt alone = read(request.prompt, nullptr);
        Task<std::vector<double>> doubting = doubts(pace, drafts, alone, known, order->seed);
        const std::vector<double> doubted = co_await std::move(doubting);
        // Empty pictures are the last to be kept, then what the model doubts most.
        const auto misfit = [&](std::size_t i) { return std::pair(isBlank(drafts[i].picture), doubted[i]); };
        for (std::size_t i = 1; i < drafts.size(); ++i)
            if (misfit(i) < misfit(kept))
                kept = i;
    }
    sample.draft = drafts[kept].number;
    sample.picture = std::move(drafts[kept].picture);
    sample.looks = std::move(drafts[kept].looks);
    sample.words = std::move(drafts[kept].words);
}

PictureDiffusion::Draft::Draft(std::uint64_t seed, int which)
    : number(which), onTheWay(seed, std::uint64_t(which), kOnTheWay), knownPart(seed, std::uint64_t(which), kKnownPart)
{}

PictureDiffusion::Draft PictureDiffusion::begin(const Order &order, const Known &known, int number) const
{
    const generate::GenerateRequest &request = order.request;
    const std::vector<std::int64_t> shape{1, m_shape.codeWidth, m_shape.grid, m_shape.grid};
    const at::NoGradGuard noGraph;
    Draft draft(order.seed, number);
    draft.way = scheduler(request);
    draft.noisy = Generator(order.seed, std::uint64_t(number), kStart).normal(shape, m_device);
    if (known.cells.defined()) {
        draft.noisy =
            draft.way->addNoise(known.cells, draft.noisy, draft.way->begin(draft.way->firstStep(request.strength)));
        draft.clean = known.cells;
    } else {
        draft.noisy = draft.noisy * draft.way->initialNoiseScale();
        draft.clean = at::zeros(shape, draft.noisy.options());
    }
    if (request.attention)
        draft.looked = at::zeros({m_shape.pictureTokens(), m_shape.textPositions}, draft.noisy.options());
    return draft;
}

void PictureDiffusion::advance(Draft &draft, int index, const Known &known) const
{
    const OneThread one;
    const at::NoGradGuard noGraph;
    const at::Tensor fresh =
        draft.way->needsNoise(index) ? draft.onTheWay.normal(draft.noisy.sizes(), m_device) : at::Tensor();
    const diffusion::Scheduler::Step step = draft.way->step(draft.clean, index, draft.noisy, fresh);
    draft.noisy = step.previous;
    draft.clean = step.predicted;
    if (!known.changes.defined())
        return;
    // What stays is put back with as much noise as the rest has now.
    const at::Tensor stays =
        draft.way->addNoise(known.cells, draft.knownPart.normal(draft.noisy.sizes(), m_device), index + 1);
    draft.noisy = known.changes * draft.noisy + (1 - known.changes) * stays;
    draft.clean = known.changes * draft.clean + (1 - known.changes) * known.cells;
}

Task<> PictureDiffusion::finish(StepPacer &pace, std::shared_ptr<const Order> order, Prompt prompt, const Known &known,
                                std::vector<Draft> &drafts, std::function<void(int, int)> shown) const
{
    const generate::GenerateRequest &request = order->request;
    const diffusion::Scheduler &way = *drafts.front().way; // of facts that are the same for all
    const double scale = scaleOf(request);
    const int first = known.cells.defined() ? way.firstStep(request.strength) : 0;
    const std::string *words = &request.prompt; // that cells look at now
    PromptJudge *judge = order->judge.get();
    int watched = 0; // steps in which they did
    for (int index = first; index < way.steps(); ++index) {
        const Clock::time_point begun = Clock::now();
        const double noise = way.noiseLevel(index);
        if (request.branch && request.branch->step == index - first) {
            const at::NoGradGuard noGraph;
            Draft &draft = drafts.front();
            draft.noisy = draft.way->addNoise(
                draft.clean, Generator(request.branch->seed, 0, kBranch).normal(draft.clean.sizes(), m_device),
                draft.way->begin(index));
            if (!request.branch->prompt.empty()) {
                prompt = read(request.branch->prompt, comparedWith(request, scale));
                words = &request.branch->prompt;
                watched = 0;
                if (draft.looked.defined())
                    draft.looked.zero_(); // until here other words were looked at
                if (order->branchJudge)
                    judge = order->branchJudge.get();
            }
        }
        std::vector<at::Tensor> noisy, looked;
        for (Draft &draft : drafts) {
            noisy.push_back(draft.way->scaleModelInput(draft.noisy, index));
            looked.push_back(draft.looked);
        }
        const double timestep = way.timesteps()[static_cast<std::size_t>(index)];
        Task<std::vector<at::Tensor>> guessing =
            guess(pace, std::move(noisy), timestep, prompt, scale, std::move(looked));
        const std::vector<at::Tensor> guessed = co_await std::move(guessing);
        ++watched;
        const double share = millisecondsSince(begun) / static_cast<double>(drafts.size());
        const bool finished = index + 1 == way.steps();
        for (std::size_t i = 0; i < drafts.size(); ++i) {
            const Clock::time_point own = Clock::now();
            Draft &draft = drafts[i];
            draft.clean = guessed[i];
            if (request.guidance == generate::Guidance::Clip) {
                const double stride = kClipStride * (request.scale > 0 ? request.scale : kClipScale) * std::sqrt(noise);
                Task<at::Tensor> raising = raised(pace, draft.clean, *judge, stride);
                draft.clean = co_await std::move(raising);
            }
            advance(draft, index, known);
            if (request.watch || finished) {
                Task<at::Tensor> decoding = pixelsOf(pace, finished ? draft.noisy : draft.clean, known, finished);
                draft.picture = toPicture(co_await std::move(decoding));
            }
            if (!request.watch)
                continue;
            generate::StepLook look;
            look.picture = draft.picture;
            look.noise = noise;
            look.evaluations = static_cast<int>(prompt.tokens.size(0));
            look.milliseconds = share + millisecondsSince(own);
            if (request.scoreSteps && judge) {
                Task<double> scoring = judge->score(pace, look.picture);
                look.clipScore = co_await std::move(scoring);
            }
            draft.looks.push_back(std::move(look));
        }
        shown(index + 1 - first, way.steps() - first);
    }
    for (Draft &draft : drafts) {
        const OneThread one;
        const at::NoGradGuard noGraph;
        if (first >= way.steps()) { // so little strength that nothing changes
            draft.picture = toPicture(known.pixels);
            draft.clean = known.cells;
        } else {
            draft.clean = m_codes->nearest(draft.noisy / codeScale(m_shape)) * codeScale(m_shape);
        }
        if (!draft.looked.defined())
            continue;
        const double passes = static_cast<double>(std::max(1, watched) * m_shape.layers);
        const WordPieces pieces(*m_tokenizer, *words, m_shape.textPositions);
        draft.words =
            pieces.maps(draft.looked / passes, static_cast<int>(m_shape.grid), static_cast<int>(m_shape.grid));
    }
}

Task<std::vector<double>> PictureDiffusion::doubts(StepPacer &pace, const std::vector<Draft> &drafts,
                                                   const Prompt &prompt, const Known &known, std::uint64_t seed) const
{
    Generator lots(seed, 0, kDoubt);
    std::vector<double> sums(drafts.size());
    for (const double time : kDoubtTimes) {
        std::vector<at::Tensor> noised;
        {
            const OneThread one;
            const at::NoGradGuard noGraph;
            const double noise = m_noise.sigmaAt(time);
            const at::Tensor same = noise * lots.normal(drafts.front().clean.sizes(), m_device);
            for (const Draft &draft : drafts)
                noised.push_back((draft.clean + same) / std::sqrt(1 + noise * noise));
        }
        Task<std::vector<at::Tensor>> guessing =
            guess(pace, std::move(noised), time, prompt, 1, std::vector<at::Tensor>(drafts.size()));
        const std::vector<at::Tensor> guessed = co_await std::move(guessing);
        const OneThread one;
        const at::NoGradGuard noGraph;
        for (std::size_t i = 0; i < drafts.size(); ++i) {
            at::Tensor error = (guessed[i] - drafts[i].clean).square();
            if (known.changes.defined())
                error = error * known.changes;
            sums[i] += error.mean().item<double>();
        }
    }
    co_return sums;
}

} // namespace orrery::picture_diffusion
