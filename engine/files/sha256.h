// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace orrery {

/// SHA-256 of bytes that come in pieces.
/// Source: FIPS PUB 180-4, sections 4.1.2, 4.2.2, 5.1.1, 5.3.3 and 6.2.
class Sha256
{
public:
    void add(std::span<const std::byte> bytes);
    /// 64 lower-case hexadecimal digits. Call it once, last.
    std::string finish();

private:
    void block(const std::uint8_t *bytes);
    std::array<std::uint32_t, 8> m_state{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    std::array<std::uint8_t, 64> m_pending{};
    std::size_t m_pendingBytes = 0;
    std::uint64_t m_totalBytes = 0;
};

/// @throws Exception{NotFound}, Exception{ModelFile} when the file cannot be read.
std::string sha256OfFile(const std::string &path);

} // namespace orrery
