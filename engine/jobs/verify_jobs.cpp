// SPDX-License-Identifier: Apache-2.0
#include "engine/api/clip.h"
#include "engine/api/verify.h"
#include "engine/core/child_process.h"
#include "engine/core/engine_library.h"
#include "engine/core/engine_scope.h"
#include "engine/core/error.h"
#include "engine/core/job_registry.h"
#include "engine/files/json_file.h"
#include "engine/files/model_catalogue.h"
#include "engine/jobs/stored_embeddings.h"
#include "engine/jobs/verify_probes.h"
#include "engine/models/registry.h"
#include "engine/runtime/torch_runtime.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>

namespace orrery {

namespace {

/// Sizes that touch every part of preprocessing: enlarged, reduced, wide, tall, flat.
constexpr PictureSize kProbeSizes[] = {{64, 64}, {20, 30}, {300, 200}, {200, 301}, {224, 224}, {1, 1}};

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

    if (const std::string type = modelTypeOf(card.folder); isDrawn(type)) {
        Task<std::vector<std::vector<float>>> drawing = drawnPictures(scope, card.folder, type);
        result.pictures = co_await std::move(drawing);
        co_return result;
    } else if (isAboutSound(type)) {
        Task<std::vector<std::vector<float>>> hearing = soundNumbers(scope, card.folder, type);
        result.sounds = co_await std::move(hearing);
        co_return result;
    }

    clip::EncodeRequest pictures{request.model, probePictures(kProbeSizes), {}};
    Task<std::vector<std::vector<float>>> pictureTask = embedInputs(scope, std::move(pictures));
    result.pictures = co_await std::move(pictureTask);

    clip::EncodeRequest texts{request.model, {}, probeTexts()};
    Task<std::vector<std::vector<float>>> textTask = embedInputs(scope, std::move(texts));
    result.texts = co_await std::move(textTask);

    Task<std::optional<double>> storedTask = differenceFromStored(scope, request.model, card.folder);
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
    constexpr double kPixelTolerance = 2.0 / 255; // pictures are rounded to bytes
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
            if (!onCpu && isDrawn(modelTypeOf(folder)))
                verification.tolerance = kPixelTolerance;
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
        verification.largestSoundDifference = difference(probes[i].sounds, others[i], "sounds");
        verification.passed = std::max({verification.largestPictureDifference, verification.largestTextDifference,
                                        verification.largestSoundDifference}) <= verification.tolerance &&
                              verification.goldenDifference.value_or(0) <= verification.goldenTolerance;
    }
    co_return result;
}

} // namespace

ORRERY_JOB(kProbe, probe)
ORRERY_JOB(kVerify, verify)

} // namespace orrery
