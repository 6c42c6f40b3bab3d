// SPDX-License-Identifier: Apache-2.0
// orrery-cli dataset speech and dataset recordings: a small world, and recordings behind it.
#include "engine/training/speech_world/speech_world.h"
#include "tests/app/cli/cli_runner.h"

#include <QTemporaryDir>

using namespace orrery::test;
using orrery::training::SpeechWorld;

namespace {

const QString kWords = QStringLiteral(ORRERY_SOURCE_DIR "/resources/examples/words/");

} // namespace

class CliDatasetTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!QFileInfo::exists(ORRERY_SOURCE_DIR "/resources/models/speech-wav2vec/model.safetensors"))
            QSKIP("resources/models/speech-wav2vec is not in this checkout");
        const Answer made = runCli({"dataset", "speech", "--hours", "0.02", "--out", world()});
        if (made.err.contains("espeak") || made.err.contains("unicode-cldr"))
            QSKIP("espeak-ng or unicode-cldr-core is not installed");
        QVERIFY2(made.status == 0, made.err);
    }

    void recordingsStandBehindTheWorldWithTheTimesOfTheirPhones()
    {
        const QString list = m_folder.filePath("list.tsv"), out = m_folder.filePath("more.safetensors");
        QByteArray lines = "# FILE LANGUAGE SPEAKER TEXT\n";
        for (const char *word : {"seven", "yes", "no", "maybe"})
            lines += kWords.toUtf8() + "say_" + word + "_1.flac\ten-us\tsomebody\t" + word + "\n";
        writeFile(list, lines + "missing.flac\ten-us\tnobody\tnothing\n");
        const Answer answer =
            runCli({"dataset", "recordings", "--world", world(), "--list", list, "--out", out, "--json"});
        QVERIFY2(answer.status == 0, answer.err);
        QVERIFY2(answer.err.contains("missing.flac"), answer.err);
        QCOMPARE(answer.json()["recordings"].toInt(), 4); // four fifths, rounded up
        QCOMPARE(answer.json()["left_out"].toInt(), 1);

        const SpeechWorld before(world().toStdString()), after(out.toStdString());
        QCOMPARE(after.utterances(), before.utterances() + 4);
        QCOMPARE(after.text(0), before.text(0));
        const std::int64_t seven = before.utterances();
        QCOMPARE(after.text(seven), std::string("seven"));
        QCOMPARE(after.voices()[std::size_t(after.voice(seven))], std::string("somebody"));
        QVERIFY(!after.isHeldOut(seven));
        std::vector<std::string> said;
        std::int64_t last = -1;
        for (const SpeechWorld::Phone &phone : after.phonesOf(seven)) {
            QVERIFY(phone.sample > last && phone.sample < std::int64_t(after.samples(seven).size()));
            last = phone.sample;
            if (phone.phone != 0)
                said.push_back(after.phones()[std::size_t(phone.phone)]);
        }
        QVERIFY2(said.size() >= 4 && said.front() == "s" && said.back().starts_with("n"), said.front().c_str());
    }

    void mistakesAreNamed_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("expected");
        const QString out = m_folder.filePath("never.safetensors"), bad = m_folder.filePath("bad.tsv"),
                      mute = m_folder.filePath("mute.tsv");
        writeFile(bad, "a.wav\ten-us\n");
        writeFile(mute, kWords.toUtf8() + "say_seven_1.flac\ten-us\tsomebody\t…\n");
        QTest::newRow("no list") << QStringList{"--world", world(), "--out", out} << 2 << "--list is missing";
        QTest::newRow("no world") << QStringList{"--list", bad, "--out", out} << 2 << "--world is missing";
        QTest::newRow("a bad list") << QStringList{"--world", world(), "--list", bad, "--out", out} << 1 << "line 1";
        QTest::newRow("a list that is none")
            << QStringList{"--world", world(), "--list", "/nonexistent", "--out", out} << 1 << "cannot be read";
        QTest::newRow("a text without phones") << QStringList{"--world", world(), "--list", mute, "--out", out} << 1
                                               << "say_seven_1.flac: its text cannot be said in the phones";
        QTest::newRow("no world in it") << QStringList{"--world", bad, "--list", bad, "--out", out} << 1 << "bad.tsv";
    }

    void mistakesAreNamed()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, status);
        QFETCH(QString, expected);
        const Answer answer = runCli(QStringList{"dataset", "recordings"} + arguments);
        QCOMPARE(answer.status, status);
        QVERIFY2(QString::fromUtf8(answer.err).contains(expected), answer.err);
        QVERIFY(!QFileInfo::exists(m_folder.filePath("never.safetensors")));
    }

private:
    QString world() const { return m_folder.filePath("world.safetensors"); }
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(CliDatasetTest)
#include "cli_dataset_test.moc"
