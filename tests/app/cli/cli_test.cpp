// SPDX-License-Identifier: Apache-2.0
// What orrery-cli promises without a model: usage, exit status, JSON, devices, cards.
#include "tests/app/cli/cli_runner.h"

#include <QJsonArray>
#include <QTemporaryDir>

using namespace orrery::test;

class CliTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void wrongUsageEndsWithStatusTwo_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("words");
        const auto row = [](const char *name, const QStringList &arguments, const char *words) {
            QTest::newRow(name) << arguments << QString::fromUtf8(words);
        };
        row("nothing", {}, "a command is missing");
        row("unknown command", {"frobnicate"}, "unknown command \"frobnicate\"");
        row("misspelt command", {"clasify"}, "did you mean classify?");
        row("unknown option", {"devices", "--jsn"}, "did you mean --json?");
        row("unexpected argument", {"devices", "cuda"}, "unexpected argument \"cuda\"");
        row("bad device", {"devices", "--device", "tpu"}, "--device: expected auto, cpu or cuda, found \"tpu\"");
        row("no threads", {"devices", "--threads", "0"}, "--threads: expected a whole number from 1");
        row("bad threads", {"devices", "--threads", "two"}, "--threads: expected a whole number");
        row("bad threads of no use", {"models", "--threads", "x"}, "--threads: expected a whole number");
        row("models verb", {"models", "frob"}, "expected list, show, get, verify or remove");
        row("models show", {"models", "show"}, "expected one model, found 0");
        row("classify without labels", {"classify", "fox.png"}, "--labels or --labels-file is missing");
        row("classify with both", {"classify", "--labels", "a", "--labels-file", "f", "x.png"}, "exclude each other");
        row("classify without picture", {"classify", "--labels", "a"}, "an IMAGE is missing");
        row("no label", {"classify", "--labels", " ,, ", "x.png"}, "--labels: holds no label");
        row("bad top", {"classify", "--labels", "a", "--top", "0", "x.png"}, "--top: expected a whole number");
        row("template without label", {"classify", "--labels", "a", "--template", "a photo", "x.png"},
            "--template: expected {} once");
        row("template with two", {"classify", "--labels", "a", "--template", "{} {}", "x.png"},
            "--template: expected {} once");
        row("encode nothing", {"encode"}, "expected image, text or audio");
        row("encode smell", {"encode", "smell", "--output", "x.npy", "y"}, "found \"smell\"");
        row("encode without output", {"encode", "text", "a"}, "--output is missing");
        row("encode without input", {"encode", "text", "--output", "x.npy"}, "an INPUT is missing");
        row("layer of a picture", {"encode", "image", "--layer", "2", "--output", "x.npy", "y"},
            "--layer goes with audio");
        row("units of nothing", {"units"}, "an AUDIO is missing");
        row("units with both", {"units", "--codebook", "50", "--codebook-file", "f", "x.wav"}, "exclude each other");
        row("quick without live", {"units", "--quick", "x.wav"}, "--quick goes with --live");
        row("quick without audio", {"units", "--live", "--quick"}, "--quick goes with an AUDIO");
        row("live with two", {"units", "--live", "a.wav", "b.wav"}, "takes one AUDIO or none, found 2");
        row("live with both", {"units", "--live", "--input", "x", "a.wav"}, "but there is an AUDIO");
        row("dataset of what", {"dataset"}, "expected picture-world, speech or recordings");
        row("dataset without out", {"dataset", "picture-world"}, "--out is missing");
        row("train what", {"train", "--out", "x"}, "expected one of picture-clip");
        row("clusters of pictures", {"train", "picture-clip", "--clusters", "4", "--out", "x"},
            "goes with speech-units");
        row("steps of units", {"train", "speech-units", "--steps", "4", "--out", "x"}, "does not go with speech-units");
        row("encode to nothing", {"encode", "text", "--output", "", "fox"}, "expected the name of a file");
        row("train units without data", {"train", "speech-units", "--out", "x"},
            "--data is missing: a folder of sound");
        row("train units without out", {"train", "speech-units", "--data", "x"}, "--out is missing");
        row("train with two codebooks", {"train", "speech-ulm", "--codebook", "50", "--codebook-file", "x"},
            "exclude each other");
        row("train with a dvae of no use", {"train", "picture-clip", "--dvae", "x"}, "--dvae goes with");
        row("continue with two codebooks",
            {"continue", "a.wav", "--output", "b.wav", "--codebook", "50", "--codebook-file", "x"},
            "exclude each other");
        row("train without data", {"train", "picture-clip", "--out", "x"}, "--data is missing");
        row("evaluate what", {"evaluate"}, "expected one model");
        row("evaluate otherwise for the card", {"evaluate", "picture-dalle", "--temperature", "1", "--card"},
            "leave out --temperature or --card");
        row("bench what", {"bench"}, "bench list names them");
        row("bench unet", {"bench", "unet"}, "--model is missing");
        row("bench option of another", {"bench", "classify", "--tokens", "3"}, "classify takes no --tokens");
        row("bench unknown", {"bench", "frob"}, "live-under-load");
    }

    void wrongUsageEndsWithStatusTwo()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, words);
        const Answer answer = runCli(arguments);
        QCOMPARE(answer.status, 2);
        QVERIFY2(QString::fromUtf8(answer.err).contains(words), answer.err);
        QVERIFY2(answer.out.isEmpty(), answer.out);
    }

    void whereNothingCanBeWrittenIsSaidBeforeTheWork_data()
    {
        QTest::addColumn<QStringList>("arguments");
        const QString nowhere = "/no such folder/x";
        QTest::newRow("encode") << QStringList{"encode", "text", "--model", "none", "fox", "--output", nowhere};
        QTest::newRow("embed") << QStringList{"embed",    "--method", "pca",           "--input",
                                              "none.npy", "--output", nowhere + ".npy"};
        QTest::newRow("continue") << QStringList{"continue", "none.wav", "--output", nowhere + ".wav"};
        QTest::newRow("dataset") << QStringList{"dataset", "speech", "--out", nowhere};
    }
    void whereNothingCanBeWrittenIsSaidBeforeTheWork()
    {
        QFETCH(const QStringList, arguments); // whose other files are not there either
        const Answer answer = runCli(arguments);
        QCOMPARE(answer.status, 1);
        QVERIFY2(answer.err.contains("there is no folder /no such folder"), answer.err);
    }

    void helpIsThereForEveryCommand()
    {
        const Answer help = runCli({"--help"});
        QCOMPARE(help.status, 0);
        for (const char *command :
             {"devices", "models", "classify", "encode", "units", "dataset", "train", "evaluate", "verify", "bench"}) {
            QVERIFY2(help.out.contains(command), command);
            const Answer answer = runCli({command, "--help"});
            QCOMPARE(answer.status, 0);
            QVERIFY(answer.out.startsWith(QByteArray("orrery-cli ") + command));
            QVERIFY(answer.out.contains("--device cpu|cuda|auto"));
            QVERIFY(answer.err.isEmpty());
        }
        QCOMPARE(runCli({"--version"}).status, 0);
    }

    void devicesSayWhyAndWhichBlas()
    {
        const Answer answer = runCli({"devices", "--json", "--threads", "1"});
        QVERIFY2(answer.status == 0, answer.err);
        const QJsonObject json = answer.json();
        QCOMPARE(json["threads"].toInt(), 1);
        QVERIFY(json["torch"].toString().startsWith("2."));
        QVERIFY(json["memory_budget_bytes"].toDouble() > 1e8);
        // The BLAS of Debian's OpenCV is ten times slower: LibTorch's own must be the one in use.
        QVERIFY2(json["blas"].toString().endsWith("libtorch_cpu.so"), answer.out);
        int active = 0;
        for (const QJsonValue &value : json["devices"].toArray()) {
            const QJsonObject device = value.toObject();
            QVERIFY(device["kind"] == "cpu" || device["kind"] == "cuda");
            QVERIFY(!device["why"].toString().isEmpty());
            active += device["active"].toBool() ? 1 : 0;
        }
        QCOMPARE(active, 1);
        QVERIFY(runCli({"devices", "--device", "cpu"}).out.contains("cpu"));
        const Answer cuda = runCli({"devices", "--device", "cuda", "--json"}); // says why not, where there is none
        QCOMPARE(cuda.status, 0);
        for (const QJsonValue &value : cuda.json()["devices"].toArray())
            if (const QJsonObject device = value.toObject(); device["kind"] == "cuda" && !device["active"].toBool()) {
                const Answer verify = runCli({"verify", "--device", "cuda"});
                QCOMPARE(verify.status, 1);
                QVERIFY2(verify.err.contains("--device cuda: ") && verify.out.isEmpty(), verify.err + verify.out);
            }
    }

    void modelsAreListedByTheirCards()
    {
        QTemporaryDir folder;
        writeFile(folder.filePath("user/orrery/models/tiny/config.json"), R"({"model_type":"clip"})");
        writeFile(folder.filePath("user/orrery/models/tiny/model.safetensors"), "not weights");
        writeFile(folder.filePath("user/orrery/models/tiny/card.json"),
                  R"({"id":"tiny","name":"Tiny","task":"image and text","summary":"Nothing.","licence":"MIT",
                      "recipe":"none","data":"none","seed":1,"known_names":2,"measures":[{"name":"m","value":0.5}],
                      "sha256":"0000000000000000000000000000000000000000000000000000000000000000"})");
        writeFile(folder.filePath("builtin/README"), "no model");
        const QMap<QString, QString> home = {{"ORRERY_MODELS", folder.filePath("builtin")},
                                             {"XDG_DATA_HOME", folder.filePath("user")}};
        const Answer list = runCli({"models", "list", "--json"}, home);
        QVERIFY2(list.status == 0, list.err);
        const QJsonArray models = list.json()["models"].toArray();
        QCOMPARE(models.size(), 1);
        QCOMPARE(models[0].toObject()["id"].toString(), "tiny");
        QCOMPARE(models[0].toObject()["built_in"].toBool(true), false);
        QCOMPARE(runCli({"models", "show", "tiny", "--json"}, home).json()["known_names"].toInt(), 2);
        QVERIFY(runCli({"models"}, home).out.contains("tiny"));

        const Answer verify = runCli({"models", "verify", "tiny", "--json"}, home);
        QCOMPARE(verify.status, 1); // the card's SHA-256 is another
        QCOMPARE(verify.json()["passed"].toBool(true), false);
        const Answer unknown = runCli({"models", "show", "huge"}, home);
        QCOMPARE(unknown.status, 1);
        QVERIFY2(unknown.err.contains("huge") && unknown.err.contains("tiny"), unknown.err);
        const Answer get = runCli({"models", "get", "huge"}, home);
        QCOMPARE(get.status, 1);
        QVERIFY2(get.err.contains("does not download"), get.err);

        QCOMPARE(runCli({"models", "remove", "tiny"}, home).status, 0);
        QVERIFY(!QFileInfo::exists(folder.filePath("user/orrery/models/tiny")));
        QCOMPARE(runCli({"models", "remove", "tiny"}, home).status, 1);
        QVERIFY(runCli({"models", "list", "--json"}, home).json()["models"].toArray().isEmpty());
    }

    void badFilesFailBeforeTheEngineIsAsked_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("words");
        QTest::newRow("labels file") << QStringList{"classify", "--labels-file", "/nonexistent/l.txt", "x.png"}
                                     << "/nonexistent/l.txt: there is no such file";
        QTest::newRow("labels without end")
            << QStringList{"classify", "--labels-file", "/dev/zero", "x.png"} << "/dev/zero: is larger than 64 MB";
        QTest::newRow("labels of no text")
            << QStringList{"classify", "--labels-file", "/proc/self/mem", "x.png"} << "/proc/self/mem: cannot be read";
        QTest::newRow("labels folder") << QStringList{"classify", "--labels-file", "/", "x.png"} << "/: is a folder";
        QTest::newRow("no sound") << QStringList{"encode", "audio", "--output", "x.npy", ORRERY_SOURCE_DIR "/app/cli"}
                                  << "/app/cli: the folder holds no sound";
    }

    void badFilesFailBeforeTheEngineIsAsked()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, words);
        const Answer answer = runCli(arguments);
        QCOMPARE(answer.status, 1);
        QVERIFY2(QString::fromUtf8(answer.err).contains(words), answer.err);
    }

    void textsInAnotherEncodingAreRefused_data()
    {
        QTest::addColumn<QString>("command");
        QTest::newRow("encode") << "encode text --output x.npy";
        QTest::newRow("template") << "classify --labels fox fox.png --template";
        QTest::newRow("prompt") << "sample --out x --prompt";
    }
    void textsInAnotherEncodingAreRefused()
    {
        QFETCH(const QString, command);
        QTemporaryDir folder;
        QProcess process; // which cannot pass such bytes itself
        process.setWorkingDirectory(folder.path());
        process.start("/bin/sh", {"-c", "exec \"$0\" " + command + " \"$(printf 'caf\\351 {}')\"",
                                  ORRERY_BINARY_DIR "/bin/orrery-cli"});
        QVERIFY(process.waitForFinished(240'000));
        QCOMPARE(process.exitCode(), 2);
        const QByteArray err = process.readAllStandardError();
        QVERIFY2(err.contains("is not UTF-8"), err);
    }

    void folderWithoutPicturesIsNamed()
    {
        QTemporaryDir folder;
        writeFile(folder.filePath("notes.txt"), "no picture");
        const Answer answer = runCli({"classify", "--labels", "a", folder.path()});
        QCOMPARE(answer.status, 1);
        QVERIFY2(answer.err.contains(folder.path().toUtf8() + ": the folder holds no picture"), answer.err);
    }

    void answersThatCannotBeWrittenFail()
    {
        QProcess process;
        process.setStandardOutputFile("/dev/full");
        process.start(ORRERY_BINARY_DIR "/bin/orrery-cli", {"--help"});
        QVERIFY(process.waitForFinished());
        QCOMPARE(process.exitCode(), 1);
        QVERIFY(process.readAllStandardError().contains("could not be written"));
    }

    void anAnswerThatNobodyGetsIsAnError()
    {
        // Without standard input and output, the next two descriptors are theirs.
        QProcess process;
        process.start("/bin/sh", {"-c", "exec \"$0\" devices --json <&- >&-", ORRERY_BINARY_DIR "/bin/orrery-cli"});
        QVERIFY(process.waitForFinished(240'000));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 1);
        const QByteArray err = process.readAllStandardError();
        QVERIFY2(err.contains("could not be written to standard output"), err);
    }
};

QTEST_GUILESS_MAIN(CliTest)
#include "cli_test.moc"
