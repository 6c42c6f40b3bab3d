// SPDX-License-Identifier: Apache-2.0
/// Where single words begin and end in sound that is still coming in: loudness against a noise floor that follows the
/// room. After Rabiner and Sambur 1975, "An algorithm for determining the endpoints of isolated utterances", Bell
/// System Technical Journal 54(2): two thresholds, the lower one for where a word begins; without their zero crossings.
/// Thread: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace orrery::speech {

/// Decibels are relative to full scale or to the noise floor; times are in milliseconds.
struct WordCutterSettings
{
    double onsetDb = 12;     ///< above the floor: a word has begun; larger misses quiet words, smaller hears rustling
    double weakDb = 5;       ///< above the floor: what leads into a word (an "f") belongs to it
    double offsetDb = 8;     ///< above the floor: the word still goes on
    double quietDb = -55;    ///< nothing below this is a word, however quiet the room
    double onsetMs = 30;     ///< as long above the threshold
    double leadMs = 150;     ///< at most of what leads into a word
    double hangoverMs = 250; ///< of quiet that end a word; larger joins words, smaller cuts "eight" before its t
    double paddingMs = 60;   ///< kept before and after
    double shortestMs = 100; ///< above the threshold; less was a click
    double longestMs = 2000; ///< more was no word, or the room has become louder
};

/// A word, in samples at 16 kHz since the start.
struct WordSpan
{
    std::int64_t begin = 0, end = 0; ///< end excluded
    double peakDb = 0;               ///< loudest 10 ms
    bool operator==(const WordSpan &) const = default;
};

class WordCutter
{
public:
    static constexpr int kFrame = 160; ///< samples: 10 ms

    /// @param floorDb  of the room where it is known; otherwise the first 0.3 s tell, and no word is heard in them
    explicit WordCutter(const WordCutterSettings &settings = {}, std::optional<double> floorDb = {});

    /// The next samples. @return words that are over; the same ones however the sound was cut up
    std::vector<WordSpan> add(const float *samples, std::size_t count);
    /// No more is coming: a word that is under way ends here.
    std::vector<WordSpan> end();

    bool inWord() const { return m_loud > 0; }
    double levelDb() const { return m_level; } ///< of the last 10 ms
    double floorDb() const { return m_floor.value_or(-90); }
    double thresholdDb() const;               ///< above it a word begins
    int clicks() const { return m_clicks; }   ///< sounds that were too short
    int tooLong() const { return m_tooLong; } ///< sounds that were longer than a word
    std::int64_t samples() const { return m_samples; }
    /// Nothing before this sample can still become part of a word.
    std::int64_t neededFrom() const;

private:
    void addFrame(double level, std::vector<WordSpan> &words);
    void learnFloor(double level);
    void close(std::vector<WordSpan> &words);
    std::int64_t framesIn(double ms) const;

    WordCutterSettings m_settings;
    std::optional<double> m_floor;
    std::vector<double> m_first;  ///< levels until the floor is known
    std::vector<double> m_recent; ///< of the last half second of a word
    double m_level = -100, m_peak = -100;
    double m_sum = 0, m_squares = 0; ///< of the frame that is being filled
    int m_filled = 0;
    std::int64_t m_samples = 0, m_frames = 0;
    std::int64_t m_weakSince = -1, m_loudSince = -1; ///< frames; −1: it is quiet
    std::int64_t m_begin = 0, m_lastLoud = 0;        ///< frames of the word
    std::int64_t m_loud = 0;                         ///< loud frames of the word; 0: there is none
    std::int64_t m_lastEnd = 0;                      ///< sample
    int m_clicks = 0, m_tooLong = 0;
};

/// Words of a whole recording; its quietest tenth is the noise floor.
std::vector<WordSpan> cutWords(const std::vector<float> &samples, const WordCutterSettings &settings = {});

} // namespace orrery::speech
