// SPDX-License-Identifier: Apache-2.0
#include "engine/files/json_file.h"
#include "engine/training/measure_meanings.h"

#include <QDirIterator>
#include <QTest>

using namespace orrery;
using namespace orrery::training;

class MeasureMeaningsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyFigureOnACardIsExplained()
    {
        int figures = 0;
        QDirIterator cards(ORRERY_SOURCE_DIR "/resources/models", {"card.json"}, QDir::Files,
                           QDirIterator::Subdirectories);
        while (cards.hasNext())
            for (const JsonObject &measure : JsonObject::readFile(cards.next().toStdString()).objects("measures")) {
                const std::string name = measure.text("name");
                QVERIFY2(meaningOf(name), name.c_str());
                ++figures;
            }
        QVERIFY(figures > 50);
    }
    void familiesShareALine()
    {
        QCOMPARE(meaningOf("PNMI 50"), meaningOf("PNMI"));
        QCOMPARE(meaningOf("noun, best of 8"), meaningOf("noun"));
        QVERIFY(meaningOf("bits per unit, Kneser-Ney 5-gram") != meaningOf("bits per unit"));
        QVERIFY(meaningOf("phone error of the original") != meaningOf("phone error"));
        QVERIFY(!meaningOf("nounish"));
        QVERIFY(!meaningOf("nothing of that name"));
    }
    void linesAreShortAndNoneIsHidden()
    {
        for (const MeasureMeaning &meaning : kMeasureMeanings) {
            QVERIFY2(meaningOf(meaning.name) == &meaning, std::string(meaning.name).c_str());
            QVERIFY2(meaning.text.size() <= 90, std::string(meaning.text).c_str());
        }
    }
};

QTEST_APPLESS_MAIN(MeasureMeaningsTest)
#include "measure_meanings_test.moc"
