// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/text/clip_tokenizer.h"

#include <memory>
#include <string>

namespace orrery::diffusion {

/// CLIP's tokenizer from its list of merges alone: bytes, bytes that end a word, merges in their order, and the two
/// tokens around a text are numbered through.
/// Source: Radford et al. 2021, arXiv:2103.00020, section 2.4; the numbering by the published code.
/// @param pad  what fills up the context
/// @throws Exception{NotFound, ModelFile}
std::shared_ptr<const ClipTokenizer> tokenizerFromMerges(const std::string &file, const std::string &pad);

} // namespace orrery::diffusion
