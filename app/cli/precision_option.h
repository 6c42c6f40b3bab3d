// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/arguments.h"
#include "engine/api/precision.h"

namespace orrery::cli {

/// --precision exact|fast; exact without it. @throws UsageError
inline Precision precisionOf(const Arguments &arguments)
{
    return arguments.choice("precision", "exact", {"exact", "fast"}) == "fast" ? Precision::Fast : Precision::Exact;
}

} // namespace orrery::cli
