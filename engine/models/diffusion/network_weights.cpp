// SPDX-License-Identifier: Apache-2.0
#include "engine/models/attention.h"
#include "engine/models/diffusion/network.h"

namespace orrery::diffusion {
namespace {

using attention::expectLinear;
using attention::expectNorm;
using All = std::vector<ExpectedWeight>;

void expectConvolution(All &all, const std::string &name, std::int64_t out, std::int64_t in, std::int64_t kernel,
                       bool bias = true)
{
    all.push_back({name + ".weight", {out, in, kernel, kernel}});
    if (bias)
        all.push_back({name + ".bias", {out}});
}

void expectResidual(All &all, const Layer &layer)
{
    expectNorm(all, layer.name + ".norm1", layer.in);
    expectConvolution(all, layer.name + ".conv1", layer.out, layer.in, 3);
    if (layer.timeWidth > 0)
        expectLinear(all, layer.name + ".time_emb_proj", layer.out, layer.timeWidth);
    expectNorm(all, layer.name + ".norm2", layer.out);
    expectConvolution(all, layer.name + ".conv2", layer.out, layer.out, 3);
    if (layer.in != layer.out)
        expectConvolution(all, layer.name + ".conv_shortcut", layer.out, layer.in, 1);
}

void expectLooking(All &all, const std::string &name, std::int64_t width, std::int64_t context, bool bias)
{
    for (const char *projection : {".to_q", ".to_k", ".to_v"}) {
        const bool query = std::string_view(projection) == ".to_q";
        all.push_back({name + projection + ".weight", {width, query ? width : context}});
        if (bias)
            all.push_back({name + projection + ".bias", {width}});
    }
    expectLinear(all, name + ".to_out.0", width, width);
}

void expectTransformer(All &all, const Layer &layer)
{
    const std::int64_t width = layer.in;
    expectNorm(all, layer.name + ".norm", width);
    for (const char *name : {".proj_in", ".proj_out"}) {
        if (layer.linearProjection)
            expectLinear(all, layer.name + name, width, width);
        else
            expectConvolution(all, layer.name + name, width, width, 1);
    }
    for (std::int64_t block = 0; block < layer.blocks; ++block) {
        const std::string name = layer.name + ".transformer_blocks." + std::to_string(block);
        for (const char *norm : {".norm1", ".norm2", ".norm3"})
            expectNorm(all, name + norm, width);
        expectLooking(all, name + ".attn1", width, width, false);
        expectLooking(all, name + ".attn2", width, layer.contextWidth, false);
        expectLinear(all, name + ".ff.net.0.proj", 8 * width, width); // four times as wide, and a gate for each
        expectLinear(all, name + ".ff.net.2", width, 4 * width);
    }
}

} // namespace

std::vector<ExpectedWeight> expectedWeights(const std::vector<Layer> &layers)
{
    All all;
    for (const Layer &layer : layers)
        switch (layer.kind) {
        case Layer::Kind::Convolution:
            expectConvolution(all, layer.name, layer.out, layer.in, layer.kernel, layer.bias);
            break;
        case Layer::Kind::Enlarge:
            expectConvolution(all, layer.name, layer.out, layer.in, 3, layer.bias);
            break;
        case Layer::Kind::Residual:
            expectResidual(all, layer);
            break;
        case Layer::Kind::Attention:
            expectNorm(all, layer.name + ".group_norm", layer.in);
            expectLooking(all, layer.name, layer.in, layer.in, true);
            break;
        case Layer::Kind::Transformer:
            expectTransformer(all, layer);
            break;
        case Layer::Kind::NormActivation:
            expectNorm(all, layer.name, layer.in);
            break;
        case Layer::Kind::SmallResidual:
            for (const char *name : {".conv.0", ".conv.2", ".conv.4"})
                expectConvolution(all, layer.name + name, layer.in, layer.in, 3);
            break;
        case Layer::Kind::Remember:
        case Layer::Kind::Recall:
        case Layer::Kind::Relu:
            break;
        }
    return all;
}

} // namespace orrery::diffusion
