// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/sound.h"
#include "engine/units/unit_alignment.h"

#include <QString>

#include <array>
#include <vector>

namespace orrery::speech {

/// Two recordings, an upper and a lower one.
inline constexpr int kLanes = 2;

/// One recording of a comparison.
struct AlignedLane
{
    QString name;
    Samples samples;
    std::vector<int> units;     ///< one a frame
    std::vector<float> loudest; ///< one every kLoudestMs: largest magnitude in them

    double seconds() const { return samples ? double(samples->size()) / kSoundRate : 0; }
};

/// Both, and how they lie on each other. A value.
struct AlignedPair
{
    static constexpr int kCostSide = 192;   ///< cells of the small picture
    static constexpr double kLoudestMs = 4; ///< of AlignedLane::loudest

    std::array<AlignedLane, kLanes> lanes;
    double hopMs = 20;
    double firstMs = 12.5; ///< middle of the first frame
    Alignment alignment;
    std::vector<EqualStretch> stretches;
    SharedUnits shared;
    std::vector<float> shares; ///< equalShares of kCostSide × kCostSide

    bool isEmpty() const { return alignment.path.empty(); }
    double beginSeconds(double frame) const { return (firstMs + hopMs * (frame - 0.5)) / 1000; }
    /// The frame that a time falls into, kept within the recording; −1 without units.
    int frameAt(int lane, double seconds) const;
    /// The frame that the path lays beside this one.
    int partner(int lane, int frame) const { return partnerOf(alignment, frame, lane == 1); }

    /// How alike they are, in a sentence.
    QString sentence() const;
    QString distanceText() const; ///< "Distance 0.33"
    /// What was left out because they are long; empty: nothing.
    QString reservation() const;
    /// "0.84 s, unit 37; beside it 1.02 s, the same unit".
    QString placeText(int lane, int frame) const;
};

/// Everything of a pair that follows from its sounds and units. Takes up to some seconds for long ones. Thread: any.
/// @param stop  see alignUnits
void align(AlignedPair &pair, const std::atomic<bool> *stop = nullptr);

} // namespace orrery::speech
