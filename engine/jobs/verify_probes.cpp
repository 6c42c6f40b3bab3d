// SPDX-License-Identifier: Apache-2.0
#include "engine/jobs/verify_probes.h"

#include "engine/api/babble.h"
#include "engine/api/generate.h"
#include "engine/core/error.h"
#include "engine/core/job_registry.h"
#include "engine/models/dvae/dvae_model.h"
#include "engine/models/picture_pixels.h"
#include "engine/models/speech/listener.h"
#include "engine/models/text_to_image.h"
#include "engine/runtime/generator.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace orrery {

std::vector<PictureSource> probePictures(std::span<const PictureSize> sizes)
{
    std::vector<PictureSource> sources;
    for (std::uint64_t index = 0; index < sizes.size(); ++index) {
        const PictureSize size = sizes[index];
        Picture picture{size.width, size.height, {}};
        Generator generator(20211, index);
        for (int y = 0; y < size.height; ++y)
            for (int x = 0; x < size.width; ++x) {
                // A disc on a slope of colour, with a little noise.
                const double u = (x + 0.5) / size.width - 0.5, v = (y + 0.5) / size.height - 0.5;
                const bool inside = u * u + v * v < 0.09;
                for (int c = 0; c < 3; ++c) {
                    const double slope = 128 + 100 * (c == 0 ? u : c == 1 ? v : -u);
                    const double value = (inside ? 255 - slope : slope) + 20 * (generator.uniform() - 0.5);
                    picture.rgb.push_back(static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0)));
                }
            }
        sources.push_back({"probe " + std::to_string(index + 1), std::move(picture)});
    }
    return sources;
}

std::vector<std::string> probeTexts()
{
    return {"a fox",
            "a red house left of two cats",
            "an armchair in the shape of an avocado",
            "Übergrößenträger, naïve café",
            "四つの星",
            "🦊",
            "12,345.67 it's",
            "a sign that says CAT, " + std::string(600, 'x')};
}

namespace {

/// Runs a job of another part as a piece of this one.
template <class Request, class Result>
Task<Result> runPart(EngineScope &scope, const JobType<Request, Result> &type, Request request)
{
    const JobDefinition *definition = JobRegistry::instance().find(type.id);
    if (!definition)
        throw Exception(ErrorCode::Internal, std::string("verify: no library that is loaded defines ") + type.id);
    Task<std::any> task = definition->body(scope, std::any(std::move(request)));
    std::any result = co_await std::move(task);
    co_return std::any_cast<Result>(std::move(result));
}

} // namespace

Task<std::vector<std::vector<float>>> embedInputs(EngineScope &scope, clip::EncodeRequest request)
{
    Task<clip::EncodeResult> task = runPart(scope, clip::kEncode, std::move(request));
    clip::EncodeResult result = co_await std::move(task);
    for (const std::string &error : result.errors)
        if (!error.empty())
            throw Exception(ErrorCode::BadInput, error);
    co_return std::move(result.embeddings);
}

namespace {

constexpr const char *kDvaeType = "picture_dvae";
constexpr const char *kPrompts[] = {"a red fox", "two keys on a blue background"};
constexpr int kSteps = 5; // of diffusion

std::vector<float> numbersOf(const Picture &picture)
{
    std::vector<float> numbers;
    for (const std::uint8_t byte : picture.rgb)
        numbers.push_back(static_cast<float>(byte) / 255.0f);
    return numbers;
}

Task<std::vector<std::vector<float>>> throughCodes(EngineScope &scope, std::string folder)
{
    Task<std::shared_ptr<dvae::DvaeModel>> opening = dvae::openDvae(scope, std::move(folder));
    const std::shared_ptr<dvae::DvaeModel> model = co_await std::move(opening);
    const int size = static_cast<int>(model->shape().imageSize);
    constexpr PictureSize kSizes[] = {{64, 64}, {20, 30}};
    std::vector<std::vector<float>> all;
    StepPacer pace(scope);
    for (const PictureSource &source : probePictures(kSizes)) {
        Task<std::vector<int>> encoding = model->encode(pace, toPixels(source.pixels, size, size));
        std::vector<int> tokens = co_await std::move(encoding);
        const std::size_t known = tokens.size();
        Task<at::Tensor> decoding = model->decode(pace, std::move(tokens), known);
        all.push_back(numbersOf(toPicture(co_await std::move(decoding))));
    }
    co_return all;
}

} // namespace

bool isDrawn(const std::string &type)
{
    return type == kDvaeType || TextToImageRegistry::instance().find(type);
}

Task<std::vector<std::vector<float>>> drawnPictures(EngineScope &scope, std::string folder, std::string type)
{
    if (type == kDvaeType) {
        Task<std::vector<std::vector<float>>> coding = throughCodes(scope, std::move(folder));
        co_return co_await std::move(coding);
    }
    std::vector<std::vector<float>> all;
    for (const char *prompt : kPrompts) {
        generate::GenerateRequest request;
        request.model = folder;
        request.prompt = prompt;
        request.temperature = 0;
        request.steps = kSteps;
        Task<generate::GenerateResult> task = runPart(scope, generate::kGenerate, std::move(request));
        const generate::GenerateResult result = co_await std::move(task);
        all.push_back(numbersOf(result.samples.front()->picture));
    }
    co_return all;
}

namespace {

constexpr const char *kVocoderType = "unit_vocoder";
constexpr double kProbeSeconds = 2;
/// Any units will do, as long as every codebook has them.
const std::vector<speech::HeldUnit> kProbeUnits{{3, 4}, {17, 2}, {41, 6}, {8, 3}, {29, 5}, {3, 2}};
constexpr int kProbeSteps = 6;

/// Three glides, a pause and a little noise.
SoundSource probeSound()
{
    std::vector<float> samples;
    Generator generator(20211, 100);
    double angle = 0;
    for (int i = 0; i < int(kProbeSeconds * kSoundRate); ++i) {
        const double t = double(i) / kSoundRate;
        angle += 2 * std::numbers::pi * (150 + 100 * std::fmod(3 * t, 2.0)) / kSoundRate;
        const bool pause = t > 0.9 && t < 1.1;
        const double tone = std::sin(angle) + 0.5 * std::sin(5 * angle) + 0.25 * std::sin(13 * angle);
        samples.push_back(float((pause ? 0 : 0.2 * tone) + 0.01 * (generator.uniform() - 0.5)));
    }
    return {{}, std::make_shared<const std::vector<float>>(std::move(samples)), "probe"};
}

Task<std::vector<std::vector<float>>> heardFrames(EngineScope &scope, std::string folder)
{
    speech::FramesRequest request;
    request.model = std::move(folder);
    request.sounds = {probeSound()};
    Task<speech::FramesResult> task = runPart(scope, speech::kFrames, std::move(request));
    const speech::FramesResult result = co_await std::move(task);
    if (!result.errors.front().empty())
        throw Exception(ErrorCode::BadInput, result.errors.front());
    const NpyMatrix &frames = result.frames.front();
    std::vector<std::vector<float>> rows;
    for (std::int64_t t = 0; t < frames.rows; ++t) {
        const auto begin = frames.values.begin() + std::ptrdiff_t(t * frames.columns);
        std::vector<float> row(begin, begin + std::ptrdiff_t(frames.columns));
        double squares = 0;
        for (const float value : row)
            squares += double(value) * value;
        for (float &value : row)
            value = float(value / std::max(1e-12, std::sqrt(squares)));
        rows.push_back(std::move(row));
    }
    co_return rows;
}

Task<std::vector<std::vector<float>>> nextShares(EngineScope &scope, std::string folder)
{
    speech::ContinueRequest request;
    request.model = std::move(folder);
    request.vocoder.clear();
    request.prompt = kProbeUnits;
    request.units = kProbeSteps;
    request.temperature = 1;
    Task<speech::ContinueResult> task = runPart(scope, speech::kContinue, std::move(request));
    const speech::ContinueResult result = co_await std::move(task);
    std::vector<std::vector<float>> rows;
    for (const speech::ContinueStep &step : result.branches.front().steps) {
        rows.emplace_back();
        for (const speech::ContinueStep::Alternative &alternative : step.alternatives)
            rows.back().push_back(float(alternative.share));
    }
    co_return rows;
}

Task<std::vector<std::vector<float>>> spokenUnits(EngineScope &scope, std::string folder)
{
    speech::ResynthesiseRequest request;
    request.vocoder = std::move(folder);
    request.units = kProbeUnits;
    Task<speech::ResynthesiseResult> task = runPart(scope, speech::kResynthesise, std::move(request));
    const speech::ResynthesiseResult result = co_await std::move(task);
    co_return std::vector<std::vector<float>>{*result.samples};
}

} // namespace

bool isAboutSound(const std::string &type)
{
    return type == "unit_lm" || type == "gpt2" || type == kVocoderType ||
           speech::ListenerRegistry::instance().find(type);
}

Task<std::vector<std::vector<float>>> soundNumbers(EngineScope &scope, std::string folder, std::string type)
{
    Task<std::vector<std::vector<float>>> task = speech::ListenerRegistry::instance().find(type)
                                                     ? heardFrames(scope, std::move(folder))
                                                 : type == kVocoderType ? spokenUnits(scope, std::move(folder))
                                                                        : nextShares(scope, std::move(folder));
    co_return co_await std::move(task);
}

} // namespace orrery
