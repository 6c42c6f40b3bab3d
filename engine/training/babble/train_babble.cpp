// SPDX-License-Identifier: Apache-2.0
#include "engine/training/babble/train_babble.h"

#include "engine/core/error.h"
#include "engine/files/json.h"
#include "engine/files/safetensors.h"
#include "engine/files/sha256.h"
#include "engine/runtime/torch_runtime.h"
#include "engine/training/babble/unit_lm_trainer.h"
#include "engine/training/babble/vocoder_trainer.h"
#include "engine/training/babble/world_units.h"
#include "engine/training/quantised_weights.h"
#include "engine/training/run_schedule.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <map>

namespace orrery::training {

namespace {

namespace fs = std::filesystem;
constexpr int kLongestUsual = 30;                                           ///< frames
constexpr const char *kClearVoices[] = {"Andy", "Annie", "max", "Michael"}; ///< variants of eSpeak

/// How long each unit lasts in the middle, of all voices that training may use.
std::vector<int> usualFrames(const UnitSentences &sentences, int units)
{
    std::vector<std::vector<int>> lengths{std::size_t(units)};
    for (const auto &sentence : sentences)
        for (const speech::HeldUnit &unit : sentence)
            lengths[std::size_t(unit.unit)].push_back(unit.frames);
    std::vector<int> usual;
    for (std::vector<int> &some : lengths) {
        const auto middle = some.begin() + std::ptrdiff_t(some.size() / 2);
        std::nth_element(some.begin(), middle, some.end());
        usual.push_back(some.empty() ? 2 : std::clamp(*middle, 1, kLongestUsual));
    }
    return usual;
}

struct Card
{
    std::string name, task, summary, data;
};

void writeModel(const Trainer &trainer, const TrainRequest &request, const Card &card,
                const std::function<void(const std::string &)> &writeConfig, const std::string &folder)
{
    fs::create_directories(folder);
    writeQuantised(folder + "/model.safetensors", trainer.finished(), WeightBits::Six);
    writeConfig(folder + "/config.json");
    std::string recipe = "orrery-cli train " + request.model + " --data FILE --out FOLDER --units " + request.units +
                         " --codebook " + std::to_string(request.codebook) + " --seed " + std::to_string(request.seed);
    if (request.minutes > 0)
        recipe += " --minutes " + toText(Json(request.minutes), -1);
    writeJsonFile(folder + "/card.json", Json{{"id", request.model},
                                              {"name", card.name},
                                              {"task", card.task},
                                              {"summary", card.summary},
                                              {"licence", "Apache-2.0"},
                                              {"recipe", recipe},
                                              {"data", card.data},
                                              {"seed", request.seed},
                                              {"steps", trainer.step()},
                                              {"measures", Json::array()},
                                              {"sha256", sha256OfFile(folder + "/model.safetensors")}});
}

Task<TrainResult> runTrainer(EngineScope &scope, Trainer &trainer, const TrainRequest &request,
                             std::vector<ExpectedWeight> expected)
{
    Task<> beginning = beginTraining(scope, trainer, request, std::move(expected));
    co_await std::move(beginning);
    Task<TrainResult> schedule = runSchedule(scope, trainer, request);
    co_return co_await std::move(schedule);
}

std::string hoursText(const std::vector<std::vector<int>> &frames)
{
    std::size_t count = 0;
    for (const auto &one : frames)
        count += one.size();
    char text[40];
    std::snprintf(text, sizeof text, "%.2f hours", double(count) * 0.02 / 3600);
    return text;
}

Task<TrainResult> trainLanguageModel(EngineScope &scope, TrainRequest request, std::shared_ptr<const SpeechWorld> world,
                                     std::shared_ptr<const WorldUnits> units)
{
    speech::UnitTransformerShape shape;
    shape.units = units->codebook;
    shape.tokens = shape.units + 1;
    shape.sentenceEnd = shape.units;
    const UnitLmOptions options = optionsFor(request, UnitLmTrainer::recipe());
    UnitLmTrainer trainer(std::make_shared<UnitSentences>(units->sentences(*world, false)), shape, options,
                          deviceOf(scope));
    Task<TrainResult> running = runTrainer(scope, trainer, request, expectedWeights(shape));
    TrainResult result = co_await std::move(running);
    const Card card{"Speech language model", "speech units",
                    "Goes on with a sequence of speech units, and says how long each lasts.",
                    "Speech World (eSpeak NG), " + hoursText(units->frames) +
                        ", without the held-out voices; units of " + request.units};
    writeModel(
        trainer, request, card, [&](const std::string &file) { writeUnitShape(file, shape, units->origin); },
        result.folder);
    co_return result;
}

Task<TrainResult> trainVocoder(EngineScope &scope, TrainRequest request, std::shared_ptr<const SpeechWorld> world,
                               std::shared_ptr<const WorldUnits> units)
{
    auto examples = std::make_shared<std::vector<SpokenExample>>();
    speech::VocoderShape shape;
    shape.units = units->codebook;
    shape.usualFrames = usualFrames(units->sentences(*world, false), units->codebook);
    shape.voices.clear();
    shape.pitches.clear();
    std::map<int, int> places; // of voices that are there
    std::vector<std::vector<double>> pitches;
    for (std::size_t u = 0; u < units->frames.size(); ++u) {
        const auto utterance = std::int64_t(u);
        if (world->isHeldOut(utterance) || isKeptAside(utterance) || units->frames[u].empty())
            continue;
        scope.progress(double(u) / double(units->frames.size()), "Finding the pitch of utterance " +
                                                                     std::to_string(u + 1) + " of " +
                                                                     std::to_string(units->frames.size()));
        const auto [place, isNew] = places.emplace(world->voice(utterance), int(shape.voices.size()));
        if (isNew) {
            shape.voices.push_back(world->voices()[std::size_t(world->voice(utterance))]);
            pitches.emplace_back();
        }
        examples->push_back(
            exampleOf(units->frames[u], soundOf(*world, utterance), frameStart(units->reach), place->second));
        pitches[std::size_t(place->second)].push_back(examples->back().pitch);
        co_await scope.step();
    }
    if (examples->empty())
        throw Exception(ErrorCode::BadInput, request.data + " has no voice to learn from");
    for (std::vector<double> &some : pitches) {
        std::nth_element(some.begin(), some.begin() + std::ptrdiff_t(some.size() / 2), some.end());
        shape.pitches.push_back(std::round(10 * some[some.size() / 2]) / 10);
    }
    // A clear voice comes first: it is the one that speaks when nobody chooses.
    for (const char *wanted : kClearVoices)
        if (const auto found = std::find(shape.voices.begin(), shape.voices.end(), wanted);
            found != shape.voices.end()) {
            const int other = int(found - shape.voices.begin());
            std::swap(shape.voices.front(), *found);
            std::swap(shape.pitches.front(), shape.pitches[std::size_t(other)]);
            for (SpokenExample &example : *examples)
                example.voice = example.voice == other ? 0 : example.voice == 0 ? other : example.voice;
            break;
        }
    const VocoderOptions options = optionsFor(request, VocoderTrainer::recipe());
    VocoderTrainer trainer(examples, shape, options, deviceOf(scope));
    Task<TrainResult> running = runTrainer(scope, trainer, request, expectedWeights(shape));
    TrainResult result = co_await std::move(running);
    const Card card{"Speech vocoder", "units to sound",
                    "Speaks units with one of " + std::to_string(shape.voices.size()) + " synthetic voices.",
                    "Speech World (eSpeak NG), " + hoursText(units->frames) +
                        ", without the held-out voices; units of " + request.units};
    writeModel(
        trainer, request, card, [&](const std::string &file) { writeVocoderShape(file, shape, units->origin); },
        result.folder);
    co_return result;
}

} // namespace

bool isBabbleRecipe(const std::string &model)
{
    return model == "speech-ulm" || model == "speech-vocoder";
}

Task<TrainResult> trainBabble(EngineScope &scope, TrainRequest request)
{
    scope.progress(-1, "Reading Speech World");
    std::shared_ptr<const SpeechWorld> world;
    std::function<void()> prepare = [&] { world = std::make_shared<SpeechWorld>(request.data); };
    co_await scope.outside(std::move(prepare));
    UnitSource source{request.units, request.codebook, request.codebookFile, request.hours};
    Task<std::shared_ptr<const WorldUnits>> listening =
        unitsOf(scope, world, std::move(source), (fs::path(request.out) / "units.safetensors").string());
    const std::shared_ptr<const WorldUnits> units = co_await std::move(listening);
    Task<TrainResult> training = request.model == "speech-ulm" ? trainLanguageModel(scope, request, world, units)
                                                               : trainVocoder(scope, request, world, units);
    co_return co_await std::move(training);
}

} // namespace orrery::training
