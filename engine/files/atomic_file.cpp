// SPDX-License-Identifier: Apache-2.0
#include "engine/files/atomic_file.h"

#include "engine/core/error.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace orrery {

AtomicFile::AtomicFile(std::string path) : m_path(std::move(path)), m_temporary(m_path + ".XXXXXX")
{
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
    if (::fsync(m_descriptor) != 0)
        fail("cannot be flushed to the disk");
    if (::rename(m_temporary.c_str(), m_path.c_str()) != 0)
        fail("cannot be put in its place");
    ::close(m_descriptor);
    m_descriptor = -1;
}

} // namespace orrery
