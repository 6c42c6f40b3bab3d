// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/sound.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace orrery::media {

/// SoundFiles::open, on libsndfile.
std::unique_ptr<SoundReader> openSoundFile(const std::string &path);
std::unique_ptr<SoundReader> openSoundFile(std::vector<std::uint8_t> bytes, const std::string &name);

/// SoundFiles::writeWav.
void writeWavFile(const std::string &path, const float *samples, std::size_t count);

} // namespace orrery::media
