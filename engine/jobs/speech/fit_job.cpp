// SPDX-License-Identifier: Apache-2.0
// speech.fit: a codebook for the frames of a model.
#include "engine/api/speech.h"

#include "engine/core/error.h"
#include "engine/core/job_registry.h"
#include "engine/jobs/speech/recording.h"
#include "engine/models/speech/k_means.h"

#include <ATen/ATen.h>

#include <cstdio>
#include <cstring>

namespace orrery::speech {
namespace {

constexpr int kMostClusters = 100'000;
constexpr double kHearing = 0.9; ///< share of the progress bar

/// Frames of any number of sounds, thinned out evenly so that at most `most` are kept.
class Sample
{
public:
    Sample(std::int64_t width, std::int64_t most) : m_width(std::size_t(width)), m_most(std::size_t(most)) {}

    void add(const at::Tensor &frames)
    {
        const at::Tensor plain = frames.contiguous();
        const float *values = plain.const_data_ptr<float>();
        for (std::int64_t i = 0; i < plain.size(0); ++i, ++m_seen) {
            if (m_seen % m_stride != 0)
                continue;
            m_values.insert(m_values.end(), values + std::size_t(i) * m_width, values + std::size_t(i + 1) * m_width);
            if (rows() > m_most)
                halve();
        }
    }
    at::Tensor tensor()
    {
        return at::from_blob(m_values.data(), {std::int64_t(rows()), std::int64_t(m_width)}, at::kFloat);
    }
    std::size_t rows() const { return m_values.size() / m_width; }

private:
    void halve()
    {
        const std::size_t left = (rows() + 1) / 2;
        for (std::size_t row = 1; row < left; ++row)
            std::memcpy(m_values.data() + row * m_width, m_values.data() + 2 * row * m_width, m_width * sizeof(float));
        m_values.resize(left * m_width);
        m_stride *= 2;
    }

    std::size_t m_width, m_most, m_seen = 0, m_stride = 1;
    std::vector<float> m_values;
};

Task<FitResult> fit(EngineScope &scope, FitRequest request)
{
    if (request.sounds.empty())
        throw Exception(ErrorCode::BadInput, "There is no sound, expected at least one");
    if (request.clusters < 1 || request.clusters > kMostClusters)
        throw Exception(ErrorCode::BadInput, "A codebook cannot have " + std::to_string(request.clusters) +
                                                 " units, expected 1 to " + std::to_string(kMostClusters));
    if (request.file.empty())
        throw Exception(ErrorCode::BadInput, "The file for the codebook is missing");
    scope.progress(-1, "Opening the model");
    Task<std::shared_ptr<Listener>> loading = loadListener(scope, request.model);
    const std::shared_ptr<Listener> listener = co_await std::move(loading);
    const int layers = listener->facts().layers;
    if (request.layer < -1 || request.layer > layers)
        throw Exception(ErrorCode::BadInput, request.model + " has no layer " + std::to_string(request.layer) +
                                                 ", expected 0 to " + std::to_string(layers));
    FitResult result;
    result.layer = request.layer < 0 ? listener->usualLayer() : request.layer;
    StepPacer pace(scope);
    Sample sample(listener->facts().width, std::max<std::int64_t>(request.mostFrames, request.clusters));
    const double count = double(request.sounds.size());
    for (std::size_t i = 0; i < request.sounds.size(); ++i) {
        const std::string message = "Sound " + std::to_string(i + 1) + " of " + std::to_string(request.sounds.size());
        Told told = [&](const std::vector<at::Tensor> &frames, double done) {
            sample.add(frames[0]);
            scope.progress(kHearing * (double(i) + std::max(0.0, done)) / count, message);
        };
        try {
            Task<double> hearing =
                hearRecording(pace, listener, std::move(request.sounds[i]), {result.layer}, std::move(told));
            result.seconds += co_await std::move(hearing);
        } catch (const Exception &problem) {
            if (problem.code() != ErrorCode::BadInput && problem.code() != ErrorCode::NotFound)
                throw;
            result.errors.push_back(problem.what());
        }
    }
    result.frames = std::int64_t(sample.rows());
    if (result.frames == 0 && !result.errors.empty()) // not that there are too few frames, but why
        throw Exception(ErrorCode::BadInput,
                        result.errors.front() + (result.errors.size() > 1
                                                     ? " (and " + std::to_string(result.errors.size() - 1) +
                                                           " more sounds could not be heard)"
                                                     : std::string()));

    KMeansOptions options;
    options.clusters = request.clusters;
    options.seed = request.seed;
    Task<KMeansResult> fitting = kMeans(pace, sample.tensor(), options, [&](int round, double distance) {
        char text[80];
        std::snprintf(text, sizeof text, "Round %d, mean distance %.4g", round, distance);
        scope.progress(kHearing + (1 - kHearing) * round / options.mostRounds, text);
    });
    const KMeansResult clusters = co_await std::move(fitting);
    result.rounds = clusters.rounds;
    result.distance = clusters.distance;
    Codebook::Origin origin{result.layer, listener->hash,
                            "orrery-cli train speech-units --model " + request.model + " --layer " +
                                std::to_string(result.layer) + " --clusters " + std::to_string(request.clusters) +
                                " --seed " + std::to_string(request.seed)};
    const Codebook codebook(clusters.centres, std::move(origin));
    codebook.write(request.file);
    scope.progress(1, "Done");
    co_return result;
}

} // namespace

ORRERY_JOB(kFit, fit)

} // namespace orrery::speech
