// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"
#include "app/cli/label_list.h"
#include "app/cli/output.h"
#include "app/cli/picture_files.h"
#include "app/cli/session.h"
#include "app/cli/utf8.h"
#include "engine/api/clip.h"

#include <algorithm>

namespace orrery::cli {

namespace {

constexpr std::size_t kTopOnScreen = 5;

/// Labels of the request; -1 is the extra answer of Scoring::NoneOfThese, which this command does not ask for.
const std::string &labelOf(const clip::ClassifyRequest &request, const clip::RankedLabel &ranked)
{
    return request.labels.at(static_cast<std::size_t>(ranked.label));
}

LabelList labelsFrom(const Arguments &arguments)
{
    if (arguments.has("labels") == arguments.has("labels-file"))
        throw UsageError(arguments.has("labels") ? "--labels and --labels-file exclude each other"
                                                 : "--labels or --labels-file is missing");
    return arguments.has("labels") ? labelsFromText(arguments.text("labels"))
                                   : labelsFromFile(arguments.text("labels-file"));
}

std::vector<std::string> templatesFrom(const Arguments &arguments)
{
    std::vector<std::string> templates = arguments.texts("template");
    for (const std::string &text : templates) {
        if (!isUtf8(text))
            throw UsageError("--template: is not UTF-8");
        const std::size_t first = text.find("{}");
        if (first == std::string::npos || text.find("{}", first + 2) != std::string::npos)
            throw UsageError("--template: expected {} once, where the label belongs, found \"" + text + "\"");
    }
    return templates;
}

Json toJson(const clip::ClassifyRequest &request, const clip::ClassifyResult &result, std::size_t top)
{
    Json results = Json::array();
    Json errors = Json::array();
    for (const clip::ClassifiedPicture &picture : result.pictures) {
        if (!picture.error.empty()) {
            errors.push_back({{"image", picture.name}, {"message", picture.error}});
            continue;
        }
        Json ranking = Json::array();
        for (std::size_t i = 0; i < std::min(top, picture.ranking.size()); ++i) {
            const clip::RankedLabel &ranked = picture.ranking[i];
            ranking.push_back(
                {{"label", labelOf(request, ranked)}, {"probability", ranked.probability}, {"cosine", ranked.cosine}});
        }
        results.push_back({{"image", picture.name},
                           {"familiar", picture.familiarity ? Json(*picture.familiarity) : Json()},
                           {"ranking", ranking}});
    }
    Json json = {{"model", result.model}, {"unknown_words", result.unknownWords}, {"results", results}};
    if (!errors.empty())
        json["errors"] = errors;
    return json;
}

std::string toText(const clip::ClassifyRequest &request, const clip::ClassifyResult &result, std::size_t top)
{
    std::string text;
    for (const clip::ClassifiedPicture &picture : result.pictures) {
        if (!picture.error.empty())
            continue;
        text += (text.empty() ? "" : "\n") + picture.name + "\n";
        if (picture.familiarity && *picture.familiarity < result.familiarThreshold)
            text += "  Unlike anything this model learned from; treat the ranking as a guess.\n";
        Table table({{"  Rank", Table::Align::Right, false},
                     {"Label", Table::Align::Left, true},
                     {"Share", Table::Align::Right, false},
                     {"Cosine", Table::Align::Right, false}});
        for (std::size_t i = 0; i < std::min(top, picture.ranking.size()); ++i) {
            const clip::RankedLabel &ranked = picture.ranking[i];
            table.add({std::to_string(i + 1), labelOf(request, ranked), percent(ranked.probability),
                       fixed(ranked.cosine, 3)});
        }
        text += table.toText();
    }
    if (!text.empty())
        text += "\nShare among " +
                std::string(request.labels.size() == 1 ? "this label"
                                                       : "these " + std::to_string(request.labels.size()) + " labels") +
                ".\n";
    return text;
}

int run(const Arguments &arguments)
{
    clip::ClassifyRequest request;
    request.model = arguments.text("model", clip::kDefaultModel);
    request.templates = templatesFrom(arguments);
    const bool json = arguments.has("json");
    const auto everything = static_cast<std::int64_t>(1'000'000'000);
    const auto top = static_cast<std::size_t>(
        arguments.integer("top", json ? everything : static_cast<std::int64_t>(kTopOnScreen), 1, everything));
    if (arguments.others().empty())
        throw UsageError("an IMAGE is missing");
    LabelList labels = labelsFrom(arguments);
    for (const std::string &note : labels.notes)
        say(note);
    request.labels = std::move(labels.labels);
    request.pictures = pictureSources(arguments.others());

    Session session(arguments);
    const clip::ClassifyResult result = session.run(clip::kClassify, request, {Lane::Interactive, "Classify", {}});
    if (json)
        printJson(toJson(request, result, top));
    else
        print(toText(request, result, top));
    for (std::size_t i = 0; i < result.unknownWords.size() && !json; ++i) {
        const std::vector<std::string> near =
            i < result.nearestKnown.size() ? result.nearestKnown[i] : std::vector<std::string>();
        say("the model never read \"" + result.unknownWords[i] + "\"" +
            (near.empty() ? "" : "; it knows " + joinedWithOr(near)));
    }
    bool failed = false;
    for (const clip::ClassifiedPicture &picture : result.pictures)
        if (!picture.error.empty()) {
            say(picture.error);
            failed = true;
        }
    return failed ? kFailed : kDone;
}

} // namespace

Command classifyCommand()
{
    return {"classify",
            "--labels \"a,b,c\" | --labels-file F [--template T]... [--model M] [--top K] [--json] IMAGE...",
            "Rank labels for pictures: zero-shot classification with CLIP",
            "IMAGE is a picture file, or a folder of them. A picture that cannot be read does not stop the others;\n"
            "the exit status is then 1.",
            {{"labels", "\"a,b,c\"", "labels to choose among"},
             {"labels-file", "F", "a text file with one label a line"},
             {"template", "T", "a sentence with {} for the label; several are averaged", true},
             {"model", "M", "a built-in or installed model, or a folder; without it, picture-clip"},
             {"top", "K", "how many labels to show of each picture"}},
            run};
}

} // namespace orrery::cli
