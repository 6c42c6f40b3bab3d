// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace orrery {

/// A few threads for work that waits for files or decodes them, so that the engine thread can go on with other jobs.
/// Threads start at the first use and run at the engine's priority. Thread: any.
class HelperPool
{
public:
    explicit HelperPool(unsigned threads) : m_limit(threads) {}
    ~HelperPool(); ///< drops what has not begun, waits for what has
    HelperPool(const HelperPool &) = delete;
    HelperPool &operator=(const HelperPool &) = delete;

    /// Runs `work` (which must not throw) on a helper. @param owner  for `remove`
    /// @param urgency  smaller goes first, so that a live job's file does not queue behind a whole folder's
    void run(std::uint64_t owner, int urgency, std::function<void()> work);
    /// Takes back what has not begun. @return false when it has begun or ended
    bool remove(std::uint64_t owner);

private:
    void loop();

    struct Item
    {
        std::uint64_t owner = 0;
        int urgency = 0;
        std::function<void()> work;
    };
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<Item> m_items;
    std::vector<std::thread> m_threads;
    unsigned m_limit;
    unsigned m_idle = 0;
    bool m_closed = false;
};

/// Lets the calling thread, and threads it starts later, give way to the interface.
void lowerThreadPriority(const char *name);

} // namespace orrery
