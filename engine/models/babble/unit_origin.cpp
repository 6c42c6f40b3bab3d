// SPDX-License-Identifier: Apache-2.0
#include "engine/models/babble/unit_origin.h"

#include "engine/core/error.h"
#include "engine/files/json.h"
#include "engine/files/sha256.h"

#include <ATen/ATen.h>

#include <filesystem>
#include <span>

namespace orrery::speech {

UnitOrigin UnitOrigin::of(const Listener &listener, const Codebook &codebook)
{
    const at::Tensor centres = codebook.centres().to(at::kCPU).contiguous();
    Sha256 hash;
    hash.add(std::as_bytes(std::span(centres.const_data_ptr<float>(), static_cast<std::size_t>(centres.numel()))));
    // Of a folder its name alone: where it lay means nothing to others.
    std::filesystem::path name(listener.name);
    if (!name.has_filename())
        name = name.parent_path();
    return {name.filename().string(), hash.finish()};
}

UnitOrigin UnitOrigin::fromConfig(const JsonObject &json)
{
    return {json.textOr("units_model", ""), json.textOr("units_sha256", "")};
}

void UnitOrigin::addTo(Json &config) const
{
    if (sha256.empty())
        return;
    config["units_model"] = model;
    config["units_sha256"] = sha256;
}

void requireSameOrigin(const std::string &speaker, const UnitOrigin &learned, const std::string &others,
                       const UnitOrigin &heard)
{
    if (learned.sha256.empty() || heard.sha256.empty() || learned.sha256 == heard.sha256)
        return;
    const bool sameName = learned.model == heard.model;
    throw Exception(ErrorCode::Unsupported, sameName ? speaker + " speaks units of another " + learned.model +
                                                           ", or of another codebook of it, than " + others +
                                                           " gives, and the same numbers mean other sounds there"
                                                     : speaker + " speaks units of " + learned.model +
                                                           ", but those of " + heard.model +
                                                           " were given, and the same numbers mean other sounds there");
}

} // namespace orrery::speech
