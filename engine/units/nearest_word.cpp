// SPDX-License-Identifier: Apache-2.0
#include "engine/units/nearest_word.h"

#include "engine/units/unit_alignment.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace orrery::speech {

namespace {

constexpr double kLeastWithin = 0.1; ///< two takes may happen to be the same; a third one will not be

double distanceOf(const std::vector<int> &a, const std::vector<int> &b)
{
    return a.empty() || b.empty() ? 1 : alignUnits(a, b).distance;
}

} // namespace

void NearestWord::addExample(int word, const std::vector<int> &units)
{
    m_examples.push_back({word, units});
}

double NearestWord::limit() const
{
    double least = 1;
    std::array<double, 2> sum{}; // of different words, of one
    std::array<int, 2> count{};
    for (std::size_t i = 0; i < m_examples.size(); ++i)
        for (std::size_t j = i + 1; j < m_examples.size(); ++j) {
            const bool one = m_examples[i].word == m_examples[j].word;
            const double distance = distanceOf(m_examples[i].units, m_examples[j].units);
            sum[one] += distance;
            ++count[one];
            if (!one)
                least = std::min(least, distance);
        }
    if (count[0] == 0 || count[1] == 0)
        return least;
    return std::sqrt(sum[0] / count[0] * std::max(kLeastWithin, sum[1] / count[1]));
}

WordAnswer NearestWord::decide(const std::vector<int> &units) const
{
    WordAnswer answer;
    answer.limit = limit();
    for (const Example &example : m_examples) {
        const double distance = distanceOf(units, example.units);
        const auto at = std::find_if(answer.all.begin(), answer.all.end(),
                                     [&](const WordDistance &one) { return one.word == example.word; });
        if (at == answer.all.end())
            answer.all.push_back({example.word, distance});
        else
            at->distance = std::min(at->distance, distance);
    }
    std::stable_sort(answer.all.begin(), answer.all.end(),
                     [](const WordDistance &a, const WordDistance &b) { return a.distance < b.distance; });
    if (answer.all.empty())
        return answer;
    answer.nearest = answer.all[0].word;
    answer.distance = answer.all[0].distance;
    if (answer.all.size() > 1) {
        answer.next = answer.all[1].word;
        answer.nextDistance = answer.all[1].distance;
    }
    if (answer.distance <= answer.limit && answer.distance < 1) // at 1 nothing at all is the same
        answer.word = answer.nearest;
    return answer;
}

} // namespace orrery::speech
