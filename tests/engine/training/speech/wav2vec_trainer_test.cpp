// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "tests/engine/training/speech/tiny_speech_world.h"
#include "tests/engine/training/trainer_runs.h"

#include "engine/core/error.h"
#include "engine/training/speech/fresh_speech_weights.h"
#include "engine/training/speech/hubert_trainer.h"
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
    void holdsConvolutionsAndQuantizerStillWhileReading();
    void beginsWithTheTrunkOfAnother();
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
    options.aidedUntil = 0.9;
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
    // As the recipe has it: upon the trunk of a model that has learned the same world.
    HubertOptions before;
    before.batch = 4;
    before.samples = 16000;
    before.steps = 60;
    before.learningRate = 3e-3;
    before.roughAtFirst = before.roughAtLast = 0;
    HubertTrainer hubert(m_examples, before, shape(), at::kCPU);
    run(hubert, 60);
    const auto trained = trainer(0.2, 100);
    trained->startFromTrunk(hubert.finished());
    run(*trained, 20);
    QVERIFY(!trained->isReading());
    QVERIFY(trained->report().find("perplexity") != std::string::npos);
    // By chance one of some twenty hidden frames; idle codes would leave a perplexity of 2.
    QVERIFY2(trained->contrastAccuracy() > 0.1, qPrintable(QString::number(trained->contrastAccuracy())));
    QVERIFY2(trained->codePerplexity() > 4, qPrintable(QString::number(trained->codePerplexity())));
    run(*trained, 21);
    QVERIFY(trained->isReading());
    const double unlearned = trained->phoneError();
    run(*trained, 100);
    QVERIFY2(trained->phoneError() < 0.7 * unlearned, qPrintable(QString::number(trained->phoneError())));
    QVERIFY(trained->report().find("edits in 100 phones") != std::string::npos);
    QVERIFY(!trained->advance());
}

void Wav2VecTrainerTest::holdsConvolutionsAndQuantizerStillWhileReading()
{
    const auto reads = trainer(0);
    const Weights before = reads->finished();
    run(*reads, 3);
    QVERIFY(reads->isReading());
    for (const auto &[name, weight] : reads->finished()) {
        const bool still = name.starts_with("feature_extractor.") || name.starts_with("quantizer.") ||
                           name.starts_with("project_") || name == "masked_spec_embed";
        // The mean of equal numbers is not the same to the bit.
        QVERIFY2(at::allclose(weight, weightOf(before, name), 1e-6, 1e-8) == still, name.c_str());
    }
}

void Wav2VecTrainerTest::beginsWithTheTrunkOfAnother()
{
    speech::SpeechShape bare = shape();
    bare.vocabulary = bare.codeGroups = 0;
    const Weights trunk = freshSpeechWeights(bare, 7);
    const auto begun = trainer(1);
    const Weights fresh = begun->finished();
    begun->startFromTrunk(trunk);
    for (const auto &[name, weight] : begun->finished()) {
        const auto from = trunk.find(name);
        QVERIFY2(at::equal(weight, from == trunk.end() ? weightOf(fresh, name) : from->second), name.c_str());
    }
    Weights wider = trunk;
    wider["encoder.layer_norm.weight"] = at::ones({33});
    QVERIFY_EXCEPTION_THROWN(trainer(1)->startFromTrunk(wider), Exception);
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
