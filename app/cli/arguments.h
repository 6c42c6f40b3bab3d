// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace orrery::cli {

/// The command line itself is wrong: the message is printed with the usage, and the exit status is 2.
class UsageError : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

struct Option
{
    std::string name;  ///< without the dashes
    std::string value; ///< name of its value in the help; empty: a switch
    std::string help;
    bool repeatable = false;
};

/// What was given to a command: options in any order, before or after the other arguments; `--name value` and
/// `--name=value`; `--` ends the options.
class Arguments
{
public:
    /// @throws UsageError for an option that is unknown (with the nearest known one), lacks its value, or stands twice.
    Arguments(const std::vector<std::string> &given, const std::vector<Option> &options);

    bool has(const std::string &name) const { return m_values.contains(name); }
    std::string text(const std::string &name, const std::string &fallback = {}) const;
    std::vector<std::string> texts(const std::string &name) const;
    /// @throws UsageError unless it is a whole number in [smallest, largest].
    std::int64_t integer(const std::string &name, std::int64_t fallback, std::int64_t smallest,
                         std::int64_t largest) const;
    /// @throws UsageError unless it is a number in [smallest, largest]; the point is always ".".
    double number(const std::string &name, double fallback, double smallest, double largest) const;
    /// Of an option that may stand several times, all of them; none: empty.
    std::vector<double> numbers(const std::string &name, double smallest, double largest) const;
    /// @throws UsageError unless it is one of `allowed`.
    std::string choice(const std::string &name, const std::string &fallback,
                       const std::vector<std::string> &allowed) const;
    /// @throws UsageError when both are given.
    void atMostOneOf(const std::string &name, const std::string &other) const;

    const std::vector<std::string> &others() const { return m_others; }

private:
    std::map<std::string, std::vector<std::string>> m_values;
    std::vector<std::string> m_others;
};

/// The known word that differs least from `word`, when that is a likely slip of the finger.
std::optional<std::string> nearest(const std::string &word, const std::vector<std::string> &known);

/// "a, b or c"
std::string joinedWithOr(const std::vector<std::string> &words);

} // namespace orrery::cli
