// SPDX-License-Identifier: Apache-2.0
// `orrery --tour`: every story with real input events. CTest runs the two scales side by side, each on its own screen.
#include "tests/app/orrery_process.h"

#include <QDir>
#include <QImage>
#include <QTemporaryDir>
#include <QTest>

using namespace orrery::test;

class TourTest : public QObject
{
    Q_OBJECT
    QTemporaryDir m_folder;

    /// @param suffix  of the pictures' names @param size of every picture
    void play(const QString &scale, const QString &suffix, QSize size)
    {
        const QString folder = m_folder.filePath(QStringLiteral("tour") + scale);
        const ProgramOutcome outcome =
            runOrrery(m_folder.filePath(QStringLiteral("home") + scale),
                      {QStringLiteral("--tour-pass"), suffix, QStringLiteral("--tour"), folder}, scale);
        QVERIFY2(outcome.status == 0, outcome.out + outcome.err);
        const QDir pictures(folder, QStringLiteral("*.png"));
        int count = 0;
        for (const QFileInfo &file : pictures.entryInfoList()) {
            if (file.fileName() == QLatin1String("damaged.png") || file.fileName().contains(QLatin1String("-present-")))
                continue; // a drop that must fail; full screen
            QVERIFY2(file.completeBaseName().endsWith(suffix), qPrintable(file.fileName()));
            QCOMPARE(QImage(file.filePath()).size(), size);
            ++count;
        }
        QVERIFY2(count >= 20, qPrintable(QString::number(count)));
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString why = programIsMissing(); !why.isEmpty())
            QSKIP(qPrintable(why));
    }

    void playsToItsEnd() { play(QStringLiteral("1"), QString(), QSize(1024, 700)); }
    void playsToItsEndAtTwiceTheScale() { play(QStringLiteral("2"), QStringLiteral("@2x"), QSize(2048, 1400)); }
};

QTEST_GUILESS_MAIN(TourTest)
#include "tour_test.moc"
