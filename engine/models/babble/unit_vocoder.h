// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/engine_scope.h"
#include "engine/core/task.h"
#include "engine/models/babble/unit_origin.h"
#include "engine/models/babble/vocoder_network.h"
#include "engine/models/step_pacer.h"

#include <c10/core/Device.h>

#include <memory>
#include <string>
#include <vector>

namespace orrery::speech {

/// Turns units into sound at 16 kHz. Thread: engine.
class UnitVocoder
{
public:
    struct Manner
    {
        int voice = 0;
        double pitchHz = 0;     ///< 0: the voice's own
        std::uint64_t seed = 1; ///< of the noise
    };

    virtual ~UnitVocoder() = default;
    virtual int units() const = 0;
    virtual std::int64_t hop() const { return 320; } ///< samples of a unit frame
    virtual std::vector<std::string> voices() const { return {}; }
    /// How long a unit lasts when nobody says.
    virtual int usualFrames(int unit) const = 0;
    /// hop() samples for each frame. @throws Exception{BadInput} for units, voices or pitches that there are not
    virtual Task<std::vector<float>> speak(StepPacer &pace, std::vector<int> frames, Manner manner) const = 0;

    UnitOrigin origin; ///< of the units that it learned
};

/// @throws Exception{BadInput} naming the first unit that is not in 0 … units − 1
void checkUnits(const std::vector<int> &frames, int units, const std::string &vocoder);

/// Our own: controls by a small network, sound by harmonics and noise. The same bits for the same request; a piece of
/// it is computed on one thread.
class HarmonicVocoder final : public UnitVocoder
{
public:
    HarmonicVocoder(VocoderShape shape, Weights weights, at::Device device, std::string name)
        : m_shape(std::move(shape)), m_weights(std::move(weights)), m_device(device), m_name(std::move(name))
    {}
    int units() const override { return int(m_shape.units); }
    std::vector<std::string> voices() const override { return m_shape.voices; }
    int usualFrames(int unit) const override { return m_shape.usualFrames.at(std::size_t(unit)); }
    Task<std::vector<float>> speak(StepPacer &pace, std::vector<int> frames, Manner manner) const override;

private:
    /// Controls of frames first … last, which see reach() frames around them.
    Task<at::Tensor> controls(StepPacer &pace, const std::vector<int> &frames, std::int64_t first, std::int64_t last,
                              std::int64_t voice, double logPitch) const;

    VocoderShape m_shape;
    Weights m_weights;
    at::Device m_device;
    std::string m_name;
};

/// The vocoder of a built-in or installed id, or of a folder; kept by the engine's ModelCache.
/// @throws Exception{NotFound, Unsupported, ModelFile} naming file and field
Task<std::shared_ptr<const UnitVocoder>> loadUnitVocoder(EngineScope &scope, std::string idOrFolder);

} // namespace orrery::speech
