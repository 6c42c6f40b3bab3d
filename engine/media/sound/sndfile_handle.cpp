// SPDX-License-Identifier: Apache-2.0
#include "engine/media/sound/sndfile_handle.h"

#include "engine/core/error.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace orrery::media {

namespace {

constexpr const char *kReadFormats = "WAV, FLAC, Ogg, MP3 or AIFF";
/// Rates that sound has. A header that says 1 Hz would make 16,000 samples of each of its own.
constexpr int kLowestRate = 1000;
constexpr int kHighestRate = 1'536'000;
constexpr int kMostChannels = 256;

/// libsndfile keeps why opening failed in one place for the whole process.
std::mutex g_opening;

/// @return a descriptor that the caller closes
int openRegularFile(const std::string &path)
{
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); // a pipe must not hang us
    if (descriptor < 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            throw Exception(ErrorCode::NotFound, path + ": there is no such file");
        throw Exception(ErrorCode::BadInput, path + ": cannot be opened (" + std::strerror(errno) + ")");
    }
    struct stat status = {};
    const char *wrong = nullptr;
    if (::fstat(descriptor, &status) != 0)
        wrong = ": cannot be read";
    else if (S_ISDIR(status.st_mode))
        wrong = ": is a folder, expected a sound file";
    else if (!S_ISREG(status.st_mode))
        wrong = ": is not a regular file, expected a sound file";
    else if (status.st_size == 0)
        wrong = ": is empty, expected a sound file";
    if (wrong) {
        ::close(descriptor);
        throw Exception(ErrorCode::BadInput, path + wrong);
    }
    return descriptor;
}

std::string nameOf(SNDFILE *file, int command, int format)
{
    SF_FORMAT_INFO info = {};
    info.format = format;
    const bool known = ::sf_command(file, command, &info, sizeof info) == 0;
    return known && info.name ? info.name : "";
}

std::string formatName(SNDFILE *file, int format)
{
    const int major = format & SF_FORMAT_TYPEMASK;
    const int minor = format & SF_FORMAT_SUBMASK;
    if (major == SF_FORMAT_OGG && minor == SF_FORMAT_OPUS)
        return "Ogg Opus";
    if (major == SF_FORMAT_OGG && minor == SF_FORMAT_VORBIS)
        return "Ogg Vorbis";
    if (major == SF_FORMAT_MPEG)
        return minor == SF_FORMAT_MPEG_LAYER_III ? "MP3" : "MPEG";
    std::string name;
    switch (major) {
    case SF_FORMAT_WAV:
    case SF_FORMAT_WAVEX:
    case SF_FORMAT_RF64:
        name = "WAV";
        break;
    case SF_FORMAT_FLAC:
        name = "FLAC";
        break;
    case SF_FORMAT_AIFF:
        name = "AIFF";
        break;
    default:
        name = nameOf(file, SFC_GET_FORMAT_INFO, major);
    }
    switch (minor) {
    case SF_FORMAT_PCM_S8:
    case SF_FORMAT_PCM_U8:
        return name + ", 8 bits";
    case SF_FORMAT_PCM_16:
        return name + ", 16 bits";
    case SF_FORMAT_PCM_24:
        return name + ", 24 bits";
    case SF_FORMAT_PCM_32:
        return name + ", 32 bits";
    case SF_FORMAT_FLOAT:
        return name + ", 32 bits, float";
    case SF_FORMAT_DOUBLE:
        return name + ", 64 bits, float";
    default:
        return name + ", " + nameOf(file, SFC_GET_FORMAT_INFO, minor);
    }
}

/// Whether a chunk claims more bytes than there are: libsndfile corrects such sizes and notes it in its log as
/// "data : 576000 (should be 287978)". Sizes of all ones are what programs write that cannot go back and fill them in.
bool saysMoreThanThereIs(SNDFILE *file)
{
    std::vector<char> log(16384, '\0');
    ::sf_command(file, SFC_GET_LOG_INFO, log.data(), static_cast<int>(log.size() - 1));
    const std::string_view text(log.data());
    constexpr std::string_view kMark = " (should be ";
    for (std::size_t at = text.find(kMark); at != std::string_view::npos; at = text.find(kMark, at + 1)) {
        const std::size_t begin = text.find_last_of(" :", at - 1) + 1;
        const unsigned long long said = std::strtoull(log.data() + begin, nullptr, 10);
        const unsigned long long has = std::strtoull(log.data() + at + kMark.size(), nullptr, 10);
        const bool unknown = said >= 0xFFFF'FF00ull || (said >= 0x7FFF'FF00ull && said <= 0x7FFF'FFFFull);
        if (said > has && !unknown)
            return true;
    }
    return false;
}

} // namespace

SF_VIRTUAL_IO SndfileHandle::Memory::functions()
{
    SF_VIRTUAL_IO io = {};
    io.get_filelen = [](void *user) { return sf_count_t(static_cast<Memory *>(user)->bytes.size()); };
    io.seek = [](sf_count_t offset, int whence, void *user) {
        auto &memory = *static_cast<Memory *>(user);
        const auto size = static_cast<std::int64_t>(memory.bytes.size());
        const std::int64_t from = whence == SEEK_CUR ? memory.position : whence == SEEK_END ? size : 0;
        memory.position = std::clamp<std::int64_t>(from + offset, 0, size);
        return sf_count_t(memory.position);
    };
    io.read = [](void *to, sf_count_t count, void *user) {
        auto &memory = *static_cast<Memory *>(user);
        const auto left = static_cast<std::int64_t>(memory.bytes.size()) - memory.position;
        const auto some = std::clamp<std::int64_t>(count, 0, left);
        std::memcpy(to, memory.bytes.data() + memory.position, static_cast<std::size_t>(some));
        memory.position += some;
        return sf_count_t(some);
    };
    io.write = [](const void *, sf_count_t, void *) { return sf_count_t(0); };
    io.tell = [](void *user) { return sf_count_t(static_cast<Memory *>(user)->position); };
    return io;
}

SndfileHandle::SndfileHandle(const std::string &path) : m_name(path)
{
    // By descriptor: by name, libsndfile would take any text that is called .gsm or .vox for sound.
    const int descriptor = openRegularFile(path);
    SF_INFO info = {};
    {
        const std::scoped_lock lock(g_opening);
        m_file.reset(::sf_open_fd(descriptor, SFM_READ, &info, SF_TRUE));
        if (!m_file)
            refuse(::sf_error(nullptr), ::sf_strerror(nullptr));
    }
    describe(info);
}

SndfileHandle::SndfileHandle(std::vector<std::uint8_t> bytes, const std::string &name)
    : m_name(name), m_memory(std::make_unique<Memory>())
{
    if (bytes.empty())
        throw Exception(ErrorCode::BadInput, name + ": is empty, expected a sound file");
    m_memory->bytes = std::move(bytes);
    SF_VIRTUAL_IO io = Memory::functions();
    SF_INFO info = {};
    {
        const std::scoped_lock lock(g_opening);
        m_file.reset(::sf_open_virtual(&io, SFM_READ, &info, m_memory.get()));
        if (!m_file)
            refuse(::sf_error(nullptr), ::sf_strerror(nullptr));
    }
    describe(info);
}

void SndfileHandle::refuse(int error, const char *words) const
{
    if (error == SF_ERR_MALFORMED_FILE)
        throw Exception(ErrorCode::BadInput, m_name + ": is damaged or cut off at its beginning", words);
    if (error == SF_ERR_UNSUPPORTED_ENCODING)
        throw Exception(ErrorCode::BadInput,
                        m_name + ": holds sound in a form that cannot be read here; convert it to WAV or FLAC", words);
    throw Exception(ErrorCode::BadInput,
                    m_name + ": is no sound file, or of a kind that cannot be read here; expected " + kReadFormats,
                    words);
}

void SndfileHandle::describe(const SF_INFO &info)
{
    if (info.samplerate < kLowestRate || info.samplerate > kHighestRate)
        throw Exception(ErrorCode::BadInput, m_name + ": says that it has " + std::to_string(info.samplerate) +
                                                 " samples a second, expected " + std::to_string(kLowestRate) + " to " +
                                                 std::to_string(kHighestRate));
    if (info.channels < 1 || info.channels > kMostChannels)
        throw Exception(ErrorCode::BadInput, m_name + ": says that it has " + std::to_string(info.channels) +
                                                 " channels, expected 1 to " + std::to_string(kMostChannels));
    const int major = info.format & SF_FORMAT_TYPEMASK;
    m_facts.format = formatName(m_file.get(), info.format);
    m_facts.rate = info.samplerate;
    m_facts.channels = info.channels;
    m_frames = info.frames >= 0 && info.frames < SF_COUNT_MAX ? std::int64_t(info.frames) : -1;
    m_facts.seconds = m_frames > 0 ? double(m_frames) / info.samplerate : 0;
    m_estimated = major == SF_FORMAT_MPEG;
    // An Ogg stream says its length in its last page; without that page it is unknown.
    m_facts.damaged = saysMoreThanThereIs(m_file.get()) || (major == SF_FORMAT_OGG && m_frames < 0);
}

std::size_t SndfileHandle::read(float *interleaved, std::size_t frames)
{
    const sf_count_t got = ::sf_readf_float(m_file.get(), interleaved, static_cast<sf_count_t>(frames));
    return got > 0 ? static_cast<std::size_t>(got) : 0;
}

std::string SndfileHandle::complaint() const
{
    return ::sf_error(m_file.get()) == SF_ERR_NO_ERROR ? std::string() : ::sf_strerror(m_file.get());
}

} // namespace orrery::media
