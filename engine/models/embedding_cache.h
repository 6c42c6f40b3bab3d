// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace orrery {

/// Embeddings by what they were made of, least recently used first out. What somebody types letter by letter asks for
/// the same texts and pictures again and again. Thread: engine.
class EmbeddingCache
{
public:
    /// @param largestBytes  about how much memory the entries may take; larger keeps more
    explicit EmbeddingCache(std::size_t largestBytes) : m_largestBytes(largestBytes) {}

    /// Null when it is not there. Valid until the next call of put.
    const std::vector<float> *find(std::string_view key)
    {
        const auto found = m_index.find(key);
        if (found == m_index.end())
            return nullptr;
        m_entries.splice(m_entries.end(), m_entries, found->second);
        return &found->second->embedding;
    }

    void put(std::string key, std::vector<float> embedding)
    {
        if (find(key))
            return;
        m_entries.push_back({std::move(key), std::move(embedding)});
        m_index.emplace(m_entries.back().key, std::prev(m_entries.end()));
        m_bytes += sizeOf(m_entries.back());
        while (m_bytes > m_largestBytes && m_entries.size() > 1) {
            m_bytes -= sizeOf(m_entries.front());
            m_index.erase(m_entries.front().key);
            m_entries.pop_front();
        }
    }

    std::size_t size() const { return m_entries.size(); }

private:
    struct Entry
    {
        std::string key;
        std::vector<float> embedding;
    };
    static std::size_t sizeOf(const Entry &entry)
    {
        constexpr std::size_t kOverhead = 160; // list and index nodes, two allocations
        return entry.key.size() + entry.embedding.size() * sizeof(float) + kOverhead;
    }

    std::size_t m_largestBytes;
    std::size_t m_bytes = 0;
    std::list<Entry> m_entries;                                               ///< most recently used last
    std::unordered_map<std::string_view, std::list<Entry>::iterator> m_index; ///< keys lie in the entries
};

} // namespace orrery
