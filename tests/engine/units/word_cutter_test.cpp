// SPDX-License-Identifier: Apache-2.0
#include "engine/units/word_cutter.h"

#include <QtTest>

#include <cmath>
#include <numbers>
#include <random>

using namespace orrery::speech;

namespace {

constexpr int kRate = 16000;

/// Noise with bursts of a tone in it, as somebody would say words in a room.
class Room
{
public:
    explicit Room(double noiseDb) : m_noiseDb(noiseDb) {}
    Room &quiet(double seconds) { return add(seconds, -200); }
    Room &burst(double seconds, double db) { return add(seconds, db); }
    Room &noise(double db)
    {
        m_noiseDb = db;
        return *this;
    }
    std::int64_t now() const { return std::int64_t(samples.size()); }
    std::vector<float> samples;

private:
    Room &add(double seconds, double db)
    {
        std::normal_distribution<double> noise(0, std::pow(10, m_noiseDb / 20));
        const double loud = std::pow(10, db / 20) * std::numbers::sqrt2;
        const int count = int(std::lround(seconds * kRate));
        for (int i = 0; i < count; ++i)
            samples.push_back(float(noise(m_chance) + loud * std::sin(2 * std::numbers::pi * 220 * i / kRate)));
        return *this;
    }
    double m_noiseDb;
    std::mt19937 m_chance{7};
};

std::vector<WordSpan> inPieces(WordCutter &cutter, const std::vector<float> &samples, std::size_t piece)
{
    std::vector<WordSpan> words;
    for (std::size_t at = 0; at < samples.size(); at += piece)
        for (const WordSpan &word : cutter.add(samples.data() + at, std::min(piece, samples.size() - at)))
            words.push_back(word);
    for (const WordSpan &word : cutter.end())
        words.push_back(word);
    return words;
}

std::vector<WordSpan> words(const Room &room)
{
    WordCutter cutter;
    return inPieces(cutter, room.samples, 320);
}

bool near(std::int64_t sample, double seconds, double within = 0.02)
{
    return std::abs(double(sample) / kRate - seconds) <= within;
}

} // namespace

class WordCutterTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void burstsAreWords_data();
    void burstsAreWords();
    void piecesDoNotMatter();
    void aShortGapBelongsToTheWord();
    void clicksAreNoWords();
    void aRoomThatBecomesLouderIsNoWord();
    void aQuietRoomIsNoWord();
    void anOffsetOfTheMicrophoneIsNoWord();
    void aWeakBeginningBelongsToTheWord();
    void theEndOfTheSoundEndsAWord();
    void aRecordingMayBeginWithItsWord();
    void whatIsNeededIsStillThere();
};

void WordCutterTest::burstsAreWords_data()
{
    QTest::addColumn<double>("noise");
    QTest::addColumn<double>("loud");
    QTest::newRow("a quiet room") << -70.0 << -20.0;
    QTest::newRow("a noisy room") << -40.0 << -15.0;
    QTest::newRow("a quiet voice") << -75.0 << -45.0;
    QTest::newRow("no noise at all") << -200.0 << -25.0;
}

void WordCutterTest::burstsAreWords()
{
    QFETCH(double, noise);
    QFETCH(double, loud);
    Room room(noise);
    room.quiet(1).burst(0.4, loud).quiet(0.8).burst(0.7, loud - 3).quiet(0.8);
    const std::vector<WordSpan> found = words(room);
    QCOMPARE(found.size(), std::size_t(2));
    // 60 ms are kept on both sides.
    QVERIFY(near(found[0].begin, 1 - 0.06));
    QVERIFY(near(found[0].end, 1.4 + 0.06));
    QVERIFY(near(found[1].begin, 2.2 - 0.06));
    QVERIFY(near(found[1].end, 2.9 + 0.06));
    QVERIFY(std::abs(found[0].peakDb - loud) < 1.5);
}

void WordCutterTest::piecesDoNotMatter()
{
    Room room(-50);
    room.quiet(0.7).burst(0.3, -20).quiet(0.5).burst(0.5, -25).quiet(0.31);
    WordCutter one, many, odd;
    const std::vector<WordSpan> expected = inPieces(one, room.samples, room.samples.size());
    QCOMPARE(expected.size(), std::size_t(2));
    QVERIFY(inPieces(many, room.samples, 1) == expected);
    QVERIFY(inPieces(odd, room.samples, 733) == expected);
}

void WordCutterTest::aShortGapBelongsToTheWord()
{
    Room room(-60);
    room.quiet(0.6).burst(0.2, -20).quiet(0.15).burst(0.15, -25).quiet(0.6); // "eight", with its closure
    const std::vector<WordSpan> found = words(room);
    QCOMPARE(found.size(), std::size_t(1));
    QVERIFY(near(found[0].begin, 0.54));
    QVERIFY(near(found[0].end, 1.16));
}

void WordCutterTest::clicksAreNoWords()
{
    Room room(-60);
    room.quiet(0.6).burst(0.05, -10).quiet(0.6).burst(0.01, -5).quiet(0.6);
    WordCutter cutter;
    QVERIFY(inPieces(cutter, room.samples, 320).empty());
    QCOMPARE(cutter.clicks(), 1); // the second one is over before it counts as anything
}

void WordCutterTest::aRoomThatBecomesLouderIsNoWord()
{
    Room room(-65);
    room.quiet(1).noise(-38).quiet(4).burst(0.5, -15).quiet(1);
    WordCutter cutter;
    const std::vector<WordSpan> found = inPieces(cutter, room.samples, 160);
    QCOMPARE(found.size(), std::size_t(1)); // the word in the louder room
    QVERIFY(near(found[0].begin, 4.94, 0.03));
    QCOMPARE(cutter.tooLong(), 1);
    QVERIFY(std::abs(cutter.floorDb() + 38) < 2);
}

void WordCutterTest::aQuietRoomIsNoWord()
{
    Room room(-90);
    room.quiet(1).noise(-65).quiet(2).noise(-90).quiet(1); // 25 dB more, and still nothing
    QVERIFY(words(room).empty());
}

void WordCutterTest::anOffsetOfTheMicrophoneIsNoWord()
{
    Room room(-70);
    room.quiet(2);
    for (float &sample : room.samples)
        sample += 0.2f;
    QVERIFY(words(room).empty());
    WordCutter cutter;
    cutter.add(room.samples.data(), room.samples.size());
    QVERIFY(std::abs(cutter.levelDb() + 70) < 3);
}

void WordCutterTest::aWeakBeginningBelongsToTheWord()
{
    Room room(-60);
    room.quiet(1).burst(0.1, -52).burst(0.3, -20).quiet(0.5); // an "f" before its vowel
    const std::vector<WordSpan> found = words(room);
    QCOMPARE(found.size(), std::size_t(1));
    QVERIFY(near(found[0].begin, 0.94));
}

void WordCutterTest::theEndOfTheSoundEndsAWord()
{
    Room room(-60);
    room.quiet(0.5).burst(0.4, -20);
    WordCutter cutter;
    QVERIFY(cutter.add(room.samples.data(), room.samples.size()).empty());
    QVERIFY(cutter.inWord());
    const std::vector<WordSpan> last = cutter.end();
    QCOMPARE(last.size(), std::size_t(1));
    QCOMPARE(last[0].end, room.now());
    QVERIFY(cutter.end().empty());
}

void WordCutterTest::aRecordingMayBeginWithItsWord()
{
    Room room(-60);
    room.burst(0.4, -20).quiet(0.4).burst(0.3, -25).quiet(0.2);
    const std::vector<WordSpan> found = cutWords(room.samples);
    QCOMPARE(found.size(), std::size_t(2));
    QCOMPARE(found[0].begin, std::int64_t(0));
    QVERIFY(near(found[1].begin, 0.74));
    QVERIFY(cutWords({}).empty());
    QVERIFY(cutWords(std::vector<float>(8000, 0.f)).empty());
}

void WordCutterTest::whatIsNeededIsStillThere()
{
    Room room(-55);
    room.quiet(1).burst(0.1, -47).burst(1.2, -20).quiet(0.5).burst(0.4, -20).quiet(0.5);
    WordCutter cutter;
    std::int64_t needed = 0;
    int found = 0;
    for (std::size_t at = 0; at < room.samples.size(); at += 100) {
        for (const WordSpan &word :
             cutter.add(room.samples.data() + at, std::min<std::size_t>(100, room.samples.size() - at))) {
            QVERIFY(word.begin >= needed);
            ++found;
        }
        needed = cutter.neededFrom();
    }
    QCOMPARE(found, 2);
    QVERIFY(needed > room.now() - kRate / 2);
}

QTEST_APPLESS_MAIN(WordCutterTest)
#include "word_cutter_test.moc"
