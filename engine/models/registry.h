// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/engine_scope.h"
#include "engine/core/task.h"
#include "engine/models/image_text_model.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

/// Architectures by the name that a folder states: `model_type` of config.json, or `_class_name` of model_index.json.
/// Libraries of jobs, plugins' among them, add theirs when they are loaded. Thread: engine.
class ModelRegistry
{
public:
    /// Loads a folder. Runs outside inference mode, inside ModelCache.
    using ImageTextLoader = std::function<Task<std::shared_ptr<ImageTextModel>>(EngineScope &, std::string folder)>;

    static ModelRegistry &instance();

    /// Replaces a loader of the same type, so that a plugin's jobs can be loaded again.
    void addImageText(std::string type, ImageTextLoader loader);
    /// @return null when no loaded library knows the type.
    const ImageTextLoader *findImageText(std::string_view type) const;
    std::vector<std::string> types() const;

private:
    std::vector<std::pair<std::string, ImageTextLoader>> m_imageText;
};

/// The type that the folder states. @throws Exception{NotFound, ModelFile} naming file and field.
std::string modelTypeOf(const std::string &folder);

/// Where a built-in or installed id lies, or the folder itself. @throws Exception{NotFound} naming the known ids.
std::string modelFolder(EngineScope &scope, const std::string &idOrFolder);

/// A key for ModelCache that names the model and its state on disk, so that a model that was made again is loaded
/// again. @param path  a folder or a single file
std::string modelCacheKey(const std::string &kind, const std::string &path);

/// The model of a built-in or installed id, or of a folder; loaded on first use and kept by the engine's ModelCache.
/// @throws Exception{NotFound} naming the known ids, Exception{Unsupported} naming the known types, or what the loader
///         throws.
Task<std::shared_ptr<ImageTextModel>> loadImageTextModel(EngineScope &scope, std::string idOrFolder);

} // namespace orrery

/// At namespace scope in a .cpp: `ORRERY_IMAGE_TEXT_MODEL(clip, "clip", loadClip)`.
#define ORRERY_IMAGE_TEXT_MODEL(name, type, loader)                                                                    \
    namespace {                                                                                                        \
    [[maybe_unused]] const bool registeredModel_##name =                                                               \
        (::orrery::ModelRegistry::instance().addImageText(type, loader), true);                                        \
    }
