// SPDX-License-Identifier: Apache-2.0
#include "app/cli/dataset_recordings.h"

#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/session.h"
#include "engine/api/speech.h"
#include "engine/training/speech_world/recordings.h"
#include "engine/training/speech_world/speech_world.h"
#include "engine/training/speech_world/speech_world_builder.h"

#include <algorithm>
#include <cmath>

namespace orrery::cli {

namespace {

constexpr std::size_t kAtOnce = 64; // recordings in memory as floats
constexpr double kMostSeconds = 60; // longer ones are left out: the likeliest path of a whole is asked for
constexpr double kSurest = 0.8;     // share that is kept: texts and recordings do not always agree
constexpr double kPause = 0.2;      // seconds without a phone, from which on it is silence
constexpr double kRingsOut = 0.06;  // seconds that a phone lasts after the head has stopped saying it

struct Timed
{
    training::SpokenText spoken;
    std::size_t recording = 0;
    double score = 0;
};

std::int64_t sampleAt(double second)
{
    return std::llround(std::max(0.0, second) * kSoundRate);
}

/// Phones one after another, and silence where none is for long.
std::vector<training::SpokenPhone> phonesOf(const std::vector<std::string> &names, const speech::AlignedSound &times)
{
    std::vector<training::SpokenPhone> phones;
    for (std::size_t i = 0; i < names.size(); ++i) {
        phones.push_back({names[i], sampleAt(times.begin[i])});
        const bool last = i + 1 == names.size();
        if (last || times.begin[i + 1] - times.end[i] > kPause)
            phones.push_back({"", sampleAt(times.end[i] + kRingsOut)});
    }
    return phones;
}

/// Loads and times recordings [first, end); what cannot be used is told and left out.
void timeSome(Session &session, const std::string &model, const std::vector<training::SpokenRecording> &recordings,
              std::size_t first, std::size_t end, std::vector<Timed> &timed)
{
    speech::AlignRequest request;
    request.model = model;
    std::vector<std::size_t> asked;
    for (std::size_t i = first; i < end; ++i) {
        if (recordings[i].phones.empty()) {
            say(recordings[i].file + ": its text cannot be said in the phones of the Speech World; left out");
            continue;
        }
        try {
            const sound::LoadResult loaded = session.run(
                sound::kLoad, {{recordings[i].file, nullptr, {}}, kMostSeconds}, {Lane::Interactive, "Sound", {}});
            if (loaded.cut) {
                say(recordings[i].file + ": is longer than a minute; left out");
                continue;
            }
            request.sounds.push_back({{{}, loaded.samples, recordings[i].file}, recordings[i].phones});
            asked.push_back(i);
        } catch (const Exception &problem) {
            if (problem.code() == ErrorCode::Cancelled)
                throw;
            say(problem.what());
        }
    }
    if (asked.empty())
        return;
    const speech::AlignResult result = session.run(speech::kAlign, request, {Lane::Interactive, "Timing", {}});
    for (std::size_t k = 0; k < asked.size(); ++k) {
        if (!result.sounds[k].error.empty()) {
            say(result.sounds[k].error);
            continue;
        }
        Timed one;
        one.recording = asked[k];
        one.score = result.sounds[k].score;
        one.spoken.rate = kSoundRate;
        for (const float x : *request.sounds[k].sound.samples)
            one.spoken.samples.push_back(static_cast<std::int16_t>(std::lround(std::clamp(x, -1.0f, 1.0f) * 32767)));
        one.spoken.phones = phonesOf(recordings[asked[k]].phones, result.sounds[k]);
        timed.push_back(std::move(one));
    }
}

/// Without those that are the least sure, in the list's order.
void keepSurest(std::vector<Timed> &timed)
{
    std::stable_sort(timed.begin(), timed.end(), [](const Timed &a, const Timed &b) { return a.score > b.score; });
    timed.resize(static_cast<std::size_t>(std::ceil(kSurest * static_cast<double>(timed.size()))));
    std::sort(timed.begin(), timed.end(), [](const Timed &a, const Timed &b) { return a.recording < b.recording; });
}

} // namespace

int addRecordings(const Arguments &arguments)
{
    for (const char *needed : {"world", "list"})
        if (!arguments.has(needed))
            throw UsageError(std::string("--") + needed + " is missing");
    const training::SpeechWorld world(arguments.text("world"));
    std::vector<training::SpokenRecording> recordings = training::readRecordings(arguments.text("list"));
    ProgressLine line;
    training::addPhones(recordings, world.phones(),
                        [&line](double fraction, const std::string &message) { line.show(fraction, message); });
    clearProgress();

    Session session(arguments);
    std::vector<Timed> timed;
    for (std::size_t first = 0; first < recordings.size() && !session.interrupted(); first += kAtOnce)
        timeSome(session, arguments.text("model", speech::kWav2VecModel), recordings, first,
                 std::min(recordings.size(), first + kAtOnce), timed);
    if (timed.empty())
        throw Exception(ErrorCode::BadInput, arguments.text("list") + ": none of its recordings could be used");
    keepSurest(timed);

    training::SpeechWorldBuilder builder(world);
    for (const Timed &one : timed) {
        const training::SpokenRecording &recording = recordings[one.recording];
        builder.add(one.spoken, recording.text, builder.voice(recording.speaker), builder.language(recording.language));
    }
    const std::string out = arguments.text("out");
    const training::SpeechWorldSummary summary =
        builder.write(out, "Speech World, and recordings of people as " + arguments.text("list") +
                               " lists them, under their licences");
    if (arguments.has("json"))
        printJson({{"file", out},
                   {"recordings", timed.size()},
                   {"left_out", recordings.size() - timed.size()},
                   {"utterances", summary.utterances},
                   {"seconds", summary.seconds}});
    else
        print(out + ": all of " + arguments.text("world") + ", then " + std::to_string(timed.size()) + " of " +
              std::to_string(recordings.size()) + " recordings, without those that fit their texts the least; " +
              fixed(summary.seconds / 3600, 2) + " hours\n");
    return kDone;
}

} // namespace orrery::cli
