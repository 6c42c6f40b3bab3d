// SPDX-License-Identifier: Apache-2.0
// A real capture stream: PortAudio, ALSA, PulseAudio and a null sink's monitor, in real time.
#include "engine/core/error.h"
#include "engine/media/sound/sound_devices.h"
#include "tests/engine/media/pulse_server.h"
#include "tests/engine/media/tones.h"

#include <QtTest>

#include <fcntl.h>
#include <random>
#include <unistd.h>

/// ALSA's plugin of PulseAudio forgets a little when its server dies, and is unloaded before it could be named.
extern "C" const char *__asan_default_options()
{
    return "detect_leaks=0";
}

using namespace orrery;
using namespace orrery::media;
using namespace orrery::test;

namespace {

constexpr const char *kMicrophone = "ALSA/orrery_microphone";
constexpr const char *kLoudspeaker = "ALSA/orrery_loudspeaker";

/// Standard error while it lives.
class StandardError
{
public:
    StandardError()
    {
        std::fflush(stderr);
        m_before = ::dup(2);
        m_file.open();
        ::dup2(m_file.handle(), 2);
    }
    ~StandardError() { text(); }
    QByteArray text()
    {
        if (m_before >= 0) {
            std::fflush(stderr);
            ::dup2(m_before, 2);
            ::close(std::exchange(m_before, -1));
        }
        m_file.seek(0);
        return m_file.readAll();
    }

private:
    QTemporaryFile m_file;
    int m_before = -1;
};

/// What can be told from everything else, and where each moment is unlike the others: noise whose loudness changes, as
/// speech does, below 6 kHz, which every filter on the way lets pass.
std::vector<float> babble(double seconds)
{
    std::vector<float> samples(std::size_t(seconds * kSoundRate));
    std::minstd_rand random(5);
    std::array<double, 4> last{};
    for (std::size_t i = 0; i < samples.size(); ++i) {
        double value = double(random()) / double(std::minstd_rand::max()) - 0.5;
        for (double &pole : last) // a fourth-order low pass
            value = pole += 0.35 * (value - pole);
        samples[i] = float(value * (0.6 + 0.4 * std::sin(2 * kPi * 3 * double(i) / kSoundRate)));
    }
    return samples;
}

/// Reads until `done` or the time is over.
template <class Done>
bool readUntil(SoundCapture &capture, std::vector<float> &into, int milliseconds, const Done &done)
{
    QElapsedTimer timer;
    timer.start();
    std::vector<float> piece(1600);
    while (!timer.hasExpired(milliseconds)) {
        while (const std::size_t got = capture.read(piece.data(), piece.size()))
            into.insert(into.end(), piece.begin(), piece.begin() + std::ptrdiff_t(got));
        if (done())
            return true;
        QThread::msleep(10);
    }
    return false;
}

struct Match
{
    std::ptrdiff_t offset = 0; ///< of what was played in what was heard
    double likeness = 0;       ///< correlation, in [−1, 1]
    double level = 0;          ///< of what was heard, relative to what was played
};

/// Where the middle second of `played` is in `heard`. Two devices' clocks do not agree to the sample, so the best place
/// between samples is looked for: correlations of sound that has no frequencies above half of the rate have none
/// either.
Match find(const std::vector<float> &played, const std::vector<float> &heard)
{
    const std::size_t from = played.size() / 2 - 8000, count = 16000;
    double ofPlayed = 0;
    for (std::size_t i = 0; i < count; ++i)
        ofPlayed += double(played[from + i]) * played[from + i];
    const auto product = [&](std::size_t at, std::size_t step) {
        double sum = 0;
        for (std::size_t i = 0; i < count; i += step)
            sum += double(played[from + i]) * heard[at + i];
        return sum;
    };
    constexpr std::size_t kAround = 32;
    std::size_t best = 0;
    double most = 0;
    for (std::size_t at = kAround; at + count + kAround <= heard.size(); ++at) {
        if (product(at, 7) * 7 < 0.25 * ofPlayed) // coarse first
            continue;
        if (const double here = product(at, 1); here > most) {
            most = here;
            best = at;
        }
    }
    if (most <= 0)
        return {};
    double ofHeard = 0;
    for (std::size_t i = 0; i < count; ++i)
        ofHeard += double(heard[best + i]) * heard[best + i];
    std::array<double, 2 * kAround + 1> products{};
    for (std::size_t k = 0; k < products.size(); ++k)
        products[k] = product(best + k - kAround, 1);
    for (double shift = -0.5; shift <= 0.5; shift += 1.0 / 32) {
        double sum = 0;
        for (std::size_t k = 0; k < products.size(); ++k) {
            const double x = kPi * (shift + double(kAround) - double(k));
            sum += products[k] * (x == 0 ? 1 : std::sin(x) / x);
        }
        most = std::max(most, sum);
    }
    return {std::ptrdiff_t(best) - std::ptrdiff_t(from), most / std::sqrt(ofHeard * ofPlayed),
            std::sqrt(ofHeard / ofPlayed)};
}

Error errorOf(const std::function<void()> &work)
{
    try {
        work();
    } catch (const Exception &e) {
        return {e.code(), e.what(), e.context()};
    }
    return {ErrorCode::Internal, "nothing was thrown", {}};
}

} // namespace

class SoundDevicesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aComputerWithoutSoundHasNoDevicesAndSaysSo_data()
    {
        QTest::addColumn<QByteArray>("configuration");
        QTest::newRow("nothing is configured") << QByteArray("nothing 1\n");
        QTest::newRow("the default device cannot be opened") << QByteArray("pcm.default { type hw card 77 }\n");
        QTest::newRow("as Debian configures it") << QByteArray("</usr/share/alsa/alsa.conf>\n");
    }
    void aComputerWithoutSoundHasNoDevicesAndSaysSo()
    {
        QFETCH(QByteArray, configuration);
        if (QFile::exists("/proc/asound/cards") && configuration.startsWith('<'))
            QSKIP("This computer has sound");
        PulseServer server;
        server.configure(configuration);
        PortAudioDevices devices;
        StandardError said;
        const std::vector<SoundDevice> list = devices.list();
        const Error capture = errorOf([&] { devices.openCapture(""); });
        const Error named = errorOf([&] { devices.openCapture("ALSA/USB microphone"); });
        const Error play = errorOf([&] { devices.play(nullptr, 0, ""); });
        QCOMPARE(said.text(), QByteArray()); // neither ALSA nor JACK may write between the lines of a program
        QVERIFY(list.empty());
        for (const Error &error : {capture, named, play})
            QVERIFY2(error.code == ErrorCode::NotFound, error.message.c_str());
        QVERIFY2(capture.message.find("This computer has no microphone") == 0, capture.message.c_str());
        QVERIFY2(play.message.find("This computer has no loudspeaker") == 0, play.message.c_str());
    }

    void devicesAreCalledByHostAndName()
    {
        PulseServer server;
        if (const QString why = server.start(); !why.isEmpty())
            QSKIP(qPrintable(why));
        PortAudioDevices devices;
        StandardError said;
        const std::vector<SoundDevice> list = devices.list();
        QCOMPARE(said.text(), QByteArray());
        const auto microphone =
            std::find_if(list.begin(), list.end(), [](const SoundDevice &d) { return d.id == kMicrophone; });
        QVERIFY(microphone != list.end());
        QCOMPARE(microphone->hostApi, std::string("ALSA"));
        QCOMPARE(microphone->name, std::string("orrery_microphone"));
        QVERIFY(microphone->inputs >= 1);
        QVERIFY(microphone->rate >= 8000);
        QCOMPARE(std::count_if(list.begin(), list.end(), [](const SoundDevice &d) { return d.defaultInput; }), 1);
        const Error error = errorOf([&] { devices.openCapture("ALSA/no such thing"); });
        QVERIFY(error.code == ErrorCode::NotFound);
        QVERIFY2(error.message.find("\"ALSA/no such thing\"") != std::string::npos &&
                     error.message.find(kMicrophone) != std::string::npos,
                 error.message.c_str());
        QVERIFY(devices.openCapture("orrery_microphone")); // by its name alone
    }

    void whatIsPlayedIsHeard()
    {
        PulseServer server;
        if (const QString why = server.start(); !why.isEmpty())
            QSKIP(qPrintable(why));
        PortAudioDevices devices;
        const auto played = std::make_shared<const std::vector<float>>(babble(3));
        const std::unique_ptr<SoundCapture> capture = devices.openCapture(kMicrophone);
        QCOMPARE(capture->state().device, std::string(kMicrophone));
        std::vector<float> heard;
        QVERIFY(readUntil(*capture, heard, 10'000, [&] { return !heard.empty(); })); // silence is sound, too
        const std::unique_ptr<SoundPlayer> player = devices.play(played, 0, kLoudspeaker);
        QVERIFY(!player->finished());
        double position = 0;
        bool forwards = true;
        float peak = 0;
        QVERIFY(readUntil(*capture, heard, 20'000, [&] {
            forwards &= player->position() >= position && player->position() <= 3;
            position = player->position();
            peak = std::max(peak, capture->state().peak);
            return player->finished();
        }));
        const std::size_t until = heard.size() + 8000; // what is on its way
        QVERIFY(readUntil(*capture, heard, 10'000, [&] { return heard.size() >= until; }));
        QVERIFY(forwards);
        QCOMPARE(player->position(), 3.0);
        QCOMPARE(player->error(), std::string());

        const Match match = find(*played, heard);
        const CaptureState state = capture->state();
        qInfo("likeness %.5f, level %.4f, %d overruns, latency of the device %.1f ms", match.likeness, match.level,
              int(state.overruns), state.deviceMs);
        QVERIFY2(match.likeness > 0.999, qPrintable(QString::number(match.likeness)));
        QVERIFY2(std::abs(match.level - 1) < 0.01, qPrintable(QString::number(match.level)));
        QVERIFY(!state.lost);
        QCOMPARE(state.overruns, std::uint64_t(0));
        QVERIFY(state.deviceMs > 0);
        QVERIFY(state.samples >= heard.size());
        float loudest = 0;
        for (const float value : *played)
            loudest = std::max(loudest, std::abs(value));
        QVERIFY2(std::abs(peak - loudest) < 0.1f * loudest, qPrintable(QString::number(peak)));
        // All three seconds, not the middle alone: nothing was cut off at either end.
        QVERIFY(match.offset >= 0 && std::size_t(match.offset) + played->size() <= heard.size());
    }

    void playingBeginsWhereItIsTold()
    {
        PulseServer server;
        if (const QString why = server.start(); !why.isEmpty())
            QSKIP(qPrintable(why));
        PortAudioDevices devices;
        const auto played = std::make_shared<const std::vector<float>>(babble(60));
        const auto until = [](const SoundPlayer &player, const auto &done) {
            QElapsedTimer timer;
            timer.start();
            while (!done(player) && !timer.hasExpired(10'000))
                QThread::msleep(5);
            return done(player);
        };
        const auto finished = [](const SoundPlayer &p) { return p.finished(); };
        std::unique_ptr<SoundPlayer> player = devices.play(played, 59.7, kLoudspeaker);
        QVERIFY(player->position() >= 59.7);
        QVERIFY(until(*player, finished));
        QCOMPARE(player->position(), 60.0);
        for (const double from : {1000.0, 60.0}) { // behind the end: nothing to play
            player = devices.play(played, from, kLoudspeaker);
            QVERIFY(until(*player, finished));
        }
        player = devices.play(nullptr, -1, kLoudspeaker);
        QVERIFY(until(*player, finished));
        // Destroyed in the middle: silence, and the loudspeaker is free.
        player = devices.play(played, 0, kLoudspeaker);
        QVERIFY(until(*player, [](const SoundPlayer &p) { return p.position() > 0.1; }));
        QCOMPARE(server.ask({"list", "short", "sink-inputs"}).count('\n'), 1);
        player.reset();
        QTRY_COMPARE(server.ask({"list", "short", "sink-inputs"}).count('\n'), 0);
    }

    void theMicrophoneIsReleasedWhenNobodyListens()
    {
        PulseServer server;
        if (const QString why = server.start(); !why.isEmpty())
            QSKIP(qPrintable(why));
        PortAudioDevices devices;
        QCOMPARE(server.ask({"list", "short", "source-outputs"}).count('\n'), 0);
        std::unique_ptr<SoundCapture> capture = devices.openCapture("");
        std::unique_ptr<SoundCapture> second = devices.openCapture(kMicrophone);
        QTRY_COMPARE(server.ask({"list", "short", "source-outputs"}).count('\n'), 2);
        capture.reset();
        QTRY_COMPARE(server.ask({"list", "short", "source-outputs"}).count('\n'), 1);
        std::vector<float> heard; // the other one goes on
        QVERIFY(readUntil(*second, heard, 10'000, [&] { return heard.size() > 8000; }));
        second.reset();
        QTRY_COMPARE(server.ask({"list", "short", "source-outputs"}).count('\n'), 0);
    }

    void aDeviceThatVanishesIsLookedForAndComesBack()
    {
        PulseServer server;
        if (const QString why = server.start(); !why.isEmpty())
            QSKIP(qPrintable(why));
        PortAudioDevices devices;
        StandardError said;
        const std::unique_ptr<SoundCapture> capture = devices.openCapture(kMicrophone);
        const std::unique_ptr<SoundPlayer> player =
            devices.play(std::make_shared<const std::vector<float>>(babble(60)), 0, kLoudspeaker);
        std::vector<float> heard;
        QVERIFY(readUntil(*capture, heard, 10'000, [&] { return heard.size() > 16000; }));
        QVERIFY(!capture->state().lost);
        server.kill();
        QVERIFY(readUntil(*capture, heard, 15'000, [&] { return capture->state().lost && player->finished(); }));
        QVERIFY2(player->error().find("gone") != std::string::npos, player->error().c_str());
        QCOMPARE(capture->state().peak, 0.0f);
        const std::uint64_t overruns = capture->state().overruns;
        QVERIFY(overruns >= 1); // what was said meanwhile was not heard
        const std::size_t before = heard.size();
        QVERIFY(!readUntil(*capture, heard, 2500, [&] { return heard.size() > before; }));
        QVERIFY(capture->state().lost);
        QVERIFY(devices.list().empty()); // and one may ask meanwhile

        QCOMPARE(server.start(), QString());
        QVERIFY(readUntil(*capture, heard, 15'000, [&] { return !capture->state().lost; }));
        const auto played = std::make_shared<const std::vector<float>>(babble(2));
        const std::unique_ptr<SoundPlayer> again = devices.play(played, 0, kLoudspeaker);
        std::vector<float> afterwards;
        QVERIFY(readUntil(*capture, afterwards, 20'000, [&] { return again->finished(); }));
        const std::size_t until = afterwards.size() + 8000;
        QVERIFY(readUntil(*capture, afterwards, 10'000, [&] { return afterwards.size() >= until; }));
        const Match match = find(*played, afterwards);
        const CaptureState state = capture->state();
        qInfo("likeness %.5f, level %.4f, %d overruns before, %d after", match.likeness, match.level, int(overruns),
              int(state.overruns));
        QVERIFY(match.likeness > 0.999);
        QCOMPARE(state.device, std::string(kMicrophone));
        // PortAudio 19.6 itself cannot be told to be silent when a device dies under it; ALSA and JACK are.
        for (const QByteArray &line : said.text().split('\n'))
            QVERIFY2(line.isEmpty() || line.startsWith("Expression '"), line.constData());
    }
};

QTEST_GUILESS_MAIN(SoundDevicesTest)
#include "sound_devices_test.moc"
