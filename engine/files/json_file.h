// SPDX-License-Identifier: Apache-2.0
/// JSON in model folders. The JSON library has its one home in this folder; writers include engine/files/json.h.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery {

/// A JSON object of a file that nobody vouches for: every access names file and field when it fails.
///
/// A field that is `null` counts as absent, because Python libraries write it for "not set". Their bare words Infinity,
/// -Infinity and NaN count as texts.
/// All members throw Exception{ModelFile}; reading a file that does not exist throws Exception{NotFound}.
/// Thread: any; cheap to copy.
class JsonObject
{
public:
    static constexpr std::uint64_t kLargestFileBytes = std::uint64_t(64) << 20;

    /// Reads a file whose top level is an object.
    static JsonObject readFile(const std::string &path, std::uint64_t largestBytes = kLargestFileBytes);
    /// @param name  the file that messages name.
    static JsonObject parse(std::string_view text, const std::string &name);
    /// An object without fields, for sections that may be absent.
    static JsonObject empty(const std::string &name);

    bool has(std::string_view field) const;
    std::vector<std::string> fields() const;
    /// The file, and the section inside it: `config.json: "text_config"`.
    const std::string &where() const { return m_where; }

    std::int64_t integer(std::string_view field, std::int64_t smallest, std::int64_t largest) const;
    std::int64_t integerOr(std::string_view field, std::int64_t fallback, std::int64_t smallest,
                           std::int64_t largest) const;
    double number(std::string_view field, double smallest, double largest) const;
    double numberOr(std::string_view field, double fallback, double smallest, double largest) const;
    bool booleanOr(std::string_view field, bool fallback) const;
    std::string text(std::string_view field) const;
    std::string textOr(std::string_view field, std::string fallback) const;

    JsonObject object(std::string_view field) const;
    /// An empty object when the field is absent.
    JsonObject objectOr(std::string_view field) const;
    /// True when the field is there and holds an object.
    bool isObject(std::string_view field) const;
    bool isArray(std::string_view field) const;
    bool isText(std::string_view field) const;

    std::vector<std::int64_t> integers(std::string_view field, std::int64_t smallest, std::int64_t largest) const;
    std::vector<double> numbers(std::string_view field, double smallest, double largest) const;
    std::vector<std::string> texts(std::string_view field) const;
    /// Whether a list of truth values holds a true one.
    bool anyTrue(std::string_view field) const;
    std::vector<JsonObject> objects(std::string_view field) const;
    /// A list whose items are texts (lists of one) or lists of texts.
    std::vector<std::vector<std::string>> textLists(std::string_view field) const;

    /// All fields of an object whose values are integers (a vocabulary).
    std::vector<std::pair<std::string, std::int64_t>> integerFields(std::int64_t smallest, std::int64_t largest) const;
    /// All fields of an object whose values are strings.
    std::vector<std::pair<std::string, std::string>> textFields() const;

    /// An error about a field, in the words all others use: `config.json: field "patch_size" …`.
    [[noreturn]] void fail(std::string_view field, const std::string &what) const;

private:
    JsonObject(std::shared_ptr<const nlohmann::json> document, const nlohmann::json *node, std::string where);
    const nlohmann::json *find(std::string_view field) const;
    const nlohmann::json &require(std::string_view field) const;
    const nlohmann::json &array(std::string_view field) const;

    std::shared_ptr<const nlohmann::json> m_document; // keeps m_node alive
    const nlohmann::json *m_node;
    std::string m_where;
};

} // namespace orrery
