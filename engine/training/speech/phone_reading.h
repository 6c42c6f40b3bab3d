// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/engine_scope.h"
#include "engine/core/task.h"
#include "engine/models/speech/listener.h"
#include "engine/models/step_pacer.h"
#include "engine/training/speech_world/speech_world.h"

#include <memory>
#include <string>
#include <vector>

namespace orrery::training {

/// What is wrong with readings of phones: insertions, deletions and substitutions per phone that was said.
class PhoneErrors
{
public:
    /// @param world  whose numbers phones have
    explicit PhoneErrors(const SpeechWorld &world) : m_names(world.phones()) {}

    /// @param said  numbers of the world  @param read  names; one that the world lacks is as wrong as another's
    void add(const std::vector<int> &said, const std::vector<std::string> &read);
    double share() const { return m_all > 0 ? m_wrong / m_all : 0; }
    double phones() const { return m_all; }

private:
    std::vector<std::string> m_names;
    double m_wrong = 0, m_all = 0;
};

/// The phones that a listener's CTC head reads in a sound of less than a minute.
/// @param samples  16 kHz  @throws Exception{Unsupported} without such a head
Task<std::vector<std::string>> readPhones(StepPacer &pace, std::shared_ptr<speech::Listener> listener,
                                          std::vector<float> samples);

} // namespace orrery::training
