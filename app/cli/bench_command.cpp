// SPDX-License-Identifier: Apache-2.0
#include "app/cli/bench_cases.h"
#include "app/cli/command.h"
#include "app/cli/output.h"

#include <algorithm>

namespace orrery::cli {

namespace {

int listCases(bool json)
{
    if (json) {
        Json cases = Json::array();
        for (const BenchCase &bench : benchCases())
            cases.push_back({{"name", bench.name}, {"summary", bench.summary}});
        printJson({{"cases", cases}});
        return kDone;
    }
    Table table({{"Case", Table::Align::Left, false}, {"", Table::Align::Left, true}});
    for (const BenchCase &bench : benchCases())
        table.add({bench.name, bench.summary});
    print(table.toText());
    return kDone;
}

int run(const Arguments &arguments)
{
    const std::vector<std::string> &given = arguments.others();
    if (given.size() != 1)
        throw UsageError("expected one case, found " + std::to_string(given.size()) +
                         "; orrery-cli bench list names them");
    const bool json = arguments.has("json");
    if (given.front() == "list")
        return listCases(json);
    const std::vector<BenchCase> cases = benchCases();
    const auto bench =
        std::find_if(cases.begin(), cases.end(), [&](const BenchCase &c) { return c.name == given.front(); });
    if (bench == cases.end()) {
        std::vector<std::string> names = {"list"};
        for (const BenchCase &known : cases)
            names.push_back(known.name);
        throw UsageError("expected " + joinedWithOr(names) + ", found \"" + given.front() + "\"");
    }
    for (const char *option : {"seconds", "model", "precision", "tokens", "data"})
        if (arguments.has(option) &&
            std::find(bench->options.begin(), bench->options.end(), option) == bench->options.end())
            throw UsageError(bench->name + " takes no --" + option);
    const BenchReport report = bench->run(arguments);
    if (json)
        printJson(report.json);
    else
        print(report.text);
    for (const std::string &failure : report.failures)
        say(bench->name + ": " + failure);
    return report.failures.empty() ? kDone : kFailed;
}

} // namespace

Command benchCommand()
{
    return {"bench",
            "list|NAME [--repeats N] [--seconds S] [--model M] [--tokens N] [--precision exact|fast] [--json]",
            "Measure this machine: medians over repeats",
            "A measurement, never a test: numbers depend on what else the machine does.",
            {{"repeats", "N", "how often to measure; the median is reported"},
             {"seconds", "S", "how long each load of live-under-load runs; 10 without it"},
             {"model", "M",
              "classify, encode: names pictures; decode: language model of units, or a folder of GPT-2; unet: a Stable "
              "Diffusion"},
             {"precision", "exact|fast", "decode, unet: fast also says how near its answers are to the exact ones"},
             {"tokens", "N", "decode: how many to write; 128 without it"},
             {"data", "FILE", "made by orrery-cli dataset: live-under-load also trains"}},
            run};
}

} // namespace orrery::cli
