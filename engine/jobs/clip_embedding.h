// SPDX-License-Identifier: Apache-2.0
/// Embeddings through the caches of a model, for the jobs of CLIP. Thread: engine.
#pragma once

#include "engine/api/clip.h"
#include "engine/models/image_text_model.h"

#include <memory>
#include <string>

namespace orrery::clip {

/// Keys of the text cache that are no texts start with a byte that no text has.
inline constexpr const char *kNonePrefix = "\xff none of these \xff";

Task<Embedding> embedCached(StepPacer &pace, std::shared_ptr<ImageTextModel> model, std::string text);

/// One picture: its embedding, or the sentence that says why there is none. The other pictures go on.
struct PictureAnswer
{
    Embedding embedding;
    std::vector<float> look; ///< what familiarity is judged by
    std::string error;
};
/// Reads and prepares the picture on a helper thread. @throws only Cancelled and OutOfMemory
Task<PictureAnswer> embedPicture(StepPacer &pace, std::shared_ptr<ImageTextModel> model, PictureSource source);

/// As EncodeRequest::quick has it, without looks. Has a cache of its own: the bits are others than those of
/// embedPicture.
/// @throws only Cancelled and OutOfMemory
Task<std::vector<PictureAnswer>> embedQuickly(StepPacer &pace, std::shared_ptr<ImageTextModel> model,
                                              std::vector<PictureSource> sources);

/// One picture as the model prepares it (in full, whatever its views) and what every layer makes of it.
struct LayersAnswer
{
    PreparedPicture picture;
    std::vector<ImageTextModel::LayerSeen> layers;
    std::string error;
};
/// @throws only Cancelled and OutOfMemory
Task<LayersAnswer> layersOfPicture(StepPacer &pace, std::shared_ptr<ImageTextModel> model, PictureSource source);

} // namespace orrery::clip
