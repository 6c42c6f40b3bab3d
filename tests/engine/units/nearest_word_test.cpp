// SPDX-License-Identifier: Apache-2.0
#include "engine/units/nearest_word.h"

#include <QtTest>

#include <cmath>

using namespace orrery::speech;

class NearestWordTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theNearestExampleDecides();
    void farFromEverythingIsNoneOfThese();
    void oneWordHasNoOther();
    void withoutExamplesThereIsNoAnswer();
};

void NearestWordTest::theNearestExampleDecides()
{
    NearestWord words;
    words.addExample(0, {1, 1, 2, 2, 3, 4});
    words.addExample(0, {9, 9, 8});
    words.addExample(1, {5, 6, 7, 8});
    words.addExample(2, {1, 2, 6, 7});
    const WordAnswer answer = words.decide({1, 2, 2, 3, 5}); // the last frame of each is another unit: a step in both
    QCOMPARE(answer.word, 0);
    QCOMPARE(answer.distance, 2.0 / (5 + 6));
    QCOMPARE(answer.next, 2); // two frames of each
    QCOMPARE(answer.nextDistance, 4.0 / (5 + 4));
    QCOMPARE(answer.margin(), 4.0 / 9 - 2.0 / 11);
    QCOMPARE(answer.all.size(), std::size_t(3));
    QCOMPARE(answer.all[2].word, 1);
    QCOMPARE(words.decide({1, 1, 1, 2, 3, 3, 3, 4}).distance, 0.0); // at whatever pace
}

void NearestWordTest::farFromEverythingIsNoneOfThese()
{
    NearestWord words;
    words.addExample(0, {1, 2, 3, 4});
    words.addExample(1, {1, 2, 8, 9});
    QCOMPARE(words.limit(), 0.5); // nothing is known yet of how far one word is from itself
    words.addExample(0, {1, 2, 3, 5});
    QCOMPARE(words.limit(), std::sqrt(0.25 * 0.5));
    const WordAnswer far = words.decide({1, 6, 6, 7, 0});
    QCOMPARE(far.word, -1);
    QCOMPARE(far.nearest, 0); // said all the same
    QCOMPARE(far.distance, 7.0 / (5 + 4));
    QCOMPARE(far.limit, words.limit());
    QCOMPARE(words.decide({1, 2, 3, 7}).word, 0);
    QCOMPARE(words.decide({1, 2, 7, 6}).word, -1); // half of it is something else
    NearestWord twins; // a recording that was dropped twice does not turn away whatever is not quite the same
    twins.addExample(0, {1, 2, 3, 4});
    twins.addExample(0, {1, 2, 3, 4});
    twins.addExample(1, {5, 6, 7, 8});
    QVERIFY(twins.limit() > 0.25);
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
    words.addExample(3, {1});
    QCOMPARE(words.decide({}).word, -1); // nothing was heard
    QCOMPARE(words.decide({}).distance, 1.0);
    words.addExample(0, {1});
    words.clear();
    QCOMPARE(words.examples(), std::size_t(0));
}

QTEST_APPLESS_MAIN(NearestWordTest)
#include "nearest_word_test.moc"
