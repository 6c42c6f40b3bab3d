// SPDX-License-Identifier: Apache-2.0
// generate.* that answers by rules a test can foresee: pictures that show seed, prompt and step as plain colours.
#pragma once

#include "engine/api/generate.h"

#include <QColor>

#include <atomic>
#include <mutex>

namespace orrery::test {

/// What the fake jobs saw, and how they are to behave.
struct FakeGenerate
{
    std::atomic<int> drawn{0};     ///< requests that were finished
    std::atomic<bool> hold{false}; ///< requests stop before their last sample until this is false again
    std::atomic<bool> fail{false}; ///< requests throw
    std::atomic<int> stepMs{0};    ///< how long each step takes
    std::mutex mutex;
    std::vector<generate::GenerateRequest> requests; ///< guarded by `mutex`, in order
    static FakeGenerate &instance();
    void reset();
    generate::GenerateRequest last();
    int asked();
};

constexpr int kFakeGrid = 8;   ///< tokens on a side
constexpr int kFakeSteps = 10; ///< of diffusion, when none are asked for

/// Registers the fake generate.* jobs. Pictures are 64×64; words that begin with "zor" are unknown; "red fox" was never
/// seen; token t is a tile of the hue t; CLIP's score is that of fakeScore.
void registerFakeGenerate();
/// Different for every seed, and larger for larger seeds modulo 7.
double fakeScore(std::uint64_t seed);
/// Colour of the middle of a finished diffusion sample.
QColor fakeColour(const std::string &prompt, std::uint64_t seed);

} // namespace orrery::test
