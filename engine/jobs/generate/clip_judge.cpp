// SPDX-License-Identifier: Apache-2.0
#include "engine/jobs/generate/clip_judge.h"

#include "engine/api/clip.h"
#include "engine/core/error.h"
#include "engine/jobs/clip_embedding.h"
#include "engine/models/registry.h"

#include <numeric>

namespace orrery::generate {

namespace {

class ClipJudge final : public PromptJudge
{
public:
    ClipJudge(std::shared_ptr<ImageTextModel> model, clip::Embedding prompt)
        : m_model(std::move(model)), m_prompt(std::move(prompt))
    {}

    Task<double> score(StepPacer &pace, Picture picture) override
    {
        // Not through the cache: a thousand guesses would push out what somebody has opened.
        const PreprocessConfig &config = m_model->preprocessing();
        Task<ImageTextModel::Seen> seeing = m_model->seePicture(pace, preprocess(picture, config));
        const ImageTextModel::Seen seen = co_await std::move(seeing);
        co_return std::inner_product(seen.embedding.begin(), seen.embedding.end(), m_prompt.begin(), 0.0);
    }
    Task<at::Tensor> gradient(StepPacer &pace, at::Tensor pixels) override
    {
        Task<at::Tensor> rising = m_model->cosineGradient(pace, std::move(pixels), m_prompt);
        co_return co_await std::move(rising);
    }

private:
    std::shared_ptr<ImageTextModel> m_model;
    clip::Embedding m_prompt;
};

} // namespace

Task<std::shared_ptr<PromptJudge>> openJudge(EngineScope &scope, std::string prompt)
{
    Task<std::shared_ptr<ImageTextModel>> open = loadImageTextModel(scope, clip::kDefaultModel);
    const std::shared_ptr<ImageTextModel> model = co_await std::move(open);
    StepPacer pace(scope);
    Task<clip::Embedding> reading = clip::embedCached(pace, model, std::move(prompt));
    clip::Embedding embedding = co_await std::move(reading);
    std::shared_ptr<PromptJudge> judge = std::make_shared<ClipJudge>(model, std::move(embedding));
    co_return judge;
}

} // namespace orrery::generate
