// SPDX-License-Identifier: Apache-2.0
#include "engine/models/diffusion/original_names.h"

#include "engine/core/error.h"

#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>

namespace orrery::diffusion {
namespace {

constexpr std::int64_t kGroups = 32;
constexpr std::int64_t kHeadWidth = 64;
constexpr std::size_t kMostStages = 8;
constexpr std::int64_t kFewestPositions = 2; ///< a text's beginning and end

const std::string kUnet = "model.diffusion_model.";
const std::string kAutoencoder = "first_stage_model.";
const std::string kOpenClip = "cond_stage_model.model.";
const std::string kClip = "cond_stage_model.transformer.text_model.";

bool has(const Safetensors &file, const std::string &name)
{
    return file.find(name) != nullptr;
}

[[noreturn]] void refuse(const Safetensors &file, const std::string &name, const std::string &what)
{
    throw Exception(ErrorCode::Unsupported,
                    file.path() + ": is no Stable Diffusion 1.x or 2.x in one file: entry \"" + name + "\" " + what);
}

/// A dimension of an entry that every such model has.
std::int64_t sizeOf(const Safetensors &file, const std::string &name, std::size_t dimension, std::int64_t least = 1)
{
    const SafetensorsEntry *entry = file.find(name);
    if (!entry || entry->shape.size() <= dimension || entry->shape[dimension] < least)
        refuse(file, name, entry ? "has another shape" : "is missing");
    return entry->shape[dimension];
}

std::int64_t countOf(const Safetensors &file, const std::string &start, const std::string &end)
{
    std::int64_t count = 0;
    while (has(file, start + std::to_string(count) + end))
        ++count;
    return count;
}

template <class Stored>
double deviationAs(const SafetensorsEntry &entry)
{
    double sum = 0, squares = 0;
    const std::size_t count = entry.bytes.size() / sizeof(Stored);
    for (std::size_t i = 0; i < count; ++i) {
        Stored value;
        std::memcpy(&value, entry.bytes.data() + i * sizeof(Stored), sizeof(Stored));
        sum += static_cast<double>(static_cast<float>(value));
        squares += static_cast<double>(static_cast<float>(value)) * static_cast<double>(static_cast<float>(value));
    }
    const double mean = count ? sum / double(count) : 0;
    return count ? std::sqrt(std::max(0.0, squares / double(count) - mean * mean)) : 0;
}

/// Standard deviation of what an entry holds; 0 for types that no weight has.
double deviationOf(const SafetensorsEntry &entry)
{
    switch (entry.dtype) {
    case Dtype::F32:
        return deviationAs<float>(entry);
    case Dtype::F16:
        return deviationAs<c10::Half>(entry);
    case Dtype::BF16:
        return deviationAs<c10::BFloat16>(entry);
    default:
        return 0;
    }
}

std::int64_t headsOf(std::int64_t width)
{
    return std::max<std::int64_t>(1, width / kHeadWidth);
}

} // namespace

bool hasOpenClip(const Safetensors &file)
{
    return has(file, kOpenClip + "ln_final.weight");
}

bool predictsVelocity(const Safetensors &file)
{
    if (const auto found = file.metadata().find("modelspec.prediction_type"); found != file.metadata().end())
        return found->second.starts_with("v");
    // Of the published models of the second generation, those that predict velocity spread more here (ComfyUI tells
    // them apart by the same number).
    constexpr double kBoundary = 0.09;
    const SafetensorsEntry *trace = file.find(kUnet + "output_blocks.11.1.transformer_blocks.0.norm1.bias");
    if (!hasOpenClip(file) || !trace)
        return hasOpenClip(file);
    return deviationOf(*trace) > kBoundary;
}

UnetConfig unetOf(const Safetensors &file)
{
    for (const char *other : {"conditioner.embedders.0.transformer.text_model.final_layer_norm.weight",
                              "model.diffusion_model.label_emb.0.0.weight"})
        if (has(file, other))
            throw Exception(ErrorCode::Unsupported,
                            file.path() +
                                ": is a model of Stable Diffusion XL's kind, expected Stable Diffusion 1.x or 2.x");
    UnetConfig config;
    config.widths.clear();
    const std::string first = kUnet + "input_blocks.0.0.weight";
    sizeOf(file, first, 0);
    config.inChannels = sizeOf(file, first, 1);
    config.outChannels = sizeOf(file, kUnet + "out.2.weight", 0);

    const std::string words = "transformer_blocks.";
    for (std::int64_t block = 1;; ++block) {
        const std::string name = kUnet + "input_blocks." + std::to_string(block) + ".";
        const bool down = has(file, name + "0.op.weight");
        if (!down && !has(file, name + "0.in_layers.2.weight"))
            break;
        if (down || config.widths.empty()) {
            config.widths.push_back(0);
            config.layersPerBlock.push_back(0);
            config.downWords.push_back(false);
            config.blocks.push_back(1);
        }
        if (down)
            continue;
        config.widths.back() = sizeOf(file, name + "0.in_layers.2.weight", 0);
        ++config.layersPerBlock.back();
        if (const std::int64_t blocks = countOf(file, name + "1." + words, ".norm1.weight"); blocks > 0) {
            config.downWords.back() = true;
            config.blocks.back() = blocks;
        }
    }
    if (config.widths.empty() || config.widths.size() > kMostStages)
        refuse(file, kUnet + "input_blocks.1.0.in_layers.2.weight", "is missing, or there are too many like it");
    std::int64_t block = 0;
    for (std::size_t stage = config.widths.size(); stage-- > 0;) {
        config.upWords.push_back(
            has(file, kUnet + "output_blocks." + std::to_string(block) + ".1." + words + "0.norm1.weight"));
        block += config.layersPerBlock[stage] + 1;
    }
    const std::string middle = kUnet + "middle_block.1.";
    config.contextWidth = sizeOf(file, middle + words + "0.attn2.to_k.weight", 1);
    config.blocks.back() = countOf(file, middle + words, ".norm1.weight");
    config.linearProjection = file.find(middle + "proj_in.weight") && // Stable Diffusion 2
                              file.find(middle + "proj_in.weight")->shape.size() == 2;
    for (const std::int64_t width : config.widths)
        config.heads.push_back(config.linearProjection ? headsOf(width) : 8);
    config.groups = std::min(kGroups, config.widths.front());

    config.sampleSize = predictsVelocity(file) ? 96 : 64; // they were trained with 768 × 768
    if (const auto found = file.metadata().find("modelspec.resolution"); found != file.metadata().end())
        if (const long pixels = std::strtol(found->second.c_str(), nullptr, 10); pixels > 0 && pixels <= 4096)
            config.sampleSize = std::max<std::int64_t>(1, pixels / autoencoderOf(file).factor());
    return config;
}

AutoencoderConfig autoencoderOf(const Safetensors &file)
{
    AutoencoderConfig config;
    config.widths.clear();
    const std::string start = kAutoencoder + "encoder.down.";
    const std::int64_t stages = countOf(file, start, ".block.0.conv2.weight");
    for (std::int64_t stage = 0; stage < stages; ++stage)
        config.widths.push_back(sizeOf(file, start + std::to_string(stage) + ".block.0.conv2.weight", 0));
    config.latentChannels = sizeOf(file, kAutoencoder + "quant_conv.weight", 0) / 2;
    config.layersPerBlock = countOf(file, start + "0.block.", ".conv2.weight");
    if (config.widths.empty() || config.widths.size() > kMostStages)
        refuse(file, start + "0.block.0.conv2.weight", "is missing, or there are too many like it");
    config.groups = std::min(kGroups, config.widths.front());
    return config;
}

clip::TextTowerShape textTowerOf(const Safetensors &file)
{
    clip::TextTowerShape shape;
    if (hasOpenClip(file)) {
        const std::string blocks = kOpenClip + "transformer.resblocks.";
        shape.vocabulary = sizeOf(file, kOpenClip + "token_embedding.weight", 0);
        shape.transformer.width = sizeOf(file, kOpenClip + "token_embedding.weight", 1);
        shape.context = sizeOf(file, kOpenClip + "positional_embedding", 0, kFewestPositions);
        shape.transformer.intermediate = sizeOf(file, blocks + "0.mlp.c_fc.weight", 0);
        // Stable Diffusion 2 takes the states before the last block.
        shape.transformer.layers = std::max<std::int64_t>(1, countOf(file, blocks, ".ln_1.weight") - 1);
        shape.transformer.activation = clip::Activation::Gelu;
    } else {
        const std::string layers = kClip + "encoder.layers.";
        shape.vocabulary = sizeOf(file, kClip + "embeddings.token_embedding.weight", 0);
        shape.transformer.width = sizeOf(file, kClip + "embeddings.token_embedding.weight", 1);
        shape.context = sizeOf(file, kClip + "embeddings.position_embedding.weight", 0, kFewestPositions);
        shape.transformer.intermediate = sizeOf(file, layers + "0.mlp.fc1.weight", 0);
        shape.transformer.layers = countOf(file, layers, ".layer_norm1.weight");
        shape.transformer.activation = clip::Activation::QuickGelu;
    }
    shape.transformer.heads = headsOf(shape.transformer.width);
    return shape;
}

} // namespace orrery::diffusion
