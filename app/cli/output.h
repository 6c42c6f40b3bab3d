// SPDX-License-Identifier: Apache-2.0
/// What goes to standard output (answers) and to standard error (everything else).
#pragma once

#include "engine/core/error.h"
#include "engine/files/json.h"

#include <cstdint>
#include <string>
#include <vector>

namespace orrery::cli {

/// Answers. @throws Exception{Unsupported} when standard output cannot be written (a full disk, a closed pipe).
void print(const std::string &text);
void printJson(const Json &json);

/// A line on standard error: "orrery-cli: …". Clears a progress line first.
void say(const std::string &message);

/// How far something is and how long it will take still, on standard error, only when that is a terminal.
class ProgressLine
{
public:
    /// @param fraction  in [0, 1]; negative: unknown
    void show(double fraction, const std::string &message);

private:
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
    double m_begun = -1; ///< the first fraction that was known: training that is resumed does not begin at 0
    double m_last = -1;  ///< the last one
};
void clearProgress();

/// Columns that line up, whatever their language; as wide as needed, cut to the terminal when there is one.
class Table
{
public:
    enum class Align
    {
        Left,
        Right,
    };
    struct Column
    {
        std::string title;
        Align align = Align::Left;
        bool shrinks = false; ///< this one is cut when the terminal is too narrow
    };
    explicit Table(std::vector<Column> columns) : m_columns(std::move(columns)) {}
    void add(std::vector<std::string> row) { m_rows.push_back(std::move(row)); }
    std::string toText() const;

private:
    std::vector<Column> m_columns;
    std::vector<std::vector<std::string>> m_rows;
};

/// Cells that a text takes on a terminal: Chinese and emoji take two.
std::size_t displayWidth(const std::string &utf8);

/// Locale-independent: "0.31".
std::string fixed(double number, int digits);
/// "97.3 %"
std::string percent(double share);
/// "4.2 MB"
std::string bytesText(std::uint64_t bytes);

} // namespace orrery::cli
