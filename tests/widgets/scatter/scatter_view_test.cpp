// SPDX-License-Identifier: Apache-2.0
// The view as it is used, drawn by OpenGL (where it works) and by the processor.
#include "widgets/scatter/internal/scatter_surface.h"
#include "widgets/scatter/scatter_view.h"
#include "widgets/theme/theme.h"

#include <QAbstractButton>
#include <QApplication>
#include <QPainter>
#include <QSignalSpy>
#include <QSlider>
#include <QTest>
#include <QVBoxLayout>
#include <QWheelEvent>

#include <cmath>
#include <random>

using namespace orrery;

using Rows = std::vector<std::int64_t>;
Q_DECLARE_METATYPE(Rows)

class ScatterViewTest : public QObject
{
    Q_OBJECT

    static ScatterPositions points(std::vector<float> values)
    {
        return std::make_shared<const std::vector<float>>(std::move(values));
    }
    /// Four corners and the middle; classes 0, 1, 2, 0, 1.
    static ScatterPositions fivePoints() { return points({-1, 1, 1, 1, -1, -1, 1, -1, 0, 0}); }
    static ScatterColouring fiveClasses()
    {
        return {.kind = ScatterColouring::Kind::Classes,
                .title = QStringLiteral("Kind"),
                .classes = {0, 1, 2, 0, 1},
                .names = {QStringLiteral("fox"), QStringLiteral("cat"), QStringLiteral("dog")}};
    }
    static ScatterPositions heaps(int count)
    {
        std::mt19937 random(7);
        std::normal_distribution<float> normal;
        std::vector<float> values;
        for (int i = 0; i < count; ++i) {
            values.push_back(normal(random) + float(i % 4) * 6);
            values.push_back(normal(random) + float(i % 3) * 5);
        }
        return points(std::move(values));
    }

    std::unique_ptr<ScatterView> made(QSize size = {480, 360})
    {
        auto view = std::make_unique<ScatterView>();
        view->resize(size);
        view->show();
        if (!QTest::qWaitForWindowExposed(view.get()))
            qWarning("the window was not exposed");
        return view;
    }
    std::unique_ptr<ScatterView> withFive()
    {
        auto view = made();
        view->setPositions(fivePoints());
        view->setColouring(fiveClasses());
        return view;
    }
    static QColor at(QWidget *window, const ScatterView &view, std::int64_t row)
    {
        const QPointF place = view.toWidget({(*view.positions())[2 * row], (*view.positions())[2 * row + 1]});
        return window->grab().toImage().pixelColor(view.mapTo(window, place.toPoint()));
    }
    static bool alike(const QColor &a, const QColor &b, int by = 12)
    {
        return std::abs(a.red() - b.red()) <= by && std::abs(a.green() - b.green()) <= by &&
               std::abs(a.blue() - b.blue()) <= by;
    }
    static QPoint placeOf(const ScatterView &view, std::int64_t row)
    {
        return view.toWidget({(*view.positions())[2 * row], (*view.positions())[2 * row + 1]}).toPoint();
    }
    static void drag(ScatterView &view, const QPolygon &way, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::mousePress(&view, Qt::LeftButton, modifiers, way.first());
        for (const QPoint &point : way) {
            QMouseEvent move(QEvent::MouseMove, QPointF(point), view.mapToGlobal(QPointF(point)), Qt::NoButton,
                             Qt::LeftButton, modifiers);
            QApplication::sendEvent(&view, &move);
        }
        QTest::mouseRelease(&view, Qt::LeftButton, modifiers, way.last());
    }
    static void wheel(ScatterView &view, QPointF at, int turned)
    {
        QWheelEvent event(at, view.mapToGlobal(at), {}, {0, turned}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                          false);
        QApplication::sendEvent(&view, &event);
    }

    void painters()
    {
        QTest::addColumn<bool>("openGl");
        QTest::newRow("OpenGL") << true;
        QTest::newRow("processor") << false;
    }
    /// False where there is no OpenGL; the test has to skip.
    bool choosePainter()
    {
        const bool openGl = *static_cast<bool *>(QTest::qData("openGl", QMetaType::Bool));
        if (openGl)
            qunsetenv("ORRERY_NO_OPENGL");
        else
            qputenv("ORRERY_NO_OPENGL", "1");
        return !openGl || openGlWorks();
    }
#define CHOOSE_PAINTER()                                                                                               \
    if (!choosePainter())                                                                                              \
    QSKIP("there is no OpenGL on this platform")

private Q_SLOTS:
    void initTestCase()
    {
        qRegisterMetaType<Rows>();
        Theme::instance().setScheme(Scheme::Light);
        Theme::instance().setMotion(false);
        Theme::instance().apply(*qApp);
    }
    void cleanup()
    {
        qunsetenv("ORRERY_NO_OPENGL");
        Theme::instance().setMotion(false);
    }

    void pointsHaveTheirColours_data() { painters(); }
    void pointsHaveTheirColours()
    {
        CHOOSE_PAINTER();
        auto view = withFive();
        QCOMPARE(view->usesOpenGl(), !qEnvironmentVariableIsSet("ORRERY_NO_OPENGL"));
        QTRY_VERIFY(view->complete());
        const Theme &theme = Theme::instance();
        QVERIFY(alike(at(view.get(), *view, 0), theme.classColour(0)));
        QVERIFY(alike(at(view.get(), *view, 1), theme.classColour(1)));
        QVERIFY(alike(at(view.get(), *view, 2), theme.classColour(2)));
        // Between them lies the ground.
        const QPoint between = (placeOf(*view, 0) + placeOf(*view, 4)) / 2;
        QVERIFY(alike(view->grab().toImage().pixelColor(between), theme.colours().surface));
        // Old points are dimmed: closer to the ground, still of their colour.
        view->setStale(true);
        QTRY_VERIFY(!alike(at(view.get(), *view, 2), theme.classColour(2)));
        QVERIFY(!alike(at(view.get(), *view, 2), theme.colours().surface));
    }

    void oneClassIsShownAlone_data() { painters(); }
    void oneClassIsShownAlone()
    {
        CHOOSE_PAINTER();
        auto view = withFive();
        QList<QAbstractButton *> rows = view->findChildren<QAbstractButton *>();
        QCOMPARE(rows.size(), 3);
        QCOMPARE(rows[1]->accessibleName(), QStringLiteral("cat"));
        QTRY_VERIFY(view->complete());
        const Theme &theme = Theme::instance();
        QTest::mouseClick(rows[1], Qt::LeftButton);
        QTRY_VERIFY(!alike(at(view.get(), *view, 0), theme.classColour(0)));
        QTRY_VERIFY(alike(at(view.get(), *view, 1), theme.classColour(1)));
        QVERIFY(rows[1]->isChecked());
        // Twice, or again by the keyboard, and all are there.
        rows[1]->setFocus();
        QTest::keyClick(rows[1], Qt::Key_Space);
        QTRY_VERIFY(alike(at(view.get(), *view, 0), theme.classColour(0)));
        for (QAbstractButton *row : {rows[2], rows[2], rows[0]}) {
            QTest::mouseDClick(row, Qt::LeftButton);
            QVERIFY(!rows[0]->isChecked() && !rows[2]->isChecked());
        }
        QTest::mouseClick(rows[2], Qt::LeftButton);
        QTRY_VERIFY(!alike(at(view.get(), *view, 0), theme.classColour(0)));
        QTest::mouseDClick(rows[2], Qt::LeftButton); // of what was alone
        QTRY_VERIFY(alike(at(view.get(), *view, 0), theme.classColour(0)));
    }

    void theLegendOutlivesTheTheme()
    {
        auto view = withFive();
        auto *row = view->findChildren<QAbstractButton *>().value(0);
        QVERIFY(row && row->isVisible() && row->height() > 10);
        Theme::instance().setPresenting(true);
        row = view->findChildren<QAbstractButton *>().value(0);
        QVERIFY(row && row->isVisible() && row->height() >= 24);
        Theme::instance().setPresenting(false);
        view->setLegendShown(false);
        QVERIFY(!view->findChildren<QAbstractButton *>().value(0)->isVisible());
    }

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

    void theLassoAndTheBoxSelectThoseInside()
    {
        auto view = withFive();
        view->setTool(ScatterView::Tool::Lasso);
        const QPoint a = placeOf(*view, 0), b = placeOf(*view, 1), middle = placeOf(*view, 4);
        // Around the upper two, passing above the middle.
        drag(*view, QPolygon{{a.x() - 15, a.y() - 15}, {b.x() + 15, b.y() - 15}, {b.x() + 15, b.y() + 15},
                             {middle.x(), middle.y() - 25}, {a.x() - 15, a.y() + 15}});
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

    void anotherCountForgets()
    {
        auto view = withFive();
        view->setSelection({1, 2}, 1);
        view->setPositions(points({0, 0, 1, 1, 2, 2, 3, 3, 5, 5}));
        QCOMPARE(view->selection(), (Rows{1, 2}));
        QCOMPARE(view->colouring().kind, ScatterColouring::Kind::Classes);
        view->setPositions(points({0, 0, 1, 1}));
        QVERIFY(view->selection().empty());
        QCOMPARE(view->current(), std::int64_t(-1));
        QCOMPARE(view->colouring().kind, ScatterColouring::Kind::None);
        view->setPositions(nullptr);
        QCOMPARE(view->count(), std::int64_t(0));
        QVERIFY(!view->render({100, 100}).isNull());
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

    void anotherSizeAndAnotherWindowChangeNothing_data() { painters(); }
    void anotherSizeAndAnotherWindowChangeNothing()
    {
        CHOOSE_PAINTER();
        auto view = withFive();
        QTRY_VERIFY(view->complete());
        view->resize(620, 300);
        QTRY_VERIFY(view->complete());
        const Theme &theme = Theme::instance();
        QVERIFY(alike(at(view.get(), *view, 2), theme.classColour(2)));
        QWidget window;
        window.resize(500, 400);
        auto *column = new QVBoxLayout(&window);
        column->addWidget(view.get());
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QTRY_VERIFY(alike(at(&window, *view, 2), theme.classColour(2)));
        view->setParent(nullptr);
        view->show();
        QVERIFY(QTest::qWaitForWindowExposed(view.get()));
        QTRY_VERIFY(alike(at(view.get(), *view, 1), theme.classColour(1)));
    }

    void aMillionPoints_data() { painters(); }
    void aMillionPoints()
    {
        CHOOSE_PAINTER();
        constexpr int kCount = 1'000'000;
        auto view = made();
        view->setPositions(heaps(kCount));
        QTRY_VERIFY_WITH_TIMEOUT(view->complete(), 60'000);
        QCOMPARE(view->pointsDrawnSingly(), std::int64_t(kCount));
        QSignalSpy presented(view.get(), &ScatterView::presented);
        wheel(*view, {240, 180}, 60);
        QTRY_VERIFY(!presented.isEmpty());
        QVERIFY(!view->complete());
        QVERIFY(view->pointsDrawnSingly() <= ScatterView::kDrawnMoving);
        // New positions while it moves, as an optimiser sends them.
        view->setPositions(heaps(kCount), 100);
        QTRY_VERIFY_WITH_TIMEOUT(view->complete(), 60'000);
        QVERIFY(view->pointsDrawnSingly() > ScatterView::kDrawnMoving);
    }

    void bothPaintersAgree()
    {
        if (!openGlWorks())
            QSKIP("there is no OpenGL on this platform");
        QImage pictures[2];
        for (const bool openGl : {true, false}) {
            openGl ? qunsetenv("ORRERY_NO_OPENGL") : qputenv("ORRERY_NO_OPENGL", "1");
            auto view = made();
            view->setPositions(heaps(3000));
            ScatterColouring colouring{.kind = ScatterColouring::Kind::Classes};
            for (int i = 0; i < 3000; ++i) {
                colouring.classes.push_back(i % 12);
                if (i < 12)
                    colouring.names.append(QString::number(i));
            }
            view->setColouring(colouring);
            view->setSelection({5, 6, 7, 8}, 5);
            QTRY_VERIFY(view->complete());
            QCOMPARE(view->usesOpenGl(), openGl);
            pictures[openGl ? 0 : 1] = view->render({600, 400});
        }
        QCOMPARE(pictures[0].size(), QSize(600, 400));
        const QImage a = pictures[0].scaled(75, 50, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
        const QImage b = pictures[1].scaled(75, 50, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
        double sum = 0, spread = 0;
        for (int y = 0; y < 50; ++y)
            for (int x = 0; x < 75; ++x) {
                const QColor p = a.pixelColor(x, y), q = b.pixelColor(x, y);
                sum += std::abs(p.red() - q.red()) + std::abs(p.green() - q.green()) + std::abs(p.blue() - q.blue());
                spread += std::abs(p.red() - 255) + std::abs(p.green() - 255) + std::abs(p.blue() - 255);
            }
        QVERIFY2(sum / (75 * 50 * 3) < 3, qPrintable(QString::number(sum / (75 * 50 * 3))));
        QVERIFY(spread / (75 * 50 * 3) > 15); // there is something on them
    }

    void slidersAreReachedByKeyboardAndPointer_data() { painters(); }
    void slidersAreReachedByKeyboardAndPointer()
    {
        CHOOSE_PAINTER();
        auto view = withFive();
        view->setKnobs({{.id = "speed", .label = "Speed", .smallest = 0, .largest = 100, .value = 20, .whole = true},
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

    void guestsFlyToTheirPlace_data() { painters(); }
    void guestsFlyToTheirPlace()
    {
        CHOOSE_PAINTER();
        Theme::instance().setMotion(true);
        auto view = withFive();
        QTRY_VERIFY(view->complete());
        QImage drawing(40, 40, QImage::Format_RGB32);
        drawing.fill(Qt::magenta);
        view->setMarks({{.kind = ScatterMark::Kind::Guest, .text = {}, .position = {-0.5, 0}, .image = drawing}});
        const QPoint target = view->toWidget({-0.5, 0}).toPoint();
        QVERIFY(!alike(view->grab().toImage().pixelColor(target), Qt::magenta)); // on its way
        QTRY_VERIFY(alike(view->grab().toImage().pixelColor(target), Qt::magenta));
        // It does not fly again when another mark joins it.
        view->setMarks({{.kind = ScatterMark::Kind::Guest, .text = {}, .position = {-0.5, 0}, .image = drawing},
                        {.kind = ScatterMark::Kind::Prompt, .text = "fox", .position = {0.5, 0}}});
        QVERIFY(alike(view->grab().toImage().pixelColor(target), Qt::magenta));
    }
};

int main(int argc, char **argv)
{
    QCoreApplication::setAttribute(Qt::AA_ShareOpenGLContexts); // as the program does
    QApplication application(argc, argv);
    ScatterViewTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "scatter_view_test.moc"
