// SPDX-License-Identifier: Apache-2.0
/// The job by which a plugin shows that it works here, before its page joins the rail. No Qt, no LibTorch.
#pragma once

#include "engine/core/job.h"

#include <string>

namespace orrery {

struct SelfTestRequest
{
    std::string plugin; ///< id, as in the metadata
};

/// Throw when something is amiss: its message is what the user reads on the Plugins page.
struct SelfTestResult
{
    std::string report; ///< one sentence: "The mean of a grey picture is grey."
};

/// Name yours in the metadata ("selfTest": "mean_colour.selfTest") and register it with
/// `inline constexpr JobType<SelfTestRequest, SelfTestResult> kSelfTest{"mean_colour.selfTest"};`.
using SelfTestJob = JobType<SelfTestRequest, SelfTestResult>;

} // namespace orrery
