// SPDX-License-Identifier: Apache-2.0
// The jobs of sound on the engine thread; without LibTorch, of which they need nothing.
#include "engine/api/sound.h"
#include "engine/core/engine_thread.h"
#include "engine/runtime/media_gateway.h"
#include "tests/engine/core/fake_runtime.h"
#include "tests/engine/media/pulse_server.h"
#include "tests/engine/media/tones.h"

#include <QTemporaryDir>
#include <QtTest>

#include <atomic>

using namespace orrery;
using namespace orrery::test;

namespace {

Samples samplesOf(std::vector<float> samples)
{
    return std::make_shared<const std::vector<float>>(std::move(samples));
}

} // namespace

class SoundJobsTest : public QObject
{
    Q_OBJECT

    EngineThread m_engine;
    QTemporaryDir m_folder;
    std::string m_file; ///< ten seconds

private Q_SLOTS:
    void initTestCase()
    {
        m_engine.start(
            {}, [](const EngineSettings &) -> std::unique_ptr<Runtime> { return std::make_unique<PlainRuntime>(); });
        m_file = m_folder.filePath("tone.wav").toStdString();
        const std::vector<float> samples = tone(kSoundRate, 10, 440, 0.5);
        mediaServices().soundFiles().writeWav(m_file, samples.data(), samples.size());
    }

    void aFileIsLoaded()
    {
        const auto result = m_engine.submit(sound::kLoad, {.sound = {.path = m_file}}).wait();
        QVERIFY2(result, result ? "" : result.error().message.c_str());
        QCOMPARE(result->samples->size(), std::size_t(160'000));
        QCOMPARE(result->facts.seconds, 10.0);
        QVERIFY(!result->cut && !result->facts.damaged);
        QVERIFY(std::abs(levelAt(*result->samples, kSoundRate, 440).tone - 0.5) < 1e-3);
    }

    void whatIsLongerIsCutAndSaid_data()
    {
        QTest::addColumn<double>("most");
        QTest::addColumn<int>("samples");
        QTest::addColumn<bool>("cut");
        QTest::newRow("shorter") << 9.5 << 152'000 << true;
        QTest::newRow("exactly") << 10.0 << 160'000 << false;
        QTest::newRow("longer") << 1e300 << 160'000 << false;
        QTest::newRow("nothing") << -1.0 << 0 << true;
    }
    void whatIsLongerIsCutAndSaid()
    {
        QFETCH(double, most);
        QFETCH(int, samples);
        QFETCH(bool, cut);
        const SoundSource atHand{.samples = samplesOf(tone(kSoundRate, 10, 440, 0.5))};
        for (const SoundSource &source : {SoundSource{.path = m_file}, atHand}) {
            const auto result = m_engine.submit(sound::kLoad, {source, most}).wait();
            QVERIFY(result);
            QCOMPARE(int(result->samples->size()), samples);
            QCOMPARE(result->cut, cut);
            if (source.samples && !cut)
                QCOMPARE(result->samples.get(), source.samples.get()); // shared, not copied
        }
    }

    void badSoundsAreNamed()
    {
        const auto absent = m_engine.submit(sound::kLoad, {.sound = {.path = "/no/such.wav"}}).wait();
        QVERIFY(!absent && absent.error().code == ErrorCode::NotFound);
        QVERIFY(absent.error().message.find("/no/such.wav") == 0);
        const auto none = m_engine.submit(sound::kLoad, {}).wait();
        QVERIFY(!none && none.error().code == ErrorCode::BadInput);
        const auto played = m_engine.submit(sound::kPlay, {.sound = {.path = "/no/such.wav"}}).wait();
        QVERIFY(!played && played.error().code == ErrorCode::NotFound);
        const auto backwards =
            m_engine.submit(sound::kPlay, {.sound = {.path = m_file}, .fromSeconds = 2, .toSeconds = 1}).wait();
        QVERIFY(!backwards && backwards.error().code == ErrorCode::BadInput);
    }

    void aSoundIsReadPieceByPiece_data()
    {
        QTest::addColumn<bool>("file");
        QTest::newRow("file") << true;
        QTest::newRow("samples at hand") << false;
    }
    void aSoundIsReadPieceByPiece()
    {
        QFETCH(bool, file);
        const std::vector<float> all = tone(kSoundRate, 10, 440, 0.5);
        const SoundSource source = file ? SoundSource{.path = m_file} : SoundSource{.samples = samplesOf(all)};
        std::vector<std::size_t> sizes;
        std::vector<float> read;
        const auto result = m_engine
                                .submit(kScript, {[&](EngineScope &scope) -> Task<int> {
                                            Task<std::unique_ptr<SoundReader>> opening = openSound(scope, source);
                                            const std::unique_ptr<SoundReader> reader = co_await std::move(opening);
                                            while (true) {
                                                Task<std::vector<float>> reading = readSome(scope, *reader, 50'000);
                                                const std::vector<float> piece = co_await std::move(reading);
                                                sizes.push_back(piece.size());
                                                if (piece.empty())
                                                    break;
                                                read.insert(read.end(), piece.begin(), piece.end());
                                            }
                                            co_return int(reader->facts().seconds);
                                        }})
                                .wait();
        QVERIFY(result);
        QCOMPARE(*result, 10);
        QCOMPARE(sizes, (std::vector<std::size_t>{50'000, 50'000, 50'000, 10'000, 0}));
        QVERIFY(std::equal(read.begin(), read.end(), all.begin(), all.end(),
                           [](float a, float b) { return std::abs(a - b) < 1e-4f; }));
    }

    void devicesAreListedAndPlayedOn()
    {
        PulseServer server;
        if (const QString why = server.start(); !why.isEmpty())
            QSKIP(qPrintable(why));
        const auto found = m_engine.submit(sound::kDevices, {}).wait();
        QVERIFY(found);
        QVERIFY(std::any_of(found->devices.begin(), found->devices.end(),
                            [](const SoundDevice &d) { return d.id == "ALSA/orrery_loudspeaker"; }));

        double last = 0;
        bool forwards = true;
        const auto watch = [&](const Progress &progress) { // without an executor, on the engine thread
            const auto *at = std::any_cast<sound::PlayResult>(&progress.partial);
            forwards &= at && at->position >= last && progress.fraction <= 1;
            last = at ? at->position : last;
        };
        sound::PlayRequest request{.sound = {.path = m_file}, .fromSeconds = 1.0, .toSeconds = 1.5};
        request.device = "ALSA/orrery_loudspeaker";
        const auto played = m_engine.submit(sound::kPlay, request, {}, {}, watch).wait();
        QVERIFY2(played, played ? "" : played.error().message.c_str());
        QCOMPARE(played->position, 1.5);
        QVERIFY(forwards);
        QVERIFY(last > 1.0);

        request.toSeconds = 0; // to the end, but for the cancellation
        std::atomic<bool> sounds = false;
        JobHandle<sound::PlayResult> playing = m_engine.submit(
            sound::kPlay, request, {}, {}, [&](const Progress &progress) { sounds = progress.fraction > 0.01; });
        QTRY_VERIFY_WITH_TIMEOUT(sounds.load(), 15'000);
        QCOMPARE(server.ask({"list", "short", "sink-inputs"}).count('\n'), 1);
        playing.cancel();
        QVERIFY(playing.wait().error().code == ErrorCode::Cancelled);
        QTRY_COMPARE(server.ask({"list", "short", "sink-inputs"}).count('\n'), 0);

        request.device = "ALSA/attic";
        const auto attic = m_engine.submit(sound::kPlay, request).wait();
        QVERIFY(!attic && attic.error().code == ErrorCode::NotFound);
        request.device.clear();
        playing = m_engine.submit(sound::kPlay, request, {}, {}, [&](const Progress &) { sounds = true; });
        sounds = false;
        QTRY_VERIFY_WITH_TIMEOUT(sounds.load(), 15'000);
        server.kill();
        const auto cutOff = playing.wait();
        QVERIFY(!cutOff && cutOff.error().code == ErrorCode::Unsupported);
        QVERIFY2(cutOff.error().message.find("gone") != std::string::npos, cutOff.error().message.c_str());
    }
};

QTEST_GUILESS_MAIN(SoundJobsTest)
#include "sound_jobs_test.moc"
