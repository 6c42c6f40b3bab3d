// SPDX-License-Identifier: Apache-2.0
#include "app/cli/sample_folder.h"

#include "engine/api/picture_files.h"
#include "engine/files/sample_recipe.h"

#include <cctype>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <unistd.h>

namespace orrery::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostNameBytes = 60; ///< of the prompt, in a file's name

/// "a-red-fox", for names of files.
std::string slugOf(const std::string &prompt)
{
    std::string slug;
    for (const char c : prompt) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte))
            slug += static_cast<char>(std::tolower(byte));
        else if (!slug.empty() && slug.back() != '-')
            slug += '-';
        if (slug.size() >= kMostNameBytes)
            break;
    }
    while (!slug.empty() && slug.back() == '-')
        slug.pop_back();
    return slug.empty() ? "sample" : slug;
}

[[noreturn]] void failToMake(const fs::path &folder, const std::error_code &error)
{
    throw Exception(ErrorCode::BadInput,
                    folder.string() + ": cannot be made a folder for the pictures (" + error.message() + ")");
}

/// A picture under a name that nobody looks for, until its place is known.
class DraftFile
{
public:
    explicit DraftFile(fs::path path) : m_path(std::move(path)) {}
    ~DraftFile()
    {
        std::error_code ignored;
        fs::remove(m_path, ignored);
    }
    DraftFile(const DraftFile &) = delete;
    DraftFile &operator=(const DraftFile &) = delete;

    const fs::path &path() const { return m_path; }
    /// @return false when something is there. @throws Exception{ModelFile}
    bool moveTo(const fs::path &place) const;
    bool isSameAs(const fs::path &other) const;

private:
    fs::path m_path;
};

bool DraftFile::moveTo(const fs::path &place) const
{
    // In one go, because another call may be about to take the same name.
    if (::renameat2(AT_FDCWD, m_path.c_str(), AT_FDCWD, place.c_str(), RENAME_NOREPLACE) == 0)
        return true;
    if (errno == EEXIST)
        return false;
    std::error_code error;
    if (errno == EINVAL || errno == ENOSYS) { // not every file system can
        if (fs::exists(fs::symlink_status(place, error)))
            return false;
        fs::rename(m_path, place, error);
    } else {
        error = {errno, std::generic_category()};
    }
    if (error)
        throw Exception(ErrorCode::ModelFile,
                        place.string() + ": cannot be put in its place (" + error.message() + ")");
    return true;
}

bool DraftFile::isSameAs(const fs::path &other) const
{
    using Bytes = std::istreambuf_iterator<char>;
    std::error_code error;
    if (!fs::is_regular_file(other, error) || fs::file_size(other, error) != fs::file_size(m_path, error) || error)
        return false;
    std::ifstream mine(m_path, std::ios::binary), theirs(other, std::ios::binary);
    return mine && theirs && std::equal(Bytes(mine), Bytes(), Bytes(theirs), Bytes());
}

} // namespace

SampleFolder::SampleFolder(fs::path folder) : m_folder(std::move(folder))
{
    std::error_code error;
    fs::path place = fs::absolute(m_folder, error);
    while (!error && !fs::exists(place, error) && !error && place.has_relative_path())
        place = place.parent_path();
    if (!error && !fs::is_directory(place, error) && !error)
        error = std::make_error_code(std::errc::not_a_directory);
    if (!error && ::access(place.c_str(), W_OK | X_OK) != 0)
        error = {errno, std::generic_category()};
    if (error)
        failToMake(m_folder, error);
}

void SampleFolder::make() const
{
    std::error_code error;
    fs::create_directories(m_folder, error);
    if (!error && !fs::is_directory(m_folder, error) && !error)
        error = std::make_error_code(std::errc::not_a_directory);
    if (error)
        failToMake(m_folder, error);
}

std::string SampleFolder::write(Session &session, const std::string &prompt, const generate::Sample &sample) const
{
    make();
    const std::string name = slugOf(prompt) + "-" + std::to_string(sample.seed);
    const DraftFile draft(m_folder / ("." + name + "." + std::to_string(::getpid()) + ".png"));
    WritePictureRequest request{draft.path().string(), sample.picture, {{generate::kRecipeKeyword, sample.recipe}}};
    // Not by Session::run, which Ctrl+C ends: what is drawn is kept.
    const Result<WritePictureResult> written =
        session.engine()
            .submit(kWritePicture, std::move(request), {Lane::Interactive, "Write " + name + ".png", {}})
            .wait();
    if (!written)
        throw Exception(written.error().code, written.error().message, written.error().context);
    fs::path place = m_folder / (name + ".png");
    for (int next = 2; !draft.moveTo(place) && !draft.isSameAs(place); ++next)
        place = m_folder / (name + "-" + std::to_string(next) + ".png");
    return place.string();
}

} // namespace orrery::cli
