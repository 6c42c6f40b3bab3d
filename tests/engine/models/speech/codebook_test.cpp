// SPDX-License-Identifier: Apache-2.0
#include "engine/models/speech/codebook.h"
#include "engine/models/speech/k_means.h"
#include "engine/runtime/generator.h"
#include "tests/engine/files/file_support.h"
#include "tests/engine/models/speech/speech_bench.h"

#include <QtTest>

#include <set>

using namespace orrery;
using namespace orrery::speech;
using namespace orrery::test;

namespace {

/// Rows around eight corners of a cube, in no order. [N, 3]
at::Tensor cubeRows(std::int64_t count)
{
    Generator lots(5);
    const at::Tensor rows = lots.normal({count, 3}) * 0.2;
    for (std::int64_t i = 0; i < count; ++i)
        for (int axis = 0; axis < 3; ++axis)
            rows[i][axis] += (i * 7 % 8 >> axis) & 1 ? 5 : -5;
    return rows;
}

KMeansResult fit(const at::Tensor &rows, KMeansOptions options, int threads, std::string &problem)
{
    KMeansResult result;
    EngineSettings settings;
    settings.threads = threads;
    EngineBench bench(settings);
    JobHandle<int> job = bench.submit([&](EngineScope &scope) -> Task<int> {
        StepPacer pace(scope);
        Task<KMeansResult> fitting = kMeans(pace, rows, options, {});
        result = co_await std::move(fitting);
        co_return 0;
    });
    bench.runAll();
    const Result<int> ended = job.wait();
    problem = ended ? std::string() : ended.error().message;
    return result;
}

} // namespace

class CodebookTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsTheClustersThatAreThere();
    void theSameSeedGivesTheSameBitsOnAnyThreads();
    void tooFewFramesAreNamed();
    void unitsAreTheNearestCentres();
    void aFileBringsEverythingBack();
    void badFilesAreNamed_data();
    void badFilesAreNamed();
    void anotherModelIsRefused();

private:
    TemporaryFolder m_folder;
};

void CodebookTest::findsTheClustersThatAreThere()
{
    std::string problem;
    const KMeansResult result = fit(cubeRows(5'000), {.clusters = 8, .seed = 3}, 2, problem);
    QCOMPARE(problem, std::string());
    QVERIFY2(result.distance < 3 * 0.2 * 0.2 * 1.1, qPrintable(QString::number(result.distance)));
    std::set<int> corners;
    for (int k = 0; k < 8; ++k) {
        int corner = 0;
        for (int axis = 0; axis < 3; ++axis) {
            const float place = result.centres[k][axis].item<float>();
            QVERIFY(std::abs(std::abs(place) - 5) < 0.05);
            corner |= (place > 0) << axis;
        }
        corners.insert(corner);
    }
    QCOMPARE(corners.size(), std::size_t(8));
}

void CodebookTest::theSameSeedGivesTheSameBitsOnAnyThreads()
{
    const at::Tensor rows = Generator(9).normal({10'000, 24});
    std::string problem;
    const KMeansOptions options{.clusters = 50, .seed = 4, .mostRounds = 12};
    const KMeansResult one = fit(rows, options, 1, problem);
    QCOMPARE(problem, std::string());
    for (const int threads : {1, 2, 3}) {
        const KMeansResult other = fit(rows, options, threads, problem);
        QVERIFY(at::equal(one.centres, other.centres));
        QVERIFY(one.distance == other.distance && one.rounds == other.rounds);
    }
    const KMeansResult another = fit(rows, {.clusters = 50, .seed = 5, .mostRounds = 12}, 1, problem);
    QVERIFY(!at::equal(one.centres, another.centres));
}

void CodebookTest::tooFewFramesAreNamed()
{
    std::string problem;
    fit(at::zeros({3, 2}), {.clusters = 4}, 1, problem);
    QVERIFY2(QString::fromStdString(problem).contains("fewer different frames"), problem.c_str());
    fit(at::zeros({30, 2}), {.clusters = 4}, 1, problem); // many, but all the same
    QVERIFY2(QString::fromStdString(problem).contains("than the 4 units"), problem.c_str());
}

void CodebookTest::unitsAreTheNearestCentres()
{
    const at::Tensor frames = Generator(1).normal({1500, 16}), centres = Generator(2).normal({40, 16});
    const std::vector<int> units = Codebook(centres, {}).nearest(frames);
    const at::Tensor best = at::cdist(frames.to(at::kDouble), centres.to(at::kDouble)).argmin(1);
    QCOMPARE(units.size(), std::size_t(1500));
    for (std::size_t i = 0; i < units.size(); ++i)
        QCOMPARE(units[i], int(best[std::int64_t(i)].item<std::int64_t>()));
    QVERIFY(Codebook(at::zeros({3, 2}), {}).nearest(at::ones({1, 2})) ==
            std::vector<int>{0}); // equally near: the first
}

void CodebookTest::aFileBringsEverythingBack()
{
    const Codebook codebook(Generator(2).normal({40, 16}), {6, std::string(64, 'a'), "orrery-cli train speech-units"});
    const std::string path = m_folder.path("codebook_40.safetensors");
    codebook.write(path);
    const Codebook read = Codebook::read(path);
    QVERIFY(at::equal(read.centres(), codebook.centres()));
    QCOMPARE(read.layer(), 6);
    QCOMPARE(read.origin().modelHash, std::string(64, 'a'));
    QCOMPARE(read.origin().madeBy, std::string("orrery-cli train speech-units"));
    const std::string before = m_folder.read("codebook_40.safetensors");
    read.write(path);
    QVERIFY(m_folder.read("codebook_40.safetensors") == before);
}

void CodebookTest::badFilesAreNamed_data()
{
    QTest::addColumn<int>("which");
    QTest::addColumn<QString>("words");
    const char *const words[] = {"entry \"centres\" is missing", "is I64 [2, 2], expected F32",
                                 "is F32 [4], expected F32",     "metadata \"layer\" is \"top\"",
                                 "metadata \"layer\" is \"\"",   "not finite"};
    for (int i = 0; i < int(std::size(words)); ++i)
        QTest::newRow(words[i]) << i << QString(words[i]);
}

void CodebookTest::badFilesAreNamed()
{
    QFETCH(const int, which);
    QFETCH(const QString, words);
    std::vector<float> values{1, 2, 3, which == 5 ? NAN : 4};
    const std::vector<std::int64_t> numbers(4, 1);
    SafetensorsItem item{"centres", Dtype::F32, {2, 2}, std::as_bytes(std::span(values))};
    if (which == 0)
        item.name = "weights";
    if (which == 1)
        item = {"centres", Dtype::I64, {2, 2}, std::as_bytes(std::span(numbers))};
    if (which == 2)
        item.shape = {4};
    std::map<std::string, std::string> metadata{{"layer", which == 3 ? "top" : "3"}};
    if (which == 4)
        metadata.clear();
    const std::string path = m_folder.path("bad.safetensors");
    writeSafetensors(path, {item}, metadata);
    const QString message = messageOf<ErrorCode::ModelFile>([&] { Codebook::read(path); });
    QVERIFY2(message.startsWith(QString::fromStdString(path)) && message.contains(words), qPrintable(message));
}

void CodebookTest::anotherModelIsRefused()
{
    const Codebook codebook(at::zeros({4, 16}), {6, std::string(64, 'a'), {}});
    codebook.requireFor(16, 6, std::string(64, 'a'));
    codebook.requireFor(16, 6, ""); // nobody knows the weights
    const auto refused = [&](int width, int layers, const std::string &hash) {
        return messageOf<ErrorCode::BadInput>([&] { codebook.requireFor(width, layers, hash); });
    };
    QVERIFY(refused(32, 6, "").contains("was made for frames of 16 numbers, but this model's have 32"));
    QVERIFY(refused(16, 5, "").contains("layer 6, but this model has only 5"));
    QVERIFY(refused(16, 6, std::string(64, 'b')).contains("begins with aaaaaaaa there and with bbbbbbbb here"));
}

QTEST_APPLESS_MAIN(CodebookTest)
#include "codebook_test.moc"
