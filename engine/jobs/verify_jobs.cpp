// SPDX-License-Identifier: Apache-2.0
#include "engine/api/clip.h"
#include "engine/api/verify.h"
#include "engine/core/engine_library.h"
#include "engine/core/engine_scope.h"
#include "engine/core/error.h"
#include "engine/core/job_registry.h"
#include "engine/files/json_file.h"
#include "engine/files/model_catalogue.h"
#include "engine/files/safetensors.h"
#include "engine/core/child_process.h"
#include "engine/runtime/generator.h"
#include "engine/runtime/torch_runtime.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <functional>

namespace orrery {

namespace {

/// Pictures that touch every part of preprocessing: enlarged, reduced, wide, tall, flat, noisy.
std::vector<PictureSource> probePictures()
{
    struct Size
    {
        int width, height;
    };
    constexpr Size kSizes[] = {{64, 64}, {20, 30}, {300, 200}, {200, 301}, {224, 224}, {1, 1}};
    std::vector<PictureSource> sources;
    for (std::uint64_t index = 0; index < std::size(kSizes); ++index) {
        const Size size = kSizes[index];
        Picture picture{size.width, size.height, {}};
        Generator generator(20211, index);
        for (int y = 0; y < size.height; ++y)
            for (int x = 0; x < size.width; ++x) {
                // A disc on a slope of colour, with a little noise.
                const double u = (x + 0.5) / size.width - 0.5, v = (y + 0.5) / size.height - 0.5;
                const bool inside = u * u + v * v < 0.09;
                for (int c = 0; c < 3; ++c) {
                    const double slope = 128 + 100 * (c == 0 ? u : c == 1 ? v : -u);
                    const double value = (inside ? 255 - slope : slope) + 20 * (generator.uniform() - 0.5);
                    picture.rgb.push_back(static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0)));
                }
            }
        sources.push_back({"probe " + std::to_string(index + 1), std::move(picture)});
    }
    return sources;
}

std::vector<std::string> probeTexts()
{
    return {"a fox",
            "a red house left of two cats",
            "an armchair in the shape of an avocado",
            "Übergrößenträger, naïve café",
            "四つの星",
            "🦊",
            "12,345.67 it's",
            "a sign that says CAT, " + std::string(600, 'x')};
}

/// Runs a job of another part as a piece of this one.
template <class Request, class Result>
Task<Result> runPart(EngineScope &scope, const JobType<Request, Result> &type, Request request)
{
    const JobDefinition *definition = JobRegistry::instance().find(type.id);
    if (!definition)
        throw Exception(ErrorCode::Internal, std::string("verify: no library that is loaded defines ") + type.id);
    Task<std::any> task = definition->body(scope, std::any(std::move(request)));
    std::any result = co_await std::move(task);
    co_return std::any_cast<Result>(std::move(result));
}

Task<std::vector<std::vector<float>>> embed(EngineScope &scope, clip::EncodeRequest request)
{
    Task<clip::EncodeResult> task = runPart(scope, clip::kEncode, std::move(request));
    clip::EncodeResult result = co_await std::move(task);
    for (const std::string &error : result.errors)
        if (!error.empty())
            throw Exception(ErrorCode::BadInput, error);
    co_return std::move(result.embeddings);
}

std::vector<float> floats(const SafetensorsEntry &entry)
{
    if (entry.dtype != Dtype::F32)
        throw Exception(ErrorCode::ModelFile, entry.file + ": \"" + entry.name + "\" is " +
                                                  std::string(nameOf(entry.dtype)) + ", expected F32");
    std::vector<float> values(entry.bytes.size() / sizeof(float));
    std::memcpy(values.data(), entry.bytes.data(), values.size() * sizeof(float));
    return values;
}

/// Largest difference of `found` from an array [N, D] of the file.
double differenceFrom(const Safetensors &file, const char *name, const std::vector<std::vector<float>> &found)
{
    const SafetensorsEntry *entry = file.find(name);
    if (!entry)
        throw Exception(ErrorCode::ModelFile, file.path() + ": the array \"" + name + "\" is missing");
    const std::vector<float> expected = floats(*entry);
    const std::size_t dimensions = found.empty() ? 0 : found.front().size();
    const std::vector<std::int64_t> shape = {static_cast<std::int64_t>(found.size()),
                                             static_cast<std::int64_t>(dimensions)};
    if (entry->shape != shape)
        throw Exception(ErrorCode::ModelFile, file.path() + ": \"" + name + "\" is " + shapeText(entry->shape) +
                                                  ", expected " + shapeText(shape));
    double largest = 0;
    for (std::size_t row = 0; row < found.size(); ++row)
        for (std::size_t column = 0; column < dimensions; ++column)
            largest = std::max(largest, std::abs(static_cast<double>(found[row][column]) -
                                                 static_cast<double>(expected[row * dimensions + column])));
    return largest;
}

/// The pictures that the makers stored, picture_0, picture_1, …
std::vector<PictureSource> storedPictures(const Safetensors &file)
{
    std::vector<PictureSource> sources;
    for (;;) {
        const std::string name = "picture_" + std::to_string(sources.size());
        const SafetensorsEntry *entry = file.find(name);
        if (!entry)
            return sources;
        if (entry->dtype != Dtype::U8 || entry->shape.size() != 3 || entry->shape[2] != 3 || entry->bytes.empty() ||
            entry->shape[0] > 100'000 || entry->shape[1] > 100'000)
            throw Exception(ErrorCode::ModelFile, file.path() + ": \"" + name + "\" is " +
                                                      std::string(nameOf(entry->dtype)) + " " +
                                                      shapeText(entry->shape) + ", expected U8 [height, width, 3]");
        Picture picture{static_cast<int>(entry->shape[1]), static_cast<int>(entry->shape[0]), {}};
        picture.rgb.resize(entry->bytes.size());
        std::memcpy(picture.rgb.data(), entry->bytes.data(), entry->bytes.size());
        sources.push_back({name, std::move(picture)});
    }
}

Task<std::optional<double>> compareWithStored(EngineScope &scope, std::string model, std::string folder)
{
    const std::string path = folder + "/expected.safetensors";
    std::error_code error;
    if (!std::filesystem::exists(path, error))
        co_return std::nullopt;
    const std::shared_ptr<const Safetensors> file = Safetensors::open(path);
    clip::EncodeRequest pictures{model, storedPictures(*file), {}};
    const auto texts = file->metadata().find("texts");
    clip::EncodeRequest words{model, {}, {}};
    if (texts != file->metadata().end())
        words.texts = JsonObject::parse(texts->second, path + ": metadata \"texts\"").texts("texts");
    if (pictures.pictures.empty() && words.texts.empty())
        throw Exception(ErrorCode::ModelFile, path + ": holds neither picture_0 nor the metadata \"texts\"");
    double largest = 0;
    if (!pictures.pictures.empty()) {
        Task<std::vector<std::vector<float>>> task = embed(scope, std::move(pictures));
        const std::vector<std::vector<float>> found = co_await std::move(task);
        largest = std::max(largest, differenceFrom(*file, "image_embeds", found));
    }
    if (!words.texts.empty()) {
        Task<std::vector<std::vector<float>>> task = embed(scope, std::move(words));
        const std::vector<std::vector<float>> found = co_await std::move(task);
        largest = std::max(largest, differenceFrom(*file, "text_embeds", found));
    }
    co_return largest;
}

ModelCatalogue catalogueOf(EngineScope &scope)
{
    const EngineSettings &settings = torchRuntime(scope).settings();
    return ModelCatalogue(settings.modelFolder, settings.userModelFolders);
}

Task<ProbeResult> probe(EngineScope &scope, ProbeRequest request)
{
    const ModelCard card = catalogueOf(scope).card(request.model);
    if (!card.error.empty())
        throw Exception(ErrorCode::ModelFile, card.error);
    ProbeResult result;
    result.model = request.model;

    clip::EncodeRequest pictures{request.model, probePictures(), {}};
    Task<std::vector<std::vector<float>>> pictureTask = embed(scope, std::move(pictures));
    result.pictures = co_await std::move(pictureTask);

    clip::EncodeRequest texts{request.model, {}, probeTexts()};
    Task<std::vector<std::vector<float>>> textTask = embed(scope, std::move(texts));
    result.texts = co_await std::move(textTask);

    Task<std::optional<double>> storedTask = compareWithStored(scope, request.model, card.folder);
    result.storedDifference = co_await std::move(storedTask);
    co_return result;
}

std::string threadsText(int threads)
{
    return "cpu with " + std::to_string(threads) + (threads == 1 ? " thread" : " threads");
}

/// Largest difference from the other process's numbers, which stand row after row.
double difference(const std::vector<std::vector<float>> &rows, const JsonObject &other, const char *field)
{
    const std::vector<double> flat = other.numbers(field, -2, 2);
    std::size_t at = 0;
    double largest = 0;
    for (const std::vector<float> &row : rows)
        for (const float value : row) {
            if (at >= flat.size())
                other.fail(field, "has too few numbers");
            largest = std::max(largest, std::abs(static_cast<double>(value) - flat[at++]));
        }
    if (at != flat.size())
        other.fail(field, "has too many numbers");
    return largest;
}

std::vector<std::string> referenceCommand(const std::vector<std::string> &folders, int threads)
{
    std::string program = libraryFolder() + "/../bin/orrery-cli"; // in the build folder
    std::error_code error;
    if (!std::filesystem::exists(program, error))
        program = libraryFolder() + "/../../bin/orrery-cli"; // installed: this library lies in lib/orrery
    std::vector<std::string> command = {
        program, "verify", "--raw", "--device", "cpu", "--threads", std::to_string(threads), "--"};
    command.insert(command.end(), folders.begin(), folders.end());
    return command;
}

/// `orrery-cli verify --raw` for these folders, on a helper thread.
Task<std::string> askReference(EngineScope &scope, std::vector<std::string> folders, int threads)
{
    // Named, and no braced list in a coroutine: GCC 12 destroys such temporaries twice.
    std::string answer;
    std::function<void()> work = [&answer, command = referenceCommand(folders, threads), stop = scope.stopToken()] {
        answer = outputOf(command, stop);
    };
    co_await scope.outside(std::move(work));
    co_return answer;
}

Task<VerifyResult> verify(EngineScope &scope, VerifyRequest request)
{
    // Embeddings of length one. Threads must not change a bit (DESIGN section 2); a GPU adds in another order; stored
    // ones come from another processor and may come from another implementation.
    constexpr double kDeviceTolerance = 1e-3, kStoredTolerance = 1e-4;
    const RuntimeInfo info = scope.runtime().info();
    const auto active = std::find_if(info.devices.begin(), info.devices.end(),
                                     [](const DeviceInfo &device) { return device.active && device.kind != "cpu"; });
    const bool onCpu = active == info.devices.end();
    const int referenceThreads = onCpu && info.threads == 1 ? 2 : onCpu ? 1 : info.threads;

    VerifyResult result;
    result.device = onCpu ? threadsText(info.threads) : active->kind + ": " + active->name;
    result.reference = threadsText(referenceThreads);
    const ModelCatalogue catalogue = catalogueOf(scope);
    if (request.models.empty())
        for (const ModelCard &card : catalogue.list())
            request.models.push_back(card.id);

    std::vector<std::string> folders; // of those that could be run here
    std::vector<ProbeResult> probes;
    std::vector<std::size_t> probed; // index into result.models
    for (std::size_t i = 0; i < request.models.size(); ++i) {
        scope.progress(0.5 * static_cast<double>(i) / static_cast<double>(request.models.size()), request.models[i]);
        ModelVerification verification;
        verification.model = request.models[i];
        verification.tolerance = onCpu ? 0 : kDeviceTolerance;
        verification.goldenTolerance = kStoredTolerance;
        try {
            const std::string folder = std::filesystem::absolute(catalogue.folder(request.models[i])).string();
            ProbeRequest asked{folder};
            Task<ProbeResult> task = probe(scope, std::move(asked));
            ProbeResult found = co_await std::move(task);
            probes.push_back(std::move(found));
            verification.goldenDifference = probes.back().storedDifference;
            folders.push_back(folder);
            probed.push_back(i);
        } catch (const Exception &error) {
            if (error.code() == ErrorCode::Cancelled)
                throw;
            verification.error = error.what();
        }
        result.models.push_back(std::move(verification));
    }
    if (folders.empty())
        co_return result;

    scope.progress(0.5, "The same on " + result.reference);
    Task<std::string> task = askReference(scope, folders, referenceThreads);
    const std::string answer = co_await std::move(task);
    const std::vector<JsonObject> others = JsonObject::parse(answer, "orrery-cli verify --raw").objects("models");
    if (others.size() != probes.size())
        throw Exception(ErrorCode::Internal, "verify: the other process answered for " + std::to_string(others.size()) +
                                                 " models, expected " + std::to_string(probes.size()));
    for (std::size_t i = 0; i < probes.size(); ++i) {
        ModelVerification &verification = result.models[probed[i]];
        verification.largestPictureDifference = difference(probes[i].pictures, others[i], "pictures");
        verification.largestTextDifference = difference(probes[i].texts, others[i], "texts");
        verification.passed = std::max(verification.largestPictureDifference, verification.largestTextDifference) <=
                                  verification.tolerance &&
                              verification.goldenDifference.value_or(0) <= verification.goldenTolerance;
    }
    co_return result;
}

} // namespace

ORRERY_JOB(kProbe, probe)
ORRERY_JOB(kVerify, verify)

} // namespace orrery
