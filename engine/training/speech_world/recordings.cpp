// SPDX-License-Identifier: Apache-2.0
#include "engine/training/speech_world/recordings.h"

#include "engine/core/error.h"
#include "engine/training/speech_world/espeak.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>

namespace orrery::training {

namespace {

constexpr std::size_t kFields = 4;
constexpr double kMostUnknown = 0.1; // of a text's phones

std::string without(std::string name, const std::string &mark)
{
    for (std::size_t at = name.find(mark); at != std::string::npos; at = name.find(mark))
        name.erase(at, mark.size());
    return name;
}

std::string firstCharacter(const std::string &name)
{
    std::size_t end = 1;
    while (end < name.size() && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) // UTF-8 goes on
        ++end;
    return name.substr(0, end);
}

/// Empty: there is none.
std::string knownName(const std::string &name, const std::set<std::string> &known)
{
    const std::string longless = without(name, "ː"), hard = without(name, "ʲ");
    for (const std::string &candidate : {name, hard, longless, without(hard, "ː"), firstCharacter(name)})
        if (known.contains(candidate))
            return candidate;
    return {};
}

} // namespace

std::vector<SpokenRecording> readRecordings(const std::string &list)
{
    std::ifstream in(list);
    if (!in)
        throw Exception(ErrorCode::NotFound, list + " cannot be read");
    const std::filesystem::path folder = std::filesystem::path(list).parent_path();
    std::vector<SpokenRecording> recordings;
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
        if (line.ends_with('\r'))
            line.pop_back();
        if (line.empty() || line.starts_with('#'))
            continue;
        std::vector<std::string> fields{""};
        for (const char c : line)
            if (c == '\t' && fields.size() < kFields)
                fields.emplace_back();
            else
                fields.back() += c;
        if (fields.size() != kFields || std::any_of(fields.begin(), fields.end(), std::mem_fn(&std::string::empty)))
            throw Exception(ErrorCode::BadInput, list + ", line " + std::to_string(number) +
                                                     ": expected FILE, LANGUAGE, SPEAKER and TEXT with tabs between "
                                                     "them, found \"" +
                                                     line.substr(0, 60) + "\"");
        recordings.push_back({(folder / fields[0]).string(), fields[1], fields[2], fields[3], {}});
    }
    if (recordings.empty())
        throw Exception(ErrorCode::BadInput, list + ": holds no recording, expected at least one line");
    return recordings;
}

void addPhones(std::vector<SpokenRecording> &recordings, const std::vector<std::string> &known,
               const std::function<void(double, const std::string &)> &progress)
{
    std::set<std::string> names(known.begin(), known.end());
    names.erase("");
    Espeak espeak;
    for (std::size_t i = 0; i < recordings.size(); ++i) {
        SpokenRecording &recording = recordings[i];
        if (progress && i % 16 == 0)
            progress(static_cast<double>(i) / static_cast<double>(recordings.size()),
                     "spelling " + std::to_string(i + 1));
        Speaker speaker;
        speaker.voice = recording.language;
        std::size_t unknown = 0;
        recording.phones.clear();
        for (const SpokenPhone &phone : espeak.speak(recording.text, speaker).phones) {
            if (phone.name.empty())
                continue;
            if (std::string name = knownName(phone.name, names); !name.empty())
                recording.phones.push_back(std::move(name));
            else
                ++unknown;
        }
        if (static_cast<double>(unknown) > kMostUnknown * static_cast<double>(unknown + recording.phones.size()))
            recording.phones.clear();
    }
}

} // namespace orrery::training
