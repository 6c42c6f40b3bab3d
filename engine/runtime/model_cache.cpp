// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/model_cache.h"

#include "engine/core/error.h"
#include "engine/runtime/memory_ledger.h"
#include "engine/runtime/torch_runtime.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace orrery {

ModelCache::~ModelCache()
{
    for (Entry &entry : m_entries)
        entry.account->release();
}

bool ModelCache::tryFind(const std::string &key, std::type_index type, std::shared_ptr<void> &found)
{
    const auto entry =
        std::find_if(m_entries.begin(), m_entries.end(), [&key](const Entry &e) { return e.key == key; });
    if (entry == m_entries.end())
        return true;
    if (!entry->model)
        return false;
    if (entry->type != type)
        throw Exception(ErrorCode::Internal, "Two kinds of models share one name in the cache", key);
    m_entries.splice(m_entries.end(), m_entries, entry);
    found = entry->model;
    return true;
}

std::function<void()> ModelCache::shortSleep()
{
    return [] { std::this_thread::sleep_for(std::chrono::milliseconds(2)); };
}

std::uint64_t ModelCache::evict(std::uint64_t bytes)
{
    MemoryLedger &ledger = MemoryLedger::instance();
    std::uint64_t freed = 0;
    for (auto entry = m_entries.begin(); entry != m_entries.end() && freed < bytes;) {
        if (!entry->model || entry->model.use_count() > 1) {
            ++entry;
            continue;
        }
        const std::uint64_t before = ledger.used();
        entry->account->release();
        entry = m_entries.erase(entry);
        const std::uint64_t after = ledger.used();
        // A model on a device frees little here; that something went is what the caller must hear.
        freed += before > after ? before - after : 1;
    }
    return freed;
}

void ModelCache::makeRoom(std::uint64_t bytes)
{
    const std::uint64_t room = MemoryLedger::instance().free();
    if (room < bytes)
        evict(bytes - room);
}

std::uint64_t ModelCache::bytes() const
{
    std::int64_t sum = 0;
    for (const Entry &entry : m_entries)
        sum += entry.account->bytes.load();
    return static_cast<std::uint64_t>(std::max<std::int64_t>(sum, 0));
}

ModelCache::Loading::Loading(ModelCache &cache, EngineScope &scope, const std::string &key)
    : m_cache(cache), m_runtime(torchRuntime(scope)), m_jobId(scope.jobId())
{
    m_entry = cache.m_entries.insert(cache.m_entries.end(), Entry{key, typeid(void), nullptr, MemoryAccount::create()});
    m_before = m_runtime.beginLoading(m_jobId, m_entry->account);
}

ModelCache::Loading::~Loading()
{
    m_runtime.endLoading(m_jobId, m_before);
    if (!m_entry->model) {
        m_entry->account->release();
        m_cache.m_entries.erase(m_entry);
    }
}

void ModelCache::Loading::keep(std::shared_ptr<void> model, std::type_index type)
{
    if (!model)
        throw Exception(ErrorCode::Internal, "A model's loader gave no model", m_entry->key);
    m_entry->model = std::move(model);
    m_entry->type = type;
}

ModelCache &modelCache(EngineScope &scope)
{
    return torchRuntime(scope).models();
}

} // namespace orrery
