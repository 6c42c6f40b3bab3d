// SPDX-License-Identifier: Apache-2.0
// speech.continue: a prompt becomes units, a language model goes on, a vocoder speaks.
#include "engine/api/babble.h"

#include "engine/core/error.h"
#include "engine/core/job_registry.h"
#include "engine/jobs/speech/spoken_units.h"
#include "engine/jobs/speech/unit_writer.h"
#include "engine/models/babble/unit_language_model.h"
#include "engine/models/babble/unit_vocoder.h"
#include "engine/runtime/media_gateway.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace orrery::speech {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kHeardBefore =
    50; ///< frames of the prompt that the vocoder is told of, so that a voice does not start anew

void checkNumber(const char *what, double value, double least, double most)
{
    if (std::isfinite(value) && value >= least && value <= most)
        return;
    char text[160];
    std::snprintf(text, sizeof text, "%s is %g, expected a number from %g to %g", what, value, least, most);
    throw Exception(ErrorCode::BadInput, text);
}

void checkRequest(const ContinueRequest &request)
{
    checkNumber("The time to add", request.seconds, 0.02, kMostContinueSeconds);
    checkNumber("The number of units to add", request.units, 0, 1e6);
    checkNumber("The number of continuations", request.branches, 1, kMostBranches);
    checkNumber("The temperature", request.temperature, 0, 100);
    checkNumber("The number of likeliest units", request.topK, 0, 1e9);
    if (!request.file.empty() && request.vocoder.empty())
        throw Exception(ErrorCode::BadInput, "A file was named, but no vocoder to make its sound");
}

bool isGiven(const SoundSource &sound)
{
    return sound.samples || !sound.path.empty();
}

void requireSame(int units, const std::string &of, int others, const std::string &theirs)
{
    if (units != others)
        throw Exception(ErrorCode::Unsupported, of + " has " + std::to_string(units) + " different units, but " +
                                                    theirs + " has " + std::to_string(others) +
                                                    "; they must have been made for the same ones");
}

struct Models
{
    std::shared_ptr<const UnitLanguageModel> model;
    std::shared_ptr<const UnitVocoder> vocoder; ///< null: no sound is wanted
};

Task<Models> open(EngineScope &scope, const ContinueRequest &request)
{
    scope.progress(-1, "Opening the language model");
    Models models;
    Task<std::shared_ptr<const UnitLanguageModel>> opening =
        loadUnitLanguageModel(scope, request.model, request.precision);
    models.model = co_await std::move(opening);
    if (!request.vocoder.empty()) {
        Task<std::shared_ptr<const UnitVocoder>> vocoder = loadUnitVocoder(scope, request.vocoder);
        models.vocoder = co_await std::move(vocoder);
        requireSame(int(models.model->shape.units), request.model, models.vocoder->units(), request.vocoder);
        requireSameOrigin(request.vocoder, models.vocoder->origin, request.model, models.model->origin);
    }
    co_return models;
}

/// The prompt's units; of a sound, `recorded` gets its samples.
Task<std::vector<HeldUnit>> readPrompt(StepPacer &pace, ContinueRequest &request, const UnitLanguageModel &model,
                                       Samples &recorded, std::vector<std::string> &notes)
{
    const int units = int(model.shape.units);
    if (!isGiven(request.sound)) {
        countFrames(request.prompt, 320, kMostPromptSeconds);
        co_return joined(request.prompt);
    }
    pace.scope().progress(-1, "Listening");
    Task<std::shared_ptr<Listener>> opening = loadListener(pace.scope(), request.listener, request.precision);
    const std::shared_ptr<Listener> listener = co_await std::move(opening);
    const std::shared_ptr<const Codebook> codebook =
        listener->codebook(request.codebook > 0 ? request.codebook : units, request.codebookFile);
    requireSame(codebook->size(), request.listener, units, request.model);
    requireSameOrigin(request.model, model.origin, request.listener, UnitOrigin::of(*listener, *codebook));
    Task<sound::LoadResult> loading = loadSound(pace.scope(), request.sound, kMostPromptSeconds);
    const sound::LoadResult loaded = co_await std::move(loading);
    if (loaded.cut)
        notes.push_back("Only the first " + std::to_string(int(kMostPromptSeconds)) + " seconds were listened to.");
    recorded = loaded.samples;
    SoundSource sound = request.sound;
    sound.samples = loaded.samples;
    if (sound.name.empty())
        sound.name = sound.path;
    Task<std::vector<HeldUnit>> hearing = hearUnits(pace, listener, codebook, std::move(sound));
    co_return co_await std::move(hearing);
}

/// The sound of a branch behind its opening.
Task<> speak(StepPacer &pace, const Models &models, const ContinueRequest &request, std::vector<HeldUnit> prompt,
             Samples recorded, ContinueBranch &branch)
{
    const bool recording = request.opening == Opening::Recorded && recorded;
    const bool whole = request.opening != Opening::Nothing && !recording;
    std::vector<int> frames = unitFrames(prompt);
    if (!whole && int(frames.size()) > kHeardBefore)
        frames.erase(frames.begin(), frames.end() - kHeardBefore);
    const std::size_t before = frames.size();
    for (const ContinueStep &step : branch.steps)
        if (step.unit != kSentenceEnd)
            frames.insert(frames.end(), std::size_t(step.frames), step.unit);
    const UnitVocoder::Manner manner{request.voice, request.pitchHz, request.seed};
    Task<std::vector<float>> speaking = models.vocoder->speak(pace, std::move(frames), manner);
    std::vector<float> samples = co_await std::move(speaking);
    if (!whole)
        samples.erase(samples.begin(),
                      samples.begin() + std::ptrdiff_t(before) * std::ptrdiff_t(models.vocoder->hop()));
    if (recording)
        samples.insert(samples.begin(), recorded->begin(), recorded->end());
    branch.openingSamples = recording ? std::int64_t(recorded->size())
                            : whole   ? std::int64_t(before) * models.vocoder->hop()
                                      : 0;
    branch.samples = std::make_shared<const std::vector<float>>(std::move(samples));
}

Task<ContinueResult> goOn(EngineScope &scope, ContinueRequest request)
{
    checkRequest(request);
    Task<Models> opening = open(scope, request);
    const Models models = co_await std::move(opening);
    ContinueResult result;
    result.model = request.model;
    const std::int64_t hop = models.vocoder ? models.vocoder->hop() : 320;
    result.hopMs = 1000.0 * double(hop) / kSoundRate;
    countFrames(request.prefix, hop, kMostContinueSeconds);
    StepPacer pace(scope);
    const Clock::time_point start = Clock::now();
    Samples recorded;
    Task<std::vector<HeldUnit>> reading = readPrompt(pace, request, *models.model, recorded, result.notes);
    result.prompt = co_await std::move(reading);
    countFrames(result.prompt, hop, 2 * kMostPromptSeconds); // a vocoder may have longer frames than the listener

    UnitReader reader(models.model);
    std::vector<HeldUnit> heard{{kSentenceEnd, 0}};
    heard.insert(heard.end(), result.prompt.begin(), result.prompt.end());
    Task<> listening = reader.read(pace, joined(heard));
    co_await std::move(listening);

    UnitWriter::Rules rules;
    rules.temperature = request.temperature;
    rules.topK = request.topK;
    rules.frames = std::max<std::int64_t>(1, std::llround(request.seconds * kSoundRate / double(hop)));
    rules.units = request.units;
    if (models.vocoder)
        rules.usualFrames = [vocoder = models.vocoder](int unit) { return vocoder->usualFrames(unit); };
    for (int index = 0; index < request.branches; ++index) {
        const std::string message =
            "Continuation " + std::to_string(index + 1) + " of " + std::to_string(request.branches);
        result.branches.emplace_back();
        ContinueBranch &branch = result.branches.back();
        UnitWriter writer(reader.fork(), rules, request.prefix, request.seed, std::uint64_t(index));
        while (!writer.done()) {
            Task<> writing = writer.write(pace, branch);
            co_await std::move(writing);
            branch.seconds = double(writer.frames() * hop) / kSoundRate;
            scope.progress((index + writer.fraction()) / request.branches, message, result);
            if (pace.due())
                co_await pace.step();
        }
        branch.finished = true;
        if (models.vocoder) {
            Task<> speaking = speak(pace, models, request, result.prompt, recorded, branch);
            co_await std::move(speaking);
        }
        scope.progress((index + 1.0) / request.branches, message, result);
    }
    result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    if (!request.file.empty()) {
        Task<> writing = writeSound(scope, request.file, result.branches.front().samples);
        co_await std::move(writing);
    }
    co_return result;
}

} // namespace

ORRERY_JOB(kContinue, goOn)

} // namespace orrery::speech
