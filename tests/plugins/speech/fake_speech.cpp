// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/speech/fake_speech.h"

#include "engine/core/job_registry.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace orrery::test {

namespace {

using namespace speech;
using namespace std::chrono_literals;

constexpr std::int64_t kHop = 320, kSettle = 10; ///< samples; frames
constexpr std::int64_t kWidth = 4;               ///< of a frame, whose numbers count on from those of the one before
constexpr int kLayer = 4;

Samples toneOf(double seconds, float amplitude)
{
    auto samples = std::make_shared<std::vector<float>>(std::size_t(seconds * kSoundRate));
    for (std::size_t i = 0; i < samples->size(); ++i)
        (*samples)[i] = amplitude * float(std::sin(2 * 3.14159265 * 440 * double(i) / kSoundRate));
    return samples;
}

void requireModel(const std::string &model)
{
    if (FakeSpeech::instance().missing && model != kMfcc)
        throw Exception(ErrorCode::NotFound, "There is no model \"" + model + "\"", "test");
}

Task<sound::LoadResult> load(EngineScope &scope, sound::LoadRequest request)
{
    sound::LoadResult result;
    const auto has = [&](const char *word) { return request.sound.path.find(word) != std::string::npos; };
    while (has("held") && FakeSpeech::instance().hold)
        co_await scope.rest(2ms);
    if (has("broken"))
        throw Exception(ErrorCode::BadInput, "broken.wav: this is no sound that can be read", "test");
    result.samples = request.sound.samples ? request.sound.samples : toneOf(1.5, 0.4f);
    if (has("empty"))
        result.samples = std::make_shared<std::vector<float>>();
    if (has("silent"))
        result.samples = toneOf(1, 0);
    if (has("clipped")) {
        auto loud = std::make_shared<std::vector<float>>(*toneOf(1, 3));
        for (float &value : *loud)
            value = std::clamp(value, -1.0f, 1.0f);
        result.samples = loud;
    }
    result.facts = {"WAV, 16 bits", kSoundRate, 1, double(result.samples->size()) / kSoundRate, has("damaged")};
    co_return result;
}

Task<sound::DevicesResult> devices(EngineScope &, sound::DevicesRequest)
{
    sound::DevicesResult result;
    result.devices = {{"ALSA/desk", "Desk microphone", "ALSA", 1, 0, 48000, true, false},
                      {"JACK/booth", "Booth", "JACK", 2, 2, 48000, false, true}};
    co_return result;
}

Task<sound::PlayResult> play(EngineScope &scope, sound::PlayRequest request)
{
    FakeSpeech &fake = FakeSpeech::instance();
    {
        const std::lock_guard lock(fake.mutex);
        fake.played.push_back(request);
    }
    struct Count
    {
        Count() { ++FakeSpeech::instance().playing; }
        ~Count() { --FakeSpeech::instance().playing; }
    } count;
    const double all = double(request.sound.samples->size()) / kSoundRate;
    const double end = request.toSeconds > 0 ? std::min(all, request.toSeconds) : all;
    sound::PlayResult result{request.fromSeconds};
    while (result.position < end) {
        scope.progress(-1, "Playing", result);
        co_await scope.rest(5ms);
        result.position += 0.02; // four times as fast
    }
    ++fake.heard;
    co_return result;
}

Task<DescribeResult> describe(EngineScope &, DescribeRequest request)
{
    requireModel(request.model);
    DescribeResult result;
    result.model = request.model;
    result.codebooks = request.model == kMfcc ? std::vector<int>{100} : std::vector<int>{50, 100, 200};
    result.local = true;
    result.fast = request.model != kMfcc;
    result.leftMs = 2000;
    result.rightMs = double(kSettle) * 20;
    co_return result;
}

Task<UnitsResult> units(EngineScope &scope, UnitsRequest request)
{
    FakeSpeech &fake = FakeSpeech::instance();
    {
        const std::lock_guard lock(fake.mutex);
        fake.asked.push_back(request);
    }
    while (fake.hold)
        co_await scope.rest(2ms);
    requireModel(request.model);
    UnitsResult result;
    result.model = request.model;
    result.codebook = request.codebook;
    result.firstMs = 12.5;
    for (const SoundSource &source : request.sounds) {
        UnitSequence sequence;
        sequence.name = source.name;
        for (std::int64_t i = 0; (i + 1) * kHop <= std::int64_t(source.samples->size()); ++i)
            sequence.units.push_back(fakeUnit(request.model, request.codebook, i));
        if (request.letters && request.model == kWav2VecModel)
            sequence.letters = {{"h", 0.2}, {"əʊ", 0.4}};
        result.sequences.push_back(sequence);
    }
    co_return result;
}

Task<FramesResult> frames(EngineScope &, FramesRequest request)
{
    requireModel(request.model);
    FramesResult result;
    result.model = request.model;
    result.layer = kLayer;
    for (const SoundSource &source : request.sounds) {
        NpyMatrix matrix{std::int64_t(source.samples->size()) / kHop, kWidth, {}};
        for (std::int64_t i = 0; i < matrix.rows * matrix.columns; ++i)
            matrix.values.push_back(float(i));
        result.frames.push_back(matrix);
        result.errors.emplace_back();
    }
    co_return result;
}

Task<ListenResult> listen(EngineScope &scope, ListenRequest request)
{
    FakeSpeech &fake = FakeSpeech::instance();
    requireModel(request.model);
    {
        const std::lock_guard lock(fake.mutex);
        fake.streams.push_back(request);
    }
    const bool microphone = !request.sound.samples;
    struct Count
    {
        explicit Count(bool counts) : m_counts(counts) { FakeSpeech::instance().listening += m_counts; }
        ~Count() { FakeSpeech::instance().listening -= m_counts; }
        int m_counts;
    } count(microphone);
    const std::int64_t all = microphone ? 1'000'000'000 : std::int64_t(request.sound.samples->size()) / kHop;
    const Samples tone = toneOf(1, fake.peak);
    ListenResult result;
    const auto put = [&](StreamFeed::Update &update, std::int64_t frame, bool settled) {
        if (frame < 0 || frame >= all)
            return;
        const int unit = settled ? fakeUnit(request.model, request.codebook, frame)
                                 : fakeGuess(request.model, request.codebook, frame);
        update.units.push_back({frame, unit, settled, 12, {}});
        update.layer = kLayer;
        if (settled && request.frames)
            for (std::int64_t i = 0; i < kWidth; ++i)
                update.frames.push_back(float(frame * kWidth + i));
        result.settledUnits += settled;
        result.changed += settled && unit != fakeGuess(request.model, request.codebook, frame);
    };
    for (std::int64_t frame = 0; frame < all + kSettle; ++frame) {
        StreamFeed::Update update;
        update.firstSample = frame * kHop;
        if (frame < all)
            for (std::int64_t i = 0; i < kHop; ++i)
                update.samples.push_back((*tone)[std::size_t((frame * kHop + i) % kSoundRate)]);
        put(update, frame - kSettle, true);
        put(update, frame, false);
        update.capture = {"ALSA/desk", fake.deviceLost, std::uint64_t((frame + 1) * kHop), 2, 0, 11, fake.peak};
        update.deviceMs = 11;
        update.ringMs = 22;
        update.modelMs = 33;
        update.contextMs = double(kSettle) * 20;
        update.changed = result.changed;
        update.settledUnits = result.settledUnits;
        update.settleMs = 200;
        request.feed->put(std::move(update));
        result.seconds = double(frame) * 0.02;
        co_await scope.rest(2ms); // ten times as fast
    }
    co_return result;
}

Task<ContinueResult> goOn(EngineScope &scope, ContinueRequest request)
{
    FakeSpeech &fake = FakeSpeech::instance();
    {
        const std::lock_guard lock(fake.mutex);
        fake.continued.push_back(request);
    }
    while (fake.hold)
        co_await scope.rest(2ms);
    if (fake.missing)
        throw Exception(ErrorCode::BadInput, "The prompt holds no unit", "test");
    ContinueResult result;
    result.prompt = {{5, 3}, {6, 2}};
    for (int b = 0; b < request.branches; ++b) {
        ContinueBranch branch;
        const auto add = [&](int unit, int frames, bool kept) {
            branch.steps.push_back(
                {unit, frames, kept, 0.5, 1.5, {{unit, 0.5}, {unit + 100, 0.3}, {kSentenceEnd, 0.1}}});
            branch.seconds += frames * 0.02;
        };
        for (const HeldUnit &one : request.prefix)
            add(one.unit, one.frames, true);
        for (int i = 0; branch.seconds < request.seconds; ++i)
            add(10 * b + i, 2, false);
        branch.finished = true;
        branch.samples = toneOf(branch.seconds, 0.2f);
        result.branches.push_back(branch);
    }
    co_return result;
}

} // namespace

void FakeSpeech::reset()
{
    missing = hold = deviceLost = false;
    peak = 0.3f;
    heard = 0;
    const std::lock_guard lock(mutex);
    played.clear();
    asked.clear();
    streams.clear();
    continued.clear();
}

FakeSpeech &FakeSpeech::instance()
{
    static FakeSpeech fake;
    return fake;
}

int fakeUnit(const std::string &model, int codebook, std::int64_t frame)
{
    return int((frame / 4 * 3 + (model == kMfcc ? 41 : 0)) % codebook);
}

int fakeGuess(const std::string &model, int codebook, std::int64_t frame)
{
    return frame % 10 == 0 ? (fakeUnit(model, codebook, frame) + 1) % codebook : fakeUnit(model, codebook, frame);
}

void registerFakeSpeech()
{
    registerJob(sound::kLoad, load);
    registerJob(sound::kDevices, devices);
    registerJob(sound::kPlay, play);
    registerJob(kDescribe, describe);
    registerJob(kUnits, units);
    registerJob(kFrames, frames);
    registerJob(kListen, listen);
    registerJob(kContinue, goOn);
}

} // namespace orrery::test
