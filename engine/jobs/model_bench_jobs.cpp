// SPDX-License-Identifier: Apache-2.0
// How long models of a published shape take, and how near Precision::Fast stays to what is exact.
#include "engine/api/bench.h"
#include "engine/core/elapsed.h"
#include "engine/core/error.h"
#include "engine/core/job_registry.h"
#include "engine/models/babble/unit_language_model.h"
#include "engine/models/diffusion/stable_diffusion.h"
#include "engine/models/half_products.h"
#include "engine/runtime/generator.h"
#include "engine/runtime/torch_runtime.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace orrery::bench {
namespace {

using Clock = std::chrono::steady_clock;
using LanguageModel = std::shared_ptr<const speech::UnitLanguageModel>;

/// Of what is finite in both: a unit that cannot follow has a score of minus infinity.
double cosineOf(const std::vector<float> &a, const std::vector<float> &b)
{
    double product = 0, ofA = 0, ofB = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (std::isfinite(a[i]) && std::isfinite(b[i])) {
            product += double(a[i]) * b[i];
            ofA += double(a[i]) * a[i];
            ofB += double(b[i]) * b[i];
        }
    return product / std::sqrt(ofA * ofB);
}

speech::HeldUnit likeliest(const speech::UnitReader &reader)
{
    const std::vector<float> scores = reader.scores();
    return {reader.unitAt(int(std::max_element(scores.begin(), scores.end()) - scores.begin())), 1};
}

/// `tokens` units that the model finds likeliest behind the prompt, one after the other.
Task<std::vector<speech::HeldUnit>> decodeOnce(StepPacer &pace, LanguageModel model,
                                               std::vector<speech::HeldUnit> prompt, int tokens)
{
    speech::UnitReader reader(model);
    Task<> reading = reader.read(pace, prompt);
    co_await std::move(reading);
    std::vector<speech::HeldUnit> written{likeliest(reader)};
    while (int(written.size()) < tokens) {
        std::vector<speech::HeldUnit> last{written.back()};
        reading = reader.read(pace, std::move(last));
        co_await std::move(reading);
        written.push_back(likeliest(reader));
    }
    co_return written;
}

/// The smallest cosine of the two models' scores behind every one of these units.
Task<double> leastCosine(StepPacer &pace, LanguageModel one, LanguageModel other, std::vector<speech::HeldUnit> units)
{
    double least = 1;
    speech::UnitReader ofOne(one), ofOther(other);
    for (const speech::HeldUnit &unit : units) {
        std::vector<speech::HeldUnit> next{unit};
        Task<> reading = ofOne.read(pace, next);
        co_await std::move(reading);
        reading = ofOther.read(pace, next);
        co_await std::move(reading);
        least = std::min(least, cosineOf(ofOne.scores(), ofOther.scores()));
    }
    co_return least;
}

Task<DecodeResult> decode(EngineScope &scope, DecodeRequest request)
{
    if (request.prompt < 1 || request.tokens < 1 || request.repeats < 1)
        throw Exception(ErrorCode::BadInput, "bench.decode: prompt, tokens and repeats must be at least 1");
    scope.progress(-1, "Opening the model");
    Task<LanguageModel> opening = speech::loadUnitLanguageModel(scope, request.model, request.precision);
    const LanguageModel model = co_await std::move(opening);
    std::vector<speech::HeldUnit> prompt;
    for (int i = 0; i < request.prompt; ++i)
        prompt.push_back({int((std::int64_t(i) * 7919 + 11) % model->shape.units), 1});
    DecodeResult result;
    result.halved = hastens(scope, request.precision);
    StepPacer pace(scope);
    std::vector<speech::HeldUnit> written;
    for (int round = 0; round < request.repeats; ++round) {
        scope.progress(double(round) / request.repeats, "Decoding");
        const Clock::time_point start = Clock::now();
        Task<std::vector<speech::HeldUnit>> decoding = decodeOnce(pace, model, prompt, request.tokens);
        written = co_await std::move(decoding);
        result.tokenMs.push_back(millisecondsSince(start) / request.tokens);
    }
    if (result.halved) {
        scope.progress(-1, "Comparing");
        opening = speech::loadUnitLanguageModel(scope, request.model);
        const LanguageModel exact = co_await std::move(opening);
        prompt.insert(prompt.end(), written.begin(), written.end());
        Task<double> comparing = leastCosine(pace, model, exact, std::move(prompt));
        result.cosine = co_await std::move(comparing);
    }
    co_return result;
}

Task<std::shared_ptr<diffusion::StableDiffusion>> openDiffusion(EngineScope &scope, std::string path,
                                                                Precision precision)
{
    Task<std::shared_ptr<TextToImageModel>> opening = loadTextToImageModel(scope, path, precision);
    const auto model = std::dynamic_pointer_cast<diffusion::StableDiffusion>(co_await std::move(opening));
    if (!model)
        throw Exception(ErrorCode::Unsupported, path + ": is no Stable Diffusion, whose UNet is what is measured");
    co_return model;
}

Task<UnetResult> stepUnet(EngineScope &scope, UnetRequest request)
{
    constexpr std::int64_t kWords = 77;
    if (request.batch < 1 || request.repeats < 1)
        throw Exception(ErrorCode::BadInput, "bench.unet: batch and repeats must be at least 1");
    scope.progress(-1, "Opening the model");
    Task<std::shared_ptr<diffusion::StableDiffusion>> opening = openDiffusion(scope, request.model, request.precision);
    const std::shared_ptr<diffusion::StableDiffusion> model = co_await std::move(opening);
    const diffusion::UnetConfig &config = model->unet().config();
    const at::Device device = deviceOf(scope);
    const at::Tensor x =
        Generator(1).normal({request.batch, config.inChannels, config.sampleSize, config.sampleSize}, device);
    const at::Tensor words = Generator(2).normal({request.batch, kWords, config.contextWidth}, device);
    constexpr double kTime = 500;
    UnetResult result;
    result.halved = hastens(scope, request.precision);
    StepPacer pace(scope);
    at::Tensor answer;
    for (int round = 0; round < request.repeats; ++round) {
        scope.progress(double(round) / request.repeats, "Measuring");
        const Clock::time_point start = Clock::now();
        Task<at::Tensor> running = model->unet().run(pace, x, kTime, words, nullptr);
        answer = co_await std::move(running);
        result.norm = answer.norm().item<double>(); // waits for a GPU, too
        result.stepMs.push_back(millisecondsSince(start));
    }
    if (result.halved) {
        scope.progress(-1, "Comparing");
        opening = openDiffusion(scope, request.model, Precision::Exact);
        const std::shared_ptr<diffusion::StableDiffusion> exact = co_await std::move(opening);
        Task<at::Tensor> running = exact->unet().run(pace, x, kTime, words, nullptr);
        const at::Tensor other = co_await std::move(running);
        result.cosine = at::cosine_similarity(answer.flatten(), other.flatten(), 0).item<double>();
    }
    co_return result;
}

} // namespace

ORRERY_JOB(kDecode, decode)
ORRERY_JOB(kUnet, stepUnet)

} // namespace orrery::bench
