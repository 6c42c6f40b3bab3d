// SPDX-License-Identifier: Apache-2.0
#include "engine/files/json_file.h"

#include "engine/core/error.h"
#include "engine/files/atomic_file.h"
#include "engine/files/json.h"
#include "engine/files/mapped_file.h"

#include <cmath>
#include <set>

namespace orrery {

namespace {

std::string inQuotes(std::string_view field)
{
    return "\"" + std::string(field) + "\"";
}

std::string rangeText(double smallest, double largest)
{
    Json pair = Json::array({smallest, largest});
    return "between " + pair[0].dump() + " and " + pair[1].dump();
}

/// What a value is, in words for a message.
std::string describe(const nlohmann::json &value)
{
    // dump() recurses, and a hostile file may nest as deep as it is long.
    if (value.is_array())
        return "a list";
    if (value.is_object())
        return "an object";
    std::string text = value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    if (text.size() > 60)
        text = text.substr(0, 57) + "...";
    return text;
}

std::int64_t toInteger(const JsonObject &object, std::string_view field, const nlohmann::json &value,
                       std::int64_t smallest, std::int64_t largest)
{
    const std::string range = "between " + std::to_string(smallest) + " and " + std::to_string(largest);
    if (!value.is_number_integer())
        object.fail(field, "is " + describe(value) + ", expected a whole number " + range);
    if (value.is_number_unsigned() &&
        value.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        object.fail(field, "is " + describe(value) + ", expected a whole number " + range);
    const auto number = value.get<std::int64_t>();
    if (number < smallest || number > largest)
        object.fail(field, "is " + std::to_string(number) + ", expected a whole number " + range);
    return number;
}

double toNumber(const JsonObject &object, std::string_view field, const nlohmann::json &value, double smallest,
                double largest)
{
    if (!value.is_number())
        object.fail(field, "is " + describe(value) + ", expected a number " + rangeText(smallest, largest));
    const auto number = value.get<double>();
    if (!std::isfinite(number) || number < smallest || number > largest)
        object.fail(field, "is " + describe(value) + ", expected a number " + rangeText(smallest, largest));
    return number;
}

/// Parses and refuses a field that occurs twice, which the library would quietly overwrite.
nlohmann::json parseStrictly(std::string_view text, const std::string &name)
{
    std::vector<std::set<std::string>> seen;
    std::string twice;
    const nlohmann::json::parser_callback_t watch = [&](int, nlohmann::json::parse_event_t event,
                                                        nlohmann::json &value) {
        using Event = nlohmann::json::parse_event_t;
        if (event == Event::object_start)
            seen.emplace_back();
        else if (event == Event::object_end)
            seen.pop_back();
        else if (event == Event::key && !seen.back().insert(value.get<std::string>()).second && twice.empty())
            twice = value.get<std::string>();
        return true;
    };
    nlohmann::json document;
    try {
        document = nlohmann::json::parse(text.begin(), text.end(), watch);
    } catch (const nlohmann::json::exception &error) {
        throw Exception(ErrorCode::ModelFile, name + ": is not valid JSON", error.what());
    }
    if (!twice.empty())
        throw Exception(ErrorCode::ModelFile, name + ": field " + inQuotes(twice) + " occurs twice");
    if (!document.is_object())
        throw Exception(ErrorCode::ModelFile, name + ": holds " + describe(document) + ", expected a JSON object");
    return document;
}

/// Python writes infinities and NaN as bare words, which JSON has none of: they become texts, so that a field that may
/// be infinite can be asked for, and every other one fails by its name.
std::string quoteInfinities(std::string_view text)
{
    std::string result;
    bool inside = false; // of a string
    for (std::size_t i = 0; i < text.size();) {
        if (inside && text[i] == '\\' && i + 1 < text.size()) {
            result += text.substr(i, 2);
            i += 2;
            continue;
        }
        inside ^= text[i] == '"';
        std::string_view word;
        for (const std::string_view candidate : {"-Infinity", "Infinity", "NaN"})
            if (!inside && word.empty() && text.substr(i).starts_with(candidate))
                word = candidate;
        if (word.empty())
            result += text[i++];
        else
            result += '"' + std::string(word) + '"';
        i += word.size();
    }
    return result;
}

} // namespace

JsonObject::JsonObject(std::shared_ptr<const nlohmann::json> document, const nlohmann::json *node, std::string where)
    : m_document(std::move(document)), m_node(node), m_where(std::move(where))
{}

JsonObject JsonObject::readFile(const std::string &path, std::uint64_t largestBytes)
{
    const auto file = MappedFile::open(path);
    const auto bytes = file->bytes();
    if (bytes.size() > largestBytes)
        throw Exception(ErrorCode::ModelFile, path + ": is " + std::to_string(bytes.size()) +
                                                  " bytes long, expected a JSON file of at most " +
                                                  std::to_string(largestBytes) + " bytes");
    return parse({reinterpret_cast<const char *>(bytes.data()), bytes.size()}, path);
}

JsonObject JsonObject::parse(std::string_view text, const std::string &name)
{
    std::string quoted;
    if (text.find("Infinity") != std::string_view::npos || text.find("NaN") != std::string_view::npos)
        text = quoted = quoteInfinities(text);
    auto document = std::make_shared<const nlohmann::json>(parseStrictly(text, name));
    const nlohmann::json *node = document.get();
    return JsonObject(std::move(document), node, name);
}

JsonObject JsonObject::empty(const std::string &name)
{
    return parse("{}", name);
}

const nlohmann::json *JsonObject::find(std::string_view field) const
{
    const auto found = m_node->find(field);
    return found == m_node->end() || found->is_null() ? nullptr : &*found;
}

const nlohmann::json &JsonObject::require(std::string_view field) const
{
    const nlohmann::json *value = find(field);
    if (!value)
        fail(field, "is missing");
    return *value;
}

const nlohmann::json &JsonObject::array(std::string_view field) const
{
    const nlohmann::json &value = require(field);
    if (!value.is_array())
        fail(field, "is " + describe(value) + ", expected a list");
    return value;
}

void JsonObject::fail(std::string_view field, const std::string &what) const
{
    throw Exception(ErrorCode::ModelFile, m_where + ": field " + inQuotes(field) + " " + what);
}

bool JsonObject::has(std::string_view field) const
{
    return find(field) != nullptr;
}

std::vector<std::string> JsonObject::fields() const
{
    std::vector<std::string> names;
    for (const auto &item : m_node->items())
        names.push_back(item.key());
    return names;
}

std::int64_t JsonObject::integer(std::string_view field, std::int64_t smallest, std::int64_t largest) const
{
    return toInteger(*this, field, require(field), smallest, largest);
}

std::int64_t JsonObject::integerOr(std::string_view field, std::int64_t fallback, std::int64_t smallest,
                                   std::int64_t largest) const
{
    return has(field) ? integer(field, smallest, largest) : fallback;
}

double JsonObject::number(std::string_view field, double smallest, double largest) const
{
    return toNumber(*this, field, require(field), smallest, largest);
}

double JsonObject::numberOr(std::string_view field, double fallback, double smallest, double largest) const
{
    return has(field) ? number(field, smallest, largest) : fallback;
}

bool JsonObject::booleanOr(std::string_view field, bool fallback) const
{
    const nlohmann::json *value = find(field);
    if (!value)
        return fallback;
    if (!value->is_boolean())
        fail(field, "is " + describe(*value) + ", expected true or false");
    return value->get<bool>();
}

std::string JsonObject::text(std::string_view field) const
{
    const nlohmann::json &value = require(field);
    if (!value.is_string())
        fail(field, "is " + describe(value) + ", expected text");
    return value.get<std::string>();
}

std::string JsonObject::textOr(std::string_view field, std::string fallback) const
{
    return has(field) ? text(field) : fallback;
}

JsonObject JsonObject::object(std::string_view field) const
{
    const nlohmann::json &value = require(field);
    if (!value.is_object())
        fail(field, "is " + describe(value) + ", expected an object");
    return JsonObject(m_document, &value, m_where + ": " + inQuotes(field));
}

JsonObject JsonObject::objectOr(std::string_view field) const
{
    return has(field) ? object(field) : empty(m_where + ": " + inQuotes(field));
}

bool JsonObject::isObject(std::string_view field) const
{
    const nlohmann::json *value = find(field);
    return value && value->is_object();
}

bool JsonObject::isArray(std::string_view field) const
{
    const nlohmann::json *value = find(field);
    return value && value->is_array();
}

bool JsonObject::isText(std::string_view field) const
{
    const nlohmann::json *value = find(field);
    return value && value->is_string();
}

std::vector<std::int64_t> JsonObject::integers(std::string_view field, std::int64_t smallest,
                                               std::int64_t largest) const
{
    std::vector<std::int64_t> result;
    for (const auto &value : array(field))
        result.push_back(toInteger(*this, field, value, smallest, largest));
    return result;
}

std::vector<double> JsonObject::numbers(std::string_view field, double smallest, double largest) const
{
    std::vector<double> result;
    for (const auto &value : array(field))
        result.push_back(toNumber(*this, field, value, smallest, largest));
    return result;
}

std::vector<std::string> JsonObject::texts(std::string_view field) const
{
    std::vector<std::string> result;
    for (const auto &value : array(field)) {
        if (!value.is_string())
            fail(field, "holds " + describe(value) + ", expected text");
        result.push_back(value.get<std::string>());
    }
    return result;
}

std::vector<std::vector<std::string>> JsonObject::textLists(std::string_view field) const
{
    std::vector<std::vector<std::string>> result;
    const auto text = [&](const nlohmann::json &value) {
        if (!value.is_string())
            fail(field, "holds " + describe(value) + ", expected text");
        return value.get<std::string>();
    };
    for (const auto &item : array(field)) {
        result.emplace_back();
        if (item.is_array())
            for (const auto &value : item)
                result.back().push_back(text(value));
        else
            result.back().push_back(text(item));
    }
    return result;
}

bool JsonObject::anyTrue(std::string_view field) const
{
    bool any = false;
    for (const nlohmann::json &value : array(field)) {
        if (!value.is_boolean())
            fail(field, "holds " + describe(value) + ", expected true or false");
        any |= value.get<bool>();
    }
    return any;
}

std::vector<JsonObject> JsonObject::objects(std::string_view field) const
{
    std::vector<JsonObject> result;
    for (const auto &value : array(field)) {
        if (!value.is_object())
            fail(field, "holds " + describe(value) + ", expected an object");
        result.push_back(JsonObject(m_document, &value, m_where + ": " + inQuotes(field)));
    }
    return result;
}

std::vector<std::pair<std::string, std::int64_t>> JsonObject::integerFields(std::int64_t smallest,
                                                                            std::int64_t largest) const
{
    std::vector<std::pair<std::string, std::int64_t>> result;
    result.reserve(m_node->size());
    for (const auto &item : m_node->items())
        result.emplace_back(item.key(), toInteger(*this, item.key(), item.value(), smallest, largest));
    return result;
}

std::vector<std::pair<std::string, std::string>> JsonObject::textFields() const
{
    std::vector<std::pair<std::string, std::string>> result;
    for (const auto &item : m_node->items())
        result.emplace_back(item.key(), text(item.key()));
    return result;
}

std::string toText(const Json &value, int indent)
{
    return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

void writeJsonFile(const std::string &path, const Json &value)
{
    AtomicFile file(path);
    file.write(toText(value) + "\n");
    file.commit();
}

} // namespace orrery
