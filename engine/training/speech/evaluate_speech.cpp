// SPDX-License-Identifier: Apache-2.0
#include "engine/training/speech/evaluate_speech.h"

#include "engine/api/speech.h"
#include "engine/core/error.h"
#include "engine/core/job_registry.h"
#include "engine/training/speech/evaluate_heads.h"
#include "engine/training/speech/speech_examples.h"
#include "engine/training/speech/unit_measures.h"

#include <algorithm>
#include <filesystem>

namespace orrery::training {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kUtterances = 400; // of voices that were left out: about a quarter of an hour
constexpr int kUsual = 100;

Task<speech::UnitsResult> unitsOf(EngineScope &scope, std::string model, int codebook, std::vector<SoundSource> sounds)
{
    const JobDefinition *job = JobRegistry::instance().find(speech::kUnits.id);
    if (!job)
        throw Exception(ErrorCode::Unsupported, "evaluate: this build cannot listen with " + model);
    speech::UnitsRequest request;
    request.model = std::move(model);
    request.codebook = codebook;
    request.sounds = std::move(sounds);
    Task<std::any> listening = job->body(scope, std::any(std::move(request)));
    co_return std::any_cast<speech::UnitsResult>(co_await std::move(listening));
}

/// Utterances by voices that training left out, spread over the file.
std::vector<std::int64_t> chosenUtterances(const SpeechExamples &examples)
{
    const std::vector<std::int64_t> &all = examples.utterances(Voices::HeldOut);
    std::vector<std::int64_t> chosen;
    const std::size_t count = std::min(kUtterances, all.size());
    for (std::size_t i = 0; i < count; ++i)
        chosen.push_back(all[i * all.size() / count]);
    return chosen;
}

Task<speech::PhoneMeasures> measureOn(EngineScope &scope, std::shared_ptr<const SpeechWorld> world, std::string model,
                                      int codebook)
{
    std::vector<SoundSource> sounds;
    const SpeechExamples any(world, {}, 1);
    const std::vector<std::int64_t> utterances = chosenUtterances(any);
    if (utterances.empty())
        throw Exception(ErrorCode::BadInput, world->file() + ": has no voice that training left out; make it longer "
                                                             "with orrery-cli dataset speech --hours");
    for (const std::int64_t utterance : utterances)
        sounds.push_back(
            {{}, std::make_shared<const std::vector<float>>(any.plain(utterance).samples), world->text(utterance)});
    Task<speech::UnitsResult> listening = unitsOf(scope, std::move(model), codebook, std::move(sounds));
    const speech::UnitsResult heard = co_await std::move(listening);
    // Whoever listens has frames of its own; the phone is the one in the middle of each.
    const FrameTimes times{std::int64_t(heard.hopMs * 16), std::int64_t(heard.firstMs * 32)};
    const SpeechExamples examples(world, times, 1);
    std::vector<int> units, phones;
    for (std::size_t i = 0; i < utterances.size(); ++i) {
        const std::vector<int> &own = heard.sequences[i].units;
        std::vector<int> truth = examples.plain(utterances[i]).phones;
        truth.resize(own.size(), 0);
        units.insert(units.end(), own.begin(), own.end());
        phones.insert(phones.end(), truth.begin(), truth.end());
    }
    co_return speech::measurePhones(units, phones);
}

/// Recordings named DIGIT_SPEAKER_TAKE, in the order of their names.
std::vector<speech::SpokenWord> digitsIn(const std::string &folder, std::vector<SoundSource> &sounds)
{
    if (!fs::is_directory(folder))
        throw Exception(ErrorCode::NotFound, folder + " is not a folder with recordings");
    std::vector<std::string> files;
    for (const auto &entry : fs::directory_iterator(folder))
        if (entry.path().extension() == ".wav" || entry.path().extension() == ".flac")
            files.push_back(entry.path().string());
    std::sort(files.begin(), files.end());
    std::vector<speech::SpokenWord> words;
    for (const std::string &file : files) {
        const std::string name = fs::path(file).stem().string();
        const std::size_t first = name.find('_'), last = name.rfind('_');
        if (first == std::string::npos || last == first)
            throw Exception(ErrorCode::BadInput, file + ": is not named DIGIT_SPEAKER_TAKE");
        words.push_back({{}, name.substr(0, first), name.substr(first + 1, last - first - 1)});
        sounds.push_back({file, nullptr, {}});
    }
    return words;
}

Task<double> digitAccuracy(EngineScope &scope, std::string model, std::string folder, EvaluateResult &result)
{
    std::vector<SoundSource> sounds;
    std::vector<speech::SpokenWord> words = digitsIn(folder, sounds);
    Task<speech::UnitsResult> listening = unitsOf(scope, std::move(model), kUsual, std::move(sounds));
    speech::UnitsResult heard = co_await std::move(listening);
    std::vector<speech::SpokenWord> known;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (!heard.sequences[i].error.empty()) {
            result.skipped.push_back(heard.sequences[i].error);
            continue;
        }
        words[i].units = std::move(heard.sequences[i].units);
        known.push_back(std::move(words[i]));
    }
    co_return speech::nearestWordAccuracy(known);
}

Task<> measurePhonesOf(EngineScope &scope, const EvaluateRequest &request, const std::vector<int> &codebooks,
                       bool cepstra, EvaluateResult &result)
{
    std::shared_ptr<const SpeechWorld> world;
    std::function<void()> open = [&] { world = std::make_shared<SpeechWorld>(request.data); };
    co_await scope.outside(std::move(open));
    co_await scope.step();
    Task<> heads = measureHeads(scope, world, chosenUtterances(SpeechExamples(world, {}, 1)), request.model, result);
    co_await std::move(heads);
    for (const int size : codebooks) {
        Task<speech::PhoneMeasures> measuring = measureOn(scope, world, request.model, size);
        const speech::PhoneMeasures measures = co_await std::move(measuring);
        if (size == kUsual) {
            result.measures.emplace_back("phone purity", measures.phonePurity);
            result.measures.emplace_back("cluster purity", measures.clusterPurity);
            result.measures.emplace_back("PNMI", measures.pnmi);
        } else {
            result.measures.emplace_back("PNMI " + std::to_string(size), measures.pnmi);
        }
    }
    if (cepstra) {
        Task<speech::PhoneMeasures> measuring = measureOn(scope, world, speech::kMfcc, kUsual);
        const speech::PhoneMeasures measures = co_await std::move(measuring);
        result.measures.emplace_back("cepstra phone purity", measures.phonePurity);
        result.measures.emplace_back("cepstra PNMI", measures.pnmi);
    }
}

Task<std::vector<int>> codebooksOf(EngineScope &scope, std::string model)
{
    const JobDefinition *job = JobRegistry::instance().find(speech::kDescribe.id);
    if (!job)
        throw Exception(ErrorCode::Unsupported, "evaluate: this build cannot listen with " + model);
    Task<std::any> describing = job->body(scope, std::any(speech::DescribeRequest{std::move(model)}));
    co_return std::any_cast<speech::DescribeResult>(co_await std::move(describing)).codebooks;
}

} // namespace

bool isListeningType(const std::string &type)
{
    return type == "hubert" || type == "wav2vec2";
}

Task<EvaluateResult> evaluateSpeech(EngineScope &scope, EvaluateRequest request)
{
    EvaluateResult result;
    Task<std::vector<int>> own = codebooksOf(scope, request.model);
    const std::vector<int> codebooks = co_await std::move(own);
    if (std::find(codebooks.begin(), codebooks.end(), kUsual) == codebooks.end())
        throw Exception(ErrorCode::BadInput,
                        "evaluate: " + request.model +
                            " has no codebook of 100 units; orrery-cli train speech-units makes it");
    Task<std::vector<int>> theirs = codebooksOf(scope, speech::kMfcc);
    const std::vector<int> baselines = co_await std::move(theirs);
    const bool cepstra = std::find(baselines.begin(), baselines.end(), kUsual) != baselines.end();
    if (!cepstra)
        result.skipped.push_back("cepstra: the built-in speech-hubert has no codebook for them");
    if (request.data.empty()) {
        result.skipped.push_back("phones: no file of orrery-cli dataset speech was given");
    } else {
        Task<> task = measurePhonesOf(scope, request, codebooks, cepstra, result);
        co_await std::move(task);
    }
    if (request.digits.empty()) {
        result.skipped.push_back("digits: no folder of recordings named DIGIT_SPEAKER_TAKE was given");
    } else {
        Task<double> measuring = digitAccuracy(scope, request.model, request.digits, result);
        result.measures.emplace_back("digits", co_await std::move(measuring));
        if (cepstra) {
            measuring = digitAccuracy(scope, speech::kMfcc, request.digits, result);
            result.measures.emplace_back("cepstra digits", co_await std::move(measuring));
        }
    }
    scope.progress(1, "Done");
    co_return result;
}

} // namespace orrery::training
