// SPDX-License-Identifier: Apache-2.0
#include "engine/jobs/stored_embeddings.h"

#include "engine/api/clip.h"
#include "engine/core/error.h"
#include "engine/files/json.h"
#include "engine/files/json_file.h"
#include "engine/files/safetensors.h"
#include "engine/jobs/verify_probes.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <span>

namespace orrery {

namespace {

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

} // namespace

Task<std::optional<double>> differenceFromStored(EngineScope &scope, std::string model, std::string folder)
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
        Task<std::vector<std::vector<float>>> task = embedInputs(scope, std::move(pictures));
        const std::vector<std::vector<float>> found = co_await std::move(task);
        largest = std::max(largest, differenceFrom(*file, "image_embeds", found));
    }
    if (!words.texts.empty()) {
        Task<std::vector<std::vector<float>>> task = embedInputs(scope, std::move(words));
        const std::vector<std::vector<float>> found = co_await std::move(task);
        largest = std::max(largest, differenceFrom(*file, "text_embeds", found));
    }
    co_return largest;
}

Task<> storeEmbeddings(EngineScope &scope, std::string folder)
{
    static constexpr PictureSize kSizes[] = {{64, 64}, {20, 30}, {120, 80}, {75, 113}, {1, 1}};
    const std::vector<PictureSource> pictures = probePictures(kSizes);
    const std::vector<std::string> texts = probeTexts();
    clip::EncodeRequest looked{folder, pictures, {}};
    Task<std::vector<std::vector<float>>> looking = embedInputs(scope, std::move(looked));
    const std::vector<std::vector<float>> seen = co_await std::move(looking);
    clip::EncodeRequest said{folder, {}, texts};
    Task<std::vector<std::vector<float>>> reading = embedInputs(scope, std::move(said));
    const std::vector<std::vector<float>> read = co_await std::move(reading);

    const auto flat = [](const std::vector<std::vector<float>> &rows) {
        std::vector<float> all;
        for (const std::vector<float> &row : rows)
            all.insert(all.end(), row.begin(), row.end());
        return all;
    };
    const std::vector<float> image = flat(seen), text = flat(read);
    const auto rows = [](const std::vector<std::vector<float>> &all) {
        return std::vector<std::int64_t>{static_cast<std::int64_t>(all.size()),
                                         static_cast<std::int64_t>(all.front().size())};
    };
    std::vector<SafetensorsItem> entries;
    entries.push_back({"image_embeds", Dtype::F32, rows(seen), std::as_bytes(std::span(image))});
    entries.push_back({"text_embeds", Dtype::F32, rows(read), std::as_bytes(std::span(text))});
    for (std::size_t i = 0; i < pictures.size(); ++i)
        entries.push_back({"picture_" + std::to_string(i),
                           Dtype::U8,
                           {pictures[i].pixels.height, pictures[i].pixels.width, 3},
                           std::as_bytes(std::span(pictures[i].pixels.rgb))});
    writeSafetensors(folder + "/expected.safetensors", entries, {{"texts", toText(Json{{"texts", texts}}, -1)}});
}

} // namespace orrery
