// SPDX-License-Identifier: Apache-2.0
#include "engine/models/babble/hifi_gan.h"

#include "engine/api/sound.h"
#include "engine/core/error.h"
#include "engine/files/json.h"
#include "engine/files/mapped_file.h"
#include "engine/models/one_thread.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>

namespace orrery::speech {

namespace {

constexpr std::int64_t kUnitsAtOnce = 25;
constexpr double kLastSlope = 0.01; ///< the reference leaves it out there, and this is what is meant then
constexpr std::int64_t kOuterKernel = 7;

std::string blockName(std::size_t stage, std::size_t kernel, std::size_t kernels)
{
    return "resblocks." + std::to_string(stage * kernels + kernel);
}

[[noreturn]] void refuse(const JsonObject &json, const std::string &field, const std::string &why)
{
    throw Exception(ErrorCode::Unsupported, json.where() + ": field \"" + field + "\": " + why);
}

at::Tensor convolution(const Weights &weights, const std::string &name, const at::Tensor &x, std::int64_t dilation = 1)
{
    const at::Tensor &weight = weightOf(weights, name + ".weight");
    return at::conv1d(x, weight, weightOf(weights, name + ".bias"), 1, (weight.size(2) - 1) * dilation / 2, dilation);
}

std::vector<ExpectedWeight> expectedWeights(const HifiGanShape &shape)
{
    std::vector<ExpectedWeight> all{{"dict.weight", {shape.units, shape.width}}};
    if (shape.normalises) {
        all.push_back({"mean", {shape.width}});
        all.push_back({"scale", {shape.width}});
    }
    const auto convolve = [&](const std::string &name, std::int64_t out, std::int64_t in, std::int64_t kernel) {
        all.push_back({name + ".weight", {out, in, kernel}});
        all.push_back({name + ".bias", {out}});
    };
    convolve("conv_pre", shape.channels, shape.width, kOuterKernel);
    std::int64_t channels = shape.channels;
    for (std::size_t stage = 0; stage < shape.rates.size(); ++stage) {
        const std::string name = "upsampler." + std::to_string(stage);
        all.push_back({name + ".weight", {channels, channels / 2, shape.kernels[stage]}});
        all.push_back({name + ".bias", {channels / 2}});
        channels /= 2;
        for (std::size_t k = 0; k < shape.blockKernels.size(); ++k)
            for (std::size_t d = 0; d < shape.dilations[k].size(); ++d)
                for (const char *row : {".convs1.", ".convs2."})
                    convolve(blockName(stage, k, shape.blockKernels.size()) + row + std::to_string(d), channels,
                             channels, shape.blockKernels[k]);
    }
    convolve("conv_post", 1, channels, kOuterKernel);
    return all;
}

/// A list of lists of numbers from 1 on.
std::vector<std::vector<std::int64_t>> integerLists(const JsonObject &json, const char *field, std::int64_t largest)
{
    const auto file = MappedFile::open(json.where());
    const auto bytes = file->bytes();
    const char *text = reinterpret_cast<const char *>(bytes.data());
    const Json all = Json::parse(text, text + bytes.size(), nullptr, false);
    std::vector<std::vector<std::int64_t>> lists;
    if (all.is_object() && all.contains(field) && all[field].is_array())
        for (const Json &row : all[field]) {
            lists.emplace_back();
            for (const Json &number : row)
                lists.back().push_back(number.is_number_integer() ? number.get<std::int64_t>() : 0);
            for (const std::int64_t number : lists.back())
                if (number < 1 || number > largest)
                    json.fail(field, "expected lists of whole numbers from 1 to " + std::to_string(largest));
        }
    return lists;
}

/// CodeHiFiGAN's own name of a weight.
std::string publishedName(std::string name)
{
    if (name.starts_with("upsampler."))
        name.replace(0, 9, "ups");
    return name;
}

} // namespace

std::int64_t HifiGanShape::hop() const
{
    std::int64_t samples = 1;
    for (const std::int64_t rate : rates)
        samples *= rate;
    return samples;
}

std::int64_t HifiGanShape::reach() const
{
    std::int64_t blocks = 0; // positions that the widest row of blocks looks to one side
    for (std::size_t k = 0; k < blockKernels.size(); ++k) {
        std::int64_t own = 0;
        for (const std::int64_t dilation : dilations[k])
            own += (blockKernels[k] - 1) / 2 * (dilation + 1);
        blocks = std::max(blocks, own);
    }
    // From the last samples back to units, rounded up at every enlargement.
    std::int64_t positions = kOuterKernel / 2;
    for (std::size_t stage = rates.size(); stage-- > 0;)
        positions = (positions + blocks + kernels[stage]) / rates[stage] + 1;
    return positions + kOuterKernel / 2;
}

HifiGanShape HifiGanShape::fromFolder(const JsonObject &json, const Safetensors &file)
{
    HifiGanShape shape;
    const bool published = !json.has("model_type");
    const SafetensorsEntry *units = file.find("dict.weight");
    if (!units || units->shape.size() != 2 || units->shape[0] < 2)
        throw Exception(ErrorCode::ModelFile, file.path() +
                                                  ": entry \"dict.weight\" is missing, expected the embedding "
                                                  "of units; a vocoder of spectrograms cannot speak units");
    shape.units = units->shape[0];
    shape.width = units->shape[1];
    if (published) {
        for (const char *field : {"multispkr", "f0", "multistream"})
            if (json.has(field) && (json.isText(field) || json.booleanOr(field, false)))
                refuse(json, field, "is set, expected a vocoder that wants nothing but units");
        if (json.textOr("resblock", "1") != "1")
            refuse(json, "resblock", "is \"" + json.text("resblock") + "\", expected \"1\"");
    } else {
        shape.slope = json.numberOr("leaky_relu_slope", 0.1, 0, 1);
        shape.normalises = json.booleanOr("normalize_before", true);
    }
    if (const std::int64_t wide = json.integer(published ? "embedding_dim" : "model_in_dim", 1, 1 << 14);
        wide != shape.width)
        json.fail(published ? "embedding_dim" : "model_in_dim", "is " + std::to_string(wide) +
                                                                    ", but an embedding in the weights has " +
                                                                    std::to_string(shape.width) + " numbers");
    if (json.integerOr("sampling_rate", kSoundRate, 1, 1 << 20) != kSoundRate)
        refuse(json, "sampling_rate", "expected 16000");
    shape.channels = json.integer("upsample_initial_channel", 1, 1 << 14);
    shape.rates = json.integers("upsample_rates", 1, 64);
    shape.kernels = json.integers("upsample_kernel_sizes", 1, 256);
    shape.blockKernels = json.integers("resblock_kernel_sizes", 1, 63);
    constexpr std::size_t kMostRates = 14; // channels are at most 2¹⁴
    if (shape.rates.empty() || shape.rates.size() != shape.kernels.size() || shape.rates.size() > kMostRates ||
        shape.channels >> shape.rates.size() == 0)
        json.fail("upsample_rates", "expected as many as \"upsample_kernel_sizes\", and halves of "
                                    "\"upsample_initial_channel\" for each");
    for (std::size_t i = 0; i < shape.rates.size(); ++i)
        if (shape.kernels[i] < shape.rates[i] || (shape.kernels[i] - shape.rates[i]) % 2 != 0)
            json.fail("upsample_kernel_sizes", "has " + std::to_string(shape.kernels[i]) + " for a rate of " +
                                                   std::to_string(shape.rates[i]) + ", expected an even difference");
    for (const std::int64_t kernel : shape.blockKernels)
        if (kernel % 2 == 0)
            json.fail("resblock_kernel_sizes", "has " + std::to_string(kernel) + ", expected odd numbers");
    shape.dilations = integerLists(json, "resblock_dilation_sizes", 256);
    if (shape.blockKernels.empty() || shape.dilations.size() != shape.blockKernels.size())
        json.fail("resblock_dilation_sizes", "expected a list for each of \"resblock_kernel_sizes\"");
    std::int64_t hop = 1;
    for (const std::int64_t rate : shape.rates)
        if ((hop *= rate) > 1 << 16) // before the next factor makes it larger than a number may be
            json.fail("upsample_rates", "make more than 65536 samples of a unit");
    return shape;
}

Task<Weights> loadHifiGan(EngineScope &scope, std::shared_ptr<const Safetensors> file, HifiGanShape shape)
{
    const bool normed = file->find("conv_pre.weight_g") != nullptr;
    std::vector<ExpectedWeight> expected;
    for (const ExpectedWeight &weight : expectedWeights(shape)) {
        const bool product = weight.name.ends_with(".weight") && weight.name != "dict.weight";
        if (!normed || !product) {
            expected.push_back(weight);
            continue;
        }
        expected.push_back({weight.name + "_g", {weight.shape[0], 1, 1}});
        expected.push_back({weight.name + "_v", weight.shape});
    }
    WeightPlaces places;
    places.others = true; // CodeHiFiGAN's own predictor of durations
    places.of = [](const std::string &name) { return std::vector<StoredWeight>{{name}, {publishedName(name)}}; };
    Task<Weights> loading = loadWeights(scope, std::move(file), std::move(expected), std::move(places));
    Weights weights = co_await std::move(loading);
    if (!normed)
        co_return weights;
    Weights plain;
    for (const auto &[name, weight] : weights) {
        if (name.ends_with(".weight_g"))
            continue;
        if (!name.ends_with(".weight_v")) {
            plain[name] = weight;
            continue;
        }
        const std::string own = name.substr(0, name.size() - 2);
        const at::Tensor length = weight.flatten(1).norm(2, 1).view({-1, 1, 1});
        plain[own] = weight * (weightOf(weights, own + "_g") / length);
    }
    co_return plain;
}

Task<at::Tensor> HifiGanVocoder::generate(StepPacer &pace, at::Tensor x) const
{
    const std::size_t kernels = m_shape.blockKernels.size();
    {
        const OneThread one;
        const at::NoGradGuard noGraph;
        x = convolution(m_weights, "conv_pre", x);
    }
    for (std::size_t stage = 0; stage < m_shape.rates.size(); ++stage) {
        if (pace.due())
            co_await pace.step();
        {
            const OneThread one;
            const at::NoGradGuard noGraph;
            const std::string name = "upsampler." + std::to_string(stage);
            x = at::conv_transpose1d(at::leaky_relu(x, m_shape.slope), weightOf(m_weights, name + ".weight"),
                                     weightOf(m_weights, name + ".bias"), m_shape.rates[stage],
                                     (m_shape.kernels[stage] - m_shape.rates[stage]) / 2);
        }
        at::Tensor sum;
        for (std::size_t k = 0; k < kernels; ++k) {
            at::Tensor row = x;
            for (std::size_t d = 0; d < m_shape.dilations[k].size(); ++d) {
                if (pace.due())
                    co_await pace.step();
                const OneThread one;
                const at::NoGradGuard noGraph;
                const std::string name = blockName(stage, k, kernels);
                const at::Tensor wide = convolution(m_weights, name + ".convs1." + std::to_string(d),
                                                    at::leaky_relu(row, m_shape.slope), m_shape.dilations[k][d]);
                row = row + convolution(m_weights, name + ".convs2." + std::to_string(d),
                                        at::leaky_relu(wide, m_shape.slope));
            }
            const at::NoGradGuard noGraph;
            sum = sum.defined() ? sum + row : row;
        }
        const at::NoGradGuard noGraph;
        x = sum / double(kernels);
    }
    const OneThread one;
    const at::NoGradGuard noGraph;
    co_return convolution(m_weights, "conv_post", at::leaky_relu(x, kLastSlope)).tanh().to(at::kCPU).contiguous();
}

Task<std::vector<float>> HifiGanVocoder::speak(StepPacer &pace, std::vector<int> frames, Manner manner) const
{
    checkUnits(frames, units(), m_name);
    if (manner.voice != 0 || manner.pitchHz != 0)
        throw Exception(ErrorCode::BadInput, m_name + " has one voice at its own pitch, and no other");
    const auto count = std::int64_t(frames.size());
    std::vector<float> sound(std::size_t(count * hop()));
    for (std::int64_t first = 0; first < count; first += kUnitsAtOnce) {
        const std::int64_t last = std::min(count, first + kUnitsAtOnce);
        const std::int64_t begin = std::max<std::int64_t>(0, first - m_shape.reach());
        const std::int64_t end = std::min(count, last + m_shape.reach());
        at::Tensor x;
        {
            const OneThread one;
            const at::NoGradGuard noGraph;
            at::Tensor ids = at::empty({end - begin}, at::kLong);
            std::copy(frames.begin() + begin, frames.begin() + end, ids.mutable_data_ptr<std::int64_t>());
            x = at::embedding(weightOf(m_weights, "dict.weight"), ids.to(m_device)); // [T, width]
            if (m_shape.normalises)
                x = (x - weightOf(m_weights, "mean")) / weightOf(m_weights, "scale");
            x = x.t().unsqueeze(0).contiguous();
        }
        Task<at::Tensor> making = generate(pace, std::move(x));
        const at::Tensor made = co_await std::move(making);
        std::copy_n(made.const_data_ptr<float>() + (first - begin) * hop(), (last - first) * hop(),
                    sound.begin() + first * hop());
    }
    co_return sound;
}

} // namespace orrery::speech
