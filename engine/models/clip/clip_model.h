// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/clip/config.h"
#include "engine/models/image_text_model.h"
#include "engine/models/weights.h"
#include "engine/text/clip_tokenizer.h"

#include <c10/core/Device.h>

#include <functional>
#include <memory>
#include <string>

namespace orrery::clip {

/// CLIP with a vision transformer (Hugging Face folders) or the residual tower (picture-clip).
/// Source: Radford et al. 2021, arXiv:2103.00020. Thread: engine.
class ClipModel final : public ImageTextModel
{
public:
    const PreprocessConfig &preprocessing() const override { return m_preprocessing; }
    double logitScale() const override { return m_logitScale; }
    Task<Seen> seePicture(StepPacer &pace, PreparedPicture picture) override;
    /// The residual tower takes eight at a time, as loading a layer's weights costs it as much as a picture does.
    Task<std::vector<Embedding>> seePictures(StepPacer &pace, std::vector<PreparedPicture> pictures) override;
    /// A convolution's map as its mean over a 4 × 4 grid, a transformer's tokens as the mean of all patches.
    Task<std::vector<LayerSeen>> seeLayers(StepPacer &pace, PreparedPicture picture) override;
    /// In one view, the whole picture.
    Task<at::Tensor> cosineGradient(StepPacer &pace, at::Tensor pixels, Embedding text) override;
    Task<Embedding> embedText(StepPacer &pace, std::string text) override;

    const ClipConfig &config() const { return m_config; }
    const ClipTokenizer &tokenizer() const { return *m_tokenizer; }
    /// float32, on the engine's device, made outside inference mode: gradients may run through them.
    const Weights &weights() const { return m_weights; }

private:
    using Look = std::function<void(std::int64_t layer, std::int64_t layers, const at::Tensor &x)>;
    /// @param pixels  [1, 3, H, W]    @param look  called with what each piece or block gives    @return [1, E], of any
    /// length
    Task<at::Tensor> pictureTower(StepPacer &pace, at::Tensor pixels, Look look);
    friend Task<std::shared_ptr<ImageTextModel>> loadClip(EngineScope &scope, std::string folder);

    ClipConfig m_config;
    Weights m_weights;
    PreprocessConfig m_preprocessing;
    std::shared_ptr<const ClipTokenizer> m_tokenizer;
    double m_logitScale = 1;
    at::Device m_device = at::kCPU;
};

/// Loads a folder in the layout of the Hugging Face hub. @throws Exception{NotFound, ModelFile, Unsupported} naming
/// file and field.
Task<std::shared_ptr<ImageTextModel>> loadClip(EngineScope &scope, std::string folder);

} // namespace orrery::clip
