// SPDX-License-Identifier: Apache-2.0
#include "engine/core/error.h"
#include "engine/media/sound/sound_file.h"
#include "tests/engine/media/tones.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cstring>
#include <fstream>
#include <limits>
#include <random>

#include <sndfile.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/// Debian's libsndfile 1.2.0 forgets what libvorbis had allocated when it refuses a damaged Ogg file (6 kB a file).
extern "C" const char *__lsan_default_suppressions()
{
    return "leak:vorbis_info_init\n";
}

using namespace orrery;
using namespace orrery::media;
using namespace orrery::test;

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes bytesOf(const std::string &path)
{
    std::ifstream in(path, std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(in), {});
}

std::vector<float> readAll(SoundReader &reader, std::size_t piece = 10'000)
{
    std::vector<float> all, some(piece);
    while (const std::size_t got = reader.read(some.data(), piece))
        all.insert(all.end(), some.begin(), some.begin() + std::ptrdiff_t(got));
    return all;
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

long residentKb()
{
    std::ifstream in("/proc/self/statm");
    long total = 0, resident = 0;
    in >> total >> resident;
    return resident * (::sysconf(_SC_PAGESIZE) / 1024);
}

} // namespace

class SoundFilesTest : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    std::string path(const char *name) const { return m_folder.filePath(name).toStdString(); }

    /// Channel c sounds at (c + 1) / channels of the level, so that the mean says whether every channel was heard.
    std::string write(const char *name, int format, int rate, int channels, const std::vector<float> &mono) const
    {
        SF_INFO info = {};
        info.samplerate = rate;
        info.channels = channels;
        info.format = format;
        const std::string file = path(name);
        SNDFILE *out = ::sf_open(file.c_str(), SFM_WRITE, &info);
        if (!out)
            qFatal("%s: %s", name, ::sf_strerror(nullptr));
        std::vector<float> frames(mono.size() * std::size_t(channels));
        for (std::size_t i = 0; i < mono.size(); ++i) {
            for (int c = 0; c < channels; ++c)
                frames[i * std::size_t(channels) + std::size_t(c)] = mono[i] * float(c + 1) / float(channels);
        }
        ::sf_writef_float(out, frames.data(), sf_count_t(mono.size()));
        ::sf_close(out);
        return file;
    }
    static double meanOfChannels(int channels) { return (channels + 1) / (2.0 * channels); }

private Q_SLOTS:
    void toneKeepsFrequencyAndLevel_data()
    {
        QTest::addColumn<int>("format");
        QTest::addColumn<int>("rate");
        QTest::addColumn<int>("channels");
        QTest::addColumn<double>("noise"); // of the format, relative to full scale
        QTest::addColumn<QString>("name");
        const double exact = 1e-5;
        const int wav = SF_FORMAT_WAV, flac = SF_FORMAT_FLAC;
        const int vorbis = SF_FORMAT_OGG | SF_FORMAT_VORBIS, opus = SF_FORMAT_OGG | SF_FORMAT_OPUS;
        const int mp3 = SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III;
        QTest::newRow("wav 8 bits") << (wav | SF_FORMAT_PCM_U8) << 16000 << 1 << 1e-2 << "WAV, 8 bits";
        QTest::newRow("wav 16 bits") << (wav | SF_FORMAT_PCM_16) << 16000 << 1 << 1e-4 << "WAV, 16 bits";
        QTest::newRow("wav 24 bits") << (wav | SF_FORMAT_PCM_24) << 44100 << 2 << exact << "WAV, 24 bits";
        QTest::newRow("wav 32 bits") << (wav | SF_FORMAT_PCM_32) << 48000 << 2 << exact << "WAV, 32 bits";
        QTest::newRow("wav float") << (wav | SF_FORMAT_FLOAT) << 22050 << 1 << exact << "WAV, 32 bits, float";
        QTest::newRow("wav double") << (wav | SF_FORMAT_DOUBLE) << 8000 << 1 << exact << "WAV, 64 bits, float";
        QTest::newRow("192 kHz") << (wav | SF_FORMAT_PCM_24) << 192000 << 2 << exact << "WAV, 24 bits";
        QTest::newRow("8 channels") << (SF_FORMAT_WAVEX | SF_FORMAT_PCM_16) << 48000 << 8 << 1e-4 << "WAV, 16 bits";
        QTest::newRow("11,025 Hz") << (wav | SF_FORMAT_PCM_16) << 11025 << 1 << 1e-4 << "WAV, 16 bits";
        QTest::newRow("a law") << (wav | SF_FORMAT_ALAW) << 8000 << 1 << 2e-2 << "WAV, A-Law";
        QTest::newRow("flac 16 bits") << (flac | SF_FORMAT_PCM_16) << 44100 << 2 << 1e-4 << "FLAC, 16 bits";
        QTest::newRow("flac 24 bits") << (flac | SF_FORMAT_PCM_24) << 96000 << 8 << exact << "FLAC, 24 bits";
        QTest::newRow("aiff") << (SF_FORMAT_AIFF | SF_FORMAT_PCM_16) << 32000 << 1 << 1e-4 << "AIFF, 16 bits";
        QTest::newRow("ogg vorbis") << vorbis << 44100 << 2 << 2e-2 << "Ogg Vorbis";
        QTest::newRow("ogg opus") << opus << 48000 << 1 << 3e-2 << "Ogg Opus";
        QTest::newRow("mp3") << mp3 << 44100 << 2 << 2e-2 << "MP3";
    }
    void toneKeepsFrequencyAndLevel()
    {
        QFETCH(int, format);
        QFETCH(int, rate);
        QFETCH(int, channels);
        QFETCH(double, noise);
        QFETCH(QString, name);
        const std::string file = write("tone", format, rate, channels, tone(rate, 2, 1000, 0.5));
        const std::unique_ptr<SoundReader> reader = openSoundFile(file);
        const SoundFacts facts = reader->facts();
        QCOMPARE(QString::fromStdString(facts.format), name);
        QCOMPARE(facts.rate, rate);
        QCOMPARE(facts.channels, channels);
        QVERIFY2(std::abs(facts.seconds - 2) < 0.06, qPrintable(QString::number(facts.seconds)));
        const std::vector<float> samples = readAll(*reader);
        QVERIFY(!reader->facts().damaged);
        QVERIFY2(std::abs(double(samples.size()) - 2.0 * kSoundRate) < 0.06 * kSoundRate,
                 qPrintable(QString::number(samples.size())));
        const Level level = levelAt(samples, kSoundRate, 1000);
        const double expected = 0.5 * meanOfChannels(channels);
        QVERIFY2(std::abs(level.tone / expected - 1) < std::max(noise, 1e-3), qPrintable(QString::number(level.tone)));
        QVERIFY2(level.rest < noise, qPrintable(QString::number(level.rest)));
        // Bytes at hand are read the same way.
        const std::unique_ptr<SoundReader> fromBytes = openSoundFile(bytesOf(file), "bytes");
        QVERIFY(readAll(*fromBytes) == samples);
    }

    void whatSixteenKilohertzCannotHoldIsGone()
    {
        // 9 kHz would come back as 7 kHz.
        for (const int rate : {44100, 48000, 192000}) {
            const auto reader =
                openSoundFile(write("high.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, rate, 1, tone(rate, 1, 9000, 0.9)));
            const std::vector<float> samples = readAll(*reader);
            QVERIFY(levelAt(samples, kSoundRate, 7000).tone < 1e-6);
            QVERIFY(levelAt(samples, kSoundRate, 7000).rest < 1e-5);
        }
    }

    void theSizesOfTheReadsDoNotChangeTheBits()
    {
        std::vector<float> noise(200'000);
        std::minstd_rand random(7);
        for (float &value : noise)
            value = float(random() % 20001) / 10000.0f - 1.0f;
        for (const int rate : {8000, 16000, 44100, 48000, 192000}) {
            const std::string file = write("noise.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, rate, 2, noise);
            const std::vector<float> whole = readAll(*openSoundFile(file), 10'000'000);
            QCOMPARE(whole.size(), (noise.size() * 16000 + std::size_t(rate) / 2) / std::size_t(rate));
            for (const std::size_t piece : {std::size_t(1), std::size_t(320), std::size_t(4097)})
                QVERIFY(readAll(*openSoundFile(file), piece) == whole);
        }
    }

    void whatWasWrittenIsReadBack()
    {
        std::vector<float> samples(30'001);
        std::minstd_rand random(3);
        for (float &value : samples)
            value = float(int(random() % 65536) - 32768) / 32768.0f;
        const std::string file = path("own.wav");
        writeWavFile(file, samples.data(), samples.size());
        const auto reader = openSoundFile(file);
        QCOMPARE(reader->facts().format, std::string("WAV, 16 bits"));
        QCOMPARE(reader->facts().rate, kSoundRate);
        QVERIFY(readAll(*reader) == samples);
        // Louder than full scale is cut, not wrapped around.
        const std::vector<float> loud{2.0f, -2.0f, std::numeric_limits<float>::infinity()};
        writeWavFile(file, loud.data(), loud.size());
        QVERIFY(readAll(*openSoundFile(file)) == (std::vector<float>{32767 / 32768.0f, -1.0f, 32767 / 32768.0f}));
        writeWavFile(file, nullptr, 0);
        QVERIFY(readAll(*openSoundFile(file)).empty());
    }

    void aFileIsWrittenWholeOrNotAtAll()
    {
        const std::vector<float> good(100, 0.25f);
        const std::vector<float> bad{0.0f, std::numeric_limits<float>::quiet_NaN()};
        const std::string file = path("kept.wav");
        writeWavFile(file, good.data(), good.size());
        const Error error = errorOf([&] { writeWavFile(file, bad.data(), bad.size()); });
        QVERIFY(error.code == ErrorCode::BadInput);
        QVERIFY(readAll(*openSoundFile(file)) == good);
        QVERIFY(errorOf([&] { writeWavFile(path("no/such/folder.wav"), good.data(), 1); }).message.find("folder.wav") !=
                std::string::npos);
        QCOMPARE(QDir(m_folder.path()).entryList({"kept*"}).size(), 1); // nothing was left beside it
    }

    void badFilesAreRefusedWithASentence_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("says");
        const QByteArray text("This is a text and no sound at all, although it has the name of one.\n");
        QTest::newRow("0 bytes") << QByteArray() << "empty.wav"
                                 << "is empty";
        QTest::newRow("text") << text << "text.wav"
                              << "is no sound file";
        QTest::newRow("text as mp3") << text << "text.mp3"
                                     << "is no sound file";
        QTest::newRow("text as gsm") << text << "text.gsm"
                                     << "is no sound file"; // libsndfile goes by such names
        QTest::newRow("text as vox") << text << "text.vox"
                                     << "is no sound file";
        QTest::newRow("text as raw") << text << "text.raw"
                                     << "is no sound file";
        QTest::newRow("a picture") << QByteArray("\x89PNG\r\n\x1a\n", 8) + QByteArray(200, 'x') << "fox.png"
                                   << "is no sound file";
        QTest::newRow("one byte") << QByteArray("R") << "one.wav"
                                  << "is no sound file";
        QTest::newRow("only a beginning") << QByteArray("RIFF\x10\x00\x00\x00WAVE", 12) << "begin.wav"
                                          << "is no sound file";
    }
    void badFilesAreRefusedWithASentence()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, name);
        QFETCH(QString, says);
        const std::string file = path(name.toUtf8());
        std::ofstream(file, std::ios::binary).write(content.data(), content.size());
        for (const Error &error : {errorOf([&] { openSoundFile(file); }),
                                   errorOf([&] { openSoundFile(Bytes(content.begin(), content.end()), file); })}) {
            QVERIFY2(error.code == ErrorCode::BadInput, error.message.c_str());
            QVERIFY2(error.message.rfind(file + ": " + says.toStdString(), 0) == 0, error.message.c_str());
        }
    }

    void whatIsNoFileIsRefused()
    {
        QVERIFY(errorOf([&] { openSoundFile(path("absent.wav")); }).code == ErrorCode::NotFound);
        const Error folder = errorOf([&] { openSoundFile(m_folder.path().toStdString()); });
        QVERIFY(folder.code == ErrorCode::BadInput);
        QVERIFY2(folder.message.find("is a folder") != std::string::npos, folder.message.c_str());
        const std::string pipe = path("pipe.wav");
        QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
        const Error piped = errorOf([&] { openSoundFile(pipe); }); // does not hang
        QVERIFY2(piped.message.find("not a regular file") != std::string::npos, piped.message.c_str());
    }

    void headersThatLieAreRefused()
    {
        const std::string file = write("lie.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 16000, 1, tone(16000, 0.1, 440, 1));
        Bytes bytes = bytesOf(file);
        const auto with = [&](std::size_t at, std::uint32_t value, int count) {
            Bytes changed = bytes;
            for (int i = 0; i < count; ++i)
                changed[at + std::size_t(i)] = std::uint8_t(value >> (8 * i));
            return changed;
        };
        for (const std::uint32_t rate : {0u, 1u, 999u, 2'000'000'000u, 0xffff'ffffu})
            QVERIFY(errorOf([&] { openSoundFile(with(24, rate, 4), "x"); }).code == ErrorCode::BadInput);
        for (const std::uint32_t channels : {0u, 1000u, 65535u})
            QVERIFY(errorOf([&] { openSoundFile(with(22, channels, 2), "x"); }).code == ErrorCode::BadInput);
        // Every byte of the header, damaged: an answer or a sentence, never a crash.
        std::minstd_rand random(11);
        for (std::size_t at = 0; at < 44; ++at) {
            for (int n = 0; n < 8; ++n) {
                Bytes changed = bytes;
                changed[at] = std::uint8_t(random());
                try {
                    readAll(*openSoundFile(std::move(changed), "x"));
                } catch (const Exception &e) {
                    QVERIFY2(e.code() == ErrorCode::BadInput, e.what());
                }
            }
        }
    }

    void truncatedFilesAreReadAndSayIt_data()
    {
        QTest::addColumn<int>("format");
        QTest::newRow("wav") << (SF_FORMAT_WAV | SF_FORMAT_PCM_16);
        QTest::newRow("aiff") << (SF_FORMAT_AIFF | SF_FORMAT_PCM_24);
        QTest::newRow("flac") << (SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
        QTest::newRow("ogg vorbis") << (SF_FORMAT_OGG | SF_FORMAT_VORBIS);
        QTest::newRow("ogg opus") << (SF_FORMAT_OGG | SF_FORMAT_OPUS);
        QTest::newRow("mp3") << (SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III);
    }
    void truncatedFilesAreReadAndSayIt()
    {
        QFETCH(int, format);
        const std::string file = write("long", format, 48000, 2, tone(48000, 6, 1000, 0.5));
        const std::vector<float> whole = readAll(*openSoundFile(file));
        Bytes bytes = bytesOf(file);
        bytes.resize(bytes.size() / 2);
        const auto reader = openSoundFile(bytes, "half");
        const std::vector<float> half = readAll(*reader);
        QVERIFY(reader->facts().damaged);
        QVERIFY2(half.size() > whole.size() / 8 && half.size() < whole.size() * 3 / 4,
                 qPrintable(QString::number(half.size())));
        // What is there is what was there: all but the end, where the filter has nothing more to look at.
        std::size_t same = 0;
        while (same < half.size() && half[same] == whole[same])
            ++same;
        QVERIFY2(same + 1600 > half.size(), qPrintable(QString("%1 of %2").arg(same).arg(half.size())));
        // Cut anywhere: an answer or a sentence.
        for (std::size_t size = 1; size < 4000; size += 137) {
            try {
                readAll(*openSoundFile(Bytes(bytes.begin(), bytes.begin() + std::ptrdiff_t(size)), "cut"));
            } catch (const Exception &e) {
                QVERIFY2(e.code() == ErrorCode::BadInput, e.what());
            }
        }
    }

    void aRecordingThatNeverLearntItsLengthIsWhole()
    {
        // What programs write into a pipe: sizes of all ones.
        Bytes bytes = bytesOf(write("piped.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 16000, 1, tone(16000, 1, 440, 0.5)));
        std::memset(&bytes[4], 0xff, 4);
        std::memset(&bytes[40], 0xff, 4);
        const auto reader = openSoundFile(bytes, "piped");
        QCOMPARE(readAll(*reader).size(), std::size_t(16000));
        QVERIFY(!reader->facts().damaged);
    }

    void valuesThatAreNoSoundAreRefusedWithTheirPlace()
    {
        for (const float value :
             {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), 1e30f}) {
            std::vector<float> samples = tone(48000, 2, 440, 0.5);
            samples[72'000] = value; // 1.5 s
            const auto reader = openSoundFile(write("nan.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 48000, 1, samples));
            const Error error = errorOf([&] { readAll(*reader); });
            QVERIFY(error.code == ErrorCode::BadInput);
            QVERIFY2(error.message.find("at 1.500 s") != std::string::npos, error.message.c_str());
        }
    }

    void silenceAndClippingComeThrough()
    {
        const auto silent = openSoundFile(
            write("silence.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 44100, 2, std::vector<float>(44100, 0.0f)));
        const std::vector<float> silence = readAll(*silent);
        QCOMPARE(silence.size(), std::size_t(16000));
        QVERIFY(std::all_of(silence.begin(), silence.end(), [](float v) { return v == 0.0f; }));
        std::vector<float> clipped(16000);
        for (std::size_t i = 0; i < clipped.size(); ++i)
            clipped[i] = i / 40 % 2 ? 1.0f : -1.0f;
        const auto square = openSoundFile(write("clip.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 16000, 1, clipped));
        QVERIFY(readAll(*square) == clipped);
    }

    void tenHoursAreStreamed()
    {
        // 8 bits at 16 kHz: 576 MB, all of it a hole in the file but the header and a tone at the end.
        constexpr std::size_t kSamples = std::size_t(10) * 3600 * 16000;
        const std::string file = path("ten_hours.wav");
        Bytes header = bytesOf(write("short.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_U8, 16000, 1, {0.0f}));
        header.resize(44);
        const auto put = [&](std::size_t at, std::uint32_t value) { std::memcpy(&header[at], &value, 4); };
        put(4, std::uint32_t(36 + kSamples));
        put(40, std::uint32_t(kSamples));
        {
            std::ofstream out(file, std::ios::binary);
            out.write(reinterpret_cast<const char *>(header.data()), 44);
            out.seekp(std::streamoff(44 + kSamples - 16000));
            for (int i = 0; i < 16000; ++i)
                out.put(char(128 + std::lround(100 * std::sin(2 * kPi * 1000 * i / 16000))));
        }
        const auto reader = openSoundFile(file);
        QCOMPARE(reader->facts().seconds, 36000.0);
        std::vector<float> piece(160'000);
        const long before = residentKb();
        long most = 0;
        std::size_t total = 0;
        std::vector<float> last;
        while (const std::size_t got = reader->read(piece.data(), piece.size())) {
            total += got;
            last.assign(piece.begin(), piece.begin() + std::ptrdiff_t(got));
            if (total % (kSamples / 20) < piece.size())
                most = std::max(most, residentKb() - before);
        }
        QCOMPARE(total, kSamples);
        QVERIFY2(most < 4096, qPrintable(QString("%1 kB more").arg(most)));
        const std::vector<float> end(last.end() - 16000, last.end());
        QVERIFY(std::abs(levelAt(end, 16000, 1000).tone - 100 / 128.0) < 0.01);
        QVERIFY(!reader->facts().damaged);
    }
};

QTEST_GUILESS_MAIN(SoundFilesTest)
#include "sound_files_test.moc"
