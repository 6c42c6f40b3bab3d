// SPDX-License-Identifier: Apache-2.0
#include "widgets/sketch/flood_fill.h"
#include "widgets/sketch/sketch_pad.h"
#include "widgets/theme/theme.h"

#include <QApplication>
#include <QMouseEvent>
#include <QPainter>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace orrery;

class SketchTest : public QObject
{
    Q_OBJECT

    static void drag(SketchCanvas *canvas, QPointF from, QPointF to)
    {
        QTest::mousePress(canvas, Qt::LeftButton, {}, canvas->toWidget(from).toPoint());
        for (int i = 1; i <= 10; ++i)
            QTest::mouseMove(canvas, canvas->toWidget(from + (to - from) * i / 10).toPoint());
        QTest::mouseRelease(canvas, Qt::LeftButton, {}, canvas->toWidget(to).toPoint());
    }

private Q_SLOTS:
    void initTestCase() { Theme::instance().apply(*qApp); }

    void fillStopsAtAnAntialiasedOutlineAndLeavesNoSeam()
    {
        QImage image(100, 100, QImage::Format_RGB32);
        image.fill(Qt::white);
        {
            QPainter painter(&image);
            painter.setRenderHint(QPainter::Antialiasing);
            painter.setPen(QPen(Qt::black, 4));
            painter.drawEllipse(QPointF(50, 50), 30, 30);
        }
        const QRect changed = floodFill(image, {50, 50}, Qt::red);
        QCOMPARE(image.pixelColor(50, 50), QColor(Qt::red));
        QCOMPARE(image.pixelColor(2, 2), QColor(Qt::white));
        QVERIFY(changed.contains(50, 50) && !changed.contains(2, 2));
        // Walking right from the middle, red touches dark pixels: no pale pixel lies between them.
        int x = 50;
        while (image.pixelColor(x, 50) == QColor(Qt::red))
            ++x;
        QVERIFY2(image.pixelColor(x, 50).lightness() < 128, "a pale seam stayed between fill and outline");
    }

    void fillOfTheSameColourOrOutsideChangesNothing()
    {
        QImage image(10, 10, QImage::Format_RGB32);
        image.fill(Qt::white);
        QVERIFY(floodFill(image, {5, 5}, Qt::white).isEmpty());
        QVERIFY(floodFill(image, {50, 5}, Qt::red).isEmpty());
        QCOMPARE(floodFill(image, {5, 5}, Qt::red), QRect(0, 0, 10, 10));
    }

    void theGuideIsNeverPartOfTheDrawing()
    {
        SketchCanvas canvas;
        canvas.resize(300, 300);
        const QImage white = canvas.image();
        QImage guide(64, 64, QImage::Format_RGB32);
        guide.fill(Qt::black);
        canvas.setGuide(guide);
        QCOMPARE(canvas.image(), white);
        QVERIFY(canvas.isBlank());
        // It is on screen, though.
        QVERIFY(canvas.grab().toImage().pixelColor(150, 150) != QColor(Qt::white));
    }

    void aStrokeIsOneChangeAndIsAnnouncedWhileItGoesOn()
    {
        SketchCanvas canvas;
        canvas.resize(300, 300);
        QStringList names;
        QList<QImage> drawings;
        canvas.setChangeCallback([&](const QString &name, const QImage &drawing) {
            names.append(name);
            drawings.append(drawing);
        });
        QSignalSpy during(&canvas, &SketchCanvas::strokeChanged);
        QSignalSpy finished(&canvas, &SketchCanvas::strokeFinished);
        drag(&canvas, {60, 60}, {300, 300});
        QVERIFY(during.count() >= 2); // the first touch and the end at least
        QCOMPARE(finished.count(), 1);
        QCOMPARE(names.size(), 1);
        QCOMPARE(drawings.front(), canvas.image());
        QVERIFY(!canvas.isBlank());
        const QImage one = canvas.image();
        canvas.setTool(SketchCanvas::Tool::Fill);
        canvas.setColour(Qt::blue);
        QTest::mouseClick(&canvas, Qt::LeftButton, {}, canvas.toWidget({300, 60}).toPoint());
        QCOMPARE(names.size(), 2);
        QCOMPARE(canvas.image().pixelColor(300, 60), QColor(Qt::blue));
        canvas.setImage(one); // undo
        QCOMPARE(canvas.image(), one);
        QCOMPARE(names.size(), 2); // putting a drawing back is no change of its own
    }

    void clearingIsAChangeOnlyWhenThereIsSomething()
    {
        SketchCanvas canvas;
        int changes = 0;
        canvas.setChangeCallback([&](const QString &, const QImage &) { ++changes; });
        canvas.clear();
        QCOMPARE(changes, 0);
        canvas.resize(300, 300);
        drag(&canvas, {60, 60}, {90, 60});
        canvas.clear();
        QCOMPARE(changes, 2);
        QVERIFY(canvas.isBlank());
    }

    void keysDrawWithoutAPointer()
    {
        SketchCanvas canvas;
        canvas.resize(300, 300);
        QTest::keyClick(&canvas, Qt::Key_Space);
        for (int i = 0; i < 10; ++i)
            QTest::keyClick(&canvas, Qt::Key_Right);
        QTest::keyClick(&canvas, Qt::Key_Space);
        constexpr int kMiddle = SketchCanvas::kSide / 2;
        QVERIFY(canvas.image().pixelColor(kMiddle + 60, kMiddle).lightness() < 128);
        QVERIFY(canvas.image().pixelColor(kMiddle, kMiddle + 60).lightness() > 250);
    }

    void aStrokeOfTheKeyboardIsOverWhenTheFocusLeaves()
    {
        SketchCanvas canvas;
        canvas.resize(300, 300);
        QStringList names;
        canvas.setChangeCallback([&](const QString &name, const QImage &) { names.append(name); });
        const auto hover = [&](QPointF to, Qt::MouseButtons buttons) {
            const QPointF at = canvas.toWidget(to);
            QMouseEvent event(QEvent::MouseMove, at, canvas.mapToGlobal(at), Qt::NoButton, buttons, Qt::NoModifier);
            QApplication::sendEvent(&canvas, &event);
        };
        QTest::keyClick(&canvas, Qt::Key_Space);
        QTest::keyClick(&canvas, Qt::Key_Right);
        const QImage drawn = canvas.image();
        hover({40, 40}, Qt::NoButton); // no pencil follows a pointer that only hovers
        QCOMPARE(canvas.image(), drawn);
        QCOMPARE(names.size(), 0);
        QFocusEvent tab(QEvent::FocusOut, Qt::TabFocusReason);
        QApplication::sendEvent(&canvas, &tab);
        QCOMPARE(names.size(), 1); // what was drawn is kept
        hover({40, 40}, Qt::LeftButton);
        QTest::keyClick(&canvas, Qt::Key_Right);
        QCOMPARE(canvas.image(), drawn); // and the pencil is up
        QApplication::sendEvent(&canvas, &tab);
        QCOMPARE(names.size(), 1);
        QTest::keyClick(&canvas, Qt::Key_Space);
        drag(&canvas, {60, 60}, {90, 60}); // another pencil: two strokes
        QCOMPARE(names.size(), 3);
    }

    void stampsAreDrawnFromTheInstalledEmojiFont()
    {
        const QImage stamp = emojiPicture(QString::fromUtf8("🦊"), 80);
        if (stamp.isNull())
            QSKIP("no colour emoji font is installed");
        QVERIFY(stamp.width() == 80 || stamp.height() == 80);
        bool coloured = false;
        for (int y = 0; y < stamp.height(); ++y)
            for (int x = 0; x < stamp.width(); ++x) {
                const QColor pixel = stamp.pixelColor(x, y);
                coloured = coloured || (pixel.alpha() > 200 && pixel.saturation() > 100);
            }
        QVERIFY2(coloured, "the stamp is not a colour picture");
    }

    void everyToolHasAName()
    {
        SketchPad pad;
        for (const QToolButton *button : pad.findChildren<QToolButton *>())
            QVERIFY2(!button->accessibleName().isEmpty() || !button->text().isEmpty(), qPrintable(button->toolTip()));
        QVERIFY(!pad.canvas()->accessibleName().isEmpty());
    }
};

QTEST_MAIN(SketchTest)
#include "sketch_test.moc"
