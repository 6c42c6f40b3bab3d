// SPDX-License-Identifier: Apache-2.0
#include "engine/jobs/speech/recording.h"

#include "engine/runtime/media_gateway.h"

#include <algorithm>

namespace orrery::speech {

Windows Windows::of(const ListenerFacts &facts)
{
    Windows windows;
    const auto frames = [&](double seconds) {
        return std::max<std::int64_t>(1, std::int64_t(seconds * kSoundRate / double(facts.hop)));
    };
    windows.whole = frames(30);
    windows.core = frames(20);
    windows.left = facts.local() ? facts.left : frames(5);
    windows.right = facts.local() ? facts.right : frames(5);
    return windows;
}

Task<double> hearRecording(StepPacer &pace, std::shared_ptr<Listener> listener, SoundSource source,
                           std::vector<int> layers, Told told, bool *endsEarly)
{
    const Windows windows = Windows::of(listener->facts());
    Task<double> hearing = hearRecording(pace, std::move(listener), std::move(source), std::move(layers),
                                         std::move(told), windows, endsEarly);
    co_return co_await std::move(hearing);
}

Task<double> hearRecording(StepPacer &pace, std::shared_ptr<Listener> listener, SoundSource source,
                           std::vector<int> layers, Told told, Windows windows, bool *endsEarly)
{
    const ListenerFacts &facts = listener->facts();
    Task<std::unique_ptr<SoundReader>> opening = openSound(pace.scope(), std::move(source));
    const std::unique_ptr<SoundReader> reader = co_await std::move(opening);
    const double expected = reader->facts().seconds;

    const auto samplesTo = [&](std::int64_t frame) { return std::size_t((frame - 1) * facts.hop + facts.reach); };
    std::vector<float> samples; // from frame `start` on
    std::int64_t start = 0;     // frame
    std::int64_t next = 0;      // first frame that was not told yet
    std::size_t counted = 0;    // of `samples`, in `loudness`
    std::uint64_t total = 0;
    Loudness loudness;
    bool ended = false;
    for (bool first = true;; first = false) {
        // To the end of this window, or of what may be heard at once; one sample more tells whether there is more.
        const std::int64_t last =
            first ? std::max(windows.whole, windows.core + windows.right) + 1 : next + windows.core + windows.right + 1;
        while (!ended && samples.size() < samplesTo(last - start)) {
            Task<std::vector<float>> reading =
                readSome(pace.scope(), *reader, samplesTo(last - start) - samples.size());
            const std::vector<float> more = co_await std::move(reading);
            ended = more.empty();
            total += more.size();
            samples.insert(samples.end(), more.begin(), more.end());
        }
        const std::int64_t there = start + facts.frames(std::int64_t(samples.size()));
        const bool finish = ended && there < last;
        const std::int64_t end = finish ? there : next + windows.core; // of what is told
        const std::int64_t heard = finish ? there : end + windows.right;
        if (end > next) {
            Stretch stretch;
            const std::size_t until = finish ? samples.size() : samplesTo(heard - start);
            stretch.samples.assign(samples.begin(), samples.begin() + std::ptrdiff_t(until));
            if (until > counted) {
                loudness.add(samples.data() + counted, until - counted);
                counted = until;
            }
            stretch.loudness = loudness;
            Task<std::vector<at::Tensor>> hearing = listener->hear(pace, std::move(stretch), layers);
            std::vector<at::Tensor> frames = co_await std::move(hearing);
            for (at::Tensor &layer : frames)
                layer = layer.slice(0, next - start, end - start);
            const double seconds = double(end * facts.hop) / kSoundRate;
            told(frames, expected > 0 ? std::min(1.0, seconds / expected) : -1);
            next = end;
        }
        if (finish)
            break;
        if (const std::int64_t keep = std::max<std::int64_t>(0, next - windows.left); keep > start) {
            const std::size_t drop = std::size_t((keep - start) * facts.hop);
            samples.erase(samples.begin(), samples.begin() + std::ptrdiff_t(drop));
            counted -= std::min(counted, drop);
            start = keep;
        }
    }
    if (endsEarly)
        *endsEarly = reader->facts().damaged;
    co_return double(total) / kSoundRate;
}

std::string shorterThanAFrame(const std::string &name, const ListenerFacts &facts)
{
    const std::int64_t milliseconds = (facts.reach * 1000 + kSoundRate - 1) / kSoundRate;
    return (name.empty() ? std::string("This sound") : name) + " is shorter than one frame, " +
           std::to_string(milliseconds) + " ms";
}

std::string nameOf(const SoundSource &source)
{
    return source.name.empty() ? source.path : source.name;
}

} // namespace orrery::speech
