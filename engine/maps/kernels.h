// SPDX-License-Identifier: Apache-2.0
/// The innermost loops, compiled once per instruction set and chosen when the program runs. Their files include nothing
/// of the standard library that has code: an inline function compiled for AVX-512 must not become everybody's.
#pragma once

#include <cstdint>

namespace orrery::maps {

constexpr std::int64_t kPanel = 32;   ///< candidates that a panel holds: [D][kPanel]
constexpr std::int64_t kQueries = 12; ///< queries that the distance kernel takes at once

/// Pairs (distance, index) in one number that sorts by distance and then by index.
struct Candidates
{
    std::uint64_t *keys = nullptr;
    std::int64_t count = 0;
    float bound = 0; ///< larger ones do not matter
};

struct FftTable;

/// Affinities as rows: those of row i lie at first[i] … first[i + 1]. Rows are filled up to multiples of kRowMultiple
/// with affinities of zero to the point itself.
struct AffinityRows
{
    const std::int64_t *first = nullptr;
    const std::int32_t *index = nullptr;
    const float *value = nullptr;
};
constexpr std::int64_t kRowMultiple = 16;

constexpr std::int64_t kColumns = 8; ///< of the block of vectors that averageRows takes

/// Connections of a UMAP map. A slice is kSlice points one after the other; its s-th slot holds the s-th connection of
/// each. Slices at the end of a block of points hold fewer: the rest is computed, and dropped.
constexpr std::int64_t kSlice = 32;
/// So many slices, one after the other, are pushed from one run of points, each from its own part of it: a million
/// points lie far away in memory, and a long run costs one way there.
constexpr std::int64_t kRunSlices = 4, kRun = kRunSlices * kSlice;
struct MapSlices
{
    const std::int64_t *start = nullptr; ///< [slices] the first point of each
    const std::int64_t *first = nullptr; ///< [slices + 1] the first slot of each
    const std::int32_t *index = nullptr; ///< [slots, kSlice] the other point
    const float *rate = nullptr;         ///< [slots, kSlice] in [0, 1]: how often it is drawn in an epoch; 0: none
};
/// How points of a UMAP map move in one epoch.
struct MapMove
{
    float a = 1, b = 1, step = 1;
    float again = 1;            ///< 1: connections are drawn from both ends; 0: from the point's own
    std::int64_t epoch = 1;     ///< counted from 1
    std::int64_t negatives = 5; ///< points pushed away for every connection drawn
    std::int64_t others = 0;    ///< points that may be drawn
    std::uint64_t key = 0;      ///< of the epoch's random numbers
};

/// Where points lie on a grid: node (position − origin) / spacing.
struct GridPlace
{
    float originX = 0, originY = 0, perSpacing = 1;
    std::int64_t stride = 0; ///< nodes of a grid row
};

struct Kernels
{
    const char *name;
    int lanes; ///< numbers in one vector

    /// What |c|² − 2 q·c says about every pair of kQueries queries and the candidates of some panels: those not above a
    /// query's bound are appended to its list. The caller leaves room for all of them.
    /// @param queries  [D][kQueries], times −2    @param panels  [panels][D][kPanel]
    /// @param norms    [panels × kPanel] |c|²; infinite where a panel is padded
    void (*appendNear)(const float *queries, const float *panels, const float *norms, std::int64_t dimensions,
                       std::int64_t panelCount, std::int64_t firstIndex, Candidates *lists);

    /// |a − b|², summed in an order that depends on nothing but D.
    float (*squaredDistance)(const float *a, const float *b, std::int64_t dimensions);

    /// force[i] = Σⱼ pᵢⱼ (yᵢ − yⱼ) / (1 + |yᵢ − yⱼ|²) for rows first … last − 1. positions, force: [N, 2]
    void (*attract)(const float *positions, AffinityRows rows, std::int64_t first, std::int64_t last, float *force);

    /// force[i] = Σⱼ (yᵢ − yⱼ) / (1 + |yᵢ − yⱼ|²)² over all j; mass[i] = Σⱼ 1 / (1 + |yᵢ − yⱼ|²). Point i lies at
    /// positions[2 i], the others at x, y: [count], filled up to a multiple of 16 with numbers so large that they add
    /// nothing.
    void (*repelAll)(const float *x, const float *y, std::int64_t padded, const float *positions, std::int64_t first,
                     std::int64_t last, float *force, float *mass);

    /// One block of the points of a UMAP map. own: [points + kSlice, 2], others: [points drawn + kRun, 2], the last
    /// kRun of them the first again. Points are read as they were; moved: as own, slices first … last − 1.
    void (*moveSlices)(const MapSlices &slices, const MapMove &move, const float *others, const float *own,
                       std::int64_t first, std::int64_t last, float *moved);

    /// out[i] = scale Σⱼ vᵢⱼ in[j] / degreeᵢ + shift in[i] − before[i] for rows first … last − 1 of [N, kColumns];
    /// before may be null.
    void (*averageRows)(const float *in, AffinityRows graph, const float *perDegree, std::int64_t first,
                        std::int64_t last, float scale, float shift, const float *before, float *out);

    /// In place, or in the scratch: kFftLanes complex transforms, [length][kFftLanes] each.
    /// @return true when the result lies in the scratch
    bool (*transform)(const FftTable &table, float *re, float *im, float *scratchRe, float *scratchIm);

    /// Adds a cubic B-spline of weight one for every point to the grid.
    void (*spread)(const float *positions, std::int64_t count, GridPlace place, float *grid);
    /// Reads a field of two numbers a node at points first … last − 1 through the same splines. force: [N, 2]
    void (*gather)(const float *positions, std::int64_t first, std::int64_t last, GridPlace place, const float *field,
                   float *force);
};

/// The best that this processor can run.
const Kernels &kernels();
/// By name ("sse2", "avx2", "avx512"), for tests and for measuring. @return null when this processor lacks it
const Kernels *kernelsNamed(const char *name);

namespace detail {
const Kernels &kernelsSse2();
const Kernels &kernelsAvx2();
const Kernels &kernelsAvx512();
} // namespace detail

} // namespace orrery::maps
