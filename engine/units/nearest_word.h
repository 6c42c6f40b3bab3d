// SPDX-License-Identifier: Apache-2.0
/// Words told apart by a few examples each: the word of the nearest one. The distance is that of alignUnits, over all
/// frames: on spoken digits it is right more often than edits of sequences without repeats, whichever model the units
/// are of. Nothing here is a probability. Thread: any for const, otherwise one at a time.
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
    /// @param units  one a frame
    void addExample(int word, const std::vector<int> &units);
    std::size_t examples() const { return m_examples.size(); }

    /// What is farther than this from every example may as well be another word: the geometric mean of how far examples
    /// of one word are from each other and how far those of different words are, on average. Where no word has two, the
    /// distance of the two different ones that are nearest to each other; 1 where there is one word only. Of the rules
    /// that were tried on spoken digits this one is right most often, words that belong and that do not together.
    double limit() const;
    /// Of equally near words the one whose example was added first.
    WordAnswer decide(const std::vector<int> &units) const;

private:
    struct Example
    {
        int word = 0;
        std::vector<int> units;
    };
    std::vector<Example> m_examples;
};

} // namespace orrery::speech
