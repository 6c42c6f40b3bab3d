// SPDX-License-Identifier: Apache-2.0
// orrery-cli units, encode audio and train speech-units, on a small model with random weights.
#include "tests/app/cli/cli_runner.h"

#include <QDataStream>
#include <QJsonArray>
#include <QTemporaryDir>

#include <cmath>

using namespace orrery::test;

namespace {

const QString kModel = QStringLiteral(ORRERY_SOURCE_DIR "/tests/data/speech/wav2vec2_layer");

/// 16 bits, one channel: a voice that glides.
void writeWav(const QString &path, double seconds, int rate, double pitch)
{
    QByteArray bytes;
    QDataStream out(&bytes, QIODevice::WriteOnly);
    out.setByteOrder(QDataStream::LittleEndian);
    const auto count = quint32(seconds * rate);
    out.writeRawData("RIFF", 4);
    out << quint32(36 + 2 * count);
    out.writeRawData("WAVEfmt ", 8);
    out << quint32(16) << quint16(1) << quint16(1) << quint32(rate) << quint32(2 * rate) << quint16(2) << quint16(16);
    out.writeRawData("data", 4);
    out << quint32(2 * count);
    for (quint32 i = 0; i < count; ++i) {
        const double t = double(i) / rate;
        double value = 0;
        for (int k = 1; k < 9; ++k)
            value += std::sin(6.2831853 * k * (pitch * t + 8 * std::sin(3 * t)) + k * k) / k;
        out << qint16(9000 * value * (std::sin(9 * t) > -0.5 ? 1 : 0.05));
    }
    writeFile(path, bytes);
}

QList<int> unitsOf(const QJsonValue &result)
{
    QList<int> units;
    for (const QJsonValue &unit : result.toObject()["units"].toArray())
        units.append(unit.toInt(-1));
    return units;
}

} // namespace

class CliUnitsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        writeWav(m_folder.filePath("sounds/a.wav"), 3, 16000, 120);
        writeWav(m_folder.filePath("sounds/b.wav"), 2, 44100, 210);
        writeWav(m_folder.filePath("sounds/more/c.wav"), 2, 8000, 160);
        const Answer trained =
            runCli({"train", "speech-units", "--model", kModel, "--layer", "2", "--clusters", "12", "--data",
                    m_folder.filePath("sounds"), "--out", m_folder.filePath("codes"), "--json"});
        QVERIFY2(trained.status == 0, trained.err);
        QCOMPARE(trained.json()["frames"].toInt(), 149 + 99 + 99);
        QCOMPARE(trained.json()["layer"].toInt(), 2);
        m_codebook = trained.json()["file"].toString();
        QCOMPARE(m_codebook, m_folder.filePath("codes/codebook_12.safetensors"));
    }

    void trainingAgainGivesTheSameBits()
    {
        const Answer again =
            runCli({"train", "speech-units", "--model", kModel, "--layer", "2", "--clusters", "12", "--data",
                    m_folder.filePath("sounds"), "--out", m_folder.filePath("again"), "--threads", "1"});
        QVERIFY2(again.status == 0, again.err);
        QVERIFY(readFile(m_folder.filePath("again/codebook_12.safetensors")) == readFile(m_codebook));
    }

    void unitsAreWrittenAsTheDesignSays()
    {
        const Answer answer = runCli({"units", "--model", kModel, "--codebook-file", m_codebook, "--json",
                                      m_folder.filePath("sounds/a.wav"), m_folder.filePath("sounds/b.wav")});
        QVERIFY2(answer.status == 0, answer.err);
        const QJsonObject json = answer.json();
        QCOMPARE(json.keys(), (QStringList{"codebook", "model", "results"}));
        QCOMPARE(json["model"].toString(), kModel);
        QCOMPARE(json["codebook"].toInt(), 12);
        const QJsonArray results = json["results"].toArray();
        QCOMPARE(results.size(), 2);
        // This model has a head that reads letters too.
        QCOMPARE(results[0].toObject().keys(), (QStringList{"audio", "hop_ms", "letters", "units"}));
        QString read;
        double before = 0;
        for (const QJsonValue &letter : results[0].toObject()["letters"].toArray()) {
            QCOMPARE(letter.toObject().keys(), (QStringList{"start", "text"}));
            QVERIFY(letter["start"].toDouble() > before && letter["start"].toDouble() < 3);
            before = letter["start"].toDouble();
            read += letter["text"].toString();
        }
        QVERIFY(!read.isEmpty());
        QCOMPARE(results[0].toObject()["audio"].toString(), m_folder.filePath("sounds/a.wav"));
        QCOMPARE(results[0].toObject()["hop_ms"].toDouble(), 20.0);
        const QList<int> units = unitsOf(results[0]);
        QCOMPARE(units.size(), 149);
        QCOMPARE(unitsOf(results[1]).size(), 99);
        QVERIFY(QSet<int>(units.begin(), units.end()).size() > 3);
        for (const int unit : units)
            QVERIFY(unit >= 0 && unit < 12);

        const Answer plain =
            runCli({"units", "--model", kModel, "--codebook-file", m_codebook, m_folder.filePath("sounds/a.wav")});
        QStringList words;
        for (const int unit : units)
            words.append(QString::number(unit));
        QCOMPARE(QString::fromUtf8(plain.out), words.join(" ") + "\nletters: " + read + "\n");
    }

    void aBadSoundIsNamedAndTheOthersGoOn()
    {
        writeFile(m_folder.filePath("bad/empty.wav"), {});
        const Answer answer = runCli({"units", "--model", kModel, "--codebook-file", m_codebook, "--json",
                                      m_folder.filePath("bad/empty.wav"), m_folder.filePath("sounds/b.wav")});
        QCOMPARE(answer.status, 1);
        QVERIFY2(answer.err.contains("empty.wav"), answer.err);
        QCOMPARE(answer.json()["results"].toArray().size(), 1);
    }

    void aSoundThatIsCutOffOrTooShortIsTold()
    {
        const QString cut = m_folder.filePath("bad/cut.wav"), brief = m_folder.filePath("bad/brief.wav");
        const QByteArray whole = readFile(m_folder.filePath("sounds/a.wav"));
        writeFile(cut, whole.left(whole.size() / 2));
        writeWav(brief, 0.005, 16000, 120);
        const Answer units = runCli({"units", "--model", kModel, "--codebook-file", m_codebook, "--json", cut, brief});
        QVERIFY2(units.status == 0, units.err);
        QVERIFY2(units.err.contains("cut.wav: the file is damaged and ends early"), units.err);
        QVERIFY2(units.err.contains("brief.wav: is shorter than one frame"), units.err);
        const Answer frames =
            runCli({"encode", "audio", "--model", kModel, "--output", m_folder.filePath("bad/cut.npy"), cut});
        QVERIFY2(frames.status == 0 && frames.err.contains("ends early"), frames.err);
    }

    void aPlayedSoundSettlesToTheSameUnits()
    {
        const QString sound = m_folder.filePath("sounds/b.wav");
        const Answer whole = runCli({"units", "--model", kModel, "--codebook-file", m_codebook, "--json", sound});
        const Answer live =
            runCli({"units", "--live", "--quick", "--model", kModel, "--codebook-file", m_codebook, sound});
        QVERIFY2(live.status == 0, live.err);
        // This model attends to everything and normalises over all of it, so units may differ; their number may not.
        QCOMPARE(live.out.simplified().split(' ').size(), unitsOf(whole.json()["results"].toArray()[0]).size());
        QVERIFY2(live.err.contains("99 units settled"), live.err);

        const Answer lines =
            runCli({"units", "--live", "--json", "--model", kModel, "--codebook-file", m_codebook, sound});
        QVERIFY2(lines.status == 0, lines.err);
        int settled = 0, provisional = 0;
        for (const QByteArray &line : lines.out.trimmed().split('\n')) {
            const QJsonObject unit = QJsonDocument::fromJson(line).object();
            QVERIFY2(unit.contains("frame") && unit.contains("latency_ms"), line);
            (unit["settled"].toBool() ? settled : provisional) += 1;
        }
        QCOMPARE(settled, 99);
        QVERIFY(provisional > 0);
    }

    void aSoundThatCannotBePlayedLeavesTheAnswerEmpty()
    {
        const Answer answer = runCli({"units", "--live", "--quick", "--model", kModel, "--codebook-file", m_codebook,
                                      m_folder.filePath("none.wav")});
        QCOMPARE(answer.status, 1);
        QVERIFY2(answer.out.isEmpty(), answer.out);
    }

    void soundBecomesRowsOfAnArray()
    {
        const QString array = m_folder.filePath("x.npy");
        const Answer mean =
            runCli({"encode", "audio", "--model", kModel, "--output", array, "--json", m_folder.filePath("sounds")});
        QVERIFY2(mean.status == 0, mean.err);
        QCOMPARE(mean.json()["rows"].toInt(), 2); // the folder inside is left alone
        QCOMPARE(mean.json()["columns"].toInt(), 32);
        QCOMPARE(mean.json()["inputs"].toArray()[1].toString(), m_folder.filePath("sounds/b.wav"));
        QVERIFY(readFile(array).startsWith("\x93NUMPY"));
        const Answer all = runCli({"encode", "audio", "--model", kModel, "--layer", "1", "--frames", "--output", array,
                                   "--json", m_folder.filePath("sounds")});
        QCOMPARE(all.json()["rows"].toInt(), 149 + 99);
        QCOMPARE(all.json()["inputs"].toArray()[0].toObject()["rows"].toInt(), 149);
    }

    void trainingSaysWhyNothingWasHeard()
    {
        const Answer answer = runCli({"train", "speech-units", "--model", "mfcc", "--data",
                                      m_folder.filePath("nowhere"), "--out", m_folder.filePath("none")});
        QCOMPARE(answer.status, 1);
        QVERIFY2(answer.err.contains("nowhere: there is no such file"), answer.err);
    }

    void anotherCodebookIsRefused()
    {
        const Answer answer = runCli({"units", "--model", QStringLiteral("mfcc"), "--codebook-file", m_codebook,
                                      m_folder.filePath("sounds/a.wav")});
        QCOMPARE(answer.status, 1);
        QVERIFY2(answer.err.contains("frames of 32 numbers, but this model's have 39"), answer.err);
    }

private:
    QTemporaryDir m_folder;
    QString m_codebook;
};

QTEST_GUILESS_MAIN(CliUnitsTest)
#include "cli_units_test.moc"
