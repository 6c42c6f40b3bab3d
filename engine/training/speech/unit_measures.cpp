// SPDX-License-Identifier: Apache-2.0
#include "engine/training/speech/unit_measures.h"

#include "engine/core/error.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace orrery::speech {

PhoneMeasures measurePhones(const std::vector<int> &units, const std::vector<int> &phones)
{
    if (units.size() != phones.size())
        throw Exception(ErrorCode::Shape, std::to_string(units.size()) + " units and " + std::to_string(phones.size()) +
                                              " phones, expected one of each for every frame");
    std::map<std::pair<int, int>, double> both;
    std::map<int, double> ofUnit, ofPhone;
    PhoneMeasures measures;
    for (std::size_t i = 0; i < units.size(); ++i) {
        if (phones[i] < 0)
            continue;
        ++both[{units[i], phones[i]}];
        ++ofUnit[units[i]];
        ++ofPhone[phones[i]];
        ++measures.frames;
    }
    if (measures.frames == 0)
        return measures;
    const double total = double(measures.frames);
    std::map<int, double> bestOfUnit, bestOfPhone;
    double information = 0, entropy = 0;
    for (const auto &[pair, count] : both) {
        double &unit = bestOfUnit[pair.first], &phone = bestOfPhone[pair.second];
        unit = std::max(unit, count);
        phone = std::max(phone, count);
        information += count / total * std::log(count * total / (ofUnit[pair.first] * ofPhone[pair.second]));
    }
    for (const auto &[phone, count] : ofPhone)
        entropy -= count / total * std::log(count / total);
    for (const auto &[unit, count] : bestOfUnit)
        measures.phonePurity += count / total;
    for (const auto &[phone, count] : bestOfPhone)
        measures.clusterPurity += count / total;
    measures.pnmi = entropy > 0 ? information / entropy : 0;
    return measures;
}

double nearestWordAccuracy(const std::vector<SpokenWord> &words)
{
    std::vector<std::vector<int>> single;
    for (const SpokenWord &word : words)
        single.push_back(withoutRepeats(word.units));
    std::size_t right = 0;
    for (std::size_t i = 0; i < words.size(); ++i) {
        double nearest = 2; // farther than any
        bool same = false;
        for (std::size_t j = 0; j < words.size(); ++j) {
            if (words[j].speaker == words[i].speaker)
                continue;
            const double distance = relativeDistance(single[i], single[j]);
            if (distance < nearest) {
                nearest = distance;
                same = words[j].word == words[i].word;
            }
        }
        right += same;
    }
    return words.empty() ? 0 : double(right) / double(words.size());
}

} // namespace orrery::speech
