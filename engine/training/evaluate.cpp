// SPDX-License-Identifier: Apache-2.0
#include "engine/training/evaluate.h"

#include "engine/core/error.h"
#include "engine/jobs/clip_embedding.h"
#include "engine/jobs/clip_scoring.h"
#include "engine/models/clip/familiarity.h"
#include "engine/models/registry.h"
#include "engine/training/babble/train_babble.h"
#include "engine/training/drawing/evaluate_drawing.h"
#include "engine/training/picture_world/composer.h"
#include "engine/training/speech/evaluate_speech.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

namespace orrery::training {

namespace {

namespace fs = std::filesystem;
using clip::Embedding;
using Model = std::shared_ptr<ImageTextModel>;

constexpr int kCaptions = 100;
constexpr int kGroups = 10; ///< of kCaptions compositions each
/// Compositions that no training run draws: other numbers than its steps count.
constexpr std::uint64_t kTestStream = std::uint64_t(1) << 41;

std::string withoutReturn(std::string line)
{
    if (!line.empty() && line.back() == '\r')
        line.pop_back();
    return line;
}

std::vector<std::string> readLines(const std::string &path)
{
    std::ifstream file(path);
    if (!file)
        throw Exception(ErrorCode::NotFound, path + " is missing");
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);)
        if (line = withoutReturn(line); !line.empty())
            lines.push_back(line);
    return lines;
}

Task<std::vector<Embedding>> embedNames(StepPacer &pace, Model model, const std::vector<std::string> &names)
{
    std::vector<std::string> templates = model->notes.templates;
    if (templates.empty())
        templates = {clip::kDefaultTemplate};
    std::vector<std::vector<Embedding>> prompts(templates.size());
    for (std::size_t t = 0; t < templates.size(); ++t)
        for (const std::string &name : names) {
            pace.scope().progress(0.3 * static_cast<double>(prompts[t].size()) / static_cast<double>(names.size()),
                                  "Reading the names in \"" + templates[t] + "\"");
            std::string prompt = clip::fillTemplate(templates[t], name);
            Task<Embedding> task = model->embedText(pace, std::move(prompt));
            prompts[t].push_back(co_await std::move(task));
        }
    co_return clip::ensemble(prompts);
}

/// Share of the pictures that the familiarity score flags; what cannot be read is named in `skipped`.
struct Alarms
{
    std::int64_t pictures = 0;
    std::int64_t flagged = 0;
    void add(const ImageTextModel &model, const std::vector<float> &look)
    {
        ++pictures;
        flagged += model.notes.familiarity->score(look) < model.notes.familiarity->threshold();
    }
    double share() const
    {
        return static_cast<double>(flagged) / static_cast<double>(std::max<std::int64_t>(pictures, 1));
    }
};

Task<> measureDrawings(StepPacer &pace, Model model, std::string folder, EvaluateResult &result)
{
    const std::vector<LabelledDrawing> drawings = readLabels(folder);
    const std::vector<std::string> names = readLines((fs::path(folder) / "all_labels.txt").string());
    Task<std::vector<Embedding>> texts = embedNames(pace, model, names);
    const std::vector<Embedding> labels = co_await std::move(texts);
    std::int64_t first = 0, firstFive = 0, seen = 0;
    Alarms alarms;
    for (const LabelledDrawing &drawing : drawings) {
        pace.scope().progress(0.3 + 0.3 * static_cast<double>(seen) / static_cast<double>(drawings.size()),
                              "Looking at the drawings");
        PictureSource source;
        source.path = (fs::path(folder) / drawing.file).string();
        Task<clip::PictureAnswer> task = clip::embedPicture(pace, model, std::move(source));
        const clip::PictureAnswer answer = co_await std::move(task);
        if (!answer.error.empty()) {
            result.skipped.push_back(answer.error);
            continue;
        }
        const auto found = std::find(names.begin(), names.end(), drawing.label);
        if (found == names.end())
            throw Exception(ErrorCode::BadInput,
                            folder + "/labels.csv: \"" + drawing.label + "\" is not among all_labels.txt");
        const clip::Cosines cosines = clip::cosinesOf(answer.embedding, labels, {});
        const double own = cosines.labels[static_cast<std::size_t>(found - names.begin())];
        const auto better =
            std::count_if(cosines.labels.begin(), cosines.labels.end(), [&](double c) { return c > own; });
        first += better == 0;
        firstFive += better < 5;
        ++seen;
        if (model->notes.familiarity)
            alarms.add(*model, answer.look);
    }
    if (seen == 0)
        throw Exception(ErrorCode::BadInput, folder + " has no drawing that can be read");
    const auto share = [&](std::int64_t count) { return static_cast<double>(count) / static_cast<double>(seen); };
    const double chance = 1.0 / static_cast<double>(names.size());
    result.measures.emplace_back("drawings top-1", share(first));
    result.measures.emplace_back("drawings top-5", share(firstFive));
    result.measures.emplace_back("chance top-1", chance);
    result.measures.emplace_back("chance top-5", std::min(1.0, 5 * chance));
    if (model->notes.familiarity)
        result.measures.emplace_back("familiarity false alarms", alarms.share());
    else
        result.skipped.push_back("familiarity: the model has no familiarity.safetensors");
}

Task<> measurePhotographs(StepPacer &pace, Model model, std::string folder, EvaluateResult &result)
{
    if (!model->notes.familiarity) {
        result.skipped.push_back("photographs: the model has no familiarity.safetensors");
        co_return;
    }
    if (!fs::is_directory(folder))
        throw Exception(ErrorCode::NotFound, folder + " is not a folder with photographs");
    std::vector<std::string> files;
    for (const auto &entry : fs::recursive_directory_iterator(folder)) {
        std::string ending = entry.path().extension().string();
        std::transform(ending.begin(), ending.end(), ending.begin(), [](unsigned char c) { return std::tolower(c); });
        static const std::set<std::string> kPictures = {".png", ".jpg", ".jpeg", ".webp",
                                                        ".bmp", ".tif", ".tiff", ".gif"};
        if (entry.is_regular_file() && kPictures.contains(ending))
            files.push_back(entry.path().string());
    }
    std::sort(files.begin(), files.end());
    Alarms alarms;
    for (const std::string &file : files) {
        pace.scope().progress(0.65, "Looking at " + fs::path(file).filename().string());
        PictureSource source;
        source.path = file;
        Task<clip::PictureAnswer> task = clip::embedPicture(pace, model, std::move(source));
        const clip::PictureAnswer answer = co_await std::move(task);
        if (answer.error.empty())
            alarms.add(*model, answer.look);
        else
            result.skipped.push_back(answer.error);
    }
    if (alarms.pictures > 0)
        result.measures.emplace_back("photographs flagged", alarms.share());
    else
        result.skipped.push_back("photographs: " + folder + " has no picture that can be read");
}

Picture toPicture(const Example &example, int size)
{
    Picture picture;
    picture.width = picture.height = size;
    picture.rgb.resize(example.picture.size());
    const std::size_t count = static_cast<std::size_t>(size) * size;
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t c = 0; c < 3; ++c)
            picture.rgb[3 * i + c] = example.picture[c * count + i];
    return picture;
}

Task<> measureCompositions(StepPacer &pace, Model model, std::string file, EvaluateResult &result)
{
    std::shared_ptr<const Composer> composer;
    std::function<void()> open = [&] { composer = std::make_shared<Composer>(std::make_shared<PictureWorld>(file)); };
    co_await pace.scope().outside(std::move(open));
    co_await pace.step();
    std::uint64_t index = kTestStream;
    std::int64_t right = 0;
    for (int group = 0; group < kGroups; ++group) {
        std::vector<Embedding> pictures, captions;
        std::set<std::string> taken;
        while (static_cast<int>(captions.size()) < kCaptions) {
            pace.scope().progress(0.7 + 0.3 * (group + 0.01 * static_cast<double>(captions.size())) / kGroups,
                                  "Looking at compositions that training never saw");
            const Example example = composer->scene(index++, PictureWorld::kSize, Composer::Pairs::HeldOut);
            if (!taken.insert(example.caption).second)
                continue;
            std::string caption = example.caption;
            Task<Embedding> reading = model->embedText(pace, std::move(caption));
            captions.push_back(co_await std::move(reading));
            PictureSource source;
            source.path = example.caption;
            source.pixels = toPicture(example, PictureWorld::kSize);
            Task<clip::PictureAnswer> looking = clip::embedPicture(pace, model, std::move(source));
            const clip::PictureAnswer answer = co_await std::move(looking);
            if (!answer.error.empty())
                throw Exception(ErrorCode::Internal, answer.error);
            pictures.push_back(answer.embedding);
        }
        for (int i = 0; i < kCaptions; ++i) {
            const clip::Cosines cosines = clip::cosinesOf(pictures[i], captions, {});
            const auto best = std::max_element(cosines.labels.begin(), cosines.labels.end());
            right += best - cosines.labels.begin() == i;
        }
    }
    result.measures.emplace_back("caption recall@1", static_cast<double>(right) / (kGroups * kCaptions));
    result.measures.emplace_back("chance recall@1", 1.0 / kCaptions);
}

} // namespace

std::vector<LabelledDrawing> readLabels(const std::string &folder)
{
    const std::string path = (fs::path(folder) / "labels.csv").string();
    std::vector<LabelledDrawing> drawings;
    const std::vector<std::string> lines = readLines(path);
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const std::size_t comma = lines[i].find(',');
        if (comma == 0 || comma == std::string::npos || comma + 1 == lines[i].size())
            throw Exception(ErrorCode::BadInput, path + ", line " + std::to_string(i + 1) + ": expected file,label");
        std::string label = lines[i].substr(comma + 1);
        if (label.size() >= 2 && label.front() == '"' && label.back() == '"')
            label = label.substr(1, label.size() - 2);
        drawings.push_back({lines[i].substr(0, comma), label});
    }
    return drawings;
}

Task<EvaluateResult> evaluate(EngineScope &scope, EvaluateRequest request)
{
    if (request.model == kTruth || isDrawingType(modelTypeOf(modelFolder(scope, request.model)))) {
        Task<EvaluateResult> drawing = evaluateDrawing(scope, std::move(request));
        co_return co_await std::move(drawing);
    }
    if (isListeningType(modelTypeOf(modelFolder(scope, request.model)))) {
        Task<EvaluateResult> listening = evaluateSpeech(scope, std::move(request));
        co_return co_await std::move(listening);
    }
    if (isBabbleType(modelTypeOf(modelFolder(scope, request.model)))) {
        Task<EvaluateResult> babble = evaluateBabble(scope, std::move(request));
        co_return co_await std::move(babble);
    }
    scope.progress(0, "Opening the model");
    Task<Model> open = loadImageTextModel(scope, request.model);
    const Model model = co_await std::move(open);
    StepPacer pace(scope);
    EvaluateResult result;
    if (request.drawings.empty()) {
        result.skipped.push_back("drawings: no folder with labels.csv and all_labels.txt was given");
    } else {
        Task<> task = measureDrawings(pace, model, request.drawings, result);
        co_await std::move(task);
    }
    if (request.photographs.empty()) {
        result.skipped.push_back("photographs: no folder was given");
    } else {
        Task<> task = measurePhotographs(pace, model, request.photographs, result);
        co_await std::move(task);
    }
    if (request.data.empty()) {
        result.skipped.push_back("held-out compositions: no file of orrery-cli dataset was given");
    } else {
        Task<> task = measureCompositions(pace, model, request.data, result);
        co_await std::move(task);
    }
    scope.progress(1, "Done");
    co_return result;
}

} // namespace orrery::training
