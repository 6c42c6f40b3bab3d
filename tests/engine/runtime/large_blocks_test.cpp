// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>

#include "engine/runtime/large_blocks.h"
#include "engine/runtime/memory_ledger.h"

#include <QTest>

#include <cstring>

using namespace orrery;

namespace {
constexpr std::size_t kMega = std::size_t(1) << 20;
}

class LargeBlocksTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { large_blocks::trim(); }
    void comeBackForTheSameSize();
    void keepsNoMoreThanItsShare();
    void goWithTheLastJob();
    void keepNothingBeyondTheBudget();
};

void LargeBlocksTest::comeBackForTheSameSize()
{
    void *first = large_blocks::take(9 * kMega);
    QVERIFY(first);
    QCOMPARE(reinterpret_cast<std::uintptr_t>(first) % (2 * kMega), std::uintptr_t(0));
    std::memset(first, 1, 9 * kMega); // all of it is there
    void *second = large_blocks::take(9 * kMega);
    QVERIFY(second != first);
    large_blocks::giveBack(first, 9 * kMega);
    QVERIFY(large_blocks::kept() >= 9 * kMega);
    void *larger = large_blocks::take(40 * kMega);
    QVERIFY2(larger != first, "too small");
    large_blocks::giveBack(larger, 40 * kMega);
    QCOMPARE(large_blocks::take(9 * kMega + 5), first); // sizes that differ a little share their blocks
    large_blocks::giveBack(first, 9 * kMega + 5);
    large_blocks::giveBack(second, 9 * kMega);
    QVERIFY(large_blocks::kept() >= 58 * kMega);
    large_blocks::trim();
    QCOMPARE(large_blocks::kept(), std::uint64_t(0));
}

void LargeBlocksTest::keepsNoMoreThanItsShare()
{
    const std::uint64_t most = machineMemoryBytes() / 16;
    const std::size_t size = most / 2 + 16 * kMega; // never written to: costs addresses, no memory
    void *first = large_blocks::take(size);
    void *second = large_blocks::take(size);
    QVERIFY(first && second);
    large_blocks::giveBack(first, size);
    large_blocks::giveBack(second, size);
    QVERIFY(large_blocks::kept() >= size);
    QVERIFY(large_blocks::kept() <= most);
}

void LargeBlocksTest::goWithTheLastJob()
{
    MemoryAccount *job = MemoryAccount::create();
    large_blocks::giveBack(large_blocks::take(8 * kMega), 8 * kMega);
    QVERIFY(large_blocks::kept() > 0);
    job->reference();
    job->release(); // something of the job still lives
    QVERIFY(large_blocks::kept() > 0);
    job->release();
    QCOMPARE(large_blocks::kept(), std::uint64_t(0));
}

void LargeBlocksTest::keepNothingBeyondTheBudget()
{
    MemoryLedger &ledger = MemoryLedger::instance();
    ledger.install();
    const std::uint64_t before = ledger.budget();
    ledger.setBudget(ledger.used() + 64 * kMega);
    (void)at::empty({std::int64_t(40 * kMega)}, at::kByte); // given back at once, and kept
    QVERIFY(large_blocks::kept() >= 40 * kMega);
    {
        const at::Tensor other = at::empty({std::int64_t(50 * kMega)}, at::kByte);
        QCOMPARE(large_blocks::kept(), std::uint64_t(0));
    }
    ledger.setBudget(before);
}

QTEST_GUILESS_MAIN(LargeBlocksTest)
#include "large_blocks_test.moc"
