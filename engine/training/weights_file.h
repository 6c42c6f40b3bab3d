// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/weights.h"

#include <map>
#include <string>
#include <utility>

namespace orrery::training {

/// Writes weights as float32 safetensors, atomically.
void writeWeights(const std::string &file, const Weights &weights, const std::map<std::string, std::string> &metadata);

/// Reads what writeWeights wrote: weights of their own (not mapped), and the metadata.
/// @throws Exception{NotFound, ModelFile} naming file and field.
std::pair<Weights, std::map<std::string, std::string>> readWeights(const std::string &file);

} // namespace orrery::training
