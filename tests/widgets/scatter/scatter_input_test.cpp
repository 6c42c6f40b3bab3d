// SPDX-License-Identifier: Apache-2.0
// What the hand does to the view: pointer, wheel, keys, sliders, and a companion that goes along.
#include "tests/widgets/scatter/scatter_fixture.h"

#include <QAbstractButton>
#include <QSignalSpy>
#include <QSlider>

#include <cmath>

using namespace orrery;

class ScatterInputTest : public ScatterFixture
{
    Q_OBJECT

private Q_SLOTS:
    void clicksSelect()
    {
        auto view = withFive();
        QSignalSpy made(view.get(), &ScatterView::selectionMade);
        QTest::mouseClick(view.get(), Qt::LeftButton, {}, placeOf(*view, 1));
        QCOMPARE(view->selection(), Rows{1});
        QCOMPARE(view->current(), std::int64_t(1));
        QTest::mouseClick(view.get(), Qt::LeftButton, Qt::ShiftModifier, placeOf(*view, 3));
        QCOMPARE(view->selection(), (Rows{1, 3}));
        QTest::mouseClick(view.get(), Qt::LeftButton, Qt::ControlModifier, placeOf(*view, 1));
        QCOMPARE(view->selection(), Rows{3});
        QTest::mouseClick(view.get(), Qt::LeftButton, {}, (placeOf(*view, 0) + placeOf(*view, 4)) / 2);
        QVERIFY(view->selection().empty());
        QCOMPARE(made.count(), 4);
        // What the program selects is not told back to it.
        view->setSelection({4, 0, 0, 99, -3}, 4);
        QCOMPARE(view->selection(), (Rows{0, 4}));
        QCOMPARE(made.count(), 4);
        QSignalSpy activated(view.get(), &ScatterView::activated);
        QTest::mouseDClick(view.get(), Qt::LeftButton, {}, placeOf(*view, 2));
        QCOMPARE(activated.value(0).value(0).toLongLong(), 2);
    }

    void besideAClassIsNotUponTheMap()
    {
        auto view = withFive();
        view->setSelection({2}, 2);
        auto *row = view->findChild<QAbstractButton *>();
        QVERIFY(row);
        // The legend's corner, above and beside its rows.
        const QPoint corner = row->mapTo(view.get(), QPoint(0, 0)) + QPoint(-3, -3);
        QTest::mouseClick(view->childAt(corner), Qt::LeftButton);
        QCOMPARE(view->selection(), Rows{2});
    }

    void theFocusOfTheKeyboardIsSeen()
    {
        auto view = withFive();
        const auto edge = [&] { return view->grab().toImage().pixelColor(1, view->height() / 2); };
        // Sent, because without a window manager no window is active.
        for (const auto reason : {Qt::MouseFocusReason, Qt::TabFocusReason}) {
            QFocusEvent in(QEvent::FocusIn, reason), out(QEvent::FocusOut, reason);
            QApplication::sendEvent(view.get(), &in);
            QCOMPARE(alike(edge(), Theme::instance().colours().accent), reason == Qt::TabFocusReason);
            QApplication::sendEvent(view.get(), &out);
            QVERIFY(!alike(edge(), Theme::instance().colours().accent));
        }
    }

    void theLassoAndTheBoxSelectThoseInside()
    {
        auto view = withFive();
        view->setTool(ScatterView::Tool::Lasso);
        const QPoint a = placeOf(*view, 0), b = placeOf(*view, 1), middle = placeOf(*view, 4);
        // Around the upper two, passing above the middle.
        drag(*view, QPolygon{{a.x() - 15, a.y() - 15},
                             {b.x() + 15, b.y() - 15},
                             {b.x() + 15, b.y() + 15},
                             {middle.x(), middle.y() - 25},
                             {a.x() - 15, a.y() + 15}});
        QCOMPARE(view->selection(), (Rows{0, 1}));
        view->setTool(ScatterView::Tool::Box);
        drag(*view, QPolygon{{middle.x() - 20, middle.y() - 20}, {middle.x() + 20, middle.y() + 20}},
             Qt::ShiftModifier);
        QCOMPARE(view->selection(), (Rows{0, 1, 4}));
        drag(*view, QPolygon{{a.x() - 20, a.y() - 20}, {middle.x() + 20, middle.y() + 20}}, Qt::ControlModifier);
        QCOMPARE(view->selection(), Rows{1});
        // Esc gives up what is being drawn.
        QTest::mousePress(view.get(), Qt::LeftButton, {}, {5, 5});
        QTest::mouseMove(view.get(), {400, 300});
        QTest::keyClick(view.get(), Qt::Key_Escape);
        QTest::mouseRelease(view.get(), Qt::LeftButton, {}, {400, 300});
        QCOMPARE(view->selection(), Rows{1});
    }

    void theKeyboardWalks()
    {
        auto view = withFive();
        view->setNames([](std::int64_t row) { return QStringLiteral("thing %1").arg(row); });
        QSignalSpy made(view.get(), &ScatterView::selectionMade);
        for (int tries = 0; tries < 100 && view->current() < 0; ++tries) { // the index is made beside
            QTest::keyClick(view.get(), Qt::Key_Right);
            QTest::qWait(10);
        }
        QCOMPARE(view->current(), std::int64_t(4)); // the middle first
        QTest::keyClick(view.get(), Qt::Key_Right);
        QVERIFY(view->current() == 1 || view->current() == 3);
        const std::int64_t right = view->current();
        QTest::keyClick(view.get(), right == 1 ? Qt::Key_Down : Qt::Key_Up);
        QCOMPARE(view->current(), std::int64_t(right == 1 ? 3 : 1));
        QTest::keyClick(view.get(), Qt::Key_Left, Qt::ShiftModifier);
        QCOMPARE(view->selection().size(), std::size_t(2));
        QCOMPARE(view->accessibleDescription(),
                 QStringLiteral("thing %1, selected, %2 of 5").arg(view->current()).arg(view->current() + 1));
        QSignalSpy activated(view.get(), &ScatterView::activated);
        QTest::keyClick(view.get(), Qt::Key_Return);
        QCOMPARE(activated.value(0).value(0).toLongLong(), view->current());
        QTest::keyClick(view.get(), Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(view->selection().size(), std::size_t(5));
        QTest::keyClick(view.get(), Qt::Key_Escape);
        QVERIFY(view->selection().empty());
        const double before = view->visibleRegion().width();
        QTest::keyClick(view.get(), Qt::Key_Plus);
        QVERIFY(view->visibleRegion().width() < before);
        QTest::keyClick(view.get(), Qt::Key_0);
        QVERIFY(std::fabs(view->visibleRegion().width() - before) < 1e-6 * before);
        QVERIFY(made.count() >= 5);
    }

    void hoveringTellsWhich()
    {
        auto view = withFive();
        QSignalSpy hovered(view.get(), &ScatterView::hovered);
        QTest::mouseMove(view.get(), placeOf(*view, 3) + QPoint(3, 2));
        QTRY_COMPARE(hovered.count(), 1);
        QCOMPARE(hovered[0][0].toLongLong(), 3);
        QTest::mouseMove(view.get(), (placeOf(*view, 3) + placeOf(*view, 4)) / 2);
        QTRY_COMPARE(hovered.count(), 2);
        QCOMPARE(hovered[1][0].toLongLong(), -1);
    }

    void theWheelZoomsAboutThePointer()
    {
        auto view = withFive();
        const QPointF pointer(120, 80), under = view->toMap(pointer);
        const QRectF before = view->visibleRegion();
        wheel(*view, pointer, 240);
        QVERIFY(view->visibleRegion().width() < before.width() * 0.8);
        QVERIFY(QLineF(view->toMap(pointer), under).length() < 1e-6);
        // By hand it is left alone when points move; fit() follows them again.
        const QRectF byHand = view->visibleRegion();
        view->setPositions(points({-2, 2, 2, 2, -2, -2, 2, -2, 0, 0}));
        QCOMPARE(view->visibleRegion(), byHand);
        view->fit();
        QVERIFY(view->visibleRegion().contains(QRectF(-2, -2, 4, 4)));
        view->setPositions(points({-9, 9, 9, 9, -9, -9, 9, -9, 0, 0}));
        QVERIFY(view->visibleRegion().contains(QRectF(-9, -9, 18, 18)));
    }

    void whatIsLookedAtStaysInViewWhileItMoves()
    {
        auto view = withFive();
        view->lookAt({0, 1}, 0);
        // The map contracts and grows again, as an optimiser has it.
        for (const float scale : {0.01F, 1.0F, 50.0F}) {
            view->setPositions(points(
                {-2 * scale, 2 * scale, -1 * scale, 2 * scale, -2 * scale, -2 * scale, 2 * scale, -2 * scale, 0, 0}));
            const QRectF seen = view->visibleRegion();
            QVERIFY(seen.contains(QPointF(-2 * scale, 2 * scale)) && seen.contains(QPointF(-1 * scale, 2 * scale)));
            QVERIFY(!seen.contains(QPointF(2 * scale, -2 * scale)));
        }
        wheel(*view, QPointF(120, 80), 240);
        const QRectF byHand = view->visibleRegion();
        view->setPositions(points({-9, 9, 9, 9, -9, -9, 9, -9, 0, 0}));
        QCOMPARE(view->visibleRegion(), byHand);
    }

    void companionsGoTogether()
    {
        auto one = withFive(), other = withFive();
        one->setCompanion(other.get());
        wheel(*one, {100, 100}, 360);
        QVERIFY(QLineF(one->visibleRegion().center(), other->visibleRegion().center()).length() < 1e-6);
        QVERIFY(std::fabs(one->visibleRegion().width() - other->visibleRegion().width()) < 1e-6);
        wheel(*other, {200, 50}, -120);
        QVERIFY(std::fabs(one->visibleRegion().width() - other->visibleRegion().width()) < 1e-6);
        one->fit();
        QSignalSpy told(other.get(), &ScatterView::selectionMade);
        QTest::mouseClick(one.get(), Qt::LeftButton, {}, placeOf(*one, 2));
        QCOMPARE(other->selection(), Rows{2});
        QCOMPARE(told.count(), 0); // one of them tells
        one.reset();
        wheel(*other, {200, 50}, -120);
    }

    void slidersAreReachedByKeyboardAndPointer_data() { painters(); }
    void slidersAreReachedByKeyboardAndPointer()
    {
        CHOOSE_PAINTER();
        auto view = withFive();
        view->setKnobs(
            {{.id = "speed", .label = "Speed", .smallest = 0, .largest = 100, .value = 20, .whole = true},
             {.id = "pull", .label = "Pull", .smallest = 1, .largest = 100, .value = 10, .logarithmic = true}});
        auto *slider = view->findChild<QSlider *>(QStringLiteral("knob-speed"));
        QVERIFY(slider && slider->isVisible());
        QCOMPARE(slider->accessibleName(), QStringLiteral("Speed"));
        QVERIFY(slider->focusPolicy() & Qt::TabFocus);
        QSignalSpy changed(view.get(), &ScatterView::knobChanged), released(view.get(), &ScatterView::knobReleased);
        slider->setFocus();
        QTest::keyClick(slider, Qt::Key_Right);
        QTRY_COMPARE(changed.count(), 1);
        QCOMPARE(changed[0][0].toString(), QStringLiteral("speed"));
        QCOMPARE(changed[0][1].toDouble(), 21.0);
        QCOMPARE(released.count(), 1);

        // Where Dear ImGui draws, the view gets the pointer and the points do not move under it.
        changed.clear(), released.clear();
        const QRectF before = view->visibleRegion();
        QWidget *target = view->usesOpenGl() ? static_cast<QWidget *>(view.get()) : slider;
        const auto place = [&](double share) {
            return slider->mapTo(target, QPoint(qRound(slider->width() * share), slider->height() / 2));
        };
        QTest::mouseMove(target, place(0.21));
        QTest::qWait(60);
        QTest::mousePress(target, Qt::LeftButton, {}, place(0.21));
        QTest::qWait(60);
        QMouseEvent move(QEvent::MouseMove, QPointF(place(0.8)), target->mapToGlobal(QPointF(place(0.8))), Qt::NoButton,
                         Qt::LeftButton, {});
        QApplication::sendEvent(target, &move);
        QTRY_VERIFY(!changed.isEmpty() && changed.last()[1].toDouble() > 60);
        QTest::mouseRelease(target, Qt::LeftButton, {}, place(0.8));
        QTRY_COMPARE(released.count(), 1);
        QCOMPARE(released[0][0].toString(), QStringLiteral("speed"));
        QCOMPARE(view->visibleRegion(), before);
        view->setKnobs({});
        QVERIFY(!view->findChild<QSlider *>());
    }
};

SCATTER_TEST_MAIN(ScatterInputTest)
#include "scatter_input_test.moc"
