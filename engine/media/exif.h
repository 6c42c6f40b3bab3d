// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/picture.h"

#include <cstdint>
#include <span>

namespace orrery::media {

inline constexpr int kUpright = 1;

/// The orientation that an EXIF block (a small TIFF file: "II*" or "MM*", without "Exif\0\0") states.
/// Source: EXIF 2.32 (CIPA DC-008), 4.6.4 A, tag 274.
/// @return 1 to 8; 1 when the block is damaged or does not say.
int exifOrientation(std::span<const std::uint8_t> block);

/// Turns and mirrors a picture so that it stands upright.
/// @param orientation  EXIF, 1 to 8; others change nothing.
Picture turnedUpright(Picture picture, int orientation);

} // namespace orrery::media
