// SPDX-License-Identifier: Apache-2.0
#include "app/cli/bench_cases.h"

#include "app/cli/label_list.h"
#include "app/cli/output.h"
#include "app/cli/picture_files.h"
#include "app/cli/session.h"
#include "engine/api/clip.h"
#include "engine/core/child_process.h"
#include "engine/files/model_catalogue.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>

namespace orrery::cli {

namespace {

using Clock = std::chrono::steady_clock;

double millisecondsSince(Clock::time_point start)
{
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

std::vector<double> repeated(int repeats, const std::function<void()> &measured)
{
    std::vector<double> times;
    for (int i = 0; i < repeats; ++i) {
        const auto start = Clock::now();
        measured();
        times.push_back(millisecondsSince(start));
    }
    return times;
}

/// Rows of "what, median, fastest, slowest" in milliseconds.
class Timings
{
public:
    explicit Timings(std::string name) : m_name(std::move(name)) {}

    /// @param per  the number of things that one repeat did
    void add(const std::string &key, const std::string &title, const std::vector<double> &times, double per = 1)
    {
        const auto [fastest, slowest] = std::minmax_element(times.begin(), times.end());
        const double middle = median(times) / per;
        m_json[key] = {{"median_ms", middle}, {"min_ms", *fastest / per}, {"max_ms", *slowest / per}};
        m_table.add({title, fixed(middle, 2), fixed(*fastest / per, 2), fixed(*slowest / per, 2)});
    }
    BenchReport report(int repeats, int threads) const
    {
        Json json = {{"case", m_name}, {"repeats", repeats}};
        if (threads > 0)
            json["threads"] = threads;
        json.update(m_json);
        return {json, m_table.toText() + "\nMilliseconds, " + std::to_string(repeats) + " repeats.\n", {}};
    }

private:
    std::string m_name;
    Json m_json = Json::object();
    Table m_table{{{"", Table::Align::Left, true},
                   {"Median", Table::Align::Right, false},
                   {"Fastest", Table::Align::Right, false},
                   {"Slowest", Table::Align::Right, false}}};
};

/// A folder of resources/, beside the built-in models.
std::filesystem::path resource(const char *name)
{
    return std::filesystem::path(ModelCatalogue::findBuiltInFolder()) / ".." / name;
}

/// The drawing and the 101 names that the window opens with.
clip::ClassifyRequest everydayRequest(const Arguments &arguments)
{
    clip::ClassifyRequest request;
    request.pictures = pictureSources({(resource("examples") / "fox.png").lexically_normal().string()});
    request.labels = labelsFromFile((resource("labels") / "everyday_101.txt").lexically_normal().string()).labels;
    request.model = arguments.text("model", request.model);
    return request;
}

int repeatsFrom(const Arguments &arguments, int fallback)
{
    return static_cast<int>(arguments.integer("repeats", fallback, 1, 100000));
}

} // namespace

double quantile(std::vector<double> values, double share)
{
    if (values.empty())
        return 0;
    std::sort(values.begin(), values.end());
    const double rank = std::ceil(share * static_cast<double>(values.size()));
    return values[static_cast<std::size_t>(std::clamp(rank - 1, 0.0, static_cast<double>(values.size() - 1)))];
}

double median(std::vector<double> values)
{
    if (values.empty())
        return 0;
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

BenchReport benchClassify(const Arguments &arguments)
{
    const int repeats = repeatsFrom(arguments, 20);
    Session session(arguments);
    const int threads = session.ready().threads;
    const clip::ClassifyRequest warm = everydayRequest(arguments);
    const auto classify = [&](const clip::ClassifyRequest &request) {
        const clip::ClassifyResult result = session.run(clip::kClassify, request);
        if (!result.pictures.at(0).error.empty())
            throw Exception(ErrorCode::BadInput, result.pictures[0].error);
    };
    Timings timings("classify");
    timings.add("first", "first answer: model, labels and picture", repeated(1, [&] { classify(warm); }));
    timings.add("warm", "one drawing, 101 labels seen before", repeated(repeats, [&] { classify(warm); }));
    int round = 0;
    timings.add("cold_text", "one drawing, 101 labels never seen", repeated(repeats, [&] {
                    clip::ClassifyRequest cold = warm;
                    for (std::string &label : cold.labels)
                        label += " " + std::to_string(round);
                    ++round;
                    classify(cold);
                }));
    return timings.report(repeats, threads);
}

BenchReport benchEncode(const Arguments &arguments)
{
    constexpr int kInputs = 64;
    const int repeats = repeatsFrom(arguments, 10);
    Session session(arguments);
    const int threads = session.ready().threads;
    const clip::ClassifyRequest everyday = everydayRequest(arguments);
    clip::EncodeRequest files, pixels, texts;
    files.model = pixels.model = texts.model = everyday.model;
    for (int i = 0; i < kInputs; ++i) {
        files.pictures.push_back(everyday.pictures[0]);
        Picture picture{64, 64, {}};
        for (int p = 0; p < 64 * 64 * 3; ++p)
            picture.rgb.push_back(static_cast<std::uint8_t>(p * (i + 3) % 251));
        pixels.pictures.push_back({"", std::move(picture)});
    }
    const auto encode = [&](const clip::EncodeRequest &request) {
        const clip::EncodeResult result = session.run(clip::kEncode, request);
        for (const std::string &error : result.errors)
            if (!error.empty())
                throw Exception(ErrorCode::BadInput, error);
    };
    encode(files); // loads the model
    Timings timings("encode");
    timings.add("picture_file", "a picture file seen before", repeated(repeats, [&] { encode(files); }), kInputs);
    timings.add("picture", "a picture of 64 × 64 pixels at hand", repeated(repeats, [&] { encode(pixels); }), kInputs);
    int round = 0;
    timings.add("text", "a text never seen before",
                repeated(repeats,
                         [&] {
                             texts.texts.clear();
                             for (int i = 0; i < kInputs; ++i)
                                 texts.texts.push_back("a drawing of a fox number " +
                                                       std::to_string(round * kInputs + i));
                             ++round;
                             encode(texts);
                         }),
                kInputs);
    return timings.report(repeats, threads);
}

BenchReport benchStartup(const Arguments &arguments)
{
    const int repeats = repeatsFrom(arguments, 5);
    const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
    const clip::ClassifyRequest everyday = everydayRequest(arguments);
    const std::string labels = (resource("labels") / "everyday_101.txt").lexically_normal().string();
    Timings timings("startup");
    timings.add("version", "no engine: --version", repeated(repeats, [&] { outputOf({self, "--version"}, {}); }));
    timings.add("models", "no engine: models list", repeated(repeats, [&] { outputOf({self, "models", "list"}, {}); }));
    timings.add("devices", "engine: devices", repeated(repeats, [&] { outputOf({self, "devices"}, {}); }));
    timings.add("classify", "engine, model and picture: classify", repeated(repeats, [&] {
                    outputOf({self, "classify", "--labels-file", labels, everyday.pictures[0].path}, {});
                }));
    return timings.report(repeats, 0);
}

std::vector<BenchCase> benchCases()
{
    return {
        {"live-under-load",
         "how long live jobs wait while background jobs run, and how long steps are",
         {"seconds", "data"},
         benchLiveUnderLoad},
        {"classify", "one drawing among 101 labels, with labels seen before and new ones", {"model"}, benchClassify},
        {"encode", "pictures and texts in batches", {"model"}, benchEncode},
        {"startup", "whole programs, from start to exit", {}, benchStartup},
        {"decode", "a language model writes, one token after the other", {"model", "tokens", "precision"}, benchDecode},
        {"unet", "steps of a Stable Diffusion", {"model", "precision"}, benchUnet}};
}

} // namespace orrery::cli
