// SPDX-License-Identifier: Apache-2.0
#include "engine/media/sound/audio_thread.h"

#include "engine/core/thread_starter.h"

#include <pthread.h>

namespace orrery::media {

namespace {

constexpr std::chrono::milliseconds kWatchInterval(50);

} // namespace

AudioThread::~AudioThread()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_closed = true;
    }
    m_changed.notify_all();
    if (m_thread.joinable())
        m_thread.join();
}

void AudioThread::post(Work work)
{
    {
        const std::scoped_lock lock(m_mutex);
        m_work.push_back(std::move(work));
        if (!m_thread.joinable())
            m_thread = startThreadThatKeepsTime([this] { loop(); }); // its callbacks inherit that
    }
    m_changed.notify_one();
}

void AudioThread::loop()
{
    ::pthread_setname_np(::pthread_self(), "orrery-audio");
    StreamKeeper keeper;
    std::unique_lock lock(m_mutex);
    while (true) {
        const auto something = [this] { return m_closed || !m_work.empty(); };
        if (keeper.idle())
            m_changed.wait(lock, something);
        else
            m_changed.wait_for(lock, kWatchInterval, something);
        if (m_work.empty() && m_closed)
            return; // the keeper closes what is still open
        Work work;
        if (!m_work.empty()) {
            work = std::move(m_work.front());
            m_work.pop_front();
        }
        lock.unlock();
        try {
            if (work)
                work(keeper);
        } catch (const std::exception &) { // callers that wait have it in their future
        }
        work = {};
        try {
            keeper.watch(StreamKeeper::Clock::now());
        } catch (const std::exception &) { // tried again at the next turn
        }
        lock.lock();
    }
}

} // namespace orrery::media
