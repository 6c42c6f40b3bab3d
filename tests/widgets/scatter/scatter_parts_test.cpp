// SPDX-License-Identifier: Apache-2.0
// What the scatter view is made of, without a window.
#include "widgets/scatter/internal/camera.h"
#include "widgets/scatter/internal/density.h"
#include "widgets/scatter/internal/label_placement.h"
#include "widgets/scatter/internal/lasso.h"
#include "widgets/scatter/internal/point_grid.h"
#include "widgets/scatter/internal/point_scene.h"
#include "widgets/scatter/internal/raster_painter.h"
#include "widgets/scatter/internal/scatter_knobs.h"
#include "widgets/theme/theme.h"

#include <QApplication>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <set>

using namespace orrery;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

ScatterPositions randomPoints(int count, unsigned seed = 1)
{
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    auto positions = std::make_shared<std::vector<float>>();
    for (int i = 0; i < count; ++i) {
        positions->push_back(normal(random) * 3 + float(i % 3) * 10);
        positions->push_back(normal(random));
    }
    return positions;
}

double distanceBetween(const std::vector<float> &p, std::int64_t row, const QPointF &at)
{
    return std::hypot(p[2 * row] - at.x(), p[2 * row + 1] - at.y());
}

PointFrame frameOf(const Camera &camera)
{
    PointFrame frame;
    frame.camera = camera;
    frame.ground = Qt::white, frame.text = Qt::black, frame.accent = Qt::blue;
    frame.style.radius = 3;
    return frame;
}

} // namespace

class ScatterPartsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        Theme::instance().setScheme(Scheme::Light);
        Theme::instance().apply(*qApp);
    }

    void theCameraGoesThereAndBack()
    {
        Camera camera;
        camera.setSize({640, 480});
        camera.fit(QRectF(-3, 10, 4, 2), 20);
        for (const QPointF &point : {QPointF(-3, 10), QPointF(1, 12), QPointF(0.123, 11.7)}) {
            const QPointF back = camera.toMap(camera.toWidget(point));
            QVERIFY(QLineF(back, point).length() < 1e-9);
        }
        // y points up; the margin is kept; the middle is in the middle.
        QVERIFY(camera.toWidget({0, 12}).y() < camera.toWidget({0, 10}).y());
        QCOMPARE(camera.toWidget({-3, 11}), QPointF(20, 240));
        QCOMPARE(camera.toWidget({-1, 11}), QPointF(320, 240));
        QVERIFY(camera.visible().contains(QRectF(-3, 10, 4, 2)));
    }

    void zoomingKeepsWhatLiesUnderThePointer()
    {
        Camera camera;
        camera.setSize({640, 480});
        camera.fit(QRectF(0, 0, 10, 10), 0);
        camera.setScaleRange(camera.scale() / 10, camera.scale() * 1000);
        const QPointF pointer(100, 77), under = camera.toMap(pointer);
        camera.zoomAbout(pointer, 3.7);
        QVERIFY(QLineF(camera.toMap(pointer), under).length() < 1e-9);
        const double before = camera.scale();
        camera.zoomAbout(pointer, 1e9);
        QVERIFY(camera.scale() > before && camera.scale() < before * 1e6); // it ends somewhere
        QVERIFY(QLineF(camera.toMap(pointer), under).length() < 1e-9);
    }

    void theNearestIsTheNearestOfAll()
    {
        const ScatterPositions points = randomPoints(5000);
        const PointGrid grid(points, shuffledOrder(5000));
        std::mt19937 random(5);
        std::uniform_real_distribution<double> far(-40, 60), near(-3, 3);
        for (int i = 0; i < 400; ++i) {
            const QPointF at(i % 2 ? far(random) : near(random), i % 2 ? far(random) : near(random));
            double best = 1e9;
            for (int row = 0; row < 5000; ++row)
                best = std::min(best, distanceBetween(*points, row, at));
            const std::int64_t found = grid.nearest(at, 1e9);
            QVERIFY(found >= 0);
            QVERIFY(std::fabs(distanceBetween(*points, found, at) - best) < 1e-6);
            QCOMPARE(grid.nearest(at, best * 0.99), std::int64_t(-1));
        }
    }

    void pointsThatAreNotFiniteAreNowhere()
    {
        const auto points = std::make_shared<std::vector<float>>(
            std::vector<float>{0, 0, kNan, 1, 2, std::numeric_limits<float>::infinity(), 1, 1});
        const PointGrid grid(points, shuffledOrder(4));
        QCOMPARE(grid.count(), std::int64_t(2));
        QCOMPARE(grid.bounds(), QRectF(0, 0, 1, 1));
        QCOMPARE(grid.nearest({2, 5}, 1e9), std::int64_t(3));
        QVERIFY(boundsOf({kNan, 1}).isNull());
        // All alike: they have a place nevertheless.
        const PointGrid one(std::make_shared<std::vector<float>>(std::vector<float>{7, 7, 7, 7}), shuffledOrder(2));
        QVERIFY(one.nearest({7, 7}, 1) >= 0);
    }

    void walkingGoesToTheNearestInThatDirection()
    {
        // A cross, and one that is nearer but off the direction.
        const auto points =
            std::make_shared<std::vector<float>>(std::vector<float>{0, 0, 2, 0, -3, 0, 0, 4, 0, -5, 0.9f, 1.0f, 40, 1});
        const PointGrid grid(points, shuffledOrder(7));
        QCOMPARE(grid.nearestTowards(0, {1, 0}), std::int64_t(1));
        QCOMPARE(grid.nearestTowards(0, {-1, 0}), std::int64_t(2));
        QCOMPARE(grid.nearestTowards(0, {0, -1}), std::int64_t(4));
        QCOMPARE(grid.nearestTowards(1, {1, 0}), std::int64_t(6)); // far away
        QCOMPARE(grid.nearestTowards(6, {1, 0}), std::int64_t(-1));
    }

    void aSampleIsFairAndNeverTooLarge()
    {
        const ScatterPositions points = randomPoints(30'000);
        const PointGrid grid(points, shuffledOrder(30'000));
        PointRows rows;
        grid.sample(grid.bounds(), 5000, rows);
        QVERIFY(rows.size() <= 5000 && rows.size() > 3500);
        std::set<std::uint32_t> different(rows.begin(), rows.end());
        QCOMPARE(different.size(), rows.size());
        // A third of the points belongs to each of the three heaps, which lie at 0, 10 and 20.
        const auto ofFirst = std::count_if(rows.begin(), rows.end(), [](std::uint32_t row) { return row % 3 == 0; });
        QVERIFY(std::fabs(double(ofFirst) / double(rows.size()) - 1 / 3.0) < 0.03);
        // Few enough: all of them.
        const QRectF small(-1, -1, 2, 2);
        grid.sample(small, 30'000, rows);
        QCOMPARE(static_cast<std::int64_t>(rows.size()), grid.countIn(small));
        different = std::set<std::uint32_t>(rows.begin(), rows.end());
        for (std::uint32_t row = 0; row < 30'000; ++row)
            if (small.contains(QPointF((*points)[2 * row], (*points)[2 * row + 1])))
                QVERIFY(different.count(row));
    }

    void theLassoTakesExactlyThoseInside()
    {
        const ScatterPositions points = randomPoints(4000, 3);
        // A star that crosses itself, so that inside is a matter of the rule.
        QPolygonF star;
        for (int i = 0; i < 7; ++i)
            star << QPointF(10 + 14 * std::cos(i * 3 * 6.2832 / 7), 3 * std::sin(i * 3 * 6.2832 / 7));
        std::vector<std::int64_t> expected;
        for (int row = 0; row < 4000; ++row)
            if (star.containsPoint({(*points)[2 * row], (*points)[2 * row + 1]}, Qt::OddEvenFill))
                expected.push_back(row);
        QVERIFY(expected.size() > 200 && expected.size() < 3800);
        QCOMPARE(rowsInside(*points, star), expected);
        QVERIFY(rowsInside({kNan, 0, 0.5f, 0.5f}, QPolygonF(QRectF(0, 0, 1, 1))) == std::vector<std::int64_t>{1});
        QVERIFY(rowsInside(*points, QPolygonF{QPointF(0, 0), QPointF(1, 1)}).empty());
    }

    void theDensityHoldsEveryPointOnce()
    {
        const ScatterPositions points = randomPoints(20'000);
        const std::vector<std::uint32_t> looks(20'000, PointLook::pack(Qt::red, 0, false));
        const Density density(*points, looks, boundsOf(*points), {60, 40});
        QCOMPARE(density.total(), std::int64_t(20'000));
        // Points outside of the region are not in it. It ends where no point is near, so that rounding says nothing.
        std::vector<double> across;
        for (int row = 0; row < 20'000; ++row)
            across.push_back((*points)[2 * row]);
        std::sort(across.begin(), across.end());
        std::size_t gap = 5000;
        for (std::size_t i = 5000; i < 15'000; ++i)
            if (across[i + 1] - across[i] > across[gap + 1] - across[gap])
                gap = i;
        const double edge = (across[gap] + across[gap + 1]) / 2;
        const Density half(*points, looks, QRectF(QPointF(edge - 100, -50), QPointF(edge, 50)), {2000, 10});
        QCOMPARE(half.total(), static_cast<std::int64_t>(gap + 1));
    }

    void theDensityIsTheMixtureOfColoursAtTheCoverOfManyPoints()
    {
        // Three red points and one blue in one bin; nothing in the other.
        const std::vector<float> points{0.1f, 0.5f, 0.2f, 0.5f, 0.3f, 0.5f, 0.4f, 0.5f};
        const std::uint32_t red = PointLook::pack(QColor(255, 0, 0), 0, false);
        const std::uint32_t blue = PointLook::pack(QColor(0, 0, 255), 0, false);
        const QImage picture = Density(points, {red, red, red, blue}, QRectF(0, 0, 2, 1), {2, 1}).picture(0.5);
        QCOMPARE(picture.pixelColor(1, 0).alpha(), 0);
        const QColor mixed = picture.pixelColor(0, 0);
        QVERIFY(std::abs(mixed.alpha() - qRound(255 * (1 - std::pow(0.5, 4)))) <= 1);
        QVERIFY(std::abs(mixed.red() - 191) <= 2 && std::abs(mixed.blue() - 64) <= 2 && mixed.green() == 0);
    }

    void whatMovesIsSampledAndWhatRestsIsWhole()
    {
        constexpr int kCount = 300'000;
        PointScene scene;
        const ScatterPositions points = randomPoints(kCount);
        scene.setPositions(points, points);
        scene.setOrder(shuffledOrder(kCount));
        scene.setGrid(std::make_shared<PointGrid>(points, scene.order()));
        scene.setLooks(looksOf({}, kCount, -1));
        Camera camera;
        camera.setSize({300, 200});
        camera.fit(scene.bounds(), 10);
        PointFrame frame = frameOf(camera);
        frame.style.radius = 1;
        RasterPainter painter;
        scene.paint(painter, frame, false);
        QVERIFY(scene.drawnSingly() <= ScatterView::kDrawnMoving);
        QVERIFY(scene.drawnSingly() > ScatterView::kDrawnMoving / 2);
        QVERIFY(!scene.complete(frame));
        int slices = 0;
        while (scene.advance(painter, frame, 2))
            ++slices;
        QVERIFY(slices > 0); // not all at once
        QVERIFY(scene.complete(frame));
        QCOMPARE(scene.kept(), std::int64_t(kCount));
        // Another place is another picture.
        frame.camera.pan({3, 0});
        QVERIFY(!scene.complete(frame));
        // Far in, few are in view, and all of these are drawn singly while it moves, too.
        frame.camera.zoomAbout({150, 100}, 400);
        scene.paint(painter, frame, false);
        QCOMPARE(scene.drawnSingly(), scene.grid()->countIn(frame.camera.visible()));
    }

    void manySelectedPointsAreOutlinedAndKeepTheirColours()
    {
        constexpr int kSide = 40, kFirst = 10, kLast = 29;
        auto points = std::make_shared<std::vector<float>>();
        std::vector<std::int64_t> selected;
        for (int y = 0; y < kSide; ++y)
            for (int x = 0; x < kSide; ++x) {
                points->insert(points->end(), {float(x), float(y)});
                if (std::min(x, y) >= kFirst && std::max(x, y) <= kLast)
                    selected.push_back(y * kSide + x);
            }
        PointScene scene;
        scene.setPositions(points, points);
        scene.setOrder(shuffledOrder(kSide * kSide));
        scene.setLooks(
            std::make_shared<const std::vector<std::uint32_t>>(kSide * kSide, PointLook::pack(Qt::red, 0, false)));
        scene.setSelection(selected);
        Camera camera;
        camera.setSize({300, 300});
        camera.fit(scene.bounds(), 20);
        PointFrame frame = frameOf(camera);
        frame.style.radius = 4; // points are 6.7 apart
        frame.style.ring = false;
        const QRectF inside(camera.toWidget({kFirst + 1, kLast - 1}), camera.toWidget({kLast - 1, kFirst + 1}));
        RasterPainter painter;
        for (const bool resting : {false, true}) {
            while (resting && scene.advance(painter, frame, 2))
                ;
            scene.paint(painter, frame, resting);
            const QImage &picture = painter.picture();
            int within = 0, around = 0;
            for (int y = 0; y < picture.height(); ++y)
                for (int x = 0; x < picture.width(); ++x) {
                    const QColor colour = picture.pixelColor(x, y);
                    if (colour.blue() > std::max(colour.red(), colour.green()) + 60)
                        ++(inside.contains(QPointF(x + 0.5, y + 0.5)) ? within : around);
                }
            QCOMPARE(within, 0);
            QVERIFY2(around > 100, qPrintable(QString::number(around)));
            QCOMPARE(picture.pixelColor(camera.toWidget({20, 20}).toPoint()), QColor(Qt::red));
        }
    }

    void betweenUpdatesPointsAreOnTheirWay()
    {
        PointScene scene;
        scene.setPositions(std::make_shared<std::vector<float>>(std::vector<float>{0, 0}),
                           std::make_shared<std::vector<float>>(std::vector<float>{10, 4}));
        scene.setBlend(0.25f);
        QCOMPARE(scene.at(0), QPointF(2.5, 1));
        scene.setLooks(looksOf({}, 1, -1));
        scene.setOrder(shuffledOrder(1));
        Camera camera;
        camera.setSize({200, 100});
        camera.fit(QRectF(0, 0, 20, 10), 0);
        RasterPainter painter;
        scene.paint(painter, frameOf(camera), false);
        QVERIFY(painter.picture().pixelColor(25, 90) != QColor(Qt::white));
        QCOMPARE(painter.picture().pixelColor(100, 60), QColor(Qt::white));
    }

    void coloursSayWhatTheyAreMeantTo()
    {
        const Theme &theme = Theme::instance();
        ScatterColouring classes{.kind = ScatterColouring::Kind::Classes};
        for (int i = -1; i < 20; ++i)
            classes.classes.push_back(i);
        PointLooks looks = looksOf(classes, 21, -1);
        QCOMPARE(PointLook::colour((*looks)[1]), theme.classColour(0));
        QVERIFY(PointLook::faded((*looks)[0]));
        std::set<std::uint32_t> different(looks->begin() + 1, looks->begin() + 16);
        QCOMPARE(different.size(), std::size_t(15)); // colour and shape together tell classes apart
        for (int i = 0; i < 7; ++i)
            QCOMPARE(PointLook::shape((*looks)[i + 1]), 0);
        for (int i = 7; i < 15; ++i)
            QVERIFY(PointLook::shape((*looks)[i + 1]) != 0);
        QCOMPARE((*looks)[16], (*looks)[20]); // other
        looks = looksOf(classes, 21, 3);
        for (int i = 0; i < 20; ++i)
            QCOMPARE(PointLook::faded((*looks)[i + 1]), i != 3);

        ScatterColouring values{.kind = ScatterColouring::Kind::Values, .values = {2, 4, 3, kNan, -9}};
        values.smallest = 2, values.largest = 4;
        looks = looksOf(values, 5, -1);
        QCOMPARE(PointLook::colour((*looks)[0]), valueColour(0));
        QCOMPARE(PointLook::colour((*looks)[1]), valueColour(1));
        QCOMPARE(PointLook::colour((*looks)[2]), valueColour(0.5));
        QVERIFY(PointLook::faded((*looks)[3]));
        QCOMPARE((*looks)[4], (*looks)[0]);
        // Entries 0, 119 and 255 of the published table.
        QCOMPARE(cividis(0), QColor(0, 34, 78));
        QCOMPARE(cividis(119 / 255.0), QColor(117, 117, 117));
        QCOMPARE(cividis(1), QColor(254, 232, 56));
        // Evenly lighter from end to end: that is what makes cividis readable for everybody.
        for (int i = 1; i <= 20; ++i)
            QVERIFY(qGray(cividis(i / 20.0).rgb()) > qGray(cividis((i - 1) / 20.0).rgb()));
        // Neither end sinks into the ground.
        for (const Scheme scheme : {Scheme::Light, Scheme::Dark}) {
            Theme::instance().setScheme(scheme);
            for (const double end : {0.0, 1.0})
                QVERIFY(Theme::contrast(valueColour(end), theme.colours().surface) > 1.3);
        }
        Theme::instance().setScheme(Scheme::Light);
    }

    void labelsKeepOutOfEachOthersWay()
    {
        std::mt19937 random(9);
        std::uniform_real_distribution<double> x(0, 400), y(0, 300);
        std::vector<LabelWish> wishes;
        for (int i = 0; i < 120; ++i)
            wishes.push_back({{x(random), y(random)}, {60, 14}});
        const QRectF all(0, 0, 400, 300), legend(300, 0, 100, 120);
        const auto places = placeLabels(wishes, all, {legend});
        int shown = 0;
        for (std::size_t i = 0; i < places.size(); ++i) {
            if (!places[i])
                continue;
            ++shown;
            QVERIFY(all.contains(*places[i]) && !places[i]->intersects(legend));
            for (std::size_t j = 0; j < i; ++j)
                QVERIFY(!places[j] || !places[i]->intersects(*places[j]));
        }
        QVERIFY(shown > 20 && shown < 120);
        // What the user put there is shown in any case, within the view.
        const auto crowded = placeLabels({{{399, 5}, {80, 20}, 6, true}}, all, {all});
        QVERIFY(crowded[0] && all.contains(*crowded[0]));
    }

    void slidersGoThereAndBack_data()
    {
        QTest::addColumn<bool>("logarithmic");
        QTest::addColumn<bool>("whole");
        QTest::newRow("even") << false << false;
        QTest::newRow("logarithmic") << true << false;
        QTest::newRow("whole") << false << true;
    }
    void slidersGoThereAndBack()
    {
        QFETCH(bool, logarithmic);
        QFETCH(bool, whole);
        ScatterKnob knob{.id = "k", .smallest = 2, .largest = 200, .logarithmic = logarithmic, .whole = whole};
        QCOMPARE(knobPlace(knob, 2), 0.0);
        QCOMPARE(knobPlace(knob, 200), 1.0);
        QCOMPARE(knobValue(knob, 0.5), logarithmic ? 20.0 : 101.0);
        for (double value : {2.0, 17.0, 150.0})
            QVERIFY(std::fabs(knobValue(knob, knobPlace(knob, value)) - value) < 1e-9);
        if (whole)
            QCOMPARE(knobValue(knob, 0.2517), std::round(knobValue(knob, 0.2517)));
    }
};

QTEST_MAIN(ScatterPartsTest)
#include "scatter_parts_test.moc"
