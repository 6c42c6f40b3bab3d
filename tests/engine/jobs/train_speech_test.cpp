// SPDX-License-Identifier: Apache-2.0
#include "engine/api/speech.h"
#include "engine/api/training.h"
#include "engine/files/json_file.h"
#include "engine/files/safetensors.h"
#include "engine/training/speech/speech_examples.h"
#include "tests/engine/job_engine.h"
#include "tests/engine/training/speech/tiny_speech_world.h"

#include <QDataStream>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <cstring>
#include <map>

using namespace orrery;
using namespace orrery::training;

namespace {

void writeWav(const QString &path, const std::vector<std::int16_t> &samples)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QDataStream out(&file);
    out.setByteOrder(QDataStream::LittleEndian);
    const auto bytes = quint32(2 * samples.size());
    file.write("RIFF");
    out << quint32(36 + bytes);
    file.write("WAVEfmt ");
    out << quint32(16) << quint16(1) << quint16(1) << quint32(16000) << quint32(32000) << quint16(2) << quint16(16);
    file.write("data");
    out << bytes;
    for (const std::int16_t sample : samples)
        out << sample;
}

} // namespace

/// From Speech World to a folder that listens, and what is measured of it.
class TrainSpeechTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void writesAModelThatListens();
    void streamsAndFilesAgree();
    void measuresItBesideCepstra();
    void measuresDigits();
    void wav2VecHearsReadsAndCodes();
    void namesWhatItCannotMeasure();
    void refusesWhatItCannotDo();
    void beginsWithAFinishedModel();

private:
    std::string path(const char *name) const { return m_folder.filePath(name).toStdString(); }

    orrery::test::JobEngine m_engine{1};
    QTemporaryDir m_folder;
    TrainResult m_trained;
};

void TrainSpeechTest::initTestCase()
{
    training::test::writeTinySpeechWorld(path("world.safetensors"));
    TrainRequest request;
    request.model = "speech-hubert";
    request.data = path("world.safetensors");
    request.out = path("run");
    request.steps = 3;
    const auto result = m_engine.run(kTrain, request);
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    m_trained = *result;
    // Cepstra are those of the built-in model, which this one stands in for.
    qputenv("ORRERY_MODELS", QFile::encodeName(m_folder.filePath("run")));
}

void TrainSpeechTest::writesAModelThatListens()
{
    QCOMPARE(m_trained.steps, std::int64_t(3));
    const auto facts = m_engine.run(speech::kDescribe, speech::DescribeRequest{m_trained.folder});
    QVERIFY2(facts, facts ? "" : facts.error().message.c_str());
    QVERIFY(facts->codebooks == std::vector<int>({50, 100, 200}));
    QVERIFY(facts->local);
    QCOMPARE(facts->hopMs, 20.0);
    const JsonObject card = JsonObject::readFile(m_trained.folder + "/card.json");
    QCOMPARE(QString::fromStdString(card.text("id")), QString("speech-hubert"));
    // A run may be ended and its model written again over the older one.
    TrainRequest again;
    again.model = "speech-hubert";
    again.data = path("world.safetensors");
    again.out = path("run");
    again.steps = 4;
    again.resume = true;
    const auto result = m_engine.run(kTrain, again);
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    QCOMPARE(result->steps, std::int64_t(4));
}

void TrainSpeechTest::streamsAndFilesAgree()
{
    // A model of stated context hears the same in a stream as in the whole sound.
    SoundSource sound;
    sound.samples = std::make_shared<const std::vector<float>>(
        SpeechExamples(std::make_shared<SpeechWorld>(path("world.safetensors")), {320, 760}, 1).plain(3).samples);
    speech::UnitsRequest whole;
    whole.model = m_trained.folder;
    whole.sounds = {sound};
    const auto units = m_engine.run(speech::kUnits, whole);
    QVERIFY2(units, units ? "" : units.error().message.c_str());
    const std::vector<int> &expected = units->sequences.at(0).units;

    speech::ListenRequest request;
    request.model = m_trained.folder;
    request.sound = sound;
    request.realTime = false;
    request.feed = std::make_shared<speech::StreamFeed>();
    const auto heard = m_engine.thread().submit(speech::kListen, request, {Lane::Live, "Listen", {}}).wait();
    QVERIFY2(heard, heard ? "" : heard.error().message.c_str());
    std::map<std::int64_t, int> settled;
    for (const speech::StreamFeed::Unit &unit : request.feed->take().units)
        if (unit.settled)
            settled[unit.frame] = unit.unit;
    QCOMPARE(settled.size(), expected.size());
    std::size_t same = 0;
    for (const auto &[frame, unit] : settled)
        same += unit == expected.at(std::size_t(frame));
    QVERIFY2(double(same) >= 0.99 * double(expected.size()),
             qPrintable(QString("%1 of %2").arg(same).arg(expected.size())));
}

void TrainSpeechTest::measuresItBesideCepstra()
{
    EvaluateRequest request;
    request.model = m_trained.folder;
    request.data = path("world.safetensors");
    const auto result = m_engine.run(kEvaluate, request);
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    const std::map<std::string, double> measures(result->measures.begin(), result->measures.end());
    for (const char *name :
         {"phone purity", "cluster purity", "PNMI", "PNMI 50", "PNMI 200", "cepstra phone purity", "cepstra PNMI"})
        QVERIFY2(measures.contains(name) && measures.at(name) > 0 && measures.at(name) <= 1, name);
    // Tones are told apart by cepstra, even those of a voice that was never heard.
    QVERIFY2(measures.at("cepstra PNMI") > 0.4, qPrintable(QString::number(measures.at("cepstra PNMI"))));
    QCOMPARE(int(result->skipped.size()), 1); // digits
    const auto again = m_engine.run(kEvaluate, request);
    QVERIFY(again && again->measures == result->measures);
}

void TrainSpeechTest::measuresDigits()
{
    // Two speakers say three tones four times each, the second an octave fuller: cepstra tell which is which.
    QVERIFY(QDir(m_folder.path()).mkpath("digits"));
    std::uint32_t lot = 1;
    for (int digit = 0; digit < 3; ++digit)
        for (int speaker = 0; speaker < 2; ++speaker)
            for (int take = 0; take < 4; ++take) {
                std::vector<std::int16_t> samples;
                for (int i = 0; i < 12000; ++i) {
                    // Each glides: the tone of one phone, then another's.
                    const int phone = i < 5000 + 500 * take ? 1 + digit : 5 - digit;
                    const double angle = 2 * std::numbers::pi * training::test::tinyTone(phone) * i / 16000.0;
                    lot = lot * 1664525U + 1013904223U;
                    samples.push_back(std::int16_t(6000 * (std::sin(angle) + 0.2 * speaker * std::sin(2 * angle)) +
                                                   double((lot >> 8) % 200)));
                }
                writeWav(m_folder.filePath(QString("digits/%1_s%2_%3.wav").arg(digit).arg(speaker).arg(take)), samples);
            }
    EvaluateRequest request;
    request.model = m_trained.folder;
    request.digits = path("digits");
    const auto result = m_engine.run(kEvaluate, request);
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    const std::map<std::string, double> measures(result->measures.begin(), result->measures.end());
    QVERIFY(measures.contains("digits"));
    QVERIFY2(measures.at("cepstra digits") > 0.7, qPrintable(QString::number(measures.at("cepstra digits"))));
}

void TrainSpeechTest::wav2VecHearsReadsAndCodes()
{
    TrainRequest request;
    request.model = speech::kWav2VecModel;
    request.data = path("world.safetensors");
    request.out = path("wav2vec");
    request.steps = 3;
    const auto trained = m_engine.run(kTrain, request);
    QVERIFY2(trained, trained ? "" : trained.error().message.c_str());
    const auto facts = m_engine.run(speech::kDescribe, speech::DescribeRequest{trained->folder});
    QVERIFY2(facts, facts ? "" : facts.error().message.c_str());
    QVERIFY(facts->writes && facts->quantizes && facts->local);
    QVERIFY(facts->codebooks == std::vector<int>({50, 100, 200}));
    // In the layout of Hugging Face: a CTC head over the phones of the world, the blank where silence is.
    const JsonObject vocabulary = JsonObject::readFile(trained->folder + "/vocab.json");
    QCOMPARE(vocabulary.integer("<pad>", 0, 10), std::int64_t(0));
    QCOMPARE(vocabulary.integer("b", 0, 10), std::int64_t(1)); // the world's first phone after silence

    speech::UnitsRequest units;
    units.model = trained->folder;
    units.letters = true;
    units.sounds.emplace_back();
    units.sounds[0].samples = std::make_shared<const std::vector<float>>(
        SpeechExamples(std::make_shared<SpeechWorld>(path("world.safetensors")), {320, 760}, 1).plain(3).samples);
    const auto heard = m_engine.run(speech::kUnits, units);
    QVERIFY2(heard, heard ? "" : heard.error().message.c_str());
    QVERIFY(heard->phones && !heard->sequences[0].units.empty());
    for (const speech::HeardLetter &letter : heard->sequences[0].letters)
        QVERIFY(letter.text.size() == 1 && letter.text >= "b" && letter.text <= "f");

    EvaluateRequest measuring;
    measuring.model = trained->folder;
    measuring.data = path("world.safetensors");
    const auto result = m_engine.run(kEvaluate, measuring);
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    const std::map<std::string, double> measures(result->measures.begin(), result->measures.end());
    for (const char *name : {"phone error", "PNMI", "code PNMI", "code phone purity"})
        QVERIFY2(measures.contains(name) && measures.at(name) > 0, name);
    QVERIFY(measures.at("code PNMI") <= 1 && measures.at("code phone purity") <= 1);
    QVERIFY(measures.at("code perplexity") >= 1 && measures.at("code perplexity") <= 64);
    QVERIFY(measures.at("codes in use") >= measures.at("code perplexity"));
}

void TrainSpeechTest::namesWhatItCannotMeasure()
{
    EvaluateRequest request;
    request.model = m_trained.folder;
    const auto nothing = m_engine.run(kEvaluate, request);
    QVERIFY(nothing && nothing->measures.empty());
    QCOMPARE(int(nothing->skipped.size()), 2);
    request.digits = path("no such folder");
    QVERIFY(
        orrery::test::messageOfFailure(m_engine.run(kEvaluate, request)).contains("is not a folder with recordings"));
}

void TrainSpeechTest::refusesWhatItCannotDo()
{
    TrainRequest request;
    request.model = "speech-hubert";
    request.out = path("other");
    request.data = path("missing.safetensors");
    QVERIFY(orrery::test::messageOfFailure(m_engine.run(kTrain, request)).contains("missing.safetensors"));
    request.data = path("world.safetensors");
    request.from = path("missing");
    QVERIFY(orrery::test::messageOfFailure(m_engine.run(kTrain, request)).contains("missing"));
}

void TrainSpeechTest::beginsWithAFinishedModel()
{
    const auto weights = [](const std::string &folder) {
        const auto file = Safetensors::openFolder(folder);
        const SafetensorsEntry *entry = file->find("encoder.layers.0.feed_forward.intermediate_dense.weight");
        std::vector<float> numbers(100);
        std::memcpy(numbers.data(), entry->bytes.data(), numbers.size() * sizeof(float));
        return numbers;
    };
    const auto trained = [&](const std::string &from, const char *out) {
        TrainRequest request;
        request.model = "speech-hubert";
        request.data = path("world.safetensors");
        request.out = path(out);
        request.from = from;
        request.seed = 5;
        request.steps = 1;
        const auto result = m_engine.run(kTrain, request);
        if (!result)
            qFatal("%s", result.error().message.c_str());
        return weights(result->folder);
    };
    // One step leaves the trunk nearly as it was; a fresh one is another.
    const std::vector<float> before = weights(m_trained.folder), begun = trained(m_trained.folder, "begun"),
                             own = trained({}, "own");
    double ofBegun = 0, ofOwn = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
        ofBegun += std::abs(begun[i] - before[i]);
        ofOwn += std::abs(own[i] - before[i]);
    }
    QVERIFY2(10 * ofBegun < ofOwn, qPrintable(QStringLiteral("%1, %2").arg(ofBegun).arg(ofOwn)));
    const JsonObject card = JsonObject::readFile(path("begun") + "/speech-hubert/card.json");
    QVERIFY(card.text("recipe").find("--from") != std::string::npos);
}

QTEST_GUILESS_MAIN(TrainSpeechTest)
#include "train_speech_test.moc"
