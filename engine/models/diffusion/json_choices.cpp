// SPDX-License-Identifier: Apache-2.0
#include "engine/models/diffusion/json_choices.h"

#include "engine/core/error.h"

namespace orrery::diffusion {
namespace {

[[noreturn]] void refuse(const JsonObject &json, const char *field, const std::string &what)
{
    throw Exception(ErrorCode::Unsupported,
                    json.where() + ": field \"" + field + "\" " + what + ", which this program does not support");
}

} // namespace

void requireText(const JsonObject &json, const char *field, const char *only)
{
    if (const std::string text = json.textOr(field, only); text != only)
        refuse(json, field, "is \"" + text + "\" instead of \"" + only + "\"");
}

void requireNumber(const JsonObject &json, const char *field, double only)
{
    if (json.numberOr(field, only, -1e9, 1e9) != only)
        refuse(json, field, "is not " + std::to_string(only));
}

void requireFalse(const JsonObject &json, const char *field)
{
    if (json.isArray(field) ? json.anyTrue(field) : json.booleanOr(field, false))
        refuse(json, field, "is true");
}

void requireAbsent(const JsonObject &json, const char *field)
{
    if (json.has(field))
        refuse(json, field, "is set");
}

std::vector<std::int64_t> eachOf(const JsonObject &json, const char *field, std::int64_t fallback, std::size_t count,
                                 std::int64_t smallest, std::int64_t largest)
{
    if (!json.isArray(field))
        return std::vector<std::int64_t>(count, json.integerOr(field, fallback, smallest, largest));
    std::vector<std::int64_t> values = json.integers(field, smallest, largest);
    if (values.size() != count)
        json.fail(field, "holds " + std::to_string(values.size()) + " numbers, expected " + std::to_string(count));
    return values;
}

} // namespace orrery::diffusion
