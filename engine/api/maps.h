// SPDX-License-Identifier: Apache-2.0
/// Maps: positions in the plane of points of any number of dimensions.
#pragma once

#include "engine/core/job.h"
#include "engine/files/npy.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace orrery::maps {

enum class Method
{
    Pca,
    Tsne,
};
enum class Metric
{
    Euclidean,
    Cosine,
};
/// Where the points of a t-SNE map start.
enum class Start
{
    Pca,    ///< the first two principal components
    Random, ///< a normal distribution drawn by the seed
};

/// How true a map is to its points: engine/maps/quality.h says what the numbers mean. "At" vectors belong to
/// `measured`.
struct Quality
{
    std::int64_t neighbours = 0; ///< k of recall, trustworthiness and continuity
    double knnRecall = 0, trustworthiness = 0, continuity = 0;
    double spearman = 0, pearson = 0;   ///< correlation of the distances of pairs
    std::vector<std::int64_t> measured; ///< rows that were asked: all of them, or a random subset
    std::vector<float> recall, trust, continuityAt, spearmanAt, pearsonAt;
};

/// Where an optimiser stands, so that another job can go on from here to the same bits as if it had never stopped.
struct OptimiserState
{
    std::int64_t iteration = 0;
    std::vector<float> positions, updates, gains; ///< [N, 2] each
};

struct EmbedRequest
{
    std::shared_ptr<const NpyMatrix> points; ///< [N, D], finite
    Method method = Method::Pca;
    Metric metric = Metric::Euclidean;
    Start start = Start::Pca;
    double perplexity = 0; ///< t-SNE; 0: 30, or as much as the number of points allows
    std::int64_t iterations = 750;
    std::int64_t earlyIterations = 250; ///< t-SNE: of these so many with exaggeration
    double earlyExaggeration = 12;
    double exaggeration = 1; ///< t-SNE: after the early iterations
    double learningRate = 0; ///< t-SNE; 0: N / exaggeration, in each part of the iterations its own
    std::uint64_t seed = 0;
    bool measure = false;                             ///< fill EmbedResult::quality
    std::shared_ptr<const OptimiserState> resumeFrom; ///< of the same request; null: from the start
};

struct EmbedResult
{
    Method method = Method::Pca;
    std::int64_t points = 0;
    std::vector<float> positions; ///< [N, 2]
    /// PCA: share of the variance that the map leaves out. t-SNE: Kullback-Leibler divergence.
    double loss = 0;
    double neighbourSeconds = 0, layoutSeconds = 0, totalSeconds = 0;
    std::optional<Quality> quality;
    std::vector<std::string> notes;              ///< for the user: what was chosen instead, and why
    std::shared_ptr<const OptimiserState> state; ///< t-SNE: where it stands
};

/// Progress::partial while a map takes shape.
struct EmbedPartial
{
    std::int64_t iteration = 0;
    std::vector<float> positions; ///< [N, 2]
};

/// Steps of at most some ten milliseconds. Same request, same build, same kind of processor: same bits.
inline constexpr JobType<EmbedRequest, EmbedResult> kEmbed{"maps.embed"};

} // namespace orrery::maps
