// SPDX-License-Identifier: Apache-2.0
#include "engine/models/babble/vocoder_network.h"

#include "engine/files/json.h"
#include "engine/models/attention.h"
#include "engine/models/babble/harmonic_noise.h"

#include <ATen/ATen.h>

#include <cmath>

namespace orrery::speech {

namespace {

constexpr double kUsualPitch = 4.85, kPitchSpread = 0.35; ///< of logarithms of Hz
constexpr double kQuietest = -14, kLoudest = 5;           ///< natural logarithms of magnitudes
constexpr double kUsualLevel = -6;
constexpr double kWidestPitch = 0.7; ///< a pitch is at most twice the mean, or half of it

std::string blockName(std::int64_t piece)
{
    return "blocks." + std::to_string(piece);
}

/// x + a product of GELU of a convolution over neighbouring frames. [B, T, D] → [B, T, D]
at::Tensor block(const Weights &weights, const VocoderShape &shape, const std::string &name, const at::Tensor &x)
{
    const at::Tensor y = attention::layerNorm(weights, name + ".norm", x).transpose(1, 2);
    const at::Tensor convolved = at::conv1d(y, weightOf(weights, name + ".conv.weight"),
                                            weightOf(weights, name + ".conv.bias"), 1, shape.kernel / 2);
    return x + attention::linear(weights, name + ".out", at::gelu(convolved.transpose(1, 2), "tanh"));
}

} // namespace

VocoderShape parseVocoderShape(const JsonObject &json)
{
    VocoderShape shape;
    shape.units = json.integer("units", 2, 1 << 20);
    shape.width = json.integer("width", 1, 1 << 14);
    shape.bands = json.integer("bands", 2, 1024);
    shape.slowBlocks = json.integer("slow_blocks", 1, 256);
    shape.fastBlocks = json.integer("fast_blocks", 1, 256);
    shape.kernel = json.integer("kernel", 1, 63);
    if (shape.kernel % 2 == 0)
        json.fail("kernel", "is " + std::to_string(shape.kernel) + ", expected an odd number");
    shape.voices = json.texts("voices");
    shape.pitches = json.numbers("pitches", kLowestPitch, kHighestPitch);
    if (shape.voices.empty() || shape.pitches.size() != shape.voices.size())
        json.fail("pitches", "has " + std::to_string(shape.pitches.size()) + " numbers, expected one for each of " +
                                 std::to_string(shape.voices.size()) + " voices, and at least one");
    const std::vector<std::int64_t> frames = json.integers("usual_frames", 1, 1000);
    shape.usualFrames.assign(frames.begin(), frames.end());
    if (std::int64_t(frames.size()) != shape.units)
        json.fail("usual_frames", "has " + std::to_string(frames.size()) + " numbers, expected one for each of " +
                                      std::to_string(shape.units) + " units");
    return shape;
}

void writeVocoderShape(const std::string &file, const VocoderShape &shape, const UnitOrigin &origin)
{
    Json config{{"model_type", "unit_vocoder"},
                {"units", shape.units},
                {"width", shape.width},
                {"bands", shape.bands},
                {"slow_blocks", shape.slowBlocks},
                {"fast_blocks", shape.fastBlocks},
                {"kernel", shape.kernel},
                {"voices", shape.voices},
                {"pitches", shape.pitches},
                {"usual_frames", shape.usualFrames}};
    origin.addTo(config);
    writeJsonFile(file, config);
}

std::vector<ExpectedWeight> expectedWeights(const VocoderShape &shape)
{
    const std::int64_t width = shape.width;
    std::vector<ExpectedWeight> all{{"unit_embedding", {shape.units, width}},
                                    {"voice_embedding", {std::int64_t(shape.voices.size()), width}}};
    attention::expectLinear(all, "pitch", width, 1);
    for (std::int64_t i = 0; i < shape.slowBlocks + shape.fastBlocks; ++i) {
        attention::expectNorm(all, blockName(i) + ".norm", width);
        all.push_back({blockName(i) + ".conv.weight", {width, width, shape.kernel}});
        all.push_back({blockName(i) + ".conv.bias", {width}});
        attention::expectLinear(all, blockName(i) + ".out", width, width);
    }
    attention::expectLinear(all, "faster", 2 * width, width);
    attention::expectNorm(all, "norm", width);
    attention::expectLinear(all, "head", 2 * shape.bands + 2, width);
    return all;
}

at::Tensor enterVocoder(const Weights &weights, const at::Tensor &units, const at::Tensor &voices,
                        const at::Tensor &pitches)
{
    const at::Tensor voice = at::embedding(weightOf(weights, "voice_embedding"), voices) +
                             attention::linear(weights, "pitch", ((pitches - kUsualPitch) / kPitchSpread).unsqueeze(1));
    return at::embedding(weightOf(weights, "unit_embedding"), units) + voice.unsqueeze(1);
}

at::Tensor vocoderPiece(const Weights &weights, const VocoderShape &shape, std::int64_t piece, const at::Tensor &x)
{
    if (piece < shape.slowBlocks)
        return block(weights, shape, blockName(piece), x);
    if (piece == shape.slowBlocks) // every frame becomes two
        return attention::linear(weights, "faster", x).reshape({x.size(0), 2 * x.size(1), x.size(2)});
    if (piece <= shape.slowBlocks + shape.fastBlocks)
        return block(weights, shape, blockName(piece - 1), x);
    return attention::linear(weights, "head", attention::layerNorm(weights, "norm", x));
}

VocoderControls controlsOf(const VocoderShape &shape, const at::Tensor &last)
{
    const at::Tensor plain = last.to(at::kFloat);
    VocoderControls controls;
    controls.harmonic = (plain.narrow(2, 0, shape.bands) + kUsualLevel).clamp(kQuietest, kLoudest);
    controls.noise = (plain.narrow(2, shape.bands, shape.bands) + kUsualLevel).clamp(kQuietest, kLoudest);
    controls.pitch = plain.select(2, 2 * shape.bands).tanh() * kWidestPitch;
    controls.voicing = plain.select(2, 2 * shape.bands + 1);
    return controls;
}

} // namespace orrery::speech
