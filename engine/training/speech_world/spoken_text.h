// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace orrery::training {

/// A phone as the synthesiser begins it.
struct SpokenPhone
{
    std::string name;        ///< IPA as eSpeak NG writes it; empty: silence
    std::int64_t sample = 0; ///< where it begins
};

/// What a synthesiser said.
struct SpokenText
{
    std::vector<std::int16_t> samples; ///< one channel
    int rate = 0;                      ///< Hz
    std::vector<SpokenPhone> phones;   ///< in order
};

} // namespace orrery::training
