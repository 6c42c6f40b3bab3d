// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "tests/engine/training/speech/tiny_speech_world.h"
#include "tests/engine/training/trainer_runs.h"

#include "engine/core/error.h"
#include "engine/training/speech/fresh_speech_weights.h"
#include "engine/training/speech/wav2vec_trainer.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace orrery;
using namespace orrery::training;
using training::test::kTinyPhones;
using training::test::run;

class Wav2VecTrainerTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void whatIsSaidBelongsToTheStretch();
    void learnsInTwoStages();
    void bothTasksTeachWhileReading();
    void beginsWithFramesThatResembleTheirNeighbours();
    void quantizerLearnsThroughItsHardChoice();
    void resumesWithTheSameBits_data();
    void resumesWithTheSameBits();
    void theBuiltInShapeIsLocalAndHasBothHeads();

private:
    static speech::SpeechShape shape();
    std::unique_ptr<Wav2VecTrainer> trainer(double contrastShare, std::int64_t steps = 60) const;

    QTemporaryDir m_folder;
    std::shared_ptr<const SpeechExamples> m_examples;
};

speech::SpeechShape Wav2VecTrainerTest::shape()
{
    speech::SpeechShape shape = Wav2VecTrainer::builtInShape(kTinyPhones);
    shape.convolutions = {{32, 200, 40}, {32, 3, 2}, {32, 3, 2}, {32, 3, 2}};
    shape.width = 32;
    shape.intermediate = 64;
    shape.layers = 2;
    shape.positionGroups = 4;
    shape.codesInGroup = 8;
    shape.codeWidth = 16;
    shape.contrastWidth = 16;
    return shape;
}

void Wav2VecTrainerTest::initTestCase()
{
    at::set_num_threads(1);
    const std::string file = m_folder.filePath("world.safetensors").toStdString();
    training::test::writeTinySpeechWorld(file);
    m_examples = std::make_shared<SpeechExamples>(std::make_shared<SpeechWorld>(file),
                                                  FrameTimes{shape().hop(), shape().reach()}, 1);
}

std::unique_ptr<Wav2VecTrainer> Wav2VecTrainerTest::trainer(double contrastShare, std::int64_t steps) const
{
    Wav2VecOptions options;
    options.batch = 4;
    options.samples = 16000;
    options.steps = steps;
    options.learningRate = 3e-3;
    options.average = 0.9;
    options.maskStart = 0.065;
    options.contrastShare = contrastShare;
    options.roughAtFirst = options.roughReadingAtLast = 0;
    return std::make_unique<Wav2VecTrainer>(m_examples, options, shape(), at::kCPU);
}

void Wav2VecTrainerTest::whatIsSaidBelongsToTheStretch()
{
    for (const std::int64_t utterance : m_examples->utterances(Voices::Training)) {
        const SpokenStretch spoken = m_examples->plain(utterance);
        std::vector<int> expected;
        for (const SpeechWorld::Phone &phone : m_examples->world().phonesOf(utterance))
            if (phone.phone != 0)
                expected.push_back(phone.phone);
        QVERIFY(spoken.said == expected);
    }
    int cut = 0;
    for (std::uint64_t i = 0; i < 50; ++i) {
        const SpokenStretch part = m_examples->varied(i, 8000, 0);
        const std::vector<int> whole = m_examples->plain(part.utterance).said;
        // A part of the whole row, in order.
        QVERIFY(std::search(whole.begin(), whole.end(), part.said.begin(), part.said.end()) != whole.end() ||
                part.said.empty());
        cut += part.said.size() < whole.size();
    }
    QVERIFY(cut > 10);
}

void Wav2VecTrainerTest::learnsInTwoStages()
{
    const auto trained = trainer(0.3, 200);
    run(*trained, 60);
    QVERIFY(!trained->isReading());
    QVERIFY(trained->report().find("perplexity") != std::string::npos);
    // By chance one of some twenty hidden frames; idle codes would leave a perplexity of 2.
    QVERIFY2(trained->contrastAccuracy() > 0.1, qPrintable(QString::number(trained->contrastAccuracy())));
    QVERIFY2(trained->codePerplexity() > 4, qPrintable(QString::number(trained->codePerplexity())));
    run(*trained, 61);
    QVERIFY(trained->isReading());
    const double before = trained->phoneError();
    run(*trained, 200);
    QVERIFY2(trained->phoneError() < 0.7 * before, qPrintable(QString::number(trained->phoneError())));
    QVERIFY(trained->report().find("edits in 100 phones") != std::string::npos);
    QVERIFY(!trained->advance());
}

void Wav2VecTrainerTest::bothTasksTeachWhileReading()
{
    const auto reads = trainer(0);
    const Weights before = reads->finished();
    run(*reads, 3);
    QVERIFY(reads->isReading());
    for (const auto &[name, weight] : reads->finished())
        QVERIFY2(!at::equal(weight, weightOf(before, name)), name.c_str());
}

void Wav2VecTrainerTest::quantizerLearnsThroughItsHardChoice()
{
    const auto contrasts = trainer(1);
    const Weights before = contrasts->finished();
    run(*contrasts, 3);
    for (const auto &[name, weight] : contrasts->finished())
        // The mean of equal numbers is not the same to the bit.
        QVERIFY2(at::allclose(weight, weightOf(before, name), 1e-6, 1e-8) == name.starts_with("lm_head."),
                 name.c_str());
}

void Wav2VecTrainerTest::beginsWithFramesThatResembleTheirNeighbours()
{
    // A voice of 110 Hz, whose pulses no frame is in step with.
    const at::Tensor time = at::arange(16000, at::kDouble) / 16000;
    at::Tensor wave = at::zeros({16000}, at::kDouble);
    for (int harmonic = 1; harmonic < 30; ++harmonic)
        wave += (time * (2 * M_PI * 110 * harmonic)).cos() / harmonic;
    wave = (wave * 0.2 * (1 + (time * 12).sin())).to(at::kFloat);
    const auto alike = [&](const Weights &weights) {
        const speech::Network network = speech::makeNetwork(Wav2VecTrainer::builtInShape(kTinyPhones), weights);
        at::Tensor x = wave.unsqueeze(1);
        for (std::size_t i = 0; i < 4; ++i)
            x = speech::afterConvolution(network, i, speech::convolve(network, i, x));
        x = unitRows(x - x.mean(0));
        return (x.slice(0, 1) * x.slice(0, 0, -1)).sum(1).mean().item<double>();
    };
    Weights weights = freshSpeechWeights(Wav2VecTrainer::builtInShape(kTinyPhones), 1);
    const double independent = alike(weights);
    beginSmooth(Wav2VecTrainer::builtInShape(kTinyPhones), weights);
    const double smooth = alike(weights);
    QVERIFY2(smooth > independent + 0.2, qPrintable(QString("%1, %2").arg(smooth).arg(independent)));
}

void Wav2VecTrainerTest::resumesWithTheSameBits_data()
{
    QTest::addColumn<double>("contrastShare");
    QTest::newRow("telling codes apart") << 1.0;
    QTest::newRow("between the stages") << 0.05;
    QTest::newRow("reading") << 0.0;
}

void Wav2VecTrainerTest::resumesWithTheSameBits()
{
    QFETCH(const double, contrastShare);
    training::test::compareResumed([&] { return trainer(contrastShare); },
                                   m_folder.filePath("checkpoint.safetensors").toStdString());
}

void Wav2VecTrainerTest::theBuiltInShapeIsLocalAndHasBothHeads()
{
    const speech::SpeechShape built = Wav2VecTrainer::builtInShape(149);
    QVERIFY(built.local() && !built.normalises);
    QCOMPARE(built.hop(), std::int64_t(320));
    QVERIFY(built.rightContext() * 20 <= 400); // ms that a unit waits for
    QCOMPARE(built.vocabulary, std::int64_t(149));
    QVERIFY(built.codeGroups > 1 && built.codeWidth % built.codeGroups == 0);
}

QTEST_GUILESS_MAIN(Wav2VecTrainerTest)
#include "wav2vec_trainer_test.moc"
