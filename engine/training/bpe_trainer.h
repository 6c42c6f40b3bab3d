// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/text/clip_tokenizer.h"

#include <cstdint>
#include <map>
#include <string>

namespace orrery::training {

class PictureWorld;

/// Words of ASCII and UTF-8 text as CLIP's pattern splits them: lower case, runs of letters, single digits, runs of
/// other signs. What is not ASCII counts as letters, except the General Punctuation block.
std::vector<std::string> splitWords(const std::string &text);

/// Learns merges of the most frequent neighbours. Ties go to the smaller pair, so the same words give the same merges.
/// Source: Sennrich et al. 2016, arXiv:1508.07909, Algorithm 1, on bytes with "</w>" at the end of a word, as CLIP.
/// @param words   word → how often
/// @param merges  at most this many; fewer when no pair occurs twice
/// Thread: any.
ClipTokenizer::Settings trainBpe(const std::map<std::string, std::int64_t> &words, int merges);

/// The vocabulary of picture-clip: trained on the names, keywords, templates and captions of Picture World.
ClipTokenizer::Settings pictureVocabulary(const PictureWorld &world, int merges = 2600);

/// Writes vocab.json and merges.txt.
/// @throws Exception{ModelFile} when the folder cannot be written.
void writeVocabulary(const ClipTokenizer::Settings &settings, const std::string &folder);

} // namespace orrery::training
