// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/session.h"
#include "engine/api/maps.h"
#include "engine/files/array_file.h"

#include <limits>

namespace orrery::cli {

namespace {

maps::EmbedRequest requestFrom(const Arguments &arguments)
{
    if (!arguments.others().empty())
        throw UsageError("\"" + arguments.others().front() + "\" was not expected; files go to --input and --output");
    for (const char *name : {"method", "input", "output"})
        if (!arguments.has(name))
            throw UsageError(std::string("--") + name + " is missing");
    maps::EmbedRequest request;
    const std::string method = arguments.choice("method", "pca", {"pca", "tsne"});
    request.method = method == "pca" ? maps::Method::Pca : maps::Method::Tsne;
    request.metric = arguments.choice("metric", "euclidean", {"euclidean", "cosine"}) == "cosine"
                         ? maps::Metric::Cosine
                         : maps::Metric::Euclidean;
    if (arguments.has("init"))
        request.start =
            arguments.choice("init", "pca", {"pca", "random"}) == "random" ? maps::Start::Random : maps::Start::Pca;
    if (arguments.has("perplexity"))
        request.perplexities = {arguments.number("perplexity", 30, 1, 1e6)};
    if (arguments.has("iterations"))
        request.iterations = arguments.integer("iterations", 0, 0, 1'000'000);
    request.seed =
        static_cast<std::uint64_t>(arguments.integer("seed", 0, 0, std::numeric_limits<std::int64_t>::max()));
    request.measure = arguments.has("metrics");
    if (!canWriteArray(arguments.text("output")))
        throw UsageError("--output: expected a name that ends in .npy or .csv, found \"" + arguments.text("output") +
                         "\"");
    return request;
}

Json jsonOf(const maps::Quality &quality)
{
    return {{"knn_recall", quality.knnRecall},
            {"trustworthiness", quality.trustworthiness},
            {"continuity", quality.continuity},
            {"distance_correlation", quality.spearman},
            {"distance_correlation_pearson", quality.pearson},
            {"neighbors", quality.neighbours},
            {"measured_points", quality.measured.size()}};
}

std::string textOf(const maps::Quality &quality)
{
    Table table({{"Measure", Table::Align::Left, true}, {"", Table::Align::Right, false}});
    const std::string k = std::to_string(quality.neighbours) + " nearest";
    table.add({"Neighbours kept (" + k + ")", fixed(quality.knnRecall, 4)});
    table.add({"Trustworthiness (" + k + ")", fixed(quality.trustworthiness, 4)});
    table.add({"Continuity (" + k + ")", fixed(quality.continuity, 4)});
    table.add({"Correlation of distances, by rank (Spearman)", fixed(quality.spearman, 4)});
    table.add({"Correlation of distances (Pearson)", fixed(quality.pearson, 4)});
    return table.toText();
}

int run(const Arguments &arguments)
{
    maps::EmbedRequest request = requestFrom(arguments);
    const std::string input = arguments.text("input"), output = arguments.text("output");
    request.points = std::make_shared<NpyMatrix>(readArray(input, arguments.text("array")));
    if (request.points->rows < 2)
        throw Exception(ErrorCode::BadInput, input + ": holds only one row, a map needs at least 2");
    Session session(arguments);
    const maps::EmbedResult result =
        session.run(maps::kEmbed, std::move(request), {Lane::Interactive, "Map of " + input, {}});
    writeArray(output, {result.points, 2, result.positions}, {"x", "y"});
    for (const std::string &note : result.notes)
        say(note);
    const std::string method = arguments.text("method");
    if (arguments.has("json")) {
        Json answer = {{"method", method},
                       {"points", result.points},
                       {"seconds",
                        {{"neighbors", result.neighbourSeconds},
                         {"layout", result.layoutSeconds},
                         {"total", result.totalSeconds}}},
                       {"loss", result.loss}};
        if (result.quality)
            answer["metrics"] = jsonOf(*result.quality);
        printJson(answer);
    } else {
        print(output + ": a map of " + std::to_string(result.points) + " points by " + method + ", loss " +
              fixed(result.loss, 4) + ", in " + fixed(result.totalSeconds, 1) + " s\n");
        if (result.quality)
            print(textOf(*result.quality));
    }
    return kDone;
}

} // namespace

Command embedCommand()
{
    return {
        "embed",
        "--method pca|tsne [--init pca|random] [--perplexity P] [--iterations N] [--metric M] [--seed S] "
        "--input X.npy --output Y.npy [--metrics]",
        "Make a map: two coordinates for every row of a table of numbers",
        "X is an .npy, .npz or .csv file of numbers, one point a row; Y is .npy or .csv, with the rows in the same\n"
        "order. The same input and seed give the same file, whatever the number of threads. The loss of pca is the\n"
        "share of the variance that the map leaves out. Above 2,000 points --metrics asks a random 1,000 of them.",
        {{"method", "pca|tsne", "principal components, or t-SNE: neighbours stay together"},
         {"init", "pca|random", "where tsne starts; without it, pca"},
         {"perplexity", "P", "how many neighbours tsne looks at, about; without it, 30 or what the points allow"},
         {"iterations", "N", "of tsne, the first 250 exaggerated; without it, 750"},
         {"metric", "euclidean|cosine", "what near means; without it, euclidean"},
         {"seed", "S", "of everything that is drawn at random; without it, 0"},
         {"input", "X", "the points"},
         {"array", "NAME", "which array of a .npz that holds several"},
         {"output", "Y", "the map"},
         {"metrics", "", "also measure how true the map is"}},
        run};
}

} // namespace orrery::cli
