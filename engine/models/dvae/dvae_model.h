// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/dvae/picture_dvae.h"
#include "engine/models/step_pacer.h"

#include <memory>
#include <string>
#include <vector>

namespace orrery::dvae {

/// A finished picture-dvae. Pictures are computed one at a time, on one thread: the same picture gives the same bits.
/// Thread: engine.
class DvaeModel
{
public:
    const DvaeShape &shape() const { return m_shape; }
    std::size_t tokens() const { return static_cast<std::size_t>(m_shape.grid() * m_shape.grid()); }

    /// @param pixels  float [1, 3, H, W] in [−1, 1]
    Task<std::vector<int>> encode(StepPacer &pace, at::Tensor pixels) const;
    /// @param known  how many of the tokens count; nothing is known of the cells behind them
    /// @return float [1, 3, H, W], about [−1, 1]
    Task<at::Tensor> decode(StepPacer &pace, std::vector<int> tokens, std::size_t known) const;

private:
    friend Task<std::shared_ptr<DvaeModel>> loadDvae(EngineScope &scope, std::string folder);

    DvaeShape m_shape;
    Weights m_weights;
    at::Device m_device = at::kCPU;
};

/// Kept by the engine's ModelCache. @throws Exception{NotFound, ModelFile} naming file and field.
Task<std::shared_ptr<DvaeModel>> openDvae(EngineScope &scope, std::string folder);

} // namespace orrery::dvae
