// SPDX-License-Identifier: Apache-2.0
#include "engine/api/speech.h"
#include "engine/core/error.h"
#include "engine/core/job_registry.h"
#include "engine/jobs/speech/recording.h"
#include "engine/models/speech/ctc_alignment.h"
#include "engine/runtime/media_gateway.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace orrery::speech {
namespace {

constexpr double kMostSeconds = 60;

/// @throws Exception{BadInput} naming a letter that the model does not write
std::vector<int> numbersOf(const std::vector<std::string> &letters, const LetterTable &table, const std::string &model)
{
    std::vector<int> numbers;
    for (const std::string &letter : letters) {
        const auto found = std::find(table.names.begin(), table.names.end(), letter);
        if (found == table.names.end() || found - table.names.begin() == table.blank)
            throw Exception(ErrorCode::BadInput, model + " does not write \"" + letter + "\"");
        numbers.push_back(int(found - table.names.begin()));
    }
    return numbers;
}

Task<AlignedSound> alignOne(StepPacer &pace, EngineScope &scope, std::shared_ptr<Listener> listener,
                            AlignRequest::Sound request)
{
    const std::string name = nameOf(request.sound);
    const LetterTable table = listener->letterTable();
    const std::vector<int> letters = numbersOf(request.letters, table, listener->name);
    Task<sound::LoadResult> loading = loadSound(scope, std::move(request.sound), kMostSeconds);
    const sound::LoadResult loaded = co_await std::move(loading);
    const ListenerFacts &facts = listener->facts();
    Stretch stretch;
    stretch.samples = *loaded.samples;
    stretch.loudness.add(stretch.samples.data(), stretch.samples.size());
    if (facts.frames(std::int64_t(stretch.samples.size())) == 0)
        throw Exception(ErrorCode::BadInput, name + ": is too short to be heard");
    Task<std::vector<at::Tensor>> hearing = listener->hear(pace, std::move(stretch), {facts.layers});
    const std::vector<at::Tensor> frames = co_await std::move(hearing);
    const CtcAlignment aligned = alignLetters(listener->letters(frames[0]), letters, table.blank);
    if (aligned.letters.empty() && !letters.empty())
        throw Exception(ErrorCode::BadInput,
                        name + ": is too short for " + std::to_string(letters.size()) + " letters in a row");
    AlignedSound result;
    result.score = aligned.score;
    // A frame tells of the hop in the middle of what it hears.
    const double before = facts.firstMs() - facts.hopMs() / 2;
    for (const CtcAlignment::Stretch &letter : aligned.letters) {
        result.begin.push_back((before + facts.hopMs() * double(letter.first)) / 1000);
        result.end.push_back((before + facts.hopMs() * double(letter.end)) / 1000);
    }
    co_return result;
}

Task<AlignResult> align(EngineScope &scope, AlignRequest request)
{
    if (request.sounds.empty())
        throw Exception(ErrorCode::BadInput, "There is no sound, expected at least one");
    Task<std::shared_ptr<Listener>> opening = loadListener(scope, request.model);
    const std::shared_ptr<Listener> listener = co_await std::move(opening);
    static_cast<void>(listener->letterTable()); // says at once where there is none
    StepPacer pace(scope);
    AlignResult result;
    for (std::size_t i = 0; i < request.sounds.size(); ++i) {
        scope.progress(double(i) / double(request.sounds.size()),
                       "Sound " + std::to_string(i + 1) + " of " + std::to_string(request.sounds.size()));
        AlignedSound aligned;
        try {
            Task<AlignedSound> one = alignOne(pace, scope, listener, std::move(request.sounds[i]));
            aligned = co_await std::move(one);
        } catch (const Exception &problem) {
            if (problem.code() != ErrorCode::BadInput && problem.code() != ErrorCode::NotFound &&
                problem.code() != ErrorCode::Unsupported)
                throw;
            aligned.error = problem.what();
        }
        result.sounds.push_back(std::move(aligned));
        if (pace.due())
            co_await pace.step();
    }
    scope.progress(1, "Done");
    co_return result;
}

} // namespace

ORRERY_JOB(kAlign, align)

} // namespace orrery::speech
