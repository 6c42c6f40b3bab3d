// SPDX-License-Identifier: Apache-2.0
#include "engine/models/dalle/token_lottery.h"

#include "engine/core/error.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace orrery;
using namespace orrery::dalle;

class TokenLotteryTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void ticketsFallByShare();
    void coldTakesTheLikeliest();
    void whatGoesOnKeepsItsOdds();
    void onlyTheLikeliestAreDrawnFrom();
    void entropyIsThatOfTheDistribution();
    void everyTicketWins();
    void whatIsNoNumberIsRefused();

private:
    /// Shares 1/2, 1/4, 1/8, 1/8, in another order.
    const std::vector<float> m_logits{std::log(0.125f), std::log(0.5f), std::log(0.125f), std::log(0.25f)};
};

void TokenLotteryTest::ticketsFallByShare()
{
    std::vector<int> times(4);
    for (int i = 0; i < 800; ++i)
        ++times[static_cast<std::size_t>(drawToken(m_logits, {}, i / 800.0).token)];
    QVERIFY(std::abs(times[1] - 400) <= 1 && std::abs(times[3] - 200) <= 1);
    QVERIFY(std::abs(times[0] - 100) <= 1 && std::abs(times[2] - 100) <= 1);
    QVERIFY(std::abs(logShare(m_logits, 3) - std::log(0.25)) < 1e-6);
}

void TokenLotteryTest::coldTakesTheLikeliest()
{
    for (const double ticket : {0.0, 0.6, 0.999999}) {
        const generate::TokenLook look = drawToken(m_logits, {.temperature = 0}, ticket);
        QCOMPARE(look.token, 1);
        QCOMPARE(look.entropy, 0.0);
    }
    // Warmer is flatter: at temperature 2, shares go with their square roots.
    const generate::TokenLook warm = drawToken(m_logits, {.temperature = 2}, 0);
    QVERIFY(std::abs(warm.alternatives[0].probability / warm.alternatives[1].probability - std::sqrt(2.0)) < 1e-5);
}

void TokenLotteryTest::whatGoesOnKeepsItsOdds()
{
    const auto shareOf = [&](int token, double temperature, int before) {
        const generate::TokenLook look = drawToken(m_logits, {.temperature = temperature}, 0, before);
        for (const generate::Alternative &choice : look.alternatives)
            if (choice.token == token)
                return choice.probability;
        return -1.0;
    };
    // Colder, token 1 again would become likelier and likelier; it stays at one half, and the others sharpen.
    QVERIFY(shareOf(1, 0.5, -1) > 0.7);
    for (const double temperature : {0.9, 0.5, 0.1})
        QVERIFY(std::abs(shareOf(1, temperature, 1) - 0.5) < 1e-6);
    QVERIFY(std::abs(shareOf(3, 0.5, 1) - 0.5 * 4 / 6) < 1e-6); // shares 4 : 1 : 1 of what is left
    // So does an unlikely one, which would go away.
    QVERIFY(shareOf(0, 0.1, -1) < 1e-5 && std::abs(shareOf(0, 0.1, 0) - 0.125) < 1e-6);
    QVERIFY(std::abs(shareOf(1, 2, 1) - shareOf(1, 2, -1)) < 1e-9); // warmer is warmer throughout
    QCOMPARE(drawToken(m_logits, {.temperature = 0}, 0.9, 0).token, 1);
    // What is drawn is what is said: also where the order is another than that of the scores.
    int times = 0;
    for (int i = 0; i < 800; ++i)
        times += drawToken(m_logits, {.temperature = 0.1}, i / 800.0, 0).token == 0 ? 1 : 0;
    QVERIFY(std::abs(times - 100) <= 1);
    QCOMPARE(drawToken(m_logits, {.temperature = 0.5, .topK = 2}, 0.99, 0).token, 3); // left out, and not brought back
}

void TokenLotteryTest::onlyTheLikeliestAreDrawnFrom()
{
    const generate::TokenLook two = drawToken(m_logits, {.topK = 2}, 0.99);
    QCOMPARE(two.token, 3);
    QCOMPARE(two.alternatives.size(), std::size_t(2));
    QVERIFY(std::abs(two.alternatives[0].probability - 2.0 / 3) < 1e-6);
    const generate::TokenLook nucleus = drawToken(m_logits, {.topP = 0.7}, 0.99);
    QCOMPARE(nucleus.token, 3);
    QCOMPARE(nucleus.alternatives.size(), std::size_t(2));
    QCOMPARE(drawToken(m_logits, {.topP = 0}, 0.99).token, 1); // one is always left
    QCOMPARE(drawToken(m_logits, {.topK = 100}, 0.99).alternatives.size(), std::size_t(4));
}

void TokenLotteryTest::entropyIsThatOfTheDistribution()
{
    QVERIFY(std::abs(drawToken(m_logits, {}, 0).entropy - 1.75) < 1e-6); // 1/2·1 + 1/4·2 + 2·1/8·3 bits
    const std::vector<float> even(8, 0.5f);
    QVERIFY(std::abs(drawToken(even, {}, 0).entropy - 3) < 1e-9);
}

void TokenLotteryTest::everyTicketWins()
{
    std::vector<float> steep(1000);
    for (std::size_t i = 0; i < steep.size(); ++i)
        steep[i] = -static_cast<float>(i);
    for (const double ticket : {0.0, 0.5, 1.0 - 1e-16}) {
        const int token = drawToken(steep, {}, ticket).token;
        QVERIFY(token >= 0 && token < 1000);
    }
}

void TokenLotteryTest::whatIsNoNumberIsRefused()
{
    constexpr float kNot = std::numeric_limits<float>::quiet_NaN(), kNever = -HUGE_VALF;
    for (const std::vector<float> &logits :
         {std::vector<float>{1, kNot, 0}, {HUGE_VALF, 0}, {kNever, kNever}, {kNot}, {}}) {
        try {
            drawToken(logits, {}, 0.5);
            QFAIL("a token was drawn");
        } catch (const Exception &problem) {
            QVERIFY2(QString(problem.what()).contains("weights are damaged"), problem.what());
        }
    }
    QCOMPARE(drawToken(std::vector<float>{kNever, 0, kNever}, {}, 0.5).token, 1); // excluded ones are usual
}

QTEST_GUILESS_MAIN(TokenLotteryTest)
#include "token_lottery_test.moc"
