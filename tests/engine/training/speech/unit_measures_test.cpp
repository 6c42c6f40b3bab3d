// SPDX-License-Identifier: Apache-2.0
#include "engine/training/speech/unit_measures.h"

#include "engine/core/error.h"

#include <QtTest>

#include <cmath>

using namespace orrery;
using namespace orrery::speech;

class UnitMeasuresTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void unitsThatArePhonesSayEverything();
    void unitsWithoutAMeaningSayNothing();
    void aMixtureIsWorkedOutByHand();
    void editsAreCounted();
    void theNearestWordOfAnotherSpeakerCounts();
};

void UnitMeasuresTest::unitsThatArePhonesSayEverything()
{
    const PhoneMeasures measures = measurePhones({9, 9, 4, 4, 7, 1}, {0, 0, 1, 1, 2, -1});
    QCOMPARE(measures.phonePurity, 1.0);
    QCOMPARE(measures.clusterPurity, 1.0);
    QVERIFY(std::abs(measures.pnmi - 1) < 1e-12);
    QCOMPARE(measures.frames, std::size_t(5)); // the last one has no phone
}

void UnitMeasuresTest::unitsWithoutAMeaningSayNothing()
{
    const PhoneMeasures measures = measurePhones({0, 1, 0, 1}, {0, 0, 1, 1});
    QVERIFY(std::abs(measures.pnmi) < 1e-12);
    QCOMPARE(measures.phonePurity, 0.5);
    QCOMPARE(measurePhones({}, {}).pnmi, 0.0);
    QCOMPARE(measurePhones({1, 2}, {5, 5}).pnmi, 0.0); // one phone: there is nothing to be told
    QVERIFY_EXCEPTION_THROWN(measurePhones({1}, {1, 2}), Exception);
}

void UnitMeasuresTest::aMixtureIsWorkedOutByHand()
{
    // Unit 0: phones a a a b; unit 1: b b. I = Σ p log(p / (p_u p_p)), H = −½ log ½ · 2.
    const PhoneMeasures measures = measurePhones({0, 0, 0, 0, 1, 1}, {0, 0, 0, 1, 1, 1});
    const double information = 3 / 6.0 * std::log(3 / 6.0 / (4 / 6.0 * 0.5)) +
                               1 / 6.0 * std::log(1 / 6.0 / (4 / 6.0 * 0.5)) +
                               2 / 6.0 * std::log(2 / 6.0 / (2 / 6.0 * 0.5));
    QVERIFY(std::abs(measures.pnmi - information / std::log(2)) < 1e-12);
    QVERIFY(std::abs(measures.phonePurity - 5 / 6.0) < 1e-12);
    QVERIFY(std::abs(measures.clusterPurity - 5 / 6.0) < 1e-12);
}

void UnitMeasuresTest::editsAreCounted()
{
    QCOMPARE(editDistance({}, {}), std::size_t(0));
    QCOMPARE(editDistance({1, 2, 3}, {}), std::size_t(3));
    QCOMPARE(editDistance({11, 9, 20, 20, 5, 14}, {19, 9, 20, 20, 9, 14, 7}), std::size_t(3)); // kitten, sitting
    QCOMPARE(relativeDistance({1, 2, 3, 4}, {1, 3, 4}), 0.25);                                 // of the longer one
    QCOMPARE(relativeDistance({}, {1, 2}), 1.0);
    QCOMPARE(relativeDistance({}, {}), 0.0);
    QVERIFY((withoutRepeats({3, 3, 1, 1, 1, 3}) == std::vector<int>{3, 1, 3}));
}

void UnitMeasuresTest::theNearestWordOfAnotherSpeakerCounts()
{
    std::vector<SpokenWord> words{
        {{1, 1, 2, 3}, "one", "a"}, {{1, 2, 2, 3}, "one", "b"}, {{7, 8}, "two", "a"}, {{7, 8, 8}, "two", "b"}};
    QCOMPARE(nearestWordAccuracy(words), 1.0);
    words[3].units = {1,
                      2}; // b's "two" sounds like a's "one", and a's "two" like nothing b says: b's first word is taken
    QCOMPARE(nearestWordAccuracy(words), 0.5);
    words.resize(1);
    QCOMPARE(nearestWordAccuracy(words), 0.0); // nobody to compare with
}

QTEST_APPLESS_MAIN(UnitMeasuresTest)
#include "unit_measures_test.moc"
