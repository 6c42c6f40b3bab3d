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

/// Pictures that a model which draws makes of fixed prompts, as numbers in [0, 1], [prompts][H × W × 3]; of a
/// picture-dvae, what it makes of the probe pictures. Few steps, and the likeliest tokens: what is compared is
/// arithmetic, not luck. Thread: engine.
Task<std::vector<std::vector<float>>> drawnPictures(EngineScope &scope, std::string folder, std::string type);

/// Whether drawnPictures knows what to do with a model of that type.
bool isDrawn(const std::string &type);

/// ProbeResult::sounds of a model that listens, goes on or speaks. Thread: engine.
Task<std::vector<std::vector<float>>> soundNumbers(EngineScope &scope, std::string folder, std::string type);

/// Whether soundNumbers knows what to do with a model of that type.
bool isAboutSound(const std::string &type);

} // namespace orrery
