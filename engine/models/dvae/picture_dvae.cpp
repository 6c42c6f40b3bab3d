// SPDX-License-Identifier: Apache-2.0
#include "engine/models/dvae/picture_dvae.h"

#include "engine/files/json.h"

#include <ATen/ATen.h>

namespace orrery::dvae {

namespace {

constexpr std::int64_t kGroups = 8;
constexpr std::int64_t kHeadWidth = 16; // channels at full size, behind the pixel shuffle
constexpr double kEpsilon = 1e-6;

at::Tensor convolution(const Weights &weights, const std::string &name, const at::Tensor &x, std::int64_t stride,
                       std::int64_t padding)
{
    return at::conv2d(x, weightOf(weights, name + ".weight"), weightOf(weights, name + ".bias"), stride, padding);
}

at::Tensor normed(const Weights &weights, const std::string &name, const at::Tensor &x)
{
    return at::silu(
        at::group_norm(x, kGroups, weightOf(weights, name + ".weight"), weightOf(weights, name + ".bias"), kEpsilon));
}

/// Pre-activation block of two convolutions. Source: He et al. 2016, arXiv:1603.05027.
at::Tensor residual(const Weights &weights, const std::string &name, const at::Tensor &x)
{
    const at::Tensor inner = convolution(weights, name + ".conv1", normed(weights, name + ".norm1", x), 1, 1);
    return x + convolution(weights, name + ".conv2", normed(weights, name + ".norm2", inner), 1, 1);
}

std::string block(const char *side, std::int64_t index)
{
    return std::string(side) + ".blocks." + std::to_string(index);
}

} // namespace

DvaeShape parseShape(const JsonObject &json)
{
    DvaeShape shape;
    const auto read = [&](const char *field, std::int64_t &value, std::int64_t least, std::int64_t most) {
        value = json.integer(field, least, most);
    };
    read("image_size", shape.imageSize, 8, 1024);
    read("patch", shape.patch, 1, 64);
    read("width", shape.width, kGroups, 4096);
    read("deep", shape.deep, kGroups, 4096);
    read("blocks", shape.blocks, 1, 64);
    read("codes", shape.codes, 2, 1 << 20);
    read("code_width", shape.codeWidth, 1, 4096);
    if (shape.imageSize % (2 * shape.patch) != 0)
        json.fail("image_size", "is " + std::to_string(shape.imageSize) + ", expected a multiple of twice \"patch\"");
    for (const auto &[field, value] : {std::pair("width", shape.width), std::pair("deep", shape.deep)})
        if (value % kGroups != 0)
            json.fail(field, "is " + std::to_string(value) + ", expected a multiple of " + std::to_string(kGroups));
    return shape;
}

void writeShape(const std::string &file, const DvaeShape &shape)
{
    writeJsonFile(file, Json{{"model_type", "picture_dvae"},
                             {"image_size", shape.imageSize},
                             {"patch", shape.patch},
                             {"width", shape.width},
                             {"deep", shape.deep},
                             {"blocks", shape.blocks},
                             {"codes", shape.codes},
                             {"code_width", shape.codeWidth}});
}

std::vector<ExpectedWeight> expectedWeights(const DvaeShape &shape)
{
    std::vector<ExpectedWeight> all;
    const auto convolutionOf = [&](const std::string &name, std::int64_t out, std::int64_t in, std::int64_t edge) {
        all.push_back({name + ".weight", {out, in, edge, edge}});
        all.push_back({name + ".bias", {out}});
    };
    const auto normOf = [&](const std::string &name, std::int64_t width) {
        all.push_back({name + ".weight", {width}});
        all.push_back({name + ".bias", {width}});
    };
    const auto residualOf = [&](const std::string &name, std::int64_t width) {
        normOf(name + ".norm1", width);
        convolutionOf(name + ".conv1", width, width, 3);
        normOf(name + ".norm2", width);
        convolutionOf(name + ".conv2", width, width, 3);
    };
    convolutionOf("encoder.stem", shape.width, 3, shape.patch);
    residualOf("encoder.first", shape.width);
    convolutionOf("encoder.down", shape.deep, shape.width, 2);
    for (std::int64_t i = 0; i < shape.blocks; ++i)
        residualOf(block("encoder", i), shape.deep);
    normOf("encoder.norm", shape.deep);
    convolutionOf("encoder.out", shape.codeWidth, shape.deep, 1);

    all.push_back({"codebook", {shape.codes, shape.codeWidth}});

    convolutionOf("decoder.in", shape.deep, shape.codeWidth, 3);
    for (std::int64_t i = 0; i < shape.blocks; ++i)
        residualOf(block("decoder", i), shape.deep);
    convolutionOf("decoder.up", 4 * shape.width, shape.deep, 1);
    residualOf("decoder.first", shape.width);
    residualOf("decoder.second", shape.width);
    normOf("decoder.norm", shape.width);
    convolutionOf("decoder.head", kHeadWidth * shape.patch * shape.patch, shape.width, 3);
    convolutionOf("decoder.out", 3, kHeadWidth, 3);
    return all;
}

std::int64_t encoderPieces(const DvaeShape &shape)
{
    return shape.blocks + 3;
}

at::Tensor encoderPiece(const Weights &weights, const DvaeShape &shape, std::int64_t piece, const at::Tensor &x)
{
    if (piece == 0)
        return convolution(weights, "encoder.stem", x, shape.patch, 0);
    if (piece == 1)
        return convolution(weights, "encoder.down", residual(weights, "encoder.first", x), 2, 0);
    if (piece < 2 + shape.blocks)
        return residual(weights, block("encoder", piece - 2), x);
    const at::Tensor out =
        convolution(weights, "encoder.out", normed(weights, "encoder.norm", x), 1, 0).to(at::kFloat); // [B, C, G, G]
    return out / out.norm(2, 1, true).clamp_min(1e-6);
}

at::Tensor nearestCodes(const Weights &weights, const at::Tensor &vectors)
{
    const at::Tensor rows = vectors.permute({0, 2, 3, 1}).reshape({-1, vectors.size(1)}); // [B · G · G, C]
    return at::matmul(rows, weightOf(weights, "codebook").t()).argmax(1).view({vectors.size(0), -1});
}

at::Tensor vectorsOf(const Weights &weights, const DvaeShape &shape, const at::Tensor &tokens)
{
    const std::int64_t grid = shape.grid();
    const at::Tensor codes = at::embedding(weightOf(weights, "codebook"), tokens); // [B, G · G, C]
    return codes.view({tokens.size(0), grid, grid, shape.codeWidth}).permute({0, 3, 1, 2}).contiguous();
}

std::int64_t decoderPieces(const DvaeShape &shape)
{
    return shape.blocks + 4;
}

at::Tensor decoderPiece(const Weights &weights, const DvaeShape &shape, std::int64_t piece, const at::Tensor &x)
{
    if (piece == 0)
        return convolution(weights, "decoder.in", x, 1, 1);
    if (piece < 1 + shape.blocks)
        return residual(weights, block("decoder", piece - 1), x);
    switch (piece - 1 - shape.blocks) {
    case 0:
        return residual(weights, "decoder.first", at::pixel_shuffle(convolution(weights, "decoder.up", x, 1, 0), 2));
    case 1:
        return residual(weights, "decoder.second", x);
    default: {
        const at::Tensor head = convolution(weights, "decoder.head", normed(weights, "decoder.norm", x), 1, 1);
        return convolution(weights, "decoder.out", at::silu(at::pixel_shuffle(head, shape.patch)), 1, 1).to(at::kFloat);
    }
    }
}

} // namespace orrery::dvae
