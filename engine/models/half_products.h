// SPDX-License-Identifier: Apache-2.0
/// Precision::Fast for all models: weights of products in bfloat16, eight bits of precision in half the memory.
/// Large products then take half the time where the processor multiplies bfloat16 itself; a product with one row, as
/// decoding takes token by token, costs what reading its weights costs, which is half as well.
#pragma once

#include "engine/api/precision.h"
#include "engine/core/engine_scope.h"
#include "engine/core/task.h"
#include "engine/models/weights.h"

#include <functional>
#include <string>

namespace orrery {

/// Whether models of this engine do anything about `precision`: it is Fast, and a CPU computes that multiplies bfloat16
/// itself. Thread: engine.
bool hastens(EngineScope &scope, Precision precision);

/// The weight as Precision::Fast keeps it: [out, in] in bfloat16, [out, in, h, w] so with channels last, the order in
/// which convolutions in bfloat16 are fastest.
at::Tensor halved(const at::Tensor &weight);

/// Halves those weights that `which` names. Yields between them. Thread: engine.
Task<> halve(EngineScope &scope, Weights &weights, std::function<bool(const std::string &name)> which);

/// Of a transformer of attention.h: `which` for everything that is multiplied by rows; embeddings and norms stay.
bool isProductWeight(const std::string &name);

/// x · weightᵀ + bias in the type of `x`, of whatever types x and weight are. Float x and a halved weight: a few rows
/// stay as they are and meet the rounded weight in float; many are rounded, too, and their sums are float.
/// Otherwise at::linear. Differentiable but for halved weights.
/// @param x  [..., in]    @param bias  [out] in the type of x, or undefined    @return [..., out]
at::Tensor product(const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias);

} // namespace orrery
