// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/arguments.h"

namespace orrery::cli {

/// `orrery-cli train speech-units`: a codebook from a folder of sound. @return ExitStatus
int trainUnits(const Arguments &arguments);

} // namespace orrery::cli
