// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/task.h"
#include "engine/image/preprocess.h"
#include "engine/models/embedding_cache.h"
#include "engine/models/step_pacer.h"
#include "engine/text/known_words.h"

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <vector>

namespace orrery {

namespace clip {
class Familiarity;
}

/// What a model's folder says beside weights and configuration. All of it may be absent.
struct ModelNotes
{
    std::vector<std::string> templates;           ///< templates.txt: prompt templates with "{}" once, one a line
    std::vector<std::string> knownNames;          ///< known_names.txt: everything the model has a name for, one a line
    std::shared_ptr<const KnownWords> knownWords; ///< known_words.txt
    std::shared_ptr<const clip::Familiarity> familiarity;

    /// @throws Exception{ModelFile} naming file and line.
    static ModelNotes fromFolder(const std::string &folder);
};

/// A model that puts pictures and texts into one space: CLIP, and what a plugin adds.
///
/// Pictures and texts are computed one at a time, each at a batch of its own: rows of a product differ in their last
/// bits between batch sizes, and the same request must give the same bits whatever else is asked.
/// Thread: engine.
class ImageTextModel
{
public:
    using Embedding = std::vector<float>;

    virtual ~ImageTextModel() = default;

    /// How pictures are to be prepared for seePicture.
    virtual const PreprocessConfig &preprocessing() const = 0;
    /// Factor of the cosine in the model's own softmax.
    virtual double logitScale() const = 0;

    /// What a model makes of a picture.
    struct Seen
    {
        Embedding embedding;     ///< unit length [E]
        std::vector<float> look; ///< what familiarity is judged by; empty: the embedding
    };
    /// Yields between layers. @throws Exception{Shape} when the picture is of another size.
    virtual Task<Seen> seePicture(StepPacer &pace, PreparedPicture picture) = 0;

    /// Embeddings of many, without looks. @return unit length each; a picture's bits do not depend on the others, but
    /// may be others than those of seePicture
    virtual Task<std::vector<Embedding>> seePictures(StepPacer &pace, std::vector<PreparedPicture> pictures);

    /// What one layer makes of a picture, as one row of numbers whose length depends on the layer alone.
    struct LayerSeen
    {
        std::string name; ///< for the user: "Layer 3 of 8"
        std::vector<float> values;
    };
    /// All layers between pixels and embedding, first to last; none where a model does not show its insides.
    virtual Task<std::vector<LayerSeen>> seeLayers(StepPacer &pace, PreparedPicture picture);
    /// Where the cosine of a picture with a text rises most steeply; for jobs that declare gradients.
    /// @param pixels  float [1, 3, H, W] in [−1, 1]  @param text  unit length [E]  @return  as `pixels`
    /// @throws Exception{Unsupported} where a model cannot be run backwards.
    virtual Task<at::Tensor> cosineGradient(StepPacer &pace, at::Tensor pixels, Embedding text);
    /// Any text; what exceeds the model's context is cut. @return unit length [E]
    virtual Task<Embedding> embedText(StepPacer &pace, std::string text) = 0;

    ModelNotes notes;
    EmbeddingCache texts{std::size_t(24) << 20};
    EmbeddingCache pictures{std::size_t(4) << 20};
};

} // namespace orrery
