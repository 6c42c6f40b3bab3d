// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/dvae/picture_dvae.h"
#include "engine/models/weights.h"

#include <c10/core/Device.h>

#include <cstdint>

namespace orrery::training {

/// A finished picture-dvae, as those see it who learn to write its codes. Thread: engine.
class PictureCodes
{
public:
    /// Bytes [n, 3, size, size] as `read` wants them, on the device. They must stay as they are only during the call.
    static at::Tensor pixels(std::uint8_t *planes, std::int64_t n, std::int64_t size, at::Device device);

    PictureCodes(const Weights &weights, dvae::DvaeShape shape, at::Device device);

    const dvae::DvaeShape &shape() const { return m_shape; }
    const at::Tensor &codebook() const { return weightOf(m_weights, "codebook"); } ///< float [K, C], on the device
    /// @param pixels  float [n, 3, H, W] in [−1, 1]  @return int64 [n, G · G], without a graph
    at::Tensor read(const at::Tensor &pixels) const;
    /// @param tokens  int64 [n, G · G]  @return unit vectors float [n, C, G, G]
    at::Tensor vectors(const at::Tensor &tokens) const;

private:
    Weights m_weights;
    dvae::DvaeShape m_shape;
};

} // namespace orrery::training
