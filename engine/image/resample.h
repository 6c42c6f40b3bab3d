// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/picture.h"

namespace orrery {

enum class Filter
{
    Bilinear, ///< triangle, support 1
    Bicubic,  ///< Keys' cubic convolution with a = −0.5, support 2
};

struct PixelSize
{
    int width = 0;
    int height = 0;
};

/// A rectangle of a resized picture, in its pixels.
struct PixelRegion
{
    int left = 0;
    int top = 0;
    int width = 0;
    int height = 0;
};

/// Resizes with antialiasing and returns one region of the result; only that region is computed, so a very long picture
/// costs no more than its crop. The bytes are those of Image.resize of Pillow 13: the filter is widened by the
/// reduction, its weights are rounded to 22 fractional bits, and what lies between the two passes is rounded to bytes.
/// Source: Pillow's description of its filters; Keys 1981, "Cubic convolution interpolation for digital image
/// processing"; bytes checked by tests/engine/image against tests/reference/make_clip_fixtures.py.
///
/// @param size    of the whole result; each side at least 1
/// @param region  lies inside `size`
/// @throws Exception{BadInput} when the picture is empty or its buffer has another size than it says.
/// Thread: any; touches no tensor.
Picture resizeRegion(const Picture &picture, PixelSize size, PixelRegion region, Filter filter);

/// The whole of it.
Picture resize(const Picture &picture, PixelSize size, Filter filter);

} // namespace orrery
