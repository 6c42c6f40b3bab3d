// SPDX-License-Identifier: Apache-2.0
// The sounding half of media_gateway.h.
#include "engine/core/error.h"
#include "engine/runtime/media_gateway.h"

#include <algorithm>

namespace orrery {
namespace {

/// Samples at hand, read like a file.
class SamplesReader final : public SoundReader
{
public:
    explicit SamplesReader(Samples samples) : m_samples(std::move(samples))
    {
        m_facts.format = "16 kHz samples";
        m_facts.rate = kSoundRate;
        m_facts.channels = 1;
        m_facts.seconds = double(m_samples->size()) / kSoundRate;
    }
    const SoundFacts &facts() const override { return m_facts; }
    std::size_t read(float *samples, std::size_t most) override
    {
        const std::size_t count = std::min(most, m_samples->size() - m_next);
        std::copy_n(m_samples->data() + m_next, count, samples);
        m_next += count;
        return count;
    }

private:
    Samples m_samples;
    SoundFacts m_facts;
    std::size_t m_next = 0;
};

} // namespace

std::unique_ptr<SoundReader> openSound(const SoundSource &source)
{
    if (source.samples)
        return std::make_unique<SamplesReader>(source.samples);
    if (source.path.empty())
        throw Exception(ErrorCode::BadInput, "A sound has neither a file nor samples");
    return mediaServices().soundFiles().open(source.path);
}

Task<std::unique_ptr<SoundReader>> openSound(EngineScope &scope, SoundSource source)
{
    std::unique_ptr<SoundReader> reader;
    std::function<void()> open = [&] { reader = openSound(source); };
    co_await scope.outside(std::move(open));
    co_return reader;
}

Task<std::vector<float>> readSome(EngineScope &scope, SoundReader &reader, std::size_t most)
{
    std::vector<float> samples;
    std::function<void()> read = [&] {
        samples.resize(most);
        std::size_t have = 0;
        while (have < most) {
            const std::size_t got = reader.read(samples.data() + have, most - have);
            if (got == 0)
                break;
            have += got;
        }
        samples.resize(have);
    };
    co_await scope.outside(std::move(read));
    co_return samples;
}

Task<sound::LoadResult> loadSound(EngineScope &scope, SoundSource source, double mostSeconds)
{
    constexpr std::size_t kPiece = 30 * kSoundRate; // some tens of milliseconds of decoding
    sound::LoadResult result;
    const Samples atHand = source.samples;
    Task<std::unique_ptr<SoundReader>> opening = openSound(scope, std::move(source));
    const std::unique_ptr<SoundReader> reader = co_await std::move(opening);
    constexpr double kMost = 24 * 3600; // hours are for readSome: this one keeps all of it in memory
    const auto most = static_cast<std::size_t>(std::clamp(mostSeconds, 0.0, kMost) * kSoundRate);
    if (atHand && atHand->size() <= most) { // shared, not copied
        result.facts = reader->facts();
        result.samples = atHand;
        co_return result;
    }
    auto samples = std::make_shared<std::vector<float>>();
    while (true) {
        // One more than is kept tells whether there would have been more.
        const std::size_t wanted = std::min(kPiece, most + 1 - samples->size());
        Task<std::vector<float>> reading = readSome(scope, *reader, wanted);
        const std::vector<float> piece = co_await std::move(reading);
        samples->insert(samples->end(), piece.begin(), piece.end());
        if (piece.size() < wanted)
            break;
        if (samples->size() > most) {
            samples->resize(most);
            result.cut = true;
            break;
        }
        if (reader->facts().seconds > 0)
            scope.progress(
                std::min(1.0, double(samples->size()) / std::min(double(most), reader->facts().seconds * kSoundRate)),
                "Reading the sound");
    }
    result.facts = reader->facts(); // at the end: only now it is known whether the file is whole
    result.samples = std::move(samples);
    co_return result;
}

} // namespace orrery
