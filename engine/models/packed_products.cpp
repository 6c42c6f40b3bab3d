// SPDX-License-Identifier: Apache-2.0
#include "engine/models/packed_products.h"

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include <optional>

namespace orrery {
namespace {

using Scalars = c10::List<std::optional<at::Scalar>>;

/// LibTorch registers these for its compiler and gives them no function in a header.
c10::OperatorHandle operation(const char *name)
{
    return c10::Dispatcher::singleton().findSchemaOrThrow(name, "");
}

bool hasOneDnn()
{
    static const bool has =
        c10::Dispatcher::singleton().findSchema({"mkldnn::_reorder_convolution_weight", ""}).has_value();
    return has && at::globalContext().userEnabledMkldnn();
}

std::optional<at::Tensor> given(const at::Tensor &tensor)
{
    return tensor.defined() ? std::optional(tensor) : std::nullopt;
}

at::Tensor packedMatrix(const at::Tensor &weight)
{
    static const auto reorder = operation("mkldnn::_reorder_linear_weight")
                                    .typed<at::Tensor(const at::Tensor &, std::optional<std::int64_t>)>();
    return reorder.call(weight.contiguous(), std::nullopt);
}

at::Tensor packedKernel(const at::Tensor &weight)
{
    static const auto reorder = operation("mkldnn::_reorder_convolution_weight")
                                    .typed<at::Tensor(const at::Tensor &, c10::SymIntArrayRef, c10::SymIntArrayRef,
                                                      c10::SymIntArrayRef, c10::SymInt, at::OptionalSymIntArrayRef)>();
    const c10::SymInt padding = weight.size(2) / 2, one = 1;
    const std::array paddings{padding, padding}, ones{one, one};
    // Kernels of 1 × 1 have another order for each of several sizes of pictures; a usual one is said.
    const std::array size{c10::SymInt(1), c10::SymInt(weight.size(1)), c10::SymInt(64), c10::SymInt(64)};
    return reorder.call(weight, paddings, ones, ones, 1, c10::SymIntArrayRef(size));
}

} // namespace

bool isPacked(const at::Tensor &weight)
{
    return weight.is_mkldnn();
}

at::Tensor packed(const at::Tensor &weight)
{
    const at::ScalarType type = weight.scalar_type();
    if (!weight.is_cpu() || isPacked(weight) || (type != at::kFloat && type != at::kBFloat16) || !hasOneDnn())
        return weight;
    return weight.dim() == 2 ? packedMatrix(weight) : weight.dim() == 4 ? packedKernel(weight) : weight;
}

Task<> pack(EngineScope &scope, Weights &weights, std::function<bool(const std::string &name)> which)
{
    for (auto &[name, weight] : weights)
        if (which(name)) {
            weight = packed(weight);
            co_await scope.step();
        }
}

at::Tensor packedProduct(const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias)
{
    static const auto multiply =
        operation("mkldnn::_linear_pointwise")
            .typed<at::Tensor(const at::Tensor &, const at::Tensor &, const std::optional<at::Tensor> &,
                              std::string_view, Scalars, std::optional<std::string_view>)>();
    return multiply.call(x.contiguous(), weight, given(bias), "none", Scalars(), "");
}

at::Tensor packedConvolution(const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias, std::int64_t stride,
                             std::int64_t padding)
{
    static const auto convolve =
        operation("mkldnn::_convolution_pointwise")
            .typed<at::Tensor(const at::Tensor &, const at::Tensor &, const std::optional<at::Tensor> &,
                              at::IntArrayRef, at::IntArrayRef, at::IntArrayRef, std::int64_t, std::string_view,
                              Scalars, std::optional<std::string_view>)>();
    const std::array paddings{padding, padding}, strides{stride, stride};
    constexpr std::array<std::int64_t, 2> kNone{1, 1};
    return convolve.call(x, weight, given(bias), paddings, strides, kNone, 1, "none", Scalars(), "");
}

} // namespace orrery
