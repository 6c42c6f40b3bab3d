// SPDX-License-Identifier: Apache-2.0
// speech.listen: units of sound that is still coming in.
#include "engine/api/speech.h"

#include "engine/core/error.h"
#include "engine/core/job_registry.h"
#include "engine/jobs/speech/sound_feed.h"
#include "engine/jobs/speech/unit_tracker.h"
#include "engine/models/speech/listening_stream.h"

#include <ATen/ATen.h>

#include <chrono>

namespace orrery::speech {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kRest{10}; ///< between two looks into the ring
constexpr std::int64_t kLeastFrames = 2;       ///< new ones that are worth a call while somebody watches
constexpr std::size_t kMostSeconds = 10;       ///< that are taken at once after something held the engine up

double milliseconds(Clock::duration time)
{
    return std::chrono::duration<double, std::milli>(time).count();
}

/// Everything about one stream. Lives in the job's frame.
class Listening
{
public:
    Listening(EngineScope &scope, const ListenRequest &request, std::shared_ptr<Listener> listener,
              std::unique_ptr<SoundFeed> sound)
        : m_scope(scope), m_pace(scope), m_request(request), m_facts(listener->facts()),
          m_codebook(listener->codebook(request.codebook, request.codebookFile)),
          m_stream(openStream(listener, m_codebook->layer())), m_sound(std::move(sound)),
          m_live(request.sound.path.empty() && !request.sound.samples ? true : request.realTime)
    {}

    Task<ListenResult> run()
    {
        const std::size_t least = std::size_t((m_live ? kLeastFrames : m_stream->stride()) * m_facts.hop);
        const std::size_t most = m_live ? kMostSeconds * kSoundRate : least;
        std::vector<float> waiting;
        while (true) {
            Task<std::vector<float>> reading = m_sound->read(m_scope, most);
            const std::vector<float> samples = co_await std::move(reading);
            const Clock::time_point read = Clock::now();
            waiting.insert(waiting.end(), samples.begin(), samples.end());
            const bool ended = m_sound->ended();
            StreamFeed::Update update;
            update.firstSample = m_samples;
            m_samples += std::int64_t(samples.size());
            update.samples = samples;
            if (waiting.size() >= least || ended) {
                Task<> hearing = hear(std::exchange(waiting, {}), ended, read, update);
                co_await std::move(hearing);
            }
            tell(std::move(update));
            if (ended)
                break;
            if (m_live)
                co_await m_scope.rest(kRest);
            else if (m_pace.due())
                co_await m_pace.step();
        }
        co_return result();
    }

private:
    Task<> hear(std::vector<float> samples, bool ended, Clock::time_point read, StreamFeed::Update &update)
    {
        update.ringMs = double(samples.size()) * 1000 / kSoundRate; // the oldest of them waited for the others
        Task<ListeningStream::Heard> hearing = m_stream->add(m_pace, std::move(samples));
        ListeningStream::Heard heard = co_await std::move(hearing);
        take(heard, read, update);
        if (ended) {
            hearing = m_stream->end(m_pace);
            heard = co_await std::move(hearing);
            take(heard, read, update);
        }
        const Clock::duration took = Clock::now() - read;
        m_computing += took;
        update.modelMs = milliseconds(took);
    }

    void take(const ListeningStream::Heard &heard, Clock::time_point read, StreamFeed::Update &update)
    {
        const Clock::time_point told = Clock::now();
        const double now = milliseconds(told - read);
        std::vector<StreamFeed::Unit> news = m_tracker.update(heard.first, m_codebook->nearest(heard.frames),
                                                              heard.settled, double(m_samples) * 1000 / kSoundRate);
        for (StreamFeed::Unit &unit : news) {
            const std::int64_t last = unit.frame * m_facts.hop + m_facts.reach; // sample; those after it came later
            unit.latencyMs = now + double(m_samples - last) * 1000 / kSoundRate;
            unit.told = told;
        }
        update.units.insert(update.units.end(), news.begin(), news.end());
        if (m_request.frames) {
            const at::Tensor settled = heard.frames.slice(0, 0, heard.settled - heard.first).contiguous();
            const float *values = settled.const_data_ptr<float>();
            update.frames.insert(update.frames.end(), values, values + settled.numel());
        }
    }

    void tell(StreamFeed::Update update)
    {
        update.layer = m_codebook->layer();
        update.capture = m_sound->state();
        update.deviceMs = update.capture.deviceMs;
        update.contextMs = double(m_stream->right()) * m_facts.hopMs();
        update.changed = m_tracker.changed();
        update.settledUnits = m_tracker.settled();
        update.settleMs = m_tracker.settleMs();
        if (update.ringMs == 0 && update.modelMs == 0) { // nothing was computed: figures of the last time
            update.ringMs = m_ringMs;
            update.modelMs = m_modelMs;
        }
        m_ringMs = update.ringMs;
        m_modelMs = update.modelMs;
        m_request.feed->put(std::move(update));
        m_scope.progress(-1, "Listening", result());
    }

    ListenResult result() const
    {
        return {double(m_samples) / kSoundRate,
                m_sound->state(),
                m_tracker.changed(),
                m_tracker.settled(),
                m_tracker.settleMs(),
                std::chrono::duration<double>(m_computing).count()};
    }

    EngineScope &m_scope;
    StepPacer m_pace;
    const ListenRequest &m_request;
    const ListenerFacts m_facts;
    std::shared_ptr<const Codebook> m_codebook;
    std::unique_ptr<ListeningStream> m_stream;
    std::unique_ptr<SoundFeed> m_sound;
    const bool m_live; ///< sound comes in at its own pace
    UnitTracker m_tracker;
    std::int64_t m_samples = 0; ///< read so far
    double m_ringMs = 0, m_modelMs = 0;
    Clock::duration m_computing{};
};

Task<ListenResult> listen(EngineScope &scope, ListenRequest request)
{
    if (!request.feed)
        throw Exception(ErrorCode::BadInput, "Nobody takes what is heard");
    scope.progress(-1, "Opening the model");
    Task<std::shared_ptr<Listener>> loading = loadListener(scope, request.model, request.precision);
    std::shared_ptr<Listener> listener = co_await std::move(loading);
    // The microphone last, so that it is not on while a model loads that may not even be there.
    listener->codebook(request.codebook, request.codebookFile);
    const bool file = !request.sound.path.empty() || request.sound.samples;
    Task<std::unique_ptr<SoundFeed>> opening =
        file ? openPlayed(scope, request.sound, request.realTime) : openMicrophone(scope, request.device);
    std::unique_ptr<SoundFeed> sound = co_await std::move(opening);
    Listening listening(scope, request, std::move(listener), std::move(sound));
    Task<ListenResult> running = listening.run();
    co_return co_await std::move(running);
}

} // namespace

ORRERY_JOB(kListen, listen)

} // namespace orrery::speech
