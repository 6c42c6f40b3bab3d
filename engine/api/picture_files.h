// SPDX-License-Identifier: Apache-2.0
/// Jobs on picture files, for callers that do not link engine/media.
#pragma once

#include "engine/api/picture.h"
#include "engine/core/job.h"

#include <string>
#include <utility>
#include <vector>

namespace orrery {

/// Writes a PNG, whole or not at all.
struct WritePictureRequest
{
    std::string path;
    Picture picture;
    std::vector<std::pair<std::string, std::string>> texts; ///< keyword → text: a recipe travels in its picture
};
struct WritePictureResult
{
    std::string path;
};
inline constexpr JobType<WritePictureRequest, WritePictureResult> kWritePicture{"picture.write"};

struct ReadTextsRequest
{
    std::string path;
};
struct ReadTextsResult
{
    std::vector<std::pair<std::string, std::string>> texts; ///< none where the format has none
};
inline constexpr JobType<ReadTextsRequest, ReadTextsResult> kReadTexts{"picture.texts"};

} // namespace orrery
