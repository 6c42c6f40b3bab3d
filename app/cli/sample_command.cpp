// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/sample_folder.h"
#include "app/cli/sample_options.h"
#include "app/cli/session.h"
#include "engine/api/generate.h"
#include "engine/api/picture_files.h"
#include "engine/files/sample_recipe.h"
#include "engine/text/known_words.h"

#include <algorithm>
#include <cmath>
#include <condition_variable>

namespace orrery::cli {

namespace {

using generate::GenerateRequest;
using generate::GenerateResult;

constexpr std::size_t kMostWordsNamed = 10; ///< of a prompt that the model never read; the others are counted

/// The recipe that travels in a PNG. @throws Exception{BadInput} when there is none.
generate::SampleRecipe recipeFrom(Session &session, const std::string &file)
{
    const ReadTextsResult read = session.run(kReadTexts, {file}, {Lane::Interactive, "Read " + file, {}});
    for (const auto &[keyword, text] : read.texts)
        if (keyword == generate::kRecipeKeyword)
            return generate::parseRecipe(text, file);
    throw Exception(ErrorCode::BadInput, file + ": carries no recipe, expected a PNG made by orrery-cli sample or "
                                                "exported from the page Generate");
}

/// What the engine thread has told of a drawing, until the thread that writes takes it.
struct Told
{
    std::mutex mutex;
    std::condition_variable changed;
    std::optional<GenerateResult> newest;
    std::optional<Result<GenerateResult>> end;
};

struct Drawing
{
    GenerateResult result;        ///< as far as it came
    std::optional<Error> problem; ///< why it came no further
};

JobHandle<GenerateResult> submit(Session &session, const GenerateRequest &request, const std::shared_ptr<Told> &told)
{
    return session.engine().submit(
        generate::kGenerate, request, {Lane::Interactive, "Draw \"" + request.prompt + "\"", {}},
        [told](Result<GenerateResult> end) {
            const std::lock_guard lock(told->mutex);
            told->end = std::move(end);
            told->changed.notify_one();
        },
        [told, line = ProgressLine()](const Progress &progress) mutable {
            line.show(progress.fraction, progress.message);
            if (const auto *partial = std::any_cast<GenerateResult>(&progress.partial)) {
                const std::lock_guard lock(told->mutex);
                told->newest = *partial;
                told->changed.notify_one();
            }
        });
}

/// Draws, and hands over every picture as soon as it is finished, on this thread: progress comes on the engine's, which
/// must not wait for a disk.
Drawing draw(Session &session, const GenerateRequest &request,
             const std::function<void(const generate::Sample &)> &keep)
{
    session.ready();
    const auto told = std::make_shared<Told>();
    const JobHandle<GenerateResult> job = submit(session, request, told);
    const Session::Watch watch(session, job);
    Drawing drawing;
    std::size_t kept = 0;
    for (bool ended = false; !ended;) {
        {
            std::unique_lock lock(told->mutex);
            told->changed.wait(lock, [&] { return told->newest || told->end; });
            ended = told->end.has_value();
            if (ended && *told->end)
                drawing.result = std::move(**told->end);
            else if (told->newest)
                drawing.result = std::move(*told->newest);
            if (ended && !*told->end)
                drawing.problem = told->end->error();
            told->newest.reset();
        }
        // By index, so those behind the first that is not finished are not either.
        for (const auto &samples = drawing.result.samples; kept < samples.size() && samples[kept]->finished; ++kept)
            keep(*samples[kept]);
    }
    clearProgress();
    return drawing;
}

struct WrittenPicture
{
    std::string file;
    std::uint64_t seed = 0;
    std::optional<double> clipScore, logProbability;
    std::optional<double> score; ///< generate::rankScore
    bool blank = false;
};

std::string counted(std::size_t pictures)
{
    return std::to_string(pictures) + (pictures == 1 ? " picture" : " pictures");
}

Json toJson(const Drawing &drawing, const std::vector<WrittenPicture> &written,
            const std::vector<std::string> &unknownWords)
{
    Json list = Json::array();
    for (const WrittenPicture &picture : written) {
        Json entry{{"file", picture.file}, {"seed", picture.seed}};
        for (const auto &[key, value] :
             {std::pair("clip_score", picture.clipScore), std::pair("log_probability", picture.logProbability),
              std::pair("score", picture.score)})
            if (value)
                entry[key] = *value;
        if (picture.blank)
            entry["blank"] = true;
        list.push_back(std::move(entry));
    }
    Json json{{"model", drawing.result.model},
              {"samples", list},
              {"steps", drawing.result.steps},
              {"unknown_words", unknownWords}};
    if (drawing.problem)
        json["complete"] = false;
    else
        json["seconds"] = drawing.result.seconds;
    return json;
}

std::string toText(const Drawing &drawing, const std::vector<WrittenPicture> &written, const std::string &prompt)
{
    Table table({{"Picture", Table::Align::Left, true},
                 {"Seed", Table::Align::Right, false},
                 {"CLIP", Table::Align::Right, false},
                 {"Log probability", Table::Align::Right, false},
                 {"Score", Table::Align::Right, false}});
    const auto figure = [](const std::optional<double> &value, int digits) {
        return value ? fixed(*value, digits) : "-";
    };
    for (const WrittenPicture &picture : written)
        table.add({picture.file, std::to_string(picture.seed), figure(picture.clipScore, 3),
                   figure(picture.logProbability, 1), figure(picture.score, 1)});
    std::string text = table.toText();
    if (!drawing.problem)
        text += counted(written.size()) + " of \"" + prompt + "\" by " + drawing.result.model + " in " +
                fixed(drawing.result.seconds, 1) + " s\n";
    return text;
}

/// As the job `generate.read` finds them, from the list alone: after Ctrl+C no job is waited for any more.
std::vector<std::string> sayUnknownWords(const GenerateRequest &request, const std::string &folder)
{
    const auto known = folder.empty() ? nullptr : KnownWords::fromFolder(folder);
    if (!known)
        return {};
    std::vector<std::string> unknown = known->unknownIn({request.prompt});
    for (std::size_t i = 0; i < std::min(unknown.size(), kMostWordsNamed); ++i) {
        std::vector<std::string> near = known->nearest(unknown[i]);
        for (std::string &word : near)
            word = "\"" + word + "\"";
        say(request.model + " never read \"" + unknown[i] + "\"" +
            (near.empty() ? "" : "; the nearest it knows is " + joinedWithOr(near)));
    }
    if (unknown.size() > kMostWordsNamed)
        say("nor " + std::to_string(unknown.size() - kMostWordsNamed) + " more words of the prompt");
    return unknown;
}

/// @return the exit status. @throws Exception with the problem, unless it is that somebody pressed Ctrl+C.
int endOf(const Drawing &drawing, std::size_t written, const GenerateRequest &request, const std::string &folder)
{
    if (!drawing.problem)
        return kDone;
    const Error &problem = *drawing.problem;
    const std::string there = std::to_string(written) + " of " + counted(static_cast<std::size_t>(request.count)) +
                              (written == 1 ? " was" : " were") + " finished and " + (written == 1 ? "is" : "are") +
                              " in " + folder;
    if (written > 0 && problem.code == ErrorCode::Cancelled) {
        say("sample: cancelled; " + there);
        return kFailed;
    }
    if (written > 0)
        say(there);
    throw Exception(problem.code, problem.message, problem.context);
}

/// What may be wrong with options and model, from files where they tell. @throws UsageError, Exception
DrawingModel checkModel(const Arguments &arguments, const GenerateRequest &request)
{
    DrawingModel model = drawingModel(request.model);
    if (model.method)
        checkOptionsFit(arguments, request.model, *model.method);
    return model;
}

/// The request that travels in a picture, as the options change it.
GenerateRequest requestOf(const Arguments &arguments, generate::SampleRecipe recipe)
{
    applySampleOptions(arguments, recipe.request);
    for (const char *option : {"strength", "mask"})
        if (arguments.has(option) && recipe.request.image.path.empty())
            throw Exception(ErrorCode::BadInput, std::string("--") + option +
                                                     " needs a picture to begin with, and the recipe of " +
                                                     arguments.text("recipe") + " has none");
    return std::move(recipe.request);
}

/// Draws and writes, and says what was written.
int make(const Arguments &arguments, Session &session, const GenerateRequest &request, const SampleFolder &folder,
         const DrawingModel &model, const std::string &hash)
{
    std::vector<WrittenPicture> written;
    const Drawing drawing = draw(session, request, [&](const generate::Sample &sample) {
        written.push_back({folder.write(session, request.prompt, sample), sample.seed, sample.clipScore,
                           sample.logProbability, generate::rankScore(sample), sample.blank});
        if (!hash.empty() && generate::parseRecipe(sample.recipe, written.back().file).hash != hash)
            say(arguments.text("recipe") + ": was made with other weights of " + request.model +
                ", so the picture may differ");
    });
    if (drawing.problem && written.empty())
        return endOf(drawing, 0, request, folder.path());
    for (const std::string &note : drawing.result.notes)
        say(note);
    const std::vector<std::string> unknownWords = sayUnknownWords(request, model.folder);
    if (request.rerank)
        std::stable_sort(written.begin(), written.end(), [](const WrittenPicture &a, const WrittenPicture &b) {
            return a.score.value_or(-HUGE_VAL) > b.score.value_or(-HUGE_VAL); // many scores are negative
        });
    if (arguments.has("json"))
        printJson(toJson(drawing, written, unknownWords));
    else
        print(toText(drawing, written, request.prompt));
    return endOf(drawing, written.size(), request, folder.path());
}

int run(const Arguments &arguments)
{
    checkSampleCall(arguments);
    GenerateRequest request;
    applySampleOptions(arguments, request); // wrong ones end here, before anything is loaded
    const SampleFolder folder(arguments.text("out"));
    const bool again = arguments.has("recipe");
    DrawingModel model;
    if (!again)
        model = checkModel(arguments, request);
    Session session(arguments);
    std::string hash;
    if (again) {
        generate::SampleRecipe recipe = recipeFrom(session, arguments.text("recipe"));
        hash = recipe.hash;
        request = requestOf(arguments, std::move(recipe));
        model = checkModel(arguments, request);
    }
    // Of a type that no list here has, only the model itself knows what it heeds.
    if (!model.method && hasOptionOfAMethod(arguments))
        checkOptionsFit(
            arguments, request.model,
            session.run(generate::kDescribe, {request.model}, {Lane::Interactive, "Look at the model", {}}).method);
    return make(arguments, session, request, folder, model, hash);
}

} // namespace

Command sampleCommand()
{
    return {
        "sample",
        "--prompt T | --recipe FILE.png  [--method dalle|diffusion] [--model M] [--negative T] [--count N] [--seed S] "
        "[--temperature T] [--top-k K] [--top-p P] [--drafts N] [--guidance none|cfg|clip] [--scale S] [--scheduler S] "
        "[--steps N] "
        "[--image F --strength X] [--mask F] [--precision exact|fast] [--rerank] --out FOLDER [--json]",
        "Make pictures of a prompt",
        "Each PNG carries its recipe: --recipe makes the same picture again, bit for bit on the same build and\n"
        "machine. Sample k of --count has the seed S + k. With --rerank the best comes first, by how well\n"
        "picture-clip finds a picture to fit the prompt and, where tokens write it, how likely the model finds its "
        "own\n"
        "picture. Each is written when it is finished, so Ctrl+C keeps those that are. No file that holds something\n"
        "else is written over: another name is taken.",
        sampleOptions(),
        run};
}

} // namespace orrery::cli
