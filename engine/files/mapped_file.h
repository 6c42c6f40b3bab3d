// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace orrery {

/// A file mapped read-only; the pages are shared with every other program that maps it.
/// Thread: any. The mapping lives as long as a copy of the pointer.
class MappedFile
{
public:
    /// @throws Exception{NotFound} when it does not exist, Exception{ModelFile} when it cannot be mapped.
    static std::shared_ptr<const MappedFile> open(const std::string &path);
    ~MappedFile();
    MappedFile(const MappedFile &) = delete;
    MappedFile &operator=(const MappedFile &) = delete;

    const std::string &path() const { return m_path; }
    std::span<const std::byte> bytes() const { return {m_data, m_size}; }

private:
    MappedFile(std::string path, const std::byte *data, std::size_t size);
    std::string m_path;
    const std::byte *m_data;
    std::size_t m_size;
};

} // namespace orrery
