// SPDX-License-Identifier: Apache-2.0
#include "engine/models/diffusion/network.h"

#include "engine/models/diffusion/network_pieces.h"

#include <ATen/ATen.h>

namespace orrery::diffusion {
namespace {

at::Tensor convolutionLayer(const Weights &weights, const Layer &layer, const at::Tensor &x)
{
    if (layer.lopsided)
        return convolution(weights, layer.name, at::constant_pad_nd(x, {0, 1, 0, 1}), layer.stride, 0);
    return convolution(weights, layer.name, x, layer.stride, layer.kernel / 2);
}

at::Tensor enlarged(const at::Tensor &x, const std::vector<at::Tensor> &remembered)
{
    if (remembered.empty())
        return at::upsample_nearest2d(x, {x.size(2) * 2, x.size(3) * 2});
    return at::upsample_nearest2d(x, remembered.back().sizes().slice(2)); // odd sizes were rounded up on the way down
}

at::Tensor smallResidual(const Weights &weights, const std::string &name, const at::Tensor &x)
{
    at::Tensor y = at::relu(convolution(weights, name + ".conv.0", x, 1, 1));
    y = at::relu(convolution(weights, name + ".conv.2", y, 1, 1));
    return at::relu(convolution(weights, name + ".conv.4", y, 1, 1) + x);
}

Task<at::Tensor> residual(StepPacer &pace, const Weights &weights, const Layer &layer, at::Tensor x, at::Tensor time)
{
    at::Tensor y =
        convolution(weights, layer.name + ".conv1", normActivation(weights, layer.name + ".norm1", layer, x), 1, 1);
    if (layer.timeWidth > 0)
        y = y + attention::linear(weights, layer.name + ".time_emb_proj", time).unsqueeze(-1).unsqueeze(-1);
    if (pace.due())
        co_await pace.step();
    y = convolution(weights, layer.name + ".conv2", normActivation(weights, layer.name + ".norm2", layer, y), 1, 1);
    co_return (layer.in == layer.out ? x : convolution(weights, layer.name + ".conv_shortcut", x, 1, 0)) + y;
}

} // namespace

Task<at::Tensor> runLayers(StepPacer &pace, const Weights &weights, const std::vector<Layer> &layers, at::Tensor x,
                           NetworkInputs inputs)
{
    std::vector<at::Tensor> remembered;
    if (x.is_cpu() && x.scalar_type() == at::kBFloat16)
        x = x.contiguous(at::MemoryFormat::ChannelsLast); // as halved() keeps kernels; every layer goes on with it
    for (const Layer &layer : layers) {
        if (pace.due())
            co_await pace.step();
        Task<at::Tensor> pieces;
        switch (layer.kind) {
        case Layer::Kind::Convolution:
            x = convolutionLayer(weights, layer, x);
            break;
        case Layer::Kind::Residual:
            pieces = residual(pace, weights, layer, x, inputs.time);
            break;
        case Layer::Kind::Attention:
            pieces = cellAttention(pace, weights, layer, x);
            break;
        case Layer::Kind::Transformer:
            pieces = wordTransformer(pace, weights, layer, x, inputs);
            break;
        case Layer::Kind::Enlarge:
            x = convolution(weights, layer.name, enlarged(x, remembered), 1, 1);
            break;
        case Layer::Kind::NormActivation:
            x = normActivation(weights, layer.name, layer, x);
            break;
        case Layer::Kind::Remember:
            remembered.push_back(x);
            break;
        case Layer::Kind::Recall:
            x = at::cat({x, remembered.back()}, 1);
            remembered.pop_back();
            break;
        case Layer::Kind::Relu:
            x = at::relu(x);
            break;
        case Layer::Kind::SmallResidual:
            x = smallResidual(weights, layer.name, x);
            break;
        }
        if (pieces)
            x = co_await std::move(pieces);
    }
    co_return x;
}

} // namespace orrery::diffusion
