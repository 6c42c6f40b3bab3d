// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/media.h"
#include "engine/api/sound.h"
#include "engine/core/engine_scope.h"
#include "engine/core/task.h"

#include <memory>
#include <vector>

namespace orrery {

/// Files of pictures and sound, microphones and loudspeakers, through liborrery_media.so beside this library: loaded at
/// the first call, with RTLD_LOCAL so that OpenCV's BLAS never takes the place of LibTorch's.
/// @throws Exception{Unsupported} when this build has no engine/media, or it cannot be loaded.
/// Thread: any (helper threads decode).
MediaServices &mediaServices();

/// The pixels of a source: as they are when it brings them, else its file, decoded on a helper thread while other jobs
/// take steps. @throws Exception{NotFound, BadInput} that names the file.
Task<Picture> loadPicture(EngineScope &scope, PictureSource source);

/// A source of sound, opened for reading piece by piece: samples at hand without liborrery_media.so, files through it.
/// Touches the disk: inside a job, call the form with a scope. @throws Exception{NotFound, BadInput, Unsupported}
std::unique_ptr<SoundReader> openSound(const SoundSource &source);
/// The same on a helper thread.
Task<std::unique_ptr<SoundReader>> openSound(EngineScope &scope, SoundSource source);

/// The next samples of a reader, [N] at 16 kHz with N ≤ most, decoded on a helper thread while other jobs take steps.
/// Fewer than `most` only at the end; empty: there are no more. @throws Exception{BadInput}
Task<std::vector<float>> readSome(EngineScope &scope, SoundReader &reader, std::size_t most);

/// A whole sound, decoded on a helper thread piece by piece, so that cancelling takes effect soon.
/// @param mostSeconds  what is longer is cut
Task<sound::LoadResult> loadSound(EngineScope &scope, SoundSource source, double mostSeconds);

} // namespace orrery
