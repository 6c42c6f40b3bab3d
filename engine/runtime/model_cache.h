// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/engine_scope.h"
#include "engine/core/task.h"
#include "engine/runtime/memory.h"

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <typeindex>

namespace orrery {

class TorchRuntime;
struct MemoryAccount;

/// Models that are loaded, least recently used first out. One for the process; see `modelCache(scope)`.
///
/// A model is loaded on first use and stays until the memory budget needs its room. What a job holds (a
/// `std::shared_ptr` of it) is never taken away. Thread: engine.
class ModelCache
{
public:
    ModelCache() = default;
    ModelCache(const ModelCache &) = delete;
    ModelCache &operator=(const ModelCache &) = delete;
    ~ModelCache();

    template <class Model>
    using Loader = std::function<Task<std::shared_ptr<Model>>(EngineScope &)>;

    /// The model of that key; loads it when it is not there. Suspends: `co_await` it.
    ///
    /// `load` runs outside inference mode and without a graph, so that jobs with gradients can use the weights too,
    /// whatever the calling job declared. It may suspend; a second job that wants the same key waits for the first.
    /// What it allocates is charged to the model (and, while it loads, to the job). Files it maps and keeps must be
    /// charged with a MemoryCharge that the model owns. When it throws, or the job is cancelled, nothing is kept.
    ///
    ///     ModelCache::Loader<ClipModel> load = [&](EngineScope &s) { return loadClip(s, folder); };
    ///     std::shared_ptr<ClipModel> model = co_await modelCache(scope).get<ClipModel>(scope, "clip:" + folder, load);
    ///
    /// @param key    names architecture, folder and whatever else makes two models differ (file time, precision)
    /// @throws whatever `load` throws; Exception{Internal} when the key was used for another type.
    template <class Model>
    Task<std::shared_ptr<Model>> get(EngineScope &scope, std::string key, Loader<Model> load)
    {
        std::shared_ptr<void> found;
        while (!tryFind(key, typeid(Model), found)) {
            // Somebody else is loading it. A short sleep on a helper thread: polling at full speed would take the
            // engine's time from the very job that loads.
            co_await scope.outside(shortSleep());
        }
        if (found)
            co_return std::static_pointer_cast<Model>(found);

        std::shared_ptr<Model> model;
        {
            Loading loading(*this, scope, key);
            co_await scope.step(); // from the next step on, the runtime is outside inference mode
            Task<std::shared_ptr<Model>> task = load(scope);
            model = co_await std::move(task);
            loading.keep(model, typeid(Model));
        }
        co_await scope.step(); // back to the job's own mode
        co_return model;
    }

    /// Forgets models that no job holds, least recently used first, until `bytes` are freed. @return bytes freed
    std::uint64_t evict(std::uint64_t bytes = ~std::uint64_t(0));

    /// Evicts, least recently used first, until the budget has room for `bytes` or nothing is left to evict. A loader
    /// that knows its file's size calls it first, so that one old model goes instead of all of them.
    void makeRoom(std::uint64_t bytes);

    std::size_t size() const { return m_entries.size(); }
    /// Bytes of all models in the cache.
    std::uint64_t bytes() const;

private:
    struct Entry
    {
        std::string key;
        std::type_index type;
        std::shared_ptr<void> model; ///< null while it is being loaded
        MemoryAccount *account = nullptr;
    };

    /// Marks a key as being loaded; sets and resets the runtime's loading mode of the job.
    class Loading
    {
    public:
        Loading(ModelCache &cache, EngineScope &scope, const std::string &key);
        ~Loading();
        Loading(const Loading &) = delete;
        Loading &operator=(const Loading &) = delete;
        void keep(std::shared_ptr<void> model, std::type_index type);

    private:
        ModelCache &m_cache;
        TorchRuntime &m_runtime;
        std::uint64_t m_jobId;
        std::list<Entry>::iterator m_entry;
        MemoryAccount *m_before = nullptr; ///< of a model whose loader loads this one
    };

    /// @return false while another job loads the key; true with `found` empty when nobody has it.
    bool tryFind(const std::string &key, std::type_index type, std::shared_ptr<void> &found);
    static std::function<void()> shortSleep();

    std::list<Entry> m_entries; ///< most recently used last
};

/// The engine's one cache.
ModelCache &modelCache(EngineScope &scope);

} // namespace orrery
