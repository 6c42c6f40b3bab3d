// SPDX-License-Identifier: Apache-2.0
#include "app/cli/arguments.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <utility>

namespace orrery::cli {

namespace {

std::size_t editDistance(const std::string &a, const std::string &b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t(0));
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

template <class Number>
std::string plain(Number number)
{
    char text[64];
    const auto [end, error] = std::to_chars(text, text + sizeof text, number);
    return error == std::errc() ? std::string(text, end) : std::string();
}

template <class Number>
Number parsed(const std::string &option, const std::string &text, Number smallest, Number largest, const char *kind)
{
    Number number = {};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool finite = std::isfinite(static_cast<double>(number));
    if (error != std::errc() || end != text.data() + text.size() || !finite || number < smallest || number > largest)
        throw UsageError("--" + option + ": expected " + kind + " from " + plain(smallest) + " to " + plain(largest) +
                         ", found \"" + text + "\"");
    return number;
}

} // namespace

std::optional<std::string> nearest(const std::string &word, const std::vector<std::string> &known)
{
    std::optional<std::string> best;
    std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const std::string &candidate : known)
        if (const std::size_t distance = editDistance(word, candidate); distance < least) {
            least = distance;
            best = candidate;
        }
    return best;
}

std::string joinedWithOr(const std::vector<std::string> &words)
{
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i)
        text += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
    return text;
}

Arguments::Arguments(const std::vector<std::string> &given, const std::vector<Option> &options)
{
    for (std::size_t i = 0; i < given.size(); ++i) {
        const std::string &argument = given[i];
        if (argument == "--") {
            m_others.insert(m_others.end(), given.begin() + static_cast<std::ptrdiff_t>(i) + 1, given.end());
            return;
        }
        if (!argument.starts_with("-") || argument == "-") {
            m_others.push_back(argument);
            continue;
        }
        const std::size_t equals = argument.find('=');
        const std::string dashed = argument.substr(0, equals);
        const std::string name = dashed == "-h" ? "help" : dashed.substr(std::min<std::size_t>(2, dashed.size()));
        const auto option = std::find_if(options.begin(), options.end(), [&](const Option &o) {
            return o.name == name && (dashed.starts_with("--") || dashed == "-h");
        });
        if (option == options.end()) {
            std::vector<std::string> names;
            for (const Option &known : options)
                names.push_back("--" + known.name);
            const auto meant = nearest(dashed, names);
            throw UsageError("unknown option " + dashed + (meant ? "; did you mean " + *meant + "?" : ""));
        }
        if (m_values.contains(name) && !option->repeatable)
            throw UsageError(dashed + " is given twice");
        if (option->value.empty()) {
            if (equals != std::string::npos)
                throw UsageError(dashed + " takes no value");
            m_values[name].push_back({});
        } else if (equals != std::string::npos) {
            m_values[name].push_back(argument.substr(equals + 1));
        } else if (i + 1 < given.size()) {
            m_values[name].push_back(given[++i]);
        } else {
            throw UsageError(dashed + " needs a value: " + option->value);
        }
    }
}

std::string Arguments::text(const std::string &name, const std::string &fallback) const
{
    const auto found = m_values.find(name);
    return found == m_values.end() ? fallback : found->second.front();
}

std::vector<std::string> Arguments::texts(const std::string &name) const
{
    const auto found = m_values.find(name);
    return found == m_values.end() ? std::vector<std::string>() : found->second;
}

std::int64_t Arguments::integer(const std::string &name, std::int64_t fallback, std::int64_t smallest,
                                std::int64_t largest) const
{
    return has(name) ? parsed(name, text(name), smallest, largest, "a whole number") : fallback;
}

double Arguments::number(const std::string &name, double fallback, double smallest, double largest) const
{
    return has(name) ? parsed(name, text(name), smallest, largest, "a number") : fallback;
}

std::vector<double> Arguments::numbers(const std::string &name, double smallest, double largest) const
{
    std::vector<double> result;
    for (const std::string &one : texts(name))
        result.push_back(parsed(name, one, smallest, largest, "a number"));
    return result;
}

void Arguments::atMostOneOf(const std::string &name, const std::string &other) const
{
    if (has(name) && has(other))
        throw UsageError("--" + name + " and --" + other + " exclude each other");
}

std::string Arguments::choice(const std::string &name, const std::string &fallback,
                              const std::vector<std::string> &allowed) const
{
    const std::string value = text(name, fallback);
    if (std::find(allowed.begin(), allowed.end(), value) == allowed.end())
        throw UsageError("--" + name + ": expected " + joinedWithOr(allowed) + ", found \"" + value + "\"");
    return value;
}

} // namespace orrery::cli
