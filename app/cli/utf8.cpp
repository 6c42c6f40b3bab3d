// SPDX-License-Identifier: Apache-2.0
#include "app/cli/utf8.h"

#include <cstddef>

namespace orrery::cli {

bool isUtf8(std::string_view text)
{
    for (std::size_t at = 0; at < text.size();) {
        const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
        const unsigned lead = byte(0);
        std::size_t length = 1;
        unsigned lowest = 0x80, highest = 0xBF; // of the second byte
        if (lead >= 0xC2 && lead <= 0xDF) {
            length = 2;
        } else if (lead >= 0xE0 && lead <= 0xEF) {
            length = 3;
            lowest = lead == 0xE0 ? 0xA0 : lowest;
            highest = lead == 0xED ? 0x9F : highest;
        } else if (lead >= 0xF0 && lead <= 0xF4) {
            length = 4;
            lowest = lead == 0xF0 ? 0x90 : lowest;
            highest = lead == 0xF4 ? 0x8F : highest;
        } else if (lead >= 0x80) {
            return false;
        }
        if (length > text.size() - at)
            return false;
        for (std::size_t i = 1; i < length; ++i)
            if (byte(i) < (i == 1 ? lowest : 0x80) || byte(i) > (i == 1 ? highest : 0xBF))
                return false;
        at += length;
    }
    return true;
}

} // namespace orrery::cli
