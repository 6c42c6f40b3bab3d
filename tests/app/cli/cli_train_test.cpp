// SPDX-License-Identifier: Apache-2.0
// A model from its first step to its folder, through the real program, on a world of twelve things.
#include "tests/app/cli/cli_runner.h"
#include "tests/engine/training/tiny_world.h"

#include <QJsonArray>
#include <QTemporaryDir>

using namespace orrery::test;

class CliTrainTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        orrery::training::test::writeTinyWorld(m_world.toStdString());
        const Answer answer = train({"--out", m_first, "--steps", "4"});
        QVERIFY2(answer.status == 0, answer.err);
        QCOMPARE(answer.json()["steps"].toInt(), 4);
        QCOMPARE(answer.json()["folder"].toString(), m_first + "/picture-clip");
    }

    void theFolderIsWhole_data()
    {
        QTest::addColumn<QString>("file");
        for (const char *file :
             {"card.json", "config.json", "model.safetensors", "vocab.json", "merges.txt", "preprocessor_config.json",
              "templates.txt", "known_names.txt", "known_words.txt", "familiarity.safetensors", "expected.safetensors"})
            QTest::newRow(file) << file;
    }
    void theFolderIsWhole()
    {
        QFETCH(const QString, file);
        QVERIFY(QFileInfo(m_first + "/picture-clip/" + file).size() > 0);
    }

    void itNamesPictures()
    {
        const Answer answer = runCli({"classify", "--model", m_first + "/picture-clip", "--labels", "apple,boat,cat",
                                      "--json", ORRERY_SOURCE_DIR "/resources/examples/fox.png"});
        QVERIFY2(answer.status == 0, answer.err);
        const QJsonObject result = answer.json()["results"].toArray().at(0).toObject();
        QCOMPARE(result["ranking"].toArray().size(), 3);
        const double familiar = result["familiar"].toDouble(-1);
        QVERIFY2(familiar >= 0 && familiar <= 1, answer.out);
    }

    void thisMachineAgreesWithWhatItStored()
    {
        const Answer answer = runCli({"verify", "--json", m_first + "/picture-clip"});
        QVERIFY2(answer.status == 0, answer.out + answer.err);
        const QJsonObject model = answer.json()["models"].toArray().at(0).toObject();
        QVERIFY2(model["golden"].isDouble(), answer.out);
        QVERIFY2(model["golden"].toDouble() <= 1e-4, answer.out);
    }

    void aFinishedModelIsABeginning()
    {
        const Answer answer =
            train({"--out", m_folder.filePath("second"), "--steps", "2", "--from", m_first + "/picture-clip"});
        QVERIFY2(answer.status == 0, answer.err);
    }

    void resumingADoneRunWritesItAgain()
    {
        const QByteArray weights = readFile(m_first + "/picture-clip/model.safetensors");
        QVERIFY(QFile::remove(m_first + "/picture-clip/model.safetensors"));
        const Answer answer = train({"--out", m_first, "--steps", "4", "--resume"});
        QVERIFY2(answer.status == 0, answer.err);
        QVERIFY(readFile(m_first + "/picture-clip/model.safetensors") == weights);
    }

    void badBeginningsAreRefused_data()
    {
        QTest::addColumn<QStringList>("more");
        QTest::addColumn<QString>("says");
        QTest::newRow("both") << QStringList{"--resume", "--from", m_first + "/picture-clip"} << "not both";
        QTest::newRow("nothing there") << QStringList{"--from", m_folder.filePath("none")} << "none";
        QTest::newRow("a vision transformer")
            << QStringList{"--from", ORRERY_SOURCE_DIR "/tests/data/clip_gelu"} << "is not a picture-clip";
    }
    void badBeginningsAreRefused()
    {
        QFETCH(const QStringList, more);
        QFETCH(const QString, says);
        const QString out = more.contains("--resume") ? m_first : m_folder.filePath("third");
        const Answer answer = train(QStringList{"--out", out, "--steps", "2"} + more);
        QCOMPARE(answer.status, 1);
        QVERIFY2(answer.err.contains(says.toUtf8()), answer.err);
    }

    void aFolderThatCannotBeMadeIsNamed()
    {
        const Answer answer = train({"--out", m_world, "--steps", "1"}); // a file
        QCOMPARE(answer.status, 1);
        QVERIFY2(answer.err.contains("world.safetensors: the folder for the model cannot be made"), answer.err);
        QVERIFY2(!answer.err.contains("inside Orrery"), answer.err);
    }

private:
    Answer train(const QStringList &more) const
    {
        return runCli(QStringList{"train", "picture-clip", "--data", m_world, "--json"} + more);
    }

    QTemporaryDir m_folder;
    QString m_world = m_folder.filePath("world.safetensors"), m_first = m_folder.filePath("first");
};

QTEST_GUILESS_MAIN(CliTrainTest)
#include "cli_train_test.moc"
