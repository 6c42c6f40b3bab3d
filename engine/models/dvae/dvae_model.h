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

    const at::Tensor &codebook() const { return weightOf(m_weights, "codebook"); } ///< unit vectors, float [K, C]
    /// The codes nearest to vectors of any length, as vectors. @param vectors  float [1, C, G, G]  @return the same
    /// shape
    at::Tensor nearest(const at::Tensor &vectors) const;
    /// @param tokens  [G · G] codes  @return unit vectors float [1, C, G, G]
    at::Tensor vectorsOf(const std::vector<int> &tokens) const;
    /// The decoder's pieces in one go, with a graph where the caller wants one. @param vectors  float [1, C, G, G]
    /// @return float [1, 3, H, W], about [−1, 1]
    at::Tensor decodeAtOnce(const at::Tensor &vectors) const;

    /// @param pixels  float [1, 3, H, W] in [−1, 1]
    Task<std::vector<int>> encode(StepPacer &pace, at::Tensor pixels) const;
    /// @param known  how many of the tokens count; nothing is known of the cells behind them
    /// @return float [1, 3, H, W], about [−1, 1]
    Task<at::Tensor> decode(StepPacer &pace, std::vector<int> tokens, std::size_t known) const;
    /// The same from vectors, float [1, C, G, G]; shorter than 1 where it is not sure which code is meant.
    Task<at::Tensor> decodeVectors(StepPacer &pace, at::Tensor vectors) const;

private:
    friend Task<std::shared_ptr<DvaeModel>> loadDvae(EngineScope &scope, std::string folder);

    DvaeShape m_shape;
    Weights m_weights;
    at::Device m_device = at::kCPU;
};

/// Kept by the engine's ModelCache. @throws Exception{NotFound, ModelFile} naming file and field.
Task<std::shared_ptr<DvaeModel>> openDvae(EngineScope &scope, std::string folder);
/// The one whose codes the model in `folder` was taught: it lies beside that folder, or is the built-in one.
/// @param json    the model's config.json, which names it
/// @param sha256  of its model.safetensors, as "dvae_sha256" has it
/// @throws Exception{NotFound, ModelFile}; also when it is another one.
Task<std::shared_ptr<DvaeModel>> openDvaeOf(EngineScope &scope, std::string folder, JsonObject json,
                                            std::string sha256);

} // namespace orrery::dvae
