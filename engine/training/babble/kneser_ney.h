// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace orrery::training {

/// An n-gram model with interpolated Kneser–Ney smoothing: what language models of units are compared with.
/// Source: Kneser and Ney 1995; Chen and Goodman 1999, "An empirical study of smoothing techniques for language
/// modeling", section 2.7, with one discount an order, D = n₁ / (n₁ + 2 n₂). Below single tokens lies the uniform
/// distribution, so no token is impossible. Every sentence stands alone: it begins behind order − 1 ends, and its own
/// end is predicted. Thread: any, one at a time.
class KneserNey
{
public:
    /// @param tokens  0 … tokens − 1 and the end, which is number `tokens`; @param order  at least 1; a gram must fit
    /// 64 bits (order 5: up to 4,094 tokens). @throws Exception{BadInput} otherwise
    KneserNey(int tokens, int order);

    void add(std::span<const int> sentence);
    /// Once, after the last sentence.
    void finish();

    /// In (0, 1]. @param history  all tokens of the sentence before this one  @param token  may be the end
    double probability(std::span<const int> history, int token) const;
    /// Sum of −log₂ over a sentence's tokens and its end.
    double bits(std::span<const int> sentence) const;
    double discount(int order) const { return m_orders[std::size_t(order - 1)].discount; }
    int end() const { return m_tokens; }

private:
    using Key = std::uint64_t;
    struct Context
    {
        double total = 0;    ///< of counts behind it
        double distinct = 0; ///< different tokens behind it
    };
    struct Order
    {
        std::unordered_map<Key, std::int64_t> grams; ///< count; below the highest order: different tokens before it
        std::unordered_map<Key, Context> contexts;
        double discount = 0;
    };
    Key append(Key key, int token) const { return key << m_bits | Key(token); }
    double probability(int order, Key history, int token) const;
    Key historyKey(std::span<const int> history) const;

    int m_tokens, m_bits = 0;
    std::vector<Order> m_orders; ///< [order]
};

} // namespace orrery::training
