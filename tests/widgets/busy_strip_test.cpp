// SPDX-License-Identifier: Apache-2.0
#include "widgets/busy_strip.h"

#include <QLabel>
#include <QTest>

using namespace orrery;

class BusyStripTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void itSaysWhatIsUnderWay()
    {
        BusyStrip strip(QStringLiteral("Making the map…"));
        auto *text = strip.findChild<QLabel *>();
        QVERIFY(text);
        strip.setBusy(true);
        QTest::qWait(BusyStrip::kDelayMs / 5);
        QVERIFY(!strip.isVisible()); // what is short is not told
        QTRY_VERIFY(strip.isVisible());
        QCOMPARE(text->text(), QStringLiteral("Making the map…"));
        strip.setProgress(-1, QStringLiteral("Iteration 3"));
        QCOMPARE(text->text(), QStringLiteral("Iteration 3"));
        // Other work: nothing stays of what was said of the first.
        strip.setWhat(QStringLiteral("Looking through every layer…"));
        QCOMPARE(text->text(), QStringLiteral("Looking through every layer…"));
        strip.setBusy(false);
        QVERIFY(!strip.isVisible());
    }
};

QTEST_MAIN(BusyStripTest)
#include "busy_strip_test.moc"
