// SPDX-License-Identifier: Apache-2.0
#include "engine/models/diffusion/original_names.h"

#include <array>
#include <charconv>
#include <string_view>
#include <utility>

namespace orrery::diffusion {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

std::string number(std::int64_t value)
{
    return std::to_string(value);
}

/// "down_blocks.3.resnets.1.conv1.weight" → {"down_blocks", "3", "resnets", "1"}, and what is left.
struct Path
{
    std::vector<std::string_view> parts;
    std::string_view rest;

    Path(std::string_view name, std::size_t depth)
    {
        while (parts.size() < depth) {
            const std::size_t dot = name.find('.');
            if (dot == std::string_view::npos)
                break;
            parts.push_back(name.substr(0, dot));
            name.remove_prefix(dot + 1);
        }
        rest = name;
    }
    std::string_view at(std::size_t i) const { return i < parts.size() ? parts[i] : std::string_view(); }
    std::int64_t numberAt(std::size_t i) const
    {
        std::int64_t value = 0;
        std::from_chars(at(i).data(), at(i).data() + at(i).size(), value);
        return value;
    }
};

/// The name with its beginning replaced, by the first pair that fits.
template <std::size_t N>
std::string replaced(std::string_view name, const std::array<Pair, N> &pairs)
{
    for (const auto &[now, then] : pairs)
        if (name.starts_with(now))
            return std::string(then) + std::string(name.substr(now.size()));
    return std::string(name);
}

std::string unetLayer(std::string_view kind, std::string_view rest)
{
    constexpr std::array<Pair, 6> kResidual{{{"norm1.", "in_layers.0."},
                                             {"conv1.", "in_layers.2."},
                                             {"time_emb_proj.", "emb_layers.1."},
                                             {"norm2.", "out_layers.0."},
                                             {"conv2.", "out_layers.3."},
                                             {"conv_shortcut.", "skip_connection."}}};
    return kind == "resnets" ? replaced(rest, kResidual) : std::string(rest);
}

std::string unetName(const UnetConfig &config, const std::string &name)
{
    constexpr std::array<Pair, 5> kEnds{{{"conv_in.", "input_blocks.0.0."},
                                         {"conv_norm_out.", "out.0."},
                                         {"conv_out.", "out.2."},
                                         {"time_embedding.linear_1.", "time_embed.0."},
                                         {"time_embedding.linear_2.", "time_embed.2."}}};
    const std::size_t stages = config.widths.size();
    if (name.starts_with("mid_block.")) {
        const Path path(name, 3); // mid_block.resnets.1.…
        const std::int64_t place = path.at(1) == "attentions" ? 1 : 2 * path.numberAt(2);
        return "middle_block." + number(place) + "." + unetLayer(path.at(1), path.rest);
    }
    const Path path(name, 4);
    const auto stage = static_cast<std::size_t>(path.numberAt(1));
    if (path.at(0) == "down_blocks") {
        std::int64_t block = 1;
        for (std::size_t i = 0; i < stage; ++i)
            block += config.layersPerBlock[i] + 1;
        if (path.at(2) == "downsamplers")
            return "input_blocks." + number(block + config.layersPerBlock[stage]) + ".0.op." +
                   std::string(path.rest.substr(std::string_view("conv.").size()));
        return "input_blocks." + number(block + path.numberAt(3)) + (path.at(2) == "resnets" ? ".0." : ".1.") +
               unetLayer(path.at(2), path.rest);
    }
    if (path.at(0) == "up_blocks") {
        std::int64_t block = 0;
        for (std::size_t i = 0; i < stage; ++i)
            block += config.layersPerBlock[stages - 1 - i] + 1;
        if (path.at(2) == "upsamplers")
            return "output_blocks." + number(block + config.layersPerBlock[stages - 1 - stage]) +
                   (config.upWords[stage] ? ".2." : ".1.") + std::string(path.rest);
        return "output_blocks." + number(block + path.numberAt(3)) + (path.at(2) == "resnets" ? ".0." : ".1.") +
               unetLayer(path.at(2), path.rest);
    }
    return replaced(name, kEnds);
}

std::string autoencoderLayer(std::string_view rest)
{
    constexpr std::array<Pair, 1> kResidual{{{"conv_shortcut.", "nin_shortcut."}}};
    return replaced(rest, kResidual);
}

std::string autoencoderName(const AutoencoderConfig &config, const std::string &name)
{
    constexpr std::array<Pair, 5> kAttention{
        {{"group_norm.", "norm."}, {"to_q.", "q."}, {"to_k.", "k."}, {"to_v.", "v."}, {"to_out.0.", "proj_out."}}};
    constexpr std::array<Pair, 1> kEnds{{{"conv_norm_out.", "norm_out."}}};
    if (!name.starts_with("encoder.") && !name.starts_with("decoder."))
        return name;
    const std::string side = name.substr(0, 8);
    const std::string_view inside = std::string_view(name).substr(8);
    if (inside.starts_with("mid_block.")) {
        const Path path(inside, 3);
        if (path.at(1) == "attentions")
            return side + "mid.attn_1." + replaced(path.rest, kAttention);
        return side + "mid.block_" + number(path.numberAt(2) + 1) + "." + autoencoderLayer(path.rest);
    }
    const Path path(inside, 4);
    const bool down = path.at(0) == "down_blocks", up = path.at(0) == "up_blocks";
    if (!down && !up)
        return side + replaced(inside, kEnds);
    const std::int64_t stage =
        down ? path.numberAt(1) : static_cast<std::int64_t>(config.widths.size()) - 1 - path.numberAt(1);
    const std::string start = side + (down ? "down." : "up.") + number(stage) + ".";
    if (path.at(2) == "resnets")
        return start + "block." + std::string(path.at(3)) + "." + autoencoderLayer(path.rest);
    return start + (down ? "downsample." : "upsample.") + std::string(path.rest);
}

} // namespace

std::vector<StoredWeight> originalUnetName(const UnetConfig &config, const std::string &name)
{
    return {{"model.diffusion_model." + unetName(config, name)}};
}

std::vector<StoredWeight> originalAutoencoderName(const AutoencoderConfig &config, const std::string &name)
{
    return {{"first_stage_model." + autoencoderName(config, name)}};
}

std::vector<StoredWeight> originalTextName(bool openClip, const std::string &name)
{
    if (!openClip)
        return {{"cond_stage_model.transformer." + name}};
    constexpr std::array<Pair, 3> kEnds{{{"text_model.embeddings.token_embedding.", "token_embedding."},
                                         {"text_model.embeddings.position_embedding.weight", "positional_embedding"},
                                         {"text_model.final_layer_norm.", "ln_final."}}};
    constexpr std::array<Pair, 5> kLayer{{{"layer_norm1.", "ln_1."},
                                          {"layer_norm2.", "ln_2."},
                                          {"self_attn.out_proj.", "attn.out_proj."},
                                          {"mlp.fc1.", "mlp.c_fc."},
                                          {"mlp.fc2.", "mlp.c_proj."}}};
    const std::string start = "cond_stage_model.model.";
    if (!name.starts_with("text_model.encoder."))
        return {{start + replaced(name, kEnds)}};
    const Path path(name, 4); // text_model.encoder.layers.3.…
    const std::string block = start + "transformer.resblocks." + std::string(path.at(3)) + ".";
    constexpr std::array<std::string_view, 3> kProducts{"self_attn.q_proj.", "self_attn.k_proj.", "self_attn.v_proj."};
    for (std::size_t i = 0; i < kProducts.size(); ++i)
        if (path.rest.starts_with(kProducts[i])) // the three lie on top of each other
            return {{block + "attn.in_proj_" + std::string(path.rest.substr(kProducts[i].size())),
                     static_cast<std::int64_t>(i), 3}};
    return {{block + replaced(path.rest, kLayer)}};
}

} // namespace orrery::diffusion
