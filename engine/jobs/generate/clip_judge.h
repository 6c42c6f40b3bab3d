// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/engine_scope.h"
#include "engine/core/task.h"
#include "engine/models/text_to_image.h"

#include <memory>
#include <string>

namespace orrery::generate {

/// picture-clip as judge of one prompt. It never saw noise, so it is asked about guesses at the finished picture only;
/// GLIDE trained a CLIP of its own on noised pictures instead (Nichol et al. 2022, arXiv:2112.10741, section 2.4).
Task<std::shared_ptr<PromptJudge>> openJudge(EngineScope &scope, std::string prompt);

} // namespace orrery::generate
