// SPDX-License-Identifier: Apache-2.0
#include "engine/files/npz.h"

#include "engine/core/error.h"
#include "engine/files/mapped_file.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#ifdef ORRERY_HAS_ZLIB
#include <zlib.h>
#endif

namespace orrery {

namespace {

using Bytes = std::span<const std::byte>;

constexpr std::uint32_t kLocalHeader = 0x04034b50, kCentralHeader = 0x02014b50, kEnd = 0x06054b50, kEnd64 = 0x06064b50,
                        kEnd64Locator = 0x07064b50;
constexpr std::size_t kLocalBytes = 30, kCentralBytes = 46, kEndBytes = 22, kLocatorBytes = 20;
constexpr std::uint64_t kStored = 0, kDeflated = 8;
/// Deflate cannot shrink below a thousandth: a header that says so lies, and memory is asked for by it.
constexpr std::uint64_t kMostExpansion = 1032;

[[noreturn]] void fail(const std::string &path, const std::string &what)
{
    throw Exception(ErrorCode::BadInput, path + ": " + what);
}

/// One file of the archive, as the central directory has it.
struct Entry
{
    std::string name;
    std::uint64_t method = 0, packed = 0, size = 0, offset = 0;
    std::uint32_t crc = 0;
};

class Archive
{
public:
    explicit Archive(const std::string &path) : m_path(path), m_file(MappedFile::open(path)), m_bytes(m_file->bytes())
    {
        readDirectory();
    }

    const std::vector<Entry> &entries() const { return m_entries; }

    std::vector<std::byte> contents(const Entry &entry) const
    {
        const std::string what = "array \"" + entry.name + "\"";
        if (number(entry.offset, 4, what) != kLocalHeader)
            fail(m_path, what + ": its local header is not where the directory says");
        const std::uint64_t start =
            entry.offset + kLocalBytes + number(entry.offset + 26, 2, what) + number(entry.offset + 28, 2, what);
        if (start > m_bytes.size() || entry.packed > m_bytes.size() - start)
            fail(m_path, what + ": field \"compressed size\" is " + std::to_string(entry.packed) +
                             ", which reaches past the end of the file");
        const Bytes packed = m_bytes.subspan(start, entry.packed);
        std::vector<std::byte> result;
        if (entry.method == kStored) {
            if (entry.packed != entry.size)
                fail(m_path, what + ": field \"size\" differs from \"compressed size\" though it is not compressed");
            result.assign(packed.begin(), packed.end());
        } else if (entry.method == kDeflated) {
            if (entry.size / kMostExpansion > entry.packed)
                fail(m_path,
                     what + ": field \"size\" is " + std::to_string(entry.size) + ", more than its data can unpack to");
            result = inflated(packed, entry.size, what);
        } else {
            fail(m_path, what + ": field \"compression method\" is " + std::to_string(entry.method) +
                             ", expected 0 (stored) or 8 (deflated), as numpy.savez writes");
        }
        if (checksum(result) != entry.crc)
            fail(m_path, what + ": the checksum is wrong, so the file is damaged");
        return result;
    }

private:
    /// Little-endian, `width` bytes.
    std::uint64_t number(std::uint64_t offset, unsigned width, const std::string &what) const
    {
        if (offset > m_bytes.size() || width > m_bytes.size() - offset)
            fail(m_path, what + " lies outside the file, which may have been cut off");
        std::uint64_t value = 0;
        std::memcpy(&value, m_bytes.data() + offset, width);
        return value;
    }

    void readDirectory()
    {
        if (m_bytes.size() < kEndBytes || number(0, 2, "the start") != 0x4b50) // "PK"
            fail(m_path, "is not a NumPy archive, expected one that numpy.savez wrote");
        // The end record stands last, before a comment of up to 64 KB.
        std::uint64_t end = m_bytes.size() - kEndBytes;
        const std::uint64_t lowest = end > 0xffff ? end - 0xffff : 0;
        while (number(end, 4, "the end record") != kEnd) {
            if (end == lowest)
                fail(m_path, "has no directory at its end, so it may have been cut off");
            --end;
        }
        std::uint64_t count = number(end + 10, 2, "the end record"), at = number(end + 16, 4, "the end record");
        if ((count == 0xffff || at == 0xffffffff) && end >= kLocatorBytes &&
            number(end - kLocatorBytes, 4, "the Zip64 locator") == kEnd64Locator) {
            const std::uint64_t wide = number(end - kLocatorBytes + 8, 8, "the Zip64 locator");
            if (number(wide, 4, "the Zip64 end record") != kEnd64)
                fail(m_path, "the Zip64 end record is not where its locator says");
            count = number(wide + 32, 8, "the Zip64 end record");
            at = number(wide + 48, 8, "the Zip64 end record");
        }
        for (std::uint64_t i = 0; i < count; ++i)
            at = readEntry(at);
    }

    std::uint64_t readEntry(std::uint64_t at)
    {
        const std::string what = "entry " + std::to_string(m_entries.size() + 1) + " of the directory";
        if (number(at, 4, what) != kCentralHeader)
            fail(m_path, what + " is damaged");
        if (number(at + 8, 2, what) & 1)
            fail(m_path, what + " is encrypted, expected a plain archive");
        Entry entry;
        entry.method = number(at + 10, 2, what);
        entry.crc = static_cast<std::uint32_t>(number(at + 16, 4, what));
        entry.packed = number(at + 20, 4, what);
        entry.size = number(at + 24, 4, what);
        entry.offset = number(at + 42, 4, what);
        const std::uint64_t nameBytes = number(at + 28, 2, what), extraBytes = number(at + 30, 2, what),
                            commentBytes = number(at + 32, 2, what);
        at += kCentralBytes;
        if (nameBytes > 0)
            number(at + nameBytes - 1, 1, what);
        entry.name.assign(reinterpret_cast<const char *>(m_bytes.data()) + at, nameBytes);
        readWideFields(entry, at + nameBytes, extraBytes, what);
        if (entry.name.ends_with(".npy")) {
            entry.name.resize(entry.name.size() - 4);
            m_entries.push_back(std::move(entry));
        }
        return at + nameBytes + extraBytes + commentBytes;
    }

    /// Zip64: sizes and offsets that do not fit 32 bits stand in an extra field of type 1, in this order.
    void readWideFields(Entry &entry, std::uint64_t at, std::uint64_t bytes, const std::string &what) const
    {
        const std::uint64_t end = at + bytes;
        while (at + 4 <= end) {
            const std::uint64_t type = number(at, 2, what), length = number(at + 2, 2, what);
            at += 4;
            if (type == 1) {
                for (std::uint64_t *field : {&entry.size, &entry.packed, &entry.offset})
                    if (*field == 0xffffffff) {
                        *field = number(at, 8, what);
                        at += 8;
                    }
                return;
            }
            at += length;
        }
    }

#ifdef ORRERY_HAS_ZLIB
    std::vector<std::byte> inflated(Bytes packed, std::uint64_t size, const std::string &what) const
    {
        std::vector<std::byte> result(size);
        z_stream stream = {};
        if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) // raw deflate, as zip has it
            throw Exception(ErrorCode::Internal, "zlib could not be started");
        int status = Z_OK;
        std::uint64_t read = 0, written = 0;
        constexpr std::uint64_t kMost = 1U << 30; // zlib counts in 32 bits
        do {
            const auto in = static_cast<uInt>(std::min(kMost, packed.size() - read));
            const auto out = static_cast<uInt>(std::min(kMost, size - written));
            stream.next_in = reinterpret_cast<Bytef *>(const_cast<std::byte *>(packed.data() + read));
            stream.avail_in = in;
            stream.next_out = reinterpret_cast<Bytef *>(result.data() + written);
            stream.avail_out = out;
            status = ::inflate(&stream, Z_NO_FLUSH);
            read += in - stream.avail_in;
            written += out - stream.avail_out;
            if (in == stream.avail_in && out == stream.avail_out)
                break; // neither more data nor more room
        } while (status == Z_OK);
        inflateEnd(&stream);
        if (status != Z_STREAM_END || written != size)
            fail(m_path, what + ": its compressed data is damaged");
        return result;
    }
#else
    std::vector<std::byte> inflated(Bytes, std::uint64_t, const std::string &what) const
    {
        throw Exception(ErrorCode::Unsupported, m_path + ": " + what +
                                                    " is compressed, which this build (without zlib) cannot read; "
                                                    "numpy.savez writes it uncompressed");
    }
#endif

    /// CRC-32 of ISO 3309, bit by bit through a table.
    static std::uint32_t checksum(Bytes bytes)
    {
        static const auto table = [] {
            std::array<std::uint32_t, 256> made{};
            for (std::uint32_t i = 0; i < 256; ++i) {
                std::uint32_t value = i;
                for (int bit = 0; bit < 8; ++bit)
                    value = value >> 1 ^ (value & 1 ? 0xedb88320U : 0U);
                made[i] = value;
            }
            return made;
        }();
        std::uint32_t crc = 0xffffffff;
        for (const std::byte byte : bytes)
            crc = table[(crc ^ std::to_integer<std::uint32_t>(byte)) & 0xff] ^ crc >> 8;
        return ~crc;
    }

    std::string m_path;
    std::shared_ptr<const MappedFile> m_file;
    Bytes m_bytes;
    std::vector<Entry> m_entries;
};

std::string listed(const std::vector<Entry> &entries)
{
    std::string names;
    for (const Entry &entry : entries)
        names += (names.empty() ? "" : ", ") + entry.name;
    return names.empty() ? "none" : names;
}

} // namespace

std::vector<std::string> namesInNpz(const std::string &path)
{
    const Archive archive(path);
    std::vector<std::string> names;
    for (const Entry &entry : archive.entries())
        names.push_back(entry.name);
    return names;
}

NpyMatrix readNpz(const std::string &path, const std::string &array)
{
    const Archive archive(path);
    const std::vector<Entry> &entries = archive.entries();
    if (entries.empty())
        fail(path, "holds no array, expected one that numpy.savez wrote");
    if (array.empty() && entries.size() > 1)
        fail(path, "holds several arrays (" + listed(entries) + "), so one has to be named");
    const auto found = std::find_if(entries.begin(), entries.end(),
                                    [&](const Entry &entry) { return array.empty() || entry.name == array; });
    if (found == entries.end())
        fail(path, "has no array \"" + array + "\", only: " + listed(entries));
    const std::vector<std::byte> bytes = archive.contents(*found);
    return parseNpy(path + ": array \"" + found->name + "\"", bytes);
}

} // namespace orrery
