// SPDX-License-Identifier: Apache-2.0
#include "engine/core/thread_starter.h"

#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>

#include <pthread.h>

namespace orrery {
namespace {

class Starter
{
public:
    static Starter &instance()
    {
        static Starter starter;
        return starter;
    }
    ~Starter()
    {
        {
            const std::scoped_lock lock(m_mutex);
            m_closed = true;
        }
        m_changed.notify_all();
        if (m_thread.joinable())
            m_thread.join();
    }

    void keep()
    {
        const std::scoped_lock lock(m_mutex);
        if (!m_thread.joinable())
            m_thread = std::thread([this] { loop(); });
    }

    std::thread start(std::function<void()> body)
    {
        std::packaged_task<std::thread()> task([body = std::move(body)] { return std::thread(body); });
        std::future<std::thread> thread = task.get_future();
        {
            const std::scoped_lock lock(m_mutex);
            if (m_thread.joinable())
                m_wanted.push_back(std::move(task));
        }
        if (task.valid())
            task();
        else
            m_changed.notify_one();
        return thread.get();
    }

private:
    void loop()
    {
        ::pthread_setname_np(::pthread_self(), "orrery-starter");
        std::unique_lock lock(m_mutex);
        while (true) {
            m_changed.wait(lock, [this] { return m_closed || !m_wanted.empty(); });
            if (m_wanted.empty())
                return;
            std::packaged_task<std::thread()> task = std::move(m_wanted.front());
            m_wanted.pop_front();
            lock.unlock();
            task();
            lock.lock();
        }
    }

    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<std::packaged_task<std::thread()>> m_wanted;
    std::thread m_thread;
    bool m_closed = false;
};

} // namespace

void keepThreadStarter()
{
    Starter::instance().keep();
}

std::thread startThreadThatKeepsTime(std::function<void()> body)
{
    return Starter::instance().start(std::move(body));
}

} // namespace orrery
