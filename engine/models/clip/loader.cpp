// SPDX-License-Identifier: Apache-2.0
#include "engine/models/clip/loader.h"

#include "engine/core/error.h"
#include "engine/models/weights_loader.h"

#include <set>

namespace orrery::clip {
namespace {

std::string entryWords(const SafetensorsEntry &entry)
{
    return entry.file + ": entry \"" + entry.name + "\"";
}

/// A field of the configuration, and where a weight shows what it should be.
struct Evidence
{
    const char *section;
    const char *field;
    std::int64_t configured;
    const char *weight;
    std::size_t dimension;
};

/// Compares sizes that show in a weight with their fields first: "hidden_size is missing" helps more than a list of
/// two hundred shapes.
void checkEvidence(const Safetensors &file, const JsonObject &json, const ClipConfig &config)
{
    std::vector<Evidence> all{
        {"text_config", "hidden_size", config.text.transformer.width, "text_model.embeddings.token_embedding.weight",
         1},
        {"text_config", "vocab_size", config.text.vocabulary, "text_model.embeddings.token_embedding.weight", 0},
        {"text_config", "max_position_embeddings", config.text.context,
         "text_model.embeddings.position_embedding.weight", 0},
        {"text_config", "intermediate_size", config.text.transformer.intermediate,
         "text_model.encoder.layers.0.mlp.fc1.weight", 0},
        {"", "projection_dim", config.projection, "text_projection.weight", 0},
    };
    if (const auto *shape = std::get_if<VisionTransformerShape>(&config.image)) {
        all.push_back(
            {"vision_config", "hidden_size", shape->transformer.width, "vision_model.embeddings.class_embedding", 0});
        all.push_back(
            {"vision_config", "patch_size", shape->patchSize, "vision_model.embeddings.patch_embedding.weight", 3});
        all.push_back({"vision_config", "intermediate_size", shape->transformer.intermediate,
                       "vision_model.encoder.layers.0.mlp.fc1.weight", 0});
    }
    for (const Evidence &evidence : all) {
        const SafetensorsEntry *entry = file.find(evidence.weight);
        if (!entry || entry->shape.size() <= evidence.dimension ||
            entry->shape[evidence.dimension] == evidence.configured)
            continue;
        const std::string section = evidence.section;
        const JsonObject place = section.empty()                    ? json
                                 : json.isObject(section + "_dict") ? json.object(section + "_dict")
                                                                    : json.objectOr(section);
        const std::string value = std::to_string(evidence.configured);
        place.fail(evidence.field, (place.has(evidence.field) ? "is " + value : "is missing, which means " + value) +
                                       ", but " + entryWords(*entry) + " has shape " + shapeText(entry->shape));
    }
}

/// Layers that the file has and the configuration does not, or the other way round.
void checkLayers(const Safetensors &file, const JsonObject &json, const char *section, const char *prefix,
                 std::int64_t configured)
{
    std::set<std::string> layers;
    const std::string start = prefix;
    for (auto it = file.entries().lower_bound(start); it != file.entries().end() && it->first.starts_with(start); ++it)
        layers.insert(it->first.substr(start.size(), it->first.find('.', start.size()) - start.size()));
    const auto found = static_cast<std::int64_t>(layers.size());
    if (found == configured)
        return;
    const JsonObject place = json.objectOr(section);
    place.fail("num_hidden_layers", (place.has("num_hidden_layers") ? "is " : "is missing, which means ") +
                                        std::to_string(configured) + ", but " + file.path() + " holds " +
                                        std::to_string(found) + " layers \"" + start + "…\"");
}

} // namespace

Task<Weights> loadWeights(EngineScope &scope, std::shared_ptr<const Safetensors> file, JsonObject json,
                          ClipConfig config)
{
    checkEvidence(*file, json, config);
    checkLayers(*file, json, "text_config", "text_model.encoder.layers.", config.text.transformer.layers);
    if (const auto *shape = std::get_if<VisionTransformerShape>(&config.image))
        checkLayers(*file, json, "vision_config", "vision_model.encoder.layers.", shape->transformer.layers);
    Task<Weights> loading = orrery::loadWeights(scope, file, expectedWeights(config));
    co_return co_await std::move(loading);
}

} // namespace orrery::clip
