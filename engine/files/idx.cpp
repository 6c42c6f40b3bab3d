// SPDX-License-Identifier: Apache-2.0
#include "engine/files/idx.h"

#include "engine/core/error.h"
#include "engine/files/gzip.h"
#include "engine/files/mapped_file.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <filesystem>

namespace orrery {

namespace {

constexpr std::uint64_t kMostUnpacked = 1ULL << 32; ///< of a compressed file: what fits no memory is no mistake of ours
constexpr std::size_t kMostDimensions = 8;
constexpr std::size_t kPiece = 1 << 20; ///< bytes unpacked at a time; a multiple of every value's size

[[noreturn]] void fail(const std::string &path, const std::string &what)
{
    throw Exception(ErrorCode::BadInput, path + ": " + what);
}

/// A file's bytes in order, packed or not.
class Bytes
{
public:
    explicit Bytes(const std::string &path)
    {
        if (path.ends_with(".gz") || path.ends_with(".GZ"))
            m_packed = std::make_unique<GzipFile>(path);
        else
            m_plain = MappedFile::open(path);
    }
    std::size_t read(std::span<std::byte> bytes)
    {
        if (m_packed)
            return m_packed->read(bytes);
        const std::size_t count = std::min(bytes.size(), m_plain->bytes().size() - m_at);
        std::memcpy(bytes.data(), m_plain->bytes().data() + m_at, count);
        m_at += count;
        return count;
    }
    bool packed() const { return m_packed != nullptr; }
    /// Exact of a plain file.
    std::uint64_t most() const { return m_packed ? m_packed->mostBytes() : m_plain->bytes().size(); }

private:
    std::unique_ptr<GzipFile> m_packed;
    std::shared_ptr<const MappedFile> m_plain;
    std::size_t m_at = 0;
};

/// Numbers stand with the high byte first.
template <class T>
float readAs(const std::byte *bytes)
{
    std::array<std::byte, sizeof(T)> raw;
    std::reverse_copy(bytes, bytes + sizeof(T), raw.begin());
    return static_cast<float>(std::bit_cast<T>(raw));
}

struct ValueType
{
    std::size_t bytes = 0;
    float (*read)(const std::byte *) = nullptr;
};

ValueType typeOf(const std::string &path, unsigned code)
{
    switch (code) {
    case 0x08:
        return {1, readAs<std::uint8_t>};
    case 0x09:
        return {1, readAs<std::int8_t>};
    case 0x0b:
        return {2, readAs<std::int16_t>};
    case 0x0c:
        return {4, readAs<std::int32_t>};
    case 0x0d:
        return {4, readAs<float>};
    case 0x0e:
        return {8, readAs<double>};
    }
    fail(path, "the header's type of values is " + std::to_string(code) +
                   ", expected 8, 9, 11, 12, 13 or 14, as the IDX format has them");
}

std::string inWords(const std::vector<std::int64_t> &dimensions)
{
    std::string text;
    for (const std::int64_t dimension : dimensions)
        text += (text.empty() ? "" : " × ") + std::to_string(dimension);
    return text;
}

struct Header
{
    ValueType type;
    std::vector<std::int64_t> dimensions;
    std::uint64_t headerBytes = 0, valueBytes = 0;
};

Header readHeader(const std::string &path, Bytes &bytes)
{
    std::array<std::byte, 4> magic;
    if (bytes.read(magic) < magic.size() || magic[0] != std::byte{0} || magic[1] != std::byte{0})
        fail(path, "is not an IDX file, expected one that begins with two zero bytes, as those of MNIST do");
    Header header;
    header.type = typeOf(path, std::to_integer<unsigned>(magic[2]));
    const auto count = std::to_integer<std::size_t>(magic[3]);
    if (count == 0 || count > kMostDimensions)
        fail(path, "the header says that it has " + std::to_string(count) + " dimensions, expected 1 to " +
                       std::to_string(kMostDimensions));
    std::uint64_t values = 1;
    for (std::size_t i = 0; i < count; ++i) {
        std::array<std::byte, 4> raw;
        if (bytes.read(raw) < raw.size())
            fail(path, "ends within its header, so it was cut off");
        std::uint32_t dimension = 0;
        for (const std::byte byte : raw)
            dimension = dimension << 8 | std::to_integer<std::uint32_t>(byte);
        header.dimensions.push_back(dimension);
        // No file has as many: stop before the product no longer fits.
        values = values > (1ULL << 50) / std::max<std::uint64_t>(dimension, 1) ? 1ULL << 50 : values * dimension;
    }
    header.headerBytes = 4 + 4 * count;
    header.valueBytes = values * header.type.bytes;
    return header;
}

/// Before any memory is asked for.
void checkSize(const std::string &path, const Bytes &bytes, const Header &header)
{
    const std::string says = "the header says " + inWords(header.dimensions) + " values of " +
                             std::to_string(header.type.bytes) + (header.type.bytes == 1 ? " byte" : " bytes");
    const std::uint64_t expected = header.headerBytes + header.valueBytes;
    if (bytes.packed() && header.valueBytes > kMostUnpacked)
        fail(path, says + ", more than the 4 GB that this program unpacks; unpack it with gunzip");
    if (bytes.packed() ? expected > bytes.most() : expected != bytes.most())
        fail(path, says + ", which makes " + std::to_string(expected) + " bytes, but the file " +
                       (bytes.packed() ? "cannot unpack to more than " : "has ") + std::to_string(bytes.most()));
}

} // namespace

IdxArray readIdx(const std::string &path)
{
    Bytes bytes(path);
    const Header header = readHeader(path, bytes);
    checkSize(path, bytes, header);
    IdxArray array;
    array.dimensions = header.dimensions;
    array.matrix.rows = header.dimensions.front();
    if (array.matrix.rows > 0)
        array.matrix.columns = static_cast<std::int64_t>(header.valueBytes / header.type.bytes) / array.matrix.rows;
    std::vector<std::byte> piece(kPiece);
    for (std::uint64_t at = 0; at < header.valueBytes;) {
        const std::size_t wanted = std::min<std::uint64_t>(kPiece, header.valueBytes - at);
        const std::size_t count = bytes.read({piece.data(), wanted});
        if (count < wanted)
            fail(path, "ends after " + std::to_string(at + count) + " bytes of values, expected " +
                           std::to_string(header.valueBytes) + " (" + inWords(header.dimensions) + ")");
        for (std::size_t i = 0; i < count; i += header.type.bytes)
            array.matrix.values.push_back(header.type.read(piece.data() + i));
        at += count;
    }
    if (bytes.read({piece.data(), 1}) > 0)
        fail(path, "goes on after its " + std::to_string(header.valueBytes) + " bytes of values (" +
                       inWords(header.dimensions) + "), expected its end");
    return array;
}

bool isIdxName(const std::string &path)
{
    std::string name = std::filesystem::path(path).filename().string();
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    if (name.ends_with(".gz"))
        name.resize(name.size() - 3);
    if (name.ends_with(".idx"))
        return true;
    for (const char *kind : {"-ubyte", "-byte", "-short", "-int", "-float", "-double"})
        if (name.ends_with(kind)) {
            name.resize(name.size() - std::strlen(kind));
            return name.size() >= 4 && name.substr(name.size() - 4, 3) == "idx" && name.back() >= '1' &&
                   name.back() <= '9';
        }
    return false;
}

std::string idxLabelsOf(const std::string &path)
{
    namespace fs = std::filesystem;
    std::string name = fs::path(path).filename().string();
    const std::size_t images = name.rfind("images");
    const std::size_t kind = name.rfind("idx3");
    if (images == std::string::npos)
        return {};
    if (kind != std::string::npos)
        name.replace(kind, 4, "idx1");
    name.replace(images, 6, "labels");
    if (name.ends_with(".gz"))
        name.resize(name.size() - 3);
    for (const std::string &candidate : {name, name + ".gz"}) {
        const fs::path labels = fs::path(path).parent_path() / candidate;
        std::error_code ignored;
        if (fs::is_regular_file(labels, ignored))
            return labels.string();
    }
    return {};
}

} // namespace orrery
