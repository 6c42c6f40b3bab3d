// SPDX-License-Identifier: Apache-2.0
/// How much units say about speech. Source: Hsu et al. 2021, HuBERT, section IV-D (purity and phone-normalised mutual
/// information), arXiv:2106.07447. Thread: any.
#pragma once

#include "engine/units/unit_sequence.h"

#include <string>
#include <vector>

namespace orrery::speech {

struct PhoneMeasures
{
    double phonePurity = 0;   ///< share of frames whose phone is the commonest one of their unit
    double clusterPurity = 0; ///< share of frames whose unit is the commonest one of their phone
    double pnmi = 0;          ///< mutual information of phone and unit as a share of the phones' entropy, in [0, 1]
    std::size_t frames = 0;   ///< that were counted
};

/// @param units, phones  one a frame, of all recordings put together; frames whose phone is negative do not count
/// @throws Exception{Shape} when they are not as many
PhoneMeasures measurePhones(const std::vector<int> &units, const std::vector<int> &phones);

/// One recording of a word.
struct SpokenWord
{
    std::vector<int> units;
    std::string word, speaker;
};

/// Share of recordings whose word is that of the nearest recording by another speaker: edit distance of the sequences
/// without repeats, divided by the longer one's length; of equally near ones the first counts.
/// @return  in [0, 1]; 0 when nobody else speaks
double nearestWordAccuracy(const std::vector<SpokenWord> &words);

} // namespace orrery::speech
