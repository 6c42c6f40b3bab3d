// SPDX-License-Identifier: Apache-2.0
#include "engine/media/sound/sound_file.h"

#include "engine/core/error.h"
#include "engine/media/sound/hand_out.h"
#include "engine/media/sound/resampler.h"
#include "engine/media/sound/sndfile_handle.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace orrery::media {

namespace {

constexpr std::size_t kBlockFrames = 4096;
/// 120 dB above full scale: no sound has that, but damaged float files do, and sums of squares must stay finite.
constexpr float kLoudest = 1e6f;

class FileReader final : public SoundReader
{
public:
    template <class... Source>
    explicit FileReader(Source &&...source)
        : m_file(std::forward<Source>(source)...), m_facts(m_file.facts()), m_resampler(m_facts.rate, kSoundRate),
          m_block(kBlockFrames * std::size_t(m_facts.channels))
    {
        m_mono.reserve(kBlockFrames);
        fill(); // a file of which nothing can be read is refused when it is opened
        if (m_ready.empty() && m_ended && m_facts.damaged)
            throw Exception(ErrorCode::BadInput, m_file.name() + ": is damaged, nothing of it can be read",
                            m_file.complaint());
    }

    const SoundFacts &facts() const override { return m_facts; }

    std::size_t read(float *samples, std::size_t most) override
    {
        return handOut(m_ready, m_next, samples, most, [this] { fill(); });
    }

private:
    /// Reads blocks until at least one sample is ready or the file has ended.
    void fill()
    {
        m_ready.clear();
        m_next = 0;
        while (m_ready.empty() && !m_ended) {
            const std::size_t frames = m_file.read(m_block.data(), kBlockFrames);
            if (frames == 0) {
                end();
                break;
            }
            toMono(frames);
            m_resampler.push(m_mono.data(), m_mono.size(), m_ready);
            m_framesRead += std::int64_t(frames);
        }
    }

    void end()
    {
        m_ended = true;
        m_resampler.finish(m_ready);
        // What an MP3 says is an estimate, so a little less is no damage.
        const double expected = double(m_file.frames()) * (m_file.estimated() ? 0.95 : 1.0);
        if (!m_file.complaint().empty() || (m_file.frames() >= 0 && double(m_framesRead) < expected))
            m_facts.damaged = true;
    }

    void toMono(std::size_t frames)
    {
        const auto channels = std::size_t(m_facts.channels);
        m_mono.resize(frames);
        for (std::size_t i = 0; i < frames; ++i) {
            float sum = 0;
            for (std::size_t c = 0; c < channels; ++c) {
                const float value = m_block[i * channels + c];
                if (!(std::fabs(value) <= kLoudest))
                    refuse(m_framesRead + std::int64_t(i), value);
                sum += value;
            }
            m_mono[i] = sum / float(channels);
        }
    }

    [[noreturn]] void refuse(std::int64_t frame, float value) const
    {
        char place[64];
        std::snprintf(place, sizeof place, "%.3f s", double(frame) / m_facts.rate);
        throw Exception(ErrorCode::BadInput, m_file.name() + ": holds at " + place + " a value that is no sound (" +
                                                 (std::isnan(value)   ? "not a number"
                                                  : std::isinf(value) ? "infinite"
                                                                      : "a million times too loud") +
                                                 ")");
    }

    SndfileHandle m_file;
    SoundFacts m_facts;
    Resampler m_resampler;
    std::vector<float> m_block; ///< [kBlockFrames, channels]
    std::vector<float> m_mono;
    std::vector<float> m_ready; ///< at 16 kHz, handed out from m_next
    std::size_t m_next = 0;
    std::int64_t m_framesRead = 0;
    bool m_ended = false;
};

} // namespace

std::unique_ptr<SoundReader> openSoundFile(const std::string &path)
{
    return std::make_unique<FileReader>(path);
}

std::unique_ptr<SoundReader> openSoundFile(std::vector<std::uint8_t> bytes, const std::string &name)
{
    return std::make_unique<FileReader>(std::move(bytes), name);
}

} // namespace orrery::media
