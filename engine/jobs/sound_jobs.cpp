// SPDX-License-Identifier: Apache-2.0
// Bodies of the jobs of engine/api/sound.h; none of them computes anything.
#include "engine/api/sound.h"
#include "engine/core/error.h"
#include "engine/core/job_registry.h"
#include "engine/runtime/media_gateway.h"

#include <algorithm>
#include <cmath>

namespace orrery {

namespace sound {

namespace {

constexpr double kLongestPlay = 3600; ///< seconds; 230 MB

Task<DevicesResult> devices(EngineScope &scope, DevicesRequest)
{
    DevicesResult result;
    std::function<void()> looking = [&] { result.devices = mediaServices().soundDevices().list(); };
    co_await scope.outside(std::move(looking));
    co_return result;
}

Task<LoadResult> load(EngineScope &scope, LoadRequest request)
{
    Task<LoadResult> loading = loadSound(scope, std::move(request.sound), request.mostSeconds);
    LoadResult result = co_await std::move(loading);
    co_return result;
}

/// What lies between two moments. @param to  seconds; 0: the end
Task<Samples> between(EngineScope &scope, SoundSource source, double from, double to)
{
    const auto first = static_cast<std::size_t>(from * kSoundRate);
    const double seconds = to > 0 ? std::min(to - from, kLongestPlay) : kLongestPlay;
    const auto count = static_cast<std::size_t>(seconds * kSoundRate);
    Task<std::unique_ptr<SoundReader>> opening = openSound(scope, std::move(source));
    const std::unique_ptr<SoundReader> reader = co_await std::move(opening);
    auto samples = std::make_shared<std::vector<float>>();
    std::size_t at = 0; // of the sound
    constexpr std::size_t kPiece = 30 * kSoundRate;
    while (samples->size() < count) {
        const std::size_t wanted = std::min(kPiece, first + count - at);
        Task<std::vector<float>> reading = readSome(scope, *reader, wanted);
        const std::vector<float> piece = co_await std::move(reading);
        const std::size_t before = std::min(piece.size(), first - std::min(first, at));
        samples->insert(samples->end(), piece.begin() + std::ptrdiff_t(before), piece.end());
        at += piece.size();
        if (piece.size() < wanted)
            break;
    }
    co_return samples;
}

Task<PlayResult> play(EngineScope &scope, PlayRequest request)
{
    using namespace std::chrono_literals;
    // A page may ask for anything; a day is more than any sound that is played.
    const double from = std::isfinite(request.fromSeconds) ? std::clamp(request.fromSeconds, 0.0, 86'400.0) : 0;
    const double to = std::isfinite(request.toSeconds) ? std::clamp(request.toSeconds, 0.0, 2 * 86'400.0) : 0;
    if (to > 0 && to < from)
        throw Exception(ErrorCode::BadInput, "A sound cannot be played from a moment to an earlier one");
    Task<Samples> cutting = between(scope, std::move(request.sound), from, to);
    Samples samples = co_await std::move(cutting);
    const double seconds = std::max(double(samples->size()) / kSoundRate, 1e-3);

    std::unique_ptr<SoundPlayer> player;
    std::function<void()> opening = [&] {
        player = mediaServices().soundDevices().play(std::move(samples), 0, request.device);
    };
    co_await scope.outside(std::move(opening));
    PlayResult result;
    while (true) {
        const bool finished = player->finished(); // before the position: then it is the last one
        result.position = from + player->position();
        scope.progress(std::min(1.0, player->position() / seconds), "Playing", result);
        if (finished)
            break;
        co_await scope.rest(30ms);
    }
    if (const std::string error = player->error(); !error.empty())
        throw Exception(ErrorCode::Unsupported, error);
    co_return result;
}

} // namespace

ORRERY_JOB(kDevices, devices)
ORRERY_JOB(kLoad, load)
ORRERY_JOB(kPlay, play)

} // namespace sound

} // namespace orrery
