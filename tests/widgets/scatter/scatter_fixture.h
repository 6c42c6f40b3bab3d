// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/imgui/open_gl.h"
#include "widgets/scatter/internal/scatter_surface.h"
#include "widgets/scatter/scatter_view.h"
#include "widgets/theme/theme.h"

#include <QApplication>
#include <QTest>
#include <QWheelEvent>

#include <cstdlib>
#include <memory>
#include <random>

namespace orrery {

using Rows = std::vector<std::int64_t>;

/// A view in a window, drawn by OpenGL or by the processor, and what a hand does to it.
class ScatterFixture : public QObject
{
    Q_OBJECT

protected:
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

private Q_SLOTS:
    void initTestCase()
    {
        Theme::instance().setScheme(Scheme::Light);
        Theme::instance().setMotion(false);
        Theme::instance().apply(*qApp);
    }
    void cleanup()
    {
        qunsetenv("ORRERY_NO_OPENGL");
        Theme::instance().setMotion(false);
    }
};

#define CHOOSE_PAINTER()                                                                                               \
    if (!choosePainter())                                                                                              \
    QSKIP("there is no OpenGL on this platform")

} // namespace orrery

/// As QTEST_MAIN, with contexts shared as the program shares them.
#define SCATTER_TEST_MAIN(Test)                                                                                        \
    int main(int argc, char **argv)                                                                                    \
    {                                                                                                                  \
        QCoreApplication::setAttribute(Qt::AA_ShareOpenGLContexts);                                                    \
        QApplication application(argc, argv);                                                                          \
        Test test;                                                                                                     \
        return QTest::qExec(&test, argc, argv);                                                                        \
    }
