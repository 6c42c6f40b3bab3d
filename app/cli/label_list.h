// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace orrery::cli {

/// Labels to choose among, each once, in the order in which they were given.
struct LabelList
{
    std::vector<std::string> labels;
    std::vector<std::string> notes; ///< a sentence for each label that stood twice (at most five, then their number)
};

/// "a, b,c": separated by commas, surrounding blanks removed. @throws UsageError when none is left.
LabelList labelsFromText(const std::string &text);

/// One label a line, UTF-8 (a byte order mark is skipped), either kind of line end, blank lines skipped.
/// @throws Exception{NotFound, BadInput} naming file and line.
LabelList labelsFromFile(const std::string &path);

} // namespace orrery::cli
