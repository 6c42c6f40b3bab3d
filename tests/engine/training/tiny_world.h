// SPDX-License-Identifier: Apache-2.0
/// A Picture World of twelve things by two artists, one in colour and one in black, made without any font.
#pragma once

#include "engine/files/json.h"
#include "engine/files/safetensors.h"
#include "engine/training/picture_world/composer.h"

#include <memory>
#include <string>
#include <vector>

namespace orrery::training::test {

inline constexpr int kTinyNames = 12;

/// Things differ in colour and shape, so that a network can tell them apart within a few steps.
inline void writeTinyWorld(const std::string &file)
{
    constexpr int kSize = PictureWorld::kSize;
    static constexpr const char *kNames[kTinyNames] = {"apple", "boat",  "cat",   "door", "egg",  "fish",
                                                       "grape", "house", "igloo", "jar",  "kite", "lamp"};
    std::vector<std::uint8_t> pixels;
    std::vector<std::int32_t> name, artist;
    for (int a = 0; a < 2; ++a)
        for (int n = 0; n < kTinyNames; ++n) {
            name.push_back(n);
            artist.push_back(a);
            for (int y = 0; y < kSize; ++y)
                for (int x = 0; x < kSize; ++x) {
                    const int dx = x - 32, dy = y - 32;
                    const bool inside = n % 3 == 0   ? dx * dx + dy * dy < 26 * 26
                                        : n % 3 == 1 ? std::abs(dx) < 10 + n || std::abs(dy) < 8
                                                     : std::abs(dx) + std::abs(dy) < 28;
                    const bool colour = a == 0;
                    pixels.push_back(colour ? static_cast<std::uint8_t>(40 + 60 * (n % 4)) : 0);
                    pixels.push_back(colour ? static_cast<std::uint8_t>(250 - 20 * n) : 0);
                    pixels.push_back(colour ? static_cast<std::uint8_t>(80 * (n % 3)) : 0);
                    pixels.push_back(inside ? 255 : 0);
                }
        }
    Json description;
    description["names"] = Json::array();
    for (const char *thing : kNames)
        description["names"].push_back({{"name", thing},
                                        {"emoji", "x"},
                                        {"group", "Objects"},
                                        {"keywords", {"thing", std::string("kind of ") + thing}}});
    description["artists"] = {"colour", "ink"};
    const std::int64_t count = static_cast<std::int64_t>(name.size());
    const auto bytes = [](const auto &values) { return std::as_bytes(std::span(values.data(), values.size())); };
    writeSafetensors(file,
                     {{"sprites", Dtype::U8, {count, kSize, kSize, 4}, bytes(pixels)},
                      {"name", Dtype::I32, {count}, bytes(name)},
                      {"artist", Dtype::I32, {count}, bytes(artist)}},
                     {{"picture_world", toText(description, -1)}});
}

inline std::shared_ptr<const Composer> tinyComposer(const std::string &file, std::uint64_t seed = 1)
{
    writeTinyWorld(file);
    return std::make_shared<Composer>(std::make_shared<PictureWorld>(file), seed);
}

} // namespace orrery::training::test
