// SPDX-License-Identifier: Apache-2.0
#include "engine/models/dalle/token_lottery.h"

#include "engine/core/error.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace orrery::dalle {

generate::TokenLook drawToken(std::span<const float> logits, const LotteryRules &rules, double ticket)
{
    // Nothing can be sorted among what is no number.
    if (logits.empty() || std::ranges::any_of(logits, [](float x) { return std::isnan(x) || x == HUGE_VALF; }) ||
        std::ranges::none_of(logits, [](float x) { return std::isfinite(x); }))
        throw Exception(ErrorCode::ModelFile, "The model's scores are no numbers: its weights are damaged");
    std::vector<int> order(logits.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return logits[a] > logits[b]; });
    const bool greedy = rules.temperature < kGreedy;
    if (greedy)
        order.resize(1);
    else if (rules.topK > 0 && static_cast<std::size_t>(rules.topK) < order.size())
        order.resize(static_cast<std::size_t>(rules.topK));

    const double temperature = greedy ? 1 : rules.temperature;
    std::vector<double> shares(order.size());
    double sum = 0;
    for (std::size_t i = 0; i < order.size(); ++i)
        sum += shares[i] = std::exp((double(logits[order[i]]) - double(logits[order[0]])) / temperature);
    if (rules.topP < 1) {
        double reached = 0;
        std::size_t kept = 0;
        while (kept < shares.size() && reached < rules.topP * sum)
            reached += shares[kept++];
        shares.resize(std::max<std::size_t>(kept, 1));
        sum = std::accumulate(shares.begin(), shares.end(), 0.0);
    }

    generate::TokenLook look;
    std::size_t chosen = 0;
    double passed = 0;
    bool found = false;
    for (std::size_t i = 0; i < shares.size(); ++i) {
        shares[i] /= sum;
        if (shares[i] > 0)
            look.entropy -= shares[i] * std::log2(shares[i]);
        passed += shares[i];
        if (!found && ticket < passed) {
            chosen = i;
            found = true;
        }
    }
    if (!found) // the shares' sum was rounded below the ticket
        chosen = shares.size() - 1;
    look.token = order[chosen];
    for (std::size_t i = 0; i < std::min(kAlternatives, shares.size()); ++i)
        look.alternatives.push_back({order[i], shares[i]});
    return look;
}

double logShare(std::span<const float> logits, int token)
{
    const double most = *std::max_element(logits.begin(), logits.end());
    double sum = 0;
    for (const float value : logits)
        sum += std::exp(double(value) - most);
    return double(logits[static_cast<std::size_t>(token)]) - most - std::log(sum);
}

} // namespace orrery::dalle
