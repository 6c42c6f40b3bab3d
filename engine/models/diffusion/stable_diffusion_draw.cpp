// SPDX-License-Identifier: Apache-2.0
// One sample of Stable Diffusion, from noise to pixels.
#include "engine/core/error.h"
#include "engine/models/diffusion/stable_diffusion.h"
#include "engine/models/picture_pixels.h"
#include "engine/models/word_pieces.h"
#include "engine/runtime/generator.h"

#include <ATen/ATen.h>

#include <chrono>

namespace orrery::diffusion {
namespace {

// Independent numbers of one sample; tests/reference/make_diffusion_fixtures.py draws the same.
enum Stream : std::uint32_t
{
    kStart,
    kOnTheWay,
    kBranch = 3,
    kEncoded,
};

} // namespace

Task<at::Tensor> StableDiffusion::read(StepPacer &pace, std::string prompt, const std::string *negative) const
{
    const std::int64_t context = m_parts.text->shape().context;
    std::vector<std::int64_t> ids;
    if (negative)
        ids = m_parts.tokenizer->encode(*negative, context);
    const std::vector<std::int64_t> own = m_parts.tokenizer->encode(prompt, context);
    ids.insert(ids.end(), own.begin(), own.end());
    const at::Tensor tokens = at::tensor(ids).view({-1, context}).to(m_device);
    Task<at::Tensor> encoding = m_parts.text->encode(pace, tokens);
    co_return co_await std::move(encoding);
}

Task<at::Tensor> StableDiffusion::answer(StepPacer &pace, at::Tensor x, double timestep, at::Tensor context,
                                         double scale, AttentionWatch *watch) const
{
    const std::int64_t rows = context.size(0);
    Task<at::Tensor> running =
        m_parts.unet->run(pace, x.expand({rows, -1, -1, -1}).contiguous(), timestep, context, watch);
    const at::Tensor output = co_await std::move(running);
    if (rows == 1)
        co_return output;
    const at::Tensor without = output.narrow(0, 0, 1), with = output.narrow(0, 1, 1);
    co_return without + (with - without) * scale;
}

Task<> StableDiffusion::begin(StepPacer &pace, const Order &order, Scheduler &way, Canvas &canvas) const
{
    const AutoencoderConfig &config = m_parts.autoencoder->config();
    const std::int64_t cells = m_parts.unet->config().sampleSize;
    const std::vector<std::int64_t> shape{1, config.latentChannels, cells, cells};
    canvas.noise = Generator(order.seed, 0, kStart).normal(shape, m_device);
    canvas.x = canvas.noise * way.initialNoiseScale();
    if (order.image.empty())
        co_return;

    canvas.knownPixels = toPixels(order.image, edge(), edge()).to(m_device);
    Task<Autoencoder::Encoded> encoding = m_parts.autoencoder->encode(pace, canvas.knownPixels);
    const Autoencoder::Encoded encoded = co_await std::move(encoding);
    const at::Tensor drawn =
        encoded.mean + encoded.deviation * Generator(order.seed, 0, kEncoded).normal(shape, m_device);
    canvas.known = (drawn - config.shift) * config.scale;
    canvas.index = way.begin(way.firstStep(order.request.strength));
    if (!order.mask.empty()) {
        canvas.pixelMask = toMask(order.mask, edge(), edge()).to(m_device).ge(0.5).to(at::kFloat);
        canvas.mask = at::upsample_nearest2d(canvas.pixelMask, {cells, cells});
    }
    if (canvas.index > 0 || !canvas.mask.defined()) // all of a hole may be begun with noise alone
        canvas.x = way.addNoise(canvas.known, canvas.noise, canvas.index);
}

Task<at::Tensor> StableDiffusion::decode(StepPacer &pace, at::Tensor latents) const
{
    const AutoencoderConfig &config = m_parts.autoencoder->config();
    Task<at::Tensor> decoding = m_parts.autoencoder->decode(pace, latents / config.scale + config.shift);
    co_return co_await std::move(decoding);
}

Task<at::Tensor> StableDiffusion::preview(StepPacer &pace, at::Tensor latents) const
{
    Task<at::Tensor> decoding = m_parts.preview ? m_parts.preview->decode(pace, latents) : decode(pace, latents);
    co_return co_await std::move(decoding);
}

Task<> StableDiffusion::paint(StepPacer &pace, const Order &order, generate::Sample &sample, const Report &report,
                              Canvas &canvas) const
{
    using Clock = std::chrono::steady_clock;
    const generate::GenerateRequest &request = order.request;
    const auto way = scheduler(request);
    const double scale = scaleOf(request);
    const std::string *negative = scale != 1 ? &request.negative : nullptr;
    Task<at::Tensor> reading = read(pace, request.prompt, negative);
    at::Tensor context = co_await std::move(reading);

    Task<> beginning = begin(pace, order, *way, canvas);
    co_await std::move(beginning);
    Generator onTheWay(order.seed, 0, kOnTheWay);
    AttentionWatch looked{canvas.x.size(2), canvas.x.size(3), {}, 0};
    at::Tensor guess = canvas.known.defined() ? canvas.known : at::zeros_like(canvas.x);
    const std::string *words = &request.prompt; // that cells look at now
    PromptJudge *judge = order.judge.get();

    const int first = canvas.index, steps = way->steps() - first;
    for (int &index = canvas.index; index < way->steps(); ++index) {
        const Clock::time_point begun = Clock::now();
        if (request.branch && request.branch->step == index - first) {
            index = way->begin(index);
            canvas.x = way->addNoise(
                guess, Generator(request.branch->seed, 0, kBranch).normal(canvas.x.sizes(), m_device), index);
            if (!request.branch->prompt.empty()) {
                reading = read(pace, request.branch->prompt, negative);
                context = co_await std::move(reading);
                words = &request.branch->prompt;
                looked.sum = at::Tensor(); // until here other words were looked at
                looked.count = 0;
                if (order.branchJudge)
                    judge = order.branchJudge.get();
            }
        }
        const double noise = way->noiseLevel(index), timestep = way->timesteps()[static_cast<std::size_t>(index)];
        Task<at::Tensor> answering = answer(pace, way->scaleModelInput(canvas.x, index), timestep, context, scale,
                                            request.attention ? &looked : nullptr);
        const at::Tensor output = co_await std::move(answering);
        const at::Tensor fresh = way->needsNoise(index) ? onTheWay.normal(canvas.x.sizes(), m_device) : at::Tensor();
        const Scheduler::Step step = way->step(output, index, canvas.x, fresh);
        canvas.x = step.previous;
        guess = step.predicted;
        if (canvas.mask.defined()) { // what stays is put back with as much noise as the rest has now
            canvas.x =
                canvas.mask * canvas.x + (1 - canvas.mask) * way->addNoise(canvas.known, canvas.noise, index + 1);
            guess = canvas.mask * guess + (1 - canvas.mask) * canvas.known;
        }
        if (request.watch) {
            Task<at::Tensor> looking = preview(pace, guess);
            generate::StepLook look;
            look.picture = sample.picture = toPicture(co_await std::move(looking));
            look.noise = noise;
            look.evaluations = static_cast<int>(context.size(0));
            look.milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - begun).count();
            if (request.scoreSteps && judge) {
                Task<double> scoring = judge->score(pace, look.picture);
                look.clipScore = co_await std::move(scoring);
            }
            sample.looks.push_back(std::move(look));
        }
        report(index + 1 - first, steps);
    }

    if (looked.count > 0) {
        const WordPieces pieces(*m_parts.tokenizer, *words, m_parts.text->shape().context);
        const at::Tensor shares = (looked.sum / double(looked.count)).flatten(1).t(); // [h · w, T]
        sample.words = pieces.maps(shares, static_cast<int>(looked.width), static_cast<int>(looked.height));
    }
}

Task<> StableDiffusion::draw(StepPacer &pace, std::shared_ptr<const Order> order, generate::Sample &sample,
                             Report report)
{
    Canvas canvas;
    Task<> painting = paint(pace, *order, sample, report, canvas);
    co_await std::move(painting);
    Task<at::Tensor> finishing = decode(pace, canvas.x);
    at::Tensor pixels = co_await std::move(finishing);
    if (!at::isfinite(pixels).all().item<bool>())
        throw Exception(ErrorCode::ModelFile,
                        "The model answered with numbers that are not finite; its weights are damaged");
    if (canvas.pixelMask.defined()) // encoded and decoded again, it would not be quite what it was
        pixels = canvas.pixelMask * pixels + (1 - canvas.pixelMask) * canvas.knownPixels;
    sample.picture = toPicture(pixels);
}

} // namespace orrery::diffusion
