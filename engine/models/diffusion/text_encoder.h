// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/clip/text_tower.h"
#include "engine/models/step_pacer.h"

namespace orrery::diffusion {

/// CLIP's text tower, which tells the UNet what a prompt says: a row for each of its tokens. Thread: engine.
class TextEncoder
{
public:
    TextEncoder(const clip::TextTowerShape &shape, Weights weights) : m_shape(shape), m_weights(std::move(weights)) {}

    /// @param tokens  int64 [B, T], padded to the context    @return float [B, T, D], after the last norm
    Task<at::Tensor> encode(StepPacer &pace, at::Tensor tokens) const;

    const clip::TextTowerShape &shape() const { return m_shape; }

private:
    clip::TextTowerShape m_shape;
    Weights m_weights;
};

} // namespace orrery::diffusion
