// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/continue/branch_tree.h"

#include <algorithm>

namespace orrery::speech {

void BranchTree::clear()
{
    m_prompt.clear();
    m_twigs.clear();
}

void BranchTree::put(int first, int parent, int fork, const std::vector<ContinueBranch> &branches)
{
    m_twigs.resize(std::size_t(first));
    for (const ContinueBranch &branch : branches)
        m_twigs.push_back({parent, std::min(fork, int(branch.steps.size())), branch});
}

std::vector<HeldUnit> BranchTree::prefix(int twig, int step, int unit) const
{
    std::vector<HeldUnit> held;
    const std::vector<ContinueStep> &steps = this->twig(twig).branch.steps;
    for (int i = 0; i < step; ++i)
        held.push_back({steps[std::size_t(i)].unit, steps[std::size_t(i)].frames});
    // How long the other unit would last is not known yet: as long as the one whose place it takes.
    held.push_back({unit, unit == kSentenceEnd ? 0 : std::max(1, steps[std::size_t(step)].frames)});
    return held;
}

double BranchTree::beginOf(int twig, int step, double hopMs) const
{
    const std::vector<ContinueStep> &steps = this->twig(twig).branch.steps;
    double frames = 0;
    for (int i = 0; i < std::min(step, int(steps.size())); ++i)
        frames += steps[std::size_t(i)].frames;
    return frames * hopMs / 1000;
}

double BranchTree::longest(double hopMs) const
{
    double most = 0;
    for (int i = 0; i < size(); ++i)
        most = std::max(most, beginOf(i, int(twig(i).branch.steps.size()), hopMs));
    return most;
}

} // namespace orrery::speech
