// SPDX-License-Identifier: Apache-2.0
#include "engine/training/drawing/picture_codes.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

namespace orrery::training {

PictureCodes::PictureCodes(const Weights &weights, dvae::DvaeShape shape, at::Device device) : m_shape(shape)
{
    for (const auto &[name, weight] : weights)
        m_weights[name] = weight.to(device);
}

at::Tensor PictureCodes::pixels(std::uint8_t *planes, std::int64_t n, std::int64_t size, at::Device device)
{
    return at::from_blob(planes, {n, 3, size, size}, at::TensorOptions().dtype(at::kByte))
        .to(device)
        .to(at::kFloat)
        .mul_(2.0 / 255.0)
        .sub_(1.0);
}

at::Tensor PictureCodes::read(const at::Tensor &pixels) const
{
    const at::NoGradGuard noGraph;
    at::Tensor x = pixels;
    for (std::int64_t i = 0; i < dvae::encoderPieces(m_shape); ++i)
        x = dvae::encoderPiece(m_weights, m_shape, i, x);
    return dvae::nearestCodes(m_weights, x);
}

at::Tensor PictureCodes::vectors(const at::Tensor &tokens) const
{
    return dvae::vectorsOf(m_weights, m_shape, tokens);
}

} // namespace orrery::training
