// SPDX-License-Identifier: Apache-2.0
#include "engine/models/picture_pixels.h"

#include "engine/image/preprocess.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace orrery {

Picture toPicture(const at::Tensor &pixels)
{
    const at::Tensor rows = pixels.detach()
                                .to(at::kCPU, at::kFloat)
                                .squeeze(0)
                                .permute({1, 2, 0})
                                .add(1.0)
                                .mul(127.5)
                                .round()
                                .clamp(0, 255)
                                .to(at::kByte)
                                .contiguous(); // [H, W, 3]
    Picture picture;
    picture.height = static_cast<int>(rows.size(0));
    picture.width = static_cast<int>(rows.size(1));
    const auto *first = rows.const_data_ptr<std::uint8_t>();
    picture.rgb.assign(first, first + rows.numel());
    return picture;
}

bool isBlank(const Picture &picture)
{
    constexpr int kFaint = 26; // a tenth of the range; a light thing on white has an outline
    std::array<int, 3> least{255, 255, 255}, most{0, 0, 0};
    for (std::size_t i = 0; i < picture.rgb.size(); ++i) {
        least[i % 3] = std::min<int>(least[i % 3], picture.rgb[i]);
        most[i % 3] = std::max<int>(most[i % 3], picture.rgb[i]);
    }
    for (std::size_t c = 0; c < 3; ++c)
        if (most[c] - least[c] > kFaint)
            return false;
    return true;
}

at::Tensor toPixels(const Picture &picture, int width, int height)
{
    PreprocessConfig config;
    config.exact = PixelSize{width, height};
    config.shortestEdge = 0;
    config.crop = false;
    config.mean = {0.5f, 0.5f, 0.5f};
    config.standardDeviation = {0.5f, 0.5f, 0.5f};
    const PreparedPicture prepared = preprocess(picture, config);
    at::Tensor pixels = at::empty({1, 3, prepared.size.height, prepared.size.width}, at::kFloat);
    std::memcpy(pixels.mutable_data_ptr<float>(), prepared.values.data(), prepared.values.size() * sizeof(float));
    return pixels;
}

at::Tensor toMask(const Picture &mask, int width, int height)
{
    return toPixels(mask, width, height).mean(1, true).add_(1.0).mul_(0.5).clamp_(0, 1);
}

} // namespace orrery
