// SPDX-License-Identifier: Apache-2.0
/// What config.json and preprocessor_config.json or processor_config.json say of a model that listens.
/// Source: Baevski et al. 2020, wav2vec 2.0, arXiv:2006.11477; Hsu et al. 2021, HuBERT, arXiv:2106.07447; names of
/// fields as Hugging Face's Wav2Vec2Config and HubertConfig save them. Letters: B batch, L samples, T frames, C
/// channels of the feature encoder, D width, H heads, G groups of the quantizer.
#pragma once

#include "engine/files/json_file.h"
#include "engine/files/safetensors.h"
#include "engine/models/weights_loader.h"

#include <cstdint>
#include <string>
#include <vector>

namespace orrery::speech {

enum class Activation
{
    Gelu, ///< exact, with the error function
    GeluTanh,
    Relu,
};

/// How the feature encoder normalises.
enum class FeatureNorm
{
    Group, ///< after the first convolution, every channel over all of time
    Layer, ///< after every convolution, over the channels of one moment
};

struct ConvolutionShape
{
    std::int64_t channels = 512, kernel = 3, stride = 2;
};

struct SpeechShape
{
    std::string modelType = "wav2vec2"; ///< or "hubert"
    std::vector<ConvolutionShape> convolutions{{512, 10, 5}, {512, 3, 2}, {512, 3, 2}, {512, 3, 2},
                                               {512, 3, 2},  {512, 2, 2}, {512, 2, 2}};
    FeatureNorm featureNorm = FeatureNorm::Group;
    bool convolutionBias = false;
    Activation featureActivation = Activation::Gelu; ///< of convolutions, the positional one too
    bool projectionNorm = true;                      ///< a layer norm before the projection; HuBERT may leave it out

    std::int64_t width = 768, heads = 12, layers = 12, intermediate = 3072;
    Activation activation = Activation::Gelu;
    bool preNorm = false; ///< do_stable_layer_norm
    double epsilon = 1e-5;
    std::int64_t positionKernel = 128, positionGroups = 16; ///< of the positional convolution

    /// Frames that attention sees before and after its own, in every layer; −1: all of them. Fields of our own,
    /// "attention_left" and "attention_right": with them, and layer norm in the feature encoder, a frame depends on a
    /// stated stretch of sound.
    std::int64_t attentionLeft = -1, attentionRight = -1;

    std::int64_t vocabulary = 0;                                  ///< letters of the CTC head; 0: no such head
    std::int64_t codeGroups = 0, codesInGroup = 0, codeWidth = 0; ///< of the quantizer; 0: none
    std::int64_t contrastWidth = 0;                               ///< where codes and frames are compared in training

    bool normalises = true; ///< sound is given mean 0 and variance 1 first

    bool local() const { return attentionLeft >= 0; }
    std::int64_t hop() const;   ///< samples from one frame to the next
    std::int64_t reach() const; ///< samples that one frame of the feature encoder is made of
    std::int64_t frames(std::int64_t samples) const;
    /// Frames of the feature encoder that one frame of the last layer depends on; only where local().
    std::int64_t leftContext() const { return layers * attentionLeft + positionKernel / 2; }
    std::int64_t rightContext() const { return layers * attentionRight + positionRight(); }
    std::int64_t positionLeft() const { return positionKernel / 2; }
    std::int64_t positionRight() const { return positionKernel - 1 - positionKernel / 2; }

    /// Every size is checked before anything is allocated. Heads are those that `file` holds weights of.
    /// @throws Exception{ModelFile} naming file and field; Exception{Unsupported} for what is not implemented here
    static SpeechShape fromFolder(const std::string &folder, const Safetensors &file);
};

/// All weights of such a model, by the names of the bare model; heads have names of their own.
std::vector<ExpectedWeight> expectedWeights(const SpeechShape &shape);

/// Where a file has them: with or without the prefix that models with a head write, and either spelling of weight norm.
/// Weights of other heads are passed over; what belongs to the trunk and is not asked for is an error.
WeightPlaces weightPlaces(const SpeechShape &shape, const Safetensors &file,
                          const std::vector<ExpectedWeight> &expected);

} // namespace orrery::speech
