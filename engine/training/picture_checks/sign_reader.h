// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/training/picture_checks/found_things.h"

#include <string>
#include <vector>

namespace orrery::training {

/// Reads the word on a sign's board letter by letter, by matching the letters of 5×7 dots that signs are painted with
/// where they are painted. Words of up to kMostLetters. Thread: any; immutable after construction.
class SignReader
{
public:
    SignReader();
    static constexpr int kMostLetters = 4;

    /// The word that explains the board best, in small letters; never empty.
    std::string read(const CheckedPicture &picture) const;

private:
    struct Slot
    {
        int x0 = 0, y0 = 0, x1 = 0, y1 = 0;      ///< pixels
        std::vector<std::vector<float>> letters; ///< of each letter how much ink is where
    };
    std::vector<std::vector<Slot>> m_words; ///< by length − 1
};

} // namespace orrery::training
