// SPDX-License-Identifier: Apache-2.0
// What lies between PortAudio's callbacks and their listeners, without a device.
#include "engine/media/sound/capture_stream.h"
#include "engine/media/sound/playback_feed.h"
#include "tests/engine/media/forbidden_calls.h"
#include "tests/engine/media/tones.h"

#include <QtTest>

#include <limits>
#include <mutex>
#include <thread>

using namespace orrery;
using namespace orrery::media;
using namespace orrery::test;

namespace {

std::vector<float> interleaved(const std::vector<float> &mono, int channels)
{
    std::vector<float> frames;
    frames.reserve(mono.size() * std::size_t(channels));
    for (const float value : mono)
        frames.insert(frames.end(), std::size_t(channels), value);
    return frames;
}

std::vector<float> readAll(CaptureReader &reader)
{
    std::vector<float> all, piece(1000);
    while (const std::size_t got = reader.read(piece.data(), piece.size()))
        all.insert(all.end(), piece.begin(), piece.begin() + std::ptrdiff_t(got));
    return all;
}

std::shared_ptr<CaptureFeed> begin(CaptureLink &link, double rate, int channels = 1, double seconds = 10)
{
    const auto feed = std::make_shared<CaptureFeed>(rate, channels, seconds);
    link.begin(feed, "test", 0.02);
    return feed;
}

} // namespace

class SoundFeedsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theCallbacksAllocateLockAndLogNothing()
    {
        if (!ForbiddenCalls::available())
            QSKIP("A sanitizer watches over memory in this build");
        const std::vector<float> frames(8 * 512, 0.25f);
        std::vector<float> output(2 * 512);
        for (const int channels : {1, 2, 8}) {
            CaptureFeed capture(48000, channels, 0.5);
            PlaybackFeed playback(48000, 2, 0.5);
            playback.write(frames.data(), 2000);
            playback.end();
            int calls = -1, control = -1;
            std::thread([&] {
                {
                    const ForbiddenCalls watch;
                    for (int i = 0; i < 200; ++i) { // far beyond the ring's end: overruns, too
                        const PaStreamCallbackFlags flags = i % 50 == 0 ? paInputOverflow : 0;
                        PortAudioStream::captureCallback(frames.data(), nullptr, 512, nullptr, flags, &capture);
                        PortAudioStream::captureCallback(nullptr, nullptr, 512, nullptr, flags, &capture);
                        PortAudioStream::playbackCallback(nullptr, output.data(), 512, nullptr, 0, &playback);
                    }
                    calls = watch.count();
                }
                // The watch sees what it is there to see.
                const ForbiddenCalls watch;
                std::mutex mutex;
                const std::scoped_lock lock(mutex);
                delete new std::string(100, 'x');
                control = watch.count();
            }).join();
            QCOMPARE(calls, 0);
            QVERIFY2(control >= 5, qPrintable(QString::number(control)));
            QVERIFY(capture.overruns() > 0);
            QVERIFY(playback.done());
        }
    }

    void everyRateAndChannelCountBecomesSixteenKilohertz_data()
    {
        QTest::addColumn<double>("rate");
        QTest::addColumn<int>("channels");
        for (const double rate : {8000.0, 11025.0, 16000.0, 44100.0, 48000.0, 96000.0, 192000.0}) {
            for (const int channels : {1, 2, 8})
                QTest::addRow("%.0f Hz, %d channels", rate, channels) << rate << channels;
        }
    }
    void everyRateAndChannelCountBecomesSixteenKilohertz()
    {
        QFETCH(double, rate);
        QFETCH(int, channels);
        const auto link = std::make_shared<CaptureLink>();
        CaptureReader reader(link);
        const auto feed = begin(*link, rate, channels);
        const std::vector<float> frames = interleaved(tone(rate, 2, 1000, 0.5), channels);
        std::vector<float> heard, piece(777);
        const std::size_t step = 512 * std::size_t(channels);
        for (std::size_t at = 0; at < frames.size(); at += step) {
            const std::size_t some = std::min(step, frames.size() - at);
            feed->take(frames.data() + at, some / std::size_t(channels), false);
            const std::size_t got = reader.read(piece.data(), piece.size());
            heard.insert(heard.end(), piece.begin(), piece.begin() + std::ptrdiff_t(got));
        }
        link->end();
        const std::vector<float> rest = readAll(reader);
        heard.insert(heard.end(), rest.begin(), rest.end());
        QCOMPARE(heard.size(), std::size_t(32000));
        const Level level = levelAt(heard, kSoundRate, 1000);
        QVERIFY2(std::abs(level.tone - 0.5) < 1e-4, qPrintable(QString::number(level.tone)));
        QVERIFY2(level.rest < 1e-5, qPrintable(QString::number(level.rest)));
        QCOMPARE(link->state().samples, std::uint64_t(32000));
    }

    void soundThatNobodyFetchesIsCountedAsLost()
    {
        const auto link = std::make_shared<CaptureLink>();
        CaptureReader reader(link);
        const auto feed = begin(*link, 16000, 1, 1); // 16384 frames
        std::vector<float> ramp(20'000);
        for (std::size_t i = 0; i < ramp.size(); ++i)
            ramp[i] = float(i) / 20'000;
        feed->take(ramp.data(), ramp.size(), false);
        CaptureState state = link->state();
        QCOMPARE(state.overruns, std::uint64_t(1));
        QCOMPARE(state.lostSamples, std::uint64_t(20'000 - 16'384));
        QCOMPARE(state.samples, std::uint64_t(16'384));
        const std::vector<float> heard = readAll(reader);
        QVERIFY(std::equal(heard.begin(), heard.end(), ramp.begin()));
        QCOMPARE(heard.size(), std::size_t(16'384));
        feed->take(ramp.data(), 100, true); // the driver had lost some; these came
        state = link->state();
        QCOMPARE(state.overruns, std::uint64_t(2));
        QCOMPARE(readAll(reader).size(), std::size_t(100));
    }

    void theLevelIsOfTheLastTenthOfASecond()
    {
        CaptureLink link;
        const auto feed = begin(link, 48000, 2);
        const auto take = [&](double seconds, double level) {
            const std::vector<float> frames = interleaved(tone(48000, seconds, 1000, level), 2);
            feed->take(frames.data(), frames.size() / 2, false);
        };
        take(0.05, 0.5);
        QVERIFY(std::abs(link.state().peak - 0.5f) < 0.001f);
        take(0.2, 1.0);
        QVERIFY(link.state().peak > 0.999f); // clipping can be told
        take(0.25, 0.1);
        QVERIFY(std::abs(link.state().peak - 0.1f) < 0.001f);
        take(0.2, 0);
        QCOMPARE(link.state().peak, 0.0f);
    }

    void rubbishOfADriverIsSilence()
    {
        const auto link = std::make_shared<CaptureLink>();
        CaptureReader reader(link);
        const auto feed = begin(*link, 16000);
        const std::vector<float> frames{0.5f, std::numeric_limits<float>::quiet_NaN(),
                                        std::numeric_limits<float>::infinity(), -0.25f};
        feed->take(frames.data(), frames.size(), false);
        QVERIFY(readAll(reader) == (std::vector<float>{0.5f, 0, 0, -0.25f}));
        QCOMPARE(link->state().peak, 0.5f);
    }

    void aDeviceMayComeBackWithAnotherRate()
    {
        const auto link = std::make_shared<CaptureLink>();
        CaptureReader reader(link);
        std::vector<float> heard;
        for (const double rate : {44100.0, 48000.0, 16000.0}) {
            const auto feed = begin(*link, rate, 2);
            const std::vector<float> frames = interleaved(tone(rate, 1, 1000, 0.5), 2);
            feed->take(frames.data(), frames.size() / 2, false);
            if (rate == 48000.0) { // read before and after it has ended
                const std::vector<float> some = readAll(reader);
                heard.insert(heard.end(), some.begin(), some.end());
            }
            link->end();
            link->setLost();
            QVERIFY(link->state().lost);
        }
        const std::vector<float> rest = readAll(reader);
        heard.insert(heard.end(), rest.begin(), rest.end());
        QCOMPARE(heard.size(), std::size_t(48000));
        for (int second = 0; second < 3; ++second) {
            const std::vector<float> part(heard.begin() + second * 16000, heard.begin() + (second + 1) * 16000);
            QVERIFY(std::abs(levelAt(part, kSoundRate, 1000).tone - 0.5) < 1e-3);
        }
        QCOMPARE(link->state().samples, std::uint64_t(48000));
        QCOMPARE(link->state().overruns, std::uint64_t(3)); // a gap each time
    }

    void aDeviceThatComesAndGoesForHoursFillsNoMemory()
    {
        const auto link = std::make_shared<CaptureLink>();
        std::vector<std::weak_ptr<CaptureFeed>> feeds;
        const std::vector<float> second(16000, 0.1f);
        for (int i = 0; i < 100; ++i) { // nobody reads
            const auto feed = begin(*link, 16000);
            feed->take(second.data(), second.size(), false);
            link->end();
            feeds.push_back(feed);
        }
        QVERIFY(std::count_if(feeds.begin(), feeds.end(), [](const auto &f) { return !f.expired(); }) <= 4);
        QCOMPARE(link->state().samples, std::uint64_t(100 * 16000));
        CaptureReader reader(link);
        QCOMPARE(readAll(reader).size(), std::size_t(4 * 16000)); // the last ones
    }

    void aLoudspeakerGetsSilenceWhereThereIsNoSound()
    {
        PlaybackFeed feed(48000, 2, 0.1);
        std::vector<float> output(20, 9.0f);
        feed.give(output.data(), 10);
        QVERIFY(output == std::vector<float>(20, 0.0f));
        QVERIFY(!feed.done()); // late is not the end
        const std::vector<float> samples{0.1f, 0.2f, 0.3f};
        QCOMPARE(feed.write(samples.data(), 3), std::size_t(3));
        feed.end();
        feed.give(output.data(), 2);
        QVERIFY((std::vector<float>(output.begin(), output.begin() + 4)) ==
                (std::vector<float>{0.1f, 0.1f, 0.2f, 0.2f}));
        QVERIFY(!feed.done());
        feed.give(output.data(), 2);
        QVERIFY((std::vector<float>(output.begin(), output.begin() + 4)) == (std::vector<float>{0.3f, 0.3f, 0, 0}));
        QVERIFY(feed.done());
        QCOMPARE(feed.framesGiven(), std::uint64_t(3));
    }
};

QTEST_GUILESS_MAIN(SoundFeedsTest)
#include "sound_feeds_test.moc"
