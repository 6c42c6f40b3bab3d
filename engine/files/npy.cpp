// SPDX-License-Identifier: Apache-2.0
#include "engine/files/npy.h"

#include "engine/core/error.h"
#include "engine/files/atomic_file.h"
#include "engine/files/mapped_file.h"

#include <cstring>
#include <optional>
#include <regex>
#include <span>

namespace orrery {

namespace {

constexpr std::string_view kMagic("\x93NUMPY", 6);
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
    if (shape.empty() || shape.size() > 2)
        fail(path, "header field \"shape\" is " + text + ", expected one or two dimensions");
    return shape;
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
    const auto bytes = file->bytes();
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

    const std::string type = headerField(path, header, "descr");
    const bool wide = type == "'<f8'";
    if (!wide && type != "'<f4'")
        fail(path, "header field \"descr\" is " + type + ", expected '<f4' or '<f8'");
    if (headerField(path, header, "fortran_order") != "False")
        fail(path, "header field \"fortran_order\" is True, expected rows one after the other");
    const auto shape = parseShape(path, headerField(path, header, "shape"));

    NpyMatrix matrix;
    matrix.rows = shape[0];
    matrix.columns = shape.size() == 2 ? shape[1] : 1;
    const auto data = bytes.subspan(preamble + headerBytes);
    std::int64_t count = 0, size = 0;
    if (__builtin_mul_overflow(matrix.rows, matrix.columns, &count) ||
        __builtin_mul_overflow(count, std::int64_t(wide ? 8 : 4), &size) ||
        static_cast<std::uint64_t>(size) != data.size())
        fail(path, "header field \"shape\" is " + std::to_string(matrix.rows) + " × " + std::to_string(matrix.columns) +
                       ", but " + std::to_string(data.size()) + " bytes of data follow");
    matrix.values.resize(static_cast<std::size_t>(count));
    if (!wide) {
        if (size > 0)
            std::memcpy(matrix.values.data(), data.data(), static_cast<std::size_t>(size));
        return matrix;
    }
    for (std::size_t i = 0; i < matrix.values.size(); ++i) {
        double value = 0;
        std::memcpy(&value, data.data() + i * 8, 8);
        matrix.values[i] = static_cast<float>(value);
    }
    return matrix;
}

} // namespace orrery
