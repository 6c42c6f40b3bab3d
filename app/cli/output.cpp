// SPDX-License-Identifier: Apache-2.0
#include "app/cli/output.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <mutex>
#include <sys/ioctl.h>
#include <unistd.h>

namespace orrery::cli {

namespace {

std::mutex g_stderrMutex; // progress comes from the engine thread
bool g_progressShown = false;

bool isWide(char32_t c)
{
    // Unicode Standard Annex 11, the ranges that terminals draw two cells wide.
    return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
           (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
           (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD);
}

bool isWidthless(char32_t c)
{
    return (c >= 0x300 && c <= 0x36F) || (c >= 0x200B && c <= 0x200F) || (c >= 0xFE00 && c <= 0xFE0F);
}

/// Calls `visit(start, length, code point)` for every character; a stray byte counts as one character.
template <class Visitor>
void forEachCharacter(const std::string &text, Visitor visit)
{
    for (std::size_t at = 0; at < text.size();) {
        const auto lead = static_cast<unsigned char>(text[at]);
        std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
        length = std::min(length, text.size() - at);
        char32_t c = length == 1 ? lead : lead & (0x7Fu >> length);
        for (std::size_t i = 1; i < length; ++i)
            c = c << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3Fu);
        visit(at, length, c);
        at += length;
    }
}

std::size_t cells(char32_t c)
{
    return isWidthless(c) ? 0 : isWide(c) ? 2 : 1;
}

std::string cutTo(const std::string &text, std::size_t width)
{
    if (displayWidth(text) <= width)
        return text;
    std::string cut;
    std::size_t used = 1; // the ellipsis
    bool full = false;
    forEachCharacter(text, [&](std::size_t at, std::size_t length, char32_t c) {
        full = full || used + cells(c) > width;
        if (!full) {
            cut.append(text, at, length);
            used += cells(c);
        }
    });
    return cut + "…";
}

/// Columns of the terminal behind a descriptor; 0: not a terminal.
std::size_t terminalWidth(int descriptor)
{
    winsize size = {};
    if (!::isatty(descriptor) || ::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col < 20)
        return 0;
    return size.ws_col;
}

void clearLine()
{
    if (g_progressShown)
        std::fputs("\r\x1b[K", stderr);
    g_progressShown = false;
}

} // namespace

void print(const std::string &text)
{
    clearProgress();
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
        throw Exception(ErrorCode::Unsupported, "The answer could not be written to standard output");
}

void printJson(const Json &json)
{
    print(toText(json) + "\n");
}

void say(const std::string &message)
{
    const std::lock_guard lock(g_stderrMutex);
    clearLine();
    std::fprintf(stderr, "orrery-cli: %s\n", message.c_str());
}

void ProgressLine::show(double fraction, const std::string &message)
{
    const std::size_t width = terminalWidth(STDERR_FILENO);
    if (width == 0)
        return;
    std::string line = message;
    if (fraction >= 0) {
        if (m_begun < 0 || fraction < m_last) { // the next part of the work begins to count anew
            m_begun = fraction;
            m_start = std::chrono::steady_clock::now();
        }
        m_last = fraction;
        line = percent(fraction) + "  " + line;
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count();
        // Half a second says little about the rest.
        if (fraction > m_begun && seconds > 0.5) {
            const auto left = static_cast<long>(seconds / (fraction - m_begun) * (1 - fraction) + 0.5);
            line += left >= 90 ? "  (" + std::to_string((left + 30) / 60) + " minutes left)"
                               : "  (" + std::to_string(left) + " s left)";
        }
    }
    const std::lock_guard lock(g_stderrMutex);
    clearLine();
    std::fputs(cutTo(line, width - 1).c_str(), stderr);
    std::fflush(stderr);
    g_progressShown = true;
}

void clearProgress()
{
    const std::lock_guard lock(g_stderrMutex);
    clearLine();
    std::fflush(stderr);
}

std::size_t displayWidth(const std::string &utf8)
{
    std::size_t width = 0;
    forEachCharacter(utf8, [&](std::size_t, std::size_t, char32_t c) { width += cells(c); });
    return width;
}

std::string Table::toText() const
{
    constexpr std::size_t kGap = 2, kNarrowest = 8;
    std::vector<std::size_t> widths;
    std::size_t total = 0;
    for (std::size_t c = 0; c < m_columns.size(); ++c) {
        std::size_t width = displayWidth(m_columns[c].title);
        for (const auto &row : m_rows)
            width = std::max(width, displayWidth(row[c]));
        widths.push_back(width);
        total += width + (c > 0 ? kGap : 0);
    }
    const std::size_t available = terminalWidth(STDOUT_FILENO);
    for (std::size_t c = 0; c < m_columns.size() && available > 0 && total > available; ++c) {
        if (!m_columns[c].shrinks || widths[c] <= kNarrowest)
            continue;
        const std::size_t cut = std::min(total - available, widths[c] - kNarrowest);
        widths[c] -= cut;
        total -= cut;
    }
    std::string text;
    const auto addLine = [&](const auto &cellOf) {
        std::string line;
        for (std::size_t c = 0; c < m_columns.size(); ++c) {
            const std::string cell = cutTo(cellOf(c), widths[c]);
            const std::string padding(widths[c] - displayWidth(cell), ' ');
            line += c > 0 ? std::string(kGap, ' ') : "";
            line += m_columns[c].align == Align::Right ? padding + cell : cell + padding;
        }
        text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    };
    const bool titled =
        std::any_of(m_columns.begin(), m_columns.end(), [](const Column &column) { return !column.title.empty(); });
    if (titled)
        addLine([&](std::size_t c) { return m_columns[c].title; });
    for (const auto &row : m_rows)
        addLine([&](std::size_t c) { return row[c]; });
    return text;
}

std::string fixed(double number, int digits)
{
    char text[64];
    const auto [end, error] = std::to_chars(text, text + sizeof text, number, std::chars_format::fixed, digits);
    return error == std::errc() ? std::string(text, end) : std::to_string(number);
}

std::string percent(double share)
{
    return fixed(share * 100, 1) + " %";
}

std::string bytesText(std::uint64_t bytes)
{
    if (bytes < 1000)
        return std::to_string(bytes) + " B";
    const char *units[] = {"kB", "MB", "GB", "TB"};
    double value = static_cast<double>(bytes) / 1000;
    std::size_t unit = 0;
    for (; value >= 999.5 && unit + 1 < std::size(units); ++unit)
        value /= 1000;
    return fixed(value, value < 10 ? 1 : 0) + " " + units[unit];
}

} // namespace orrery::cli
