// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include "engine/core/error.h"
#include "engine/models/babble/harmonic_noise.h"
#include "engine/runtime/generator.h"
#include "engine/training/babble/pitch.h"
#include "engine/training/babble/unit_lm_trainer.h"
#include "engine/training/babble/vocoder_trainer.h"
#include "tests/engine/training/babble/tiny_speech_world.h"
#include "tests/engine/training/trainer_runs.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace orrery;
using namespace orrery::training;
using training::test::compareResumed;
using training::test::run;

/// The trainers of speech-ulm and speech-vocoder, and what the latter listens with.
class BabbleTrainerTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void pitchIsFound_data();
    void pitchIsFound();
    void noiseAndSilenceAreNotVoiced();
    void spectraDifferWhereTheyShould();
    void examplesFitTheirFrames();
    void learns_data() { kinds(); }
    void learns();
    void resumesWithTheSameBits_data() { kinds(); }
    void resumesWithTheSameBits();
    void theVocoderLearnsVoicesApart();
    void nothingToLearnFromIsAnError();

private:
    static void kinds();
    std::unique_ptr<Trainer> trainer(const QString &kind) const;

    QTemporaryDir m_folder;
    std::shared_ptr<UnitSentences> m_sentences;
    std::shared_ptr<std::vector<SpokenExample>> m_examples;
};

void BabbleTrainerTest::initTestCase()
{
    at::set_num_threads(1);
    // After unit k comes k + 1 or k + 2, k + 1 frames long: easy to learn, once one looks.
    m_sentences = std::make_shared<UnitSentences>();
    Generator lots(3);
    for (int s = 0; s < 30; ++s) {
        std::vector<speech::HeldUnit> sentence;
        int unit = 0;
        for (int i = 0; i < 12; ++i) {
            sentence.push_back({unit, unit + 1});
            unit = (unit + 1 + int(lots.below(2))) % 8;
        }
        m_sentences->push_back(sentence);
    }
    m_examples = std::make_shared<std::vector<SpokenExample>>();
    for (int voice = 0; voice < 2; ++voice)
        for (int i = 0; i < 4; ++i) {
            std::vector<std::int16_t> samples;
            std::vector<int> frames;
            for (int v = 0; v < 6; ++v) {
                const int vowel = (v + i) % 4;
                test::addVowel(samples, vowel, voice ? 200 : 110, 1600);
                frames.insert(frames.end(), 5, vowel);
            }
            samples.resize(samples.size() + 100);
            std::vector<float> sound(samples.size());
            for (std::size_t k = 0; k < sound.size(); ++k)
                sound[k] = float(samples[k]) / 32768.0F;
            m_examples->push_back(exampleOf(frames, sound, frameStart(400), voice));
        }
}

void BabbleTrainerTest::pitchIsFound_data()
{
    QTest::addColumn<double>("hertz");
    for (const double hertz : {70.0, 110.0, 183.5, 260.0, 390.0})
        QTest::addRow("%g Hz", hertz) << hertz;
}

void BabbleTrainerTest::pitchIsFound()
{
    QFETCH(const double, hertz);
    const at::Tensor sound = speech::pulses(at::full({1, 50}, hertz), at::ones({1, 50}))[0] * 0.1;
    const PitchTrack track = pitchOf(sound);
    QCOMPARE(track.hertz.size(), std::size_t(50));
    for (std::size_t i = 3; i < 47; ++i) {
        QVERIFY(track.voiced[i]);
        QVERIFY2(std::abs(track.hertz[i] / hertz - 1) < 0.01,
                 qPrintable(QString("%1 at %2").arg(double(track.hertz[i])).arg(i)));
    }
    QVERIFY(std::abs(track.mean() / hertz - 1) < 0.01);
}

void BabbleTrainerTest::noiseAndSilenceAreNotVoiced()
{
    const at::Tensor noise = Generator(4).normal({16000}) * 0.1;
    const PitchTrack track = pitchOf(noise);
    QVERIFY(std::count(track.voiced.begin(), track.voiced.end(), true) < 8);
    const PitchTrack silence = pitchOf(at::zeros({8000}));
    QVERIFY(std::count(silence.voiced.begin(), silence.voiced.end(), true) == 0);
    QCOMPARE(silence.mean(), 0.0);
    for (const float hertz : silence.hertz)
        QVERIFY(hertz >= speech::kLowestPitch && hertz <= speech::kHighestPitch);
    QVERIFY(pitchOf(at::zeros({100})).hertz.empty());
}

void BabbleTrainerTest::spectraDifferWhereTheyShould()
{
    const at::Tensor noise = Generator(5).normal({1, 8000}) * 0.1, other = Generator(6).normal({1, 8000}) * 0.1;
    const auto loss = [](const at::Tensor &a, const at::Tensor &b) { return spectralLoss(a, b).item<double>(); };
    QVERIFY(loss(noise, noise) < 1e-5);
    QVERIFY(loss(noise, other) < loss(noise, 0.1 * other));
    const at::Tensor tone = at::sin(at::arange(8000).to(at::kFloat) * 0.3).unsqueeze(0) * 0.1;
    QVERIFY(loss(noise, other) < loss(noise, tone));
    QCOMPARE(melSpectrum(noise).sizes().vec(), (std::vector<std::int64_t>{1, 51, 64}));
    QVERIFY(std::abs(melSpectrum(noise).mean().item<double>() - std::log(0.1 * 0.886)) < 0.1); // of a Rayleigh's mean
}

void BabbleTrainerTest::examplesFitTheirFrames()
{
    const SpokenExample &example = m_examples->front();
    QCOMPARE(example.frames.size(), std::size_t(30));
    QCOMPARE(example.samples.size(), std::size_t(30 * 320));
    QCOMPARE(example.hertz.size(), std::size_t(60));
    QVERIFY(std::abs(example.pitch / 110 - 1) < 0.03);
    const SpokenExample cut = exampleOf(std::vector<int>(30, 1), std::vector<float>(40 + 10 * 320), 40, 0);
    QCOMPARE(cut.frames.size(), std::size_t(10));
    QVERIFY(exampleOf({1, 2}, std::vector<float>(30), 40, 0).frames.empty());
}

void BabbleTrainerTest::kinds()
{
    QTest::addColumn<QString>("kind");
    QTest::newRow("language model") << "ulm";
    QTest::newRow("vocoder") << "vocoder";
}

std::unique_ptr<Trainer> BabbleTrainerTest::trainer(const QString &kind) const
{
    if (kind == "ulm") {
        speech::UnitTransformerShape shape;
        shape.units = 8;
        shape.tokens = 9;
        shape.sentenceEnd = 8;
        shape.positions = 48;
        shape.width = 32;
        shape.heads = 2;
        shape.layers = 2;
        UnitLmOptions options = UnitLmTrainer::recipe();
        options.steps = 60;
        options.batch = 4;
        options.learningRate = 5e-3;
        return std::make_unique<UnitLmTrainer>(m_sentences, shape, options, at::kCPU);
    }
    speech::VocoderShape shape;
    shape.units = 4;
    shape.width = 32;
    shape.bands = 24;
    shape.slowBlocks = shape.fastBlocks = 1;
    shape.voices = {"low", "high"};
    shape.pitches = {110, 200};
    VocoderOptions options = VocoderTrainer::recipe();
    options.steps = 60;
    options.frames = 20;
    options.batch = 4;
    options.microBatch = 2;
    options.learningRate = 1e-2;
    return std::make_unique<VocoderTrainer>(m_examples, shape, options, at::kCPU);
}

void BabbleTrainerTest::learns()
{
    QFETCH(QString, kind);
    const auto trained = trainer(kind);
    run(*trained, 1);
    const double before = trained->loss();
    run(*trained, 50);
    QVERIFY2(trained->loss() < 0.75 * before, qPrintable(QString("loss %1 → %2").arg(before).arg(trained->loss())));
    QCOMPARE(trained->examplesSeen(), std::int64_t(50 * 4));
    QVERIFY(trained->report().size() > 5);
}

void BabbleTrainerTest::resumesWithTheSameBits()
{
    QFETCH(QString, kind);
    const std::string file = m_folder.filePath(kind + ".safetensors").toStdString();
    compareResumed([&] { return trainer(kind); }, file);
}

void BabbleTrainerTest::theVocoderLearnsVoicesApart()
{
    const auto trained = trainer("vocoder");
    run(*trained, 50);
    const at::NoGradGuard noGraph;
    const Weights weights = trained->finished();
    const speech::VocoderShape &shape = dynamic_cast<VocoderTrainer &>(*trained).shape();
    const at::Tensor units = at::zeros({1, 20}, at::kLong);
    const auto voiced = [&](std::int64_t voice, double pitch) {
        at::Tensor x = speech::enterVocoder(weights, units, at::full({1}, voice, at::kLong),
                                            at::full({1}, float(std::log(pitch))));
        for (std::int64_t piece = 0; piece < shape.pieces(); ++piece)
            x = speech::vocoderPiece(weights, shape, piece, x);
        const speech::VocoderControls controls = speech::controlsOf(shape, x);
        return std::pair(controls.voicing.sigmoid().mean().item<double>(), controls.pitch.mean().item<double>());
    };
    const auto [share, pitch] = voiced(0, 110);
    QVERIFY2(share > 0.6, qPrintable(QString::number(share)));
    QVERIFY2(std::abs(pitch) < 0.15, qPrintable(QString::number(pitch)));
}

void BabbleTrainerTest::nothingToLearnFromIsAnError()
{
    QVERIFY_EXCEPTION_THROWN(UnitLmTrainer(std::make_shared<UnitSentences>(), {}, UnitLmTrainer::recipe(), at::kCPU),
                             Exception);
    speech::VocoderShape shape;
    shape.units = 4;
    QVERIFY_EXCEPTION_THROWN(VocoderTrainer(m_examples, shape, VocoderTrainer::recipe(), at::kCPU), Exception);
}

QTEST_GUILESS_MAIN(BabbleTrainerTest)
#include "babble_trainer_test.moc"
