// SPDX-License-Identifier: Apache-2.0
/// Does this machine compute what it should?
#pragma once

#include "engine/core/job.h"

#include <optional>
#include <string>
#include <vector>

namespace orrery {

struct ProbeRequest
{
    std::string model; ///< built-in id or a folder
};

/// Embeddings of fixed pictures and texts, what a model draws of fixed prompts, hears in a fixed sound or makes of
/// fixed units: always the same inputs, whatever the model.
struct ProbeResult
{
    std::string model;
    std::vector<std::vector<float>> pictures; ///< unit length, [inputs][D]; of models that draw: pixels in [0, 1]
    std::vector<std::vector<float>> texts;    ///< unit length, [inputs][D]; of models that draw: none
    /// Frames of unit length, [frames][D]; of a language model of units the shares of what may come next; of a vocoder
    /// its samples. Of other models: none.
    std::vector<std::vector<float>> sounds;
    /// Largest difference from the embeddings in `expected.safetensors` of the model's folder, which its makers stored:
    /// arrays picture_0 … (uint8 [H, W, 3]), image_embeds, text_embeds (float32 [N, D]), and the metadata "texts", a
    /// JSON object with the list "texts". Empty when there is no such file.
    std::optional<double> storedDifference;
};
inline constexpr JobType<ProbeRequest, ProbeResult> kProbe{"verify.probe"};

struct VerifyRequest
{
    std::vector<std::string> models; ///< ids or folders; empty: every installed model that could be read
};

/// Largest absolute differences of the components of unit-length embeddings, or of pixels in [0, 1].
struct ModelVerification
{
    std::string model;
    std::string error;                      ///< not empty: this model could not be run
    double largestPictureDifference = 0;    ///< this engine against the reference
    double largestTextDifference = 0;       ///< this engine against the reference
    double largestSoundDifference = 0;      ///< this engine against the reference
    std::optional<double> goldenDifference; ///< this engine against ProbeResult's stored embeddings
    double tolerance = 0;                   ///< what was allowed against the reference
    double goldenTolerance = 0;             ///< what was allowed against the stored embeddings
    bool passed = false;
};

struct VerifyResult
{
    std::string device;    ///< what was checked: "cuda: NVIDIA H200", "cpu with 2 threads"
    std::string reference; ///< against what: "cpu with 2 threads", "cpu with 1 thread"
    std::vector<ModelVerification> models;
};
/// Compares this engine with the CPU; where it is the CPU itself, with another number of threads. An engine computes on
/// one device for ever, so the reference is computed by another process, `orrery-cli verify --raw`, beside this one.
inline constexpr JobType<VerifyRequest, VerifyResult> kVerify{"verify.models"};

} // namespace orrery
