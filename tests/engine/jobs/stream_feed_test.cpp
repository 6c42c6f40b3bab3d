// SPDX-License-Identifier: Apache-2.0
#include "engine/api/stream_feed.h"

#include <QTest>

using namespace orrery;
using namespace orrery::speech;

class StreamFeedTest : public QObject
{
    Q_OBJECT

private:
    static constexpr int kHop = 320, kWait = 10; ///< samples; frames until one is settled

    /// What the engine tells of frame after frame, as long as nobody takes it: a guess, and ten frames later the truth.
    static void tell(StreamFeed &feed, std::int64_t from, std::int64_t to)
    {
        for (std::int64_t frame = from; frame < to; ++frame) {
            StreamFeed::Update update;
            update.firstSample = frame * kHop;
            for (int i = 0; i < kHop; ++i)
                update.samples.push_back(float(frame * kHop + i));
            if (frame >= kWait) {
                update.units.push_back({frame - kWait, 7, true, 12});
                update.frames = {float(frame - kWait), -1};
            }
            update.units.push_back({frame, 5, false, 12});
            update.settledUnits = std::uint64_t(std::max<std::int64_t>(0, frame - kWait + 1));
            feed.put(update);
        }
    }

private Q_SLOTS:
    void nothingIsLostOfWhatIsTaken()
    {
        StreamFeed feed;
        std::int64_t samples = 0, units = 0;
        for (int second = 0; second < 100; ++second) {
            tell(feed, second * 50, second * 50 + 50);
            const StreamFeed::Update update = feed.take();
            QCOMPARE(update.firstSample, samples);
            QCOMPARE(update.samples.front(), float(samples));
            samples += std::int64_t(update.samples.size());
            units += std::int64_t(update.units.size());
            QCOMPARE(update.droppedSamples, std::uint64_t(0));
            QCOMPARE(update.droppedUnits, std::uint64_t(0));
        }
        QCOMPARE(samples, 5000 * kHop);
        QCOMPARE(units, 2 * 5000 - kWait);
    }

    void whatNobodyTakesStaysWithinAMinute()
    {
        StreamFeed feed;
        constexpr std::int64_t kFrames = 50 * 60 * 5; // five minutes
        tell(feed, 0, kFrames);
        const StreamFeed::Update update = feed.take();
        QVERIFY(update.samples.size() <= StreamFeed::kMostSamples);
        QVERIFY(update.samples.size() > StreamFeed::kMostSamples / 2);
        QVERIFY(update.units.size() <= StreamFeed::kMostUnits);
        QVERIFY(update.units.size() > StreamFeed::kMostUnits / 2);
        QCOMPARE(update.droppedSamples + update.samples.size(), std::uint64_t(kFrames * kHop));
        QCOMPARE(update.droppedUnits + update.units.size(), std::uint64_t(2 * kFrames - kWait));
        QCOMPARE(update.firstSample, std::int64_t(update.droppedSamples));
        QCOMPARE(update.samples.front(), float(update.firstSample));
        QCOMPARE(update.units.back().frame, kFrames - 1);
        QCOMPARE(update.settledUnits, std::uint64_t(kFrames - kWait)); // of all, taken or not
        // The frames that stay are those of the settled units that stay.
        std::size_t settled = 0;
        for (const StreamFeed::Unit &unit : update.units)
            if (unit.settled)
                QCOMPARE(update.frames.at(2 * settled++), float(unit.frame));
        QCOMPARE(update.frames.size(), 2 * settled);
    }

    void afterALongPauseItGoesOn()
    {
        StreamFeed feed;
        tell(feed, 0, 50 * 120);
        const StreamFeed::Update late = feed.take();
        tell(feed, 50 * 120, 50 * 121);
        const StreamFeed::Update next = feed.take();
        QCOMPARE(next.firstSample, late.firstSample + std::int64_t(late.samples.size()));
        QCOMPARE(next.samples.size(), std::size_t(50 * kHop));
        QCOMPARE(next.droppedSamples, late.droppedSamples); // still told
    }
};

QTEST_GUILESS_MAIN(StreamFeedTest)
#include "stream_feed_test.moc"
