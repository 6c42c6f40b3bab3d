// SPDX-License-Identifier: Apache-2.0
#include "engine/core/engine_thread.h"

#include "engine/core/engine_library.h"
#include "engine/core/helper_pool.h"
#include "engine/core/scheduler.h"
#include "engine/core/thread_starter.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace orrery {
namespace {

thread_local bool t_isEngine = false;

unsigned helperThreads()
{
    return std::clamp(std::thread::hardware_concurrency(), 2u, 4u);
}

} // namespace

struct EngineThread::Private
{
    std::shared_ptr<Scheduler> scheduler = Scheduler::create(helperThreads());
    std::mutex mutex;
    std::condition_variable becameReady;
    std::optional<Result<RuntimeInfo>> ready;
    std::vector<std::function<void(Result<RuntimeInfo>)>> readyCallbacks;
    std::thread thread;

    void run(const EngineSettings &settings, const RuntimeFactory &factory);
    void publish(Result<RuntimeInfo> info);
};

void EngineThread::Private::publish(Result<RuntimeInfo> info)
{
    std::vector<std::function<void(Result<RuntimeInfo>)>> callbacks;
    {
        const std::scoped_lock lock(mutex);
        if (ready)
            return;
        ready = info;
        callbacks.swap(readyCallbacks);
    }
    becameReady.notify_all();
    for (auto &callback : callbacks)
        scheduler->post([callback = std::move(callback), info] { callback(info); });
}

void EngineThread::Private::run(const EngineSettings &settings, const RuntimeFactory &factory)
{
    t_isEngine = true;
    lowerThreadPriority("orrery-engine");
    std::unique_ptr<Runtime> runtime;
    try {
        runtime = factory ? factory(settings) : loadEngineLibrary(settings);
        if (!runtime)
            throw Exception(ErrorCode::Internal, "The engine could not be started");
        publish(runtime->info());
    } catch (...) {
        // Runtime::translate may not exist yet, and LibTorch's exceptions are std::exceptions too.
        runtime.reset();
        Error error = describe(std::current_exception());
        scheduler->setStartError(error);
        publish(tl::unexpected(std::move(error)));
    }
    scheduler->drain(runtime.get()); // until the scheduler is closed
}

EngineThread::EngineThread() : d(std::make_unique<Private>()) {}

EngineThread::~EngineThread()
{
    d->scheduler->close();
    if (d->thread.joinable())
        d->thread.join();
    else
        d->scheduler->drain(nullptr); // never started: every job still gets its answer
    d->publish(failure(ErrorCode::Cancelled, "The engine was shut down before it started"));
}

void EngineThread::setExecutor(Executor executor)
{
    d->scheduler->setExecutor(std::move(executor));
}

void EngineThread::start(EngineSettings settings, RuntimeFactory factory)
{
    if (d->thread.joinable())
        return;
    keepThreadStarter();
    d->thread = std::thread(
        [this, settings = std::move(settings), factory = std::move(factory)] { d->run(settings, factory); });
}

void EngineThread::onReady(std::function<void(Result<RuntimeInfo>)> callback)
{
    std::optional<Result<RuntimeInfo>> ready;
    {
        const std::scoped_lock lock(d->mutex);
        ready = d->ready;
        if (!ready)
            d->readyCallbacks.push_back(std::move(callback));
    }
    if (ready)
        d->scheduler->command([scheduler = d->scheduler.get(), callback = std::move(callback),
                               info = *ready](Runtime *) { scheduler->post([callback, info] { callback(info); }); });
}

Result<RuntimeInfo> EngineThread::waitUntilReady()
{
    std::unique_lock lock(d->mutex);
    d->becameReady.wait(lock, [this] { return d->ready.has_value(); });
    return *d->ready;
}

JobControl EngineThread::submitAny(const std::string &typeId, std::any request, JobOptions options,
                                   std::function<void(Result<std::any>)> done,
                                   std::function<void(const Progress &)> progress)
{
    return d->scheduler->submit(typeId, std::move(request), std::move(options), std::move(done), std::move(progress));
}

void EngineThread::loadJobs(const std::string &libraryPath, std::function<void(Result<bool>)> done)
{
    d->scheduler->command([scheduler = d->scheduler.get(), libraryPath, done = std::move(done)](Runtime *runtime) {
        Result<bool> result = true;
        if (!runtime) {
            result = failure(ErrorCode::Unsupported, "The engine is not running, so no plugin's work can be loaded",
                             libraryPath);
        } else {
            try {
                runtime->loadJobs(libraryPath);
            } catch (...) {
                result = tl::unexpected(runtime->translate(std::current_exception()));
            }
        }
        if (done)
            scheduler->post([done, result] { done(result); });
    });
}

void EngineThread::requestInfo(std::function<void(Result<RuntimeInfo>)> callback)
{
    d->scheduler->command([this, scheduler = d->scheduler.get(), callback = std::move(callback)](Runtime *runtime) {
        Result<RuntimeInfo> result = failure(ErrorCode::Unsupported, "The engine is not running");
        if (runtime) {
            try {
                result = runtime->info();
            } catch (...) {
                result = tl::unexpected(runtime->translate(std::current_exception()));
            }
        } else {
            const std::scoped_lock lock(d->mutex);
            if (d->ready && !*d->ready)
                result = *d->ready;
        }
        scheduler->post([callback, result] { callback(result); });
    });
}

std::vector<JobRecord> EngineThread::records() const
{
    return d->scheduler->records();
}

void EngineThread::onRecordsChanged(std::function<void()> callback)
{
    d->scheduler->onRecordsChanged(std::move(callback));
}

std::uint64_t EngineThread::replacedCount(const std::string &channel) const
{
    return d->scheduler->replacedCount(channel);
}

std::vector<double> EngineThread::waitsMs(Lane lane) const
{
    return d->scheduler->waitsMs(lane);
}

bool EngineThread::onEngineThread()
{
    return t_isEngine;
}

} // namespace orrery
