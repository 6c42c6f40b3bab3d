// SPDX-License-Identifier: Apache-2.0
// What a timeline is made of: units, samples, the spectrogram and its pictures, colours.
#include "widgets/theme/theme.h"
#include "widgets/theme/value_colours.h"
#include "widgets/timeline/internal/spectrogram_tiles.h"
#include "widgets/timeline/mel_spectrum.h"
#include "widgets/timeline/sound_track.h"
#include "widgets/timeline/unit_colours.h"
#include "widgets/timeline/unit_track.h"

#include <QTest>

#include <cmath>
#include <complex>
#include <numbers>
#include <random>

using namespace orrery;

namespace {

std::vector<float> sine(double hertz, double amplitude, int count)
{
    std::vector<float> samples;
    for (int i = 0; i < count; ++i)
        samples.push_back(float(amplitude * std::sin(2 * std::numbers::pi * hertz * i / SoundTrack::kRate)));
    return samples;
}

int loudestBand(const std::vector<float> &samples)
{
    MelSpectrum mel;
    std::array<std::uint8_t, MelSpectrum::kBands> bands{};
    mel.column(samples.data(), std::int64_t(samples.size()), std::int64_t(samples.size()) / 2, bands.data());
    return int(std::max_element(bands.begin(), bands.end()) - bands.begin());
}

} // namespace

class TimelinePartsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aToneIsWhereItsFrequencySays_data()
    {
        QTest::addColumn<double>("hertz");
        for (const double hertz : {200.0, 440.0, 1000.0, 2500.0, 6000.0})
            QTest::addRow("%d Hz", int(hertz)) << hertz;
    }
    void aToneIsWhereItsFrequencySays()
    {
        QFETCH(double, hertz);
        const int band = loudestBand(sine(hertz, 0.5, 800));
        QVERIFY2(std::fabs(band - MelSpectrum::band(hertz)) <= 1.0, qPrintable(QString::number(band)));
        QCOMPARE(std::lround(MelSpectrum::band(MelSpectrum::hertz(band))), long(band));
    }
    void halfAsLoudIsSixDecibelsLess()
    {
        MelSpectrum mel;
        std::array<std::uint8_t, MelSpectrum::kBands> loud{}, soft{};
        const auto a = sine(1000, 0.5, 800), b = sine(1000, 0.25, 800);
        mel.column(a.data(), 800, 400, loud.data());
        mel.column(b.data(), 800, 400, soft.data());
        const auto at = std::size_t(loudestBand(a));
        QCOMPARE(double(loud[at] - soft[at]) * MelSpectrum::kStepDb, 6.0);
    }
    void silenceIsAtTheFloorAndEdgesAreSilent()
    {
        MelSpectrum mel;
        std::array<std::uint8_t, MelSpectrum::kBands> bands{};
        const std::vector<float> silence(800, 0.0f);
        mel.column(silence.data(), 800, 400, bands.data());
        QCOMPARE(int(*std::max_element(bands.begin(), bands.end())), 0);
        const auto tone = sine(1000, 0.5, 800);
        mel.column(tone.data(), 800, 5000, bands.data()); // far beyond the end
        QCOMPARE(int(*std::max_element(bands.begin(), bands.end())), 0);
    }
    void noiseAgreesWithTheDefinition()
    {
        // The same band by the slow sum over all samples, in double precision.
        std::mt19937 random(7);
        std::normal_distribution<float> normal(0, 0.1f);
        std::vector<float> samples(MelSpectrum::kWindow);
        for (float &value : samples)
            value = normal(random);
        constexpr int kLength = 512;
        std::array<double, kLength / 2 + 1> power{};
        double sum = 0;
        for (int i = 0; i < MelSpectrum::kWindow; ++i)
            sum += 0.5 - 0.5 * std::cos(2 * std::numbers::pi * (i + 0.5) / MelSpectrum::kWindow);
        for (int bin = 0; bin <= kLength / 2; ++bin) {
            std::complex<double> value;
            for (int i = 0; i < MelSpectrum::kWindow; ++i) {
                const double hann = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * (i + 0.5) / MelSpectrum::kWindow);
                value += double(samples[std::size_t(i)]) * hann * 2.0 / sum *
                         std::polar(1.0, -2 * std::numbers::pi * bin * i / kLength);
            }
            power[std::size_t(bin)] = std::norm(value);
        }
        MelSpectrum mel;
        std::array<std::uint8_t, MelSpectrum::kBands> bands{};
        mel.column(samples.data(), MelSpectrum::kWindow, MelSpectrum::kWindow / 2, bands.data());
        for (const int band : {20, 50, 80}) {
            const double low = MelSpectrum::hertz(band - 1), middle = MelSpectrum::hertz(band),
                         high = MelSpectrum::hertz(band + 1), bin = 16000.0 / kLength;
            double total = 0, weights = 0;
            const double from = std::min(low, middle - bin), to = std::max(high, middle + bin);
            for (int i = 0; i <= kLength / 2; ++i) {
                const double at = i * bin;
                if (at < from || at > to)
                    continue;
                const double weight = at < middle ? (at - from) / (middle - from) : (to - at) / (to - middle);
                total += weight * power[std::size_t(i)];
                weights += weight;
            }
            const double db = 10 * std::log10(total / weights);
            QVERIFY(std::fabs(MelSpectrum::kFloorDb + bands[std::size_t(band)] * MelSpectrum::kStepDb - db) <= 0.3);
        }
    }

    void unitsOfAStreamSettle()
    {
        UnitTrack track(20, 12.5);
        track.put(0, 7, false);
        track.put(1, 7, false);
        track.put(2, 9, false);
        QCOMPARE(track.runs(), (std::vector<UnitTrack::Run>{{0, 2, 7, false}, {2, 3, 9, false}}));
        track.put(1, 9, true); // it became another one
        track.put(0, 7, true);
        QCOMPARE(track.runs(), (std::vector<UnitTrack::Run>{{0, 1, 7, true}, {1, 3, 9, false}}));
        QVERIFY(track.at(1).settled && !track.at(2).settled);
        QCOMPARE(track.runAt(2), (UnitTrack::Run{1, 3, 9, false}));
        QCOMPARE(track.at(99).unit, UnitTrack::kNone);
    }
    void aFrameIsFoundByItsTime()
    {
        const UnitTrack track({1, 2, 3}, 20, 12.5);
        QCOMPARE(track.beginOf(0), 0.0025);
        for (int i = 0; i < 3; ++i) {
            QCOMPARE(track.frameAt(track.beginOf(i) + 1e-6), std::int64_t(i));
            QCOMPARE(track.frameAt(track.beginOf(i + 1) - 1e-6), std::int64_t(i));
        }
    }
    void aLongStreamForgetsWhatIsOld()
    {
        UnitTrack track(20, 12.5);
        for (int i = 0; i < 1000; ++i)
            track.put(i, i, true);
        track.dropBefore(900);
        QCOMPARE(track.first(), std::int64_t(900));
        track.put(5, 1, true); // too late
        QCOMPARE(track.at(5).unit, UnitTrack::kNone);
        QCOMPARE(track.at(950).unit, 950);

        SoundTrack sound;
        const std::vector<float> piece = sine(100, 0.5, 16000);
        for (int i = 0; i < 10; ++i)
            sound.append(piece.data(), piece.size());
        sound.dropBefore(100'000);
        QVERIFY(sound.first() <= 100'000 && sound.first() > 99'000);
        QCOMPARE(sound.end(), std::int64_t(160'000));
        QCOMPARE(*sound.from(150'000), piece[150'000 % 16'000]);
    }
    void theExtentOfAnyStretchIsExact()
    {
        std::mt19937 random(3);
        std::uniform_real_distribution<float> uniform(-1, 1);
        auto samples = std::make_shared<std::vector<float>>(10'000);
        for (float &value : *samples)
            value = uniform(random);
        SoundTrack sound;
        sound.set(samples);
        std::uniform_int_distribution<int> place(0, 9'999);
        for (int i = 0; i < 200; ++i) {
            int from = place(random), to = place(random);
            if (from > to)
                std::swap(from, to);
            ++to;
            const auto [low, high] = std::minmax_element(samples->begin() + from, samples->begin() + to);
            QCOMPARE(sound.extent(from, to), (std::pair<float, float>{*low, *high}));
        }
        QCOMPARE(sound.extent(20'000, 30'000), (std::pair<float, float>{0, 0}));
    }

    void picturesShowTheLoudestAtEveryWidth()
    {
        SpectrogramTiles tiles;
        tiles.clear();
        // One loud column among 3,000 quiet ones.
        constexpr std::int64_t kLoud = 1234, kColumns = 3000;
        std::vector<std::uint8_t> columns(std::size_t(kColumns * MelSpectrum::kBands), 40);
        std::fill_n(columns.begin() + kLoud * MelSpectrum::kBands, MelSpectrum::kBands, 230);
        for (std::int64_t i = 0; i < kColumns; i += 7) // in pieces that fit no group
            tiles.append(&columns[std::size_t(i * MelSpectrum::kBands)], std::min<std::int64_t>(7, kColumns - i));
        QCOMPARE(tiles.end(), kColumns);
        for (int level = 0; level < SpectrogramTiles::kLevels; ++level) {
            const SpectrogramTiles::Tile tile = tiles.tile(level, kLoud);
            QVERIFY(tile.image);
            const std::int64_t wide = SpectrogramTiles::columnsOf(level);
            const int x = int(kLoud / wide - tile.begin / wide);
            QVERIFY(qGray(tile.image->pixel(x, 10)) > 200);
            QVERIFY(qGray(tile.image->pixel((x + 2) % tile.image->width(), 10)) < 60);
        }
        QCOMPARE(SpectrogramTiles::levelFor(4), 0);
        QCOMPARE(SpectrogramTiles::levelFor(0.01), SpectrogramTiles::kLevels - 1);
    }

    void neighbouringUnitsDifferInColour()
    {
        for (int unit = 0; unit < 200; ++unit) {
            QCOMPARE(unitColour(unit), unitColour(unit));
            const QColor a = unitColour(unit), b = unitColour(unit + 1);
            QVERIFY(std::abs(a.red() - b.red()) + std::abs(a.green() - b.green()) + std::abs(a.blue() - b.blue()) > 60);
            QVERIFY(Theme::contrast(a, textOn(a)) >= 4.5);
        }
    }
    void magmaGoesFromDarkToLight()
    {
        QCOMPARE(magma(0), QColor(0, 0, 4));
        QCOMPARE(magma(1), QColor(252, 253, 191));
        for (int i = 0; i < 50; ++i)
            QVERIFY(qGray(magma(i / 50.0).rgb()) <= qGray(magma((i + 1) / 50.0).rgb()));
    }
};

QTEST_MAIN(TimelinePartsTest)
#include "timeline_parts_test.moc"
