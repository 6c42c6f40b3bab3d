// SPDX-License-Identifier: Apache-2.0
#include "engine/models/diffusion/original_names.h"
#include "engine/models/diffusion/pipeline_parts.h"

#include "engine/core/error.h"
#include "engine/files/json.h"
#include "engine/files/model_catalogue.h"
#include "engine/models/clip/config.h"
#include "engine/models/diffusion/clip_vocabulary.h"
#include "engine/runtime/torch_runtime.h"

#include <algorithm>
#include <cctype>
#include <filesystem>

namespace fs = std::filesystem;

namespace orrery::diffusion {
namespace {

constexpr std::int64_t kClipVocabulary = 49408;

/// Merges of CLIP's own tokenizer in an installed model; empty when no model brings them.
fs::path installedMerges(const std::vector<std::string> &folders)
{
    for (const std::string &folder : folders) {
        std::error_code ended;
        for (fs::directory_iterator model(folder, ended), end; !ended && model != end; model.increment(ended))
            for (const char *place : {"merges.txt", "tokenizer/merges.txt"}) {
                std::error_code ignored;
                const fs::path merges = model->path() / place;
                if (!fs::is_regular_file(merges, ignored))
                    continue;
                try {
                    if (tokenizerFromMerges(merges.string(), "!")->vocabularySize() == kClipVocabulary)
                        return merges;
                } catch (const Exception &) {
                    continue; // the merges of another tokenizer
                }
            }
    }
    return {};
}

/// Such files hold no tokenizer. Nearly all of them use CLIP's, which folders of CLIP and Stable Diffusion bring along.
std::shared_ptr<const ClipTokenizer> tokenizerOf(EngineScope &scope, const fs::path &file, bool openClip)
{
    std::error_code ignored;
    const fs::path own = file.parent_path() / "tokenizer";
    if (fs::is_directory(own, ignored))
        return ClipTokenizer::fromFolder(own.string());
    std::vector<std::string> folders = torchRuntime(scope).settings().userModelFolders;
    folders.push_back(file.parent_path().string());
    const fs::path merges = installedMerges(folders);
    if (merges.empty())
        throw Exception(ErrorCode::NotFound,
                        file.string() +
                            ": holds no tokenizer, and no installed model brings CLIP's; put its vocab.json "
                            "and merges.txt into a folder \"tokenizer\" beside the file, or a CLIP or Stable "
                            "Diffusion folder among your models");
    return tokenizerFromMerges(merges.string(), openClip ? "!" : "<|endoftext|>");
}

/// As the models were published. Turbo is told by nothing but its name.
JsonObject schedulerOf(const Safetensors &file)
{
    std::string name = fs::path(file.path()).filename().string();
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    const bool turbo = name.find("turbo") != std::string::npos, velocity = predictsVelocity(file);
    const Json json{{"_class_name", turbo      ? "EulerDiscreteScheduler"
                                    : velocity ? "DDIMScheduler"
                                               : "PNDMScheduler"},
                    {"beta_start", 0.00085},
                    {"beta_end", 0.012},
                    {"beta_schedule", "scaled_linear"},
                    {"prediction_type", velocity ? "v_prediction" : "epsilon"},
                    {"timestep_spacing", turbo ? "trailing" : "leading"},
                    {"skip_prk_steps", true},
                    {"set_alpha_to_one", false},
                    {"steps_offset", 1},
                    {"clip_sample", false}};
    return JsonObject::parse(toText(json), file.path());
}

} // namespace

Task<PipelineParts> loadPipelineFile(EngineScope &scope, std::string path, Precision precision)
{
    const std::shared_ptr<const Safetensors> file = Safetensors::open(path);
    const UnetConfig unet = unetOf(*file);
    const AutoencoderConfig autoencoder = autoencoderOf(*file);
    const clip::TextTowerShape text = textTowerOf(*file);
    const bool openClip = hasOpenClip(*file);

    PipelineParts parts;
    parts.scheduler = schedulerOf(*file);
    parts.tokenizer = tokenizerOf(scope, path, openClip);
    if (const auto found = file->metadata().find("modelspec.license"); found != file->metadata().end())
        parts.licence = found->second;

    WeightPlaces places;
    places.others = true;
    places.of = [openClip](const std::string &name) { return originalTextName(openClip, name); };
    Task<Weights> loading = loadPart(scope, file, clip::expectedTextWeights(text), places, precision);
    parts.text = std::make_unique<TextEncoder>(text, co_await std::move(loading));
    places.of = [unet](const std::string &name) { return originalUnetName(unet, name); };
    loading = loadNetwork(scope, file, Unet::expectedWeights(unet), places, precision);
    parts.unet = std::make_unique<Unet>(unet, co_await std::move(loading));
    places.of = [autoencoder](const std::string &name) { return originalAutoencoderName(autoencoder, name); };
    loading = loadNetwork(scope, file, Autoencoder::expectedWeights(autoencoder), places, precision);
    parts.autoencoder = std::make_unique<Autoencoder>(autoencoder, co_await std::move(loading));
    checkParts(parts, path);
    co_return parts;
}

} // namespace orrery::diffusion
