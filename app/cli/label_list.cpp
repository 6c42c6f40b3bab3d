// SPDX-License-Identifier: Apache-2.0
#include "app/cli/label_list.h"

#include "app/cli/arguments.h"
#include "app/cli/utf8.h"
#include "engine/core/error.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <unordered_map>

namespace orrery::cli {

namespace {

constexpr std::uintmax_t kLargestFileBytes = 64'000'000;
constexpr std::size_t kNotesShown = 5;

std::string trimmed(std::string_view text)
{
    constexpr std::string_view kBlank = " \t\r\n\v\f";
    const std::size_t first = text.find_first_not_of(kBlank);
    if (first == std::string_view::npos)
        return {};
    return std::string(text.substr(first, text.find_last_not_of(kBlank) - first + 1));
}

class Collector
{
public:
    /// @param where  "label 3" or "line 3"
    void add(const std::string &label, const std::string &where)
    {
        const auto [entry, isNew] = m_seen.try_emplace(label, where);
        if (isNew) {
            m_list.labels.push_back(label);
        } else if (++m_duplicates <= kNotesShown) {
            m_list.notes.push_back("the label \"" + label + "\" stands twice (" + entry->second + " and " + where +
                                   "); it counts once");
        }
    }
    LabelList take()
    {
        if (m_duplicates > kNotesShown)
            m_list.notes.push_back("and " + std::to_string(m_duplicates - kNotesShown) +
                                   " more labels that stand twice");
        return std::move(m_list);
    }

private:
    LabelList m_list;
    std::unordered_map<std::string, std::string> m_seen;
    std::size_t m_duplicates = 0;
};

} // namespace

LabelList labelsFromText(const std::string &text)
{
    if (!isUtf8(text))
        throw UsageError("--labels: is not UTF-8");
    Collector collector;
    std::size_t number = 0;
    for (std::size_t start = 0; start <= text.size();) {
        const std::size_t comma = std::min(text.find(',', start), text.size());
        ++number;
        if (const std::string label = trimmed(std::string_view(text).substr(start, comma - start)); !label.empty())
            collector.add(label, "label " + std::to_string(number));
        start = comma + 1;
    }
    LabelList list = collector.take();
    if (list.labels.empty())
        throw UsageError("--labels: holds no label, expected at least one, for example --labels \"fox,wolf,dog\"");
    return list;
}

LabelList labelsFromFile(const std::string &path)
{
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (!std::filesystem::exists(status))
        throw Exception(ErrorCode::NotFound, path + ": there is no such file, expected one label a line");
    if (std::filesystem::is_directory(status))
        throw Exception(ErrorCode::BadInput, path + ": is a folder, expected a text file with one label a line");
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw Exception(ErrorCode::BadInput, path + ": cannot be opened (" + std::strerror(errno) + ")");
    // In pieces: a device or a pipe does not say how much there is, and may have no end.
    std::string text, piece(1 << 20, '\0');
    while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())), file.gcount() > 0) {
        text.append(piece, 0, static_cast<std::size_t>(file.gcount()));
        if (text.size() > kLargestFileBytes)
            throw Exception(ErrorCode::BadInput, path + ": is larger than 64 MB, expected a text file of labels");
    }
    if (file.bad())
        throw Exception(ErrorCode::BadInput, path + ": cannot be read, expected a text file of labels");
    if (text.starts_with("\xEF\xBB\xBF"))
        text.erase(0, 3);
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
        throw Exception(ErrorCode::BadInput, path + ": is UTF-16 text, expected UTF-8; save it as UTF-8");

    Collector collector;
    std::size_t line = 0;
    for (std::size_t start = 0; start < text.size();) {
        // "\n", "\r\n", and the "\r" of old Macs.
        const std::size_t end = std::min(text.find_first_of("\r\n", start), text.size());
        const std::string_view content = std::string_view(text).substr(start, end - start);
        ++line;
        const std::string where = path + ": line " + std::to_string(line);
        if (content.find('\0') != std::string_view::npos)
            throw Exception(ErrorCode::BadInput, where + " holds a zero byte, expected a text file of labels");
        if (!isUtf8(content))
            throw Exception(ErrorCode::BadInput, where + " is not UTF-8");
        if (const std::string label = trimmed(content); !label.empty())
            collector.add(label, "line " + std::to_string(line));
        start = end + (text.compare(end, 2, "\r\n") == 0 ? 2 : 1);
    }
    LabelList list = collector.take();
    for (std::string &note : list.notes)
        note = path + ": " + note;
    if (list.labels.empty())
        throw Exception(ErrorCode::BadInput, path + ": holds no label, expected at least one, one a line");
    return list;
}

} // namespace orrery::cli
