// SPDX-License-Identifier: Apache-2.0
#include "engine/training/speech/speech_examples.h"

#include "engine/core/error.h"
#include "engine/training/random.h"
#include "engine/training/speech/sound_augmenter.h"
#include "engine/training/speech/throat.h"

#include <algorithm>

namespace orrery::training {

namespace {

constexpr float kSlowest = 0.85f, kFastest = 1.2f;
constexpr float kSoftest = 0.1f; // peak
constexpr float kOther = 0.8f;   // of the rough stretches: spoken through another throat
constexpr float kAlone = 0.35f;  // of the stretches: cut as closely as people cut recordings of single words
constexpr float kShortest = 0.25f, kLongest = 0.9f; // of those, in seconds
constexpr float kLead = 0.03f;                      // at most, before the first phone, in seconds
constexpr std::uint64_t kStream = 0x5EEC;

std::vector<float> floats(std::span<const std::int16_t> samples)
{
    std::vector<float> result(samples.size());
    std::transform(samples.begin(), samples.end(), result.begin(), [](std::int16_t x) { return float(x) / 32768; });
    return result;
}

} // namespace

SpeechExamples::SpeechExamples(std::shared_ptr<const SpeechWorld> world, FrameTimes times, std::uint64_t seed)
    : m_world(std::move(world)), m_times(times), m_seed(seed)
{
    for (std::int64_t i = 0; i < m_world->utterances(); ++i)
        if (m_times.frames(std::int64_t(m_world->samples(i).size())) > 0)
            (m_world->isHeldOut(i) ? m_heldOut : m_training).push_back(i);
    if (m_training.empty())
        throw Exception(ErrorCode::BadInput, m_world->file() + ": has no speech that training may hear; make it longer "
                                                               "with orrery-cli dataset speech --hours");
}

const std::vector<std::int64_t> &SpeechExamples::utterances(Voices voices) const
{
    return voices == Voices::Training ? m_training : m_heldOut;
}

SpokenStretch SpeechExamples::varied(std::uint64_t index, std::int64_t samples, float rough) const
{
    Random random(m_seed ^ kStream, index);
    const auto any = [&] { return m_training[std::size_t(random.below(int(m_training.size())))]; };
    SpokenStretch stretch;
    stretch.utterance = any();
    const double speed = double(random.uniform(kSlowest, kFastest));
    const std::span<const std::int16_t> all = m_world->samples(stretch.utterance);
    // Only what is needed is computed; the first of it lies at `first` of the sound at its new speed.
    const auto length = std::int64_t(double(all.size() - 1) / speed) + 1;
    std::int64_t first = length <= samples ? 0 : std::int64_t(double(random.uniform()) * double(length - samples));
    if (random.chance(kAlone)) {
        const std::vector<std::int64_t> words = wordBeginnings(stretch.utterance);
        const double word = words.empty() ? 0 : double(words[std::size_t(random.below(int(words.size())))]) / speed;
        first = std::max<std::int64_t>(0, std::int64_t(word - double(random.uniform(0, kLead)) * SpeechWorld::kRate));
        samples = std::min(samples, std::int64_t(double(random.uniform(kShortest, kLongest)) * SpeechWorld::kRate));
    }
    const auto begin = std::min<std::size_t>(std::size_t(double(first) * speed), all.size() - 1);
    const auto end = std::min<std::size_t>(begin + std::size_t(double(samples) * speed) + 2, all.size());
    stretch.samples = augment::atSpeed(floats(all.subspan(begin, end - begin)), speed);
    stretch.samples.resize(std::min<std::size_t>(stretch.samples.size(), std::size_t(samples)));
    if (m_times.frames(std::int64_t(stretch.samples.size())) == 0)
        stretch.samples.resize(std::size_t(m_times.reach)); // the end of a short one: silence behind it
    stretch.phones =
        phonesOf(stretch.utterance, speed, std::int64_t(begin), m_times.frames(std::int64_t(stretch.samples.size())));
    stretch.said = saidIn(stretch.utterance, double(begin), double(begin) + speed * double(stretch.samples.size()));
    if (!random.chance(rough)) {
        augment::toPeak(stretch.samples, random.uniform(kSoftest, 1));
        return stretch;
    }
    if (random.chance(kOther))
        stretch.samples = augment::through(augment::anyThroat(random), stretch.samples);
    augment::anyway(stretch.samples, random, [&](std::size_t wanted) {
        std::vector<float> other = floats(m_world->samples(any()));
        const std::size_t own = std::max<std::size_t>(other.size(), 1);
        other.resize(std::max(own, wanted));
        for (std::size_t i = own; i < wanted; ++i)
            other[i] = other[i - own];
        return other;
    });
    return stretch;
}

SpokenStretch SpeechExamples::plain(std::int64_t utterance) const
{
    SpokenStretch stretch;
    stretch.utterance = utterance;
    stretch.samples = floats(m_world->samples(utterance));
    stretch.phones = phonesOf(utterance, 1, 0, m_times.frames(std::int64_t(stretch.samples.size())));
    stretch.said = saidIn(utterance, 0, double(stretch.samples.size()));
    return stretch;
}

std::vector<std::int64_t> SpeechExamples::wordBeginnings(std::int64_t utterance) const
{
    std::vector<std::int64_t> result;
    bool silent = true;
    for (const SpeechWorld::Phone &phone : m_world->phonesOf(utterance)) {
        if (silent && phone.phone != 0)
            result.push_back(phone.sample);
        silent = phone.phone == 0;
    }
    return result;
}

std::vector<int> SpeechExamples::phonesOf(std::int64_t utterance, double speed, std::int64_t first,
                                          std::int64_t frames) const
{
    const std::span<const SpeechWorld::Phone> phones = m_world->phonesOf(utterance);
    std::vector<int> result(std::size_t(std::max<std::int64_t>(frames, 0)), 0);
    std::size_t at = 0;
    for (std::int64_t t = 0; t < frames; ++t) {
        const double middle = double(first) + speed * (double(m_times.hop * t) + double(m_times.reach) / 2);
        while (at + 1 < phones.size() && double(phones[at + 1].sample) <= middle)
            ++at;
        if (!phones.empty() && double(phones[at].sample) <= middle)
            result[std::size_t(t)] = phones[at].phone;
    }
    return result;
}

/// @param first, end  samples of the utterance
std::vector<int> SpeechExamples::saidIn(std::int64_t utterance, double first, double end) const
{
    const std::span<const SpeechWorld::Phone> phones = m_world->phonesOf(utterance);
    const auto length = std::int64_t(m_world->samples(utterance).size());
    std::vector<int> said;
    for (std::size_t i = 0; i < phones.size(); ++i) {
        const std::int64_t until = i + 1 < phones.size() ? phones[i + 1].sample : length;
        const double middle = double(phones[i].sample + until) / 2;
        if (phones[i].phone != 0 && middle >= first && middle < end)
            said.push_back(phones[i].phone);
    }
    return said;
}

} // namespace orrery::training
