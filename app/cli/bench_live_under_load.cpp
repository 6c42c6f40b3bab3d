// SPDX-License-Identifier: Apache-2.0
// The promise of the live lane, measured: a live job waits for at most one step of whatever runs, and steps are short.
#include "app/cli/bench_cases.h"
#include "app/cli/output.h"
#include "app/cli/session.h"
#include "engine/api/bench.h"
#include "engine/api/clip.h"
#include "engine/api/training.h"
#include "engine/files/model_catalogue.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <thread>

namespace orrery::cli {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kLiveEvery(20);
constexpr double kSlackMs = 2;        // what a wait may exceed the 99th percentile of the steps by
constexpr double kLongestStepMs = 50; // DESIGN section 2, 99th percentile

struct Load
{
    std::string name;
    std::string title;
    std::function<JobControl(EngineThread &)> start; ///< submitted again whenever it ends
    std::string scratch{};                           ///< folder that goes with it; empty: none
};

struct Measured
{
    std::vector<double> waitsMs, stepsMs;
    std::vector<std::string> failures;
};

JobOptions inBackground(const std::string &title)
{
    return {Lane::Background, title, {}};
}

clip::EncodeRequest manyPictures()
{
    constexpr int kPictures = 256, kSide = 96;
    // Other pictures at every call: the model remembers what it has seen, and a remembered picture is no load.
    static int round = 0;
    const int shift = ++round % 64 * kPictures;
    clip::EncodeRequest request;
    for (int i = 0; i < kPictures; ++i) {
        Picture picture{kSide, kSide, {}};
        for (int p = 0; p < kSide * kSide * 3; ++p)
            picture.rgb.push_back(static_cast<std::uint8_t>((p * 7 + (shift + i) * p / 64) % 253));
        request.pictures.push_back({"", std::move(picture)});
    }
    return request;
}

/// New ones each time: texts that were seen before cost nothing.
clip::ClassifyRequest manyLabels()
{
    static int s_round = 0;
    ++s_round;
    clip::ClassifyRequest request;
    request.pictures = {manyPictures().pictures.front()};
    for (int i = 0; i < 3000; ++i)
        request.labels.push_back("a thing of kind " + std::to_string(i) + " seen at " + std::to_string(i * 7 % 1013) +
                                 " by " + std::to_string(s_round));
    return request;
}

std::vector<Load> loads(const Arguments &arguments, std::vector<std::string> &skipped)
{
    std::vector<Load> all;
    all.push_back({"busy", "transformer layers, steps of about 20 ms", [](EngineThread &engine) -> JobControl {
                       return engine.submit(bench::kBusy, {3600, 20}, inBackground("Busy"));
                   }});
    try {
        const ModelCard card = ModelCatalogue().card(clip::kDefaultModel);
        if (!card.error.empty())
            throw Exception(ErrorCode::ModelFile, card.error);
        all.push_back({"pictures", "picture-clip encodes pictures", [](EngineThread &engine) -> JobControl {
                           return engine.submit(clip::kEncode, manyPictures(), inBackground("Encode pictures"));
                       }});
        all.push_back({"labels", "picture-clip ranks 3,000 labels", [](EngineThread &engine) -> JobControl {
                           return engine.submit(clip::kClassify, manyLabels(), inBackground("Rank labels"));
                       }});
    } catch (const Exception &error) {
        skipped.push_back(std::string("pictures, labels: ") + error.what());
    }
    if (const std::string data = arguments.text("data"); !data.empty()) {
        const std::string out =
            (std::filesystem::temp_directory_path() / ("orrery-bench-" + std::to_string(::getpid()))).string();
        all.push_back({"training", "picture-clip is trained",
                       [data, out](EngineThread &engine) -> JobControl {
                           training::TrainRequest request;
                           request.data = data;
                           request.out = out;
                           return engine.submit(training::kTrain, request, inBackground("Train"));
                       },
                       out});
    } else {
        skipped.push_back("training: needs --data FILE, made by orrery-cli dataset");
    }
    return all;
}

Measured measure(Session &session, const Load &load, double seconds)
{
    EngineThread &engine = session.engine();
    Measured measured;
    std::vector<JobHandle<bench::LiveResult>> live;
    // Its layer is loaded once, like a model.
    session.run(bench::kLive, {0}, {Lane::Live, "Live", {}});
    JobControl job = load.start(engine);
    // The clock runs once the model is loaded and the load has taken its first steps.
    while (!job.finished() && job.record().steps < 3)
        std::this_thread::sleep_for(milliseconds(5));
    const auto collect = [&](const JobControl &ended) {
        // A job ends, or is cancelled by us; anything else is a failure of the load.
        const Result<std::any> result = ended.waitAny();
        if (!result && result.error().code != ErrorCode::Cancelled)
            throw Exception(result.error().code, load.name + ": " + result.error().message, result.error().context);
        const std::vector<double> steps = ended.stepDurationsMs();
        measured.stepsMs.insert(measured.stepsMs.end(), steps.begin(), steps.end());
    };
    const auto start = Clock::now();
    auto next = start;
    std::uint64_t number = 0;
    while (Clock::now() - start < std::chrono::duration<double>(seconds) && !session.interrupted()) {
        if (job.finished()) {
            collect(job);
            job = load.start(engine);
        }
        live.emplace_back(engine.submit(bench::kLive, {++number}, {Lane::Live, "Live", {}}));
        next += kLiveEvery;
        std::this_thread::sleep_until(next);
    }
    job.cancel();
    collect(job);
    if (std::error_code ignored; !load.scratch.empty())
        std::filesystem::remove_all(load.scratch, ignored);
    for (const auto &handle : live) {
        const Result<bench::LiveResult> result = handle.wait();
        if (!result)
            throw Exception(result.error().code, "live job: " + result.error().message, result.error().context);
        measured.waitsMs.push_back(handle.record().queueMs);
    }
    const double wait = quantile(measured.waitsMs, 0.99), step = quantile(measured.stepsMs, 0.99);
    if (wait > step + kSlackMs)
        measured.failures.push_back(load.name + ": live jobs waited " + fixed(wait, 1) +
                                    " ms (99th percentile), expected at most one step and 2 ms, " +
                                    fixed(step + kSlackMs, 1) + " ms");
    if (step > kLongestStepMs)
        measured.failures.push_back(load.name + ": steps took " + fixed(step, 1) +
                                    " ms (99th percentile), expected at most " + fixed(kLongestStepMs, 0) + " ms");
    return measured;
}

Json distribution(const std::vector<double> &values)
{
    return {{"median", median(values)}, {"p99", quantile(values, 0.99)}, {"max", quantile(values, 1)}};
}

} // namespace

BenchReport benchLiveUnderLoad(const Arguments &arguments)
{
    const double seconds = arguments.number("seconds", 10, 0.5, 3600);
    BenchReport report;
    std::vector<std::string> skipped;
    Session session(arguments);
    const int threads = session.ready().threads;
    Table table({{"Load", Table::Align::Left, true},
                 {"Waits", Table::Align::Right, false},
                 {"p99", Table::Align::Right, false},
                 {"longest", Table::Align::Right, false},
                 {"Steps", Table::Align::Right, false},
                 {"p99", Table::Align::Right, false},
                 {"longest", Table::Align::Right, false}});
    Json all = Json::array();
    std::vector<double> waits, steps;
    for (const Load &load : loads(arguments, skipped)) {
        ProgressLine().show(-1, load.title);
        const Measured measured = measure(session, load, seconds);
        if (session.interrupted())
            throw Exception(ErrorCode::Cancelled, "cancelled");
        waits.insert(waits.end(), measured.waitsMs.begin(), measured.waitsMs.end());
        steps.insert(steps.end(), measured.stepsMs.begin(), measured.stepsMs.end());
        report.failures.insert(report.failures.end(), measured.failures.begin(), measured.failures.end());
        all.push_back({{"load", load.name},
                       {"title", load.title},
                       {"passed", measured.failures.empty()},
                       {"live_jobs", measured.waitsMs.size()},
                       {"steps", measured.stepsMs.size()},
                       {"wait_ms", distribution(measured.waitsMs)},
                       {"step_ms", distribution(measured.stepsMs)}});
        table.add({load.title, fixed(median(measured.waitsMs), 1), fixed(quantile(measured.waitsMs, 0.99), 1),
                   fixed(quantile(measured.waitsMs, 1), 1), fixed(median(measured.stepsMs), 1),
                   fixed(quantile(measured.stepsMs, 0.99), 1), fixed(quantile(measured.stepsMs, 1), 1)});
    }
    report.json = {{"case", "live-under-load"},
                   {"passed", report.failures.empty()},
                   {"threads", threads},
                   {"live_jobs", waits.size()},
                   {"wait_ms", distribution(waits)},
                   {"step_ms", distribution(steps)},
                   {"step_limit_ms", kLongestStepMs},
                   {"loads", all},
                   {"skipped", skipped}};
    report.text = table.toText() + "\nMilliseconds; a live job every " + std::to_string(kLiveEvery.count()) +
                  " ms for " + fixed(seconds, 0) + " s under each load.\n";
    for (const std::string &text : skipped)
        report.text += "Not measured: " + text + "\n";
    return report;
}

} // namespace orrery::cli
