// SPDX-License-Identifier: Apache-2.0
/// Words told apart by a few examples each: the word of the nearest one. Distances are those of relativeDistance
/// between sequences without repeats; nothing here is a probability. Thread: any for const, otherwise one at a time.
#pragma once

#include <vector>

namespace orrery::speech {

struct WordDistance
{
    int word = 0;
    double distance = 1; ///< to its nearest example, in [0, 1]
};

struct WordAnswer
{
    int word = -1;                 ///< −1: none of these
    int nearest = -1, next = -1;   ///< words by distance; −1: there is none
    double distance = 1;           ///< to the nearest example of `nearest`, in [0, 1]
    double nextDistance = 1;       ///< to the nearest example of `next`
    double limit = 1;              ///< farther than this is none of these
    std::vector<WordDistance> all; ///< every word, nearest first
    double margin() const { return nextDistance - distance; }
};

class NearestWord
{
public:
    void clear() { m_examples.clear(); }
    /// @param units  one a frame, or without repeats
    void addExample(int word, const std::vector<int> &units);
    std::size_t examples() const { return m_examples.size(); }

    /// Half way between the mean distance of two examples of one word and that of two of different words: what is
    /// farther from every example may as well be another word. Where no word has two, the distance of the two different
    /// ones that are nearest to each other; 1 where there is one word only. Of three digits with two takes each it
    /// keeps 83 % of the right answers and turns away 53 % of the other digits (with the nearest two: 76 % and 58 %).
    double limit() const;
    /// Of equally near words the one whose example was added first.
    WordAnswer decide(const std::vector<int> &units) const;

private:
    struct Example
    {
        int word = 0;
        std::vector<int> units; ///< without repeats
    };
    std::vector<Example> m_examples;
};

} // namespace orrery::speech
