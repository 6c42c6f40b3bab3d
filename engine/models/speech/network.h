// SPDX-License-Identifier: Apache-2.0
/// The arithmetic of wav2vec 2.0 and HuBERT: convolutions over samples, a positional convolution, a transformer.
/// Source: Baevski et al. 2020, wav2vec 2.0, section 2, arXiv:2006.11477; Hsu et al. 2021, HuBERT, arXiv:2106.07447;
/// the pre-norm variant and the order of normalisation as in transformers' Wav2Vec2Model.
///
/// Every function works on whichever rows (frames) it is given, so that a caller can go through a recording in pieces,
/// and through a stream as it grows. Letters as in speech_shape.h. Thread: engine.
#pragma once

#include "engine/models/speech/speech_shape.h"
#include "engine/models/weights.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace orrery::speech {

struct Affine
{
    at::Tensor weight, bias; ///< of a product or of a norm; undefined where there is none
};

/// Weights in the order that the arithmetic wants them.
struct Network
{
    struct Convolution
    {
        at::Tensor weight; ///< [C', kernel · C]: a product over neighbouring rows
        at::Tensor bias;   ///< [C'] or undefined
        Affine norm;       ///< [C']; undefined where there is none
    };
    struct Layer
    {
        Affine heads; ///< queries, keys and values in one product, queries already scaled; [3 D, D]
        Affine out, attentionNorm, up, down, finalNorm;
    };

    SpeechShape shape;
    std::vector<Convolution> convolutions;
    Affine projectionNorm, projection;
    Affine position; ///< [groups, kernel · D / groups, D / groups], its weight norm already worked out
    Affine encoderNorm;
    std::vector<Layer> layers;
    Affine letters;            ///< CTC head [V, D]
    Affine codeScores;         ///< quantizer [G · codes, C]
    at::Tensor codeVectors;    ///< [G, codes, width of one]
    Affine codeSide, hearSide; ///< where training compares codes and frames
};

/// Keeps the weights of its large products in bfloat16: half the memory. Products are then taken of numbers rounded to
/// eight bits of precision and summed in float; all else, norms, softmax and heads among it, stays in float.
void halveProducts(Network &network);

/// Packs the weights of its large products (packed_products.h), on a CPU: the same numbers but for the order of sums.
void packProducts(Network &network);

/// Differentiable: training makes one for every step of its weights.
Network makeNetwork(const SpeechShape &shape, const Weights &weights);

/// Convolution `index` with bias, before its norm. @param x  float [L, C], rows in order of time @return [L', C']
at::Tensor convolve(const Network &network, std::size_t index, const at::Tensor &x);
/// Layer norm, where that convolution has one, and activation.
at::Tensor afterConvolution(const Network &network, std::size_t index, const at::Tensor &x);
/// The same for the first convolution with group norm: every channel times `scale` plus `shift`, both [C].
at::Tensor afterGroupNorm(const Network &network, const at::Tensor &x, const at::Tensor &scale,
                          const at::Tensor &shift);

/// The layer norm between feature encoder and projection; what the quantizer sees. [T, C] → [T, C]
at::Tensor normFeatures(const Network &network, const at::Tensor &features);
/// [T, C] → [T, D]
at::Tensor project(const Network &network, const at::Tensor &normed);

/// What the positional convolution says of T frames. @param x  float [positionLeft + T + positionRight, D], zeros where
/// there is no sound @return [T, D]
at::Tensor positions(const Network &network, const at::Tensor &x);
/// From projected frames and their positions to what the first layer sees; [T, D].
at::Tensor enter(const Network &network, const at::Tensor &projected, const at::Tensor &positions);

/// Queries, keys and values of a layer's input: [T, D] → [T, 3 D].
at::Tensor headsOf(const Network &network, std::size_t layer, const at::Tensor &x);
/// Attention of some frames to others.
/// @param heads     [M, 3 D], of the frames that look    @param others  [N, 3 D], of those that are looked at
/// @param first     place of the first looking frame among `others` (negative: before them)
/// @return          [M, D]
at::Tensor attend(const Network &network, const at::Tensor &heads, const at::Tensor &others, std::int64_t first);
/// Back to the stream: x + product of `attended`, and the norm that follows in a post-norm layer. [M, D]
at::Tensor afterAttention(const Network &network, std::size_t layer, const at::Tensor &x, const at::Tensor &attended);
/// The layer's perceptron with what surrounds it. [M, D] → [M, D]
at::Tensor feedForward(const Network &network, std::size_t layer, const at::Tensor &x);
/// The norm above the last layer of a pre-norm model; `x` itself otherwise.
at::Tensor leave(const Network &network, const at::Tensor &x);

/// Scores of letters. [T, D] → [T, V]
at::Tensor letterScores(const Network &network, const at::Tensor &x);
/// wav2vec 2.0's product quantizer: the likeliest code of every group. @param normed  normFeatures()
/// @return  int64 [T, G]
at::Tensor codesOf(const Network &network, const at::Tensor &normed);

} // namespace orrery::speech
