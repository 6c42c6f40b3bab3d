// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace orrery {

class MappedFile;

/// A file compressed by gzip, unpacked piece by piece: nobody has to believe what it says of its size.
/// Source: RFC 1952. Thread: any, one at a time.
class GzipFile
{
public:
    /// @throws Exception{NotFound}; Exception{Unsupported} in a build without zlib.
    explicit GzipFile(const std::string &path);
    ~GzipFile();
    GzipFile(const GzipFile &) = delete;
    GzipFile &operator=(const GzipFile &) = delete;

    /// Fills `bytes` as far as there are any. @return how many; less than asked for only at the end.
    /// @throws Exception{BadInput} when the compressed data is damaged or cut off.
    std::size_t read(std::span<std::byte> bytes);
    /// Most bytes that a file of this size can unpack to: deflate does not shrink below 1 in 1,032.
    std::uint64_t mostBytes() const;

private:
    struct Stream;
    std::string m_path;
    std::shared_ptr<const MappedFile> m_file;
    std::unique_ptr<Stream> m_stream;
};

} // namespace orrery
