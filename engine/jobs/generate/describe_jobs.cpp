// SPDX-License-Identifier: Apache-2.0
// Bodies of `generate.describe` and `generate.read`.
#include "engine/api/generate.h"
#include "engine/core/job_registry.h"
#include "engine/models/half_products.h"
#include "engine/models/text_to_image.h"
#include "engine/training/picture_world/prompt_reading.h"

namespace orrery::generate {

namespace {

Task<DescribeResult> describe(EngineScope &scope, DescribeRequest request)
{
    Task<std::shared_ptr<TextToImageModel>> open = loadTextToImageModel(scope, request.model);
    const std::shared_ptr<TextToImageModel> model = co_await std::move(open);
    DescribeResult result = model->describe();
    result.model = request.model;
    result.nouns = model->nouns;
    result.fast = result.fast && hastens(scope, Precision::Fast);
    if (model->pictureWorld) {
        training::PromptWords words = training::promptWords();
        result.colours = std::move(words.colours);
        result.counts = std::move(words.counts);
        result.sizes = std::move(words.sizes);
        result.relations = std::move(words.relations);
        result.styles = std::move(words.styles);
    }
    co_return result;
}

Task<ReadPromptResult> readPrompt(EngineScope &scope, ReadPromptRequest request)
{
    Task<std::shared_ptr<TextToImageModel>> open = loadTextToImageModel(scope, request.model);
    const std::shared_ptr<TextToImageModel> model = co_await std::move(open);
    ReadPromptResult result;
    if (model->knownWords) {
        result.unknownWords = model->knownWords->unknownIn({request.prompt});
        for (const std::string &word : result.unknownWords)
            result.nearestKnown.push_back(model->knownWords->nearest(word));
    }
    if (model->pictureWorld)
        result.absent = training::absentPairs(request.prompt, model->nouns);
    result.cut = model->cuts(request.prompt);
    co_return result;
}

} // namespace

ORRERY_JOB(kDescribe, describe)
ORRERY_JOB(kReadPrompt, readPrompt)

} // namespace orrery::generate
