// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/babble.h"
#include "engine/models/babble/unit_language_model.h"
#include "engine/runtime/generator.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace orrery::speech {

/// Writes one continuation, unit by unit. Every place has two lots of its own, one for its unit and one for its
/// duration, whether or not they are needed: so what follows a prefix does not depend on who wrote the prefix.
/// Thread: engine.
class UnitWriter
{
public:
    struct Rules
    {
        double temperature = 0.8; ///< of units; durations are drawn at 1 at most
        int topK = 0;
        std::int64_t frames = 150;                ///< to add after the prefix
        int units = 0;                            ///< to add after the prefix at most; 0: no limit
        std::function<int(int unit)> usualFrames; ///< for models that do not say; not set: kUsualFrames
    };
    static constexpr int kUsualFrames = 3;

    /// @param reader  has read the prompt
    UnitWriter(UnitReader reader, Rules rules, std::vector<HeldUnit> prefix, std::uint64_t seed, std::uint64_t branch);

    /// One step more, behind those of `branch`. @throws Exception{BadInput} when the prefix cannot be read
    Task<> write(StepPacer &pace, ContinueBranch &branch);

    bool done() const;
    double fraction() const;
    std::int64_t frames() const { return m_frames; } ///< prefix included

private:
    int drawFrames(const ContinueStep &step, double ticket) const;

    UnitReader m_reader;
    Rules m_rules;
    std::vector<HeldUnit> m_prefix;
    Generator m_lots;
    std::size_t m_steps = 0;
    std::int64_t m_frames = 0, m_prefixFrames = 0;
};

} // namespace orrery::speech
