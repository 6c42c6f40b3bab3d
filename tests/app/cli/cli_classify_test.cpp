// SPDX-License-Identifier: Apache-2.0
// The whole way of a picture, through the real program, with a small model whose weights are random (tests/data): what
// it says is nonsense, but it must say it in the promised form, always the same, and survive every input.
#include "tests/app/cli/cli_runner.h"
#include "tests/engine/media/picture_files.h"

#include <QDir>
#include <QJsonArray>
#include <QTemporaryDir>

#include <csignal>
#include <cstring>
#include <sys/syscall.h>
#include <unistd.h>

using namespace orrery;
using namespace orrery::test;

namespace {

const QString kModel = ORRERY_SOURCE_DIR "/tests/data/clip_quick_gelu";
const QString kFox = ORRERY_SOURCE_DIR "/resources/examples/fox.png";

QByteArray bytesOf(const FileBytes &file)
{
    return QByteArray(reinterpret_cast<const char *>(file.data()), qsizetype(file.size()));
}

QStringList classify(const QString &labels, const QStringList &more)
{
    return QStringList{"classify", "--model", kModel, "--labels", labels, "--json"} + more;
}

QStringList namesOf(const QJsonArray &entries)
{
    QStringList names;
    for (const QJsonValue &entry : entries)
        names.append(QFileInfo(entry.toObject()["image"].toString()).fileName());
    return names;
}

} // namespace

class CliClassifyTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void jsonHasThePromisedForm()
    {
        const Answer answer = runCli(classify("fox,wolf,café", {kFox}));
        QVERIFY2(answer.status == 0, answer.err);
        const QJsonObject json = answer.json();
        QCOMPARE(QStringList(json.keys()), (QStringList{"model", "results", "unknown_words"}));
        QVERIFY(json["unknown_words"].isArray());
        QCOMPARE(json["results"].toArray().size(), 1);
        const QJsonObject result = json["results"].toArray()[0].toObject();
        QCOMPARE(QStringList(result.keys()), (QStringList{"familiar", "image", "ranking"}));
        QCOMPARE(result["image"].toString(), kFox);
        const QJsonArray ranking = result["ranking"].toArray();
        QCOMPARE(ranking.size(), 3);
        double sum = 0, previous = 1;
        QStringList labels;
        for (const QJsonValue &value : ranking) {
            const QJsonObject entry = value.toObject();
            QCOMPARE(QStringList(entry.keys()), (QStringList{"cosine", "label", "probability"}));
            const double probability = entry["probability"].toDouble(-1);
            QVERIFY(probability >= 0 && probability <= previous);
            QVERIFY(std::abs(entry["cosine"].toDouble(2)) <= 1.000001);
            previous = probability;
            sum += probability;
            labels.append(entry["label"].toString());
        }
        QVERIFY(std::abs(sum - 1) < 1e-6);
        labels.sort();
        QCOMPARE(labels, (QStringList{"café", "fox", "wolf"}));
        QCOMPARE(runCli(classify("fox,wolf,dog", {"--top", "2", kFox}))
                     .json()["results"][0]
                     .toObject()["ranking"]
                     .toArray()
                     .size(),
                 2);
    }

    void tableIsForPeople()
    {
        const Answer answer = runCli({"classify", "--model", kModel, "--labels", "fox,wolf,狐", kFox});
        QVERIFY2(answer.status == 0, answer.err);
        QVERIFY2(answer.out.contains(kFox.toUtf8()) && answer.out.contains("Share among these 3 labels"), answer.out);
        QVERIFY(answer.out.contains(" %"));
    }

    void sameBitsWhateverRunsBesideAndHoweverManyThreads()
    {
        QTemporaryDir folder;
        QStringList pictures;
        for (const char *name : {"fox", "cat", "key", "sun", "rose", "fish", "bell", "star", "cloud"})
            pictures.append(QString(ORRERY_SOURCE_DIR "/resources/examples/%1.png").arg(name));
        const QString labels = "fox,cat,key,sun,rose,fish,bell,star,cloud,a fox left of a cat";
        const Answer once = runCli(classify(labels, pictures));
        QVERIFY2(once.status == 0, once.err);
        QCOMPARE(runCli(classify(labels, pictures)).out, once.out);
        QCOMPARE(runCli(classify(labels, QStringList{"--threads", "1"} + pictures)).out, once.out);
        QCOMPARE(runCli(classify(labels, QStringList{"--threads", "2"} + pictures)).out, once.out);
        // Alone, and not among nine.
        QCOMPARE(runCli(classify(labels, {pictures[3]})).json()["results"][0], once.json()["results"][3]);
    }

    void oneBadPictureDoesNotStopTheOthers()
    {
        QTemporaryDir folder;
        const Picture picture = quarters(64, 48);
        const auto add = [&](const char *name, const FileBytes &file) {
            writeFile(folder.filePath(name), bytesOf(file));
        };
        PngOptions deep, transparent, interlaced;
        deep.bits = 16;
        transparent.alpha = true;
        interlaced.interlaced = true;
        JpegOptions cmyk, turned;
        cmyk.cmyk = true;
        turned.orientation = 6;
        add("good_16_bit.png", pngFile(picture, deep));
        add("good_1x1.png", pngFile(Picture{1, 1, {9, 9, 9}}));
        add("good_alpha.png", pngFile(picture, transparent));
        add("good_cmyk.jpg", jpegFile(picture, cmyk));
        add("good_gif.gif", gifFile(picture));
        add("good_interlaced.png", pngFile(picture, interlaced));
        add("good_turned.jpg", jpegFile(picture, turned));
        add("good_webp.webp", fileByOpenCv(picture, ".webp"));
        add("good_wide.png", pngFile(quarters(30000, 2)));
        add("good_tall.png", pngFile(quarters(2, 30000)));
        FileBytes half = pngFile(picture);
        half.resize(half.size() / 2);
        add("bad_half.png", half);
        half = jpegFile(picture);
        half.resize(half.size() * 2 / 3);
        add("bad_half.jpg", half);
        add("bad_huge.png", pngThatLies(2'000'000, 2'000'000));
        writeFile(folder.filePath("bad_empty.png"), {});
        writeFile(folder.filePath("bad_text.png"), "This is not a picture.");
        const QString missing = folder.filePath("bad_missing.png");

        const Answer answer = runCli(classify("red,green", {folder.path(), missing}));
        QCOMPARE(answer.status, 1);
        const QJsonObject json = answer.json();
        QCOMPARE(namesOf(json["results"].toArray()),
                 (QStringList{"good_16_bit.png", "good_1x1.png", "good_alpha.png", "good_cmyk.jpg", "good_gif.gif",
                              "good_interlaced.png", "good_tall.png", "good_turned.jpg", "good_webp.webp",
                              "good_wide.png"}));
        const QJsonArray errors = json["errors"].toArray();
        QCOMPARE(namesOf(errors), (QStringList{"bad_empty.png", "bad_half.jpg", "bad_half.png", "bad_huge.png",
                                               "bad_text.png", "bad_missing.png"}));
        const QStringList words = {"is empty",  "is truncated",     "is truncated",
                                   "too large", "is not a picture", "there is no such file"};
        const QList<QByteArray> lines = answer.err.trimmed().split('\n');
        QCOMPARE(lines.size(), qsizetype(6)); // and nothing that a library printed
        for (qsizetype i = 0; i < words.size(); ++i) {
            const QJsonObject error = errors[i].toObject();
            QVERIFY2(error["message"].toString().startsWith(error["image"].toString() + ": "), lines[i]);
            QVERIFY2(error["message"].toString().contains(words[i]), lines[i]);
            QVERIFY2(lines[i].contains(error["message"].toString().toUtf8()), lines[i]);
        }
    }

    void duplicatesCountOnce()
    {
        const Answer answer = runCli(classify("fox,wolf,fox", {kFox}));
        QCOMPARE(answer.status, 0);
        QCOMPARE(answer.json()["results"][0].toObject()["ranking"].toArray().size(), 2);
        QVERIFY2(answer.err.contains("\"fox\" stands twice"), answer.err);
    }

    void tenThousandLabelsAreRanked()
    {
        QTemporaryDir folder;
        QByteArray labels;
        for (int i = 0; i < 10000; ++i)
            labels += "thing " + QByteArray::number(i) + "\r\n";
        const QString file = folder.filePath("labels.txt");
        writeFile(file, labels);
        const Answer answer = runCli({"classify", "--model", kModel, "--labels-file", file, "--json", kFox});
        QVERIFY2(answer.status == 0, answer.err);
        QCOMPARE(answer.json()["results"][0].toObject()["ranking"].toArray().size(), 10000);
    }

    void embeddingsAreWrittenForNumPy()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath("x.npy");
        writeFile(folder.filePath("bad.png"), "no");
        const Answer answer = runCli(
            {"encode", "image", "--model", kModel, "--output", file, "--json", kFox, folder.filePath("bad.png"), kFox});
        QCOMPARE(answer.status, 1);
        QVERIFY2(answer.err.contains("bad.png: is not a picture"), answer.err);
        QCOMPARE(answer.json()["rows"].toInt(), 2);
        QCOMPARE(answer.json()["inputs"].toArray(), (QJsonArray{kFox, kFox}));
        const int columns = answer.json()["columns"].toInt();
        checkUnitRows(readFile(file), 2, columns);

        QCOMPARE(runCli({"encode", "text", "--model", kModel, "--output", file, "a fox", "", "🦊"}).status, 0);
        checkUnitRows(readFile(file), 3, columns);
        const Answer refused =
            runCli({"encode", "text", "--model", kModel, "--output", folder.filePath("none/x.npy"), "a"});
        QCOMPARE(refused.status, 1);
        QVERIFY2(refused.err.contains("none/x.npy"), refused.err);
    }

    void interruptingCancels_data()
    {
        QTest::addColumn<bool>("listener");
        QTest::newRow("the kernel chooses a thread") << false;
        QTest::newRow("the thread that listens is met itself") << true;
    }
    void interruptingCancels()
    {
        QFETCH(const bool, listener);
        QProcess process;
        process.start(ORRERY_BINARY_DIR "/bin/orrery-cli", {"bench", "live-under-load", "--seconds", "3600"});
        QVERIFY(process.waitForStarted());
        // Until the program listens to SIGINT, it would simply die of it.
        const QString status = QString("/proc/%1/status").arg(process.processId());
        const auto listens = [&] {
            const QByteArray text = readFile(status);
            const qsizetype at = text.indexOf("SigCgt:");
            return at >= 0 && (text.mid(at + 8, 16).toULongLong(nullptr, 16) >> (SIGINT - 1) & 1) != 0;
        };
        QTRY_VERIFY_WITH_TIMEOUT(listens(), 60'000);
        const pid_t pid = pid_t(process.processId());
        if (listener) {
            const QString tasks = QString("/proc/%1/task").arg(pid);
            pid_t found = 0;
            const auto isThere = [&] {
                for (const QString &thread : QDir(tasks).entryList(QDir::Dirs | QDir::NoDotAndDotDot))
                    if (readFile(tasks + '/' + thread + "/comm") == "interrupts\n")
                        found = thread.toInt();
                return found != 0;
            };
            QTRY_VERIFY_WITH_TIMEOUT(isThere(), 60'000);
            QCOMPARE(::syscall(SYS_tgkill, pid, found, SIGINT), 0L);
        } else {
            ::kill(pid, SIGINT);
        }
        QVERIFY(process.waitForFinished(120'000));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 1);
        QVERIFY(process.readAllStandardError().contains("cancelled"));
    }

private:
    static void checkUnitRows(const QByteArray &file, int rows, int columns)
    {
        QVERIFY(file.startsWith("\x93NUMPY"));
        QVERIFY(columns > 0);
        const QByteArray shape = QString("(%1, %2)").arg(rows).arg(columns).toUtf8();
        QVERIFY2(file.left(128).contains(shape), file.left(128));
        const qsizetype bytes = qsizetype(rows) * columns * 4;
        QVERIFY(file.size() > bytes);
        const char *values = file.constData() + file.size() - bytes;
        for (int row = 0; row < rows; ++row) {
            double squares = 0;
            for (int column = 0; column < columns; ++column) {
                float value = 0;
                std::memcpy(&value, values + (qsizetype(row) * columns + column) * 4, 4);
                squares += double(value) * value;
            }
            QVERIFY(std::abs(squares - 1) < 1e-5);
        }
    }
};

QTEST_GUILESS_MAIN(CliClassifyTest)
#include "cli_classify_test.moc"
