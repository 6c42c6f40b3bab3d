// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace orrery {

/// A file that appears complete or not at all: written beside its place, flushed to the disk, then renamed.
/// Destroying it without `commit` leaves what was there before. Behind a link, the file that it leads to is replaced.
/// What is no file, such as a pipe or /dev/null, is never replaced: it is written to as it is.
/// Thread: any, one at a time.
class AtomicFile
{
public:
    /// @throws Exception{ModelFile} when the folder cannot be written.
    explicit AtomicFile(std::string path);
    ~AtomicFile();
    AtomicFile(const AtomicFile &) = delete;
    AtomicFile &operator=(const AtomicFile &) = delete;

    /// @throws Exception{ModelFile}, for instance when the disk is full.
    void write(std::span<const std::byte> bytes);
    void write(std::string_view text) { write(std::as_bytes(std::span(text.data(), text.size()))); }
    void commit();

private:
    [[noreturn]] void fail(const char *what) const;
    std::string m_path;
    std::string m_place;     ///< m_path without links
    std::string m_temporary; ///< empty: what is there is no file, and m_descriptor is that itself
    int m_descriptor = -1;
};

} // namespace orrery
