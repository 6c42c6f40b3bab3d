// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/generate.h"
#include "engine/api/precision.h"
#include "engine/core/engine_scope.h"
#include "engine/core/task.h"
#include "engine/models/step_pacer.h"
#include "engine/text/known_words.h"

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

/// What a sample in the making may ask about itself; picture-clip answers. Thread: engine.
class PromptJudge
{
public:
    virtual ~PromptJudge() = default;
    /// Cosine of the picture with the prompt, in [−1, 1].
    virtual Task<double> score(StepPacer &pace, Picture picture) = 0;
    /// Where that cosine rises most steeply. @param pixels  float [1, 3, H, W] in [−1, 1]  @return the same shape
    virtual Task<at::Tensor> gradient(StepPacer &pace, at::Tensor pixels) = 0;
};

/// A model that makes pictures from text. Samples are computed one at a time, at a batch shape that does not depend on
/// what else is asked, so that the same order gives the same bits. Thread: engine.
class TextToImageModel
{
public:
    /// One sample, as a checked request has it.
    struct Order
    {
        generate::GenerateRequest request;
        std::uint64_t seed = 1;                   ///< of this sample
        Picture image, mask;                      ///< decoded; empty where there is none
        std::shared_ptr<PromptJudge> judge;       ///< null unless guidance or a score of every step needs one
        std::shared_ptr<PromptJudge> branchJudge; ///< the same for a branch's own words; null without them
    };
    /// Told after every step, with the sample so far.
    using Report = std::function<void(int step, int steps)>;

    virtual ~TextToImageModel() = default;

    /// Method, sizes, schedulers and defaults; the words it knows are left to `nouns` and the caller.
    virtual generate::DescribeResult describe() const = 0;
    /// @throws Exception{BadInput} for what this model cannot do, before anything is computed.
    virtual void check(const generate::GenerateRequest &request) const = 0;
    /// Whether the prompt is longer than the model's context, which then cuts it.
    virtual bool cuts(const std::string &prompt) const = 0;
    /// What the user is to be told with every result: the licence of weights that are not ours.
    virtual std::vector<std::string> notes() const { return {}; }
    /// Steps of one sample of this request.
    virtual int stepsOf(const generate::GenerateRequest &request) const = 0;

    /// Fills `sample` from the first step to the last. Weights are used without a graph; only the judge makes one.
    /// Call it in a job that declares gradients.
    virtual Task<> draw(StepPacer &pace, std::shared_ptr<const Order> order, generate::Sample &sample,
                        Report report) = 0;

    /// Token grids as pictures, and back. @throws Exception{Unsupported} where pictures are not made of tokens.
    virtual Task<std::vector<Picture>> decodeTokens(StepPacer &pace, std::vector<std::vector<int>> grids);
    virtual Task<std::vector<int>> encodeTokens(StepPacer &pace, Picture picture);

    /// Fills the following from a folder. @throws Exception{ModelFile}
    void readNotes(const std::string &folder);

    std::vector<std::string> nouns;               ///< known_names.txt; empty: anything
    std::shared_ptr<const KnownWords> knownWords; ///< null: nothing can be said about words
    bool pictureWorld = false;                    ///< learned from Picture World, whose grammar is known
    std::string hash;                             ///< SHA-256 of the weights, as the card states it; may be empty
};

/// Text-to-image architectures by the name that a folder states; single files are "single-file". Thread: engine.
class TextToImageRegistry
{
public:
    /// What a model cannot do fast it does exactly.
    using Loader =
        std::function<Task<std::shared_ptr<TextToImageModel>>(EngineScope &, std::string path, Precision precision)>;

    static TextToImageRegistry &instance();
    /// Replaces a loader of the same type.
    void add(std::string type, Loader loader);
    /// @return null when no loaded library knows the type.
    const Loader *find(std::string_view type) const;
    std::vector<std::string> types() const;

private:
    std::vector<std::pair<std::string, Loader>> m_loaders;
};

/// The model of a built-in or installed id, a folder, or a single .safetensors file; kept by the engine's ModelCache.
/// @throws Exception{NotFound, Unsupported, ModelFile}, or what the loader throws.
Task<std::shared_ptr<TextToImageModel>> loadTextToImageModel(EngineScope &scope, std::string idOrPath,
                                                             Precision precision = Precision::Exact);

} // namespace orrery

/// At namespace scope in a .cpp: `ORRERY_TEXT_TO_IMAGE_MODEL(dalle, "picture_dalle", loadPictureDalle)`.
#define ORRERY_TEXT_TO_IMAGE_MODEL(name, type, loader)                                                                 \
    namespace {                                                                                                        \
    [[maybe_unused]] const bool registeredTextToImage_##name =                                                         \
        (::orrery::TextToImageRegistry::instance().add(type, loader), true);                                           \
    }
