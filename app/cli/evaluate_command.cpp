// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/session.h"
#include "engine/api/training.h"
#include "engine/files/model_catalogue.h"

#include <cstdlib>
#include <filesystem>

namespace orrery::cli {

namespace {

namespace fs = std::filesystem;

/// Where the drawings of another artist lie: $ORRERY_SHARED_DATA, else beside the checkout that the built-in models
/// belong to, else beside the working folder. Empty when there are none.
std::string findDrawings()
{
    std::vector<fs::path> candidates;
    if (const char *data = std::getenv("ORRERY_SHARED_DATA"))
        candidates.emplace_back(fs::path(data) / "drawings");
    const fs::path models = ModelCatalogue::findBuiltInFolder(); // …/resources/models
    if (!models.empty())
        candidates.emplace_back(models / ".." / ".." / ".." / "shared" / "data" / "drawings");
    candidates.emplace_back(fs::path("..") / "shared" / "data" / "drawings");
    for (const fs::path &candidate : candidates) {
        std::error_code error;
        if (fs::is_regular_file(candidate / "labels.csv", error))
            return fs::weakly_canonical(candidate, error).string();
    }
    return {};
}

int run(const Arguments &arguments)
{
    const std::vector<std::string> &given = arguments.others();
    if (given.size() != 1)
        throw UsageError("expected one model, found " + std::to_string(given.size()));
    training::EvaluateRequest request;
    request.model = given.front();
    request.data = arguments.text("data");
    request.drawings = arguments.text("drawings", findDrawings());
    request.photographs = arguments.text("photographs");
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
        print(table.toText());
    }
    for (const std::string &skipped : result.skipped)
        say("not measured: " + skipped);
    if (result.measures.empty())
        throw Exception(ErrorCode::BadInput, "evaluate: nothing could be measured; name --drawings, --photographs or "
                                             "--data");
    return kDone;
}

} // namespace

Command evaluateCommand()
{
    return {"evaluate",
            "MODEL [--drawings FOLDER] [--photographs FOLDER] [--data FILE] [--json]",
            "Measure a model, as its card states it",
            "Without --drawings they are looked for under ORRERY_SHARED_DATA and in ../shared/data beside the\n"
            "checkout. What cannot be measured is named.",
            {{"drawings", "FOLDER", "drawings with labels.csv and all_labels.txt: top-1 and top-5 among all names"},
             {"photographs", "FOLDER", "photographs: how many are flagged as unfamiliar"},
             {"data", "FILE", "made by orrery-cli dataset: retrieval on held-out compositions"}},
            run};
}

} // namespace orrery::cli
