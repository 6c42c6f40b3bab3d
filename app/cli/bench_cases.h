// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/arguments.h"
#include "engine/files/json.h"

#include <string>
#include <vector>

namespace orrery::cli {

struct BenchReport
{
    Json json;
    std::string text;
    std::vector<std::string> failures; ///< promises that were not kept; the exit status is then 1
};

struct BenchCase
{
    std::string name;
    std::string summary;
    std::vector<std::string> options; ///< those of `bench` that it heeds, besides --repeats
    BenchReport (*run)(const Arguments &arguments) = nullptr;
};

std::vector<BenchCase> benchCases();

BenchReport benchLiveUnderLoad(const Arguments &arguments);
BenchReport benchClassify(const Arguments &arguments);
BenchReport benchEncode(const Arguments &arguments);
BenchReport benchStartup(const Arguments &arguments);
BenchReport benchDecode(const Arguments &arguments);
BenchReport benchUnet(const Arguments &arguments);

/// Sorted copies are made; `values` may be in any order. 0 for no values.
double median(std::vector<double> values);
/// The smallest value that at least `share` of all do not exceed (nearest rank).
double quantile(std::vector<double> values, double share);

} // namespace orrery::cli
