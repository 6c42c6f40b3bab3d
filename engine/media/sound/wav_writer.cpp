// SPDX-License-Identifier: Apache-2.0
#include "engine/core/error.h"
#include "engine/files/atomic_file.h"
#include "engine/media/sound/sound_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

namespace orrery::media {

namespace {

constexpr std::uint32_t kHeaderBytes = 44;
constexpr std::size_t kMostSamples = (std::numeric_limits<std::uint32_t>::max() - kHeaderBytes) / 2;

void put(std::byte *to, std::uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; ++i)
        to[i] = std::byte(value >> (8 * i) & 0xff);
}

/// RIFF header of 16-bit PCM, one channel (Microsoft and IBM, "Multimedia Programming Interface and Data
/// Specifications 1.0", chapter 3).
std::array<std::byte, kHeaderBytes> header(std::uint32_t samples)
{
    std::array<std::byte, kHeaderBytes> bytes{};
    const auto name = [&](std::size_t at, const char(&text)[5]) {
        for (std::size_t i = 0; i < 4; ++i)
            bytes[at + i] = std::byte(text[i]);
    };
    name(0, "RIFF");
    put(&bytes[4], kHeaderBytes - 8 + 2 * samples, 4);
    name(8, "WAVE");
    name(12, "fmt ");
    put(&bytes[16], 16, 4);             // bytes of this chunk
    put(&bytes[20], 1, 2);              // PCM
    put(&bytes[22], 1, 2);              // channels
    put(&bytes[24], kSoundRate, 4);     // frames a second
    put(&bytes[28], 2 * kSoundRate, 4); // bytes a second
    put(&bytes[32], 2, 2);              // bytes a frame
    put(&bytes[34], 16, 2);             // bits a sample
    name(36, "data");
    put(&bytes[40], 2 * samples, 4);
    return bytes;
}

} // namespace

void writeWavFile(const std::string &path, const float *samples, std::size_t count)
{
    if (count > kMostSamples)
        throw Exception(ErrorCode::BadInput, path + ": a WAV file holds " + std::to_string(kMostSamples / kSoundRate) +
                                                 " seconds at most, the sound has " +
                                                 std::to_string(count / kSoundRate));
    if (!std::all_of(samples, samples + count, [](float value) { return !std::isnan(value); }))
        throw Exception(ErrorCode::BadInput, path + ": not written, the sound holds values that are no numbers");
    AtomicFile file(path);
    file.write(header(static_cast<std::uint32_t>(count)));
    std::vector<std::byte> block;
    constexpr std::size_t kBlock = 65536;
    for (std::size_t at = 0; at < count; at += kBlock) {
        const std::size_t some = std::min(kBlock, count - at);
        block.resize(2 * some);
        for (std::size_t i = 0; i < some; ++i) {
            // 32768 is what readers divide by: what was read from 16 bits is written as it was.
            const float value = std::clamp(samples[at + i] * 32768.0f, -32768.0f, 32767.0f);
            put(&block[2 * i], static_cast<std::uint32_t>(std::lrintf(value)), 2);
        }
        file.write(std::span(block));
    }
    file.commit();
}

} // namespace orrery::media
