// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace orrery::training {

/// A person's recording, and what is said in it.
struct SpokenRecording
{
    std::string file;
    std::string language; ///< eSpeak's voice: "fr"
    std::string speaker;  ///< becomes a voice of Speech World
    std::string text;
    std::vector<std::string> phones; ///< names of Speech World, in order; empty: too many of them have none
};

/// Reads a list of recordings: a line each with FILE, LANGUAGE, SPEAKER and TEXT, tabs between them; empty lines and
/// those that begin with # are skipped. Files are looked for beside the list.
/// @throws Exception{NotFound, BadInput} naming the list and the line. Thread: any.
std::vector<SpokenRecording> readRecordings(const std::string &list);

/// Sets `phones` to what eSpeak NG would say, in `known` names. One that Speech World lacks loses its marks (length,
/// palatalisation) until a known one is left; silence is left out. Thread: one, as Espeak.
/// @throws Exception{NotFound} without eSpeak NG, or naming a language that it does not speak
void addPhones(std::vector<SpokenRecording> &recordings, const std::vector<std::string> &known,
               const std::function<void(double, const std::string &)> &progress = {});

} // namespace orrery::training
