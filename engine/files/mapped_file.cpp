// SPDX-License-Identifier: Apache-2.0
#include "engine/files/mapped_file.h"

#include "engine/core/error.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace orrery {

std::shared_ptr<const MappedFile> MappedFile::open(const std::string &path)
{
    // Not waiting: a pipe opens only when somebody writes to it, and is refused below.
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        throw Exception(errno == ENOENT ? ErrorCode::NotFound : ErrorCode::ModelFile,
                        path + ": cannot be opened (" + std::strerror(errno) + ")");
    struct stat status = {};
    if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        ::close(descriptor);
        throw Exception(ErrorCode::ModelFile, path + ": is not a regular file");
    }
    const auto size = static_cast<std::size_t>(status.st_size);
    void *data = nullptr;
    if (size > 0) { // an empty mapping is an error of mmap, an empty file is not one of ours
        data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
        if (data == MAP_FAILED) {
            const std::string reason = std::strerror(errno);
            ::close(descriptor);
            throw Exception(ErrorCode::ModelFile, path + ": cannot be mapped (" + reason + ")");
        }
    }
    ::close(descriptor);
    return std::shared_ptr<const MappedFile>(new MappedFile(path, static_cast<const std::byte *>(data), size));
}

MappedFile::MappedFile(std::string path, const std::byte *data, std::size_t size)
    : m_path(std::move(path)), m_data(data), m_size(size)
{}

MappedFile::~MappedFile()
{
    if (m_data)
        ::munmap(const_cast<std::byte *>(m_data), m_size);
}

} // namespace orrery
