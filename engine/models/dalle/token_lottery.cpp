// SPDX-License-Identifier: Apache-2.0
#include "engine/models/dalle/token_lottery.h"

#include "engine/core/error.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace orrery::dalle {

namespace {

/// Shares of choices at a temperature, the others' 0; up to a factor.
/// @param best  the largest of the logits
std::vector<double> sharesOf(std::span<const float> logits, const std::vector<int> &choices, double temperature,
                             double best)
{
    std::vector<double> shares(logits.size());
    for (const int token : choices)
        shares[token] = std::exp((double(logits[token]) - best) / temperature);
    return shares;
}

double sumOf(const std::vector<double> &shares, const std::vector<int> &choices, int leftOut = -1)
{
    double sum = 0;
    for (const int token : choices)
        sum += token == leftOut ? 0 : shares[token];
    return sum;
}

} // namespace

generate::TokenLook drawToken(std::span<const float> logits, const LotteryRules &rules, double ticket, int before)
{
    // Nothing can be sorted among what is no number.
    if (logits.empty() || std::ranges::any_of(logits, [](float x) { return std::isnan(x) || x == HUGE_VALF; }) ||
        std::ranges::none_of(logits, [](float x) { return std::isfinite(x); }))
        throw Exception(ErrorCode::ModelFile, "The model's scores are no numbers: its weights are damaged");
    // Of equal ones the first.
    const auto likelier = [&](int a, int b) { return logits[a] != logits[b] ? logits[a] > logits[b] : a < b; };
    std::vector<int> choices(logits.size());
    std::iota(choices.begin(), choices.end(), 0);
    const bool greedy = rules.temperature < kGreedy;
    const std::size_t most = greedy ? 1 : rules.topK > 0 ? static_cast<std::size_t>(rules.topK) : choices.size();
    if (most < choices.size()) {
        std::nth_element(choices.begin(), choices.begin() + static_cast<std::ptrdiff_t>(most), choices.end(), likelier);
        choices.resize(most);
        std::sort(choices.begin(), choices.end()); // numbers are summed up in the same order everywhere
    }

    const double temperature = greedy ? 1 : rules.temperature;
    const double best = *std::max_element(logits.begin(), logits.end());
    std::vector<double> shares = sharesOf(logits, choices, temperature, best);
    double sum = sumOf(shares, choices);
    if (!greedy && temperature < 1 && before >= 0) {
        const double others = sumOf(shares, choices, before);
        if (shares[before] > 0 && others > 0) { // the same again, or another: at the model's own odds
            const std::vector<double> own = sharesOf(logits, choices, 1, best);
            shares[before] = others * own[before] / sumOf(own, choices, before);
            sum = others + shares[before];
        }
    }

    // Tickets and alternatives go through the choices from the likeliest on. It is seldom far, so they are not sorted
    // but taken off a heap.
    std::vector<int> sorted;
    const auto lessLikely = [&](int a, int b) { return shares[a] != shares[b] ? shares[a] < shares[b] : a > b; };
    std::vector<int> heap = choices;
    std::make_heap(heap.begin(), heap.end(), lessLikely);
    const auto next = [&] {
        std::pop_heap(heap.begin(), heap.end(), lessLikely);
        sorted.push_back(heap.back());
        heap.pop_back();
        return sorted.back();
    };
    if (rules.topP < 1) {
        const double enough = rules.topP * sum;
        sum = 0;
        do
            sum += shares[next()];
        while (!heap.empty() && sum < enough);
        heap.clear();
        choices = sorted;
    }

    generate::TokenLook look;
    for (const int token : choices) {
        shares[token] /= sum;
        if (shares[token] > 0)
            look.entropy -= shares[token] * std::log2(shares[token]);
    }
    double passed = 0;
    for (std::size_t i = 0;; ++i) {
        look.token = i < sorted.size() ? sorted[i] : next();
        passed += shares[look.token];
        // The last one also where the shares' sum was rounded below the ticket.
        if (ticket < passed || (heap.empty() && i + 1 >= sorted.size()))
            break;
    }
    while (sorted.size() < kAlternatives && !heap.empty())
        next();
    for (std::size_t i = 0; i < std::min(kAlternatives, sorted.size()); ++i)
        look.alternatives.push_back({sorted[i], shares[sorted[i]]});
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
