// SPDX-License-Identifier: Apache-2.0
// The program itself, started as a user starts it.
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QImage>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

class ProgramTest : public QObject
{
    Q_OBJECT
    QTemporaryDir m_folder;

    struct Outcome
    {
        int status = -1;
        QByteArray out, err;
    };
    Outcome run(const QStringList &arguments)
    {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("XDG_CONFIG_HOME"), m_folder.filePath(QStringLiteral("config")));
        process.setProcessEnvironment(environment);
        process.start(QStringLiteral(ORRERY_BINARY_DIR "/bin/orrery"), arguments);
        Outcome outcome;
        if (!process.waitForFinished(600000)) {
            process.kill();
            process.waitForFinished();
            outcome.err = "did not end within ten minutes\n";
        } else if (process.exitStatus() == QProcess::NormalExit) {
            outcome.status = process.exitCode();
        }
        outcome.out = process.readAllStandardOutput();
        outcome.err += process.readAllStandardError();
        return outcome;
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (!QFileInfo::exists(QStringLiteral(ORRERY_BINARY_DIR "/bin/orrery")))
            QSKIP("the program is not built");
        if (!QFileInfo::exists(QStringLiteral(ORRERY_SOURCE_DIR "/resources/models/picture-clip/model.safetensors")))
            QSKIP("the built-in model is not there");
    }

    void theWindowIsThereBeforeTheEngineAndNothingShadowsItsBlas()
    {
        const Outcome outcome = run({QStringLiteral("--report-startup")});
        QVERIFY2(outcome.status == 0, outcome.out + outcome.err);
        const QJsonObject report = QJsonDocument::fromJson(outcome.out).object();
        const double paint = report.value(QStringLiteral("first_paint_ms")).toDouble(-1);
        const double engine = report.value(QStringLiteral("engine_ready_ms")).toDouble(-1);
        const double ranking = report.value(QStringLiteral("first_ranking_ms")).toDouble(-1);
        QVERIFY2(paint > 0 && paint < engine && engine < ranking, outcome.out);
        QVERIFY(!report.value(QStringLiteral("torch_loaded_at_first_paint")).toBool(true));
        const QString blas = report.value(QStringLiteral("blas_library")).toString();
        QVERIFY2(blas.contains(QLatin1String("libtorch_cpu")), outcome.out);
    }

    void typingIsMeasuredWhileTheEngineIsBusy()
    {
        const Outcome outcome = run({QStringLiteral("--report-stalls"), QStringLiteral("2")});
        QVERIFY2(outcome.status == 0, outcome.out + outcome.err);
        const QJsonObject report = QJsonDocument::fromJson(outcome.out).object();
        QVERIFY(report.value(QStringLiteral("keys_typed")).toInt() > 5);
        QVERIFY(report.value(QStringLiteral("busy_steps")).toInt() > 0);
        QVERIFY(report.value(QStringLiteral("waits_ms")).toObject().value(QStringLiteral("count")).toInt() > 50);
    }

    void theTourPlaysToItsEnd()
    {
        const QString folder = m_folder.filePath(QStringLiteral("tour"));
        const Outcome outcome = run({QStringLiteral("--tour"), folder});
        QVERIFY2(outcome.status == 0, outcome.out + outcome.err);
        const QDir pictures(folder, QStringLiteral("*.png"));
        int atTwice = 0;
        for (const QFileInfo &file : pictures.entryInfoList()) {
            if (file.fileName() == QLatin1String("damaged.png") || file.fileName().contains(QLatin1String("-present-")))
                continue; // a drop that must fail; full screen
            const QImage image(file.filePath());
            const bool twice = file.fileName().endsWith(QLatin1String("@2x.png"));
            atTwice += twice ? 1 : 0;
            QCOMPARE(image.size(), twice ? QSize(2048, 1400) : QSize(1024, 700));
        }
        QVERIFY(atTwice >= 20);
    }

    void unknownOptionsEndWithASentence()
    {
        const Outcome outcome = run({QStringLiteral("--no-such-option")});
        QVERIFY(outcome.status != 0);
        QVERIFY(outcome.err.contains("no-such-option"));
    }
};

QTEST_GUILESS_MAIN(ProgramTest)
#include "program_test.moc"
