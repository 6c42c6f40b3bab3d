// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/babble.h"

#include <vector>

namespace orrery::speech {

/// Everything that was said to go on from one prompt: branches, and branches of branches. A value.
class BranchTree
{
public:
    struct Twig
    {
        int parent = -1; ///< twig that it leaves; −1: the prompt itself
        int fork = 0;    ///< steps that it shares with its parent
        ContinueBranch branch;
    };

    void clear();
    void setPrompt(std::vector<HeldUnit> prompt) { m_prompt = std::move(prompt); }
    const std::vector<HeldUnit> &prompt() const { return m_prompt; }
    /// What was asked for has come, or a part of it: twigs of one question are replaced by its newer answer.
    /// @param first  of the twigs that the question makes: size() when it was asked
    void put(int first, int parent, int fork, const std::vector<ContinueBranch> &branches);

    int size() const { return int(m_twigs.size()); }
    const Twig &twig(int index) const { return m_twigs[std::size_t(index)]; }
    /// Steps of a twig before `step`, as a prefix, and another unit instead of that step.
    std::vector<HeldUnit> prefix(int twig, int step, int unit) const;
    /// Seconds after the prompt at which a step begins.
    double beginOf(int twig, int step, double hopMs) const;
    double longest(double hopMs) const; ///< seconds

private:
    std::vector<HeldUnit> m_prompt;
    std::vector<Twig> m_twigs;
};

} // namespace orrery::speech
