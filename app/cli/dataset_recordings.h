// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/arguments.h"

namespace orrery::cli {

/// `orrery-cli dataset recordings`: a Speech World, and recordings of people behind it, whose phones are timed by a
/// model that reads phones. @return an exit status
int addRecordings(const Arguments &arguments);

} // namespace orrery::cli
