// SPDX-License-Identifier: Apache-2.0
#include "engine/models/babble/unit_vocoder.h"

#include "engine/core/error.h"
#include "engine/models/babble/harmonic_noise.h"
#include "engine/models/one_thread.h"
#include "engine/runtime/generator.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>

namespace orrery::speech {

namespace {

constexpr std::int64_t kFramesAtOnce = 100; ///< 2 s: a block of them takes a few milliseconds
constexpr double kVoiced = 0.5;

} // namespace

void checkUnits(const std::vector<int> &frames, int units, const std::string &name)
{
    for (const int unit : frames)
        if (unit < 0 || unit >= units)
            throw Exception(ErrorCode::BadInput, "There is no unit " + std::to_string(unit) + " in " + name +
                                                     ", expected 0 to " + std::to_string(units - 1));
}

Task<at::Tensor> HarmonicVocoder::controls(StepPacer &pace, const std::vector<int> &frames, std::int64_t first,
                                           std::int64_t last, std::int64_t voice, double logPitch) const
{
    const std::int64_t begin = std::max<std::int64_t>(0, first - m_shape.reach());
    const std::int64_t end = std::min(std::int64_t(frames.size()), last + m_shape.reach());
    at::Tensor x;
    {
        const OneThread one;
        const at::NoGradGuard noGraph;
        at::Tensor units = at::empty({1, end - begin}, at::kLong);
        std::copy(frames.begin() + begin, frames.begin() + end, units.mutable_data_ptr<std::int64_t>());
        x = enterVocoder(m_weights, units.to(m_device), at::full({1}, voice, at::kLong).to(m_device),
                         at::full({1}, logPitch, at::kFloat).to(m_device));
    }
    for (std::int64_t piece = 0; piece < m_shape.pieces(); ++piece) {
        if (pace.due())
            co_await pace.step();
        const OneThread one;
        const at::NoGradGuard noGraph;
        x = vocoderPiece(m_weights, m_shape, piece, x);
    }
    const at::NoGradGuard noGraph;
    co_return x.narrow(1, 2 * (first - begin), 2 * (last - first)).to(at::kCPU);
}

Task<std::vector<float>> HarmonicVocoder::speak(StepPacer &pace, std::vector<int> frames, Manner manner) const
{
    checkUnits(frames, units(), m_name);
    if (manner.voice < 0 || manner.voice >= int(m_shape.voices.size()))
        throw Exception(ErrorCode::BadInput, m_name + " has no voice " + std::to_string(manner.voice) +
                                                 ", expected 0 to " + std::to_string(m_shape.voices.size() - 1));
    if (manner.pitchHz != 0 && !(manner.pitchHz >= kLowestPitch && manner.pitchHz <= kHighestPitch))
        throw Exception(ErrorCode::BadInput, "The pitch is " + std::to_string(manner.pitchHz) + " Hz, expected " +
                                                 std::to_string(int(kLowestPitch)) + " to " +
                                                 std::to_string(int(kHighestPitch)));
    const double pitch = manner.pitchHz > 0 ? manner.pitchHz : m_shape.pitches[std::size_t(manner.voice)];
    const auto count = std::int64_t(frames.size());
    if (count == 0)
        co_return std::vector<float>();
    std::vector<at::Tensor> parts;
    for (std::int64_t first = 0; first < count; first += kFramesAtOnce) {
        const std::int64_t last = std::min(count, first + kFramesAtOnce);
        Task<at::Tensor> hearing = controls(pace, frames, first, last, manner.voice, std::log(pitch));
        parts.push_back(co_await std::move(hearing));
    }
    at::Tensor source, noise, hertz, voiced;
    VocoderControls all;
    {
        const OneThread one;
        const at::NoGradGuard noGraph;
        all = controlsOf(m_shape, at::cat(parts, 1));
        hertz = (all.pitch.exp() * pitch).clamp(kLowestPitch, kHighestPitch);
        voiced = (all.voicing.sigmoid() > kVoiced).to(at::kFloat);
        source = at::empty({1, 2 * count * kControlHop}, at::kFloat);
        noise = at::empty_like(source);
    }
    const std::int64_t controlFrames = 2 * count;
    PulseTrain train;
    Generator lots(manner.seed);
    for (std::int64_t first = 0; first < controlFrames; first += 2 * kFramesAtOnce) {
        if (pace.due())
            co_await pace.step();
        const OneThread one;
        const at::NoGradGuard noGraph;
        const std::int64_t last = std::min(controlFrames, first + 2 * kFramesAtOnce);
        const std::int64_t begin = first * kControlHop, length = (last - first) * kControlHop;
        source.narrow(1, begin, length).copy_(train.next(hertz, voiced, first, last));
        noise.narrow(1, begin, length).copy_(lots.normal({1, length}));
    }
    // The filter in stretches that look a little beyond their ends, so that a long sound stays in short steps.
    constexpr std::int64_t kMargin = 4; ///< control frames: more than the filter's reach of 256 samples
    std::vector<float> sound(std::size_t(source.size(1)));
    for (std::int64_t first = 0; first < controlFrames; first += 2 * kFramesAtOnce) {
        if (pace.due())
            co_await pace.step();
        const OneThread one;
        const at::NoGradGuard noGraph;
        const std::int64_t last = std::min(controlFrames, first + 2 * kFramesAtOnce);
        const std::int64_t begin = std::max<std::int64_t>(0, first - kMargin);
        const std::int64_t end = std::min(controlFrames, last + kMargin);
        const auto part = [&](const at::Tensor &samples) {
            return samples.narrow(1, begin * kControlHop, (end - begin) * kControlHop);
        };
        const at::Tensor made = (shaped(part(source), all.harmonic.narrow(1, begin, end - begin)) +
                                 shaped(part(noise), all.noise.narrow(1, begin, end - begin)))
                                    .narrow(1, (first - begin) * kControlHop, (last - first) * kControlHop)
                                    .clamp(-1, 1)
                                    .contiguous();
        std::copy_n(made.const_data_ptr<float>(), made.numel(), sound.begin() + first * kControlHop);
    }
    co_return sound;
}

} // namespace orrery::speech
