// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/generate.h"
#include "engine/text/clip_tokenizer.h"

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace orrery {

/// Which tokens each word of a prompt became, so that attention to tokens can be told as attention to words.
class WordPieces
{
public:
    /// @param positions  the model's context; words behind its end are left out
    WordPieces(const ClipTokenizer &tokenizer, const std::string &prompt, std::int64_t positions);

    /// @param shares  float [cells, positions]: how much every cell looked at every token, 1 in all or less
    std::vector<generate::WordMap> maps(const at::Tensor &shares, int width, int height) const;

private:
    struct Word
    {
        std::string text;
        std::int64_t first = 0, count = 0;
    };
    std::vector<Word> m_words;
};

} // namespace orrery
