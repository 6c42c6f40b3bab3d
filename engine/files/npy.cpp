// SPDX-License-Identifier: Apache-2.0
#include "engine/files/npy.h"

#include "engine/core/error.h"
#include "engine/files/atomic_file.h"
#include "engine/files/mapped_file.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <regex>

namespace orrery {

namespace {

constexpr std::string_view kMagic("\x93NUMPY", 6);
constexpr std::size_t kMostDimensions = 8;
constexpr std::size_t kLargestHeader = 4096; // NumPy itself writes about a hundred bytes for plain arrays

[[noreturn]] void fail(const std::string &path, const std::string &what)
{
    throw Exception(ErrorCode::BadInput, path + ": " + what);
}

/// The value of a key in the header, which is a Python dictionary of literals.
std::string headerField(const std::string &path, const std::string &header, const std::string &key)
{
    const std::regex pattern("['\"]" + key + R"(['"]\s*:\s*('[^']*'|"[^"]*"|True|False|\([^)]*\)))");
    std::smatch match;
    if (!std::regex_search(header, match, pattern))
        fail(path, "header field \"" + key + "\" is missing or is not what NumPy writes");
    return match[1];
}

std::vector<std::int64_t> parseShape(const std::string &path, const std::string &text)
{
    std::vector<std::int64_t> shape;
    static const std::regex number(R"(\d+)");
    for (std::sregex_iterator it(text.begin(), text.end(), number), end; it != end; ++it) {
        if (it->length() > 15)
            fail(path, "header field \"shape\" is " + text + ", which is more than any file can hold");
        shape.push_back(std::stoll(it->str()));
    }
    if (shape.empty() || shape.size() > kMostDimensions)
        fail(path, "header field \"shape\" is " + text + ", expected 1 to " + std::to_string(kMostDimensions) +
                       " dimensions");
    return shape;
}

/// The number at `bytes`, whose order may be the other one.
template <class T>
T numberAt(const std::byte *bytes, bool swapped)
{
    std::array<std::byte, sizeof(T)> raw;
    std::memcpy(raw.data(), bytes, sizeof(T));
    if (swapped)
        std::reverse(raw.begin(), raw.end());
    return std::bit_cast<T>(raw);
}

/// IEEE 754 binary16.
float halfAt(const std::byte *bytes, bool swapped)
{
    const auto half = numberAt<std::uint16_t>(bytes, swapped);
    const int exponent = half >> 10 & 0x1f;
    const int fraction = half & 0x3ff;
    const float size = exponent == 0x1f ? (fraction != 0 ? std::numeric_limits<float>::quiet_NaN() : INFINITY)
                       : exponent == 0  ? std::ldexp(float(fraction), -24)
                                        : std::ldexp(float(fraction + 0x400), exponent - 25);
    return half & 0x8000 ? -size : size;
}

using Reader = float (*)(const std::byte *, bool);

template <class T>
float readAs(const std::byte *bytes, bool swapped)
{
    return static_cast<float>(numberAt<T>(bytes, swapped));
}

/// What the header's "descr" says of one number.
struct NumberType
{
    Reader read = nullptr;
    std::int64_t size = 0;
    bool swapped = false;
};

NumberType parseType(const std::string &path, const std::string &descr)
{
    const std::string type = descr.size() >= 2 ? descr.substr(1, descr.size() - 2) : descr; // without the quotes
    const std::string order = type.substr(0, 1);
    const std::string kind = type.size() > 1 ? type.substr(1) : "";
    if (kind.starts_with('O'))
        fail(path, "header field \"descr\" is " + descr +
                       ", an array of Python objects, which only running them could read; expected numbers "
                       "(numpy: array.astype('float32'))");
    if (kind.starts_with('U') || kind.starts_with('S'))
        fail(path, "header field \"descr\" is " + descr + ", an array of texts, expected numbers");
    static const std::map<std::string, std::pair<Reader, std::int64_t>> kinds = {
        {"b1", {readAs<std::uint8_t>, 1}},  {"i1", {readAs<std::int8_t>, 1}},
        {"u1", {readAs<std::uint8_t>, 1}},  {"i2", {readAs<std::int16_t>, 2}},
        {"u2", {readAs<std::uint16_t>, 2}}, {"i4", {readAs<std::int32_t>, 4}},
        {"u4", {readAs<std::uint32_t>, 4}}, {"i8", {readAs<std::int64_t>, 8}},
        {"u8", {readAs<std::uint64_t>, 8}}, {"f2", {halfAt, 2}},
        {"f4", {readAs<float>, 4}},         {"f8", {readAs<double>, 8}}};
    const auto found = kinds.find(kind);
    if (found == kinds.end() || (order != "<" && order != ">" && order != "|" && order != "="))
        fail(path,
             "header field \"descr\" is " + descr + ", expected whole or floating-point numbers of up to 64 bits");
    return {found->second.first, found->second.second, order == ">"};
}

/// Where the columns of row 0 lie in an array whose first dimension runs fastest, in the order in which the last does.
std::vector<std::int64_t> fortranPlaces(const std::vector<std::int64_t> &shape)
{
    std::vector<std::int64_t> places{0};
    std::int64_t stride = shape[0];
    for (std::size_t d = 1; d < shape.size(); ++d) {
        std::vector<std::int64_t> finer;
        finer.reserve(places.size() * static_cast<std::size_t>(shape[d]));
        for (const std::int64_t place : places)
            for (std::int64_t i = 0; i < shape[d]; ++i)
                finer.push_back(place + i * stride);
        places = std::move(finer);
        stride *= shape[d];
    }
    return places;
}

} // namespace

void writeNpy(const std::string &path, const NpyMatrix &matrix)
{
    if (matrix.rows < 0 || matrix.columns < 0 ||
        matrix.values.size() != static_cast<std::size_t>(matrix.rows) * static_cast<std::size_t>(matrix.columns))
        throw Exception(ErrorCode::Internal,
                        path + ": " + std::to_string(matrix.values.size()) + " numbers are not rows × columns");
    std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + std::to_string(matrix.rows) + ", " +
                         std::to_string(matrix.columns) + "), }";
    constexpr std::size_t kPreamble = 10;
    header.append(63 - (kPreamble + header.size()) % 64, ' '); // data starts at a multiple of 64
    header += '\n';
    std::string preamble(kMagic);
    preamble += {'\x01', '\x00', static_cast<char>(header.size() & 0xff), static_cast<char>(header.size() >> 8)};
    AtomicFile file(path);
    file.write(preamble);
    file.write(header);
    file.write(std::as_bytes(std::span(matrix.values)));
    file.commit();
}

NpyMatrix readNpy(const std::string &path)
{
    const auto file = MappedFile::open(path);
    return parseNpy(path, file->bytes());
}

NpyMatrix parseNpy(const std::string &path, std::span<const std::byte> bytes)
{
    if (bytes.empty())
        fail(path, "is empty, expected an array that numpy.save wrote");
    if (bytes.size() < 12 || std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) != 0)
        fail(path, "is not a NumPy array file, expected one that numpy.save wrote");
    const auto major = std::to_integer<unsigned>(bytes[6]);
    if (major < 1 || major > 3)
        fail(path, "is of format version " + std::to_string(major) + ", expected 1, 2 or 3");
    const std::size_t preamble = major == 1 ? 10 : 12;
    std::uint32_t headerBytes = 0;
    std::memcpy(&headerBytes, bytes.data() + 8, major == 1 ? 2 : 4);
    if (headerBytes > kLargestHeader || headerBytes > bytes.size() - preamble)
        fail(path, "header length is " + std::to_string(headerBytes) + " bytes, which is not inside the file");
    const std::string header(reinterpret_cast<const char *>(bytes.data()) + preamble, headerBytes);

    const NumberType type = parseType(path, headerField(path, header, "descr"));
    const std::string order = headerField(path, header, "fortran_order");
    if (order != "True" && order != "False")
        fail(path, "header field \"fortran_order\" is " + order + ", expected True or False");
    const auto shape = parseShape(path, headerField(path, header, "shape"));

    NpyMatrix matrix;
    matrix.rows = shape[0];
    matrix.columns = 1;
    for (std::size_t i = 1; i < shape.size(); ++i)
        if (__builtin_mul_overflow(matrix.columns, shape[i], &matrix.columns))
            fail(path, "header field \"shape\" has more numbers than any file can hold");
    const auto data = bytes.subspan(preamble + headerBytes);
    std::int64_t count = 0, size = 0;
    if (__builtin_mul_overflow(matrix.rows, matrix.columns, &count) ||
        __builtin_mul_overflow(count, type.size, &size) || static_cast<std::uint64_t>(size) != data.size())
        fail(path, "header field \"shape\" is " + std::to_string(matrix.rows) + " × " + std::to_string(matrix.columns) +
                       ", but " + std::to_string(data.size()) + " bytes of data follow");
    if (count == 0)
        return matrix; // rows of nothing, of which there may be very many
    matrix.values.resize(static_cast<std::size_t>(count));
    const std::vector<std::int64_t> places =
        order == "True" && count > 0 ? fortranPlaces(shape) : std::vector<std::int64_t>();
    std::size_t i = 0;
    for (std::int64_t row = 0; row < matrix.rows; ++row)
        for (std::int64_t column = 0; column < matrix.columns; ++column, ++i) {
            const std::int64_t place = places.empty() ? std::int64_t(i) : places[std::size_t(column)] + row;
            matrix.values[i] = type.read(data.data() + place * type.size, type.swapped);
        }
    return matrix;
}

} // namespace orrery
