// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/speech/listener.h"
#include "tests/engine/core/fake_runtime.h"
#include "tests/engine/models/diffusion/diffusion_bench.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace orrery::test {

inline const std::string kSpeechData = ORRERY_SOURCE_DIR "/tests/data/speech/";

/// The sound that all fixtures were made from: tests/reference/make_speech_fixtures.py.
inline std::vector<float> fixtureSound()
{
    const auto file = Safetensors::open(kSpeechData + "sound.safetensors");
    const at::Tensor samples = readArray(*file, "samples");
    return {samples.const_data_ptr<float>(), samples.const_data_ptr<float>() + samples.numel()};
}

/// The same again and again, each time a little quieter. @return [seconds · 16000]
inline std::vector<float> longSound(double seconds)
{
    const std::vector<float> once = fixtureSound();
    std::vector<float> all(std::size_t(seconds * 16000), 0.0F);
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = once[i % once.size()] / float(1 + 0.13 * double((i / once.size()) % 7));
    return all;
}

inline speech::Stretch stretchOf(std::vector<float> samples)
{
    speech::Stretch stretch;
    stretch.loudness.add(samples.data(), samples.size());
    stretch.samples = std::move(samples);
    return stretch;
}

using UseListener = std::function<Task<int>(StepPacer &, std::shared_ptr<speech::Listener>)>;

/// Loads a folder in a job of a real engine's runtime. @return what went wrong; empty: nothing
inline std::string withListener(const std::string &model, UseListener use)
{
    return runJob([model, use = std::move(use)](EngineScope &scope) -> Task<int> {
        Task<std::shared_ptr<speech::Listener>> loading = speech::loadListener(scope, model);
        std::shared_ptr<speech::Listener> listener = co_await std::move(loading);
        StepPacer pace(scope);
        Task<int> using_ = use(pace, listener);
        co_return co_await std::move(using_);
    });
}

} // namespace orrery::test
