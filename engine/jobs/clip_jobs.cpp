// SPDX-License-Identifier: Apache-2.0
// Bodies of the jobs of engine/api/clip.h.
#include "engine/api/clip.h"
#include "engine/core/error.h"
#include "engine/core/job_registry.h"
#include "engine/jobs/clip_embedding.h"
#include "engine/jobs/clip_scoring.h"
#include "engine/models/clip/familiarity.h"
#include "engine/models/registry.h"

#include <algorithm>

namespace orrery::clip {
namespace {

constexpr std::size_t kMostLabels = 100'000;
constexpr std::size_t kTogether = 48;          ///< pictures that are prepared before some of them are computed at once
constexpr std::size_t kMostUnknownWords = 200; ///< that get their nearest known words: a table nobody reads to its end

using Model = std::shared_ptr<ImageTextModel>;

std::string ofMany(const char *what, std::size_t index, std::size_t count)
{
    return std::string(what) + " " + std::to_string(index + 1) + " of " + std::to_string(count);
}

/// Share of the whole that is done, where pictures weigh as much as twenty texts.
class ProgressMeter
{
public:
    ProgressMeter(EngineScope &scope, std::size_t texts, std::size_t pictures)
        : m_scope(scope), m_total(double(texts) + kPictureWeight * double(pictures))
    {}
    void text(std::size_t index, std::size_t count) { add(1, ofMany("Text", index, count)); }
    void picture(std::size_t index, std::size_t count) { add(kPictureWeight, ofMany("Picture", index, count)); }

private:
    static constexpr double kPictureWeight = 20;
    void add(double weight, std::string message)
    {
        m_scope.progress(m_total > 0 ? m_done / m_total : 0, std::move(message));
        m_done += weight;
    }
    EngineScope &m_scope;
    double m_total;
    double m_done = 0;
};

Task<std::vector<std::vector<Embedding>>> embedLabels(StepPacer &pace, Model model, ProgressMeter &progress,
                                                      const std::vector<std::string> &labels,
                                                      const std::vector<std::string> &templates)
{
    std::vector<std::vector<Embedding>> all(templates.size(), std::vector<Embedding>(labels.size()));
    const std::size_t count = labels.size() * templates.size();
    for (std::size_t t = 0; t < templates.size(); ++t)
        for (std::size_t i = 0; i < labels.size(); ++i) {
            progress.text(t * labels.size() + i, count);
            std::string prompt = fillTemplate(templates[t], labels[i]);
            Task<Embedding> task = embedCached(pace, model, std::move(prompt));
            all[t][i] = co_await std::move(task);
        }
    co_return all;
}

/// The direction of "nothing in particular": the mean of the prompts of every name the model knows.
Task<Embedding> embedNone(StepPacer &pace, Model model, const std::string &promptTemplate)
{
    const std::string key = kNonePrefix + promptTemplate;
    if (const Embedding *known = model->texts.find(key))
        co_return *known;
    const std::vector<std::string> &names = model->notes.knownNames.empty() ? genericNames() : model->notes.knownNames;
    std::vector<Embedding> prompts;
    for (std::size_t i = 0; i < names.size(); ++i) {
        pace.scope().progress(-1, "Learning what \"none of these\" means: " + ofMany("name", i, names.size()));
        std::string prompt = fillTemplate(promptTemplate, names[i]);
        // Past the cache: a thousand names would push out what somebody is typing.
        Task<Embedding> task = model->embedText(pace, std::move(prompt));
        prompts.push_back(co_await std::move(task));
    }
    Embedding none = meanDirection(prompts);
    model->texts.put(key, none);
    co_return none;
}

void checkLabels(const std::vector<std::string> &labels)
{
    if (labels.empty())
        throw Exception(ErrorCode::BadInput, "There are no labels, expected at least one word to choose from");
    if (labels.size() > kMostLabels)
        throw Exception(ErrorCode::BadInput, "There are " + std::to_string(labels.size()) +
                                                 " labels, expected at most " + std::to_string(kMostLabels));
    checkDistinct(labels);
}

/// Words of the texts that the model never read, and what it knows that looks like them.
/// @param texts, result  of the caller, who waits for this
template <class Answer>
Task<> nameUnknown(StepPacer &pace, Model model, const std::vector<std::string> &texts, Answer &result)
{
    if (!model->notes.knownWords)
        co_return;
    result.unknownWords = model->notes.knownWords->unknownIn(texts);
    for (std::size_t i = 0; i < result.unknownWords.size(); ++i) {
        result.nearestKnown.push_back(i < kMostUnknownWords ? model->notes.knownWords->nearest(result.unknownWords[i])
                                                            : std::vector<std::string>());
        if (pace.due())
            co_await pace.step();
    }
}

std::vector<std::string> templatesOf(const Model &model, const std::vector<std::string> &wanted)
{
    if (!wanted.empty())
        return wanted;
    return model->notes.templates.empty() ? std::vector<std::string>{kDefaultTemplate} : model->notes.templates;
}

Task<ClassifyResult> classify(EngineScope &scope, ClassifyRequest request)
{
    checkLabels(request.labels);
    if (request.pictures.empty())
        throw Exception(ErrorCode::BadInput, "There is no picture, expected at least one");
    checkTemplates(request.templates);
    checkTemperature(request.temperature);

    scope.progress(-1, "Opening the model");
    Task<Model> open = loadImageTextModel(scope, request.model);
    const Model model = co_await std::move(open);
    const std::vector<std::string> templates = templatesOf(model, request.templates);

    ClassifyResult result;
    result.model = request.model;
    result.logitScale = model->logitScale();
    StepPacer pace(scope);
    Task<> naming = nameUnknown(pace, model, request.labels, result);
    co_await std::move(naming);
    if (model->notes.familiarity)
        result.familiarThreshold = model->notes.familiarity->threshold();

    ProgressMeter progress(scope, request.labels.size() * templates.size(), request.pictures.size());
    Task<std::vector<std::vector<Embedding>>> texts = embedLabels(pace, model, progress, request.labels, templates);
    const std::vector<std::vector<Embedding>> prompts = co_await std::move(texts);
    const std::vector<Embedding> labels = ensemble(prompts);
    Embedding none;
    if (request.scoring == Scoring::NoneOfThese || request.scoring == Scoring::Sigmoid) {
        Task<Embedding> task = embedNone(pace, model, templates.front());
        none = co_await std::move(task);
    }

    const double scale = request.temperature > 0 ? 1 / request.temperature : model->logitScale();
    for (std::size_t i = 0; i < request.pictures.size(); ++i) {
        progress.picture(i, request.pictures.size());
        ClassifiedPicture answer;
        answer.name = request.pictures[i].path;
        PictureSource source = std::move(request.pictures[i]);
        Task<PictureAnswer> task = embedPicture(pace, model, std::move(source));
        PictureAnswer picture = co_await std::move(task);
        answer.error = std::move(picture.error);
        if (answer.error.empty()) {
            if (model->notes.familiarity)
                answer.familiarity = model->notes.familiarity->score(picture.look);
            const Cosines cosines = cosinesOf(picture.embedding, labels, none);
            answer.ranking = rank(cosines, request.scoring, scale);
            if (request.perTemplate)
                for (const std::vector<Embedding> &single : prompts)
                    answer.perTemplate.push_back(
                        shares(cosinesOf(picture.embedding, single, none), request.scoring, scale));
        }
        result.pictures.push_back(std::move(answer));
        if (pace.due())
            co_await pace.step();
    }
    scope.progress(1, "Done");
    co_return result;
}

Task<EncodeResult> encode(EngineScope &scope, EncodeRequest request)
{
    if (request.pictures.empty() == request.texts.empty())
        throw Exception(ErrorCode::BadInput, request.texts.empty()
                                                 ? "There is nothing to encode, expected pictures or texts"
                                                 : "There are pictures and texts, expected one of the two");
    scope.progress(-1, "Opening the model");
    Task<Model> open = loadImageTextModel(scope, request.model);
    const Model model = co_await std::move(open);
    StepPacer pace(scope);
    ProgressMeter progress(scope, request.texts.size(), request.pictures.size());
    EncodeResult result;
    result.model = request.model;
    Task<> naming = nameUnknown(pace, model, request.texts, result);
    co_await std::move(naming);
    for (std::size_t i = 0; i < request.texts.size(); ++i) {
        progress.text(i, request.texts.size());
        Task<Embedding> task = embedCached(pace, model, std::move(request.texts[i]));
        result.embeddings.push_back(co_await std::move(task));
        result.errors.emplace_back();
    }
    const std::size_t together = request.quick ? kTogether : 1;
    for (std::size_t i = 0; i < request.pictures.size(); i += together) {
        const auto first = request.pictures.begin() + std::ptrdiff_t(i);
        const auto end = request.pictures.begin() + std::ptrdiff_t(std::min(i + together, request.pictures.size()));
        for (auto picture = first; picture != end; ++picture)
            progress.picture(std::size_t(picture - request.pictures.begin()), request.pictures.size());
        std::vector<PictureAnswer> seen;
        if (request.quick) {
            std::vector<PictureSource> sources(std::make_move_iterator(first), std::make_move_iterator(end));
            Task<std::vector<PictureAnswer>> task = embedQuickly(pace, model, std::move(sources));
            seen = co_await std::move(task);
        } else {
            Task<PictureAnswer> task = embedPicture(pace, model, std::move(*first));
            seen.push_back(co_await std::move(task));
        }
        for (PictureAnswer &picture : seen) {
            result.embeddings.push_back(std::move(picture.embedding));
            result.errors.push_back(std::move(picture.error));
        }
    }
    scope.progress(1, "Done");
    co_return result;
}

Task<MatrixResult> matrix(EngineScope &scope, MatrixRequest request)
{
    if (request.pictures.empty() || request.texts.empty())
        throw Exception(ErrorCode::BadInput, request.texts.empty() ? "There are no texts, expected at least one"
                                                                   : "There is no picture, expected at least one");
    checkTemplates(request.templates);
    scope.progress(-1, "Opening the model");
    Task<Model> open = loadImageTextModel(scope, request.model);
    const Model model = co_await std::move(open);
    StepPacer pace(scope);
    const std::vector<std::string> templates = templatesOf(model, request.templates);
    const std::size_t prompts = request.names ? templates.size() : 1;
    ProgressMeter progress(scope, request.texts.size() * prompts, request.pictures.size());
    std::vector<Embedding> texts;
    if (request.names) {
        Task<std::vector<std::vector<Embedding>>> task = embedLabels(pace, model, progress, request.texts, templates);
        const std::vector<std::vector<Embedding>> all = co_await std::move(task);
        texts = ensemble(all);
    }
    for (std::size_t i = 0; i < request.texts.size() && !request.names; ++i) {
        progress.text(i, request.texts.size());
        Task<Embedding> task = embedCached(pace, model, std::move(request.texts[i]));
        texts.push_back(co_await std::move(task));
    }
    MatrixResult result;
    for (std::size_t i = 0; i < request.pictures.size(); ++i) {
        progress.picture(i, request.pictures.size());
        Task<PictureAnswer> task = embedPicture(pace, model, std::move(request.pictures[i]));
        PictureAnswer picture = co_await std::move(task);
        result.cosine.push_back(picture.error.empty() ? cosinesOf(picture.embedding, texts, {}).labels
                                                      : std::vector<double>());
        result.errors.push_back(std::move(picture.error));
        if (pace.due())
            co_await pace.step();
    }
    scope.progress(1, "Done");
    co_return result;
}

} // namespace

ORRERY_JOB(kClassify, classify)
ORRERY_JOB(kEncode, encode)
ORRERY_JOB(kMatrix, matrix)

} // namespace orrery::clip
