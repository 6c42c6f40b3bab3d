// SPDX-License-Identifier: Apache-2.0
#include "engine/training/half_precision.h"

#include "engine/runtime/bfloat16.h"

#include <ATen/autocast_mode.h>

namespace orrery::training {

HalfPrecision::HalfPrecision(c10::Device device) : m_type(device.type())
{
    at::autocast::set_autocast_dtype(m_type, at::kBFloat16);
    at::autocast::set_autocast_enabled(m_type, m_type != c10::kCPU || cpuMultipliesBfloat16());
}

HalfPrecision::~HalfPrecision()
{
    at::autocast::set_autocast_enabled(m_type, false);
    at::autocast::clear_cache();
}

} // namespace orrery::training
