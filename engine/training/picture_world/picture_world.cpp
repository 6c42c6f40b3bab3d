// SPDX-License-Identifier: Apache-2.0
#include "engine/training/picture_world/picture_world.h"

#include "engine/core/error.h"
#include "engine/files/json.h"
#include "engine/files/safetensors.h"

#include <cstring>

namespace orrery::training {

namespace {

const SafetensorsEntry &field(const Safetensors &data, const std::string &file, const char *name, Dtype dtype)
{
    const SafetensorsEntry *entry = data.find(name);
    if (!entry || entry->dtype != dtype)
        throw Exception(ErrorCode::ModelFile,
                        file + " has no field \"" + name + "\"; make it with `orrery-cli dataset picture-world`");
    return *entry;
}

std::vector<std::int32_t> integers(const SafetensorsEntry &entry, std::size_t count, int limit)
{
    std::vector<std::int32_t> values(entry.bytes.size() / 4);
    std::memcpy(values.data(), entry.bytes.data(), values.size() * 4);
    bool good = values.size() == count;
    for (const std::int32_t value : values)
        good = good && value >= 0 && value < limit;
    if (!good)
        throw Exception(ErrorCode::ModelFile, entry.file + ", field \"" + entry.name + "\": expected " +
                                                  std::to_string(count) + " numbers below " + std::to_string(limit));
    return values;
}

} // namespace

PictureWorld::PictureWorld(const std::string &file) : m_file(file), m_data(Safetensors::open(file))
{
    const SafetensorsEntry &sprites = field(*m_data, file, "sprites", Dtype::U8);
    if (sprites.shape.size() != 4 || sprites.shape[1] != kSize || sprites.shape[2] != kSize || sprites.shape[3] != 4)
        throw Exception(ErrorCode::ModelFile,
                        file + ", field \"sprites\": expected [N, 64, 64, 4], found " + shapeText(sprites.shape));
    m_pixels = reinterpret_cast<const std::uint8_t *>(sprites.bytes.data());

    const auto found = m_data->metadata().find("picture_world");
    const auto json = nlohmann::json::parse(found == m_data->metadata().end() ? "" : found->second, nullptr, false);
    try {
        for (const auto &entry : json.at("names"))
            m_names.push_back({entry.at("name").get<std::string>(), entry.at("emoji").get<std::string>(),
                               entry.at("group").get<std::string>(),
                               entry.at("keywords").get<std::vector<std::string>>()});
        m_artists = json.at("artists").get<std::vector<std::string>>();
    } catch (const nlohmann::json::exception &) {
        throw Exception(ErrorCode::ModelFile,
                        file + ", field \"picture_world\" of the metadata: expected names and artists");
    }

    const auto count = static_cast<std::size_t>(sprites.shape[0]);
    m_spriteName = integers(field(*m_data, file, "name", Dtype::I32), count, static_cast<int>(m_names.size()));
    m_spriteArtist = integers(field(*m_data, file, "artist", Dtype::I32), count, static_cast<int>(m_artists.size()));
    m_index.assign(m_names.size() * m_artists.size(), -1);
    m_colour.assign(m_artists.size(), false);
    for (std::size_t s = 0; s < count; ++s) {
        m_index[static_cast<std::size_t>(m_spriteName[s]) * m_artists.size() + m_spriteArtist[s]] = static_cast<int>(s);
        if (m_colour[m_spriteArtist[s]])
            continue;
        const std::uint8_t *p = sprite(static_cast<int>(s));
        for (int i = 0; i < kSize * kSize; ++i, p += 4)
            if (p[3] > 128 && (p[0] > 32 || p[1] > 32 || p[2] > 32))
                m_colour[m_spriteArtist[s]] = true;
    }
}

} // namespace orrery::training
