// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/output_file.h"
#include "app/cli/session.h"
#include "engine/api/maps.h"
#include "engine/files/array_file.h"
#include "engine/files/data_table.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

namespace orrery::cli {

namespace {

maps::Method methodFrom(const Arguments &arguments)
{
    const std::string name = arguments.choice("method", "pca", {"pca", "tsne", "umap"});
    return name == "pca" ? maps::Method::Pca : name == "tsne" ? maps::Method::Tsne : maps::Method::Umap;
}

maps::Start startFrom(const Arguments &arguments)
{
    if (!arguments.has("init"))
        return maps::Start::Usual;
    const std::string name = arguments.choice("init", "pca", {"pca", "random", "spectral"});
    return name == "pca" ? maps::Start::Pca : name == "random" ? maps::Start::Random : maps::Start::Spectral;
}

/// Whole numbers, one a point. @throws Exception{BadInput}
std::shared_ptr<const std::vector<std::int32_t>> classesFrom(const std::string &path, std::int64_t points)
{
    constexpr float kLargest = 1 << 24; // float32 tells whole numbers apart up to here
    const NpyMatrix table = readArray(path);
    if (table.columns != 1 || table.rows != points)
        throw Exception(ErrorCode::BadInput,
                        path + ": holds " + std::to_string(table.rows) + " rows of " + std::to_string(table.columns) +
                            ", expected one label for each of the " + std::to_string(points) + " points");
    auto classes = std::make_shared<std::vector<std::int32_t>>();
    for (const float value : table.values) {
        if (value != std::floor(value) || value < -1 || value > kLargest)
            throw Exception(ErrorCode::BadInput,
                            path + ": row " + std::to_string(classes->size()) +
                                " (counted from 0) is no label, expected a whole number from 0 to " +
                                std::to_string(int(kLargest)) + ", or -1 where it is not known");
        classes->push_back(std::int32_t(value));
    }
    return classes;
}

maps::EmbedRequest requestFrom(const Arguments &arguments)
{
    if (!arguments.others().empty())
        throw UsageError("\"" + arguments.others().front() + "\" was not expected; files go to --input and --output");
    for (const char *name : {"method", "input", "output"})
        if (!arguments.has(name))
            throw UsageError(std::string("--") + name + " is missing");
    maps::EmbedRequest request;
    request.method = methodFrom(arguments);
    request.metric = arguments.choice("metric", "euclidean", {"euclidean", "cosine"}) == "cosine"
                         ? maps::Metric::Cosine
                         : maps::Metric::Euclidean;
    request.start = startFrom(arguments);
    request.perplexities = arguments.numbers("perplexity", 1, 1e6);
    const std::string search = arguments.choice("neighbor-search", "auto", {"auto", "exact", "approximate"});
    request.search = search == "exact"         ? maps::Search::Exact
                     : search == "approximate" ? maps::Search::Approximate
                                               : maps::Search::Automatic;
    if (arguments.has("neighbors"))
        request.neighbours = arguments.integer("neighbors", 15, 2, 1'000'000);
    request.spread = arguments.number("spread", 1, 1e-6, 1e6);
    request.minDistance = arguments.number("min-dist", 0.1, 0, 1e6);
    if (request.minDistance > request.spread)
        throw UsageError("--min-dist: expected at most the spread");
    if (arguments.has("labels") && request.method != maps::Method::Umap)
        throw UsageError("--labels: only umap takes labels");
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

/// The numbers of a table as people have it: columns of texts say what rows are, not where they lie.
NpyMatrix numbersOf(const std::string &path, const DataTable &table)
{
    std::vector<const TableColumn *> numbers;
    for (const TableColumn &column : table.columns)
        if (!column.isText())
            numbers.push_back(&column);
        else
            say(path + ": " + (column.name.empty() ? "a column of texts" : "the column \"" + column.name + "\"") +
                " holds texts and was left out");
    NpyMatrix matrix;
    matrix.rows = table.rows;
    matrix.columns = static_cast<std::int64_t>(numbers.size());
    for (std::size_t row = 0; row < static_cast<std::size_t>(table.rows); ++row)
        for (const TableColumn *column : numbers)
            matrix.values.push_back(column->numbers[row]);
    if (matrix.values.empty())
        throw Exception(ErrorCode::BadInput, path + ": holds no column of numbers");
    checkFinite(path, matrix);
    return matrix;
}

NpyMatrix pointsFrom(const std::string &path, const std::string &array)
{
    const std::size_t dot = path.rfind('.');
    std::string ending = dot == std::string::npos ? "" : path.substr(dot);
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    const bool isTable = ending == ".csv" || ending == ".tsv" || ending == ".txt";
    if (!isTable || !array.empty())
        return readArray(path, array);
    const DataTable table = readTable(path);
    const auto any = [&](auto which) { return std::any_of(table.columns.begin(), table.columns.end(), which); };
    const bool texts = any([](const TableColumn &column) { return !column.texts.empty(); });
    const bool gaps = any([](const TableColumn &column) { return column.missing > 0; });
    // Where nothing is to be left out, readArray names line and column of what is missing.
    return texts || (table.rows > 0 && !gaps) ? numbersOf(path, table) : readArray(path, array);
}

/// Options that say nothing to the method: a script may give all of them to each.
void sayWhatIsNotUsed(const Arguments &arguments, maps::Method method)
{
    using maps::Method;
    struct Option
    {
        const char *name;
        bool used;
    };
    for (const Option option :
         {Option{"perplexity", method == Method::Tsne}, Option{"neighbors", method == Method::Umap},
          Option{"min-dist", method == Method::Umap}, Option{"spread", method == Method::Umap},
          Option{"init", method != Method::Pca}, Option{"iterations", method != Method::Pca},
          Option{"neighbor-search", method != Method::Pca}})
        if (arguments.has(option.name) && !option.used)
            say(std::string("--") + option.name + " changes nothing for " + arguments.text("method"));
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
    requireWritable("output", output);
    sayWhatIsNotUsed(arguments, request.method);
    request.points = std::make_shared<NpyMatrix>(pointsFrom(input, arguments.text("array")));
    if (request.points->rows < 2)
        throw Exception(ErrorCode::BadInput, input + ": holds only one row, a map needs at least 2");
    if (arguments.has("labels"))
        request.classes = classesFrom(arguments.text("labels"), request.points->rows);
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
        if (result.neighbourRecall)
            answer["neighbor_recall"] = *result.neighbourRecall;
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
        "--method pca|tsne|umap [--init pca|random|spectral] [--perplexity P] [--neighbors K] [--iterations N] "
        "[--metric euclidean|cosine] [--seed S] --input X.npy --output Y.npy [--metrics]",
        "Make a map: two coordinates for every row of a table of numbers",
        "X is an .npy, .npz, .csv or .idx (MNIST) file of numbers, one point a row; columns of texts in a .csv\n"
        "are left out. Y is .npy or .csv, rows in the same order. The same input and seed give the same file,\n"
        "whatever the number of threads. The loss of pca is the share of the variance that the map leaves out,\n"
        "of tsne the Kullback-Leibler divergence, of umap the cross-entropy of its fuzzy sets. Above 2,000 points\n"
        "--metrics asks a random 1,000 of them.",
        {{"method", "pca|tsne|umap", "principal components; or t-SNE or UMAP: neighbours stay together"},
         {"init", "pca|random|spectral", "where tsne and umap start; without it, tsne pca, umap spectral"},
         {"perplexity", "P",
          "how many neighbours tsne looks at, about; several are mixed; without it, 30 or what the points allow", true},
         {"neighbors", "K", "how many umap looks at, the point itself counted; without it, 15 or all points"},
         {"neighbor-search", "auto|exact|approximate", "how neighbours are found; auto: exact up to 20,000 points"},
         {"min-dist", "D", "how near umap puts points that belong together; without it, 0.1"},
         {"spread", "S", "over what distance umap lets nearness fade; without it, 1"},
         {"labels", "FILE", "umap keeps these classes together, too: a column of whole numbers, -1 where unknown"},
         {"iterations", "N", "tsne 750, the first 250 exaggerated; umap 500, above 10,000 points 200"},
         {"metric", "euclidean|cosine", "what near means; without it, euclidean"},
         {"seed", "S", "of everything that is drawn at random; without it, 0"},
         {"input", "X", "the points"},
         {"array", "NAME", "which array of a .npz that holds several"},
         {"output", "Y", "the map"},
         {"metrics", "", "also measure how true the map is"}},
        run};
}

} // namespace orrery::cli
