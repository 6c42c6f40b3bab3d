// SPDX-License-Identifier: Apache-2.0
#include "engine/training/babble/kneser_ney.h"

#include "engine/core/error.h"

#include <QTest>

#include <cmath>

using namespace orrery;
using namespace orrery::training;

class KneserNeyTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void numbersAreThoseWorkedOutByHand();
    void probabilitiesAddUp();
    void moreContextHelps();
    void whatWasNeverSeenIsPossible();
    void tooManyTokensAreRefused();
};

/// Sentences "a b" and "a" with ends around: pairs ·a twice, ab, b·, a· once each, so D₂ = 3 / (3 + 2). Before a, b and
/// the end stood 1, 1 and 2 different tokens, so D₁ = 2 / (2 + 2).
void KneserNeyTest::numbersAreThoseWorkedOutByHand()
{
    KneserNey model(2, 2);
    const std::vector<int> both{0, 1}, one{0};
    model.add(both);
    model.add(one);
    model.finish();
    QCOMPARE(model.discount(2), 0.6);
    QCOMPARE(model.discount(1), 0.5);
    // Alone: (1 − ½ + ½ · 3 · ⅓) / 4 for a and b, (2 − ½ + ½) / 4 for the end.
    QCOMPARE(model.probability(one, 1), (1 - 0.6 + 0.6 * 2 * 0.25) / 2);
    QCOMPARE(model.probability(one, model.end()), (1 - 0.6 + 0.6 * 2 * 0.5) / 2);
    QCOMPARE(model.probability(one, 0), 0.6 * 2 * 0.25 / 2);
    QCOMPARE(model.probability({}, 0), (2 - 0.6 + 0.6 * 1 * 0.25) / 2);
    QCOMPARE(model.bits(one), -std::log2(0.775) - std::log2(0.5));
}

void KneserNeyTest::probabilitiesAddUp()
{
    KneserNey model(7, 5);
    unsigned state = 1;
    for (int s = 0; s < 40; ++s) {
        std::vector<int> sentence;
        for (int i = 0; i < 20; ++i) {
            state = state * 1664525U + 1013904223U;
            sentence.push_back(int((state >> 20) % 7 * ((state >> 12) % 2)));
        }
        model.add(sentence);
    }
    model.finish();
    for (const std::vector<int> &history : {std::vector<int>{}, {1}, {0, 0, 3}, {6, 6, 6, 6}, {2, 1, 0, 5, 4, 3, 2}}) {
        double sum = 0;
        for (int token = 0; token <= 7; ++token) {
            const double share = model.probability(history, token);
            QVERIFY(share > 0 && share < 1);
            sum += share;
        }
        QVERIFY2(std::abs(sum - 1) < 1e-12, qPrintable(QString::number(sum, 'g', 17)));
    }
}

void KneserNeyTest::moreContextHelps()
{
    // After "1 0" comes 2, after "3 0" comes 4: pairs cannot tell, threes can.
    const std::vector<int> sentence{1, 0, 2, 3, 0, 4, 1, 0, 2, 3, 0, 4, 5};
    KneserNey two(6, 2), five(6, 5);
    for (KneserNey *model : {&two, &five}) {
        for (int i = 0; i < 20; ++i)
            model->add(sentence);
        model->finish();
    }
    const std::vector<int> history{5, 5, 1, 0};
    QVERIFY(five.probability(history, 2) > 0.5);
    QVERIFY(two.probability(history, 2) < 0.55);
    QVERIFY(five.bits(sentence) < 0.5 * two.bits(sentence));
}

void KneserNeyTest::whatWasNeverSeenIsPossible()
{
    KneserNey model(100, 5);
    model.add(std::vector<int>{1, 2, 3});
    model.finish();
    const double bits = model.bits(std::vector<int>{99, 98, 97, 96});
    QVERIFY(std::isfinite(bits) && bits > 20);
}

void KneserNeyTest::tooManyTokensAreRefused()
{
    QVERIFY_EXCEPTION_THROWN(KneserNey(1 << 14, 5), Exception);
    QVERIFY_EXCEPTION_THROWN(KneserNey(0, 5), Exception);
    KneserNey model(4, 5);
    QVERIFY_EXCEPTION_THROWN(model.add(std::vector<int>{4}), Exception);
    QVERIFY_EXCEPTION_THROWN(model.add(std::vector<int>{-1}), Exception);
}

QTEST_GUILESS_MAIN(KneserNeyTest)
#include "kneser_ney_test.moc"
