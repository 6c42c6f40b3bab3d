// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/session.h"
#include "engine/api/generate.h"
#include "engine/api/training.h"
#include "engine/files/model_catalogue.h"
#include "engine/training/measure_meanings.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace orrery::cli {

namespace {

namespace fs = std::filesystem;

/// Where data to measure with lies: in $ORRERY_SHARED_DATA, else beside the checkout that the built-in models belong
/// to, else beside the working folder. @param holds  a file of `folder` that must be there; empty: none in particular
/// @return empty when there is none
std::string findData(const char *folder, const char *holds)
{
    std::vector<fs::path> candidates;
    if (const char *data = std::getenv("ORRERY_SHARED_DATA"))
        candidates.emplace_back(fs::path(data) / folder);
    const fs::path models = ModelCatalogue::findBuiltInFolder(); // …/resources/models
    if (!models.empty())
        candidates.emplace_back(models / ".." / ".." / ".." / "shared" / "data" / folder);
    candidates.emplace_back(fs::path("..") / "shared" / "data" / folder);
    for (const fs::path &candidate : candidates) {
        std::error_code error;
        if (fs::exists(candidate / holds, error))
            return fs::weakly_canonical(candidate, error).string();
    }
    return {};
}

/// The words of "compositions,signs".
std::vector<std::string> split(const std::string &list)
{
    std::vector<std::string> words;
    std::istringstream stream(list);
    for (std::string word; std::getline(stream, word, ',');)
        words.push_back(word);
    return words;
}

/// What each figure says, once for those that share a line.
std::string explained(const training::EvaluateResult &result)
{
    std::vector<const training::MeasureMeaning *> lines;
    std::size_t width = 0;
    for (const auto &[name, value] : result.measures)
        if (const training::MeasureMeaning *line = training::meaningOf(name);
            line && std::find(lines.begin(), lines.end(), line) == lines.end()) {
            lines.push_back(line);
            width = std::max(width, line->name.size());
        }
    std::string text;
    for (const training::MeasureMeaning *line : lines)
        text +=
            std::string(line->name) + std::string(width + 2 - line->name.size(), ' ') + std::string(line->text) + "\n";
    return text;
}

int run(const Arguments &arguments)
{
    constexpr std::int64_t kMostPrompts = 100'000;
    constexpr std::int64_t kMostPictures = 100;
    const std::vector<std::string> &given = arguments.others();
    if (given.size() != 1)
        throw UsageError("expected one model, found " + std::to_string(given.size()));
    training::EvaluateRequest request;
    request.model = given.front();
    request.data = arguments.text("data");
    request.drawings = arguments.text("drawings", findData("drawings", "labels.csv"));
    request.digits = arguments.text("digits", findData("spoken_digits", ""));
    request.photographs = arguments.text("photographs");
    request.prompts = static_cast<int>(arguments.integer("prompts", request.prompts, 1, kMostPrompts));
    request.best = static_cast<int>(arguments.integer("best", request.best, 1, kMostPictures));
    request.seed =
        static_cast<std::uint64_t>(arguments.integer("seed", static_cast<std::int64_t>(request.seed), 0, INT64_MAX));
    request.parts = split(arguments.text("parts"));
    request.temperature = arguments.number("temperature", request.temperature, 0, 100);
    request.topP = arguments.number("top-p", request.topP, 0, 1);
    request.scale = arguments.number("scale", request.scale, 0, 100);
    request.drafts = static_cast<int>(arguments.integer("drafts", request.drafts, 0, generate::kMostDrafts));
    for (const char *option : {"temperature", "top-p", "scale", "drafts"})
        if (arguments.has("card") && arguments.has(option))
            throw UsageError("a card says what a model draws by itself; leave out --" + std::string(option) +
                             " or --card");
    request.units = arguments.text("units", request.units);
    request.codebookFile = arguments.text("codebook-file");
    request.hours = arguments.number("hours", 0, 0, 10'000);
    request.unitCache = arguments.text("unit-cache");
    Session session(arguments);
    const training::EvaluateResult result =
        session.run(training::kEvaluate, request, {Lane::Interactive, "Evaluate " + request.model, {}});
    if (arguments.has("json")) {
        Json measures = Json::object();
        for (const auto &[name, value] : result.measures)
            measures[name] = value;
        printJson({{"model", request.model}, {"measures", measures}, {"skipped", result.skipped}});
    } else {
        Table table({{"Measure", Table::Align::Left, true}, {"", Table::Align::Right, false}});
        for (const auto &[name, value] : result.measures)
            table.add({name, fixed(value, 4)});
        print(table.toText() + "\n" + explained(result));
    }
    if (arguments.has("card")) {
        ModelCatalogue::writeMeasures(ModelCatalogue().card(request.model).folder, result.measures);
        say("written on the card of " + request.model);
    }
    for (const std::string &skipped : result.skipped)
        say("not measured: " + skipped);
    if (result.measures.empty())
        throw Exception(ErrorCode::BadInput, "evaluate: nothing could be measured; name --drawings, --photographs, "
                                             "--digits or --data");
    return kDone;
}

} // namespace

Command evaluateCommand()
{
    return {
        "evaluate",
        "MODEL [--drawings FOLDER] [--photographs FOLDER] [--digits FOLDER] [--data FILE] [--prompts N] [--best N]\n"
        "[--seed S] [--parts LIST] [--temperature T] [--top-p P] [--scale G] [--drafts N] [--card] [--json]\n"
        "       orrery-cli evaluate speech-ulm|speech-vocoder --data FILE [--units M] [--codebook-file F] "
        "[--unit-cache FILE]\n"
        "[--hours H] [--card] [--json]",
        "Measure a model, as its card states it",
        "Without --drawings and --digits they are looked for under ORRERY_SHARED_DATA and in ../shared/data beside "
        "the\n"
        "checkout. What cannot be measured is named. Models that draw are given prompts with combinations that\n"
        "training left out, and plain checks judge their pictures; MODEL picture-world judges true pictures, so\n"
        "it says how far the checks can be trusted. Models that listen are measured by their units, beside units of\n"
        "mel-frequency cepstra; models that speak in units on voices that training left out: bits per unit beside a\n"
        "Kneser-Ney 5-gram, or how near the sound comes to the original, and whether\n"
        "speech-wav2vec still reads the same phones in it.",
        {{"drawings", "FOLDER", "drawings with labels.csv and all_labels.txt: top-1 and top-5 among all names"},
         {"photographs", "FOLDER", "photographs: how many are flagged as unfamiliar"},
         {"digits", "FOLDER",
          "recordings DIGIT_SPEAKER_TAKE.wav: is the nearest one by another speaker the same digit"},
         {"data", "FILE", "made by orrery-cli dataset: retrieval on held-out compositions; what is drawn; voices"},
         {"prompts", "N", "models that draw: prompts (1000)"},
         {"best", "N", "models that draw: pictures of each prompt to choose the best from; 1: no choice (8)"},
         {"seed", "S", "models that draw: of prompts and pictures (1)"},
         {"parts", "LIST", "models that draw: some of compositions,fillings,signs (all)"},
         {"temperature", "T", "models that draw by tokens: other than the usual one, but for signs"},
         {"top-p", "P", "models that draw by tokens: only the likeliest that sum to this (1)"},
         {"scale", "G", "models that draw: of guidance; the model's own without it"},
         {"drafts", "N", "models that draw: other than the usual number, as sample has it"},
         {"units", "M", "models that speak in units: whose units; speech-hubert without it"},
         {"codebook-file", "F", "models that speak in units: a codebook made by train speech-units"},
         {"unit-cache", "FILE", "models that speak in units: units.safetensors of their training; made when missing"},
         {"hours", "H", "models that speak in units: of the data, from its beginning; 0: all of it"},
         {"card", "", "write what was measured into the model's card.json"}},
        run};
}

} // namespace orrery::cli
