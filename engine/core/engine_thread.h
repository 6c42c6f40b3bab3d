// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/job.h"
#include "engine/core/runtime.h"

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

namespace orrery {

/// The thread that owns the device, the models and all device memory. Nothing else calls a model.
///
/// `start` returns at once: LibTorch is loaded on the engine thread, so a window can be on screen first. Jobs submitted
/// before the engine is ready wait. Every public method may be called from any thread.
class EngineThread
{
public:
    /// Runs a completion on the thread the caller wants (the app binds it to the Qt event loop). Called on the engine
    /// thread. When none is set, completions run on the engine thread.
    using Executor = std::function<void(std::function<void()>)>;
    /// Makes the runtime, on the engine thread. The default loads liborrery_engine.so, which lies beside the program.
    using RuntimeFactory = std::function<std::unique_ptr<Runtime>(const EngineSettings &)>;

    EngineThread();
    ~EngineThread(); ///< cancels everything, answers every job and joins; never call it from an answer

    void setExecutor(Executor executor);
    void start(EngineSettings settings, RuntimeFactory factory = {});

    /// Called through the executor once, with the engine's description or the reason why it could not start.
    void onReady(std::function<void(Result<RuntimeInfo>)> callback);
    /// Blocks until the engine is ready. Not for the interface thread.
    Result<RuntimeInfo> waitUntilReady();

    /// @param done      called exactly once through the executor, also for cancelled and replaced jobs.
    /// @param progress  called through the executor, newest wins; never after `done`.
    template <class Request, class ResultType>
    JobHandle<ResultType> submit(const JobType<Request, ResultType> &type, std::type_identity_t<Request> request,
                                 JobOptions options = {},
                                 std::function<void(Result<std::type_identity_t<ResultType>>)> done = {},
                                 std::function<void(const Progress &)> progress = {})
    {
        std::function<void(Result<std::any>)> untyped;
        if (done)
            untyped = [done = std::move(done)](Result<std::any> any) {
                if (any)
                    done(std::any_cast<ResultType>(std::move(*any)));
                else
                    done(tl::unexpected<Error>(any.error()));
            };
        return JobHandle<ResultType>(submitAny(type.id, std::any(std::move(request)), std::move(options),
                                               std::move(untyped), std::move(progress)));
    }

    JobControl submitAny(const std::string &typeId, std::any request, JobOptions options,
                         std::function<void(Result<std::any>)> done, std::function<void(const Progress &)> progress);

    /// Loads a library of jobs on the engine thread; `done` as in submit.
    void loadJobs(const std::string &libraryPath, std::function<void(Result<bool>)> done = {});

    /// Running, waiting and the last 200 finished jobs, oldest first; replaced ones are counted, not listed.
    std::vector<JobRecord> records() const;
    /// Called through the executor whenever a record changes, at most every 50 ms.
    void onRecordsChanged(std::function<void()> callback);

    /// Waiting jobs of the channel that newer ones replaced, since the start.
    std::uint64_t replacedCount(const std::string &channel) const;

    /// How long the last 16,384 jobs of a lane waited for their first step, oldest first.
    std::vector<double> waitsMs(Lane lane) const;

    /// The engine's description as it is now (memory in use); called through the executor.
    void requestInfo(std::function<void(Result<RuntimeInfo>)> callback);

    static bool onEngineThread();

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace orrery
