// SPDX-License-Identifier: Apache-2.0
#include "engine/models/speech/mfcc.h"
#include "engine/models/speech/speech_model.h"
#include "tests/engine/models/speech/speech_bench.h"

#include <QtTest>

using namespace orrery;
using namespace orrery::speech;
using namespace orrery::test;

/// Numbers of transformers 4.57.6 and torchaudio 2.11.0, float32: tests/reference/make_speech_fixtures.py.
class SpeechParityTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void layersAreThoseOfTransformers_data();
    void layersAreThoseOfTransformers();
    void lettersAreThoseOfTransformers_data();
    void lettersAreThoseOfTransformers();
    void codesAreThoseOfTransformers();
    void cepstraAreThoseOfTorchaudio();
    void greedyReadingFollowsCtc();
};

void SpeechParityTest::layersAreThoseOfTransformers_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("layers");
    for (const char *name : {"wav2vec2_group", "wav2vec2_layer", "hubert_group", "hubert_layer"})
        QTest::newRow(name) << QString(name) << 3;
}

void SpeechParityTest::layersAreThoseOfTransformers()
{
    QFETCH(const QString, name);
    QFETCH(const int, layers);
    const std::string folder = kSpeechData + name.toStdString();
    const auto file = Safetensors::open(folder + "/expected.safetensors");
    std::vector<double> found;
    const std::string problem =
        withListener(folder, [&](StepPacer &pace, std::shared_ptr<Listener> listener) -> Task<int> {
            std::vector<int> all;
            for (int layer = 0; layer <= listener->facts().layers; ++layer)
                all.push_back(layer);
            Task<std::vector<at::Tensor>> hearing = listener->hear(pace, stretchOf(fixtureSound()), all);
            const std::vector<at::Tensor> heard = co_await std::move(hearing);
            for (std::size_t i = 0; i < heard.size(); ++i)
                found.push_back(largest(heard[i], readArray(*file, "layer_" + std::to_string(i))));
            co_return 0;
        });
    QCOMPARE(problem, std::string());
    QCOMPARE(int(found.size()), layers + 1);
    for (std::size_t i = 0; i < found.size(); ++i) {
        qInfo("layer %zu: %g", i, found[i]);
        QVERIFY2(found[i] <= 1e-4, qPrintable(QString("layer %1: %2").arg(i).arg(found[i])));
    }
}

void SpeechParityTest::lettersAreThoseOfTransformers_data()
{
    QTest::addColumn<QString>("name");
    for (const char *name : {"wav2vec2_layer", "hubert_group"})
        QTest::newRow(name) << QString(name);
}

void SpeechParityTest::lettersAreThoseOfTransformers()
{
    QFETCH(const QString, name);
    const std::string folder = kSpeechData + name.toStdString();
    const auto file = Safetensors::open(folder + "/expected.safetensors");
    double difference = INFINITY;
    std::string text;
    const std::string problem =
        withListener(folder, [&](StepPacer &pace, std::shared_ptr<Listener> listener) -> Task<int> {
            Task<std::vector<at::Tensor>> hearing =
                listener->hear(pace, stretchOf(fixtureSound()), {listener->facts().layers});
            const std::vector<at::Tensor> heard = co_await std::move(hearing);
            const at::Tensor letters = listener->letters(heard[0]);
            difference = largest(letters, readArray(*file, "logits"));
            const at::Tensor best = letters.argmax(1);
            text = listener->read(
                {best.const_data_ptr<std::int64_t>(), best.const_data_ptr<std::int64_t>() + best.numel()});
            co_return 0;
        });
    QCOMPARE(problem, std::string());
    qInfo("letters: %g, %s", difference, text.c_str());
    QVERIFY2(difference <= 1e-4, qPrintable(QString::number(difference)));
    QCOMPARE(text, JsonObject::readFile(folder + "/expected.json").text("text"));
}

void SpeechParityTest::codesAreThoseOfTransformers()
{
    const std::string folder = kSpeechData + "wav2vec2_group";
    const auto file = Safetensors::open(folder + "/expected.safetensors");
    const at::Tensor expected = readArray(*file, "codes");
    bool same = false;
    const std::string problem =
        withListener(folder, [&](StepPacer &pace, std::shared_ptr<Listener> listener) -> Task<int> {
            Task<at::Tensor> coding = listener->codes(pace, stretchOf(fixtureSound()));
            const at::Tensor codes = co_await std::move(coding);
            same = at::equal(codes, expected);
            co_return 0;
        });
    QCOMPARE(problem, std::string());
    QVERIFY(same);
    // A quantizer that always chose the same would pass too easily.
    QVERIFY(std::get<0>(at::_unique(expected.select(1, 0))).numel() > 2);
}

void SpeechParityTest::cepstraAreThoseOfTorchaudio()
{
    const auto file = Safetensors::open(kSpeechData + "sound.safetensors");
    const at::Tensor found = cepstra(readArray(*file, "samples"));
    const at::Tensor slopes = differences(found);
    for (const auto &[name, values] :
         {std::pair<const char *, at::Tensor>{"cepstra", found}, {"slopes", slopes}, {"curves", differences(slopes)}}) {
        const double difference = largest(values, readArray(*file, name));
        qInfo("%s: %g", name, difference);
        QVERIFY2(difference <= 2e-3, name); // of numbers around 20, from logarithms of energies in float32
    }
}

void SpeechParityTest::greedyReadingFollowsCtc()
{
    const std::vector<std::string> letters{"<pad>", "<unk>", "|", "A", "B"};
    QCOMPARE(readLetters({0, 3, 3, 0, 3, 4, 2, 2, 4, 1, 0}, letters, 0), std::string("AAB B"));
    QCOMPARE(readLetters({2, 3, 2}, letters, 0), std::string("A")); // spaces around are not kept
    QCOMPARE(readLetters({}, letters, 0), std::string());
    QCOMPARE(readLetters({0, 0}, letters, 0), std::string());
    // Phones have more letters than one, so spaces stand between; and each has its first frame.
    const std::vector<std::string> phones{"<pad>", "h", "ə", "l", "əʊ"};
    QCOMPARE(readLetters({0, 1, 1, 2, 3, 0, 3, 4}, phones, 0, " "), std::string("h ə l l əʊ"));
    const std::vector<SpelledLetter> spelled = spellLetters({0, 1, 1, 2, 3, 0, 3, 4}, phones, 0);
    QCOMPARE(int(spelled.size()), 5);
    QCOMPARE(spelled[0].frame, std::int64_t(1));
    QCOMPARE(spelled[3].frame, std::int64_t(6));
    QCOMPARE(spelled[4].text, std::string("əʊ"));
}

QTEST_APPLESS_MAIN(SpeechParityTest)
#include "speech_parity_test.moc"
