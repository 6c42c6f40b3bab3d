// SPDX-License-Identifier: Apache-2.0
#include "engine/training/speech/throat.h"

#include <QTest>

#include <cmath>
#include <complex>
#include <numbers>

using namespace orrery::training;
using augment::Throat;

namespace {

constexpr std::size_t kSecond = 16000;
constexpr double kPitch = 125;

/// Harmonics of 125 Hz, loudest around a formant at `hertz`.
std::vector<float> vowel(double hertz)
{
    std::vector<float> sound(kSecond);
    for (int harmonic = 1; harmonic * kPitch < 7000; ++harmonic) {
        const double far = (harmonic * kPitch - hertz) / 400, loud = 0.1 / (1 + far * far);
        for (std::size_t i = 0; i < sound.size(); ++i)
            sound[i] += float(loud * std::sin(2 * std::numbers::pi * kPitch * harmonic * double(i) / kSecond));
    }
    return sound;
}

/// How loud a frequency is in the middle of it.
double loudness(const std::vector<float> &sound, double hertz)
{
    std::complex<double> sum;
    for (std::size_t i = kSecond / 4; i < 3 * kSecond / 4; ++i)
        sum += double(sound[i]) * std::polar(1.0, 2 * std::numbers::pi * hertz * double(i) / kSecond);
    return std::abs(sum);
}

/// The loudest harmonic.
double formant(const std::vector<float> &sound)
{
    double best = 0, at = 0;
    for (double hertz = kPitch; hertz < 7000; hertz += kPitch)
        if (const double here = loudness(sound, hertz); here > best) {
            best = here;
            at = hertz;
        }
    return at;
}

} // namespace

class ThroatTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ownThroatChangesNothing_data()
    {
        QTest::addColumn<int>("samples");
        for (const int samples : {0, 1, 100, 512, 5000, 16000})
            QTest::addRow("%d", samples) << samples;
    }
    void ownThroatChangesNothing()
    {
        QFETCH(int, samples);
        std::vector<float> sound = vowel(1000);
        sound.resize(std::size_t(samples));
        const std::vector<float> same = augment::through({}, sound);
        QCOMPARE(same.size(), sound.size());
        for (std::size_t i = 0; i < sound.size(); ++i)
            QVERIFY2(std::abs(same[i] - sound[i]) < 1e-4f, qPrintable(QString::number(i)));
    }

    void formantsMoveAndPitchStays()
    {
        const std::vector<float> sound = vowel(2000);
        QCOMPARE(formant(sound), 2000.0);
        for (const double by : {0.85, 1.125}) {
            Throat throat;
            throat.formants = by;
            const std::vector<float> other = augment::through(throat, sound);
            QVERIFY2(std::abs(formant(other) - by * 2000) <= kPitch, qPrintable(QString::number(formant(other))));
            QVERIFY(loudness(other, formant(other)) > 20 * loudness(other, formant(other) + kPitch / 2));
        }
    }

    void contrastRaisesPeaksAboveValleys()
    {
        const std::vector<float> sound = vowel(1000);
        const auto stands = [](const std::vector<float> &x) { return loudness(x, 1000) / loudness(x, 3000); };
        Throat flat, steep;
        flat.contrast = 0.7f;
        steep.contrast = 1.3f;
        QVERIFY(stands(augment::through(flat, sound)) < 0.7 * stands(sound));
        QVERIFY(stands(augment::through(steep, sound)) > 1.4 * stands(sound));
    }

    void tonesAreThoseOfAMicrophone()
    {
        const std::vector<float> sound = vowel(3000);
        Throat bass;
        bass.tones[0] = 0.5f; // e^0.5 at 0 Hz, e^−0.5 at 8 kHz
        const std::vector<float> other = augment::through(bass, sound);
        const double low = loudness(other, 500) / loudness(sound, 500);
        const double high = loudness(other, 6000) / loudness(sound, 6000);
        QVERIFY2(std::abs(low - std::exp(0.5 * std::cos(std::numbers::pi / 16))) < 0.05,
                 qPrintable(QString::number(low)));
        QVERIFY2(std::abs(high - std::exp(0.5 * std::cos(std::numbers::pi * 0.75))) < 0.05,
                 qPrintable(QString::number(high)));
    }

    void silenceStaysSilent()
    {
        Random random(1, 1);
        const std::vector<float> other = augment::through(augment::anyThroat(random), std::vector<float>(4000, 0.0f));
        QVERIFY(std::all_of(other.begin(), other.end(), [](float x) { return x == 0; }));
    }

    void theSameNumbersGiveTheSameBits()
    {
        Random one(3, 4), two(3, 4);
        QCOMPARE(augment::through(augment::anyThroat(one), vowel(800)),
                 augment::through(augment::anyThroat(two), vowel(800)));
    }
};

QTEST_APPLESS_MAIN(ThroatTest)
#include "throat_test.moc"
