// SPDX-License-Identifier: Apache-2.0
/// Two recordings laid on each other by their units: dynamic time warping.
/// Source: Sakoe and Chiba 1978, "Dynamic programming algorithm optimization for spoken word recognition", IEEE
/// Transactions on Acoustics, Speech, and Signal Processing 26(1): symmetric form without a slope constraint (a step in
/// both recordings counts twice), distance normalised by the sum of both lengths, and the adjustment window.
/// Thread: any.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

namespace orrery::speech {

/// One place of the path: these two frames are said to be the same moment.
struct AlignedFrames
{
    int a = 0, b = 0;
    bool operator==(const AlignedFrames &) const = default;
};

struct Alignment
{
    /// From the first frames of both to their last ones; each step goes on by one frame in one or in both.
    std::vector<AlignedFrames> path;
    /// Cost of the path, 1 for a pair of different units and 0 for equal ones, over the sum of both lengths: in [0, 1].
    double distance = 0;
    double equal = 0; ///< share of the path's places whose units are the same
    /// Frames of `b` to each side of the line from corner to corner that were looked at; 0: all of them.
    int band = 0;
    /// The path runs along the edge of the band: a wider one might find a better path.
    bool touchesBand = false;
};

/// Cells that are looked at when nothing else is asked for. Each takes two bits while the path is found, so 32 MB. Up
/// to 11,585 frames against as many (3.9 minutes at 20 ms) every pair is looked at; ten minutes against ten minutes
/// (30,000 frames each) get a band of 2,236 frames, 44.7 s, to each side.
inline constexpr std::int64_t kMostAlignedCells = std::int64_t(1) << 27;

/// @param mostCells  memory and time are bounded by it; never fewer than the path itself needs
/// @param stop       looked at in every row: once true, an alignment without a path comes back
/// Where paths are equally good, the one that goes on in both recordings is taken.
/// @return  without a path when one of them is empty
Alignment alignUnits(const std::vector<int> &a, const std::vector<int> &b, std::int64_t mostCells = kMostAlignedCells,
                     const std::atomic<bool> *stop = nullptr);

/// How many different units there are in each, and in both.
struct SharedUnits
{
    int a = 0, b = 0, both = 0;
};
SharedUnits sharedUnits(const std::vector<int> &a, const std::vector<int> &b);

/// Where the path joins equal units: stretches along which it goes through one run of the same unit in each recording.
struct EqualStretch
{
    int unit = 0;
    AlignedFrames first, last; ///< both included
};
std::vector<EqualStretch> equalStretches(const Alignment &alignment, const std::vector<int> &a,
                                         const std::vector<int> &b);

/// All pairs of frames as a small picture: the share of pairs with equal units in each of its cells.
/// @return  [height, width] in [0, 1], rows along `a`; cells stand for as many frames as it takes
std::vector<float> equalShares(const std::vector<int> &a, const std::vector<int> &b, int width, int height);

/// The frame of the other recording that the path lays beside a frame of this one; the first where there are several.
/// @param frame  of `a`, or of `b` with `ofB`; outside of the recording it counts as its first or last one
/// @return  −1 without a path
int partnerOf(const Alignment &alignment, int frame, bool ofB);

} // namespace orrery::speech
