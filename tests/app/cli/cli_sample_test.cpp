// SPDX-License-Identifier: Apache-2.0
#include "tests/app/cli/cli_runner.h"

#include <QFile>
#include <QFileInfo>
#include <QImage>
#include <QJsonArray>
#include <QTemporaryDir>

#include <csignal>

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

    void aSmallThingIsThere()
    {
        // The likeliest draft of it is an empty picture, and that is not kept.
        const Answer made = sample({"--prompt", "a small fox", "--count", "4"}, "small");
        QVERIFY2(made.status == 0, made.err);
        for (const QString &file : filesIn("small")) {
            const QImage picture =
                QImage(m_folder.filePath("small/" + file)).convertToFormat(QImage::Format_Grayscale8);
            int dark = 0;
            for (int y = 0; y < picture.height(); ++y)
                for (int x = 0; x < picture.width(); ++x)
                    dark += qGray(picture.pixel(x, y)) < 200;
            QVERIFY2(dark > 50, qPrintable(QString("%1: %2 dark pixels").arg(file).arg(dark)));
        }
        QCOMPARE(filesIn("small").size(), 4);
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
        QVERIFY(samples[0]["score"].toDouble() >= samples[1]["score"].toDouble()); // best first
        for (const QJsonValue &one : samples)
            QVERIFY(std::abs(one["score"].toDouble() - 100 * one["clip_score"].toDouble() -
                             one["log_probability"].toDouble()) < 1e-6);
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

    void nothingIsWrittenOver()
    {
        QVERIFY(sample({"--prompt", "a fox"}, "same").status == 0);
        const QString first = m_folder.filePath("same/a-fox-1.png");
        const QByteArray before = readFile(first);
        const Answer bolder = sample({"--prompt", "a fox", "--temperature", "3"}, "same");
        QVERIFY2(bolder.status == 0, bolder.err);
        const QString second = m_folder.filePath("same/a-fox-1-2.png");
        QCOMPARE(bolder.json()["samples"][0]["file"].toString(), second);
        QCOMPARE(readFile(first), before);
        QVERIFY(readFile(second) != before);
        // The very same picture is there already; its recipe makes it, too.
        const QByteArray other = readFile(second);
        const Answer again = sample({"--recipe", second}, "same");
        QVERIFY2(again.status == 0, again.err);
        QCOMPARE(again.json()["samples"][0]["file"].toString(), second);
        QCOMPARE(readFile(second), other);
        QCOMPARE(filesIn("same"), QStringList({"a-fox-1-2.png", "a-fox-1.png"}));
    }

    void whatIsFinishedWhenItIsInterruptedIsKept()
    {
        QProcess process;
        process.start(ORRERY_BINARY_DIR "/bin/orrery-cli",
                      {"sample", "--prompt", "a fox", "--count", "1000", "--json", "--out", m_folder.filePath("many")});
        QVERIFY(process.waitForStarted());
        QTRY_VERIFY_WITH_TIMEOUT(QFileInfo::exists(m_folder.filePath("many/a-fox-2.png")), 120'000);
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(120'000));
        QCOMPARE(process.exitCode(), 1);
        const QJsonObject answer = QJsonDocument::fromJson(process.readAllStandardOutput()).object();
        QCOMPARE(answer["complete"], QJsonValue(false));
        const QJsonArray samples = answer["samples"].toArray();
        QVERIFY(samples.size() >= 2 && samples.size() < 1000);
        for (const QJsonValue one : samples)
            QCOMPARE(QImage(one["file"].toString()).size(), QSize(64, 64));
        QCOMPARE(filesIn("many").size(), samples.size());
        const QByteArray said = process.readAllStandardError();
        QVERIFY2(said.contains(QString("%1 of 1000 pictures").arg(samples.size()).toUtf8()), said);
    }

    void wordsThatTheModelNeverReadAreNamed()
    {
        const Answer answer = sample({"--prompt", "a red fxo"}, "words");
        QVERIFY2(answer.status == 0, answer.err);
        QVERIFY2(answer.err.contains("picture-dalle never read \"fxo\"; the nearest it knows is \"fox\""), answer.err);
        QCOMPARE(answer.json()["unknown_words"].toArray(), QJsonArray({"fxo"}));
        const Answer known = sample({"--prompt", "a red fox"}, "words");
        QCOMPARE(known.json()["unknown_words"].toArray(), QJsonArray());
        QVERIFY2(!known.err.contains("never read"), known.err);
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
        row("empty prompt", {"--prompt", "  "}, 2, "The prompt is empty");
        row("long prompt", {"--prompt", QString("fox ").repeated(10'000)}, 2, "bytes");
        row("count 0", {"--prompt", "a fox", "--count", "0"}, 2, "--count");
        row("count 10,000", {"--prompt", "a fox", "--count", "10000"}, 2, "--count");
        row("guidance", {"--prompt", "a fox", "--guidance", "hope"}, 2, "none, cfg or clip");
        row("method", {"--prompt", "a fox", "--method", "oil"}, 2, "dalle or diffusion");
        row("scheduler", {"--prompt", "a fox", "--scheduler", "magic"}, 2, "dpmpp_2m_karras or lcm");
        row("stray", {"a", "fox"}, 2, "the prompt goes to --prompt");
        row("clip on tokens", {"--prompt", "a fox", "--guidance", "clip"}, 2, "picture-dalle writes tokens");
        row("scheduler of tokens", {"--prompt", "a fox", "--scheduler", "ddim"}, 2, "--scheduler is for models");
        row("steps of tokens", {"--prompt", "a fox", "--steps", "5"}, 2, "picture-dalle writes tokens");
        row("negative of tokens", {"--prompt", "a fox", "--negative", "blue"}, 2, "--negative is for models");
        row("temperature of noise", {"--prompt", "a fox", "--method", "diffusion", "--temperature", "1"}, 2,
            "picture-diffusion finds pictures in noise");
        row("top-k of noise", {"--prompt", "a fox", "--model", "picture-diffusion", "--top-k", "5"}, 2,
            "--top-k is for models");
        row("two models", {"--prompt", "a fox", "--method", "diffusion", "--model", "picture-dalle"}, 2,
            "--method diffusion does not go with picture-dalle");
        // What a model in a folder heeds is known from the folder, not from the command line.
        row("steps of a folder", {"--prompt", "a fox", "--steps", "5", "--model", kTokensFolder}, 1, "writes tokens");
        row("mask alone", {"--prompt", "a fox", "--method", "diffusion", "--mask", "m.png"}, 2, "--image is missing");
        row("strength alone", {"--prompt", "a fox", "--method", "diffusion", "--strength", "1"}, 2, "--image");
        row("no image", {"--prompt", "a fox", "--method", "diffusion", "--image", "/nowhere/fox.png"}, 1,
            "no such file");
        row("no recipe", {"--recipe", ORRERY_SOURCE_DIR "/resources/examples/fox.png"}, 1, "carries no recipe");
        row("no file", {"--recipe", "/nowhere/fox.png"}, 1, "no such file");
        row("model", {"--prompt", "a fox", "--model", "picture-clip"}, 1, "picture_clip");
        row("no model", {"--prompt", "a fox", "--model", ORRERY_SOURCE_DIR "/resources"}, 1, "is no model, expected");
    }

    void wrongUseIsNamed()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, status);
        QFETCH(QString, said);
        const Answer answer = sample(arguments, "wrong");
        QCOMPARE(answer.status, status);
        QVERIFY2(answer.err.contains(said.toUtf8()), answer.err);
        QVERIFY(!QFileInfo::exists(m_folder.filePath("wrong"))); // no empty folder either
    }

    void aRecipeIsNotGivenOptionsOfAnotherModel()
    {
        QVERIFY(sample({"--prompt", "a fox"}, "tokens").status == 0);
        const QString file = m_folder.filePath("tokens/a-fox-1.png");
        const Answer steps = sample({"--recipe", file, "--steps", "5"}, "none");
        QCOMPARE(steps.status, 1);
        QVERIFY2(steps.err.contains("--steps is for models"), steps.err);
        const Answer mask = sample({"--recipe", file, "--mask", file}, "none");
        QCOMPARE(mask.status, 1);
        QVERIFY2(mask.err.contains("--mask needs a picture"), mask.err);
        QVERIFY(!QFileInfo::exists(m_folder.filePath("none")));
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
    /// Hidden ones too: no draft is left behind.
    QStringList filesIn(const QString &folder) const
    {
        return QDir(m_folder.filePath(folder)).entryList(QDir::Files | QDir::Hidden, QDir::Name);
    }
    const QString kTokensFolder = QStringLiteral(ORRERY_SOURCE_DIR "/resources/models/picture-dalle");
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(CliSampleTest)
#include "cli_sample_test.moc"
