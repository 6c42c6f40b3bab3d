// SPDX-License-Identifier: Apache-2.0
/// Jobs of CLIP models, as callers without LibTorch see them.
/// Source: Radford et al. 2021, Learning Transferable Visual Models From Natural Language Supervision,
/// arXiv:2103.00020.
#pragma once

#include "engine/api/picture.h"
#include "engine/core/job.h"
#include "engine/files/npy.h"

#include <optional>
#include <string>
#include <vector>

namespace orrery::clip {

inline constexpr const char *kDefaultModel = "picture-clip";

/// How cosines become numbers on screen.
enum class Scoring
{
    Softmax,     ///< shares among the labels: softmax of logit scale × cosine
    Cosine,      ///< the cosine itself, nothing else; `probability` holds it unchanged
    Sigmoid,     ///< every label on its own: sigmoid(logit scale × cosine + bias) where the bias is the job's
    NoneOfThese, ///< softmax with one more label, the mean of the prompts of all known names, called "none of these"
};

/// One unit vector, plain.
using Embedding = std::vector<float>; ///< [D]

struct ClassifyRequest
{
    std::string model = kDefaultModel; ///< built-in id or a folder
    std::vector<PictureSource> pictures;
    std::vector<std::string> labels;
    std::vector<std::string> templates; ///< each holds "{}" once; empty: the model's own. Several are ensembled.
    Scoring scoring = Scoring::Softmax;
    double temperature = 0;   ///< softmax temperature; larger is flatter; 0: the model's own, 1 / logit scale
    bool perTemplate = false; ///< also report what every template alone would say
};

struct RankedLabel
{
    int label = 0;          ///< index into ClassifyRequest::labels; -1 is "none of these"
    double probability = 0; ///< share among these labels (or as Scoring says)
    double cosine = 0;      ///< in [-1, 1], of the ensembled prompt
};

struct ClassifiedPicture
{
    std::string name;                  ///< PictureSource::path
    std::string error;                 ///< not empty: this picture could not be used; the others could
    std::optional<double> familiarity; ///< in [0, 1]: 1 is like the training data; below `familiarThreshold` flag it
    std::vector<RankedLabel> ranking;  ///< best first, all labels
    std::vector<std::vector<double>> perTemplate; ///< [templates][labels] shares, in label order
};

struct ClassifyResult
{
    std::string model;
    std::vector<ClassifiedPicture> pictures;            ///< as requested
    std::vector<std::string> unknownWords;              ///< words of the labels that the model never read in training
    std::vector<std::vector<std::string>> nearestKnown; ///< for every unknown word, up to three known ones
    double logitScale = 0;
    double familiarThreshold = 0; ///< 0 where the model has no familiarity score
};
inline constexpr JobType<ClassifyRequest, ClassifyResult> kClassify{"clip.classify"};

struct EncodeRequest
{
    std::string model = kDefaultModel;
    std::vector<PictureSource> pictures; ///< either pictures
    std::vector<std::string> texts;      ///< or texts
    /// For collections whose points have the company of a thousand others: looks at a picture once, also where the
    /// model looks at it in several sizes, and computes several at a time. Some six times as fast, a little less sure.
    bool quick = false;
};
struct EncodeResult
{
    std::string model;
    std::vector<Embedding> embeddings;     ///< unit length, [inputs][D]; empty vector where `errors` is not
    std::vector<std::string> errors;       ///< [inputs], empty where all went well
    std::vector<std::string> unknownWords; ///< of the texts: words that the model never read in training
    std::vector<std::vector<std::string>> nearestKnown; ///< for every unknown word, up to three known ones
};
inline constexpr JobType<EncodeRequest, EncodeResult> kEncode{"clip.encode"};

/// Cosine of every picture with every text.
struct MatrixRequest
{
    std::string model = kDefaultModel;
    std::vector<PictureSource> pictures;
    std::vector<std::string> texts;
    /// The texts are names, put into templates and averaged as by ClassifyRequest: the same cosines.
    bool names = false;
    std::vector<std::string> templates; ///< of names; none: the model's own
};
struct MatrixResult
{
    std::vector<std::vector<double>> cosine; ///< [pictures][texts]; an empty row where the picture could not be read
    std::vector<std::string> errors;         ///< [pictures]
};
inline constexpr JobType<MatrixRequest, MatrixResult> kMatrix{"clip.matrix"};

/// What every layer of a model makes of pictures, from their pixels to the embedding.
struct LayersRequest
{
    std::string model = kDefaultModel;
    std::vector<PictureSource> pictures;
    bool embedding = true; ///< the last layer; false: the caller has it
};
struct Layer
{
    std::string name; ///< for the user: "Pixels", "Layer 3 of 8", "Embedding"
    /// [pictures without error, D of this layer]. Pixels are means over at most 32 × 32 places, a convolution's map is
    /// its mean over a 4 × 4 grid, a transformer's layer the mean of its patches; the embedding is what clip.encode
    /// gives.
    NpyMatrix values;
};
struct LayersResult
{
    std::vector<Layer> layers;
    std::vector<std::string> errors; ///< [pictures], empty where all went well
};
inline constexpr JobType<LayersRequest, LayersResult> kLayers{"clip.layers"};

} // namespace orrery::clip
