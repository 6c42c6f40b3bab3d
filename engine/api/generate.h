// SPDX-License-Identifier: Apache-2.0
/// Jobs that make pictures from text, as callers without LibTorch see them.
///
/// Two ways: tokens of a discrete VAE written one after the other (Ramesh et al. 2021, DALL·E, arXiv:2102.12092), and
/// diffusion with guidance (Nichol et al. 2022, GLIDE, arXiv:2112.10741; Rombach et al. 2022, Stable Diffusion,
/// arXiv:2112.10752). The model decides which; requests name what they want of either.
#pragma once

#include "engine/api/picture.h"
#include "engine/api/precision.h"
#include "engine/core/job.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace orrery::generate {

inline constexpr const char *kTokensModel = "picture-dalle";
inline constexpr const char *kDiffusionModel = "picture-diffusion";

/// What is asked where nobody names a model: the one of the two that comes along.
inline constexpr const char *kDefaultModel = kTokensModel;

/// Of tokens, where nobody asks for another. Measured on picture-dalle: its samples come true more often than at 1, and
/// seeds still differ.
inline constexpr double kUsualTemperature = 0.4;

/// How many times a picture is drafted at most; how many it is by itself, the model knows (DescribeResult::drafts).
inline constexpr int kMostDrafts = 32;

inline constexpr int kMostSamples = 1000;      ///< of one request
inline constexpr int kMostPromptBytes = 20000; ///< what a model cannot take in is cut, and said
/// A note of the result; who shows `ReadPromptResult::cut` leaves it out.
inline constexpr const char *kPromptCut = "The prompt is longer than the model can take in; its end was left out.";

enum class Method
{
    Tokens,    ///< `--method dalle`
    Diffusion, ///< `--method diffusion`
};

enum class Guidance
{
    None,           ///< the prompt alone
    ClassifierFree, ///< Ho and Salimans 2022, arXiv:2207.12598; for tokens the same on logits
    Clip,           ///< gradient of picture-clip's cosine with the prompt; diffusion only
};

/// From step `step` of a diffusion on, the picture so far goes another way: it is noised again to that step's level by
/// `seed`, and follows `prompt` from there. Everything before is bit for bit what it was.
struct Branch
{
    int step = 0; ///< among those of this picture (Sample::looks), which may have begun with another picture
    std::uint64_t seed = 1;
    std::string prompt; ///< empty: the same prompt
    int draft = 0;      ///< the one that is followed (Sample::draft); no others are made
};

struct GenerateRequest
{
    std::string model = kDefaultModel; ///< built-in id, or a folder or single file of a supported architecture
    std::string prompt;
    std::string negative; ///< diffusion: what to stay away from; needs classifier-free guidance
    int count = 1;        ///< samples, 1 … kMostSamples
    /// Sample k of a request is the only sample of the same request with seed + k: bit for bit.
    std::uint64_t seed = 1;

    Guidance guidance = Guidance::ClassifierFree;
    double scale = 0; ///< of guidance; larger follows the prompt more closely; 0: the model's own
    /// Of every sample; the one that the model itself finds best is kept. 0: the model's own number, which is also
    /// taken where that is 1, for then it makes none.
    int drafts = 0;

    // Tokens
    double temperature = kUsualTemperature; ///< larger: bolder; below 0.01: always the likeliest
    int topK = 0;                           ///< only the K likeliest; 0: all
    double topP = 1.0;                      ///< only the likeliest that sum to this; 1: all
    std::vector<int> keepTokens;            ///< the first tokens, taken as they are; sampling goes on behind them

    // Diffusion
    std::string scheduler; ///< ddpm, ddim, dpmpp_2m, …; empty: the model's own
    int steps = 0;         ///< 0: the model's own
    PictureSource image;   ///< begin with this picture instead of noise; empty: noise
    double strength = 0.6; ///< in (0, 1]: how much of the way from picture to noise it is taken back
    PictureSource mask; ///< with `image`: white is made anew, black stays; any other size than the image's is an error
    std::optional<Branch> branch;

    Precision precision = Precision::Exact; ///< Fast: of Stable Diffusion and of tokens

    // What else to report
    bool rerank = false;     ///< score every sample with picture-clip (Sample::clipScore, rankScore)
    bool watch = false;      ///< stream the picture as it becomes, and keep every step's look (Sample::looks)
    bool scoreSteps = false; ///< with `watch`: StepLook::clipScore too; costs a look of picture-clip a step
    bool attention = false;  ///< which word made which pixels (Sample::words)
};

/// A choice that was not taken, or was.
struct Alternative
{
    int token = 0;
    double probability = 0;
};

/// One token of a picture as it was drawn by lot.
struct TokenLook
{
    int token = 0;
    double entropy = 0;                    ///< bits, of the distribution that was sampled from
    std::vector<Alternative> alternatives; ///< the five likeliest, best first
    bool kept = false;                     ///< given by keepTokens
};

/// One denoising step.
struct StepLook
{
    Picture picture;                 ///< the model's guess at the finished picture
    double noise = 0;                ///< share of the picture's variance that is noise still, in [0, 1]
    std::optional<double> clipScore; ///< cosine of the guess with the prompt
    double milliseconds = 0;
    int evaluations = 0; ///< of the model
};

/// Where one word of the prompt was looked at.
struct WordMap
{
    std::string word;          ///< as it stands in the prompt
    int width = 0, height = 0; ///< cells
    std::vector<float> share;  ///< row by row; mean attention over layers, heads and steps, 1 at most
};

struct Sample
{
    int index = 0;          ///< in the request
    std::uint64_t seed = 0; ///< of this sample alone
    Picture picture;        ///< so far; empty before anything can be seen
    int draft = 0;          ///< the one that was kept
    bool finished = false;
    bool blank = false;                   ///< finished, and nothing stands out from its ground
    std::optional<double> clipScore;      ///< cosine with the prompt
    std::optional<double> logProbability; ///< tokens: of all of them, natural logarithm, without guidance's help
    int gridWidth = 0, gridHeight = 0;    ///< of tokens, in reading order
    std::vector<TokenLook> tokens;        ///< so far
    std::vector<StepLook> looks;          ///< so far, first step first
    std::vector<WordMap> words;           ///< in the prompt's order
    std::string recipe;                   ///< JSON (engine/files/sample_recipe.h) that makes this sample again
};

/// What the samples of one request are ranked by, in nats; none where picture-clip has not scored it, and none of an
/// empty picture, which is the likeliest of all and shows nothing: those without a score come last. CLIP's logit of
/// picture and prompt (kClipLogit times the cosine, the largest scale of Radford et al. 2021, §2.5) and, of tokens, the
/// log probability that the model gives its own picture: CLIP sees whether it is the right thing, the likelihood
/// whether it is well drawn. Such sums of two models' logarithms rerank translations too (Yee et al. 2019,
/// arXiv:1908.05731).
inline constexpr double kClipLogit = 100;
inline std::optional<double> rankScore(const Sample &sample)
{
    if (!sample.clipScore || sample.blank)
        return std::nullopt;
    return kClipLogit * *sample.clipScore + sample.logProbability.value_or(0);
}

struct GenerateResult
{
    std::string model;
    Method method = Method::Diffusion;
    /// Finished ones and the one being made, by index. Shared, because partial results repeat them.
    std::vector<std::shared_ptr<const Sample>> samples;
    int steps = 0;                  ///< of one sample
    double seconds = 0;             ///< of all samples, loading left out
    std::vector<std::string> notes; ///< for the user: what was cut, rounded or left out
};
/// Progress::partial is a GenerateResult; its message "Picture 2 of 8".
inline constexpr JobType<GenerateRequest, GenerateResult> kGenerate{"generate.sample"};

/// What the model makes of a prompt, before anything is drawn. Takes milliseconds once the model is there.
struct ReadPromptRequest
{
    std::string model = kDefaultModel;
    std::string prompt;
};
struct ReadPromptResult
{
    std::vector<std::string> unknownWords;              ///< never read in training
    std::vector<std::vector<std::string>> nearestKnown; ///< for each, up to three known ones
    std::vector<std::string> absent;                    ///< combinations that training left out: "red fox"
    bool cut = false;                                   ///< longer than the model's context
};
inline constexpr JobType<ReadPromptRequest, ReadPromptResult> kReadPrompt{"generate.read"};

/// Token grids as pictures: what the theatre shows of a choice that was not taken.
struct DecodeTokensRequest
{
    std::string model = kTokensModel;
    std::vector<std::vector<int>> grids; ///< each as long as the model's grid
};
struct DecodeTokensResult
{
    std::vector<Picture> pictures;
};
inline constexpr JobType<DecodeTokensRequest, DecodeTokensResult> kDecodeTokens{"generate.decode"};

/// A picture as tokens, to begin with ("more like this", keepTokens of a drawing).
struct EncodeTokensRequest
{
    std::string model = kTokensModel;
    PictureSource picture;
};
struct EncodeTokensResult
{
    int width = 0, height = 0; ///< of the grid
    std::vector<int> tokens;
};
inline constexpr JobType<EncodeTokensRequest, EncodeTokensResult> kEncodeTokens{"generate.encode"};

/// What can be asked of a model.
struct DescribeRequest
{
    std::string model = kDefaultModel;
};
struct DescribeResult
{
    std::string model;
    Method method = Method::Diffusion;
    int width = 64, height = 64;       ///< of its pictures
    int gridWidth = 0, gridHeight = 0; ///< of tokens
    std::vector<std::string> nouns;    ///< it can draw, for the sentence chips; empty: anything
    std::vector<std::string> colours, counts, sizes, relations, styles; ///< as its prompts spell them
    std::vector<std::string> schedulers;                                ///< ids
    std::string scheduler;                                              ///< its own
    int steps = 0;                                                      ///< its own
    double scale = 0;                                                   ///< its own
    int drafts = 1;                                                     ///< its own; 1: it makes no others
    bool clipGuidance = false, inpainting = false;
    bool fast = false; ///< Precision::Fast hastens it on this machine
};
inline constexpr JobType<DescribeRequest, DescribeResult> kDescribe{"generate.describe"};

} // namespace orrery::generate
