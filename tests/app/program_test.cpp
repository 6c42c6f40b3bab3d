// SPDX-License-Identifier: Apache-2.0
// The program itself, started as a user starts it; its tour is played by tour_test.cpp.
#include "tests/app/orrery_process.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

using namespace orrery::test;

class ProgramTest : public QObject
{
    Q_OBJECT
    QTemporaryDir m_folder;

    ProgramOutcome run(const QStringList &arguments) { return runOrrery(m_folder.path(), arguments); }

    static QJsonObject read(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
    }
    static QJsonObject stepsOf(const QString &path) { return read(path).value(QStringLiteral("steps")).toObject(); }

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString why = programIsMissing(); !why.isEmpty())
            QSKIP(qPrintable(why));
    }

    void theWindowIsThereBeforeTheEngineAndNothingShadowsItsBlas()
    {
        const ProgramOutcome outcome = run({QStringLiteral("--report-startup")});
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
        const ProgramOutcome outcome = run({QStringLiteral("--report-stalls"), QStringLiteral("2")});
        QVERIFY2(outcome.status == 0, outcome.out + outcome.err);
        const QJsonObject report = QJsonDocument::fromJson(outcome.out).object();
        QVERIFY(report.value(QStringLiteral("keys_typed")).toInt() > 5);
        QVERIFY(report.value(QStringLiteral("busy_steps")).toInt() > 0);
        QVERIFY(report.value(QStringLiteral("waits_ms")).toObject().value(QStringLiteral("count")).toInt() > 50);
    }

    void theStoredResultsOfLessonsAreThoseOfTheModel()
    {
        // Recorded again, elsewhere: what is stored must be what this model computes, within the lesson's tolerance. A
        // lesson without a model computes its maps here, and an optimiser that starts at random goes elsewhere on a
        // processor that rounds differently: there must be a result for everything, and recording has compared each
        // with what the lesson expects of it.
        const QDir source(QStringLiteral(ORRERY_SOURCE_DIR "/resources/lessons"));
        const QString copies = m_folder.filePath(QStringLiteral("lessons"));
        const QStringList names = source.entryList(QDir::Dirs | QDir::NoDotAndDotDot);
        QVERIFY(!names.isEmpty());
        for (const QString &name : names) {
            QVERIFY(QDir().mkpath(copies + u'/' + name));
            QVERIFY(QFile::copy(source.filePath(name + QStringLiteral("/lesson.json")),
                                copies + u'/' + name + QStringLiteral("/lesson.json")));
        }
        const ProgramOutcome outcome = run({QStringLiteral("--record-lessons"), copies});
        QVERIFY2(outcome.status == 0, outcome.out + outcome.err);
        for (const QString &name : names) {
            const QJsonObject lesson = read(source.filePath(name + QStringLiteral("/lesson.json")));
            const QJsonObject tolerance = lesson.value(QStringLiteral("tolerance")).toObject();
            const QJsonObject stored = stepsOf(source.filePath(name + QStringLiteral("/results.json")));
            const QJsonObject now = stepsOf(copies + u'/' + name + QStringLiteral("/results.json"));
            QCOMPARE(stored.keys(), now.keys());
            const bool ofWeights = lesson.contains(QStringLiteral("model"));
            for (const QString &step : now.keys()) {
                const QJsonObject subjects = now.value(step).toObject();
                QVERIFY2(!subjects.isEmpty(), qPrintable(step));
                for (const QString &subject : subjects.keys()) {
                    const QJsonObject numbers = subjects.value(subject).toObject();
                    const QJsonObject kept = stored.value(step).toObject().value(subject).toObject();
                    QCOMPARE(kept.keys(), numbers.keys());
                    for (const QString &number : numbers.keys())
                        if (ofWeights && tolerance.contains(number))
                            QVERIFY2(qAbs(numbers.value(number).toDouble() - kept.value(number).toDouble(-9)) <=
                                         tolerance.value(number).toDouble(),
                                     qPrintable(QStringLiteral("%1, %2, %3 of %4: run orrery --record-lessons "
                                                               "resources/lessons")
                                                    .arg(name, step, number, subject)));
                }
            }
        }
    }

    void withoutADisplayOneSentenceSaysSo()
    {
        QProcessEnvironment bare = QProcessEnvironment::systemEnvironment();
        for (const char *name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
            bare.remove(QLatin1String(name));
        QProcess program;
        program.setProcessEnvironment(bare);
        program.start(QStringLiteral(ORRERY_BINARY_DIR "/bin/orrery"), {});
        QVERIFY(program.waitForFinished());
        QCOMPARE(program.exitCode(), 1);
        QVERIFY(program.readAllStandardError().startsWith("orrery: there is no display"));
        program.start(QStringLiteral(ORRERY_BINARY_DIR "/bin/orrery"), {QStringLiteral("--help")});
        QVERIFY(program.waitForFinished());
        QCOMPARE(program.exitCode(), 0);
        QVERIFY(program.readAllStandardOutput().contains("--page"));
    }

    void unknownOptionsEndWithASentence()
    {
        const ProgramOutcome outcome = run({QStringLiteral("--no-such-option")});
        QVERIFY(outcome.status != 0);
        QVERIFY(outcome.err.contains("no-such-option"));
    }
};

QTEST_GUILESS_MAIN(ProgramTest)
#include "program_test.moc"
