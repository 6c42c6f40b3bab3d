// SPDX-License-Identifier: Apache-2.0
#include "engine/units/unit_alignment.h"

#include <QtTest>

#include <algorithm>
#include <random>

using namespace orrery::speech;

namespace {

using Units = std::vector<int>;

Units randomUnits(std::mt19937 &chance, int most, int different)
{
    Units units(1 + chance() % unsigned(most));
    for (int &unit : units)
        unit = int(chance() % unsigned(different));
    return units;
}

/// Every path there is, walked one by one.
int leastCost(const Units &a, const Units &b, std::size_t i, std::size_t j, int weight)
{
    const int here = weight * (a[i] == b[j] ? 0 : 1);
    int rest = 1 << 20;
    if (i + 1 == a.size() && j + 1 == b.size())
        rest = 0;
    if (i + 1 < a.size())
        rest = std::min(rest, leastCost(a, b, i + 1, j, 1));
    if (j + 1 < b.size())
        rest = std::min(rest, leastCost(a, b, i, j + 1, 1));
    if (i + 1 < a.size() && j + 1 < b.size())
        rest = std::min(rest, leastCost(a, b, i + 1, j + 1, 2));
    return here + rest;
}

/// What a path costs by its own steps, and whether it is one.
int costOf(const Alignment &alignment, const Units &a, const Units &b, bool *path)
{
    *path = !alignment.path.empty() && alignment.path.front() == AlignedFrames{0, 0} &&
            alignment.path.back() == AlignedFrames{int(a.size()) - 1, int(b.size()) - 1};
    int cost = 0, weight = 2;
    for (std::size_t k = 0; k < alignment.path.size(); ++k) {
        const AlignedFrames at = alignment.path[k];
        if (k > 0) {
            const int stepA = at.a - alignment.path[k - 1].a, stepB = at.b - alignment.path[k - 1].b;
            *path = *path && stepA >= 0 && stepA <= 1 && stepB >= 0 && stepB <= 1 && stepA + stepB > 0;
            weight = stepA + stepB;
        }
        cost += weight * (a[std::size_t(at.a)] == b[std::size_t(at.b)] ? 0 : 1);
    }
    return cost;
}

} // namespace

class UnitAlignmentTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void noPathIsCheaper();
    void bothWaysCostTheSame();
    void theSameAtAnotherPaceIsNoDistance();
    void nothingHasNoPath();
    void aBandBoundsWhatIsLookedAt();
    void aBandThatIsTooNarrowSaysSo();
    void tenMinutesAgainstTenMinutes();
    void stopsWhenAsked();
    void stretchesAreRunsOfEqualUnits();
    void partnersAreThoseOfThePath();
    void unitsInCommonAreCounted();
    void theSmallPictureCountsPairs();
};

void UnitAlignmentTest::noPathIsCheaper()
{
    std::mt19937 chance(1);
    for (int round = 0; round < 400; ++round) {
        const Units a = randomUnits(chance, 7, 4), b = randomUnits(chance, 7, 4);
        const Alignment alignment = alignUnits(a, b);
        const int least = leastCost(a, b, 0, 0, 2);
        QCOMPARE(alignment.distance, double(least) / double(a.size() + b.size()));
        bool path = false;
        QCOMPARE(costOf(alignment, a, b, &path), least);
        QVERIFY(path);
        QVERIFY(alignment.distance >= 0 && alignment.distance <= 1);
        QCOMPARE(alignment.band, 0);
        QVERIFY(!alignment.touchesBand);
    }
}

void UnitAlignmentTest::bothWaysCostTheSame()
{
    std::mt19937 chance(2);
    for (int round = 0; round < 100; ++round) {
        const Units a = randomUnits(chance, 60, 6), b = randomUnits(chance, 60, 6);
        QCOMPARE(alignUnits(a, b).distance, alignUnits(b, a).distance);
    }
}

void UnitAlignmentTest::theSameAtAnotherPaceIsNoDistance()
{
    const Units a{4, 4, 9, 9, 9, 9, 2}, b{4, 9, 2, 2, 2};
    const Alignment alignment = alignUnits(a, b);
    QCOMPARE(alignment.distance, 0.0);
    QCOMPARE(alignment.equal, 1.0);
    const Alignment other = alignUnits({1, 1, 1}, {2, 2});
    QCOMPARE(other.distance, 1.0);
    QCOMPARE(other.equal, 0.0);
    QCOMPARE(other.path.size(), std::size_t(3)); // goes on in both as long as it can
}

void UnitAlignmentTest::nothingHasNoPath()
{
    QVERIFY(alignUnits({}, {1}).path.empty());
    QVERIFY(alignUnits({1}, {}).path.empty());
    QCOMPARE(partnerOf({}, 3, false), -1);
}

void UnitAlignmentTest::aBandBoundsWhatIsLookedAt()
{
    // Both say the same at slightly different paces, so that the best path lies well within the band.
    Units a, b;
    for (int i = 0; i < 300; ++i) {
        a.insert(a.end(), std::size_t(2 + i % 3), i % 50);
        b.insert(b.end(), std::size_t(2 + (i + 1) % 3), i % 50);
    }
    const Alignment all = alignUnits(a, b);
    const Alignment banded = alignUnits(a, b, std::int64_t(a.size()) * 101);
    QCOMPARE(all.band, 0);
    QCOMPARE(banded.band, 50);
    QVERIFY(!banded.touchesBand);
    QCOMPARE(banded.distance, all.distance);
    for (const AlignedFrames at : banded.path)
        QVERIFY(std::abs(double(at.b) - double(at.a) * double(b.size()) / double(a.size())) <= 52);
}

void UnitAlignmentTest::aBandThatIsTooNarrowSaysSo()
{
    // What `a` says at the beginning `b` says at the end: only a path along the edges joins them.
    Units a(400, 1), b(400, 2);
    std::fill(a.begin(), a.begin() + 200, 7);
    std::fill(b.begin() + 200, b.end(), 7);
    QCOMPARE(alignUnits(a, b).band, 0);
    const Alignment banded = alignUnits(a, b, 400 * 41);
    QCOMPARE(banded.band, 20);
    QVERIFY(banded.touchesBand);
    QVERIFY(banded.distance >= alignUnits(a, b).distance);
    bool path = false;
    costOf(banded, a, b, &path);
    QVERIFY(path);
}

void UnitAlignmentTest::tenMinutesAgainstTenMinutes()
{
    // The longest that pages load, with little work allowed: a path from corner to corner all the same.
    std::mt19937 chance(3);
    Units a(30'000), b(29'000);
    for (int &unit : a)
        unit = int(chance() % 100);
    for (int &unit : b)
        unit = int(chance() % 100);
    const Alignment alignment = alignUnits(a, b, 1'000'000);
    QCOMPARE(alignment.band, 16);
    bool path = false;
    const int cost = costOf(alignment, a, b, &path);
    QVERIFY(path);
    QCOMPARE(alignment.distance, double(cost) / 59'000);
}

void UnitAlignmentTest::stopsWhenAsked()
{
    const std::atomic<bool> stop{true};
    QVERIFY(alignUnits({1, 2}, {1, 2}, kMostAlignedCells, &stop).path.empty());
}

void UnitAlignmentTest::stretchesAreRunsOfEqualUnits()
{
    const Units a{4, 4, 9, 9, 5, 2}, b{4, 9, 9, 6, 2, 2};
    const std::vector<EqualStretch> stretches = equalStretches(alignUnits(a, b), a, b);
    QCOMPARE(stretches.size(), std::size_t(3));
    QCOMPARE(stretches[0].unit, 4);
    QVERIFY((stretches[0].first == AlignedFrames{0, 0}));
    QVERIFY((stretches[0].last == AlignedFrames{1, 0}));
    QCOMPARE(stretches[1].unit, 9);
    QVERIFY((stretches[1].last == AlignedFrames{3, 2}));
    QCOMPARE(stretches[2].unit, 2);
    QVERIFY((stretches[2].first == AlignedFrames{5, 4}));
}

void UnitAlignmentTest::partnersAreThoseOfThePath()
{
    const Units a{4, 4, 9, 9, 5, 2}, b{4, 9, 9, 6, 2, 2};
    const Alignment alignment = alignUnits(a, b);
    QCOMPARE(partnerOf(alignment, 0, false), 0);
    QCOMPARE(partnerOf(alignment, 1, false), 0);
    QCOMPARE(partnerOf(alignment, 2, false), 1);
    QCOMPARE(partnerOf(alignment, 5, true), 5);
    QCOMPARE(partnerOf(alignment, 99, false), 4); // beyond the end: the last frame's first partner
    QCOMPARE(partnerOf(alignment, -1, true), 0);
}

void UnitAlignmentTest::unitsInCommonAreCounted()
{
    const SharedUnits shared = sharedUnits({1, 1, 2, 3}, {3, 2, 2, 8, 9});
    QCOMPARE(shared.a, 3);
    QCOMPARE(shared.b, 4);
    QCOMPARE(shared.both, 2);
}

void UnitAlignmentTest::theSmallPictureCountsPairs()
{
    // One cell a pair, and two frames of `b` in a cell.
    QVERIFY((equalShares({1, 2}, {2, 1, 1}, 3, 2) == std::vector<float>{0, 1, 1, 1, 0, 0}));
    QVERIFY((equalShares({1, 2}, {2, 1, 1, 1}, 2, 2) == std::vector<float>{0.5f, 1, 0.5f, 0}));
    QVERIFY((equalShares({7}, {7}, 2, 2) == std::vector<float>{1, 1, 1, 1})); // more cells than frames
    QVERIFY(equalShares({}, {7}, 2, 2).empty());
}

QTEST_APPLESS_MAIN(UnitAlignmentTest)
#include "unit_alignment_test.moc"
