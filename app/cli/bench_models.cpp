// SPDX-License-Identifier: Apache-2.0
// How long models of a published shape take; for comparisons with other programs.
#include "app/cli/bench_cases.h"
#include "app/cli/output.h"
#include "app/cli/precision_option.h"
#include "app/cli/session.h"
#include "engine/api/babble.h"
#include "engine/api/bench.h"

#include <algorithm>

namespace orrery::cli {

namespace {

int repeatsOf(const Arguments &arguments, int fallback)
{
    return static_cast<int>(arguments.integer("repeats", fallback, 1, 1000));
}

/// What both cases report.
BenchReport reportOf(const std::string &name, const std::string &model, const std::string &things,
                     const std::vector<double> &times, bool halved, const std::optional<double> &cosine, int threads)
{
    const auto [fastest, slowest] = std::minmax_element(times.begin(), times.end());
    Json json{{"case", name},       {"model", model},          {"numbers", halved ? "bfloat16" : "float32"},
              {"threads", threads}, {"repeats", times.size()}, {"median_ms", median(times)},
              {"min_ms", *fastest}, {"max_ms", *slowest}};
    Table table({{"", Table::Align::Left, true},
                 {"Median", Table::Align::Right, false},
                 {"Fastest", Table::Align::Right, false},
                 {"Slowest", Table::Align::Right, false}});
    table.add({things + (halved ? ", bfloat16" : ", float32"), fixed(median(times), 2), fixed(*fastest, 2),
               fixed(*slowest, 2)});
    std::string text = table.toText() + "\nMilliseconds, " + std::to_string(times.size()) + " repeats.\n";
    if (cosine) {
        json["cosine"] = *cosine;
        text += "Cosine to float32: " + fixed(*cosine, 6) + "\n";
    }
    return {json, text, {}};
}

} // namespace

BenchReport benchDecode(const Arguments &arguments)
{
    bench::DecodeRequest request;
    request.model = arguments.text("model", speech::kLanguageModel);
    request.precision = precisionOf(arguments);
    request.tokens = static_cast<int>(arguments.integer("tokens", request.tokens, 1, 100'000));
    request.repeats = repeatsOf(arguments, request.repeats);
    Session session(arguments);
    const int threads = session.ready().threads;
    const bench::DecodeResult result = session.run(bench::kDecode, request, {Lane::Interactive, "Decode", {}});
    BenchReport report = reportOf("decode", request.model, "a token of " + std::to_string(request.tokens),
                                  result.tokenMs, result.halved, result.cosine, threads);
    report.json["tokens"] = request.tokens;
    report.json["tokens_per_second"] = 1000 / median(result.tokenMs);
    return report;
}

BenchReport benchUnet(const Arguments &arguments)
{
    if (!arguments.has("model"))
        throw UsageError("--model is missing: unet needs a Stable Diffusion");
    bench::UnetRequest request;
    request.model = arguments.text("model");
    request.precision = precisionOf(arguments);
    request.repeats = repeatsOf(arguments, request.repeats);
    Session session(arguments);
    const int threads = session.ready().threads;
    const bench::UnetResult result = session.run(bench::kUnet, request, {Lane::Interactive, "Step", {}});
    BenchReport report = reportOf("unet", request.model, "a step, prompt and no prompt", result.stepMs, result.halved,
                                  result.cosine, threads);
    report.json["batch"] = request.batch;
    return report;
}

} // namespace orrery::cli
