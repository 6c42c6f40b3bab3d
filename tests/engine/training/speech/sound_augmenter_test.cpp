// SPDX-License-Identifier: Apache-2.0
#include "engine/training/speech/sound_augmenter.h"

#include <QTest>

#include <cmath>
#include <numbers>
#include <set>

using namespace orrery::training;

namespace {

constexpr std::size_t kSecond = 16000;

std::vector<float> tone(double hertz, std::size_t samples = kSecond, double amplitude = 0.5)
{
    std::vector<float> sound(samples);
    for (std::size_t i = 0; i < samples; ++i)
        sound[i] = float(amplitude * std::sin(2 * std::numbers::pi * hertz * double(i) / 16000));
    return sound;
}

double power(const std::vector<float> &sound, std::size_t from = 0)
{
    double sum = 0;
    for (std::size_t i = from; i < sound.size(); ++i)
        sum += double(sound[i]) * sound[i];
    return sum / double(sound.size() - from);
}

double decibels(double ratio)
{
    return 10 * std::log10(ratio);
}

double crossingsPerSecond(const std::vector<float> &sound)
{
    int changes = 0;
    for (std::size_t i = 1; i < sound.size(); ++i)
        changes += (sound[i] < 0) != (sound[i - 1] < 0);
    return changes * 16000.0 / double(sound.size());
}

} // namespace

class SoundAugmenterTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void speedRaisesPitchAndShortens();
    void roomKeepsTheDirectSoundAndRingsOn();
    void filtersCutWhereTheySay();
    void tiltDarkensAndBrightens();
    void noiseComesAtItsRatio();
    void coloursDiffer();
    void telephoneIsNarrow();
    void nothingGoesBeyondFullScale();
    void theSameNumbersGiveTheSameBits();
    void silenceStaysFinite();
};

void SoundAugmenterTest::speedRaisesPitchAndShortens()
{
    const std::vector<float> faster = augment::atSpeed(tone(400), 1.25);
    QCOMPARE(int(faster.size()), 12800);
    QVERIFY(std::abs(crossingsPerSecond(faster) - 1000) < 5); // two a period
    const std::vector<float> same = augment::atSpeed(tone(400), 1);
    for (std::size_t i = 0; i < same.size(); ++i)
        QVERIFY(std::abs(same[i] - tone(400)[i]) < 1e-6);
}

void SoundAugmenterTest::roomKeepsTheDirectSoundAndRingsOn()
{
    std::vector<float> click(kSecond, 0.0F);
    click[100] = 1;
    Random random(1, 1);
    const std::vector<float> heard = augment::inRoom(click, 0.3, 0.2F, random);
    QCOMPARE(heard[100], 1.0F);
    for (std::size_t i = 0; i < 100; ++i)
        QCOMPARE(heard[i], 0.0F);
    std::vector<float> early(heard.begin() + 101, heard.begin() + 1700),
        late(heard.begin() + 3300, heard.begin() + 4900);
    QVERIFY(power(early) > 0);
    QVERIFY2(power(late) < 0.1 * power(early), "the tail does not fall");
    for (std::size_t i = 101 + 4900; i < heard.size(); ++i)
        QCOMPARE(heard[i], 0.0F); // longer than the room
}

void SoundAugmenterTest::filtersCutWhereTheySay()
{
    const auto through = [](double hertz, bool high) {
        std::vector<float> sound = tone(hertz);
        high ? augment::highPass(sound, 1000) : augment::lowPass(sound, 1000);
        return decibels(power(sound, 4000) / power(tone(hertz), 4000));
    };
    QVERIFY(std::abs(through(1000, true) + 3) < 0.2);
    QVERIFY(std::abs(through(1000, false) + 3) < 0.2);
    QVERIFY(through(250, true) < -22 && through(250, true) > -26); // 12 dB an octave
    QVERIFY(through(250, false) > -0.2);
    QVERIFY(through(4000, true) > -0.2);
    QVERIFY(through(4000, false) < -22);
}

void SoundAugmenterTest::tiltDarkensAndBrightens()
{
    const auto difference = [](float amount) {
        std::vector<float> low = tone(200), high = tone(4000);
        augment::tilt(low, amount);
        augment::tilt(high, amount);
        return decibels(power(high, 4000) / power(low, 4000));
    };
    QVERIFY(difference(0.6F) < -6);
    QVERIFY(difference(-0.8F) > 6);
    QVERIFY(std::abs(difference(0)) < 0.1);
}

void SoundAugmenterTest::noiseComesAtItsRatio()
{
    Random random(3, 1);
    std::vector<float> sound = tone(500);
    const std::vector<float> noise = augment::noise(kSecond, 0.5F, random);
    QVERIFY(std::abs(power(noise) - 1) < 1e-3);
    augment::addAt(sound, noise, 10);
    std::vector<float> added(kSecond);
    for (std::size_t i = 0; i < kSecond; ++i)
        added[i] = sound[i] - tone(500)[i];
    QVERIFY(std::abs(decibels(power(tone(500)) / power(added)) - 10) < 0.01);
    std::vector<float> silent(kSecond, 0.0F);
    augment::addAt(silent, noise, 10);
    QCOMPARE(power(silent), 0.0); // no ratio to nothing
}

void SoundAugmenterTest::coloursDiffer()
{
    const auto lowShare = [](float colour) {
        Random random(4, 2);
        std::vector<float> noise = augment::noise(4 * kSecond, colour, random);
        augment::lowPass(noise, 1000);
        return power(noise);
    };
    QVERIFY(lowShare(0) < 0.2);
    QVERIFY(lowShare(1) > 2 * lowShare(0));
    QVERIFY(lowShare(2) > 1.2 * lowShare(1));
}

void SoundAugmenterTest::telephoneIsNarrow()
{
    const auto through = [](double hertz) {
        std::vector<float> sound = tone(hertz);
        augment::telephone(sound);
        return decibels(power(sound, 4000) / power(tone(hertz), 4000));
    };
    QVERIFY(std::abs(through(1000)) < 1);
    QVERIFY(through(60) < -20);
    QVERIFY(through(7000) < -20);
    std::vector<float> sound = tone(1000);
    augment::telephone(sound);
    const std::set<float> levels(sound.begin(), sound.end());
    QVERIFY2(levels.size() < 256, "eight bits have 255 levels");
}

void SoundAugmenterTest::nothingGoesBeyondFullScale()
{
    for (std::uint64_t i = 0; i < 60; ++i) {
        Random random(7, i);
        std::vector<float> sound = tone(300 + 50 * double(i), kSecond / 2);
        const std::size_t length = sound.size();
        augment::anyway(sound, random, [](std::size_t samples) { return tone(777, samples); });
        QCOMPARE(sound.size(), length);
        float peak = 0;
        for (const float x : sound) {
            QVERIFY(std::isfinite(x));
            peak = std::max(peak, std::abs(x));
        }
        QVERIFY(peak <= 1 && peak > 0.01F);
    }
}

void SoundAugmenterTest::theSameNumbersGiveTheSameBits()
{
    const auto varied = [](std::uint64_t index) {
        Random random(7, index);
        std::vector<float> sound = tone(440);
        augment::anyway(sound, random, {});
        return sound;
    };
    for (std::uint64_t i = 0; i < 10; ++i)
        QVERIFY(varied(i) == varied(i));
    QVERIFY(varied(1) != varied(2));
}

void SoundAugmenterTest::silenceStaysFinite()
{
    for (std::uint64_t i = 0; i < 30; ++i) {
        Random random(8, i);
        std::vector<float> sound(8000, 0.0F);
        augment::anyway(sound, random, {});
        for (const float x : sound)
            QVERIFY(std::isfinite(x));
    }
}

QTEST_GUILESS_MAIN(SoundAugmenterTest)
#include "sound_augmenter_test.moc"
