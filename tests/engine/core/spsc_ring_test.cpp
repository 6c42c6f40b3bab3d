// SPDX-License-Identifier: Apache-2.0
#include "engine/core/spsc_ring.h"

#include <QtTest>

#include <cstdint>
#include <numeric>
#include <random>
#include <thread>

using namespace orrery;

class SpscRingTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void holdsWhatItWasAskedFor()
    {
        QCOMPARE(SpscRing<int>(1000).capacity(), std::size_t(1024));
        QCOMPARE(SpscRing<int>(1024).capacity(), std::size_t(1024));
        SpscRing<int> least(0);
        const int one = 1;
        QCOMPARE(least.write(&one, 1), std::size_t(1));
        QCOMPARE(least.write(&one, 1), std::size_t(0));
    }

    void whatDoesNotFitIsLeftToTheWriter()
    {
        SpscRing<int> ring(8);
        std::vector<int> numbers(20);
        std::iota(numbers.begin(), numbers.end(), 0);
        QCOMPARE(ring.write(numbers.data(), 20), std::size_t(8));
        QCOMPARE(ring.size(), std::size_t(8));
        std::vector<int> out(20, -1);
        QCOMPARE(ring.read(out.data(), 3), std::size_t(3));
        QCOMPARE(ring.write(numbers.data() + 8, 12), std::size_t(3)); // across the end of its memory
        QCOMPARE(ring.read(out.data() + 3, 17), std::size_t(8));
        QCOMPARE(ring.read(out.data() + 11, 9), std::size_t(0));
        QVERIFY(std::equal(out.begin(), out.begin() + 11, numbers.begin()));
        QCOMPARE(out[11], -1);
    }

    void everyValueArrivesOnceAndInOrder()
    {
        // Both sides in pieces of any size, so that every alignment with the end of the memory occurs.
        constexpr std::uint32_t kCount = 2'000'000;
        SpscRing<std::uint32_t> ring(256);
        std::thread writer([&] {
            std::minstd_rand random(1);
            std::vector<std::uint32_t> piece;
            std::uint32_t next = 0;
            while (next < kCount) {
                piece.resize(std::min<std::uint32_t>(1 + random() % 300, kCount - next));
                std::iota(piece.begin(), piece.end(), next);
                const std::size_t written = ring.write(piece.data(), piece.size());
                next += std::uint32_t(written);
                if (written == 0)
                    std::this_thread::yield();
            }
        });
        std::minstd_rand random(2);
        std::vector<std::uint32_t> piece(300);
        std::uint32_t expected = 0;
        bool inOrder = true;
        while (expected < kCount) {
            const std::size_t got = ring.read(piece.data(), 1 + random() % piece.size());
            for (std::size_t i = 0; i < got; ++i)
                inOrder &= piece[i] == expected++;
            inOrder &= ring.size() <= ring.capacity();
            if (got == 0)
                std::this_thread::yield();
        }
        writer.join();
        QVERIFY(inOrder);
        QCOMPARE(ring.size(), std::size_t(0));
    }
};

QTEST_GUILESS_MAIN(SpscRingTest)
#include "spsc_ring_test.moc"
