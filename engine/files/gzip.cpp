// SPDX-License-Identifier: Apache-2.0
#include "engine/files/gzip.h"

#include "engine/core/error.h"
#include "engine/files/mapped_file.h"

#include <algorithm>
#ifdef ORRERY_HAS_ZLIB
#include <zlib.h>
#endif

namespace orrery {

namespace {
constexpr std::uint64_t kMostExpansion = 1032;
} // namespace

#ifdef ORRERY_HAS_ZLIB

struct GzipFile::Stream
{
    z_stream zlib = {};
    std::size_t given = 0; ///< bytes of the file that zlib has
    bool ended = false;
};

GzipFile::GzipFile(const std::string &path)
    : m_path(path), m_file(MappedFile::open(path)), m_stream(std::make_unique<Stream>())
{
    constexpr int kGzipOnly = 16; // as zlib.h, "inflateInit2"
    if (inflateInit2(&m_stream->zlib, kGzipOnly + MAX_WBITS) != Z_OK)
        throw Exception(ErrorCode::Internal, "zlib could not be started");
}

GzipFile::~GzipFile()
{
    inflateEnd(&m_stream->zlib);
}

std::size_t GzipFile::read(std::span<std::byte> bytes)
{
    constexpr std::size_t kMost = 1U << 30; // zlib counts in 32 bits
    const auto packed = m_file->bytes();
    z_stream &zlib = m_stream->zlib;
    std::size_t filled = 0;
    while (filled < bytes.size() && !m_stream->ended) {
        if (zlib.avail_in == 0) {
            const std::size_t more = std::min(kMost, packed.size() - m_stream->given);
            zlib.next_in = reinterpret_cast<Bytef *>(const_cast<std::byte *>(packed.data() + m_stream->given));
            zlib.avail_in = static_cast<uInt>(more);
            m_stream->given += more;
        }
        const auto room = static_cast<uInt>(std::min(kMost, bytes.size() - filled));
        zlib.next_out = reinterpret_cast<Bytef *>(bytes.data() + filled);
        zlib.avail_out = room;
        const int status = ::inflate(&zlib, Z_NO_FLUSH);
        filled += room - zlib.avail_out;
        if (status == Z_STREAM_END) {
            // gzip joins files by putting one behind the other.
            const bool more = zlib.avail_in > 0 || m_stream->given < packed.size();
            m_stream->ended = !more || inflateReset(&zlib) != Z_OK;
        } else if (status == Z_BUF_ERROR && zlib.avail_in == 0 && m_stream->given == packed.size()) {
            throw Exception(ErrorCode::BadInput, m_path + ": its compressed data ends too early, so it was cut off");
        } else if (status != Z_OK && status != Z_BUF_ERROR) {
            throw Exception(ErrorCode::BadInput, m_path + ": its compressed data is damaged, expected a gzip file");
        }
    }
    return filled;
}

#else

struct GzipFile::Stream
{};

GzipFile::GzipFile(const std::string &path)
{
    throw Exception(ErrorCode::Unsupported,
                    path + ": is compressed, which this build (without zlib) cannot read; unpack it with gunzip");
}

GzipFile::~GzipFile() = default;

std::size_t GzipFile::read(std::span<std::byte>)
{
    return 0;
}

#endif

std::uint64_t GzipFile::mostBytes() const
{
    return m_file->bytes().size() * kMostExpansion;
}

} // namespace orrery
