// SPDX-License-Identifier: Apache-2.0
#include "engine/files/atomic_file.h"

#include "engine/core/error.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace orrery {

namespace {

/// Where a link leads: the file there is replaced, and the link stays. A link to nothing is replaced itself.
std::string placeOf(const std::string &path)
{
    std::error_code error;
    if (!std::filesystem::is_symlink(path, error))
        return path;
    const std::filesystem::path place = std::filesystem::canonical(path, error);
    return error ? path : place.string();
}

} // namespace

AtomicFile::AtomicFile(std::string path) : m_path(std::move(path))
{
    struct stat there = {};
    if (::stat(m_path.c_str(), &there) == 0 && !S_ISREG(there.st_mode)) {
        // Renaming over a pipe or a device, such as /dev/null, would take it away from the whole machine.
        m_descriptor = ::open(m_path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY); // of a folder: an error that says so
        if (m_descriptor < 0)
            fail("cannot be written");
        return;
    }
    m_place = placeOf(m_path);
    m_temporary = m_place + ".XXXXXX";
    m_descriptor = ::mkostemp(m_temporary.data(), O_CLOEXEC);
    if (m_descriptor < 0)
        fail("cannot be written");
    // mkostemp makes the file private; what we write is meant to be read like any other file. The mask can only be read
    // by setting it, for all threads: once, so that no two of them find each other's.
    static const mode_t mask = [] {
        const mode_t now = ::umask(0);
        ::umask(now);
        return now;
    }();
    ::fchmod(m_descriptor, 0666 & ~mask);
}

AtomicFile::~AtomicFile()
{
    if (m_descriptor < 0)
        return;
    ::close(m_descriptor);
    if (!m_temporary.empty())
        ::unlink(m_temporary.c_str());
}

void AtomicFile::fail(const char *what) const
{
    throw Exception(ErrorCode::ModelFile, m_path + ": " + what + " (" + std::strerror(errno) + ")");
}

void AtomicFile::write(std::span<const std::byte> bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(m_descriptor, bytes.data(), bytes.size());
        if (written < 0) {
            if (errno == EINTR)
                continue;
            fail("cannot be written");
        }
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

void AtomicFile::commit()
{
    if (!m_temporary.empty()) { // a pipe has nothing to flush
        if (::fsync(m_descriptor) != 0)
            fail("cannot be flushed to the disk");
        if (::rename(m_temporary.c_str(), m_place.c_str()) != 0)
            fail("cannot be put in its place");
    }
    ::close(m_descriptor);
    m_descriptor = -1;
}

} // namespace orrery
