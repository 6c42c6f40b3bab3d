// SPDX-License-Identifier: Apache-2.0
// clip.encode and clip.layers by rules that a test can foresee, for tests without a model.
#pragma once

#include "engine/api/clip.h"
#include "engine/core/job_registry.h"

#include <atomic>
#include <chrono>
#include <cmath>
#include <thread>

namespace orrery::test {

struct FakeEncoder
{
    std::atomic<int> requests{0}, pictures{0}, texts{0};
    std::atomic<bool> hold{false}, fail{false};
    static FakeEncoder &instance()
    {
        static FakeEncoder fake;
        return fake;
    }
};

/// Of a picture: its size in letters of the name, and its mean colour. Of a text: its length, and nothing.
inline clip::Embedding fakeEmbedding(double length, double red, double green, double blue)
{
    const double norm = std::sqrt(length * length + red * red + green * green + blue * blue) + 1e-9;
    return {float(length / norm), float(red / norm), float(green / norm), float(blue / norm)};
}

inline Task<clip::EncodeResult> fakeEncode(EngineScope &scope, clip::EncodeRequest request)
{
    FakeEncoder &fake = FakeEncoder::instance();
    ++fake.requests;
    while (fake.hold) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        co_await scope.step();
    }
    if (fake.fail)
        throw Exception(ErrorCode::ModelFile, "model.safetensors of picture-clip is damaged");
    clip::EncodeResult result;
    for (const PictureSource &picture : request.pictures) {
        ++fake.pictures;
        double sums[3] = {0, 0, 0};
        for (std::size_t i = 0; i < picture.pixels.rgb.size(); ++i)
            sums[i % 3] += picture.pixels.rgb[i] / 1e6;
        const bool broken = picture.path.ends_with("broken.png");
        result.embeddings.push_back(broken ? clip::Embedding()
                                           : fakeEmbedding(double(picture.path.size()), sums[0], sums[1], sums[2]));
        result.errors.push_back(broken ? picture.path + ": the file ends before the picture does" : "");
    }
    for (const std::string &text : request.texts) {
        ++fake.texts;
        result.embeddings.push_back(fakeEmbedding(double(text.size()), 0, 0, 0));
        result.errors.emplace_back();
    }
    co_return result;
}

inline Task<clip::LayersResult> fakeLayers(EngineScope &, clip::LayersRequest request)
{
    const auto rows = std::int64_t(request.pictures.size());
    clip::LayersResult result;
    result.errors.resize(request.pictures.size());
    for (const char *name : {"Pixels", "Layer 1 of 1"})
        result.layers.push_back({name, {rows, 2, std::vector<float>(std::size_t(2 * rows), 1)}});
    co_return result;
}

inline void registerFakeEncoder()
{
    registerJob(clip::kEncode, fakeEncode);
    registerJob(clip::kLayers, fakeLayers);
}

} // namespace orrery::test
