// SPDX-License-Identifier: Apache-2.0
#include "engine/jobs/speech/sound_feed.h"

#include "engine/api/media.h"
#include "engine/runtime/media_gateway.h"

#include <algorithm>
#include <cmath>

namespace orrery::speech {
namespace {

class Microphone final : public SoundFeed
{
public:
    explicit Microphone(std::unique_ptr<SoundCapture> capture) : m_capture(std::move(capture)) {}

    Task<std::vector<float>> read(EngineScope &, std::size_t most) override
    {
        std::vector<float> samples(most);
        samples.resize(m_capture->read(samples.data(), samples.size())); // never waits
        co_return samples;
    }
    bool ended() const override { return false; }
    CaptureState state() const override { return m_capture->state(); }

private:
    std::unique_ptr<SoundCapture> m_capture;
};

class Played final : public SoundFeed
{
public:
    Played(std::unique_ptr<SoundReader> reader, bool realTime)
        : m_reader(std::move(reader)), m_realTime(realTime), m_start(Clock::now())
    {}

    Task<std::vector<float>> read(EngineScope &scope, std::size_t most) override
    {
        if (m_realTime) { // as much as a microphone would have brought by now
            const double seconds = std::chrono::duration<double>(Clock::now() - m_start).count();
            const auto due = std::uint64_t(seconds * kSoundRate);
            most = std::size_t(std::min<std::uint64_t>(most, due > m_state.samples ? due - m_state.samples : 0));
        }
        std::vector<float> samples;
        if (most > 0 && !m_ended) {
            Task<std::vector<float>> reading = readSome(scope, *m_reader, most);
            samples = co_await std::move(reading);
            m_ended = samples.size() < most;
        }
        m_state.samples += samples.size();
        if (!samples.empty()) {
            m_state.peak = 0;
            for (const float sample : samples)
                m_state.peak = std::max(m_state.peak, std::abs(sample));
        }
        co_return samples;
    }
    bool ended() const override { return m_ended; }
    CaptureState state() const override { return m_state; }

private:
    std::unique_ptr<SoundReader> m_reader;
    bool m_realTime, m_ended = false;
    Clock::time_point m_start;
    CaptureState m_state;
};

} // namespace

Task<std::unique_ptr<SoundFeed>> openMicrophone(EngineScope &scope, std::string device)
{
    std::unique_ptr<SoundCapture> capture;
    std::function<void()> work = [&] { capture = mediaServices().soundDevices().openCapture(device); };
    co_await scope.outside(std::move(work));
    std::unique_ptr<SoundFeed> feed = std::make_unique<Microphone>(std::move(capture));
    co_return feed;
}

Task<std::unique_ptr<SoundFeed>> openPlayed(EngineScope &scope, SoundSource source, bool realTime)
{
    Task<std::unique_ptr<SoundReader>> opening = openSound(scope, std::move(source));
    std::unique_ptr<SoundReader> reader = co_await std::move(opening);
    std::unique_ptr<SoundFeed> feed = std::make_unique<Played>(std::move(reader), realTime);
    co_return feed;
}

} // namespace orrery::speech
