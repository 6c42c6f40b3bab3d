// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/error.h"
#include "engine/media/sound/stream_keeper.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>

namespace orrery::media {

/// The one thread that calls PortAudio, which is not made for several; it also watches over what runs. Starts at the
/// first use.
/// Thread: any.
class AudioThread
{
public:
    AudioThread() = default;
    ~AudioThread(); ///< closes every stream; waits for that
    AudioThread(const AudioThread &) = delete;
    AudioThread &operator=(const AudioThread &) = delete;

    using Work = std::function<void(StreamKeeper &)>;
    /// In the order of the calls; exceptions of it are dropped.
    void post(Work work);

    /// Runs `work` there and waits for its result. It may still run after a failure, so it holds what it needs.
    /// @throws what it throws; Exception{Unsupported} when the system's sound does not answer
    template <class Result>
    Result call(std::function<Result(StreamKeeper &)> work)
    {
        auto task = std::make_shared<std::packaged_task<Result(StreamKeeper &)>>(std::move(work));
        std::future<Result> future = task->get_future();
        post([task](StreamKeeper &keeper) { (*task)(keeper); });
        if (future.wait_for(std::chrono::seconds(20)) != std::future_status::ready)
            throw Exception(
                ErrorCode::Unsupported,
                "This computer's sound system does not answer; starting it again, or the computer, may help");
        return future.get();
    }

private:
    void loop();
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<Work> m_work;
    bool m_closed = false;
    std::thread m_thread;
};

} // namespace orrery::media
