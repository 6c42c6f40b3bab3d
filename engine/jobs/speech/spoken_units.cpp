// SPDX-License-Identifier: Apache-2.0
#include "engine/jobs/speech/spoken_units.h"

#include "engine/core/error.h"
#include "engine/jobs/speech/recording.h"
#include "engine/runtime/media_gateway.h"

#include <ATen/ATen.h>

namespace orrery::speech {

std::vector<HeldUnit> joined(const std::vector<HeldUnit> &units)
{
    std::vector<HeldUnit> result;
    for (const HeldUnit &unit : units) {
        if (unit.unit != kSentenceEnd && unit.frames < 1)
            continue;
        if (!result.empty() && result.back().unit == unit.unit)
            result.back().frames += unit.unit == kSentenceEnd ? 0 : unit.frames;
        else
            result.push_back(unit);
    }
    return result;
}

std::int64_t countFrames(const std::vector<HeldUnit> &units, std::int64_t hop, double most)
{
    std::int64_t frames = 0;
    for (const HeldUnit &unit : units)
        frames += unit.unit == kSentenceEnd || unit.frames < 0 ? 0 : unit.frames;
    if (const double seconds = double(frames) * double(hop) / kSoundRate; seconds > most)
        throw Exception(ErrorCode::BadInput, "These units are " + std::to_string(std::int64_t(seconds)) +
                                                 " s of sound, expected at most " + std::to_string(int(most)));
    return frames;
}

Task<std::vector<HeldUnit>> hearUnits(StepPacer &pace, std::shared_ptr<Listener> listener,
                                      std::shared_ptr<const Codebook> codebook, SoundSource sound)
{
    const std::string name = nameOf(sound);
    const std::string tooShort = shorterThanAFrame(name, listener->facts());
    std::vector<int> units;
    Told told = [&](const std::vector<at::Tensor> &frames, double) {
        const std::vector<int> some = codebook->nearest(frames[0]);
        units.insert(units.end(), some.begin(), some.end());
    };
    Task<double> hearing =
        hearRecording(pace, std::move(listener), std::move(sound), {codebook->layer()}, std::move(told));
    co_await std::move(hearing);
    if (units.empty())
        throw Exception(ErrorCode::BadInput, tooShort);
    co_return heldUnits(units);
}

Task<> writeSound(EngineScope &scope, std::string file, Samples samples)
{
    std::function<void()> work = [&] { mediaServices().soundFiles().writeWav(file, samples->data(), samples->size()); };
    co_await scope.outside(std::move(work));
}

} // namespace orrery::speech
