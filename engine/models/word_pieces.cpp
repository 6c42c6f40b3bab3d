// SPDX-License-Identifier: Apache-2.0
#include "engine/models/word_pieces.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <sstream>

namespace orrery {

WordPieces::WordPieces(const ClipTokenizer &tokenizer, const std::string &prompt, std::int64_t positions)
{
    constexpr std::int64_t kFrame = 2; // begin and end token
    std::istringstream words(prompt);
    std::int64_t next = 1; // behind the begin token
    for (std::string word; words >> word;) {
        const auto count = static_cast<std::int64_t>(tokenizer.encode(word).size()) - kFrame;
        const std::int64_t room = positions - 1 - next;
        if (room <= 0)
            break;
        m_words.push_back({word, next, std::min(count, room)});
        next += count;
    }
}

std::vector<generate::WordMap> WordPieces::maps(const at::Tensor &shares, int width, int height) const
{
    const at::Tensor plain = shares.to(at::kCPU, at::kFloat);
    std::vector<generate::WordMap> all;
    for (const Word &word : m_words) {
        const at::Tensor column = plain.narrow(1, word.first, word.count).sum(1).contiguous();
        const float *values = column.const_data_ptr<float>();
        all.push_back({word.text, width, height, {values, values + column.numel()}});
    }
    return all;
}

} // namespace orrery
