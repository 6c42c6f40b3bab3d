// SPDX-License-Identifier: Apache-2.0
// The timeline as its user sees it, with OpenGL where there is one and by QPainter.
#include "widgets/imgui/open_gl.h"
#include "widgets/theme/theme.h"
#include "widgets/timeline/timeline_view.h"
#include "widgets/timeline/unit_colours.h"

#include <QApplication>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include <cmath>

using namespace orrery;

namespace {

/// Two seconds: a tone, then silence.
std::shared_ptr<const std::vector<float>> sound()
{
    auto samples = std::make_shared<std::vector<float>>(2 * SoundTrack::kRate);
    for (int i = 0; i < SoundTrack::kRate; ++i)
        (*samples)[std::size_t(i)] = float(0.5 * std::sin(2 * 3.14159265 * 1000 * i / SoundTrack::kRate));
    return samples;
}

/// Unit 3 for the first second, then 8, then 3 again for the last tenth.
UnitTrack units()
{
    std::vector<int> all(50, 3);
    all.insert(all.end(), 45, 8);
    all.insert(all.end(), 5, 3);
    return UnitTrack(all, 20, 10);
}

bool near(const QColor &a, const QColor &b)
{
    return std::abs(a.red() - b.red()) + std::abs(a.green() - b.green()) + std::abs(a.blue() - b.blue()) < 30;
}

} // namespace

class TimelineViewTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        Theme::instance().apply(*qApp);
        Theme::instance().setMotion(false);
    }
    void initTestCase_data()
    {
        QTest::addColumn<bool>("openGl");
        QTest::addRow("QPainter") << false;
        if (openGlWorks())
            QTest::addRow("OpenGL") << true;
    }
    void init()
    {
        QFETCH_GLOBAL(bool, openGl);
        qunsetenv("ORRERY_NO_OPENGL");
        qunsetenv("ORRERY_SOFTWARE_OPENGL");
        qputenv(openGl ? "ORRERY_SOFTWARE_OPENGL" : "ORRERY_NO_OPENGL", "1");
        m_view = std::make_unique<TimelineView>();
        m_view->resize(800, 300);
        m_view->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
        m_view->setSound(sound());
        m_view->setUnits(units());
        QTRY_COMPARE(m_view->spectrogramColumns(), std::int64_t(400));
    }
    void cleanup() { m_view.reset(); }

    void everythingStandsAtItsTime()
    {
        QFETCH_GLOBAL(bool, openGl);
        QCOMPARE(m_view->usesOpenGl(), openGl);
        QCOMPARE(m_view->viewBegin(), 0.0);
        QCOMPARE(m_view->viewEnd(), 2.0);
        const QImage picture = grab();
        const auto at = [&](const QRectF &rect, double seconds, double part) {
            const QPointF p(m_view->xAt(seconds), rect.top() + rect.height() * part);
            return picture.pixelColor((p * m_view->devicePixelRatioF()).toPoint());
        };
        const QRectF ribbon = m_view->ribbonRect();
        QVERIFY(near(at(ribbon, 0.3, 0.15), unitColour(3)));
        QVERIFY(near(at(ribbon, 1.3, 0.15), unitColour(8)));
        QVERIFY(near(at(ribbon, 1.96, 0.15), unitColour(3)));
        // The tone is a bright line at 1 kHz; silence is dark, and flat in the waveform.
        const QRectF spectrogram = m_view->spectrogramRect();
        QVERIFY(brightest(picture, spectrogram, 0.5) > 200);
        QVERIFY(brightest(picture, spectrogram, 1.5) < 20);
        const QColor accent = Theme::instance().colours().accent;
        QVERIFY(near(at(m_view->waveformRect(), 0.5, 0.3), accent));
        QVERIFY(!near(at(m_view->waveformRect(), 1.5, 0.3), accent));
    }

    void wordsStandUnderTheRibbonAtTheirTime()
    {
        QVERIFY(m_view->wordsRect().isEmpty());
        const double ribbonTop = m_view->ribbonRect().top();
        m_view->setWords({{0.25, QStringLiteral("iː")}, {0.26, QStringLiteral("no room")}, {1.5, QStringLiteral("s")}});
        const QRectF words = m_view->wordsRect();
        QVERIFY(words.height() > 10 && m_view->ribbonRect().top() < ribbonTop);
        QVERIFY(std::fabs(m_view->ribbonRect().bottom() - words.top()) < 1);
        const QImage picture = grab();
        const auto written = [&](double from, double to) { // pixels in the colour of words
            const double dpr = m_view->devicePixelRatioF();
            int count = 0;
            for (double x = m_view->xAt(from) * dpr; x < m_view->xAt(to) * dpr; ++x)
                for (double y = (words.top() + 4) * dpr; y < words.bottom() * dpr - 1; ++y)
                    count += near(picture.pixelColor(int(x), int(y)), Theme::instance().colours().text);
            return count;
        };
        QVERIFY(written(0.22, 0.28) > 0);
        QVERIFY(written(1.47, 1.53) > 0);
        QCOMPARE(written(0.31, 1.45), 0); // what has no room is not written over the next
        QVERIFY(m_view->accessibleDescription().contains(QStringLiteral("read as: iː no room s")));
        m_view->setSound(sound());
        QVERIFY(m_view->words().empty() && m_view->wordsRect().isEmpty());
    }

    void whatIsNotSettledIsHatched()
    {
        const auto share = [this](double from, double to) { // of pixels that have the unit's own colour
            const QImage picture = grab();
            const QRectF ribbon = m_view->ribbonRect();
            const double dpr = m_view->devicePixelRatioF();
            int own = 0, all = 0;
            for (double x = m_view->xAt(from); x < m_view->xAt(to); ++x)
                for (double y = ribbon.top() + 2; y < ribbon.center().y() - 10; ++y, ++all)
                    own += near(picture.pixelColor(int(x * dpr), int(y * dpr)), unitColour(8));
            return double(own) / all;
        };
        QVERIFY(share(1.2, 1.8) > 0.95);
        UnitTrack open = units();
        for (int frame = 50; frame < 95; ++frame)
            open.put(frame, 8, false);
        m_view->setUnits(open);
        const double hatched = share(1.2, 1.8);
        QVERIFY2(hatched > 0.2 && hatched < 0.8, qPrintable(QString::number(hatched)));
        for (int frame = 50; frame < 95; ++frame)
            m_view->putUnit(frame, 8, true);
        QVERIFY(share(1.2, 1.8) > 0.95);
    }

    void theWheelZoomsAboutThePointerAndDraggingPans()
    {
        const double under = m_view->secondsAt(600);
        QWheelEvent wheel({600, 100}, m_view->mapToGlobal(QPointF(600, 100)), {}, {0, 720}, Qt::NoButton,
                          Qt::NoModifier, Qt::NoScrollPhase, false);
        QApplication::sendEvent(m_view.get(), &wheel);
        QVERIFY(m_view->viewEnd() - m_view->viewBegin() < 1);
        QVERIFY(std::fabs(m_view->secondsAt(600) - under) < 1e-6);
        const double begin = m_view->viewBegin();
        QTest::mousePress(m_view.get(), Qt::LeftButton, {}, {400, 100});
        QTest::mouseMove(m_view.get(), {450, 100});
        QTest::mouseMove(m_view.get(), {500, 100});
        QTest::mouseRelease(m_view.get(), Qt::LeftButton, {}, {500, 100});
        QVERIFY(m_view->viewBegin() < begin);
        m_view->fit();
        QCOMPARE(m_view->viewEnd(), 2.0);
    }

    void clicksSeekAndChooseUnits()
    {
        QSignalSpy seek(m_view.get(), &TimelineView::seekWanted), unit(m_view.get(), &TimelineView::unitClicked);
        QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, m_view->waveformRect().center().toPoint());
        QCOMPARE(seek.size(), 1);
        QVERIFY(std::fabs(seek[0][0].toDouble() - 1) < 0.01);
        QTest::mouseClick(m_view.get(), Qt::LeftButton, {},
                          {int(m_view->xAt(1.5)), int(m_view->ribbonRect().center().y())});
        QCOMPARE(unit.size(), 1);
        QCOMPARE(unit[0][0].toInt(), 8);
    }

    void theKeyboardWalksAlongTheUnits()
    {
        QSignalSpy unit(m_view.get(), &TimelineView::unitClicked);
        m_view->setFocus();
        QTest::keyClick(m_view.get(), Qt::Key_Right);
        QVERIFY(m_view->accessibleDescription().startsWith(QLatin1String("Unit 3 at")));
        QTest::keyClick(m_view.get(), Qt::Key_Right);
        QVERIFY(m_view->accessibleDescription().startsWith(QLatin1String("Unit 8 at")));
        QTest::keyClick(m_view.get(), Qt::Key_Return);
        QCOMPARE(unit.size(), 1);
        QCOMPARE(unit[0][0].toInt(), 8);
        QTest::keyClick(m_view.get(), Qt::Key_Plus);
        QVERIFY(m_view->viewEnd() - m_view->viewBegin() < 1.5);
        QTest::keyClick(m_view.get(), Qt::Key_0);
        QCOMPARE(m_view->viewEnd() - m_view->viewBegin(), 2.0);
    }

    void aStreamScrollsUntilItIsMovedAway()
    {
        m_view->startStream(20, 10);
        const std::vector<float> piece(1600, 0.1f);
        for (int i = 0; i < 100; ++i)
            m_view->append(piece.data(), piece.size());
        m_view->putUnit(0, 5, false);
        QVERIFY(m_view->streaming() && m_view->following());
        QTRY_VERIFY(m_view->viewEnd() > 9.5);
        QVERIFY(m_view->viewEnd() <= 10.0 + 1e-9);
        QVERIFY(!m_view->units().at(0).settled);
        QTest::keyClick(m_view.get(), Qt::Key_Left, Qt::ShiftModifier);
        QVERIFY(!m_view->following());
        QTest::keyClick(m_view.get(), Qt::Key_End);
        QVERIFY(m_view->following());
        m_view->endStream();
        QVERIFY(!m_view->streaming());
    }

    void aLongStreamKeepsTheNewest()
    {
        m_view->hide(); // nobody looks
        m_view->startStream(20, 10);
        const std::vector<float> piece(SoundTrack::kRate, 0.1f);
        for (int second = 0; second < 400; ++second) {
            m_view->append(piece.data(), piece.size());
            for (int i = 0; i < 50; ++i)
                m_view->putUnit(second * 50 + i, i, true);
        }
        const double kept = m_view->sound().endSeconds() - double(m_view->sound().first()) / SoundTrack::kRate;
        QVERIFY(kept >= TimelineView::kMostSeconds && kept < 2 * TimelineView::kMostSeconds);
        QVERIFY(m_view->units().end() - m_view->units().first() < 2 * TimelineView::kMostSeconds * 50);
        QCOMPARE(m_view->units().end(), std::int64_t(20'000));
        QVERIFY(m_view->spectrogramColumns() < 2 * TimelineView::kMostSeconds * 200);
    }

private:
    QImage grab()
    {
        m_view->repaint();
        return m_view->grab().toImage();
    }
    int brightest(const QImage &picture, const QRectF &rect, double seconds)
    {
        int most = 0;
        const double dpr = m_view->devicePixelRatioF();
        // Beside the words at the left edge.
        for (double y = rect.top() + 1; y < rect.bottom() - 1; ++y)
            most = std::max(most, qGray(picture.pixel(int(m_view->xAt(seconds) * dpr), int(y * dpr))));
        return most;
    }

    std::unique_ptr<TimelineView> m_view;
};

QTEST_MAIN(TimelineViewTest)
#include "timeline_view_test.moc"
