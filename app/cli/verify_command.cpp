// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/session.h"
#include "engine/api/verify.h"
#include "engine/files/model_catalogue.h"

#include <charconv>

namespace orrery::cli {

namespace {

std::string scientific(double number)
{
    char text[32];
    const auto [end, error] = std::to_chars(text, text + sizeof text, number, std::chars_format::scientific, 1);
    return error == std::errc() ? std::string(text, end) : std::string();
}

Json flat(const std::vector<std::vector<float>> &rows)
{
    Json numbers = Json::array();
    for (const std::vector<float> &row : rows)
        for (const float value : row)
            numbers.push_back(value);
    return numbers;
}

/// Numbers of one row; models that draw have no texts, those that listen no pictures.
std::size_t dimensionsOf(const ProbeResult &probe)
{
    for (const auto *rows : {&probe.texts, &probe.pictures, &probe.sounds})
        if (!rows->empty())
            return rows->front().size();
    return 0;
}

/// The embeddings themselves: two machines compare by comparing these.
int printRaw(Session &session, std::vector<std::string> models)
{
    if (models.empty())
        for (const ModelCard &card : ModelCatalogue().list())
            models.push_back(card.id);
    Json all = Json::array();
    for (const std::string &model : models) {
        const ProbeResult probe = session.run(kProbe, {model}, {Lane::Interactive, "Embed " + model, {}});
        all.push_back({{"model", model},
                       {"dimensions", dimensionsOf(probe)},
                       {"pictures", flat(probe.pictures)},
                       {"texts", flat(probe.texts)},
                       {"sounds", flat(probe.sounds)}});
    }
    print(toText({{"models", all}}, -1) + "\n");
    return kDone;
}

int run(const Arguments &arguments)
{
    VerifyRequest request;
    request.models = arguments.others();
    Session session(arguments);
    if (arguments.has("raw"))
        return printRaw(session, request.models);
    const VerifyResult result = session.run(kVerify, request, {Lane::Interactive, "Verify models", {}});
    bool passed = !result.models.empty();
    for (const ModelVerification &model : result.models)
        passed = passed && model.passed;
    if (arguments.has("json")) {
        Json models = Json::array();
        for (const ModelVerification &model : result.models) {
            Json json = {{"model", model.model}, {"passed", model.passed}};
            if (!model.error.empty()) {
                json["error"] = model.error;
            } else {
                json["pictures"] = model.largestPictureDifference;
                json["texts"] = model.largestTextDifference;
                json["sounds"] = model.largestSoundDifference;
                json["tolerance"] = model.tolerance;
                json["golden"] = model.goldenDifference ? Json(*model.goldenDifference) : Json();
                json["golden_tolerance"] = model.goldenTolerance;
            }
            models.push_back(json);
        }
        printJson({{"device", result.device}, {"reference", result.reference}, {"passed", passed}, {"models", models}});
    } else {
        Table table({{"Model", Table::Align::Left, true},
                     {"Pictures", Table::Align::Right, false},
                     {"Texts", Table::Align::Right, false},
                     {"Sounds", Table::Align::Right, false},
                     {"Stored", Table::Align::Right, false},
                     {"", Table::Align::Left, true}});
        for (const ModelVerification &model : result.models)
            table.add({model.model, model.error.empty() ? scientific(model.largestPictureDifference) : "",
                       model.error.empty() ? scientific(model.largestTextDifference) : "",
                       model.error.empty() ? scientific(model.largestSoundDifference) : "",
                       model.goldenDifference ? scientific(*model.goldenDifference) : "",
                       !model.error.empty() ? model.error
                       : model.passed       ? "agrees"
                                            : "differs, allowed were " + scientific(model.tolerance) + " and " +
                                            scientific(model.goldenTolerance) + " from the stored"});
        print("Largest difference of embeddings, pixels and frames, " + result.device + " against " + result.reference +
              ":\n\n" + table.toText());
    }
    if (result.models.empty())
        throw Exception(ErrorCode::NotFound, "verify: no model is installed");
    return passed ? kDone : kFailed;
}

} // namespace

Command verifyCommand()
{
    return {"verify",
            "[--device cuda] [MODEL...] [--json|--raw]",
            "Run every installed model on the CPU and on the device, and compare",
            "Without a GPU the comparison is between numbers of threads. Where a model's folder holds embeddings\n"
            "made when it was trained, this machine is compared with those too (column Stored).",
            {{"raw", "", "print the embeddings themselves as JSON, to compare with another machine's"}},
            run};
}

} // namespace orrery::cli
