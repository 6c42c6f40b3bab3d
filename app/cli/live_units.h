// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/arguments.h"

namespace orrery::cli {

/// `orrery-cli units --live`: a microphone, or one file, until it ends or Ctrl+C is pressed. @return ExitStatus
int liveUnits(const Arguments &arguments);

} // namespace orrery::cli
