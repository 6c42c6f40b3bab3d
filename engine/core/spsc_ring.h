// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <type_traits>
#include <vector>

namespace orrery {

/// A queue of fixed size between two threads, one that writes and one that reads: neither ever waits, locks or
/// allocates. Memory is taken once, when it is made.
/// Thread: one writer and one reader at a time.
template <class T>
class SpscRing
{
    static_assert(std::is_trivially_copyable_v<T>);

public:
    /// @param least  values that it must hold at least; the next power of two is what it holds
    explicit SpscRing(std::size_t least) : m_values(std::bit_ceil(std::max<std::size_t>(least, 1))) {}
    SpscRing(const SpscRing &) = delete;
    SpscRing &operator=(const SpscRing &) = delete;

    std::size_t capacity() const noexcept { return m_values.size(); }

    /// Writer: appends what there is room for, from the beginning of `values`. @return how many
    std::size_t write(const T *values, std::size_t count) noexcept
    {
        const std::size_t written = m_written.load(std::memory_order_relaxed);
        // Acquire: the reader has left a place before it is written anew.
        const std::size_t room = capacity() - (written - m_read.load(std::memory_order_acquire));
        const std::size_t some = std::min(count, room);
        const std::size_t at = written & (capacity() - 1);
        const std::size_t first = std::min(some, capacity() - at);
        std::copy_n(values, first, m_values.data() + at);
        std::copy_n(values + first, some - first, m_values.data());
        m_written.store(written + some, std::memory_order_release);
        return some;
    }

    /// Reader: takes the oldest values. @return how many
    std::size_t read(T *values, std::size_t most) noexcept
    {
        const std::size_t read = m_read.load(std::memory_order_relaxed);
        const std::size_t some = std::min(most, m_written.load(std::memory_order_acquire) - read);
        const std::size_t at = read & (capacity() - 1);
        const std::size_t first = std::min(some, capacity() - at);
        std::copy_n(m_values.data() + at, first, values);
        std::copy_n(m_values.data(), some - first, values + first);
        m_read.store(read + some, std::memory_order_release);
        return some;
    }

    /// How many values wait; from either thread, at least for the reader and at most for the writer.
    std::size_t size() const noexcept
    {
        const std::size_t read = m_read.load(std::memory_order_acquire); // first: the difference is never negative
        return m_written.load(std::memory_order_acquire) - read;
    }

private:
    std::vector<T> m_values;
    // Counts since the beginning; unsigned, so their differences are right even after they have wrapped around. On
    // cache lines of their own: each thread writes one of them all the time.
    alignas(64) std::atomic<std::size_t> m_written = 0;
    alignas(64) std::atomic<std::size_t> m_read = 0;
};

} // namespace orrery
