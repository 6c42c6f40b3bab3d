// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/media.h"
#include "engine/core/engine_scope.h"
#include "engine/core/task.h"

namespace orrery {

/// Files of pictures, through liborrery_media.so beside this library: loaded at the first call, with RTLD_LOCAL so that
/// OpenCV's BLAS never takes the place of LibTorch's.
/// @throws Exception{Unsupported} when this build has no engine/media, or it cannot be loaded.
/// Thread: any (helper threads decode).
MediaServices &mediaServices();

/// The pixels of a source: as they are when it brings them, else its file, decoded on a helper thread while other jobs
/// take steps. @throws Exception{NotFound, BadInput} that names the file.
Task<Picture> loadPicture(EngineScope &scope, PictureSource source);

} // namespace orrery
