// SPDX-License-Identifier: Apache-2.0
#include "engine/units/nearest_word.h"

#include "engine/units/unit_sequence.h"

#include <QtTest>

using namespace orrery::speech;

class NearestWordTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void distancesAreDividedByTheLonger();
    void theNearestExampleDecides();
    void farFromEverythingIsNoneOfThese();
    void oneWordHasNoOther();
    void withoutExamplesThereIsNoAnswer();
};

void NearestWordTest::distancesAreDividedByTheLonger()
{
    QCOMPARE(relativeDistance({1, 2, 3, 4}, {1, 3, 4}), 0.25);
    QCOMPARE(relativeDistance({1, 3, 4}, {1, 2, 3, 4}), 0.25);
    QCOMPARE(relativeDistance({}, {1, 2}), 1.0);
    QCOMPARE(relativeDistance({}, {}), 0.0);
}

void NearestWordTest::theNearestExampleDecides()
{
    NearestWord words;
    words.addExample(0, {1, 1, 2, 2, 3, 4});
    words.addExample(0, {9, 9, 8});
    words.addExample(1, {5, 6, 7, 8});
    words.addExample(2, {1, 2, 6, 7});
    const WordAnswer answer = words.decide({1, 2, 2, 3, 5}); // 1 2 3 5: one edit of four from 1 2 3 4
    QCOMPARE(answer.word, 0);
    QCOMPARE(answer.distance, 0.25);
    QCOMPARE(answer.next, 2); // 1 2 6 7: two of four
    QCOMPARE(answer.nextDistance, 0.5);
    QCOMPARE(answer.margin(), 0.25);
    QCOMPARE(answer.all.size(), std::size_t(3));
    QCOMPARE(answer.all[2].word, 1);
}

void NearestWordTest::farFromEverythingIsNoneOfThese()
{
    NearestWord words;
    words.addExample(0, {1, 2, 3, 4});
    words.addExample(1, {1, 2, 8, 9});
    QCOMPARE(words.limit(), 0.5); // nothing is known yet of how far one word is from itself
    words.addExample(0, {1, 2, 3, 5});
    QCOMPARE(words.limit(), (0.25 + (0.5 + 0.5) / 2) / 2);
    const WordAnswer far = words.decide({1, 6, 6, 7, 0});
    QCOMPARE(far.word, -1);
    QCOMPARE(far.nearest, 0); // said all the same
    QCOMPARE(far.distance, 0.75);
    QCOMPARE(far.limit, 0.375);
    QCOMPARE(words.decide({1, 2, 3, 7}).word, 0);
    QCOMPARE(words.decide({1, 2, 7, 6}).word, -1); // half of it is something else
}

void NearestWordTest::oneWordHasNoOther()
{
    NearestWord words;
    words.addExample(4, {1, 2});
    QCOMPARE(words.limit(), 1.0);
    const WordAnswer answer = words.decide({1, 3});
    QCOMPARE(answer.word, 4);
    QCOMPARE(answer.next, -1);
    QCOMPARE(words.decide({7, 8}).word, -1); // nothing in common
}

void NearestWordTest::withoutExamplesThereIsNoAnswer()
{
    NearestWord words;
    QCOMPARE(words.decide({1, 2}).word, -1);
    QCOMPARE(words.decide({1, 2}).nearest, -1);
    words.addExample(0, {1});
    words.clear();
    QCOMPARE(words.examples(), std::size_t(0));
}

QTEST_APPLESS_MAIN(NearestWordTest)
#include "nearest_word_test.moc"
