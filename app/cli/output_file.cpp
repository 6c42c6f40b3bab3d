// SPDX-License-Identifier: Apache-2.0
#include "app/cli/output_file.h"

#include "app/cli/arguments.h"
#include "engine/core/error.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <unistd.h>

namespace orrery::cli {

void requireWritable(const std::string &option, const std::string &path)
{
    namespace fs = std::filesystem;
    if (path.empty())
        throw UsageError("--" + option + ": expected the name of a file, found \"\"");
    std::error_code ignored;
    const fs::path parent = fs::path(path).parent_path(), folder = parent.empty() ? fs::path(".") : parent;
    if (fs::is_directory(path, ignored))
        throw Exception(ErrorCode::BadInput, path + ": is a folder, expected the name of a file");
    if (!fs::is_directory(folder, ignored))
        throw Exception(ErrorCode::BadInput,
                        path + ": cannot be written, because there is no folder " + folder.string());
    // A file is written beside its place and then put there; a pipe or a device is written to.
    const bool beside = !fs::exists(path, ignored) || fs::is_regular_file(path, ignored);
    if (::access(beside ? folder.c_str() : path.c_str(), beside ? W_OK | X_OK : W_OK) != 0)
        throw Exception(ErrorCode::BadInput, path + ": cannot be written (" + std::strerror(errno) + ")");
}

} // namespace orrery::cli
