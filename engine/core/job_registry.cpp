// SPDX-License-Identifier: Apache-2.0
#include "engine/core/job_registry.h"

#include <deque>
#include <map>
#include <mutex>

namespace orrery {
namespace {

struct Storage
{
    std::mutex mutex;
    // Never erased: a running job's frame refers to its definition, also after the definition was replaced.
    std::deque<JobDefinition> definitions;
    std::map<std::string, const JobDefinition *, std::less<>> current;
};

Storage &storage()
{
    // Leaked on purpose: libraries register while they are loaded and may be asked until the very end.
    static Storage &instance = *new Storage;
    return instance;
}

} // namespace

JobRegistry &JobRegistry::instance()
{
    static JobRegistry registry;
    return registry;
}

void JobRegistry::add(JobDefinition definition)
{
    Storage &s = storage();
    const std::scoped_lock lock(s.mutex);
    const JobDefinition &added = s.definitions.emplace_back(std::move(definition));
    s.current[added.id] = &added;
}

const JobDefinition *JobRegistry::find(std::string_view id) const
{
    Storage &s = storage();
    const std::scoped_lock lock(s.mutex);
    const auto found = s.current.find(id);
    return found == s.current.end() ? nullptr : found->second;
}

std::vector<std::string> JobRegistry::ids() const
{
    Storage &s = storage();
    const std::scoped_lock lock(s.mutex);
    std::vector<std::string> ids;
    for (const auto &[id, definition] : s.current)
        ids.push_back(id);
    return ids;
}

} // namespace orrery
