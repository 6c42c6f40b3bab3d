// SPDX-License-Identifier: Apache-2.0
#include "engine/core/helper_pool.h"

#include <algorithm>
#include <system_error>

#include <pthread.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace orrery {

void lowerThreadPriority(const char *name)
{
    // On Linux the nice value belongs to the thread, and threads inherit it: OpenMP's workers are covered too.
    constexpr int kNice = 5;
    const auto thread = static_cast<id_t>(::syscall(SYS_gettid));
    // Relative to the main thread: relative to itself, a helper that the engine thread starts would be lowered twice.
    const int interface = ::getpriority(PRIO_PROCESS, static_cast<id_t>(::getpid()));
    // Never fails for a larger value; if it did, the engine would merely run at the interface's priority.
    ::setpriority(PRIO_PROCESS, thread, std::min(interface + kNice, 19));
    ::pthread_setname_np(::pthread_self(), name);
}

HelperPool::~HelperPool()
{
    std::deque<Item> dropped;
    {
        const std::scoped_lock lock(m_mutex);
        m_closed = true;
        dropped.swap(m_items);
    }
    m_changed.notify_all();
    for (std::thread &thread : m_threads)
        thread.join();
}

void HelperPool::run(std::uint64_t owner, int urgency, std::function<void()> work)
{
    std::function<void()> here;
    {
        const std::scoped_lock lock(m_mutex);
        const auto place = std::find_if(m_items.begin(), m_items.end(),
                                        [urgency](const Item &item) { return item.urgency > urgency; });
        const auto item = m_items.insert(place, {owner, urgency, std::move(work)});
        try {
            if (m_idle < m_items.size() && m_threads.size() < m_limit)
                m_threads.emplace_back([this] { loop(); });
        } catch (const std::system_error &) { // the system has no thread to give; those that there are go on
            if (m_threads.empty()) {
                here = std::move(item->work);
                m_items.erase(item);
            }
        }
    }
    if (here)
        here(); // slow, where the alternative is never
    else
        m_changed.notify_one();
}

bool HelperPool::remove(std::uint64_t owner)
{
    Item removed;
    const std::scoped_lock lock(m_mutex);
    const auto found =
        std::find_if(m_items.begin(), m_items.end(), [owner](const Item &item) { return item.owner == owner; });
    if (found == m_items.end())
        return false;
    removed = std::move(*found);
    m_items.erase(found);
    return true;
}

void HelperPool::loop()
{
    lowerThreadPriority("orrery-helper");
    std::unique_lock lock(m_mutex);
    while (true) {
        ++m_idle;
        m_changed.wait(lock, [this] { return m_closed || !m_items.empty(); });
        --m_idle;
        if (m_closed)
            return;
        Item item = std::move(m_items.front());
        m_items.pop_front();
        lock.unlock();
        item.work();
        item.work = {}; // destroyed before the lock: it may hold large things
        lock.lock();
    }
}

} // namespace orrery
