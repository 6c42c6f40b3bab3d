// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/files/file_support.h"
#include "tests/engine/models/clip_engine.h"

#include <numeric>
#include <set>

using namespace orrery;
using namespace orrery::test;
using namespace orrery::clip;

/// Classification with the small fixture model: its weights are random, so the tests look at what must hold for any.
class ClipJobsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyLabelIsRankedBestFirst();
    void templatesAreEnsembledAsMeanDirections();
    void scoringModesGiveTheNumbersTheyPromise();
    void temperatureFlattens();
    void absurdRequestsAreRefusedWithASentence_data();
    void absurdRequestsAreRefusedWithASentence();
    void aPictureThatCannotBeReadDoesNotStopTheOthers();
    void theMatrixSaysWhatTheRankingSays();
    void unknownWordsAreNamed();
    void tenThousandLabelsAreRanked();
    void cancellingTakesEffectBetweenTexts();
    void familiarityIsReportedWhereTheModelHasIt();
    void layersGoFromPixelsToTheEmbedding();

private:
    ClassifyRequest request(std::vector<std::string> labels) const
    {
        ClassifyRequest result;
        result.model = m_reference.folder;
        result.pictures = m_reference.pictures;
        result.labels = std::move(labels);
        return result;
    }
    Reference m_reference{"clip_quick_gelu"};
    TemporaryFolder m_folder;
    JobEngine m_engine;
};

void ClipJobsTest::everyLabelIsRankedBestFirst()
{
    const auto result = m_engine.run(kClassify, request({"cat", "dog", "a house on fire", "42"}));
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    QCOMPARE(result->pictures.size(), m_reference.pictures.size());
    QVERIFY(std::abs(result->logitScale - 21) < 1e-3); // the script saved log 21
    for (const ClassifiedPicture &picture : result->pictures) {
        QCOMPARE(picture.error, std::string());
        QVERIFY(!picture.familiarity);
        std::set<int> labels;
        double sum = 0;
        for (std::size_t i = 0; i < picture.ranking.size(); ++i) {
            labels.insert(picture.ranking[i].label);
            sum += picture.ranking[i].probability;
            QVERIFY(i == 0 || picture.ranking[i - 1].probability >= picture.ranking[i].probability);
        }
        QVERIFY((labels == std::set<int>{0, 1, 2, 3}));
        QVERIFY(std::abs(sum - 1) < 1e-9);
        const double ratio = std::exp(result->logitScale * (picture.ranking[0].cosine - picture.ranking[1].cosine));
        QVERIFY(std::abs(picture.ranking[0].probability / picture.ranking[1].probability - ratio) < 1e-6 * ratio);
    }
}

void ClipJobsTest::templatesAreEnsembledAsMeanDirections()
{
    ClassifyRequest both = request({"cat", "dog"});
    both.templates = {"a photo of a {}", "{}!"};
    both.perTemplate = true;
    const auto result = m_engine.run(kClassify, both);
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    const auto encoded =
        m_engine.run(kEncode, {m_reference.folder, {}, {"a photo of a cat", "cat!", "a photo of a dog", "dog!"}});
    const auto picture = m_engine.run(kEncode, {m_reference.folder, {m_reference.pictures[0]}, {}});
    QVERIFY(encoded && picture);
    for (const RankedLabel &ranked : result->pictures[0].ranking) {
        const Embedding &a = encoded->embeddings[std::size_t(ranked.label) * 2];
        const Embedding &b = encoded->embeddings[std::size_t(ranked.label) * 2 + 1];
        double product = 0, square = 0;
        for (std::size_t i = 0; i < a.size(); ++i) {
            const double mean = (double(a[i]) + b[i]) / 2;
            product += mean * picture->embeddings[0][i];
            square += mean * mean;
        }
        QVERIFY(std::abs(ranked.cosine - product / std::sqrt(square)) < 1e-6);
    }
    const auto &votes = result->pictures[0].perTemplate;
    QCOMPARE(votes.size(), std::size_t(2));
    ClassifyRequest single = request({"cat", "dog"});
    single.templates = {"{}!"};
    const auto alone = m_engine.run(kClassify, single);
    QVERIFY(alone);
    for (const RankedLabel &ranked : alone->pictures[0].ranking)
        QCOMPARE(votes[1][std::size_t(ranked.label)], ranked.probability);
}

void ClipJobsTest::scoringModesGiveTheNumbersTheyPromise()
{
    ClassifyRequest wanted = request({"cat", "dog", "tree"});
    wanted.scoring = Scoring::Cosine;
    const auto cosine = m_engine.run(kClassify, wanted);
    wanted.scoring = Scoring::NoneOfThese;
    const auto none = m_engine.run(kClassify, wanted);
    wanted.scoring = Scoring::Sigmoid;
    const auto sigmoid = m_engine.run(kClassify, wanted);
    QVERIFY(cosine && none && sigmoid);
    double sum = 0, noneCosine = -2;
    for (const RankedLabel &ranked : none->pictures[1].ranking) {
        sum += ranked.probability;
        if (ranked.label == -1)
            noneCosine = ranked.cosine;
    }
    QCOMPARE(none->pictures[1].ranking.size(), std::size_t(4));
    QVERIFY(std::abs(sum - 1) < 1e-9);
    QVERIFY(noneCosine >= -1);
    for (const RankedLabel &ranked : cosine->pictures[1].ranking)
        QCOMPARE(ranked.probability, ranked.cosine);
    for (const RankedLabel &ranked : sigmoid->pictures[1].ranking) {
        const double expected = 1 / (1 + std::exp(-sigmoid->logitScale * (ranked.cosine - noneCosine)));
        QVERIFY(std::abs(ranked.probability - expected) < 1e-9);
    }
}

void ClipJobsTest::temperatureFlattens()
{
    ClassifyRequest wanted = request({"cat", "dog", "tree", "sun"});
    wanted.temperature = 0.01;
    const auto sharp = m_engine.run(kClassify, wanted);
    wanted.temperature = 1000;
    const auto flat = m_engine.run(kClassify, wanted);
    QVERIFY(sharp && flat);
    QVERIFY(sharp->pictures[0].ranking[0].probability > flat->pictures[0].ranking[0].probability);
    QVERIFY(std::abs(flat->pictures[0].ranking[0].probability - 0.25) < 1e-3);
    QCOMPARE(sharp->pictures[0].ranking[0].label, flat->pictures[0].ranking[0].label);
}

void ClipJobsTest::absurdRequestsAreRefusedWithASentence_data()
{
    QTest::addColumn<int>("which");
    QTest::addColumn<QString>("expected");
    const char *sentences[] = {"There are no labels",
                               "There is no picture",
                               "\"cat\", is the same as label 1",
                               "Label 2 is blank",
                               "does not hold {}",
                               "does not hold {}",
                               "Temperature is -1",
                               "neither a model nor a folder"};
    for (int i = 0; i < 8; ++i)
        QTest::addRow("%d %s", i, sentences[i]) << i << QString(sentences[i]);
}

void ClipJobsTest::absurdRequestsAreRefusedWithASentence()
{
    QFETCH(int, which);
    QFETCH(QString, expected);
    ClassifyRequest wanted = request({"cat", "dog"});
    switch (which) {
    case 0:
        wanted.labels.clear();
        break;
    case 1:
        wanted.pictures.clear();
        break;
    case 2:
        wanted.labels = {"cat", "dog", " cat "};
        break;
    case 3:
        wanted.labels = {"cat", " "};
        break;
    case 4:
        wanted.templates = {"a photo"};
        break;
    case 5:
        wanted.templates = {"{} and {}"};
        break;
    case 6:
        wanted.temperature = -1;
        break;
    default:
        wanted.model = "no such model";
    }
    const QString message = messageOfFailure(m_engine.run(kClassify, wanted));
    QVERIFY2(message.contains(expected), qPrintable(message));
    QVERIFY(m_engine.run(kClassify, request({"cat"}))); // the engine goes on
}

void ClipJobsTest::aPictureThatCannotBeReadDoesNotStopTheOthers()
{
    ClassifyRequest wanted = request({"cat", "dog"});
    PictureSource missing, lying;
    missing.path = m_folder.path("nothing.png");
    lying.path = "sketch";
    lying.pixels = {10, 10, std::vector<std::uint8_t>(7)};
    wanted.pictures = {missing, m_reference.pictures[0], lying, m_reference.pictures[1]};
    const auto result = m_engine.run(kClassify, wanted);
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    QCOMPARE(result->pictures.size(), std::size_t(4));
    QVERIFY(!result->pictures[0].error.empty());
    QCOMPARE(result->pictures[0].name, missing.path);
    QVERIFY(result->pictures[1].error.empty() && result->pictures[1].ranking.size() == 2);
    QVERIFY2(result->pictures[2].error.find("sketch") != std::string::npos, result->pictures[2].error.c_str());
    QVERIFY(result->pictures[3].error.empty());
    const auto encoded = m_engine.run(kEncode, {wanted.model, wanted.pictures, {}});
    QVERIFY(encoded && encoded->embeddings[0].empty() && !encoded->embeddings[1].empty());
    const auto matrix = m_engine.run(kMatrix, {wanted.model, wanted.pictures, {"a", "b"}});
    QVERIFY(matrix && matrix->cosine[2].empty() && matrix->cosine[3].size() == 2 && !matrix->errors[2].empty());
}

void ClipJobsTest::theMatrixSaysWhatTheRankingSays()
{
    for (const std::vector<std::string> &templates :
         {std::vector<std::string>{}, std::vector<std::string>{"a photo of a {}", "{}!"}}) {
        ClassifyRequest wanted = request({"cat", "dog", "a house on fire"});
        wanted.templates = templates;
        const auto ranked = m_engine.run(kClassify, wanted);
        QVERIFY2(ranked, ranked ? "" : ranked.error().message.c_str());
        MatrixRequest asked{wanted.model, wanted.pictures, wanted.labels};
        asked.names = true;
        asked.templates = templates;
        const auto matrix = m_engine.run(kMatrix, asked);
        QVERIFY2(matrix, matrix ? "" : matrix.error().message.c_str());
        for (std::size_t i = 0; i < ranked->pictures.size(); ++i)
            for (const RankedLabel &label : ranked->pictures[i].ranking)
                QCOMPARE(matrix->cosine[i][std::size_t(label.label)], label.cosine);
    }
}

void ClipJobsTest::unknownWordsAreNamed()
{
    ClassifyRequest wanted = request({"a cat", "Zebra!", "gutiar"});
    QVERIFY(m_engine.run(kClassify, wanted)->unknownWords.empty()); // nothing is known of this model's words
    wanted.model = m_folder.copyOf(m_reference.folder, "with words");
    m_folder.write("with words/known_words.txt", "a\ncat\nguitar\n");
    const auto result = m_engine.run(kClassify, wanted);
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    QVERIFY((result->unknownWords == std::vector<std::string>{"zebra", "gutiar"}));
    QCOMPARE(result->nearestKnown.size(), std::size_t(2));
    QVERIFY((result->nearestKnown[1] == std::vector<std::string>{"guitar"}));
}

void ClipJobsTest::tenThousandLabelsAreRanked()
{
    std::vector<std::string> labels;
    for (int i = 0; i < 10000; ++i)
        labels.push_back("thing " + std::to_string(i));
    ClassifyRequest wanted = request(labels);
    wanted.pictures.resize(1);
    const auto result = m_engine.run(kClassify, wanted);
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    QCOMPARE(result->pictures[0].ranking.size(), labels.size());
    const auto records = m_engine.thread().records();
    QVERIFY(records.back().steps > 20); // it yields
}

void ClipJobsTest::cancellingTakesEffectBetweenTexts()
{
    std::vector<std::string> labels;
    for (int i = 0; i < 50000; ++i)
        labels.push_back("object " + std::to_string(i));
    auto handle = m_engine.thread().submit(kClassify, request(labels));
    while (handle.record().steps < 3 && !handle.finished())
        QTest::qWait(1);
    handle.cancel();
    const auto result = handle.wait();
    QVERIFY(!result);
    QVERIFY(result.error().code == ErrorCode::Cancelled);
    QVERIFY(m_engine.run(kClassify, request({"cat"})));
}

void ClipJobsTest::familiarityIsReportedWhereTheModelHasIt()
{
    ClassifyRequest wanted = request({"cat"});
    wanted.model = m_folder.copyOf(m_reference.folder, "familiar");
    const auto encoded = m_engine.run(kEncode, {m_reference.folder, m_reference.pictures, {}});
    QVERIFY(encoded);
    const Embedding &first = encoded->embeddings[0];
    const auto size = std::int64_t(first.size());
    // A model without a look of its own is judged by its embedding: sigmoid(4 e·e₀ − 3).
    const std::vector<float> bias{-3}, threshold{0.75f};
    std::vector<float> weight(first);
    for (float &value : weight)
        value *= 4;
    const auto bytes = [](const std::vector<float> &values) { return std::as_bytes(std::span(values)); };
    writeSafetensors(wanted.model + "/familiarity.safetensors", {{"weight", Dtype::F32, {size}, bytes(weight)},
                                                                 {"bias", Dtype::F32, {1}, bytes(bias)},
                                                                 {"threshold", Dtype::F32, {1}, bytes(threshold)}});
    const auto result = m_engine.run(kClassify, wanted);
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    QCOMPARE(result->familiarThreshold, 0.75);
    for (std::size_t i = 0; i < encoded->embeddings.size(); ++i) {
        const Embedding &e = encoded->embeddings[i];
        const double product = std::inner_product(e.begin(), e.end(), first.begin(), 0.0);
        const double expected = 1 / (1 + std::exp(-(4 * product - 3)));
        QVERIFY(std::abs(*result->pictures[i].familiarity - expected) < 1e-5);
    }
    m_folder.write("familiar/card.json", "{}"); // another state of the folder: the model is opened again
    writeSafetensors(wanted.model + "/familiarity.safetensors", {{"mean", Dtype::F32, {size}, bytes(weight)}});
    const QString message = messageOfFailure(m_engine.run(kClassify, wanted));
    QVERIFY2(message.contains("familiarity.safetensors") && message.contains("\"weight\""), qPrintable(message));
}

void ClipJobsTest::layersGoFromPixelsToTheEmbedding()
{
    // The built-in model, which is convolutions. A flat picture of a quarter grey, so its pixels are known.
    PictureSource flat;
    flat.pixels = {64, 64, std::vector<std::uint8_t>(std::size_t(64 * 64 * 3), 64)};
    PictureSource missing;
    missing.path = m_folder.path("nothing.png");
    const auto result = m_engine.run(kLayers, {kDefaultModel, {missing, flat, m_reference.pictures[0]}});
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    QVERIFY(result->errors[0].find("nothing.png") != std::string::npos);
    QVERIFY(result->errors[1].empty() && result->errors[2].empty());
    QVERIFY(result->layers.size() > 4);
    std::set<std::string> names;
    for (const Layer &layer : result->layers) {
        names.insert(layer.name);
        QCOMPARE(layer.values.rows, 2);
        QCOMPARE(std::int64_t(layer.values.values.size()), 2 * layer.values.columns);
    }
    QCOMPARE(names.size(), result->layers.size());
    QCOMPARE(result->layers.front().name, std::string("Pixels"));
    const NpyMatrix &pixels = result->layers.front().values;
    QCOMPARE(pixels.columns, 3 * 32 * 32);
    const float expected = (64.0F / 255 - 0.5F) / 0.25F; // the model's mean and deviation
    for (std::int64_t i = 0; i < pixels.columns; ++i)
        QVERIFY(std::abs(pixels.values[std::size_t(i)] - expected) < 1e-5F);
    const auto encoded = m_engine.run(kEncode, {kDefaultModel, {flat}, {}});
    QVERIFY(encoded);
    const NpyMatrix &embedding = result->layers.back().values;
    QVERIFY(std::equal(encoded->embeddings[0].begin(), encoded->embeddings[0].end(), embedding.values.begin()));
}

QTEST_GUILESS_MAIN(ClipJobsTest)
#include "clip_jobs_test.moc"
