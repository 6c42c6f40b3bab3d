// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "tests/engine/training/speech/tiny_speech_world.h"
#include "tests/engine/training/trainer_runs.h"

#include "engine/core/error.h"
#include "engine/training/speech/hubert_trainer.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace orrery;
using namespace orrery::training;
using training::test::compareResumed;
using training::test::kTinyPhones;
using training::test::run;

class HubertTrainerTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void phonesBelongToTheSoundThatIsHeard();
    void variedOnesAreTheSameAgain();
    void voicesOfOneSideStayThere();
    void beginsByHearingPitches();
    void learns();
    void resumesWithTheSameBits();
    void theBuiltInShapeIsLocal();

private:
    static speech::SpeechShape shape();
    std::unique_ptr<HubertTrainer> trainer() const;

    QTemporaryDir m_folder;
    std::shared_ptr<const SpeechExamples> m_examples;
};

speech::SpeechShape HubertTrainerTest::shape()
{
    speech::SpeechShape shape = HubertTrainer::builtInShape();
    shape.convolutions = {{32, 200, 40}, {32, 3, 2}, {32, 3, 2}, {32, 3, 2}};
    shape.width = 32;
    shape.intermediate = 64;
    shape.layers = 2;
    shape.positionGroups = 4;
    return shape;
}

void HubertTrainerTest::initTestCase()
{
    at::set_num_threads(1);
    const std::string file = m_folder.filePath("world.safetensors").toStdString();
    training::test::writeTinySpeechWorld(file);
    m_examples = std::make_shared<SpeechExamples>(std::make_shared<SpeechWorld>(file),
                                                  FrameTimes{shape().hop(), shape().reach()}, 1);
}

std::unique_ptr<HubertTrainer> HubertTrainerTest::trainer() const
{
    HubertOptions options;
    options.batch = 4;
    options.samples = 16000;
    options.steps = 60;
    options.learningRate = 3e-3;
    options.average = 0.9;
    return std::make_unique<HubertTrainer>(m_examples, options, shape(), at::kCPU);
}

void HubertTrainerTest::phonesBelongToTheSoundThatIsHeard()
{
    // Of an utterance as it is, the pitch in a frame's middle tells its phone.
    int right = 0, all = 0;
    for (const std::int64_t utterance : m_examples->utterances(Voices::Training)) {
        const SpokenStretch spoken = m_examples->plain(utterance);
        QCOMPARE(std::int64_t(spoken.phones.size()), shape().frames(std::int64_t(spoken.samples.size())));
        for (std::size_t t = 0; t < spoken.phones.size(); ++t) {
            const std::size_t middle = t * 320 + std::size_t(shape().reach()) / 2;
            if (spoken.phones[t] == 0)
                continue;
            int changes = 0;
            for (std::size_t i = middle - 100; i < middle + 100; ++i)
                changes += (spoken.samples[i] < 0) != (spoken.samples[i + 1] < 0);
            const double heard = changes / 2.0 * 80; // Hz
            const double said = training::test::tinyTone(spoken.phones[t]);
            right += std::abs(std::log(heard / said)) < 0.25;
            ++all;
        }
    }
    QVERIFY(all > 100);
    QVERIFY2(right > 0.7 * all, qPrintable(QString("%1 of %2").arg(right).arg(all))); // the rest are borders
}

void HubertTrainerTest::variedOnesAreTheSameAgain()
{
    const SpokenStretch a = m_examples->varied(5, 8000, 0.7F), b = m_examples->varied(5, 8000, 0.7F);
    QVERIFY(a.samples == b.samples && a.phones == b.phones);
    QVERIFY(m_examples->varied(6, 8000, 0.7F).samples != a.samples);
    for (std::uint64_t i = 0; i < 50; ++i) {
        const SpokenStretch spoken = m_examples->varied(i, 8000, 0.7F);
        QVERIFY(spoken.samples.size() <= 8000 && !spoken.phones.empty());
        QCOMPARE(std::int64_t(spoken.phones.size()), shape().frames(std::int64_t(spoken.samples.size())));
    }
}

void HubertTrainerTest::voicesOfOneSideStayThere()
{
    const SpeechWorld &world = m_examples->world();
    QCOMPARE(int(m_examples->utterances(Voices::HeldOut).size()), 4);
    for (std::uint64_t i = 0; i < 100; ++i)
        QVERIFY(!world.isHeldOut(m_examples->varied(i, 8000, 0.7F).utterance));
}

void HubertTrainerTest::beginsByHearingPitches()
{
    const at::Tensor filters = trainer()->finished().at("feature_extractor.conv_layers.0.conv.weight");
    // Four phases of a frequency, the third being the first upside down.
    QVERIFY((filters[4] + filters[6]).abs().max().item<double>() < 1e-5);
    // Power at a tone is largest for the filters around it, and rises with their number.
    int last = -1;
    for (const double hertz : {300.0, 1000.0, 3000.0}) {
        const at::Tensor time = at::arange(200, at::kDouble) / 16000;
        const at::Tensor wave = (time * (2 * M_PI * hertz)).sin().to(at::kFloat);
        const at::Tensor heard = at::matmul(filters.squeeze(1), wave) / filters.squeeze(1).norm(2, 1);
        const int best = int(heard.view({-1, 4}).square().sum(1).argmax().item<std::int64_t>());
        QVERIFY2(best > last, qPrintable(QString::number(hertz)));
        last = best;
    }
}

void HubertTrainerTest::learns()
{
    const auto trained = trainer();
    run(*trained, 60);
    // Silence alone is a quarter of the frames.
    QVERIFY2(trained->accuracy() > 0.5, qPrintable(QString::number(trained->accuracy())));
    QVERIFY(trained->loss() < std::log(double(kTinyPhones)));
    QCOMPARE(trained->examplesSeen(), std::int64_t(60 * 4));
    QVERIFY(trained->report().find("of phones right") != std::string::npos);
    QVERIFY(!trained->advance());
}

void HubertTrainerTest::resumesWithTheSameBits()
{
    const std::string file = m_folder.filePath("checkpoint.safetensors").toStdString();
    compareResumed([&] { return trainer(); }, file);
}

void HubertTrainerTest::theBuiltInShapeIsLocal()
{
    const speech::SpeechShape built = HubertTrainer::builtInShape();
    QVERIFY(built.local() && !built.normalises);
    QCOMPARE(built.hop(), std::int64_t(320));
    QVERIFY(built.rightContext() * 20 <= 400); // ms that a unit waits for
}

QTEST_GUILESS_MAIN(HubertTrainerTest)
#include "hubert_trainer_test.moc"
