// SPDX-License-Identifier: Apache-2.0
#include "engine/models/decoder.h"

#include "engine/models/attention.h"

#include <ATen/ATen.h>

#include <optional>

namespace orrery::attention {

std::vector<at::Tensor> queriesKeysValues(const Weights &weights, const std::string &name, std::int64_t heads,
                                          const at::Tensor &x)
{
    std::vector<at::Tensor> parts = linear(weights, name + ".qkv", layerNorm(weights, name + ".norm1", x)).chunk(3, -1);
    for (at::Tensor &part : parts)
        part = splitHeads(part, heads);
    return parts;
}

at::Tensor restOfBlock(const Weights &weights, const std::string &name, const at::Tensor &x, const at::Tensor &mixed,
                       const Dropping &drop)
{
    const at::Tensor attended = linear(weights, name + ".out", joinHeads(mixed));
    const at::Tensor y = x + (drop ? drop(attended) : attended);
    const at::Tensor thought = perceptron(weights, name, layerNorm(weights, name + ".norm2", y));
    return y + (drop ? drop(thought) : thought);
}

DecoderCache::DecoderCache(std::int64_t layers, std::int64_t rows, std::int64_t heads, std::int64_t positions,
                           std::int64_t width, const at::TensorOptions &options)
{
    for (std::int64_t layer = 0; layer < layers; ++layer) {
        keys.push_back(at::empty({rows, heads, positions, width / heads}, options));
        values.push_back(at::empty_like(keys.back()));
    }
}

at::Tensor decoderBlock(const Weights &weights, const std::string &name, std::int64_t heads, const at::Tensor &x,
                        const Dropping &drop)
{
    const auto parts = queriesKeysValues(weights, name, heads, x);
    const at::Tensor mixed = at::scaled_dot_product_attention(parts[0], parts[1], parts[2], {}, 0.0, true);
    return restOfBlock(weights, name, x, mixed, drop);
}

at::Tensor cachedDecoderBlock(const Weights &weights, const std::string &name, std::int64_t heads, std::int64_t layer,
                              const at::Tensor &x, DecoderCache &cache, const Looking &look)
{
    const auto parts = queriesKeysValues(weights, name, heads, x);
    const std::int64_t fresh = x.size(1), known = cache.length + fresh;
    at::Tensor &keys = cache.keys[static_cast<std::size_t>(layer)];
    at::Tensor &values = cache.values[static_cast<std::size_t>(layer)];
    keys.narrow(2, cache.length, fresh).copy_(parts[1]);
    values.narrow(2, cache.length, fresh).copy_(parts[2]);
    std::optional<at::Tensor>
        mask; // only where several new positions follow old ones; the kernel knows the two simple cases
    if (fresh > 1 && cache.length > 0)
        mask = at::ones({fresh, known}, x.options().dtype(at::kBool)).tril(cache.length);
    const at::Tensor mixed = at::scaled_dot_product_attention(
        parts[0], keys.narrow(2, 0, known), values.narrow(2, 0, known), mask, 0.0, fresh > 1 && cache.length == 0);
    if (look)
        look(parts[0], keys.narrow(2, 0, known));
    return restOfBlock(weights, name, x, mixed, {});
}

} // namespace orrery::attention
