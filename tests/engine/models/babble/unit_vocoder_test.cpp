// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "engine/core/error.h"
#include "engine/models/babble/harmonic_noise.h"
#include "engine/models/babble/hifi_gan.h"
#include "engine/models/babble/unit_vocoder.h"
#include "engine/runtime/generator.h"
#include "engine/training/fresh_weights.h"
#include "tests/engine/models/speech/speech_bench.h"

#include <QTest>

#include <cmath>

using namespace orrery;
using namespace orrery::speech;
using namespace orrery::test;

class UnitVocoderTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void pulsesHaveTheirPitchAndPower();
    void aFlatFilterChangesNothing();
    void aFilterLetsItsBandsThrough();
    void theFilterIsDifferentiable();
    void soundIsAsLongAsItsUnitsSay();
    void longSoundIsThatOfShortPieces();
    void theSameSeedGivesTheSameBits();
    void pitchAndVoiceAreHeard();
    void mistakesAreNamed();
    void hifiGanIsThatOfTransformers_data();
    void hifiGanIsThatOfTransformers();
    void hifiGansThatWantMoreAreRefused();

private:
    std::vector<float> speak(std::vector<int> frames, UnitVocoder::Manner manner = {}, std::string *problem = nullptr);
    VocoderShape m_shape;
    std::shared_ptr<const UnitVocoder> m_vocoder;
};

void UnitVocoderTest::initTestCase()
{
    m_shape.units = 10;
    m_shape.width = 24;
    m_shape.bands = 16;
    m_shape.slowBlocks = 2;
    m_shape.fastBlocks = 1;
    m_shape.voices = {"one", "two"};
    m_shape.pitches = {110, 180};
    m_shape.usualFrames.assign(10, 3);
    Weights weights = training::freshWeights(expectedWeights(m_shape), 3, {{"embedding", 0.8}});
    m_vocoder = std::make_shared<HarmonicVocoder>(m_shape, std::move(weights), at::kCPU, "random");
}

std::vector<float> UnitVocoderTest::speak(std::vector<int> frames, UnitVocoder::Manner manner, std::string *problem)
{
    std::vector<float> sound;
    const std::string found = runJob([&](EngineScope &scope) -> Task<int> {
        StepPacer pace(scope);
        Task<std::vector<float>> speaking = m_vocoder->speak(pace, frames, manner);
        sound = co_await std::move(speaking);
        co_return 0;
    });
    if (problem)
        *problem = found;
    else if (!found.empty())
        QTest::qFail(found.c_str(), __FILE__, __LINE__);
    return sound;
}

void UnitVocoderTest::pulsesHaveTheirPitchAndPower()
{
    const at::NoGradGuard noGraph;
    const at::Tensor sound = pulses(at::full({1, 100}, 160.0), at::ones({1, 100}));
    QCOMPARE(sound.size(1), std::int64_t(16000));
    const at::Tensor middle = sound[0].narrow(0, 4000, 8000);
    QVERIFY(std::abs(middle.square().mean().item<double>() - 1) < 0.02);
    // 160 Hz repeats every 100 samples, and not every 50.
    const auto shifted = [&](std::int64_t lag) {
        return (middle.narrow(0, 0, 7000) - middle.narrow(0, lag, 7000)).abs().max().item<double>();
    };
    QVERIFY2(shifted(100) < 1e-3, qPrintable(QString::number(shifted(100))));
    QVERIFY(shifted(50) > 1);
    const at::Tensor spectrum = at::view_as_real(at::fft_rfft(middle)).square().sum(-1).sqrt();       // 2 Hz a bin
    QVERIFY(spectrum.narrow(0, 3810, 190).max().item<double>() < 0.01 * spectrum[80].item<double>()); // above 7.6 kHz
    QVERIFY(pulses(at::full({1, 10}, 160.0), at::zeros({1, 10})).abs().max().item<double>() == 0);
}

void UnitVocoderTest::aFlatFilterChangesNothing()
{
    const at::NoGradGuard noGraph;
    const at::Tensor noise = Generator(5).normal({2, 20 * kControlHop});
    const at::Tensor same = shaped(noise, at::zeros({2, 20, 16}));
    QVERIFY((same - noise).abs().max().item<double>() < 1e-4);
    const at::Tensor half = shaped(noise, at::full({2, 20, 16}, std::log(0.5)));
    QVERIFY((half - 0.5 * noise).abs().max().item<double>() < 1e-4);
}

void UnitVocoderTest::aFilterLetsItsBandsThrough()
{
    const at::NoGradGuard noGraph;
    at::Tensor bands = at::full({1, 100, 64}, -12.0);
    bands.narrow(2, 0, 32).fill_(0); // the lower half of the mel scale: up to 1.7 kHz
    const at::Tensor made = shaped(Generator(6).normal({1, 16000}), bands)[0];
    const at::Tensor power = at::view_as_real(at::fft_rfft(made)).square().sum(-1); // 1 Hz a bin
    QVERIFY(power.narrow(0, 100, 1400).mean().item<double>() > 1e4 * power.narrow(0, 2500, 5000).mean().item<double>());
}

void UnitVocoderTest::theFilterIsDifferentiable()
{
    const at::Tensor source = Generator(7).normal({1, 4 * kControlHop}).to(at::kDouble);
    const at::Tensor target = Generator(8).normal({1, 4 * kControlHop}).to(at::kDouble);
    const at::Tensor start = (Generator(9).normal({1, 4, 8}) * 0.3);
    const auto loss = [&](const at::Tensor &bands) {
        return (shaped(source.to(at::kFloat), bands) - target.to(at::kFloat)).square().sum();
    };
    const at::Tensor leaf = start.clone().requires_grad_(true);
    loss(leaf).backward();
    const at::NoGradGuard noGraph;
    for (const auto &[frame, band] : {std::pair{0, 0}, {1, 3}, {2, 7}, {3, 5}}) {
        constexpr double kStep = 1e-2;
        at::Tensor up = start.clone(), down = start.clone();
        up[0][frame][band] += kStep;
        down[0][frame][band] -= kStep;
        const double numeric = (loss(up).item<double>() - loss(down).item<double>()) / (2 * kStep);
        const double exact = leaf.grad()[0][frame][band].item<double>();
        QVERIFY2(std::abs(numeric - exact) < 0.02 * std::max(1.0, std::abs(exact)),
                 qPrintable(QString("%1 %2: %3, expected %4").arg(frame).arg(band).arg(exact).arg(numeric)));
    }
}

void UnitVocoderTest::soundIsAsLongAsItsUnitsSay()
{
    QCOMPARE(speak({}).size(), std::size_t(0));
    QCOMPARE(speak({4}).size(), std::size_t(320));
    const std::vector<float> sound = speak({4, 4, 5, 6, 6, 6, 1});
    QCOMPARE(sound.size(), std::size_t(7 * 320));
    double loudest = 0;
    for (const float sample : sound) {
        QVERIFY(std::isfinite(sample));
        loudest = std::max(loudest, double(std::abs(sample)));
    }
    QVERIFY(loudest > 0 && loudest <= 1);
}

void UnitVocoderTest::longSoundIsThatOfShortPieces()
{
    // 330 frames go in four pieces; the controls of each must be those of the whole.
    std::vector<int> frames;
    Generator lots(2);
    while (frames.size() < 330)
        frames.insert(frames.end(), 3, int(lots.below(10)));
    const std::vector<float> sound = speak(frames);
    const at::NoGradGuard noGraph;
    Weights weights = training::freshWeights(expectedWeights(m_shape), 3, {{"embedding", 0.8}});
    const std::vector<std::int64_t> ids(frames.begin(), frames.end());
    at::Tensor x = enterVocoder(weights, at::tensor(ids).unsqueeze(0), at::zeros({1}, at::kLong),
                                at::full({1}, float(std::log(110))));
    for (std::int64_t piece = 0; piece < m_shape.pieces(); ++piece)
        x = vocoderPiece(weights, m_shape, piece, x);
    const VocoderControls controls = controlsOf(m_shape, x);
    const at::Tensor source = pulses((controls.pitch.exp() * 110.0).clamp(kLowestPitch, kHighestPitch),
                                     (controls.voicing > 0).to(at::kFloat));
    const at::Tensor noise = Generator(1).normal({1, source.size(1)});
    const at::Tensor expected =
        (shaped(source, controls.harmonic) + shaped(noise, controls.noise)).clamp(-1, 1).flatten();
    QCOMPARE(std::int64_t(sound.size()), expected.size(0));
    double largest = 0;
    for (std::size_t i = 0; i < sound.size(); ++i)
        largest = std::max(largest, std::abs(double(sound[i]) - expected[std::int64_t(i)].item<double>()));
    QVERIFY2(largest < 1e-3, qPrintable(QString::number(largest)));
}

void UnitVocoderTest::theSameSeedGivesTheSameBits()
{
    const std::vector<int> frames{1, 1, 2, 3, 3, 3, 9};
    QVERIFY(speak(frames) == speak(frames));
    QVERIFY(speak(frames) != speak(frames, {.seed = 2}));
}

void UnitVocoderTest::pitchAndVoiceAreHeard()
{
    const std::vector<int> frames(40, 5);
    QVERIFY(speak(frames) != speak(frames, {.voice = 1}));
    QVERIFY(speak(frames) != speak(frames, {.pitchHz = 220}));
    QVERIFY(speak(frames) == speak(frames, {.pitchHz = 110}));
}

void UnitVocoderTest::mistakesAreNamed()
{
    const auto problemOf = [&](std::vector<int> frames, UnitVocoder::Manner manner) {
        std::string problem;
        speak(std::move(frames), manner, &problem);
        return QString::fromStdString(problem);
    };
    QVERIFY2(problemOf({1, 10}, {}).contains("no unit 10 in random, expected 0 to 9"), qPrintable(problemOf({10}, {})));
    QVERIFY(problemOf({-1}, {}).contains("no unit -1"));
    QVERIFY(problemOf({1}, {.voice = 2}).contains("no voice 2, expected 0 to 1"));
    QVERIFY(problemOf({1}, {.pitchHz = 1000}).contains("expected 60 to 420"));
    QVERIFY(problemOf({1}, {.pitchHz = NAN}).contains("pitch"));
}

void UnitVocoderTest::hifiGanIsThatOfTransformers_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("as transformers saves it") << "hifigan";
    QTest::newRow("as its authors publish it") << "code_hifigan";
}

void UnitVocoderTest::hifiGanIsThatOfTransformers()
{
    QFETCH(const QString, name);
    const std::string folder = kSpeechData + name.toStdString();
    const auto file = Safetensors::open(folder + "/expected.safetensors");
    const at::Tensor units = readArray(*file, "units"), expected = readArray(*file, "samples");
    std::vector<float> sound;
    std::int64_t hop = 0;
    const std::string problem = runJob([&](EngineScope &scope) -> Task<int> {
        Task<std::shared_ptr<const UnitVocoder>> loading = loadUnitVocoder(scope, folder);
        const std::shared_ptr<const UnitVocoder> vocoder = co_await std::move(loading);
        hop = vocoder->hop();
        std::vector<int> frames;
        for (std::int64_t i = 0; i < units.size(0); ++i)
            frames.push_back(int(units[i].item<std::int64_t>()));
        StepPacer pace(scope);
        Task<std::vector<float>> speaking = vocoder->speak(pace, std::move(frames), {});
        sound = co_await std::move(speaking);
        co_return 0;
    });
    QVERIFY2(problem.empty(), problem.c_str());
    QCOMPARE(hop, std::int64_t(320));
    QCOMPARE(std::int64_t(sound.size()), expected.size(0));
    double largest = 0, loudest = 0;
    for (std::size_t i = 0; i < sound.size(); ++i) {
        loudest = std::max(loudest, double(std::abs(sound[i])));
        largest = std::max(largest, std::abs(double(sound[i]) - expected[std::int64_t(i)].item<double>()));
    }
    qInfo("largest difference %g of %g", largest, loudest);
    QVERIFY(loudest > 0.05); // or the comparison would say nothing
    QVERIFY2(largest <= 1e-4, qPrintable(QString::number(largest)));
}

void UnitVocoderTest::hifiGansThatWantMoreAreRefused()
{
    const auto file = Safetensors::open(kSpeechData + "code_hifigan/model.safetensors");
    const auto refused = [&](const std::string &fields) {
        try {
            HifiGanShape::fromFolder(JsonObject::parse("{" + fields + "}", "config.json"), *file);
        } catch (const Exception &problem) {
            return std::string(problem.what());
        }
        return std::string();
    };
    QVERIFY(refused(R"("num_embeddings": 12, "f0": true)").find("f0") != std::string::npos);
    QVERIFY(refused(R"("num_embeddings": 12, "multispkr": "from_input_file")").find("multispkr") != std::string::npos);
    QVERIFY(refused(R"("num_embeddings": 12, "embedding_dim": 7)").find("embedding_dim") != std::string::npos);
    const auto spectrograms = Safetensors::open(kSpeechData + "gpt2/model.safetensors");
    QVERIFY_EXCEPTION_THROWN(HifiGanShape::fromFolder(JsonObject::parse("{}", "config.json"), *spectrograms),
                             Exception);
}

QTEST_GUILESS_MAIN(UnitVocoderTest)
#include "unit_vocoder_test.moc"
