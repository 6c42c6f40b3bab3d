// SPDX-License-Identifier: Apache-2.0
// speech.resynthesise and speech.describe_voice.
#include "engine/api/babble.h"

#include "engine/core/error.h"
#include "engine/core/job_registry.h"
#include "engine/jobs/speech/spoken_units.h"
#include "engine/models/babble/unit_language_model.h"
#include "engine/models/babble/unit_vocoder.h"

#include <chrono>

namespace orrery::speech {
namespace {

constexpr double kMostSeconds = 600;

Task<DescribeVoiceResult> describeVoice(EngineScope &scope, DescribeVoiceRequest request)
{
    DescribeVoiceResult result;
    if (!request.model.empty()) {
        Task<std::shared_ptr<const UnitLanguageModel>> opening = loadUnitLanguageModel(scope, request.model);
        const std::shared_ptr<const UnitLanguageModel> model = co_await std::move(opening);
        result.modelUnits = int(model->shape.units);
        result.positions = int(model->shape.positions);
        result.durations = model->shape.durations || model->shape.repeats;
    }
    if (!request.vocoder.empty()) {
        Task<std::shared_ptr<const UnitVocoder>> opening = loadUnitVocoder(scope, request.vocoder);
        const std::shared_ptr<const UnitVocoder> vocoder = co_await std::move(opening);
        result.vocoderUnits = vocoder->units();
        result.hopMs = 1000.0 * double(vocoder->hop()) / kSoundRate;
        result.voices = vocoder->voices();
    }
    co_return result;
}

Task<ResynthesiseResult> resynthesise(EngineScope &scope, ResynthesiseRequest request)
{
    using Clock = std::chrono::steady_clock;
    scope.progress(-1, "Opening the vocoder");
    Task<std::shared_ptr<const UnitVocoder>> opening = loadUnitVocoder(scope, request.vocoder);
    const std::shared_ptr<const UnitVocoder> vocoder = co_await std::move(opening);
    if (countFrames(request.units, vocoder->hop(), kMostSeconds) == 0)
        throw Exception(ErrorCode::BadInput, "There is no unit to speak, expected at least one");
    ResynthesiseResult result;
    result.hopMs = 1000.0 * double(vocoder->hop()) / kSoundRate;
    const Clock::time_point start = Clock::now();
    StepPacer pace(scope);
    const UnitVocoder::Manner manner{request.voice, request.pitchHz, request.seed};
    Task<std::vector<float>> speaking = vocoder->speak(pace, unitFrames(request.units), manner);
    result.samples = std::make_shared<const std::vector<float>>(co_await std::move(speaking));
    result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    if (!request.file.empty()) {
        Task<> writing = writeSound(scope, request.file, result.samples);
        co_await std::move(writing);
    }
    co_return result;
}

} // namespace

ORRERY_JOB(kDescribeVoice, describeVoice)
ORRERY_JOB(kResynthesise, resynthesise)

} // namespace orrery::speech
