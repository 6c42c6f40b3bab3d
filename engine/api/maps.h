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
    Umap,
};
enum class Metric
{
    Euclidean,
    Cosine,
};
/// Where the points of a t-SNE or UMAP map start.
enum class Start
{
    Usual,    ///< the method's own: t-SNE Pca, UMAP Spectral
    Pca,      ///< the first two principal components
    Random,   ///< drawn by the seed: t-SNE normal, UMAP uniform
    Spectral, ///< smallest eigenvectors of the neighbour graph's Laplacian
};
/// How nearest neighbours are found.
enum class Search
{
    Automatic, ///< exact up to as many points as that pays, approximate above
    Exact,
    Approximate,
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
    std::vector<float> positions, updates, gains; ///< [N, 2] each; the last two are t-SNE's
};

struct EmbedRequest
{
    std::shared_ptr<const NpyMatrix> points; ///< [N, D], finite
    Method method = Method::Pca;
    Metric metric = Metric::Euclidean;
    Start start = Start::Usual;
    Search search = Search::Automatic;
    std::int64_t iterations = -1; ///< negative: the method's own; t-SNE 750, UMAP 500 up to 10,000 points, 200 above
    /// Stop here although `iterations` are planned: UMAP's steps shrink towards the last of them. Negative: at the end
    std::int64_t pauseAt = -1;
    std::uint64_t seed = 0;

    // t-SNE
    std::vector<double> perplexities;   ///< empty: 30, or what the points allow; several are mixed, each as much
    std::int64_t earlyIterations = 250; ///< of these so many with exaggeration, which fades towards the last of them
    double earlyExaggeration = 12;
    double exaggeration = 1; ///< after the early iterations
    double learningRate = 0; ///< 0: N / exaggeration of the iteration

    // UMAP: McInnes, Healy, Melville 2018, arXiv:1802.03426
    std::int64_t neighbours = 0; ///< each point itself counted, as umap-learn does; 0: 15, or what the points allow
    double minDistance = 0.1, spread = 1;
    std::int64_t negatives = 5;                               ///< points pushed away for every one drawn near
    std::shared_ptr<const std::vector<std::int32_t>> classes; ///< [N] supervised; −1: not known; null: unsupervised
    double classWeight = 0.5;                                 ///< how much the classes say, 0 to 1

    bool measure = false;                              ///< fill EmbedResult::quality
    std::shared_ptr<const OptimiserState> resumeFrom;  ///< of the same request; null: from the start
    std::shared_ptr<const std::vector<float>> alignTo; ///< [N, 2] the map, and what streams, are turned, mirrored and
                                                       ///< shifted (Procrustes, no scaling) to lie on this; may be null
};

struct EmbedResult
{
    Method method = Method::Pca;
    std::int64_t points = 0;
    std::vector<float> positions; ///< [N, 2]
    /// PCA: share of the variance that the map leaves out. t-SNE: Kullback-Leibler divergence. UMAP: cross-entropy of
    /// the fuzzy sets as the optimiser draws it (engine/maps/umap.h), a mean over connections.
    double loss = 0;
    double neighbourSeconds = 0, layoutSeconds = 0, totalSeconds = 0;
    std::optional<Quality> quality;
    std::vector<std::string> notes;              ///< for the user: what was chosen instead, and why
    std::shared_ptr<const OptimiserState> state; ///< t-SNE, UMAP: where it stands
    std::optional<double> neighbourRecall;       ///< of an approximate search, on rows drawn by the seed
};

/// Progress::partial while a map takes shape.
struct EmbedPartial
{
    std::int64_t iteration = 0;
    std::vector<float> positions; ///< [N, 2]
};

/// New points on a map that stays as it is: each starts among its nearest points of the map, and only new ones move.
struct PlaceRequest
{
    EmbedRequest made;                             ///< how the map was made: its points, method, metric, neighbours
    std::shared_ptr<const std::vector<float>> map; ///< [N, 2]
    NpyMatrix points;                              ///< [M, D] the new ones
};
struct PlaceResult
{
    std::vector<float> positions; ///< [M, 2]; PCA: exactly the projection
};

/// Nearest neighbours of one point, in the data and on the map; for showing which a map lost and which it made up.
struct NearRequest
{
    std::shared_ptr<const NpyMatrix> points;       ///< [N, D]
    std::shared_ptr<const std::vector<float>> map; ///< [N, 2]; may be null
    Metric metric = Metric::Euclidean;
    std::int64_t row = 0, k = 10;
};
struct NearResult
{
    std::vector<std::int64_t> inData, onMap; ///< [k] nearest first, or as many as there are; onMap: [0] without a map
};

/// Turns, mirrors and shifts a map so that it lies on another of the same points as well as it can, in the sense of
/// least squares (Procrustes). Source: Schönemann 1966, doi:10.1007/BF02289451.
struct AlignRequest
{
    std::shared_ptr<const std::vector<float>> reference, map; ///< [N, 2]
    bool scale = false;                                       ///< let it grow or shrink, too
};
struct AlignResult
{
    std::vector<float> positions; ///< [N, 2]
    double disparity = 0;         ///< squared distances that remain, as a share of the reference's squared spread
};

/// Steps of at most some ten milliseconds. Same request, same build, same kind of processor: same bits.
inline constexpr JobType<EmbedRequest, EmbedResult> kEmbed{"maps.embed"};
inline constexpr JobType<PlaceRequest, PlaceResult> kPlace{"maps.place"};
inline constexpr JobType<NearRequest, NearResult> kNear{"maps.near"};
inline constexpr JobType<AlignRequest, AlignResult> kAlign{"maps.align"};

} // namespace orrery::maps
