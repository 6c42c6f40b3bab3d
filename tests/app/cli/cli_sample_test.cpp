// SPDX-License-Identifier: Apache-2.0
#include "tests/app/cli/cli_runner.h"

#include <QFile>
#include <QFileInfo>
#include <QImage>
#include <QJsonArray>
#include <QTemporaryDir>

using namespace orrery::test;

/// `orrery-cli sample` with the model that comes along.
class CliSampleTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        if (!QFileInfo::exists(ORRERY_SOURCE_DIR "/resources/models/picture-dalle/model.safetensors"))
            QSKIP("resources/models/picture-dalle is not in this checkout");
    }

    void aPictureCarriesItsRecipe()
    {
        const Answer made = sample({"--prompt", "Two red foxes!", "--count", "2", "--seed", "5", "--rerank"}, "first");
        QVERIFY2(made.status == 0, made.err);
        const QJsonObject answer = made.json();
        QCOMPARE(answer["model"].toString(), "picture-dalle");
        QCOMPARE(answer["steps"].toInt(), 64);
        const QJsonArray samples = answer["samples"].toArray();
        QCOMPARE(samples.size(), 2);
        QVERIFY(samples[0]["clip_score"].toDouble() >= samples[1]["clip_score"].toDouble()); // best first
        for (const QJsonValue one : samples) {
            const QString file = one["file"].toString();
            QVERIFY2(file.endsWith(QString("two-red-foxes-%1.png").arg(one["seed"].toInt())), qPrintable(file));
            const QImage picture(file);
            QCOMPARE(picture.size(), QSize(64, 64));
            QVERIFY(picture.text("orrery-recipe").contains("Two red foxes!"));
        }
        // The second of two, alone, from its recipe: the same file.
        const QString file = m_folder.filePath("first/two-red-foxes-6.png");
        const Answer again = sample({"--recipe", file, "--threads", "2"}, "again");
        QVERIFY2(again.status == 0, again.err);
        QCOMPARE(readFile(m_folder.filePath("again/two-red-foxes-6.png")), readFile(file));
    }

    void optionsChangeWhatARecipeSays()
    {
        QVERIFY(sample({"--prompt", "a fox", "--temperature", "0"}, "recipe").status == 0);
        const QString file = m_folder.filePath("recipe/a-fox-1.png");
        QVERIFY(sample({"--recipe", file, "--seed", "9"}, "other").status == 0);
        // The likeliest tokens do not depend on the seed.
        QCOMPARE(QImage(m_folder.filePath("other/a-fox-9.png")), QImage(file));
        QVERIFY(sample({"--recipe", file, "--prompt", "a blue key", "--temperature", "1"}, "other").status == 0);
        QVERIFY(QImage(m_folder.filePath("other/a-blue-key-1.png")) != QImage(file));
    }

    void wrongUseIsNamed_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("said");
        const auto row = [](const char *name, const QStringList &arguments, int status, const char *said) {
            QTest::newRow(name) << arguments << status << said;
        };
        row("nothing", {}, 2, "--prompt or --recipe is missing");
        row("empty prompt", {"--prompt", "  "}, 1, "The prompt is empty");
        row("count 0", {"--prompt", "a fox", "--count", "0"}, 2, "--count");
        row("count 10,000", {"--prompt", "a fox", "--count", "10000"}, 2, "--count");
        row("guidance", {"--prompt", "a fox", "--guidance", "hope"}, 2, "none, cfg or clip");
        row("method", {"--prompt", "a fox", "--method", "oil"}, 2, "dalle or diffusion");
        row("stray", {"a", "fox"}, 2, "the prompt goes to --prompt");
        row("clip on tokens", {"--prompt", "a fox", "--guidance", "clip"}, 1, "picture-diffusion");
        row("no recipe", {"--recipe", ORRERY_SOURCE_DIR "/resources/examples/fox.png"}, 1, "carries no recipe");
        row("no file", {"--recipe", "/nowhere/fox.png"}, 1, "no such file");
        row("model", {"--prompt", "a fox", "--model", "picture-clip"}, 1, "picture_clip");
    }

    void wrongUseIsNamed()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, status);
        QFETCH(QString, said);
        const Answer answer = sample(arguments, "wrong");
        QCOMPARE(answer.status, status);
        QVERIFY2(answer.err.contains(said.toUtf8()), answer.err);
        QVERIFY(!QFileInfo::exists(m_folder.filePath("wrong/a-fox-1.png")));
    }

    void aFolderThatCannotBeMadeIsNamed()
    {
        writeFile(m_folder.filePath("file"), "x");
        const Answer answer = runCli({"sample", "--prompt", "a fox", "--out", m_folder.filePath("file/inside")});
        QCOMPARE(answer.status, 1);
        QVERIFY2(answer.err.contains("file/inside"), answer.err);
    }

private:
    Answer sample(QStringList arguments, const QString &folder) const
    {
        arguments.prepend("sample");
        return runCli(arguments << "--out" << m_folder.filePath(folder) << "--json");
    }
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(CliSampleTest)
#include "cli_sample_test.moc"
