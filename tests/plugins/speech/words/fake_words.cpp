// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/speech/words/fake_words.h"

#include "engine/core/job_registry.h"

#include <chrono>
#include <cmath>
#include <map>
#include <numbers>
#include <thread>

namespace orrery::test {

namespace {

using namespace speech;

const std::map<std::string, std::vector<double>> kTones{{"yes", {500, 1200, 2500, 3000}},
                                                        {"no", {800, 400, 300, 600}},
                                                        {"maybe", {300, 1500, 700, 1800, 2200}},
                                                        {"seven", {2900, 3300, 1000, 3600}}};

std::vector<int> unitsOf(const std::vector<float> &samples, bool cepstra)
{
    std::vector<int> units;
    for (std::size_t at = 0; at + 320 <= samples.size(); at += 320) {
        int crossings = 0;
        double loud = 0;
        for (std::size_t i = at + 1; i < at + 320; ++i) {
            crossings += (samples[i] > 0) != (samples[i - 1] > 0);
            loud = std::max(loud, double(std::abs(samples[i])));
        }
        const int height = int(std::lround(crossings * 25.0 / 100));
        units.push_back(loud < 0.01 ? 0 : cepstra ? 1 : 1 + height);
    }
    return units;
}

Task<UnitsResult> units(EngineScope &scope, UnitsRequest request)
{
    FakeWords &fake = FakeWords::instance();
    {
        const std::lock_guard lock(fake.mutex);
        fake.unitRequests.push_back(request);
    }
    const bool cepstra = request.model == kMfcc;
    if (cepstra ? fake.noCepstra : fake.noModel)
        throw Exception(ErrorCode::NotFound, request.model + " is not installed", "test");
    co_await scope.step();
    UnitsResult result;
    result.model = request.model;
    result.codebook = request.codebook;
    for (const SoundSource &sound : request.sounds) {
        UnitSequence sequence;
        sequence.name = sound.name;
        if (sound.samples) {
            sequence.units = unitsOf(*sound.samples, cepstra);
            sequence.seconds = double(sound.samples->size()) / kSoundRate;
        }
        result.sequences.push_back(std::move(sequence));
    }
    co_return result;
}

Task<ListenResult> listen(EngineScope &scope, ListenRequest request)
{
    FakeWords &fake = FakeWords::instance();
    if (fake.noMicrophone)
        throw Exception(ErrorCode::NotFound, "There is no microphone", "test");
    struct On
    {
        explicit On(std::atomic<int> &count) : count(count) { ++count; }
        ~On() { --count; }
        std::atomic<int> &count;
    } on(fake.listening);
    ++fake.listened;
    std::int64_t first = 0;
    while (true) {
        StreamFeed::Update update;
        {
            const std::lock_guard lock(fake.mutex);
            const std::size_t count = std::min<std::size_t>(fake.toSay.size(), 1600);
            update.samples.assign(fake.toSay.begin(), fake.toSay.begin() + std::ptrdiff_t(count));
            fake.toSay.erase(fake.toSay.begin(), fake.toSay.begin() + std::ptrdiff_t(count));
        }
        update.firstSample = first;
        first += std::int64_t(update.samples.size());
        request.feed->put(std::move(update));
        co_await scope.rest(std::chrono::milliseconds(2));
    }
}

Task<sound::PlayResult> play(EngineScope &scope, sound::PlayRequest request)
{
    FakeWords &fake = FakeWords::instance();
    ++fake.played;
    while (fake.holdPlaying)
        co_await scope.rest(std::chrono::milliseconds(2));
    sound::PlayResult result;
    result.position = request.sound.samples ? double(request.sound.samples->size()) / kSoundRate : 0;
    co_return result;
}

Task<sound::LoadResult> load(EngineScope &, sound::LoadRequest request)
{
    const std::string name = request.sound.path.substr(request.sound.path.find_last_of('/') + 1);
    if (name.find("broken") != std::string::npos)
        throw Exception(ErrorCode::BadInput, "broken.wav is no sound", "test");
    std::vector<std::vector<float>> parts{pause(0.3)};
    for (std::size_t at = 0; at < name.size(); ++at)
        for (const auto &[word, tones] : kTones)
            if (name.compare(at, word.size(), word) == 0) {
                parts.push_back(spoken(word, 1 + 0.1 * double(parts.size())));
                parts.push_back(pause(0.5));
            }
    sound::LoadResult result;
    result.samples = std::make_shared<const std::vector<float>>(joined(parts));
    co_return result;
}

} // namespace

FakeWords &FakeWords::instance()
{
    static FakeWords fake;
    return fake;
}

void FakeWords::reset()
{
    listened = played = 0;
    holdPlaying = noMicrophone = noModel = noCepstra = false;
    const std::lock_guard lock(mutex);
    toSay.clear();
    unitRequests.clear();
}

void FakeWords::say(const std::vector<float> &samples)
{
    const std::lock_guard lock(mutex);
    toSay.insert(toSay.end(), samples.begin(), samples.end());
}

int FakeWords::asked(const std::string &model)
{
    const std::lock_guard lock(mutex);
    int count = 0;
    for (const UnitsRequest &request : unitRequests)
        count += request.model == model;
    return count;
}

std::vector<float> spoken(const std::string &word, double pace)
{
    std::vector<float> samples;
    for (const double tone : kTones.at(word)) {
        const int count = int(1920 * pace);
        for (int i = 0; i < count; ++i)
            samples.push_back(float(0.2 * std::sin(2 * std::numbers::pi * tone * i / kSoundRate + 0.1)));
    }
    return samples;
}

std::vector<float> pause(double seconds)
{
    std::vector<float> samples(std::size_t(seconds * kSoundRate));
    std::uint32_t state = 1;
    for (float &sample : samples) {
        state = state * 1664525u + 1013904223u;
        sample = float(state >> 8) / float(1 << 24) * 0.002f - 0.001f;
    }
    return samples;
}

std::vector<float> joined(const std::vector<std::vector<float>> &parts)
{
    std::vector<float> all;
    for (const std::vector<float> &part : parts)
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

void registerFakeWords()
{
    registerJob(kUnits, units);
    registerJob(kListen, listen);
    registerJob(sound::kPlay, play);
    registerJob(sound::kLoad, load);
}

} // namespace orrery::test
