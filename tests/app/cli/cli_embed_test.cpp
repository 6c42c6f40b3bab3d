// SPDX-License-Identifier: Apache-2.0
#include "engine/files/array_file.h"
#include "tests/app/cli/cli_runner.h"

#include <QJsonObject>
#include <QTemporaryDir>

#include <cmath>

using namespace orrery;
using namespace orrery::test;

class CliEmbedTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void theAnswerIsAsPromised_data();
    void theAnswerIsAsPromised();
    void theSameSeedWritesTheSameFile_data();
    void theSameSeedWritesTheSameFile();
    void labelsDrawPointsTogether();
    void approximateNeighboursSaySo();
    void tablesGoInAndOut();
    void textsAreLeftOutAndNamed();
    void wrongUsageIsTwo_data();
    void wrongUsageIsTwo();
    void badInputIsOneSentence();

private:
    QString path(const char *name) const { return m_folder.filePath(name); }
    QTemporaryDir m_folder;
    const QString m_points = QStringLiteral(ORRERY_SOURCE_DIR "/tests/data/maps/blobs.npz");
};

static void methods()
{
    QTest::addColumn<QStringList>("options");
    QTest::newRow("pca") << QStringList{"--method", "pca"};
    QTest::newRow("tsne") << QStringList{"--method", "tsne", "--perplexity", "20", "--iterations", "300"};
    QTest::newRow("umap") << QStringList{"--method", "umap"};
    QTest::newRow("umap, all said") << QStringList{"--method", "umap",       "--init",       "pca",      "--neighbors",
                                                   "10",       "--min-dist", "0.2",          "--spread", "2",
                                                   "--metric", "cosine",     "--iterations", "90"};
    QTest::newRow("tsne, spectral") << QStringList{"--method", "tsne", "--init", "spectral", "--iterations", "300"};
    QTest::newRow("tsne, mixed") << QStringList{"--method", "tsne", "--perplexity", "5", "--perplexity", "50"};
    QTest::newRow("tsne, random") << QStringList{"--method", "tsne", "--init", "random", "--metric", "cosine"};
}

void CliEmbedTest::initTestCase()
{
    QVERIFY(m_folder.isValid());
}

void CliEmbedTest::theAnswerIsAsPromised_data()
{
    methods();
}

void CliEmbedTest::theAnswerIsAsPromised()
{
    QFETCH(QStringList, options);
    const Answer answer = runCli(QStringList{"embed", "--input", m_points, "--array", "points", "--output",
                                             path("map.npy"), "--metrics", "--json"} +
                                 options);
    QVERIFY2(answer.status == 0, answer.err);
    const QJsonObject json = answer.json();
    QCOMPARE(json["method"].toString(), options[1]);
    QCOMPARE(json["points"].toInt(), 240);
    QVERIFY(json["loss"].toDouble() > 0);
    for (const char *name : {"neighbors", "layout", "total"})
        QVERIFY2(json["seconds"].toObject()[name].isDouble(), name);
    for (const char *name : {"knn_recall", "trustworthiness", "distance_correlation"}) {
        const double measure = json["metrics"].toObject()[name].toDouble(-1);
        QVERIFY2(measure > 0.2 && measure <= 1, name);
    }
    const NpyMatrix map = readNpy(path("map.npy").toStdString());
    QCOMPARE(map.rows, 240);
    QCOMPARE(map.columns, 2);
}

void CliEmbedTest::theSameSeedWritesTheSameFile_data()
{
    methods();
}

void CliEmbedTest::theSameSeedWritesTheSameFile()
{
    QFETCH(QStringList, options);
    for (const char *threads : {"1", "2"}) {
        const Answer answer = runCli(QStringList{"embed", "--input", m_points, "--array", "points", "--seed", "5",
                                                 "--threads", threads, "--output", path(threads) + ".npy"} +
                                     options);
        QVERIFY2(answer.status == 0, answer.err);
    }
    const QByteArray one = readFile(path("1.npy")), two = readFile(path("2.npy"));
    QCOMPARE(one.size(), 128 + 240 * 8);
    QVERIFY(one == two);
}

void CliEmbedTest::labelsDrawPointsTogether()
{
    QByteArray labels;
    for (int i = 0; i < 240; ++i)
        labels += i % 2 ? "1\n" : "0\n";
    writeFile(path("labels.csv"), labels);
    const QStringList command{"embed", "--method", "umap", "--input", m_points, "--array", "points", "--output"};
    QCOMPARE(runCli(command + QStringList{path("without.npy")}).status, 0);
    const Answer answer = runCli(command + QStringList{path("with.npy"), "--labels", path("labels.csv")});
    QVERIFY2(answer.status == 0, answer.err);
    QVERIFY(readFile(path("with.npy")) != readFile(path("without.npy")));
}

void CliEmbedTest::approximateNeighboursSaySo()
{
    QByteArray points; // on a spiral
    for (int i = 0; i < 1500; ++i)
        points += QByteArray::number(i * std::cos(i * 0.01)) + ',' + QByteArray::number(i * std::sin(i * 0.01)) + '\n';
    writeFile(path("spiral.csv"), points);
    const QStringList command{"embed",
                              "--method",
                              "tsne",
                              "--iterations",
                              "20",
                              "--json",
                              "--input",
                              path("spiral.csv"),
                              "--output",
                              path("spiral.npy"),
                              "--neighbor-search"};
    const Answer answer = runCli(command + QStringList{"approximate"});
    QVERIFY2(answer.status == 0, answer.err);
    const double recall = answer.json()["neighbor_recall"].toDouble(-1);
    QVERIFY2(recall > 0.9 && recall <= 1, qPrintable(QString::number(recall)));
    QVERIFY2(answer.err.contains("nearest neighbours are approximate"), answer.err);
    QVERIFY(!runCli(command + QStringList{"exact"}).json().contains("neighbor_recall"));
}

void CliEmbedTest::tablesGoInAndOut()
{
    writeFile(path("in.csv"), "width,height\n0,1\n2,3\n4,5.5\n");
    const Answer answer = runCli({"embed", "--method", "pca", "--input", path("in.csv"), "--output", path("out.csv")});
    QVERIFY2(answer.status == 0, answer.err);
    QVERIFY(answer.out.contains("a map of 3 points by pca"));
    const CsvTable table = readCsv(path("out.csv").toStdString());
    QVERIFY((table.columns == std::vector<std::string>{"x", "y"}));
    QCOMPARE(table.matrix.rows, 3);
}

void CliEmbedTest::textsAreLeftOutAndNamed()
{
    writeFile(path("plain.csv"), "width,height\n0,1\n2,3\n4,5.5\n");
    writeFile(path("named.csv"), "width,species,height\n0,fox,1\n2,owl,3\n4,fox,5.5\n");
    const QStringList command{"embed", "--method", "pca", "--perplexity", "5", "--output"};
    const Answer plain = runCli(command + QStringList{path("plain.npy"), "--input", path("plain.csv")});
    const Answer named = runCli(command + QStringList{path("named.npy"), "--input", path("named.csv")});
    QVERIFY2(plain.status == 0 && named.status == 0, named.err);
    QVERIFY2(named.err.contains("the column \"species\" holds texts and was left out"), named.err);
    QVERIFY2(!plain.err.contains("left out"), plain.err);
    QVERIFY2(plain.err.contains("--perplexity changes nothing for pca"), plain.err);
    QVERIFY(readFile(path("plain.npy")) == readFile(path("named.npy")));
    writeFile(path("NAMED.CSV"), "width,species,height\n0,fox,1\n2,owl,3\n4,fox,5.5\n");
    const Answer loud = runCli(command + QStringList{path("loud.npy"), "--input", path("NAMED.CSV")});
    QVERIFY2(loud.status == 0, loud.err);
    QVERIFY(readFile(path("plain.npy")) == readFile(path("loud.npy")));
}

void CliEmbedTest::wrongUsageIsTwo_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QString>("expected");
    const QStringList files{"--input", m_points, "--output", "y.npy"};
    QTest::newRow("no method") << files << "--method is missing";
    QTest::newRow("unknown method") << files + QStringList{"--method", "som"} << "som";
    QTest::newRow("no input") << QStringList{"--method", "pca", "--output", "y.npy"} << "--input is missing";
    QTest::newRow("no output") << QStringList{"--method", "pca", "--input", m_points} << "--output is missing";
    QTest::newRow("bad ending") << QStringList{"--method", "pca", "--input", m_points, "--output", "y.png"}
                                << ".npy or .csv";
    QTest::newRow("stray") << files + QStringList{"--method", "pca", "x.npy"} << "\"x.npy\" was not expected";
    QTest::newRow("perplexity") << files + QStringList{"--method", "tsne", "--perplexity", "0.5"} << "--perplexity";
    QTest::newRow("neighbors") << files + QStringList{"--method", "umap", "--neighbors", "1"} << "--neighbors";
    QTest::newRow("min-dist") << files + QStringList{"--method", "umap", "--min-dist", "2"} << "--min-dist";
    QTest::newRow("labels") << files + QStringList{"--method", "pca", "--labels", "l.npy"} << "only umap takes labels";
    QTest::newRow("init") << files + QStringList{"--method", "umap", "--init", "zero"} << "zero";
    QTest::newRow("metric") << files + QStringList{"--method", "pca", "--metric", "manhattan"} << "manhattan";
}

void CliEmbedTest::wrongUsageIsTwo()
{
    QFETCH(QStringList, options);
    QFETCH(QString, expected);
    const Answer answer = runCli(QStringList{"embed"} + options);
    QCOMPARE(answer.status, 2);
    QVERIFY2(answer.err.contains(expected.toUtf8()), answer.err);
}

void CliEmbedTest::badInputIsOneSentence()
{
    writeFile(path("nan.csv"), "1,2\n3,nan\n");
    writeFile(path("one.csv"), "1,2\n");
    writeFile(path("gap.csv"), "width,height\n0,1\n2,\n4,5\n");
    writeFile(path("head.csv"), "a,b\n");
    const QList<QPair<QString, QByteArray>> cases = {{path("nan.csv"), "row 1 holds NaN"},
                                                     {path("one.csv"), "holds only one row"},
                                                     {path("gap.csv"), "column 2 (\"height\") holds nothing in line 3"},
                                                     {path("head.csv"), "holds no numbers"},
                                                     {m_points, "several arrays"},
                                                     {path("none.npy"), "none.npy"}};
    const QStringList supervised{"embed",         "--method", "umap",          "--input",
                                 path("two.csv"), "--output", path("bad.npy"), "--labels"};
    writeFile(path("two.csv"), "1,2\n3,4\n");
    for (const auto &[labels, expected] : {QPair<QByteArray, QByteArray>{"0\n", "one label for each of the 2 points"},
                                           {"0\n0.5\n", "row 1 (counted from 0) is no label"},
                                           {"0\n-2\n", "row 1 (counted from 0) is no label"}}) {
        writeFile(path("labels.csv"), labels);
        const Answer answer = runCli(supervised + QStringList{path("labels.csv")});
        QCOMPARE(answer.status, 1);
        QVERIFY2(answer.err.contains(expected), answer.err);
    }
    const Answer many = runCli({"embed", "--method", "umap", "--neighbors", "241", "--input", m_points, "--array",
                                "points", "--output", path("bad.npy")});
    QCOMPARE(many.status, 1);
    QVERIFY2(many.err.contains("241 neighbours, the point itself among them, need as many points, but there are 240"),
             many.err);
    const Answer few = runCli({"embed", "--method", "tsne", "--perplexity", "100", "--input", m_points, "--array",
                               "points", "--output", path("bad.npy")});
    QCOMPARE(few.status, 1);
    QVERIFY2(
        few.err.contains("Perplexity 100 needs at least 301 points, but there are 240: expected a perplexity of at "
                         "most 79"),
        few.err);
    for (const auto &[input, expected] : cases) {
        const Answer answer = runCli({"embed", "--method", "pca", "--input", input, "--output", path("bad.npy")});
        QCOMPARE(answer.status, 1);
        QVERIFY2(answer.err.contains(expected), answer.err);
        QVERIFY(!QFile::exists(path("bad.npy")));
    }
}

QTEST_GUILESS_MAIN(CliEmbedTest)
#include "cli_embed_test.moc"
