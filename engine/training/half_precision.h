// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <c10/core/Device.h>

namespace orrery::training {

/// Products in bfloat16 while it lives, where the device multiplies it natively (twice as fast or more), else nothing.
/// Weights and their gradients stay float32. Keep it inside one slice of a job. Thread: engine.
class HalfPrecision
{
public:
    explicit HalfPrecision(c10::Device device = c10::kCPU);
    ~HalfPrecision();
    HalfPrecision(const HalfPrecision &) = delete;
    HalfPrecision &operator=(const HalfPrecision &) = delete;

private:
    c10::DeviceType m_type;
};

} // namespace orrery::training
