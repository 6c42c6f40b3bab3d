// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/dalle/token_lottery.h"
#include "engine/runtime/generator.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace orrery::dalle {

/// Drafts of one picture, written side by side, of which the likeliest is kept. Chance goes astray now and then, and
/// what follows a token that fits nothing fits nothing either: such a draft is an unlikely one as a whole.
/// Source: Adiwardana et al. 2020, Meena, arXiv:2001.09977, section 2.3 ("sample and rank").
/// Thread: any, one at a time.
class TokenDrafts
{
public:
    /// Draft 0 is what one draft alone would be.
    /// @param seed  of the sample  @param kept  the first tokens of all drafts
    TokenDrafts(std::uint64_t seed, int count, LotteryRules rules, std::vector<int> kept);

    int count() const { return static_cast<int>(m_drafts.size()); }
    std::size_t length() const { return m_drafts.front().looks.size(); } ///< tokens of each so far

    /// One more token for each.
    /// @param scores  float [count, K] on the CPU, of the next token, given the prompt
    /// @param guiding  the same, as guidance changes them: what is drawn from
    void draw(const at::Tensor &scores, const at::Tensor &guiding);
    /// The newest token of each. @return int64 [count]
    at::Tensor newest() const;

    /// The likeliest so far, without guidance's help; of equal ones the first.
    int best() const { return ranked().front(); }
    /// All of them in that order.
    std::vector<int> ranked() const;
    const std::vector<generate::TokenLook> &looks(int draft) const { return m_drafts[std::size_t(draft)].looks; }
    /// Natural logarithm, of all tokens so far.
    double logProbability(int draft) const { return m_drafts[std::size_t(draft)].logProbability; }

private:
    struct Draft
    {
        Generator lots;
        std::vector<generate::TokenLook> looks;
        double logProbability = 0;
    };
    LotteryRules m_rules;
    std::vector<int> m_kept;
    std::vector<Draft> m_drafts;
};

} // namespace orrery::dalle
