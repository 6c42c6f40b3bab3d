// SPDX-License-Identifier: Apache-2.0
// What the view shows, drawn by OpenGL (where it works) and by the processor.
#include "tests/widgets/scatter/scatter_fixture.h"

#include <QAbstractButton>
#include <QPainter>
#include <QSignalSpy>
#include <QVBoxLayout>

#include <numeric>

using namespace orrery;

class ScatterViewTest : public ScatterFixture
{
    Q_OBJECT

private Q_SLOTS:
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

    void bothPaintersAgree_data()
    {
        QTest::addColumn<int>("selected");
        QTest::newRow("few") << 4;
        QTest::newRow("many") << 1500;
    }
    void bothPaintersAgree()
    {
        QFETCH(int, selected);
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
            Rows rows(static_cast<std::size_t>(selected));
            std::iota(rows.begin(), rows.end(), 5);
            view->setSelection(rows, 5);
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

SCATTER_TEST_MAIN(ScatterViewTest)
#include "scatter_view_test.moc"
