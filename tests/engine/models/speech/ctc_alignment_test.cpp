// SPDX-License-Identifier: Apache-2.0
// The likeliest alignment against all that there are.
#include "engine/models/speech/ctc_alignment.h"

#include <ATen/ATen.h>

#include <QTest>

#include <cmath>
#include <random>

using namespace orrery::speech;

namespace {

at::Tensor randomScores(std::int64_t frames, std::int64_t width, unsigned seed)
{
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0, 2);
    const at::Tensor scores = at::empty({frames, width}, at::kFloat);
    float *values = scores.mutable_data_ptr<float>();
    for (std::int64_t i = 0; i < scores.numel(); ++i)
        values[i] = normal(random);
    return scores;
}

/// CTC's map from paths to texts: repeats are one, blanks none.
std::vector<int> said(const std::vector<int> &path, int blank)
{
    std::vector<int> letters;
    for (std::size_t t = 0; t < path.size(); ++t)
        if (path[t] != blank && (t == 0 || path[t] != path[t - 1]))
            letters.push_back(path[t]);
    return letters;
}

} // namespace

class CtcAlignmentTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void noPathIsLikelier_data()
    {
        QTest::addColumn<QList<int>>("letters");
        QTest::newRow("one letter") << QList<int>{1};
        QTest::newRow("two letters") << QList<int>{2, 1};
        QTest::newRow("twice the same") << QList<int>{1, 1};
        QTest::newRow("three letters") << QList<int>{1, 2, 1};
    }

    void noPathIsLikelier()
    {
        QFETCH(QList<int>, letters);
        const std::vector<int> wanted(letters.begin(), letters.end());
        constexpr int kFrames = 6, kWidth = 3;
        for (unsigned seed = 0; seed < 20; ++seed) {
            const at::Tensor scores = randomScores(kFrames, kWidth, seed);
            const at::Tensor logs = scores.log_softmax(1);
            const auto log = logs.accessor<float, 2>();
            double best = -1e9;
            std::vector<int> path(kFrames), likeliest;
            for (int code = 0; code < 729; ++code) { // 3 to the power of 6
                double sum = 0;
                for (int t = 0, rest = code; t < kFrames; ++t, rest /= kWidth) {
                    path[std::size_t(t)] = rest % kWidth;
                    sum += double(log[t][rest % kWidth]);
                }
                if (sum > best && said(path, 0) == wanted) {
                    best = sum;
                    likeliest = path;
                }
            }
            const CtcAlignment aligned = alignLetters(scores, wanted, 0);
            QVERIFY2(std::abs(aligned.score * kFrames - best) < 1e-4,
                     qPrintable(QStringLiteral("%1, expected %2").arg(aligned.score * kFrames).arg(best)));
            QCOMPARE(aligned.letters.size(), wanted.size());
            std::vector<int> told(kFrames, 0);
            for (std::size_t i = 0; i < wanted.size(); ++i)
                for (std::int64_t t = aligned.letters[i].first; t < aligned.letters[i].end; ++t)
                    told[std::size_t(t)] = wanted[i];
            QCOMPARE(told, likeliest);
        }
    }

    void tooFewFramesSayNothing()
    {
        QVERIFY(alignLetters(randomScores(2, 3, 1), {1, 2, 1}, 0).letters.empty());
        QVERIFY(alignLetters(randomScores(2, 3, 1), {1, 1}, 0).letters.empty()); // a blank has to stand between them
        QVERIFY(alignLetters(randomScores(0, 3, 1), {1}, 0).letters.empty());
        QVERIFY(alignLetters(randomScores(4, 3, 1), {}, 0).letters.empty());
    }
};

QTEST_GUILESS_MAIN(CtcAlignmentTest)
#include "ctc_alignment_test.moc"
