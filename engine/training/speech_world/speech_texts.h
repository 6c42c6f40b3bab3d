// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/training/random.h"

#include <string>
#include <vector>

namespace orrery::training {

/// What is spoken in one language: names of things, as CLDR has them, and numbers, which eSpeak reads in any language.
/// Thread: any; immutable after construction.
class SpeechTexts
{
public:
    /// @param annotations  CLDR's file of the language. @throws Exception{NotFound} naming the package
    explicit SpeechTexts(const std::string &annotations);

    /// One thing, a digit or a longer number by itself, or a few of them with commas between, by lot.
    std::string draw(Random &random) const;
    std::size_t names() const { return m_names.size(); }

private:
    std::vector<std::string> m_names;
};

} // namespace orrery::training
