// SPDX-License-Identifier: Apache-2.0
/// Inputs that need no file, by which machines are compared.
#pragma once

#include "engine/api/clip.h"
#include "engine/core/engine_scope.h"
#include "engine/core/task.h"

#include <span>
#include <string>
#include <vector>

namespace orrery {

struct PictureSize
{
    int width, height;
};

/// A disc on a slope of colour with a little noise, in each of these sizes. The same sizes give the same bytes.
std::vector<PictureSource> probePictures(std::span<const PictureSize> sizes);

/// Plain, long, accented, Chinese, pictographic.
std::vector<std::string> probeTexts();

/// The embeddings of one request, of unit length: pictures first, then texts. @throws Exception when one has none.
/// Thread: engine.
Task<std::vector<std::vector<float>>> embedInputs(EngineScope &scope, clip::EncodeRequest request);

} // namespace orrery
