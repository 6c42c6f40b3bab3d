// SPDX-License-Identifier: Apache-2.0
// What the page counts, notes and prepares, without a page.
#include "plugins/speech/view/failures.h"
#include "plugins/speech/view/recordings.h"
#include "plugins/speech/view/statistics_panel.h"
#include "widgets/timeline/mel_spectrum.h"

#include <QTest>

#include <cmath>
#include <numbers>

using namespace orrery;
using namespace orrery::speech;

namespace {

double level(const std::vector<float> &samples)
{
    double sum = 0;
    for (std::size_t i = samples.size() / 4; i < samples.size() * 3 / 4; ++i)
        sum += double(samples[i]) * samples[i];
    return std::sqrt(sum / double(samples.size() / 2));
}

std::vector<float> tone(double hertz)
{
    std::vector<float> samples(8000);
    for (std::size_t i = 0; i < samples.size(); ++i)
        samples[i] = float(0.5 * std::sin(2 * std::numbers::pi * hertz * double(i) / kSoundRate));
    return samples;
}

} // namespace

class SpeechPartsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void unitsAreCounted()
    {
        // 5 5 5 9 9 5 7
        const UnitStatistics result = statisticsOf(UnitTrack({5, 5, 5, 9, 9, 5, 7}, 20, 12.5));
        QCOMPARE(result.frames, std::int64_t(7));
        QCOMPARE(result.runs, std::int64_t(4));
        QCOMPARE(result.counts.size(), std::size_t(3));
        QCOMPARE(result.counts[0].unit, 5);
        QCOMPARE(result.counts[0].frames, std::int64_t(4));
        QCOMPARE(result.counts[0].runs, std::int64_t(2));
        QCOMPARE(result.runLengths[0], std::int64_t(2)); // 5 and 7
        QCOMPARE(result.runLengths[1], std::int64_t(1));
        QCOMPARE(result.runLengths[2], std::int64_t(1));
        QCOMPARE(result.transitions.size(), std::size_t(3));
        const double p = 4.0 / 7, q = 2.0 / 7, r = 1.0 / 7;
        QVERIFY(std::fabs(result.entropyBits + p * std::log2(p) + q * std::log2(q) + r * std::log2(r)) < 1e-12);
        QCOMPARE(statisticsOf({}).frames, std::int64_t(0));
    }
    void veryLongRunsCountInTheLastBar()
    {
        const UnitStatistics result = statisticsOf(UnitTrack(std::vector<int>(100, 1), 20, 12.5));
        QCOMPARE(result.runLengths.back(), std::int64_t(1));
        QCOMPARE(result.entropyBits, 0.0);
        QVERIFY(result.transitions.empty());
    }
    void everyPlaceOfAUnitIsFound()
    {
        Recording one, two, none;
        one.item = QUuid::createUuid();
        two.item = QUuid::createUuid();
        one.samples = two.samples = std::make_shared<std::vector<float>>(16000);
        one.units = std::make_shared<UnitList>(UnitList{{}, {1, 1, 2, 1}, {}, 20, 12.5});
        two.units = std::make_shared<UnitList>(UnitList{{}, {2, 1}, {}, 20, 12.5});
        const QList<Occurrence> places = occurrencesOf(1, {one, two, none});
        QCOMPARE(places.size(), 3);
        QCOMPARE(places[0].from, 0.0025);
        QCOMPARE(places[0].to, 0.0425);
        QCOMPARE(places[2].item, two.item);
        const QList<Player::Part> parts = partsOf(places, {one, two, none});
        QCOMPARE(parts.size(), 3);
        QCOMPARE(parts[0].from, 0.0); // never before the beginning
        QVERIFY(parts[1].to > places[1].to);
    }

    void clippingIsCountedByPlaces()
    {
        std::vector<float> samples(16000, 0.1f);
        std::fill_n(samples.begin() + 1000, 5, 1.0f);
        std::fill_n(samples.begin() + 1010, 5, -1.0f); // the same place
        std::fill_n(samples.begin() + 9000, 3, 1.0f);
        samples[12000] = 1.0f; // a peak that just fits
        const QStringList notes = notesOf(samples, {}, false);
        QCOMPARE(notes.size(), 1);
        QVERIFY2(notes[0].startsWith(QLatin1String("Clipped in 2 places")), qPrintable(notes[0]));
        QVERIFY(notesOf(std::vector<float>(100, 0.1f), {}, false).isEmpty());
        QCOMPARE(notesOf(std::vector<float>(100, 0.0f), {}, true).size(), 2); // silent, and cut
    }

    void theTelephoneKeepsTheMiddleOnly()
    {
        QVERIFY(level(*throughTelephone(tone(1000))) > 0.95 * level(tone(1000)));
        QVERIFY(level(*throughTelephone(tone(100))) < 0.05 * level(tone(100)));
        QVERIFY(level(*throughTelephone(tone(5000))) < 0.01 * level(tone(5000)));
    }
    void theHumIsSteadyAndSoft()
    {
        const Samples sound = hum(2);
        QCOMPARE(sound->size(), std::size_t(2 * kSoundRate));
        for (std::size_t i = 160; i < sound->size(); ++i)
            QVERIFY(std::fabs((*sound)[i] - (*sound)[i - 160]) < 1e-4f); // 100 Hz
        QVERIFY(level(*sound) > 0.05 && level(*sound) < 0.3);
    }
};

QTEST_GUILESS_MAIN(SpeechPartsTest)
#include "speech_parts_test.moc"
