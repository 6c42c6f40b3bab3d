// SPDX-License-Identifier: Apache-2.0
// orrery-cli train and evaluate speech-ulm and speech-vocoder, and continue, on a world of a few vowels.
#include "tests/app/cli/cli_runner.h"
#include "tests/engine/training/babble/tiny_speech_world.h"

#include <QDataStream>
#include <QJsonArray>
#include <QTemporaryDir>

#include <cmath>

using namespace orrery::test;

class CliContinueTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_world = m_folder.filePath("world.safetensors");
        orrery::training::test::writeTinySpeechWorld(m_world.toStdString());
        writeSound();
        QVERIFY2(runCli({"train", "speech-units", "--model", "mfcc", "--clusters", "12", "--data",
                         m_folder.filePath("sounds"), "--out", m_folder.path()})
                         .status == 0,
                 "the codebook");
        m_units = {"--units", "mfcc", "--codebook-file", m_folder.filePath("codebook_12.safetensors")};
        for (const char *model : {"speech-ulm", "speech-vocoder"}) {
            const Answer trained = runCli(QStringList{"train", model, "--data", m_world, "--out", m_folder.path(),
                                                      "--steps", "2", "--threads", "1", "--json"} +
                                          m_units);
            QVERIFY2(trained.status == 0, trained.err);
            QCOMPARE(trained.json()["steps"].toInt(), 2);
            QCOMPARE(trained.json()["folder"].toString(), m_folder.filePath(model));
        }
    }

    void speechGoesOn()
    {
        const Answer answer = goOn({"--json"});
        QVERIFY2(answer.status == 0, answer.err);
        const QJsonObject json = answer.json();
        QCOMPARE(json["seed"].toInt(), 1);
        QCOMPARE(json["seconds_added"].toDouble(), 3.0);
        int frames = 0;
        for (const QJsonValue &step : json["units"].toArray()) {
            frames += step["frames"].toInt();
            QVERIFY(step["probability"].toDouble() > 0);
            QVERIFY(!step["alternatives"].toArray().isEmpty());
        }
        QCOMPARE(frames, 150);
        // What was said, and then three seconds more; 16 bits.
        QCOMPARE(readFile(m_output).size(), 44 + 2 * (m_samples + 3 * 16000));
    }

    void seedAndTemperatureDecide()
    {
        const Answer first = goOn({"--seed", "4"}), again = goOn({"--seed", "4", "--threads", "1"});
        QVERIFY2(first.status == 0, first.err);
        QCOMPARE(again.out, first.out);
        QVERIFY(goOn({"--seed", "5"}).out != first.out);
        const QByteArray cold = goOn({"--seed", "4", "--temperature", "0"}).out;
        QCOMPARE(goOn({"--seed", "5", "--temperature", "0"}).out, cold);
    }

    void fastIsAnotherPrecision()
    {
        QCOMPARE(goOn({"--precision", "slow"}).status, 2);
        const Answer fast = goOn({"--precision", "fast", "--json"});
        QVERIFY2(fast.status == 0, fast.err);
        QCOMPARE(fast.json()["seconds_added"].toDouble(), 3.0);
        const Answer bench = runCli({"bench", "decode", "--model", m_folder.filePath("speech-ulm"), "--tokens", "9",
                                     "--repeats", "2", "--precision", "fast", "--json"});
        QVERIFY2(bench.status == 0, bench.err);
        const QJsonObject json = bench.json();
        QCOMPARE(json["tokens"].toInt(), 9);
        QCOMPARE(json["repeats"].toInt(), 2);
        QVERIFY(json["median_ms"].toDouble() > 0 && json["min_ms"].toDouble() <= json["median_ms"].toDouble());
        if (json["numbers"].toString() == "bfloat16") // where the processor has it
            QVERIFY2(json["cosine"].toDouble() >= 0.999, bench.out);
        else
            QVERIFY(!json.contains("cosine"));
    }

    void theOpeningIsChosen()
    {
        QCOMPARE(goOn({"--opening", "none", "--seconds", "1"}).status, 0);
        QCOMPARE(readFile(m_output).size(), 44 + 2 * 16000);
        QCOMPARE(goOn({"--opening", "resynthesised", "--seconds", "1"}).status, 0);
        QVERIFY(readFile(m_output).size() > 44 + 2 * (16000 + m_samples - 800));
        QCOMPARE(goOn({"--opening", "loud"}).status, 2);
    }

    void modelsAreMeasured()
    {
        const Answer answer =
            runCli(QStringList{"evaluate", m_folder.filePath("speech-ulm"), "--data", m_world, "--unit-cache",
                               m_folder.filePath("units.safetensors"), "--card", "--json"} +
                   m_units);
        QVERIFY2(answer.status == 0, answer.err);
        const QJsonObject measures = answer.json()["measures"].toObject();
        QVERIFY(measures["bits per unit"].toDouble() > 1);
        QVERIFY(measures["bits per unit, Kneser-Ney 5-gram"].toDouble() > 0.5);
        QVERIFY(readFile(m_folder.filePath("speech-ulm/card.json")).contains("Kneser-Ney"));
        // For people each figure is explained, in a line.
        const Answer told = runCli(QStringList{"evaluate", m_folder.filePath("speech-ulm"), "--data", m_world,
                                               "--unit-cache", m_folder.filePath("units.safetensors")} +
                                   m_units);
        QVERIFY2(told.status == 0, told.err);
        QVERIFY2(told.out.contains("\nbits per unit ") && told.out.contains("; lower is better\n"), told.out);
        QVERIFY(!answer.out.contains("lower is better"));
    }

    void theVoiceIsReadAgainWhereAModelReads()
    {
        const QMap<QString, QString> onlyThese{{"ORRERY_MODELS", m_folder.path()}};
        const auto measure = [&] {
            return runCli(QStringList{"evaluate", m_folder.filePath("speech-vocoder"), "--data", m_world, "--json"} +
                              m_units,
                          onlyThese);
        };
        const Answer unread = measure();
        QVERIFY2(unread.status == 0, unread.err);
        QVERIFY(unread.json()["measures"].toObject().contains("unit error"));
        QVERIFY2(unread.err.contains("not measured: phone error") && unread.err.contains("speech-wav2vec"), unread.err);
        const Answer trained = runCli({"train", "speech-wav2vec", "--data", m_world, "--out", m_folder.path(),
                                       "--steps", "2", "--threads", "1", "--json"});
        QVERIFY2(trained.status == 0, trained.err);
        const Answer read = measure();
        QVERIFY2(read.status == 0, read.err);
        const QJsonObject measures = read.json()["measures"].toObject();
        const double original = measures["phone error of the original"].toDouble(-1);
        const double again = measures["phone error of the resynthesis"].toDouble(-1);
        QVERIFY(original > 0 && again > 0);
        QVERIFY(std::abs(measures["phone error, points more"].toDouble() - 100 * (again - original)) < 1e-6);
    }

    void wrongUsageIsNamed()
    {
        QCOMPARE(runCli({"continue", m_sound}).status, 2);
        QCOMPARE(runCli({"continue", "--output", m_output}).status, 2);
        QCOMPARE(goOn({"--temperature", "warm"}).status, 2);
        QCOMPARE(runCli({"train", "picture-clip", "--hours", "1", "--data", m_world, "--out", m_folder.path()}).status,
                 2);
        const Answer missing =
            runCli(QStringList{"continue", m_folder.filePath("nothing.wav"), "--output", m_output, "--model",
                               m_folder.filePath("speech-ulm"), "--vocoder", m_folder.filePath("speech-vocoder")} +
                   m_units);
        QCOMPARE(missing.status, 1);
        QVERIFY2(missing.err.contains("nothing.wav"), missing.err);
    }

private:
    Answer goOn(const QStringList &more)
    {
        return runCli(QStringList{"continue", m_sound, "--output", m_output, "--model", m_folder.filePath("speech-ulm"),
                                  "--vocoder", m_folder.filePath("speech-vocoder")} +
                      m_units + more);
    }

    /// Some vowels, 16 bits, 16 kHz.
    void writeSound()
    {
        std::vector<std::int16_t> samples;
        for (int i = 0; i < 12; ++i)
            orrery::training::test::addVowel(samples, i % 4, 110 + 10 * (i % 5), 1600 + 160 * unsigned(i % 3));
        m_samples = qint64(samples.size());
        QByteArray bytes;
        QDataStream out(&bytes, QIODevice::WriteOnly);
        out.setByteOrder(QDataStream::LittleEndian);
        const auto size = quint32(2 * samples.size());
        out.writeRawData("RIFF", 4);
        out << quint32(36 + size);
        out.writeRawData("WAVEfmt ", 8);
        out << quint32(16) << quint16(1) << quint16(1) << quint32(16000) << quint32(32000) << quint16(2) << quint16(16);
        out.writeRawData("data", 4);
        out << size;
        for (const std::int16_t sample : samples)
            out << qint16(sample);
        m_sound = m_folder.filePath("sounds/vowels.wav");
        writeFile(m_sound, bytes);
    }

    QTemporaryDir m_folder;
    QString m_world, m_sound, m_output = m_folder.filePath("out.wav");
    QStringList m_units;
    qint64 m_samples = 0;
};

QTEST_GUILESS_MAIN(CliContinueTest)
#include "cli_continue_test.moc"
