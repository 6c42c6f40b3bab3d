// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/session.h"
#include "engine/api/generate.h"

#include <filesystem>
#include <string>

namespace orrery::cli {

/// Where `orrery-cli sample` puts its pictures. It is made with the first of them, so that a call that draws nothing
/// leaves nothing.
class SampleFolder
{
public:
    /// Finds out whether pictures could be written, without writing anything. @throws Exception{BadInput}
    explicit SampleFolder(std::filesystem::path folder);

    /// Writes one picture, whole or not at all, also after Ctrl+C: "a-red-fox-7.png", or "a-red-fox-7-2.png" where the
    /// first holds something else. The very same file is left as it is.
    /// @return its path  @throws Exception
    std::string write(Session &session, const std::string &prompt, const generate::Sample &sample) const;

    std::string path() const { return m_folder.string(); }

private:
    void make() const;
    std::filesystem::path m_folder;
};

} // namespace orrery::cli
