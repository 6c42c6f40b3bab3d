// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/sound.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <sndfile.h>

namespace orrery::media {

/// A file that libsndfile has opened, from the disk or from bytes at hand, and what it says of itself.
/// Thread: one at a time.
class SndfileHandle
{
public:
    /// @throws Exception{NotFound}; Exception{BadInput} when it is empty, no regular file, no sound, or its header lies
    explicit SndfileHandle(const std::string &path);
    SndfileHandle(std::vector<std::uint8_t> bytes, const std::string &name);
    SndfileHandle(const SndfileHandle &) = delete;
    SndfileHandle &operator=(const SndfileHandle &) = delete;

    const std::string &name() const { return m_name; }
    const SoundFacts &facts() const { return m_facts; }
    /// Frames that the header promises; negative when it does not say.
    std::int64_t frames() const { return m_frames; }
    /// Whether the promise is an estimate, as it is for MP3.
    bool estimated() const { return m_estimated; }

    /// Interleaved, [frames, channels]. @return frames read, 0 at the end or where the file is damaged
    std::size_t read(float *interleaved, std::size_t frames);
    /// What libsndfile complains about; empty when it does not.
    std::string complaint() const;

private:
    struct Memory
    {
        std::vector<std::uint8_t> bytes;
        std::int64_t position = 0;
        static SF_VIRTUAL_IO functions();
    };
    struct Close
    {
        void operator()(SNDFILE *file) const { ::sf_close(file); }
    };
    void describe(const SF_INFO &info);
    [[noreturn]] void refuse(int error, const char *words) const;

    std::string m_name;
    std::unique_ptr<Memory> m_memory;
    std::unique_ptr<SNDFILE, Close> m_file;
    SoundFacts m_facts;
    std::int64_t m_frames = -1;
    bool m_estimated = false;
};

} // namespace orrery::media
