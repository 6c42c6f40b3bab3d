// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/run_strip.h"

#include <QApplication>
#include <QLabel>
#include <QScrollArea>
#include <QScrollBar>
#include <QTest>
#include <QWheelEvent>

using namespace orrery;
using namespace orrery::embedding_map;

class RunStripTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theNewestMapIsSeenWhole()
    {
        QList<MapRun> runs;
        for (int i = 0; i < 4; ++i) {
            MapRun run;
            run.parameters.seed = i;
            run.key = keyOf(run.parameters);
            run.complete = true;
            run.positions = std::make_shared<const std::vector<float>>(20, 1.0f);
            runs.append(run);
        }
        RunStrip strip;
        strip.resize(520, strip.sizeHint().height());
        strip.show();
        QVERIFY(QTest::qWaitForWindowExposed(&strip));
        strip.setRuns(runs, nullptr, {});
        strip.setShown(runs.last().key, {});
        const QWidget *view = strip.findChild<QScrollArea *>()->viewport();
        const auto isWhole = [&](int i) {
            const RunChip *chip = strip.chip(runs[i].key);
            return view->rect().contains(QRect(chip->mapTo(view, QPoint()), chip->size()));
        };
        QTRY_VERIFY(isWhole(3));
        // Its numbers come later, and make it wider.
        maps::Quality quality;
        quality.knnRecall = 0.4;
        runs[3].seconds = 1e12;
        runs[3].quality = std::make_shared<const maps::Quality>(quality);
        const int narrow = strip.chip(runs[3].key)->width();
        strip.setRuns(runs, nullptr, {});
        QTRY_VERIFY(strip.chip(runs[3].key)->width() > narrow);
        QTRY_VERIFY(isWhole(3));
        QCOMPARE(strip.findChild<QScrollArea *>()->verticalScrollBar()->maximum(), 0);
        // An ordinary wheel goes to the others.
        for (int i = 0; i < 20; ++i) {
            const QPointF middle = view->rect().center();
            QWheelEvent turn(middle, view->mapToGlobal(middle), {}, {0, 120}, Qt::NoButton, Qt::NoModifier,
                             Qt::NoScrollPhase, false);
            QApplication::sendEvent(strip.findChild<QScrollArea *>()->viewport(), &turn);
        }
        QVERIFY(isWhole(0));
    }

    void thumbnailsTakeTheColoursOfAllPointsWhenTheyAreThere()
    {
        MapRun run;
        run.key = keyOf({});
        run.complete = true;
        run.positions = std::make_shared<const std::vector<float>>(20, 1.0f);
        ScatterColouring part;
        part.kind = ScatterColouring::Kind::Classes;
        part.title = QStringLiteral("Group");
        part.names = {QStringLiteral("a"), QStringLiteral("b")};
        part.classes.assign(4, 1); // while the collection is being opened
        ScatterColouring all = part;
        all.classes.assign(10, 1);
        const auto picture = [&](RunStrip &strip) {
            for (QLabel *label : strip.chip(run.key)->findChildren<QLabel *>())
                if (const QPixmap shown = label->pixmap(); !shown.isNull())
                    return shown.toImage();
            return QImage();
        };
        RunStrip early, late;
        early.setRuns({run}, nullptr, part);
        early.setRuns({run}, nullptr, all);
        late.setRuns({run}, nullptr, all);
        QVERIFY(!picture(late).isNull());
        QCOMPARE(picture(early), picture(late));
    }
};

QTEST_MAIN(RunStripTest)
#include "run_strip_test.moc"
