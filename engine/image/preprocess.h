// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/files/json_file.h"
#include "engine/image/resample.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace orrery {

/// How a model wants its pictures: `preprocessor_config.json`, as transformers' CLIPImageProcessor understands it.
struct PreprocessConfig
{
    bool resize = true;
    int shortestEdge = 224;         ///< the shorter side becomes this; 0 where `exact` says both sides
    std::optional<PixelSize> exact; ///< squeezes the picture to this size
    Filter filter = Filter::Bicubic;
    bool crop = true;
    PixelSize cropSize{224, 224}; ///< larger than the picture: black borders
    bool rescale = true;
    double rescaleFactor = 1.0 / 255;
    bool normalize = true;
    std::array<float, 3> mean{0.48145466f, 0.4578275f, 0.40821073f}; ///< of CLIP's own training data
    std::array<float, 3> standardDeviation{0.26862954f, 0.26130258f, 0.27577711f};

    /// Sizes, of the whole, in which the model looks at a picture; its embedding is the mean of theirs. Smaller ones
    /// stand on the colour of the picture's own edge. The field "views", which no published model has; the first is 1.
    std::vector<double> views{1.0};

    static PreprocessConfig parse(const JsonObject &json);
    /// preprocessor_config.json, else "image_processor" in processor_config.json, else the defaults of CLIP for
    /// pictures of this size. @throws Exception{ModelFile} naming file and field.
    static PreprocessConfig fromFolder(const std::string &folder, int imageSize);
};

/// Numbers for an image tower: float32 [3, height, width], row by row.
struct PreparedPicture
{
    PixelSize size;
    std::vector<float> values;
};

/// Resize, centre crop, rescale, normalise.
/// @param view  one of config.views
/// @throws Exception{BadInput} when the picture is empty, or would become larger than 64 megapixels.
/// Thread: any; touches no tensor, so do it where the file is decoded.
PreparedPicture preprocess(const Picture &picture, const PreprocessConfig &config, double view = 1);

} // namespace orrery
