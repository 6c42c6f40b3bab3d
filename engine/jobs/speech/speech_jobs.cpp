// SPDX-License-Identifier: Apache-2.0
// speech.describe, speech.units, speech.frames and speech.transcribe.
#include "engine/api/speech.h"

#include "engine/core/error.h"
#include "engine/core/job_registry.h"
#include "engine/jobs/speech/recording.h"
#include "engine/models/half_products.h"
#include "engine/models/speech/listening_stream.h"

#include <ATen/ATen.h>

#include <chrono>

namespace orrery::speech {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kMostPartial = 100'000;              ///< units that a progress report carries with it
constexpr std::size_t kMostNumbers = std::size_t(1) << 28; ///< of frames in one answer: a gigabyte

Task<std::shared_ptr<Listener>> open(EngineScope &scope, std::string model, Precision precision = Precision::Exact)
{
    scope.progress(-1, "Opening the model");
    Task<std::shared_ptr<Listener>> loading = loadListener(scope, std::move(model), precision);
    co_return co_await std::move(loading);
}

void requireSounds(const std::vector<SoundSource> &sounds)
{
    if (sounds.empty())
        throw Exception(ErrorCode::BadInput, "There is no sound, expected at least one");
}

/// The sentence of what is wrong with one sound; what concerns all of them is thrown on.
std::string sentenceOf(const Exception &problem)
{
    if (problem.code() == ErrorCode::Cancelled || problem.code() == ErrorCode::OutOfMemory ||
        problem.code() == ErrorCode::ModelFile)
        throw problem;
    return problem.what();
}

/// Tells how far a row of sounds is.
class Meter
{
public:
    Meter(EngineScope &scope, std::size_t count) : m_scope(scope), m_count(count) {}
    void at(std::size_t index, double done, std::any partial = {})
    {
        const double fraction = done < 0 && m_count == 1 ? -1 : (double(index) + std::max(0.0, done)) / double(m_count);
        m_scope.progress(fraction, "Sound " + std::to_string(index + 1) + " of " + std::to_string(m_count),
                         std::move(partial));
    }

private:
    EngineScope &m_scope;
    std::size_t m_count;
};

Task<DescribeResult> describe(EngineScope &scope, DescribeRequest request)
{
    Task<std::shared_ptr<Listener>> opening = open(scope, request.model);
    const std::shared_ptr<Listener> listener = co_await std::move(opening);
    const ListenerFacts &facts = listener->facts();
    DescribeResult result;
    result.model = request.model;
    for (const auto &codebook : listener->codebooks)
        result.codebooks.push_back(codebook->size());
    result.layers = facts.layers;
    result.width = facts.width;
    result.hopMs = facts.hopMs();
    result.local = facts.local();
    const std::unique_ptr<ListeningStream> stream = openStream(listener, listener->usualLayer());
    result.leftMs = double(stream->left()) * facts.hopMs();
    result.rightMs = double(stream->right()) * facts.hopMs();
    result.writes = facts.writes;
    result.quantizes = facts.quantizes;
    result.fast = request.model != kMfcc && hastens(scope, Precision::Fast);
    co_return result;
}

/// The likeliest letter of every frame. @param scores  [T, V]
void appendBest(std::vector<int> &best, const at::Tensor &scores)
{
    const at::Tensor letters = scores.argmax(1);
    const std::int64_t *numbers = letters.const_data_ptr<std::int64_t>();
    best.insert(best.end(), numbers, numbers + letters.numel());
}

Task<UnitsResult> units(EngineScope &scope, UnitsRequest request)
{
    requireSounds(request.sounds);
    Task<std::shared_ptr<Listener>> opening = open(scope, request.model, request.precision);
    const std::shared_ptr<Listener> listener = co_await std::move(opening);
    const std::shared_ptr<const Codebook> codebook = listener->codebook(request.codebook, request.codebookFile);
    UnitsResult result;
    result.model = request.model;
    result.codebook = codebook->size();
    result.hopMs = listener->facts().hopMs();
    result.firstMs = listener->facts().firstMs();
    result.phones = listener->facts().phones;
    const bool reads = request.letters && listener->facts().writes;
    std::vector<int> layers{codebook->layer()};
    if (reads && codebook->layer() != listener->facts().layers)
        layers.push_back(listener->facts().layers);
    StepPacer pace(scope);
    Meter meter(scope, request.sounds.size());
    const Clock::time_point start = Clock::now();
    for (std::size_t i = 0; i < request.sounds.size(); ++i) {
        meter.at(i, 0);
        result.sequences.emplace_back();
        UnitSequence &sequence = result.sequences.back();
        sequence.name = nameOf(request.sounds[i]);
        bool longer = false;
        std::vector<int> best; // letters, one a frame
        Told told = [&](const std::vector<at::Tensor> &frames, double done) {
            const std::vector<int> units = codebook->nearest(frames[0]);
            sequence.units.insert(sequence.units.end(), units.begin(), units.end());
            if (reads)
                appendBest(best, listener->letters(frames.back()));
            longer = longer || sequence.units.size() > kMostPartial;
            meter.at(i, done, longer ? std::any() : std::any(result));
        };
        try {
            Task<double> hearing = hearRecording(pace, listener, std::move(request.sounds[i]), layers, std::move(told),
                                                 &sequence.endsEarly);
            sequence.seconds = co_await std::move(hearing);
            if (reads)
                for (SpelledLetter &letter : listener->spell(best))
                    sequence.letters.push_back(
                        {std::move(letter.text), (result.firstMs + result.hopMs * double(letter.frame)) / 1000});
        } catch (const Exception &problem) {
            sequence.error = sentenceOf(problem);
            sequence.units.clear();
        }
        if (pace.due())
            co_await pace.step();
    }
    result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    scope.progress(1, "Done");
    co_return result;
}

void append(NpyMatrix &matrix, const at::Tensor &rows)
{
    const at::Tensor plain = rows.contiguous();
    if (matrix.values.size() + std::size_t(plain.numel()) > kMostNumbers)
        throw Exception(ErrorCode::BadInput, "This sound is too long for an array of all its frames; take the mean of "
                                             "its frames, or a part of it");
    const float *values = plain.const_data_ptr<float>();
    matrix.columns = plain.size(1);
    matrix.rows += plain.size(0);
    matrix.values.insert(matrix.values.end(), values, values + plain.numel());
}

Task<FramesResult> frames(EngineScope &scope, FramesRequest request)
{
    requireSounds(request.sounds);
    Task<std::shared_ptr<Listener>> opening = open(scope, request.model, request.precision);
    const std::shared_ptr<Listener> listener = co_await std::move(opening);
    const int layers = listener->facts().layers;
    if (request.layer < -1 || request.layer > layers)
        throw Exception(ErrorCode::BadInput, request.model + " has no layer " + std::to_string(request.layer) +
                                                 ", expected 0 to " + std::to_string(layers));
    FramesResult result;
    result.model = request.model;
    result.layer = request.layer < 0 ? listener->usualLayer() : request.layer;
    result.hopMs = listener->facts().hopMs();
    StepPacer pace(scope);
    Meter meter(scope, request.sounds.size());
    for (std::size_t i = 0; i < request.sounds.size(); ++i) {
        meter.at(i, 0);
        const std::string name = nameOf(request.sounds[i]);
        NpyMatrix matrix;
        std::string error;
        bool endsEarly = false;
        at::Tensor sum;
        std::int64_t count = 0;
        Told told = [&](const std::vector<at::Tensor> &heard, double done) {
            count += heard[0].size(0);
            if (request.mean)
                sum = sum.defined() ? sum + heard[0].to(at::kDouble).sum(0) : heard[0].to(at::kDouble).sum(0);
            else
                append(matrix, heard[0]);
            meter.at(i, done);
        };
        try {
            Task<double> hearing = hearRecording(pace, listener, std::move(request.sounds[i]), {result.layer},
                                                 std::move(told), &endsEarly);
            co_await std::move(hearing);
            if (count == 0)
                throw Exception(ErrorCode::BadInput, shorterThanAFrame(name, listener->facts()));
            if (request.mean)
                append(matrix, (sum / double(count)).to(at::kFloat).unsqueeze(0));
        } catch (const Exception &problem) {
            error = sentenceOf(problem);
            matrix = {};
        }
        result.frames.push_back(std::move(matrix));
        result.errors.push_back(std::move(error));
        result.endEarly.push_back(endsEarly);
        if (pace.due())
            co_await pace.step();
    }
    scope.progress(1, "Done");
    co_return result;
}

Task<TranscribeResult> transcribe(EngineScope &scope, TranscribeRequest request)
{
    requireSounds(request.sounds);
    Task<std::shared_ptr<Listener>> opening = open(scope, request.model);
    const std::shared_ptr<Listener> listener = co_await std::move(opening);
    if (!listener->facts().writes)
        throw Exception(ErrorCode::Unsupported,
                        request.model + " has no head that writes letters; a model \"…ForCTC\" has one");
    TranscribeResult result;
    StepPacer pace(scope);
    Meter meter(scope, request.sounds.size());
    for (std::size_t i = 0; i < request.sounds.size(); ++i) {
        meter.at(i, 0);
        std::string text, error;
        std::vector<int> best;
        Told told = [&](const std::vector<at::Tensor> &frames, double done) {
            appendBest(best, listener->letters(frames[0]));
            meter.at(i, done);
        };
        try {
            Task<double> hearing = hearRecording(pace, listener, std::move(request.sounds[i]),
                                                 {listener->facts().layers}, std::move(told));
            co_await std::move(hearing);
            text = listener->read(best);
        } catch (const Exception &problem) {
            error = sentenceOf(problem);
        }
        result.texts.push_back(std::move(text));
        result.errors.push_back(std::move(error));
        if (pace.due())
            co_await pace.step();
    }
    scope.progress(1, "Done");
    co_return result;
}

} // namespace

ORRERY_JOB(kDescribe, describe)
ORRERY_JOB(kUnits, units)
ORRERY_JOB(kFrames, frames)
ORRERY_JOB(kTranscribe, transcribe)

} // namespace orrery::speech
