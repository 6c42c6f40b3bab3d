// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace orrery {

/// Whether this processor multiplies bfloat16 itself (AVX-512 BF16), so that products take half the time and less.
/// Elsewhere the numbers would be converted to and fro and gain nothing. Thread: any.
bool cpuMultipliesBfloat16();

} // namespace orrery
