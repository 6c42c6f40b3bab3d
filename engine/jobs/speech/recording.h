// SPDX-License-Identifier: Apache-2.0
/// Recordings of any length through a listener, in windows. Thread: engine.
#pragma once

#include "engine/api/sound.h"
#include "engine/models/speech/listener.h"

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <vector>

namespace orrery::speech {

/// How a long recording is cut. One that is not longer than `whole` is heard at once, as transformers would; a longer
/// one in windows of `core` frames with `left` and `right` more around them, which are heard and not told. Where a
/// listener states its context the result is the same; otherwise it says here how far it looks.
struct Windows
{
    std::int64_t whole = 1500, core = 1000, left = 250, right = 250; ///< frames

    static Windows of(const ListenerFacts &facts);
};

/// Told of every window: the frames of its core, [T, D] for every asked layer, and how much of the sound is done, in
/// [0, 1] (negative: its length is not known).
using Told = std::function<void(const std::vector<at::Tensor> &frames, double done)>;

/// Reads and hears a sound; memory does not grow with its length.
/// @param endsEarly  where given, set when the file is damaged and ends before it says it does
/// @return seconds of sound  @throws Exception{NotFound, BadInput, Unsupported} naming the file
Task<double> hearRecording(StepPacer &pace, std::shared_ptr<Listener> listener, SoundSource source,
                           std::vector<int> layers, Told told, bool *endsEarly = nullptr);
/// The same with windows of the caller's.
Task<double> hearRecording(StepPacer &pace, std::shared_ptr<Listener> listener, SoundSource source,
                           std::vector<int> layers, Told told, Windows windows, bool *endsEarly = nullptr);

/// "NAME is shorter than one frame, 25 ms"
std::string shorterThanAFrame(const std::string &name, const ListenerFacts &facts);

/// SoundSource::name, or the path.
std::string nameOf(const SoundSource &source);

} // namespace orrery::speech
