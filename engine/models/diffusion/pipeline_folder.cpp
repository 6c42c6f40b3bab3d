// SPDX-License-Identifier: Apache-2.0
#include "engine/models/diffusion/pipeline_parts.h"

#include "engine/core/error.h"
#include "engine/files/mapped_file.h"
#include "engine/models/clip/config.h"
#include "engine/models/half_products.h"
#include "engine/models/packed_products.h"
#include "engine/runtime/torch_runtime.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

namespace fs = std::filesystem;

namespace orrery::diffusion {
namespace {

struct Part
{
    const char *name;
    const char *config;
    const char *stem; ///< of its weights; null where it has none
};
constexpr std::array<Part, 5> kParts{{{"text_encoder", "config.json", "model"},
                                      {"tokenizer", nullptr, nullptr},
                                      {"unet", "config.json", "diffusion_pytorch_model"},
                                      {"vae", "config.json", "diffusion_pytorch_model"},
                                      {"scheduler", "scheduler_config.json", nullptr}}};

bool isThere(const fs::path &path)
{
    std::error_code ignored;
    return fs::exists(path, ignored);
}

/// Before anything is read, so that a user who fetched half a model is told at once.
void checkFolder(const fs::path &base)
{
    for (const Part &part : kParts) {
        const fs::path folder = base / part.name;
        if (!isThere(folder))
            throw Exception(ErrorCode::NotFound,
                            base.string() + ": the part \"" + part.name +
                                "\" is missing, expected a folder of that name in it, as diffusers "
                                "writes it");
        if (part.config && !isThere(folder / part.config))
            throw Exception(ErrorCode::NotFound, folder.string() + ": holds no " + part.config +
                                                     ", which says what this part of the model is like");
    }
}

std::shared_ptr<const Safetensors> openWeights(const fs::path &folder, const std::string &stem)
{
    const std::string half = stem + ".fp16";
    const bool whole =
        isThere(folder / (stem + ".safetensors")) || isThere(folder / (stem + ".safetensors.index.json"));
    return Safetensors::openFolder(folder.string(), !whole && isThere(folder / (half + ".safetensors")) ? half : stem);
}

/// Autoencoders that were saved before 2023 call the products of attention otherwise.
std::vector<StoredWeight> olderNames(const std::string &name)
{
    std::vector<StoredWeight> all{{name}};
    for (const auto &[now, then] : {std::pair{".to_q.", ".query."}, std::pair{".to_k.", ".key."},
                                    std::pair{".to_v.", ".value."}, std::pair{".to_out.0.", ".proj_attn."}})
        if (const std::size_t place = name.find(now); place != std::string::npos)
            all.push_back({std::string(name).replace(place, std::string_view(now).size(), then)});
    return all;
}

/// A text encoder that stands alone was saved with the name of its only part until transformers 5, and is without it
/// now.
std::vector<StoredWeight> withoutItsPart(const std::string &name)
{
    std::vector<StoredWeight> all{{name}};
    if (constexpr std::string_view kPart = "text_model."; name.starts_with(kPart))
        all.push_back({name.substr(kPart.size())});
    return all;
}

bool everything(const std::string &)
{
    return true;
}

} // namespace

Task<Weights> loadPart(EngineScope &scope, std::shared_ptr<const Safetensors> file,
                       std::vector<ExpectedWeight> expected, WeightPlaces places, Precision precision)
{
    places.type = deviceOf(scope) == at::kCPU ? at::kFloat : at::kBFloat16;
    Task<Weights> loading = loadWeights(scope, std::move(file), std::move(expected), std::move(places));
    Weights weights = co_await std::move(loading);
    if (hastens(scope, precision)) {
        Task<> halving = halve(scope, weights, everything);
        co_await std::move(halving);
    }
    co_return weights;
}

Task<Weights> loadNetwork(EngineScope &scope, std::shared_ptr<const Safetensors> file,
                          std::vector<ExpectedWeight> expected, WeightPlaces places, Precision precision)
{
    Task<Weights> loading = loadPart(scope, std::move(file), std::move(expected), std::move(places), precision);
    Weights weights = co_await std::move(loading);
    Task<> packing = pack(scope, weights, everything);
    co_await std::move(packing);
    co_return weights;
}

std::string licenceOf(const std::string &folder)
{
    constexpr std::size_t kLongest = 20000;
    const fs::path card = fs::path(folder) / "README.md";
    if (!isThere(card))
        return {};
    const auto file = MappedFile::open(card.string());
    const auto bytes = file->bytes();
    std::string_view text(reinterpret_cast<const char *>(bytes.data()), std::min(bytes.size(), kLongest));
    if (!text.starts_with("---"))
        return {};
    std::string licence, name;
    for (std::size_t line = text.find('\n'); line != std::string_view::npos; line = text.find('\n', line + 1)) {
        std::string_view rest = text.substr(line + 1, text.find('\n', line + 1) - line - 1);
        if (rest.starts_with("---"))
            break;
        for (const auto &[field, value] :
             {std::pair{std::string_view("license:"), &licence}, std::pair{std::string_view("license_name:"), &name}})
            if (rest.starts_with(field)) {
                rest.remove_prefix(field.size());
                const std::size_t begin = rest.find_first_not_of(" \t\"'"), end = rest.find_last_not_of(" \t\r\"'");
                if (begin != std::string_view::npos)
                    *value = rest.substr(begin, end - begin + 1);
            }
    }
    return name.empty() ? licence : name; // "license: other" is named by another field
}

void checkParts(const PipelineParts &parts, const std::string &where)
{
    const UnetConfig &unet = parts.unet->config();
    const clip::TextTowerShape &text = parts.text->shape();
    const auto number = [](std::int64_t value) { return std::to_string(value); };
    const auto fail = [&](const std::string &what) { throw Exception(ErrorCode::ModelFile, where + ": " + what); };
    if (unet.contextWidth != text.transformer.width)
        fail("the UNet expects words of " + number(unet.contextWidth) + " numbers, but the text encoder gives " +
             number(text.transformer.width) + "; the parts are of different models");
    if (parts.tokenizer->vocabularySize() > text.vocabulary)
        fail("the tokenizer has ids up to " + number(parts.tokenizer->vocabularySize() - 1) +
             ", but the text encoder knows " + number(text.vocabulary));
    const std::int64_t latent = parts.autoencoder->config().latentChannels;
    if (unet.inChannels != latent || unet.outChannels != latent)
        throw Exception(ErrorCode::Unsupported,
                        where + ": the UNet takes " + number(unet.inChannels) + " channels and gives " +
                            number(unet.outChannels) + ", expected " + number(latent) +
                            " of both, as the autoencoder has; models made for inpainting or editing alone are not "
                            "supported, others inpaint too");
}

Task<PipelineParts> loadPipelineFolder(EngineScope &scope, std::string folder, Precision precision)
{
    const fs::path base(folder);
    checkFolder(base);
    const auto config = [&](const char *part) { return JsonObject::readFile((base / part / "config.json").string()); };
    const WeightPlaces places;
    PipelineParts parts;
    parts.scheduler = JsonObject::readFile((base / "scheduler" / "scheduler_config.json").string());
    parts.tokenizer = ClipTokenizer::fromFolder((base / "tokenizer").string());
    parts.licence = licenceOf(folder);

    const clip::TextTowerShape text = clip::parseTextTower(config("text_encoder"));
    const UnetConfig unet = UnetConfig::parse(config("unet"));
    const AutoencoderConfig autoencoder = AutoencoderConfig::parse(config("vae"));

    WeightPlaces shorter = places;
    shorter.of = withoutItsPart;
    Task<Weights> loading = loadPart(scope, openWeights(base / "text_encoder", "model"),
                                     clip::expectedTextWeights(text), shorter, precision);
    parts.text = std::make_unique<TextEncoder>(text, co_await std::move(loading));
    loading = loadNetwork(scope, openWeights(base / "unet", "diffusion_pytorch_model"), Unet::expectedWeights(unet),
                          places, precision);
    parts.unet = std::make_unique<Unet>(unet, co_await std::move(loading));
    WeightPlaces older = places;
    older.of = olderNames;
    loading = loadNetwork(scope, openWeights(base / "vae", "diffusion_pytorch_model"),
                          Autoencoder::expectedWeights(autoencoder), older, precision);
    parts.autoencoder = std::make_unique<Autoencoder>(autoencoder, co_await std::move(loading));
    if (isThere(base / "taesd")) {
        const TinyAutoencoderConfig tiny = TinyAutoencoderConfig::parse(config("taesd"));
        loading = loadNetwork(scope, openWeights(base / "taesd", "diffusion_pytorch_model"),
                              TinyAutoencoder::expectedWeights(tiny), places, precision);
        parts.preview = std::make_unique<TinyAutoencoder>(tiny, co_await std::move(loading));
    }
    checkParts(parts, folder);
    co_return parts;
}

} // namespace orrery::diffusion
