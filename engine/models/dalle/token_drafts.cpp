// SPDX-License-Identifier: Apache-2.0
#include "engine/models/dalle/token_drafts.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>

namespace orrery::dalle {

namespace {

std::span<const float> rowOf(const at::Tensor &scores, std::int64_t row)
{
    const auto width = static_cast<std::size_t>(scores.size(1));
    return {scores.const_data_ptr<float>() + static_cast<std::size_t>(row) * width, width};
}

} // namespace

TokenDrafts::TokenDrafts(std::uint64_t seed, int count, LotteryRules rules, std::vector<int> kept)
    : m_rules(rules), m_kept(std::move(kept))
{
    for (int draft = 0; draft < count; ++draft)
        m_drafts.push_back({Generator(seed, 0, static_cast<std::uint32_t>(draft)), {}, 0});
}

void TokenDrafts::draw(const at::Tensor &scores, const at::Tensor &guiding)
{
    const std::size_t place = length();
    for (std::int64_t row = 0; row < scores.size(0); ++row) {
        Draft &draft = m_drafts[static_cast<std::size_t>(row)];
        const double ticket = draft.lots.uniform(); // also where it is not needed: tickets belong to places
        const int before = place > 0 ? draft.looks.back().token : -1;
        generate::TokenLook look = drawToken(rowOf(guiding, row), m_rules, ticket, before);
        if (place < m_kept.size()) {
            look.token = m_kept[place];
            look.kept = true;
        }
        draft.logProbability += logShare(rowOf(scores, row), look.token);
        draft.looks.push_back(std::move(look));
    }
}

at::Tensor TokenDrafts::newest() const
{
    at::Tensor tokens = at::empty({count()}, at::kLong);
    for (std::size_t draft = 0; draft < m_drafts.size(); ++draft)
        tokens.mutable_data_ptr<std::int64_t>()[draft] = m_drafts[draft].looks.back().token;
    return tokens;
}

std::vector<int> TokenDrafts::ranked() const
{
    std::vector<int> order(m_drafts.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return logProbability(a) > logProbability(b); });
    return order;
}

} // namespace orrery::dalle
