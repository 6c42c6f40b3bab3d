// SPDX-License-Identifier: Apache-2.0
#include "engine/units/nearest_word.h"

#include "engine/units/unit_sequence.h"

#include <algorithm>
#include <map>

namespace orrery::speech {

void NearestWord::addExample(int word, const std::vector<int> &units)
{
    m_examples.push_back({word, withoutRepeats(units)});
}

double NearestWord::limit() const
{
    double least = 1;
    for (std::size_t i = 0; i < m_examples.size(); ++i)
        for (std::size_t j = i + 1; j < m_examples.size(); ++j)
            if (m_examples[i].word != m_examples[j].word)
                least = std::min(least, relativeDistance(m_examples[i].units, m_examples[j].units));
    return least;
}

WordAnswer NearestWord::decide(const std::vector<int> &units) const
{
    WordAnswer answer;
    answer.limit = limit();
    const std::vector<int> heard = withoutRepeats(units);
    std::map<int, double> distances; // to the nearest example of each word
    std::vector<int> order;
    for (const Example &example : m_examples) {
        const double distance = relativeDistance(heard, example.units);
        const auto [at, first] = distances.try_emplace(example.word, distance);
        if (first)
            order.push_back(example.word);
        at->second = std::min(at->second, distance);
    }
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return distances[a] < distances[b]; });
    if (order.empty())
        return answer;
    answer.nearest = order[0];
    answer.distance = distances[order[0]];
    if (order.size() > 1) {
        answer.next = order[1];
        answer.nextDistance = distances[order[1]];
    }
    if (answer.distance <= answer.limit && answer.distance < 1) // at 1 nothing at all is the same
        answer.word = answer.nearest;
    return answer;
}

} // namespace orrery::speech
