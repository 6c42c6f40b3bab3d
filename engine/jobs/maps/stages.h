// SPDX-License-Identifier: Apache-2.0
/// Pieces of work that several map jobs share. All of them give way between steps. Thread: engine.
#pragma once

#include "engine/api/maps.h"
#include "engine/maps/neighbour_union.h"
#include "engine/maps/neighbours.h"
#include "engine/maps/pca.h"
#include "engine/models/step_pacer.h"

#include <chrono>
#include <string>
#include <vector>

namespace orrery::maps {

inline constexpr std::int64_t kPlane = 2;
inline constexpr std::int64_t kUmapNeighbours = 15; ///< the usual number, the point itself counted

class Stopwatch
{
public:
    double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count(); }

private:
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
};

/// Part of the progress bar that one piece of the work fills.
struct Share
{
    double from = 0, to = 1;
    double at(double fraction) const { return from + (to - from) * fraction; }
};

/// @throws Exception{BadInput} unless it holds two finite coordinates of `count` points. @param what  "The map"
void checkMap(const std::vector<float> &map, std::int64_t count, const std::string &what);
/// On request.alignTo, where there is one.
std::vector<float> aligned(const EmbedRequest &request, const std::vector<float> &positions);

/// "30", "2.5"
std::string shortest(double number);

/// Steps a part of engine/maps to its end.
template <class Part>
Task<void> finish(StepPacer &pace, Part &part, Share share, const char *message)
{
    while (!part.done()) {
        part.step();
        pace.scope().progress(share.at(part.fraction()), message);
        if (pace.due())
            co_await pace.step();
    }
}

/// Points as the metric sees them (points.h). @throws Exception{BadInput}
/// @param frame  without a mean: that of the points, which it becomes
Task<Points> prepare(StepPacer &pace, const NpyMatrix &given, Metric metric, Frame &frame);

Task<Pca> fitPca(StepPacer &pace, const Points &points, std::uint64_t seed, Share share);
/// [N, 2]: a table of one column has a second coordinate of zero.
std::vector<float> planeOf(const Pca &pca, std::int64_t count);

/// As request.search says. Fills result.neighbourSeconds, and neighbourRecall of an approximate search.
Task<Neighbours> findNeighbours(StepPacer &pace, const EmbedRequest &request, const Points &points, std::int64_t k,
                                Share share, EmbedResult &result);

/// Of `points`, for each of `asked`; exact.
Task<Neighbours> findNearestOf(StepPacer &pace, const Points &asked, const Points &points, std::int64_t k, Share share);

/// [N, 2], of any size: the smoothest vectors of the graph (spectral.h), or of each of its parts where it falls apart,
/// which a note says. @param points  what the graph connects
Task<std::vector<float>> spectralStart(StepPacer &pace, const SymmetricRows &graph, const Points &points,
                                       std::uint64_t seed, Share share, EmbedResult &result);

/// What streams while a map takes shape, at most ten times a second, on request.alignTo where there is one.
class Stream
{
public:
    Stream(StepPacer &pace, const EmbedRequest &request, Share share) : m_pace(pace), m_request(request), m_share(share)
    {}
    /// Has enough time passed for another look?
    bool due() const;
    /// Call between iterations. @param positions  [N, 2]
    void show(std::int64_t iteration, std::int64_t iterations, const std::vector<float> &positions);

private:
    StepPacer &m_pace;
    const EmbedRequest &m_request;
    Share m_share;
    Stopwatch m_shown;
};

// Methods, each in its own file. All fill positions, loss, seconds and notes; t-SNE and UMAP the state, too.
Task<void> layOutPca(StepPacer &pace, const EmbedRequest &request, const Points &points, EmbedResult &result,
                     Share share);
Task<void> layOutTsne(StepPacer &pace, const EmbedRequest &request, const Points &points, EmbedResult &result,
                      Share share);
/// @throws Exception{BadInput} for what UMAP cannot be asked for
void checkUmap(const EmbedRequest &request);
Task<void> layOutUmap(StepPacer &pace, const EmbedRequest &request, const Points &points, EmbedResult &result,
                      Share share);

// New points on a map that stays. @param points, fresh  old and new ones, prepared in the same way. Fill positions.
Task<void> placeUmap(StepPacer &pace, const PlaceRequest &request, const Points &points, const Points &fresh,
                     PlaceResult &result, Share share);

} // namespace orrery::maps
