// SPDX-License-Identifier: Apache-2.0
#include "widgets/matrix/matrix_view.h"
#include "widgets/matrix/signed_colours.h"
#include "widgets/ranking/ranked_panel.h"
#include "widgets/ranking/unknown_words_bar.h"
#include "widgets/theme/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

#include <cmath>

using namespace orrery;

class RankingTest : public QObject
{
    Q_OBJECT

    static Ranking small()
    {
        Ranking ranking;
        ranking.entries = {{QStringLiteral("fox"), 0.93, 0.42},
                           {QStringLiteral("wolf"), 0.05, 0.31},
                           {QStringLiteral("cat"), 0.02, -0.11}};
        return ranking;
    }

private Q_SLOTS:
    void initTestCase() { Theme::instance().apply(*qApp); }

    void numbersAreWrittenAsExactlyAsTheyAreWorth()
    {
        const QString space(QChar(0x00A0));
        QCOMPARE(shareText(0.93), QStringLiteral("93") + space + u'%');
        QCOMPARE(shareText(0.042), QStringLiteral("4.2") + space + u'%');
        QCOMPARE(shareText(0.00001), QStringLiteral("<0.1") + space + u'%');
        QCOMPARE(shareText(0.9999), QStringLiteral(">99") + space + u'%');
        QCOMPARE(shareText(1), QStringLiteral("100") + space + u'%');
        QCOMPARE(cosineText(0.3123), QStringLiteral("0.312"));
        QCOMPARE(cosineText(-0.041), QString(QChar(0x2212)) + QStringLiteral("0.041"));
        QCOMPARE(cosineText(-0.0001), QStringLiteral("0.000"));
    }

    void theHeadingNamesRankAndShareAndNeverConfidence()
    {
        Ranking ranking = small();
        QCOMPARE(headingText(ranking, 0).replace(QChar(0x00A0), u' '),
                 QStringLiteral("fox · rank 1 of 3 · 93 % share among these 3"));
        ranking.measure = Ranking::Measure::CosineOnly;
        QCOMPARE(headingText(ranking, 1), QStringLiteral("wolf · rank 2 of 3 · cosine 0.310"));
        for (const auto measure :
             {Ranking::Measure::Share, Ranking::Measure::Independent, Ranking::Measure::CosineOnly}) {
            ranking.measure = measure;
            const QString all = headingText(ranking, 0) + shareExplanation(ranking, 0) + cosineExplanation(ranking, 0);
            QVERIFY(!all.contains(QStringLiteral("confiden"), Qt::CaseInsensitive));
        }
    }

    void rowsGlideToTheirNewOrder()
    {
        RankedPanel panel;
        panel.resize(500, 400);
        Theme::instance().setMotion(true);
        panel.setRanking(small());
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        Ranking turned = small();
        std::reverse(turned.entries.begin(), turned.entries.end());
        panel.setRanking(turned);
        QVERIFY(panel.list()->isMoving());
        // Text, rows and screen readers know the new order at once; only the picture is on its way.
        QCOMPARE(panel.answer(), QStringLiteral("cat"));
        QCOMPARE(panel.list()->model()->index(2, 0).data().toString(), QStringLiteral("fox"));
        QTRY_VERIFY(!panel.list()->isMoving());
        Theme::instance().setMotion(false);
        panel.setRanking(small());
        QVERIFY(!panel.list()->isMoving());
        QCOMPARE(panel.answer(), QStringLiteral("fox"));
    }

    void namesThatLeaveTheListAreNotPaintedOnTheirWay()
    {
        Theme::instance().setMotion(true);
        Ranking many;
        for (int i = 0; i < 100; ++i)
            many.entries.append({QStringLiteral("name %1").arg(i), 0.01, 0.5 - i * 0.001});
        RankedPanel panel;
        panel.resize(500, 400);
        panel.setRanking(many);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        panel.setRanking(small());
        QVERIFY(panel.list()->isMoving());
        panel.list()->grab(); // paints in the middle of the motion
        QTRY_VERIFY(!panel.list()->isMoving());
        panel.setRanking(many);
        panel.list()->grab();
        QTRY_VERIFY(!panel.list()->isMoving());
        Theme::instance().setMotion(false);
        QCOMPARE(panel.list()->model()->rowCount(), 100);
    }

    void rowsMoveCloserWhereThatShowsAllOfThem()
    {
        Ranking six;
        for (int i = 0; i < 6; ++i)
            six.entries.append({QStringLiteral("name %1").arg(i), 0.1, 0.5 - i * 0.1});
        RankedList list;
        list.setRanking(six);
        list.resize(400, 300);
        list.show();
        QVERIFY(QTest::qWaitForWindowExposed(&list));
        QCOMPARE(list.rowHeight(), 32);
        list.resize(400, 165);
        QTRY_COMPARE(list.verticalScrollBar()->maximum(), 0);
        QVERIFY(list.rowHeight() >= 24 && list.rowHeight() < 32);
        QTRY_COMPARE(list.visualRect(list.model()->index(5, 0)).bottom() + 1, 6 * list.rowHeight());
        QCOMPARE(list.indexAt(list.tickRect(5).center()).row(), 5); // what is painted is what is clicked
        list.resize(400, 100);                                      // too low for that: scrolling, and rows as usual
        QCOMPARE(list.rowHeight(), 32);
        QTRY_VERIFY(list.verticalScrollBar()->maximum() > 0);
    }

    void theKeyboardStaysOnItsName()
    {
        RankedList list;
        list.setRanking(small());
        list.setCurrentIndex(list.model()->index(1, 0)); // wolf
        Ranking turned = small();
        std::swap(turned.entries[0], turned.entries[1]);
        list.setRanking(turned);
        QCOMPARE(list.currentIndex().row(), 0);
        QCOMPARE(list.currentIndex().data().toString(), QStringLiteral("wolf"));
    }

    void theTickIsSaidNotDecided()
    {
        RankedPanel panel;
        panel.resize(500, 400);
        panel.setRanking(small());
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QSignalSpy chosen(&panel, &RankedPanel::trueLabelChosen);
        QTest::mouseClick(panel.list()->viewport(), Qt::LeftButton, {}, panel.list()->tickRect(1).center());
        QCOMPARE(chosen.takeFirst().first().toString(), QStringLiteral("wolf"));
        QCOMPARE(panel.trueLabel(), QString()); // the caller, with its undo, decides
        panel.setTrueLabel(QStringLiteral("wolf"));
        QVERIFY(panel.heading().startsWith(QStringLiteral("✓ wolf · rank 2 of 3")));
        QTest::keyClick(panel.list(), Qt::Key_Space); // on wolf: takes the tick away
        QCOMPARE(chosen.takeFirst().first().toString(), QString());
        panel.setTrueLabel(QStringLiteral("owl"));
        QVERIFY(panel.heading().contains(QStringLiteral("not among these 3 names")));
        const QString spoken = panel.list()->model()->index(1, 0).data(Qt::AccessibleTextRole).toString();
        QVERIFY2(spoken.contains(QStringLiteral("rank 2 of 3")) && spoken.contains(QStringLiteral("cosine")),
                 qPrintable(spoken));
    }

    void tenThousandNamesPaintOnlyWhatIsSeen()
    {
        Ranking ranking;
        for (int i = 0; i < 10000; ++i)
            ranking.entries.append({QStringLiteral("name %1").arg(i), 1.0 / 10000, 0.9 - i * 0.0001});
        RankedPanel panel;
        panel.resize(500, 400);
        panel.setRanking(ranking);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QCOMPARE(panel.list()->model()->rowCount(), 10000);
        panel.list()->scrollToBottom();
        const int visible = panel.list()->viewport()->height() / panel.list()->rowHeight() + 2;
        QVERIFY(panel.list()->tickRect(9999).bottom() <=
                panel.list()->viewport()->height() + panel.list()->rowHeight());
        QVERIFY(panel.list()->tickRect(9999 - visible).bottom() < 0);
        QVERIFY(panel.heading().contains(QStringLiteral("rank 1 of 10000")));
    }

    void rowsAndTablesAreCopied()
    {
        RankedPanel panel;
        panel.setRanking(small());
        panel.list()->setCurrentIndex(panel.list()->model()->index(0, 0));
        QTest::keyClick(panel.list(), Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("1\tfox\t0.930000\t0.420000"));
        const QStringList lines = rankingTable(small(), QStringLiteral("wolf")).split(u'\n', Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 4);
        QVERIFY(lines[2].endsWith(QStringLiteral("✓")));
        QVERIFY(!lines[1].endsWith(QStringLiteral("✓")));
    }

    void unknownWordsOfferTheNearestKnownOnes()
    {
        UnknownWordsBar bar;
        bar.setWords({QStringLiteral("zorgle")}, {{QStringLiteral("zebra"), QStringLiteral("lion")}});
        const QList<QPushButton *> buttons = bar.findChildren<QPushButton *>();
        QCOMPARE(buttons.size(), 2);
        QSignalSpy chosen(&bar, &UnknownWordsBar::replacementChosen);
        buttons[1]->click();
        QCOMPARE(chosen.front(), QVariantList({QStringLiteral("zorgle"), QStringLiteral("lion")}));
        bar.setWords({}, {});
        QVERIFY(bar.isHidden());
    }

    void signedColoursRunFromBlueOverWhiteToOrange()
    {
        QCOMPARE(signedColour(0), QColor::fromRgbF(1, 1, 1));
        QVERIFY(signedColour(-1).blue() > signedColour(-1).red());
        QVERIFY(signedColour(1).red() > signedColour(1).blue());
        QCOMPARE(signedColour(5), signedColour(1));
        for (int i = -10; i <= 10; ++i) {
            const QColor ground = signedColour(i / 10.0);
            QVERIFY2(Theme::contrast(ground, readableOn(ground)) >= 4.5, qPrintable(QString::number(i / 10.0)));
        }
    }

    void matrixCellsAreReadOut()
    {
        MatrixView view;
        SignedMatrix matrix;
        matrix.rows = {QStringLiteral("fox"), QStringLiteral("broken")};
        matrix.thumbnails = {QImage(), QImage()};
        matrix.columns = {QStringLiteral("a fox"), QStringLiteral("a cat")};
        matrix.values = {{0.31, -0.2}, {}};
        matrix.errors = {QString(), QStringLiteral("the file is damaged")};
        view.setMatrix(matrix);
        view.table()->setCurrentIndex(view.model().index(0, 0));
        QCOMPARE(view.readOut(), QStringLiteral("fox × a fox: cosine 0.310"));
        QTest::keyClick(view.table(), Qt::Key_Right);
        QCOMPARE(view.readOut(), QStringLiteral("fox × a cat: cosine ") + cosineText(-0.2));
        QTest::keyClick(view.table(), Qt::Key_Down);
        QCOMPARE(view.readOut(), QStringLiteral("broken: the file is damaged"));
        QVERIFY(std::isnan(view.model().value(1, 1)));
        QCOMPARE(view.model().limit(), 0.4);
    }
};

QTEST_MAIN(RankingTest)
#include "ranking_test.moc"
