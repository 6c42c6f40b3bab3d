// SPDX-License-Identifier: Apache-2.0
/// Single files of Stable Diffusion, as CompVis and Stability AI published them: everything in one file, other names
/// for the weights, and no configuration beside. Names by the published code of latent-diffusion and open_clip.
#pragma once

#include "engine/files/safetensors.h"
#include "engine/models/clip/text_tower.h"
#include "engine/models/diffusion/autoencoder.h"
#include "engine/models/diffusion/unet.h"
#include "engine/models/weights_loader.h"

namespace orrery::diffusion {

/// What can be told of a model from the names and shapes of its weights; the rest is as all models of that kind have
/// it.
/// @throws Exception{Unsupported} naming the file, and the entry that is not of such a model.
UnetConfig unetOf(const Safetensors &file);
AutoencoderConfig autoencoderOf(const Safetensors &file);
clip::TextTowerShape textTowerOf(const Safetensors &file);

/// Whether the words come from open_clip, as in Stable Diffusion 2.
bool hasOpenClip(const Safetensors &file);

/// Whether the UNet predicts velocity instead of noise: what the file says of itself, else a trace that training leaves
/// in one weight, else what its generation does.
bool predictsVelocity(const Safetensors &file);

/// Where the file has a weight of Unet, Autoencoder and TextEncoder.
std::vector<StoredWeight> originalUnetName(const UnetConfig &config, const std::string &name);
std::vector<StoredWeight> originalAutoencoderName(const AutoencoderConfig &config, const std::string &name);
std::vector<StoredWeight> originalTextName(bool openClip, const std::string &name);

} // namespace orrery::diffusion
