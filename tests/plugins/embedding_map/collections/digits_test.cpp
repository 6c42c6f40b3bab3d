// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/collections/digits_source.h"
#include "tests/plugins/embedding_map/collections/collection_support.h"

#include <QPainter>
#include <QSet>

#include <cmath>

using namespace orrery;
using namespace orrery::test;

class DigitsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyDigitComesInManyTypefaces();
    void digitsLieAsMnistHasThem();
    void theSameComputerMakesTheSamePoints();
    void theNearestOfAnotherTypefaceIsMostlyTheSameDigit();
    void cancellingSilencesIt();
    void whatWasLoadedIsKept();
};

static MapCollection digits()
{
    static const MapCollection made = [] {
        DigitsSource source;
        return Loader(source).load();
    }();
    return made;
}

void DigitsTest::everyDigitComesInManyTypefaces()
{
    const MapCollection all = digits();
    QCOMPARE(all.points->columns, 28 * 28);
    QCOMPARE(all.points->rows, 2000);
    QCOMPARE(all.names.size(), all.points->rows);
    QCOMPARE(all.facts.size(), 2);
    const RowFact &digit = all.facts[0];
    QVERIFY((digit.names == QStringList{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}));
    for (int value = 0; value < 10; ++value)
        QCOMPARE(std::int64_t(std::count(digit.classes.begin(), digit.classes.end(), value)), all.points->rows / 10);
    QVERIFY(all.facts[1].names.size() >= 2);
    for (const QString &family : all.facts[1].names)
        QVERIFY2(!family.contains("Emoji") && !family.contains("Symbol"), qPrintable(family));
    // For a person to look at.
    if (const QString folder = qEnvironmentVariable("ORRERY_TEST_PICTURES"); !folder.isEmpty()) {
        QImage sheet(60 * 28, 34 * 28, QImage::Format_RGB32);
        sheet.fill(Qt::white);
        QPainter painter(&sheet);
        for (int row = 0; row < std::min<int>(60 * 34, all.points->rows); ++row)
            painter.drawImage((row % 60) * 28, (row / 60) * 28, all.thumbnail(row));
        sheet.save(folder + "/digits.png");
    }
}

void DigitsTest::digitsLieAsMnistHasThem()
{
    const MapCollection all = digits();
    for (std::int64_t row = 0; row < all.points->rows; ++row) {
        double ink = 0, x = 0, y = 0;
        int left = 28, right = 0, top = 28, bottom = 0;
        for (int i = 0; i < 28 * 28; ++i) {
            const float value = all.points->values[std::size_t(row * 28 * 28 + i)];
            QVERIFY(value >= 0 && value <= 1);
            if (value > 0) {
                left = std::min(left, i % 28), right = std::max(right, i % 28);
                top = std::min(top, i / 28), bottom = std::max(bottom, i / 28);
            }
            ink += value, x += value * (i % 28 + 0.5), y += value * (i / 28 + 0.5);
        }
        const QByteArray name = all.names[row].toUtf8();
        QVERIFY2(ink > 10, name);
        QVERIFY2(std::hypot(x / ink - 14, y / ink - 14) < 0.6, name);
        const int longer = std::max(right - left, bottom - top) + 1;
        QVERIFY2(longer >= 18 && longer <= 22, name);
    }
    // Ink is dark on a thumbnail, whatever the numbers are.
    QVERIFY(qGray(all.thumbnail(0).pixel(0, 0)) == 255);
}

void DigitsTest::theSameComputerMakesTheSamePoints()
{
    DigitsSource again;
    QVERIFY(Loader(again).load().points->values == digits().points->values);
}

/// What the map is to show is there: a digit looks like itself in another typeface.
void DigitsTest::theNearestOfAnotherTypefaceIsMostlyTheSameDigit()
{
    const MapCollection all = digits();
    const RowFact &digit = all.facts[0], &family = all.facts[1];
    int same = 0, asked = 0;
    for (std::int64_t row = 0; row < all.points->rows; row += 7) {
        double least = 1e30;
        std::size_t nearest = 0;
        for (std::int64_t other = 0; other < all.points->rows; ++other) {
            if (family.classes[std::size_t(other)] == family.classes[std::size_t(row)])
                continue;
            double distance = 0;
            for (int i = 0; i < 28 * 28; ++i) {
                const double d =
                    all.points->values[std::size_t(row * 784 + i)] - all.points->values[std::size_t(other * 784 + i)];
                distance += d * d;
            }
            if (distance < least)
                least = distance, nearest = std::size_t(other);
        }
        ++asked;
        same += digit.classes[nearest] == digit.classes[std::size_t(row)] ? 1 : 0;
    }
    qInfo("%d of %d", same, asked);
    QVERIFY2(same >= asked * 8 / 10, qPrintable(QString("%1 of %2").arg(same).arg(asked)));
}

void DigitsTest::cancellingSilencesIt()
{
    DigitsSource source;
    Loader loader(source);
    loader.begin();
    source.load();
    source.cancel();
    QTest::qWait(300);
    QVERIFY(loader.parts.empty() && !loader.error);
    QVERIFY(loader.load().points != nullptr); // and it can be loaded afterwards
}

void DigitsTest::whatWasLoadedIsKept()
{
    DigitsSource source;
    Loader loader(source);
    const auto first = loader.load().points;
    QCOMPARE(loader.load().points.get(), first.get());
}

QTEST_MAIN(DigitsTest)
#include "digits_test.moc"
