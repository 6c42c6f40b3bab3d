// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/speech.h"
#include "engine/core/engine_scope.h"
#include "engine/core/task.h"

#include <chrono>
#include <memory>
#include <vector>

namespace orrery::speech {

/// Sound as it comes in. Thread: engine.
class SoundFeed
{
public:
    using Clock = std::chrono::steady_clock;
    virtual ~SoundFeed() = default;
    /// What is there; may be nothing yet. Ends the step.
    /// @param most  samples at most
    virtual Task<std::vector<float>> read(EngineScope &scope, std::size_t most) = 0;
    virtual bool ended() const = 0;
    virtual CaptureState state() const = 0;
};

/// A microphone. @throws Exception{NotFound, Unsupported}
Task<std::unique_ptr<SoundFeed>> openMicrophone(EngineScope &scope, std::string device);

/// A sound that comes in as it would from a microphone, or as fast as it is asked for.
Task<std::unique_ptr<SoundFeed>> openPlayed(EngineScope &scope, SoundSource source, bool realTime);

} // namespace orrery::speech
