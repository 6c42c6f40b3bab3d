// SPDX-License-Identifier: Apache-2.0
#include "engine/files/sha256.h"
#include "tests/engine/digest_elsewhere.h"
#include "tests/engine/files/file_support.h"
#include "tests/engine/models/clip_engine.h"

#include <span>

using namespace orrery;
using namespace orrery::test;
using namespace orrery::clip;

namespace {

const char *const kFolders[] = {"clip_quick_gelu", "clip_gelu", "clip_legacy_half", "clip_sharded"};

/// SHA-256 of all embeddings that the fixtures' models make of their pictures and texts.
std::string digestOfEverything(JobEngine &engine)
{
    Sha256 hash;
    for (const char *name : kFolders) {
        const Reference reference(name);
        const auto pictures = engine.run(kEncode, {reference.folder, reference.pictures, {}});
        const auto texts = engine.run(kEncode, {reference.folder, {}, reference.texts});
        if (!pictures || !texts)
            return (pictures ? texts : pictures).error().message;
        for (const auto *result : {&*pictures, &*texts})
            for (const Embedding &embedding : result->embeddings)
                hash.add(std::as_bytes(std::span(embedding)));
    }
    return hash.finish();
}

} // namespace

class ClipParityTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void embeddingsAndLogitsAreThoseOfTransformers_data();
    void embeddingsAndLogitsAreThoseOfTransformers();
    void layersAreThoseOfTransformers_data() { embeddingsAndLogitsAreThoseOfTransformers_data(); }
    void layersAreThoseOfTransformers();
    void theCompanyOfAPictureOrTextDoesNotChangeItsBits();
    void bitsDoNotDependOnThreadsOrOtherJobs();

private:
    TemporaryFolder m_folder;
    JobEngine m_engine;
};

void ClipParityTest::embeddingsAndLogitsAreThoseOfTransformers_data()
{
    QTest::addColumn<QString>("name");
    for (const char *name : kFolders)
        QTest::newRow(name) << QString(name);
}

void ClipParityTest::embeddingsAndLogitsAreThoseOfTransformers()
{
    // transformers 4.57.6, CLIPModel in float32: tests/reference/make_clip_fixtures.py.
    QFETCH(QString, name);
    const Reference reference(name.toStdString());
    QVERIFY(reference.pictures.size() >= 3 && reference.texts.size() >= 4);
    const auto check = [](const Result<EncodeResult> &result, const std::vector<std::vector<float>> &expected) {
        QVERIFY2(result, result ? "" : result.error().message.c_str());
        QCOMPARE(result->embeddings.size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            QCOMPARE(result->errors[i], std::string());
            const double difference = largestDifference(result->embeddings[i], expected[i]);
            QVERIFY2(difference <= 1e-4, qPrintable(QString("input %1: %2").arg(i).arg(difference)));
        }
    };
    check(m_engine.run(kEncode, {reference.folder, reference.pictures, {}}), reference.rows("image_embeds"));
    check(m_engine.run(kEncode, {reference.folder, {}, reference.texts}), reference.rows("text_embeds"));

    const auto matrix = m_engine.run(kMatrix, {reference.folder, reference.pictures, reference.texts});
    QVERIFY2(matrix, matrix ? "" : matrix.error().message.c_str());
    const auto classified = m_engine.run(kClassify, {reference.folder, {reference.pictures[0]}, {"cat"}, {}});
    QVERIFY2(classified, classified ? "" : classified.error().message.c_str());
    const auto logits = reference.rows("logits_per_image");
    for (std::size_t i = 0; i < logits.size(); ++i) {
        std::vector<double> found;
        for (const double cosine : matrix->cosine[i])
            found.push_back(classified->logitScale * cosine);
        const double difference = largestDifference(found, logits[i]);
        QVERIFY2(difference <= 1e-4, qPrintable(QString("picture %1: %2").arg(i).arg(difference)));
    }
}

void ClipParityTest::layersAreThoseOfTransformers()
{
    QFETCH(const QString, name);
    const Reference reference(name.toStdString());
    const auto result = m_engine.run(kLayers, {reference.folder, reference.pictures});
    const auto encoded = m_engine.run(kEncode, {reference.folder, reference.pictures, {}});
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    QVERIFY(encoded && result->layers.size() > 2);
    const std::size_t between = result->layers.size() - 2;
    for (std::size_t layer = 1; layer <= between; ++layer) {
        const Layer &found = result->layers[layer];
        QCOMPARE(found.name, "Layer " + std::to_string(layer) + " of " + std::to_string(between));
        std::vector<float> expected;
        for (const std::vector<float> &row : reference.rows("layer_" + std::to_string(layer)))
            expected.insert(expected.end(), row.begin(), row.end());
        QCOMPARE(found.values.rows, std::int64_t(reference.pictures.size()));
        const double difference = largestDifference(found.values.values, expected);
        QVERIFY2(difference < 1e-4, qPrintable(QString("%1 differs by %2").arg(layer).arg(difference)));
    }
    std::vector<float> embeddings;
    for (const Embedding &row : encoded->embeddings)
        embeddings.insert(embeddings.end(), row.begin(), row.end());
    QCOMPARE(result->layers.back().name, std::string("Embedding"));
    QVERIFY(result->layers.back().values.values == embeddings);
}

void ClipParityTest::theCompanyOfAPictureOrTextDoesNotChangeItsBits()
{
    // Two copies of one model, so that nothing comes from a cache.
    const Reference reference("clip_gelu");
    const std::string first = m_folder.copyOf(reference.folder, "first");
    const std::string second = m_folder.copyOf(reference.folder, "second");
    const auto texts = m_engine.run(kEncode, {first, {}, reference.texts});
    const auto pictures = m_engine.run(kEncode, {first, reference.pictures, {}});
    QVERIFY(texts && pictures);
    for (std::size_t i = reference.texts.size(); i-- > 0;) {
        const auto alone = m_engine.run(kEncode, {second, {}, {reference.texts[i]}});
        QVERIFY(alone && alone->embeddings[0] == texts->embeddings[i]);
    }
    for (std::size_t i = reference.pictures.size(); i-- > 0;) {
        const auto alone = m_engine.run(kEncode, {second, {reference.pictures[i]}, {}});
        QVERIFY(alone && alone->embeddings[0] == pictures->embeddings[i]);
    }
}

void ClipParityTest::bitsDoNotDependOnThreadsOrOtherJobs()
{
    const std::string here = digestOfEverything(m_engine);
    QCOMPARE(here.size(), std::size_t(64)); // else it is an error's sentence
    for (const char *threads : {"1", "2", "3"})
        for (const char *company : {"alone", "busy"})
            QCOMPARE(digestElsewhere(threads, company), QString::fromStdString(here));
}

int main(int argc, char **argv)
{
    return mainWithDigest<ClipParityTest>(argc, argv, digestOfEverything);
}
#include "clip_parity_test.moc"
