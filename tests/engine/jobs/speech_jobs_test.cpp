// SPDX-License-Identifier: Apache-2.0
#include "engine/api/speech.h"
#include "engine/files/json_file.h"
#include "engine/files/safetensors.h"
#include "engine/files/sha256.h"
#include "tests/engine/digest_elsewhere.h"
#include "tests/engine/files/file_support.h"
#include "tests/engine/job_engine.h"
#include "tests/engine/largest_difference.h"

#include <cmath>
#include <set>
#include <span>
#include <thread>

using namespace orrery;
using namespace orrery::speech;
using namespace orrery::test;

namespace {

const std::string kData = ORRERY_SOURCE_DIR "/tests/data/speech/";

/// The fixtures' sound again and again, each time a little quieter.
SoundSource soundOf(double seconds, const std::string &name = "sound")
{
    const auto file = Safetensors::open(kData + "sound.safetensors");
    const SafetensorsEntry &entry = *file->find("samples");
    std::vector<float> once(std::size_t(entry.shape[0]));
    std::memcpy(once.data(), entry.bytes.data(), entry.bytes.size());
    std::vector<float> all(std::size_t(seconds * 16000), 0.0F);
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = once[i % once.size()] / float(1 + 0.13 * double((i / once.size()) % 7));
    SoundSource source;
    source.samples = std::make_shared<const std::vector<float>>(std::move(all));
    source.name = name;
    return source;
}

/// Every n-th frame is a centre.
void writeCodebook(const std::string &path, const NpyMatrix &frames, std::int64_t size, int layer)
{
    std::vector<float> centres;
    for (std::int64_t k = 0; k < size; ++k) {
        const auto row = frames.values.begin() + std::ptrdiff_t((k * frames.rows / size) * frames.columns);
        centres.insert(centres.end(), row, row + std::ptrdiff_t(frames.columns));
    }
    writeSafetensors(path, {{"centres", Dtype::F32, {size, frames.columns}, std::as_bytes(std::span(centres))}},
                     {{"layer", std::to_string(layer)}});
}

/// SHA-256 of frames of three models, long enough for several pieces and windows.
std::string digestOfEverything(JobEngine &engine)
{
    Sha256 hash;
    for (const char *model : {"hubert_group", "wav2vec2_layer", kMfcc}) {
        FramesRequest request;
        request.model = model == std::string(kMfcc) ? kMfcc : kData + model;
        request.sounds = {soundOf(2), soundOf(31)};
        const auto result = engine.run(kFrames, request);
        if (!result)
            return result.error().message;
        for (const NpyMatrix &frames : result->frames)
            hash.add(std::as_bytes(std::span(frames.values)));
    }
    return hash.finish();
}

} // namespace

class SpeechJobsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void modelsSayWhatTheyCanDo();
    void soundsBecomeUnitsAndBadOnesAreNamed();
    void mistakesAreNamed();
    void framesAreGivenInFullOrAsTheirMean();
    void fastFramesAreNearlyTheExactOnes_data();
    void fastFramesAreNearlyTheExactOnes();
    void soundIsWrittenDown();
    void aLongRecordingTakesNoMoreMemory();
    void aStreamTellsWhatTheWholeFileDoes();
    void aStreamThatNobodyReadsStaysSmall();
    void aStreamEndsWhenItIsCancelled();
    void bitsDoNotDependOnThreadsOrOtherJobs();

private:
    TemporaryFolder m_folder;
    JobEngine m_engine;
    std::string m_local; ///< a model with limited attention and codebooks of 20 and 40
};

void SpeechJobsTest::initTestCase()
{
    m_local = m_folder.copyOf(kData + "wav2vec2_layer", "local");
    std::string config = m_folder.read("local/config.json");
    config.insert(config.find('{') + 1, "\"attention_left\": 6, \"attention_right\": 2,");
    m_folder.write("local/config.json", config);
    FramesRequest request;
    request.model = m_local;
    request.layer = 2;
    request.sounds = {soundOf(6)};
    const auto frames = m_engine.run(kFrames, request);
    QVERIFY2(frames, frames ? "" : frames.error().message.c_str());
    QCOMPARE(frames->frames[0].rows, std::int64_t(299));
    for (const int size : {40, 20})
        writeCodebook(m_local + "/codebook_" + std::to_string(size) + ".safetensors", frames->frames[0], size, 2);
    m_local = m_folder.copyOf(m_local, "local_with_codebooks"); // another folder, so that nothing is cached
}

void SpeechJobsTest::modelsSayWhatTheyCanDo()
{
    const auto local = m_engine.run(kDescribe, {m_local});
    QVERIFY2(local, local ? "" : local.error().message.c_str());
    QVERIFY((local->codebooks == std::vector<int>{20, 40}));
    QVERIFY(local->layers == 3 && local->width == 32 && local->hopMs == 20);
    QVERIFY(local->local && local->writes && !local->quantizes);
    QCOMPARE(local->leftMs, 20.0 * (2 * 6 + 9)); // of layer 2, which the codebooks are for
    QCOMPARE(local->rightMs, 20.0 * (2 * 2 + 9));
    const auto published = m_engine.run(kDescribe, {kData + "wav2vec2_group"});
    QVERIFY(published && !published->local && !published->writes && published->quantizes);
    QVERIFY(published->codebooks.empty());
    QVERIFY(published->leftMs == 4000 && published->rightMs == 1000);
}

void SpeechJobsTest::soundsBecomeUnitsAndBadOnesAreNamed()
{
    UnitsRequest request;
    request.model = m_local;
    request.codebook = 40;
    SoundSource missing, shorter = soundOf(0.01, "a click");
    missing.path = m_folder.path("missing.wav");
    request.sounds = {soundOf(3, "three"), missing, shorter, soundOf(3, "again")};
    const auto result = m_engine.run(kUnits, request);
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    QCOMPARE(result->sequences.size(), std::size_t(4));
    QCOMPARE(result->codebook, 40);
    QVERIFY(result->hopMs == 20 && result->firstMs == 12.5);
    QCOMPARE(result->sequences[0].name, std::string("three"));
    QCOMPARE(result->sequences[0].units.size(), std::size_t(149));
    QCOMPARE(result->sequences[0].seconds, 3.0);
    const std::set<int> different(result->sequences[0].units.begin(), result->sequences[0].units.end());
    QVERIFY(different.size() > 5 && *different.begin() >= 0 && *different.rbegin() < 40);
    QVERIFY(QString::fromStdString(result->sequences[1].error).contains("missing.wav"));
    QVERIFY(result->sequences[1].units.empty());
    QVERIFY(result->sequences[2].error.empty() && result->sequences[2].units.empty());
    QVERIFY(result->sequences[3].units == result->sequences[0].units);
}

void SpeechJobsTest::mistakesAreNamed()
{
    const auto messageFor = [this](const std::string &model, int codebook, const std::string &file) {
        UnitsRequest request;
        request.model = model;
        request.codebook = codebook;
        request.codebookFile = file;
        request.sounds = {soundOf(1)};
        return messageOfFailure(m_engine.run(kUnits, request));
    };
    QVERIFY(messageFor(m_local, 100, "").contains("has no codebook of 100 units, only of 20, 40"));
    QVERIFY(messageFor(kData + "hubert_group", 100, "").contains("comes without a codebook"));
    const std::string other = m_folder.path("other.safetensors");
    writeCodebook(other, {2, 5, std::vector<float>(10, 1)}, 2, 1);
    QVERIFY(messageFor(m_local, 0, other).contains("was made for frames of 5 numbers, but this model's have 32"));
    QVERIFY(messageFor(m_local, 0, m_folder.path("none.safetensors")).contains("none.safetensors"));
    QVERIFY(messageFor(ORRERY_SOURCE_DIR "/tests/data/clip_gelu", 0, "")
                .contains("does not listen to sound; expected one of type hubert, wav2vec2"));
    QVERIFY(messageOfFailure(m_engine.run(kUnits, {m_local, 40, {}, {}})).contains("There is no sound"));
    QVERIFY(messageOfFailure(m_engine.run(kFrames, {m_local, 4, false, {soundOf(1)}})).contains("has no layer 4"));
    QVERIFY(messageOfFailure(m_engine.run(kTranscribe, {kData + "hubert_layer", {soundOf(1)}})).contains("no head"));
}

void SpeechJobsTest::framesAreGivenInFullOrAsTheirMean()
{
    const auto all = m_engine.run(kFrames, {kData + "hubert_layer", 3, false, {soundOf(2)}});
    const auto mean = m_engine.run(kFrames, {kData + "hubert_layer", 3, true, {soundOf(2), soundOf(0.01, "a click")}});
    QVERIFY(all && mean);
    QVERIFY(all->frames[0].rows == 99 && all->frames[0].columns == 32);
    QVERIFY(mean->frames[0].rows == 1 && mean->frames[1].rows == 0);
    QVERIFY(QString::fromStdString(mean->errors[1]).contains("a click is shorter than one frame"));
    std::vector<double> sums(32, 0.0);
    for (std::size_t i = 0; i < all->frames[0].values.size(); ++i)
        sums[i % 32] += double(all->frames[0].values[i]) / 99;
    QVERIFY(largestDifference(sums, mean->frames[0].values) < 1e-5);
    QCOMPARE(m_engine.run(kFrames, {m_local, -1, true, {soundOf(1)}})->layer, 2); // the codebooks' own
}

void SpeechJobsTest::fastFramesAreNearlyTheExactOnes_data()
{
    QTest::addColumn<QString>("model");
    for (const char *model : {"hubert_group", "hubert_layer", "wav2vec2_group", "wav2vec2_layer"})
        QTest::newRow(model) << QString::fromStdString(kData + model);
    QTest::newRow("built in") << QString::fromLatin1(kUnitsModel);
}

void SpeechJobsTest::fastFramesAreNearlyTheExactOnes()
{
    QFETCH(QString, model);
    FramesRequest request;
    request.model = model.toStdString();
    request.sounds = {soundOf(6)};
    const auto exact = m_engine.run(kFrames, request);
    request.precision = Precision::Fast;
    const auto fast = m_engine.run(kFrames, request), again = m_engine.run(kFrames, request);
    QVERIFY(exact && fast && again);
    const std::vector<float> &a = exact->frames[0].values, &b = fast->frames[0].values;
    QCOMPARE(b.size(), a.size());
    QVERIFY(b == again->frames[0].values);
    if (!__builtin_cpu_supports("avx512bf16")) {
        QVERIFY(a == b); // nothing to be gained, so nothing is lost
        return;
    }
    QVERIFY(a != b);
    double both = 0, own = 0, other = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        both += double(a[i]) * double(b[i]);
        own += double(a[i]) * double(a[i]);
        other += double(b[i]) * double(b[i]);
    }
    const double cosine = both / std::sqrt(own * other);
    QVERIFY2(cosine > 0.999, qPrintable(QString::number(cosine, 'g', 8)));
}

void SpeechJobsTest::soundIsWrittenDown()
{
    // transformers' tokenizer on transformers' logits: tests/reference/make_speech_fixtures.py.
    const std::string folder = kData + "wav2vec2_layer";
    const auto result = m_engine.run(kTranscribe, {folder, {soundOf(1.75)}});
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    QCOMPARE(result->texts[0], JsonObject::readFile(folder + "/expected.json").text("text"));

    // The same beside units, with the time of every letter.
    UnitsRequest request;
    request.model = folder;
    request.codebookFile = m_folder.path("letters.safetensors");
    request.sounds = {soundOf(1.75)};
    writeCodebook(request.codebookFile, {2, 32, std::vector<float>(64, 1)}, 2, 1);
    const auto silent = m_engine.run(kUnits, request);
    QVERIFY2(silent, silent ? "" : silent.error().message.c_str());
    QVERIFY(silent->sequences[0].letters.empty()); // nobody asked
    request.letters = true;
    const auto read = m_engine.run(kUnits, request);
    QVERIFY2(read, read ? "" : read.error().message.c_str());
    QVERIFY(!read->phones && read->sequences[0].units == silent->sequences[0].units);
    std::string text;
    double before = 0;
    for (const HeardLetter &letter : read->sequences[0].letters) {
        text += letter.text;
        QVERIFY(letter.second > before && letter.second < 1.75);
        before = letter.second;
    }
    QCOMPARE(QString::fromStdString(text).trimmed(), QString::fromStdString(result->texts[0]));
}

void SpeechJobsTest::aLongRecordingTakesNoMoreMemory()
{
    std::vector<std::uint64_t> peaks;
    for (const double minutes : {1.5, 6.0}) {
        UnitsRequest request;
        request.model = m_local;
        request.codebook = 20;
        request.sounds = {soundOf(60 * minutes)};
        auto job = m_engine.thread().submit(kUnits, request);
        const auto result = job.wait();
        QVERIFY2(result, result ? "" : result.error().message.c_str());
        QCOMPARE(result->sequences[0].units.size(), std::size_t(60 * minutes * 50 - 1));
        peaks.push_back(job.record().peakBytes);
    }
    qInfo("peaks: %.1f and %.1f MB", double(peaks[0]) / 1e6, double(peaks[1]) / 1e6);
    QVERIFY(peaks[0] > 100'000);
    // Four times as long. Pieces that happen to be computed at the same moment on two threads count together, so the
    // peaks are not the same to the byte.
    QVERIFY(double(peaks[1]) < 2 * double(peaks[0]));
}

void SpeechJobsTest::aStreamTellsWhatTheWholeFileDoes()
{
    UnitsRequest whole;
    whole.model = m_local;
    whole.codebook = 40;
    whole.sounds = {soundOf(5)};
    const auto expected = m_engine.run(kUnits, whole);
    QVERIFY(expected);
    for (const bool realTime : {false, true}) {
        ListenRequest request;
        request.model = m_local;
        request.codebook = 40;
        request.sound = soundOf(5);
        request.realTime = realTime;
        request.frames = true;
        request.feed = std::make_shared<StreamFeed>();
        const auto job = m_engine.thread().submit(kListen, request, {Lane::Live, "Listen", {}});
        std::vector<int> units;
        std::size_t samples = 0, numbers = 0, provisional = 0;
        StreamFeed::Update update;
        for (bool more = true; more;) {
            more = !job.finished();
            update = request.feed->take();
            QCOMPARE(std::size_t(update.firstSample), samples);
            samples += update.samples.size();
            numbers += update.frames.size();
            for (const StreamFeed::Unit &unit : update.units) {
                provisional += !unit.settled;
                if (unit.settled) {
                    QCOMPARE(unit.frame, std::int64_t(units.size()));
                    units.push_back(unit.unit);
                }
                QVERIFY(unit.latencyMs > 0);
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        const auto result = job.wait();
        QVERIFY2(result, result ? "" : result.error().message.c_str());
        std::size_t same = 0;
        QCOMPARE(units.size(), expected->sequences[0].units.size());
        for (std::size_t i = 0; i < units.size(); ++i)
            same += units[i] == expected->sequences[0].units[i];
        QVERIFY2(double(same) >= 0.99 * double(units.size()), qPrintable(QString::number(same)));
        QCOMPARE(samples, std::size_t(5 * 16000));
        QCOMPARE(numbers, units.size() * 32);
        QVERIFY(provisional > 0);
        QCOMPARE(result->seconds, 5.0);
        QCOMPARE(result->settledUnits, std::uint64_t(units.size()));
        QVERIFY(result->changed == update.changed && update.settleMs > 0);
        QCOMPARE(update.contextMs, 20.0 * (2 * 2 + 9));
    }
}

void SpeechJobsTest::aStreamThatNobodyReadsStaysSmall()
{
    ListenRequest request;
    request.model = kMfcc;
    request.sound = soundOf(200);
    request.realTime = false;
    request.frames = true;
    request.feed = std::make_shared<StreamFeed>();
    const auto result = m_engine.run(kListen, request);
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    QCOMPARE(result->seconds, 200.0);
    const StreamFeed::Update update = request.feed->take();
    QVERIFY(update.samples.size() <= StreamFeed::kMostSamples);
    QCOMPARE(update.droppedSamples + update.samples.size(), std::uint64_t(200 * 16000));
    QVERIFY(update.droppedUnits > 0);
    QVERIFY(update.units.size() <= StreamFeed::kMostUnits);
    std::size_t settled = 0;
    for (const StreamFeed::Unit &unit : update.units)
        settled += unit.settled;
    QVERIFY(settled > 0 && update.frames.size() % settled == 0);
    QCOMPARE(update.settledUnits, result->settledUnits);
}

void SpeechJobsTest::aStreamEndsWhenItIsCancelled()
{
    ListenRequest request;
    request.model = m_local;
    request.codebook = 20;
    request.sound = soundOf(60);
    request.feed = std::make_shared<StreamFeed>();
    auto job = m_engine.thread().submit(kListen, request, {Lane::Live, "Listen", {}});
    while (request.feed->take().units.empty() && !job.finished())
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    job.cancel();
    const auto result = job.wait();
    QVERIFY(!result);
    QVERIFY(result.error().code == ErrorCode::Cancelled);
    ListenRequest nobody = request;
    nobody.feed.reset();
    QVERIFY(messageOfFailure(m_engine.run(kListen, nobody)).contains("Nobody takes"));
}

void SpeechJobsTest::bitsDoNotDependOnThreadsOrOtherJobs()
{
    const std::string here = digestOfEverything(m_engine);
    QCOMPARE(here.size(), std::size_t(64)); // else it is an error's sentence
    const std::pair<const char *, const char *> ways[] = {{"1", "alone"}, {"2", "busy"}, {"3", "alone"}};
    for (const auto &[threads, company] : ways)
        QCOMPARE(digestElsewhere(threads, company), QString::fromStdString(here));
}

int main(int argc, char **argv)
{
    return mainWithDigest<SpeechJobsTest>(argc, argv, digestOfEverything);
}
#include "speech_jobs_test.moc"
