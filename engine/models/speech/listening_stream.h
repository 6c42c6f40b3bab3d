// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/speech/listener.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace orrery::speech {

/// One layer of a listener on sound that is still coming in. Frames are told at once and told again while what follows
/// can still change them: they are provisional until they are settled. Thread: engine.
class ListeningStream
{
public:
    struct Heard
    {
        std::int64_t first = 0;   ///< frame of the first row: the first one that was not settled before
        at::Tensor frames;        ///< float [N, D], all frames from `first` to the end of what was heard
        std::int64_t settled = 0; ///< frames before this one do not change any more
    };

    virtual ~ListeningStream() = default;
    /// @param samples  the next ones, at 16 kHz; any number
    virtual Task<Heard> add(StepPacer &pace, std::vector<float> samples) = 0;
    /// The sound is over: everything is settled.
    virtual Task<Heard> end(StepPacer &pace) = 0;
    /// Frames after its own that a frame waits for until it is settled.
    virtual std::int64_t right() const = 0;
    /// Frames before its own that a frame can depend on.
    virtual std::int64_t left() const = 0;
    /// New frames that are worth a call, when nobody waits for each of them.
    virtual std::int64_t stride() const = 0;
};

/// For listeners that state their context: every layer keeps what it will look at again, so a call costs as much as its
/// new frames and the provisional ones, and settled frames are those of the whole sound up to rounding. For all others:
/// a window of 4 s before and 1 s after, heard anew at every call; what is settled there is not what the whole sound
/// would give, and how often it differs is for the caller to count.
std::unique_ptr<ListeningStream> openStream(std::shared_ptr<Listener> listener, int layer);

} // namespace orrery::speech
