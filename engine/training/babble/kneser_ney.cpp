// SPDX-License-Identifier: Apache-2.0
#include "engine/training/babble/kneser_ney.h"

#include "engine/core/error.h"

#include <bit>
#include <cmath>
#include <string>

namespace orrery::training {

namespace {
constexpr double kUsualDiscount = 0.75; ///< where there are too few grams to tell
}

KneserNey::KneserNey(int tokens, int order) : m_tokens(tokens)
{
    m_bits = int(std::bit_width(unsigned(std::max(tokens, 0))));
    if (tokens < 1 || order < 1 || m_bits * order > 64)
        throw Exception(ErrorCode::BadInput, "An n-gram model of order " + std::to_string(order) + " over " +
                                                 std::to_string(tokens) + " tokens cannot be counted here");
    m_orders.resize(std::size_t(order));
}

KneserNey::Key KneserNey::historyKey(std::span<const int> history) const
{
    Key key = 0;
    const std::size_t wanted = m_orders.size() - 1;
    for (std::size_t i = 0; i < wanted; ++i) {
        const std::size_t back = wanted - i;
        key = append(key, back <= history.size() ? history[history.size() - back] : m_tokens);
    }
    return key;
}

void KneserNey::add(std::span<const int> sentence)
{
    for (const int token : sentence)
        if (token < 0 || token >= m_tokens)
            throw Exception(ErrorCode::BadInput, "There is no token " + std::to_string(token) + ", expected 0 to " +
                                                     std::to_string(m_tokens - 1));
    Order &highest = m_orders.back();
    for (std::size_t i = 0; i <= sentence.size(); ++i)
        ++highest.grams[append(historyKey(sentence.first(i)), i < sentence.size() ? sentence[i] : m_tokens)];
}

void KneserNey::finish()
{
    // A lower order counts in how many different places a gram was seen, not how often.
    for (std::size_t order = m_orders.size() - 1; order > 0; --order) {
        const int kept = m_bits * int(order);
        const Key mask = kept >= 64 ? ~Key(0) : (Key(1) << kept) - 1;
        for (const auto &[gram, count] : m_orders[order].grams)
            ++m_orders[order - 1].grams[gram & mask];
    }
    for (Order &order : m_orders) {
        double once = 0, twice = 0;
        for (const auto &[gram, count] : order.grams) {
            once += count == 1;
            twice += count == 2;
            Context &context = order.contexts[gram >> m_bits];
            context.total += double(count);
            ++context.distinct;
        }
        order.discount = once > 0 && twice > 0 ? once / (once + 2 * twice) : kUsualDiscount;
    }
}

double KneserNey::probability(int order, Key history, int token) const
{
    if (order == 0)
        return 1.0 / (m_tokens + 1);
    const Order &grams = m_orders[std::size_t(order - 1)];
    const int kept = m_bits * (order - 1); // of the history
    const Key context = kept == 0 ? 0 : history & (kept >= 64 ? ~Key(0) : (Key(1) << kept) - 1);
    const double below = probability(order - 1, history, token);
    const auto seen = grams.contexts.find(context);
    if (seen == grams.contexts.end())
        return below;
    const auto found = grams.grams.find(append(context, token));
    const double count = found == grams.grams.end() ? 0 : double(found->second);
    return (std::max(count - grams.discount, 0.0) + grams.discount * seen->second.distinct * below) /
           seen->second.total;
}

double KneserNey::probability(std::span<const int> history, int token) const
{
    return probability(int(m_orders.size()), historyKey(history), token);
}

double KneserNey::bits(std::span<const int> sentence) const
{
    double sum = 0;
    for (std::size_t i = 0; i <= sentence.size(); ++i)
        sum -= std::log2(probability(sentence.first(i), i < sentence.size() ? sentence[i] : m_tokens));
    return sum;
}

} // namespace orrery::training
