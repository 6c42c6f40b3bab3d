// SPDX-License-Identifier: Apache-2.0
#include "engine/units/word_cutter.h"

#include <algorithm>
#include <cmath>

namespace orrery::speech {

namespace {

constexpr double kFrameMs = 10;
constexpr std::size_t kFirstFrames = 30;      ///< that tell the floor
constexpr std::size_t kRecentFrames = 50;     ///< that tell it when the room has become louder
constexpr double kFalls = 0.3, kRises = 0.02; ///< shares of the way a frame moves the floor

/// Without its mean: a microphone may have an offset.
double levelOf(double sum, double squares, int count)
{
    const double mean = sum / count;
    return 10 * std::log10(std::max(0.0, squares / count - mean * mean) + 1e-10);
}

double atShare(std::vector<double> values, double share)
{
    const std::size_t at = std::min(values.size() - 1, std::size_t(share * double(values.size())));
    std::nth_element(values.begin(), values.begin() + std::ptrdiff_t(at), values.end());
    return values[at];
}

} // namespace

WordCutter::WordCutter(const WordCutterSettings &settings, std::optional<double> floorDb)
    : m_settings(settings), m_floor(floorDb)
{}

double WordCutter::thresholdDb() const
{
    return std::max(m_settings.quietDb, floorDb() + m_settings.onsetDb);
}

std::int64_t WordCutter::framesIn(double ms) const
{
    return std::int64_t(std::lround(ms / kFrameMs));
}

std::int64_t WordCutter::neededFrom() const
{
    const std::int64_t before = framesIn(m_settings.leadMs + m_settings.onsetMs + m_settings.paddingMs) + 1;
    const std::int64_t from = inWord() ? m_begin - framesIn(m_settings.paddingMs) : m_frames - before;
    return std::max<std::int64_t>(0, from * kFrame);
}

std::vector<WordSpan> WordCutter::add(const float *samples, std::size_t count)
{
    std::vector<WordSpan> words;
    for (std::size_t i = 0; i < count; ++i) {
        const double value = double(samples[i]);
        m_sum += value;
        m_squares += value * value;
        ++m_samples;
        if (++m_filled < kFrame)
            continue;
        addFrame(levelOf(m_sum, m_squares, m_filled), words);
        m_sum = m_squares = 0;
        m_filled = 0;
    }
    return words;
}

std::vector<WordSpan> WordCutter::end()
{
    std::vector<WordSpan> words;
    if (inWord())
        close(words);
    return words;
}

void WordCutter::learnFloor(double level)
{
    if (m_floor) {
        *m_floor += (level - *m_floor) * (level < *m_floor ? kFalls : kRises);
        return;
    }
    m_first.push_back(level);
    if (m_first.size() == kFirstFrames)
        m_floor = atShare(std::move(m_first), 0.25);
}

void WordCutter::addFrame(double level, std::vector<WordSpan> &words)
{
    const std::int64_t frame = m_frames++;
    m_level = level;
    if (!m_floor) {
        learnFloor(level);
        return;
    }
    if (inWord()) {
        m_peak = std::max(m_peak, level);
        m_recent.push_back(level);
        if (level > std::max(m_settings.quietDb, *m_floor + m_settings.offsetDb)) {
            m_lastLoud = frame;
            ++m_loud;
        }
        if (frame - m_lastLoud >= framesIn(m_settings.hangoverMs)) {
            close(words);
        } else if (frame - m_begin >= framesIn(m_settings.longestMs)) {
            ++m_tooLong;
            m_floor = atShare(
                {m_recent.end() - std::ptrdiff_t(std::min(m_recent.size(), kRecentFrames)), m_recent.end()}, 0.5);
            m_loud = 0;
            m_weakSince = m_loudSince = -1;
        }
        return;
    }
    const bool loud = level > thresholdDb();
    const bool weak = level > std::max(m_settings.quietDb, *m_floor + m_settings.weakDb);
    m_weakSince = !weak ? -1 : m_weakSince < 0 ? frame : m_weakSince;
    m_loudSince = !loud ? -1 : m_loudSince < 0 ? frame : m_loudSince;
    if (!loud)
        learnFloor(level);
    const std::int64_t since = m_loudSince < 0 ? 0 : frame + 1 - m_loudSince;
    if (since == 0 || since < framesIn(m_settings.onsetMs))
        return;
    m_begin = std::max(m_weakSince, m_loudSince - framesIn(m_settings.leadMs));
    m_lastLoud = frame;
    m_loud = since;
    m_peak = level;
    m_recent.clear();
}

void WordCutter::close(std::vector<WordSpan> &words)
{
    const std::int64_t padding = framesIn(m_settings.paddingMs);
    const bool click = m_loud < framesIn(m_settings.shortestMs);
    if (click) {
        ++m_clicks;
    } else {
        const std::int64_t begin = std::max(m_lastEnd, (m_begin - padding) * kFrame);
        const std::int64_t end = std::min(m_samples, (m_lastLoud + 1 + padding) * kFrame);
        words.push_back({begin, end, m_peak});
        m_lastEnd = end;
    }
    m_loud = 0;
    m_weakSince = m_loudSince = -1;
}

std::vector<WordSpan> cutWords(const std::vector<float> &samples, const WordCutterSettings &settings)
{
    constexpr std::size_t kFrame = WordCutter::kFrame;
    std::vector<double> levels;
    for (std::size_t at = 0; at + kFrame <= samples.size(); at += kFrame) {
        double sum = 0, squares = 0;
        for (std::size_t i = at; i < at + kFrame; ++i) {
            sum += double(samples[i]);
            squares += double(samples[i]) * double(samples[i]);
        }
        levels.push_back(levelOf(sum, squares, int(kFrame)));
    }
    if (levels.empty())
        return {};
    WordCutter cutter(settings, atShare(std::move(levels), 0.1));
    std::vector<WordSpan> words = cutter.add(samples.data(), samples.size());
    const std::vector<WordSpan> last = cutter.end();
    words.insert(words.end(), last.begin(), last.end());
    return words;
}

} // namespace orrery::speech
