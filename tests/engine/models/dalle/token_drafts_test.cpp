// SPDX-License-Identifier: Apache-2.0
#include "engine/models/dalle/token_drafts.h"

#include <ATen/ATen.h>

#include <QTest>

#include <cmath>

using namespace orrery;
using namespace orrery::dalle;

class TokenDraftsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theFirstIsWhatOneAloneWouldBe();
    void theLikeliestIsTheBest();
    void keptTokensAreThoseOfAll();

private:
    static constexpr int kCodes = 50, kPlaces = 12;
    /// The same scores for every draft, other ones at every place.
    static at::Tensor scores(int place, int drafts)
    {
        return Generator(3, static_cast<std::uint64_t>(place)).normal({1, kCodes}).repeat({drafts, 1});
    }
    static TokenDrafts written(int count, std::vector<int> kept = {})
    {
        TokenDrafts drafts(11, count, {}, std::move(kept));
        for (int place = 0; place < kPlaces; ++place)
            drafts.draw(scores(place, count), scores(place, count));
        return drafts;
    }
};

void TokenDraftsTest::theFirstIsWhatOneAloneWouldBe()
{
    const TokenDrafts many = written(5), one = written(1);
    QCOMPARE(many.count(), 5);
    QCOMPARE(many.length(), std::size_t(kPlaces));
    Generator lots(11);
    for (int place = 0; place < kPlaces; ++place) {
        const at::Tensor row = scores(place, 1);
        const int token = drawToken({row.const_data_ptr<float>(), kCodes}, {}, lots.uniform()).token;
        QCOMPARE(many.looks(0)[std::size_t(place)].token, token);
        QCOMPARE(one.looks(0)[std::size_t(place)].token, token);
    }
    QCOMPARE(many.logProbability(0), one.logProbability(0));
    QCOMPARE(one.best(), 0);
}

void TokenDraftsTest::theLikeliestIsTheBest()
{
    const TokenDrafts drafts = written(8);
    for (int draft = 0; draft < 8; ++draft) {
        double sum = 0;
        for (int place = 0; place < kPlaces; ++place)
            sum +=
                at::log_softmax(scores(place, 1).to(at::kDouble), 1)[0][drafts.looks(draft)[std::size_t(place)].token]
                    .item<double>();
        QVERIFY(std::abs(drafts.logProbability(draft) - sum) < 1e-6);
        QVERIFY(drafts.logProbability(drafts.best()) >= drafts.logProbability(draft));
        for (int other = 0; other < draft; ++other)
            QVERIFY(drafts.logProbability(draft) != drafts.logProbability(other)); // each has lots of its own
    }
    const std::vector<int> ranked = drafts.ranked();
    QCOMPARE(ranked.size(), std::size_t(8));
    QCOMPARE(ranked.front(), drafts.best());
    for (std::size_t i = 1; i < ranked.size(); ++i)
        QVERIFY(drafts.logProbability(ranked[i - 1]) > drafts.logProbability(ranked[i]));
    const at::Tensor newest = drafts.newest();
    for (int draft = 0; draft < 8; ++draft)
        QCOMPARE(newest[draft].item<std::int64_t>(), std::int64_t(drafts.looks(draft).back().token));
}

void TokenDraftsTest::keptTokensAreThoseOfAll()
{
    const TokenDrafts free = written(3), drafts = written(3, {7, 8, 9});
    for (int draft = 0; draft < 3; ++draft)
        for (int place = 0; place < kPlaces; ++place) {
            const auto &look = drafts.looks(draft)[std::size_t(place)];
            QCOMPARE(look.kept, place < 3);
            // Tickets belong to places: what was kept uses up none of those behind it.
            QCOMPARE(look.token, place < 3 ? 7 + place : free.looks(draft)[std::size_t(place)].token);
        }
}

QTEST_GUILESS_MAIN(TokenDraftsTest)
#include "token_drafts_test.moc"
