// SPDX-License-Identifier: Apache-2.0
#include "engine/api/speech.h"
#include "engine/core/error.h"
#include "engine/models/babble/duration_classes.h"
#include "engine/models/babble/unit_language_model.h"
#include "engine/models/babble/unit_vocoder.h"
#include "engine/models/one_thread.h"
#include "engine/models/registry.h"
#include "engine/models/step_pacer.h"
#include "engine/training/babble/kneser_ney.h"
#include "engine/training/babble/train_babble.h"
#include "engine/training/babble/vocoder_trainer.h"
#include "engine/training/babble/world_units.h"
#include "engine/training/speech/phone_reading.h"
#include "engine/training/speech/speech_examples.h"
#include "engine/training/speech/unit_measures.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

namespace orrery::training {

namespace {

constexpr int kOrder = 5;
constexpr std::int64_t kMostUtterances = 100; ///< of the vocoder's measures
constexpr double kDecibel = 20 / std::numbers::ln10;

/// Bits of a sentence's units and its end, which stand for themselves: one pass, in rows of the model's length.
double modelBits(const speech::UnitLanguageModel &model, const std::vector<speech::HeldUnit> &sentence, bool told)
{
    const OneThread one;
    const at::NoGradGuard noGraph;
    const speech::UnitTransformerShape &shape = model.shape;
    const auto count = std::int64_t(sentence.size()) + 1;
    at::Tensor tokens = at::empty({1, count + 1}, at::kLong), durations = at::zeros({1, count + 1}, at::kLong);
    tokens[0][0] = tokens[0][count] = shape.sentenceEnd;
    for (std::int64_t i = 0; i < count - 1; ++i) {
        tokens[0][i + 1] = sentence[std::size_t(i)].unit + shape.firstUnit;
        if (told)
            durations[0][i + 1] = speech::durationClass(sentence[std::size_t(i)].frames) + 1;
    }
    double bits = 0;
    for (std::int64_t first = 0; first < count; first += shape.positions / 2) {
        // What comes later than the first row is read with half a row before it.
        const std::int64_t begin = std::max<std::int64_t>(0, first - shape.positions / 2);
        const std::int64_t end = std::min(count, first + shape.positions / 2);
        at::Tensor x = speech::embedUnits(model.weights, shape, tokens.narrow(1, begin, end - begin).to(model.device),
                                          durations.narrow(1, begin, end - begin).to(model.device), 0);
        for (std::int64_t layer = 0; layer < shape.layers; ++layer)
            x = speech::unitBlock(model.weights, shape, layer, x);
        const at::Tensor shares =
            at::log_softmax(speech::unitScores(model.weights, speech::leaveUnits(model.weights, x)), -1).to(at::kCPU);
        const at::Tensor next = tokens.narrow(1, begin + 1, end - begin);
        const at::Tensor own = shares.gather(2, next.unsqueeze(2)).squeeze(2).narrow(1, first - begin, end - first);
        bits -= own.sum().item<double>() / std::numbers::ln2;
    }
    return bits;
}

std::vector<int> plainUnits(const std::vector<speech::HeldUnit> &sentence)
{
    std::vector<int> units;
    for (const speech::HeldUnit &unit : sentence)
        units.push_back(unit.unit);
    return units;
}

struct World
{
    std::shared_ptr<const SpeechWorld> world;
    std::shared_ptr<const WorldUnits> units;
};

/// @param learned  by the model that is measured
Task<World> openWorld(EngineScope &scope, const EvaluateRequest &request, int codebook, speech::UnitOrigin learned)
{
    if (request.data.empty())
        throw Exception(ErrorCode::BadInput,
                        "evaluate: --data is missing; orrery-cli dataset speech --out FILE makes it");
    World opened;
    std::function<void()> prepare = [&] { opened.world = std::make_shared<SpeechWorld>(request.data); };
    co_await scope.outside(std::move(prepare));
    Task<std::shared_ptr<speech::Listener>> loading = speech::loadListener(scope, request.units);
    const std::shared_ptr<speech::Listener> listener = co_await std::move(loading);
    const auto known = listener->codebook(codebook, request.codebookFile);
    if (known->size() == codebook) // before hours of sound are listened to
        requireSameOrigin(request.model, learned, request.units, speech::UnitOrigin::of(*listener, *known));
    UnitSource source{request.units, codebook, request.codebookFile, request.hours};
    Task<std::shared_ptr<const WorldUnits>> listening =
        unitsOf(scope, opened.world, std::move(source), request.unitCache);
    opened.units = co_await std::move(listening);
    if (opened.units->codebook != codebook)
        throw Exception(ErrorCode::Unsupported, "evaluate: " + request.model + " knows " + std::to_string(codebook) +
                                                    " units, but the codebook has " +
                                                    std::to_string(opened.units->codebook));
    co_return opened;
}

Task<EvaluateResult> evaluateLanguageModel(EngineScope &scope, EvaluateRequest request)
{
    Task<std::shared_ptr<const speech::UnitLanguageModel>> loading =
        speech::loadUnitLanguageModel(scope, request.model);
    const std::shared_ptr<const speech::UnitLanguageModel> model = co_await std::move(loading);
    if (model->shape.sentenceEnd < 0 || model->shape.repeats)
        throw Exception(ErrorCode::Unsupported,
                        "evaluate: " + request.model + " must know where sentences end, and no repeats");
    Task<World> opening = openWorld(scope, request, int(model->shape.units), model->origin);
    const World opened = co_await std::move(opening);

    StepPacer pace(scope);
    KneserNey grams(int(model->shape.units), kOrder);
    std::set<std::string> texts;
    const auto count = std::int64_t(opened.units->frames.size());
    const auto sentenceOf = [&](std::int64_t u) { return speech::heldUnits(opened.units->frames[std::size_t(u)]); };
    const auto textOf = [&](std::int64_t u) {
        return std::to_string(opened.world->language(u)) + ":" + opened.world->text(u);
    };
    for (std::int64_t u = 0; u < count; ++u) {
        if (opened.world->isHeldOut(u))
            continue;
        texts.insert(textOf(u));
        grams.add(plainUnits(sentenceOf(u)));
        if (pace.due())
            co_await pace.step();
    }
    co_await pace.step();
    grams.finish();
    co_await pace.step();
    double measured = 0, told = 0, untold = 0, ofGrams = 0;
    for (std::int64_t u = 0; u < count; ++u) {
        const std::vector<speech::HeldUnit> sentence = sentenceOf(u);
        if (!opened.world->isHeldOut(u) || sentence.empty() || texts.contains(textOf(u)))
            continue;
        scope.progress(double(u) / double(count), "Reading units of voices that training never heard");
        measured += double(sentence.size()) + 1;
        untold += modelBits(*model, sentence, false);
        co_await pace.step();
        told += modelBits(*model, sentence, true);
        ofGrams += grams.bits(plainUnits(sentence));
        co_await pace.step();
    }
    EvaluateResult result;
    if (measured == 0)
        throw Exception(ErrorCode::BadInput,
                        "evaluate: " + request.data + " has no held-out voice with a text of its own");
    result.measures = {{"bits per unit", untold / measured}};
    if (model->shape.durations)
        result.measures.emplace_back("bits per unit, durations told", told / measured);
    result.measures.emplace_back("bits per unit, Kneser-Ney 5-gram", ofGrams / measured);
    result.measures.emplace_back("lower than the 5-gram by", 1 - untold / ofGrams);
    result.measures.emplace_back("units measured", measured);
    co_return result;
}

/// Mean difference of mel bands in decibels; as long as the shorter one.
double melDistance(const std::vector<float> &a, const std::vector<float> &b)
{
    const OneThread one;
    const at::NoGradGuard noGraph;
    const auto length = std::int64_t(std::min(a.size(), b.size()));
    const at::Tensor x = at::from_blob(const_cast<float *>(a.data()), {1, length}, at::kFloat);
    const at::Tensor y = at::from_blob(const_cast<float *>(b.data()), {1, length}, at::kFloat);
    return (melSpectrum(x) - melSpectrum(y)).abs().mean().item<double>() * kDecibel;
}

/// Of every frame to the mean of all frames: what a vocoder reaches that always says the same.
double distanceToMean(const std::vector<float> &a)
{
    const OneThread one;
    const at::NoGradGuard noGraph;
    const at::Tensor x =
        melSpectrum(at::from_blob(const_cast<float *>(a.data()), {1, std::int64_t(a.size())}, at::kFloat));
    return (x - x.mean(1, true)).abs().mean().item<double>() * kDecibel;
}

/// Units per unit that differ, repeats left out.
struct UnitErrors
{
    double wrong = 0, all = 0;
    void add(const std::vector<int> &meant, const std::vector<int> &heard)
    {
        const std::vector<int> a = speech::withoutRepeats(meant), b = speech::withoutRepeats(heard);
        wrong += double(speech::editDistance(a, b));
        all += double(a.size());
    }
    double share() const { return all > 0 ? wrong / all : 0; }
};

Task<std::vector<int>> unitsOfSound(StepPacer &pace, std::shared_ptr<speech::Listener> listener,
                                    std::shared_ptr<const speech::Codebook> codebook, std::vector<float> samples)
{
    speech::Stretch stretch;
    stretch.samples = std::move(samples);
    stretch.loudness.add(stretch.samples.data(), stretch.samples.size());
    Task<std::vector<at::Tensor>> hearing = listener->hear(pace, std::move(stretch), {codebook->layer()});
    const std::vector<at::Tensor> heard = co_await std::move(hearing);
    co_return codebook->nearest(heard[0]);
}

/// The built-in model that reads phones; null, and a reason among what is skipped, when it is not installed.
Task<std::shared_ptr<speech::Listener>> phoneReader(EngineScope &scope, EvaluateResult &result)
{
    std::string problem;
    try {
        Task<std::shared_ptr<speech::Listener>> loading = speech::loadListener(scope, speech::kWav2VecModel);
        std::shared_ptr<speech::Listener> reader = co_await std::move(loading);
        if (reader->facts().phones)
            co_return reader;
        problem = std::string(speech::kWav2VecModel) + " has no head that reads phones";
    } catch (const Exception &exception) {
        if (exception.code() != ErrorCode::NotFound)
            throw;
        problem = exception.what();
    }
    result.skipped.push_back("phone error: " + problem);
    co_return nullptr;
}

Task<EvaluateResult> evaluateVocoder(EngineScope &scope, EvaluateRequest request)
{
    EvaluateResult result;
    Task<std::shared_ptr<const speech::UnitVocoder>> loading = speech::loadUnitVocoder(scope, request.model);
    const std::shared_ptr<const speech::UnitVocoder> vocoder = co_await std::move(loading);
    Task<World> opening = openWorld(scope, request, vocoder->units(), vocoder->origin);
    const World opened = co_await std::move(opening);
    Task<std::shared_ptr<speech::Listener>> listening = speech::loadListener(scope, request.units);
    const std::shared_ptr<speech::Listener> listener = co_await std::move(listening);
    const auto codebook = listener->codebook(vocoder->units(), request.codebookFile);
    const std::vector<std::string> voices = vocoder->voices();

    Task<std::shared_ptr<speech::Listener>> openingReader = phoneReader(scope, result);
    const std::shared_ptr<speech::Listener> reader = co_await std::move(openingReader);
    const SpeechExamples examples(opened.world, {}, 1); // for what is said
    PhoneErrors original(*opened.world), resynthesis(*opened.world);

    StepPacer pace(scope);
    UnitErrors errors, again;
    double distance = 0, ofMean = 0, ownVoice = 0;
    std::int64_t others = 0;
    const auto count = std::int64_t(opened.units->frames.size());
    for (std::int64_t u = 0; u < count && (others < kMostUtterances || ownVoice < double(kMostUtterances)); ++u) {
        const std::vector<int> &frames = opened.units->frames[std::size_t(u)];
        const bool heldOut = opened.world->isHeldOut(u);
        if (frames.empty() || (!heldOut && !isKeptAside(u)))
            continue;
        scope.progress(double(u) / double(count), "Speaking utterances that training never heard");
        std::vector<float> sound = soundOf(*opened.world, u);
        speech::UnitVocoder::Manner manner;
        if (heldOut && others < kMostUtterances) {
            ++others;
            Task<std::vector<float>> speaking = vocoder->speak(pace, frames, manner);
            std::vector<float> spoken = co_await std::move(speaking);
            if (reader) {
                const std::vector<int> said = examples.plain(u).said;
                Task<std::vector<std::string>> reading = readPhones(pace, reader, sound);
                original.add(said, co_await std::move(reading));
                reading = readPhones(pace, reader, spoken);
                resynthesis.add(said, co_await std::move(reading));
            }
            const auto start = std::size_t(frameStart(opened.units->reach)); // as many frames again
            spoken.insert(spoken.begin(), start, 0.0F);
            spoken.resize(spoken.size() + start, 0.0F);
            Task<std::vector<int>> hearing = unitsOfSound(pace, listener, codebook, std::move(spoken));
            errors.add(frames, co_await std::move(hearing));
            sound.insert(sound.begin(), 160, 0.0F); // half a frame later
            Task<std::vector<int>> rehearing = unitsOfSound(pace, listener, codebook, std::move(sound));
            again.add(frames, co_await std::move(rehearing));
        } else if (const auto voice = std::find(voices.begin(), voices.end(),
                                                opened.world->voices()[std::size_t(opened.world->voice(u))]);
                   !heldOut && voice != voices.end() && ownVoice < double(kMostUtterances)) {
            const SpokenExample example = exampleOf(frames, sound, frameStart(opened.units->reach), 0);
            manner.voice = int(voice - voices.begin());
            manner.pitchHz = example.pitch;
            Task<std::vector<float>> speaking = vocoder->speak(pace, example.frames, manner);
            const std::vector<float> spoken = co_await std::move(speaking);
            distance += melDistance(spoken, example.samples);
            ofMean += distanceToMean(example.samples);
            ++ownVoice;
        }
        co_await pace.step();
    }
    if (ownVoice > 0) {
        result.measures.emplace_back("mel distance, dB", distance / ownVoice);
        result.measures.emplace_back("mel distance of the mean spectrum, dB", ofMean / ownVoice);
    } else {
        result.skipped.push_back("mel distance: no utterance that was kept aside is by one of its voices");
    }
    if (errors.all > 0) {
        result.measures.emplace_back("unit error", errors.share());
        result.measures.emplace_back("unit error, original half a frame later", again.share());
    } else {
        result.skipped.push_back("unit error: there is no held-out voice");
    }
    if (original.phones() > 0) {
        result.measures.emplace_back("phone error of the original", original.share());
        result.measures.emplace_back("phone error of the resynthesis", resynthesis.share());
        result.measures.emplace_back("phone error, points more", 100 * (resynthesis.share() - original.share()));
    }
    co_return result;
}

} // namespace

bool isBabbleType(const std::string &type)
{
    return type == "unit_lm" || type == "gpt2" || type == "unit_vocoder";
}

Task<EvaluateResult> evaluateBabble(EngineScope &scope, EvaluateRequest request)
{
    scope.progress(0, "Opening the model");
    const std::string type = modelTypeOf(modelFolder(scope, request.model));
    Task<EvaluateResult> measuring =
        type == "unit_vocoder" ? evaluateVocoder(scope, request) : evaluateLanguageModel(scope, request);
    co_return co_await std::move(measuring);
}

} // namespace orrery::training
