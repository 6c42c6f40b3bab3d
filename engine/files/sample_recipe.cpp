// SPDX-License-Identifier: Apache-2.0
#include "engine/files/sample_recipe.h"

#include "engine/core/error.h"
#include "engine/files/base64.h"
#include "engine/files/json.h"

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

namespace orrery::generate {

namespace {

// As every recipe of a plugin says who made what.
constexpr const char *kPlugin = "orrery.text-to-image";
constexpr const char *kMade = "sample";
constexpr const char *kFast = "fast";

constexpr std::array<std::pair<Guidance, const char *>, 3> kGuidances{
    {{Guidance::None, "none"}, {Guidance::ClassifierFree, "cfg"}, {Guidance::Clip, "clip"}}};

Json pictureJson(const Picture &picture)
{
    return {{"width", picture.width}, {"height", picture.height}, {"rgb", toBase64(picture.rgb)}};
}

[[noreturn]] void fail(const std::string &where, const std::string &what)
{
    throw Exception(ErrorCode::BadInput, where + ": its recipe " + what);
}

/// Whether a value is a T, without rounding and in its range; the library would convert between kinds of numbers.
template <class T>
bool holds(const Json &value)
{
    if constexpr (std::is_same_v<T, bool>) {
        return value.is_boolean();
    } else if constexpr (std::is_integral_v<T>) {
        return value.is_number_unsigned() ? std::in_range<T>(value.get<std::uint64_t>())
                                          : value.is_number_integer() && std::in_range<T>(value.get<std::int64_t>());
    } else if constexpr (std::is_floating_point_v<T>) {
        return value.is_number();
    } else if constexpr (std::is_same_v<T, std::string>) {
        return value.is_string();
    } else {
        return value.is_array() && std::all_of(value.begin(), value.end(), holds<typename T::value_type>);
    }
}

template <class T>
T read(const Json &json, const char *field, T fallback, const std::string &where)
{
    const auto found = json.find(field);
    if (found == json.end())
        return fallback;
    if (holds<T>(*found))
        return found->get<T>();
    // Writing a value down recurses, and a hostile one may nest as deep as it is long.
    fail(where, std::string("has a field \"") + field + "\" that is " +
                    (found->is_structured() ? "a list or an object" : toText(*found, -1).substr(0, 60)) +
                    ", expected another kind");
}

PictureSource readPicture(const Json &json, const char *field, const std::string &where)
{
    PictureSource source;
    const auto found = json.find(field);
    if (found == json.end())
        return source;
    if (!found->is_object())
        fail(where, std::string("has a field \"") + field + "\" that is no picture");
    source.pixels.width = read(*found, "width", 0, where);
    source.pixels.height = read(*found, "height", 0, where);
    const auto bytes = fromBase64(read(*found, "rgb", std::string(), where));
    const auto expected = static_cast<std::uint64_t>(std::max(0, source.pixels.width)) *
                          static_cast<std::uint64_t>(std::max(0, source.pixels.height)) * 3;
    if (!bytes || expected == 0 || bytes->size() != expected)
        fail(where, std::string("has a picture \"") + field + "\" of another size than it says");
    source.pixels.rgb = *bytes;
    source.path = field;
    return source;
}

Precision readPrecision(const Json &json, const std::string &where)
{
    const std::string name = read(json, "precision", std::string("exact"), where);
    if (name != "exact" && name != kFast)
        fail(where, "has a field \"precision\" that is \"" + name + "\", expected exact or fast");
    return name == kFast ? Precision::Fast : Precision::Exact;
}

} // namespace

std::string nameOf(Guidance guidance)
{
    for (const auto &[value, name] : kGuidances)
        if (value == guidance)
            return name;
    return {};
}

Guidance guidanceOf(const std::string &name)
{
    for (const auto &[value, known] : kGuidances)
        if (known == name)
            return value;
    throw Exception(ErrorCode::BadInput, "guidance \"" + name + "\" is not known, expected none, cfg or clip");
}

std::string recipeOf(const GenerateRequest &request, std::uint64_t seed, const std::string &hash,
                     const std::string &device)
{
    Json json{{"plugin", kPlugin},      {"made", kMade},
              {"model", request.model}, {"model_sha256", hash},
              {"device", device},       {"prompt", request.prompt},
              {"seed", seed},           {"guidance", nameOf(request.guidance)},
              {"scale", request.scale}};
    const GenerateRequest plain;
    const auto unlessPlain = [&](const char *field, const auto &value, const auto &usual) {
        if (value != usual)
            json[field] = value;
    };
    unlessPlain("negative", request.negative, plain.negative);
    unlessPlain("temperature", request.temperature, kUnsaidTemperature);
    unlessPlain("top_k", request.topK, plain.topK);
    unlessPlain("top_p", request.topP, plain.topP);
    unlessPlain("drafts", request.drafts, kUnsaidDrafts);
    unlessPlain("keep_tokens", request.keepTokens, plain.keepTokens);
    unlessPlain("scheduler", request.scheduler, plain.scheduler);
    if (request.precision == Precision::Fast)
        json["precision"] = kFast;
    unlessPlain("steps", request.steps, plain.steps);
    if (!request.image.pixels.empty()) {
        json["image"] = pictureJson(request.image.pixels);
        json["strength"] = request.strength;
    }
    if (!request.mask.pixels.empty())
        json["mask"] = pictureJson(request.mask.pixels);
    if (request.branch)
        json["branch"] = {{"step", request.branch->step},
                          {"seed", request.branch->seed},
                          {"prompt", request.branch->prompt},
                          {"draft", request.branch->draft}};
    return toText(json, -1);
}

SampleRecipe parseRecipe(const std::string &text, const std::string &where)
{
    const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object() || read(json, "plugin", std::string(), where) != kPlugin ||
        read(json, "made", std::string(), where) != kMade)
        fail(where, "is not that of a sample");
    SampleRecipe recipe;
    GenerateRequest &request = recipe.request;
    request.model = read(json, "model", request.model, where);
    recipe.hash = read(json, "model_sha256", std::string(), where);
    recipe.device = read(json, "device", std::string(), where);
    request.prompt = read(json, "prompt", request.prompt, where);
    request.seed = read(json, "seed", request.seed, where);
    request.guidance = guidanceOf(read(json, "guidance", nameOf(request.guidance), where));
    request.scale = read(json, "scale", request.scale, where);
    request.negative = read(json, "negative", request.negative, where);
    request.temperature = read(json, "temperature", kUnsaidTemperature, where);
    request.topK = read(json, "top_k", request.topK, where);
    request.topP = read(json, "top_p", request.topP, where);
    request.drafts = read(json, "drafts", kUnsaidDrafts, where);
    request.keepTokens = read(json, "keep_tokens", request.keepTokens, where);
    request.scheduler = read(json, "scheduler", request.scheduler, where);
    request.steps = read(json, "steps", request.steps, where);
    request.precision = readPrecision(json, where);
    request.strength = read(json, "strength", request.strength, where);
    request.image = readPicture(json, "image", where);
    request.mask = readPicture(json, "mask", where);
    if (const auto branch = json.find("branch"); branch != json.end()) {
        if (!branch->is_object())
            fail(where, "has a field \"branch\" that is no object with a step, a seed and a prompt");
        request.branch = Branch{read(*branch, "step", 0, where), read(*branch, "seed", std::uint64_t(1), where),
                                read(*branch, "prompt", std::string(), where), read(*branch, "draft", 0, where)};
    }
    return recipe;
}

} // namespace orrery::generate
