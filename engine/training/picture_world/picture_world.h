// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace orrery {
class Safetensors;
}

namespace orrery::training {

/// A Picture World file (see makePictureWorld), mapped. Immutable.
/// Thread: any.
class PictureWorld
{
public:
    struct Name
    {
        std::string name;
        std::string emoji;
        std::string group;
        std::vector<std::string> keywords;
    };

    /// @throws Exception{NotFound} or Exception{ModelFile} naming the file and the field.
    explicit PictureWorld(const std::string &file);

    static constexpr int kSize = 64;
    const std::vector<Name> &names() const { return m_names; }
    const std::vector<std::string> &artists() const { return m_artists; }
    int spriteCount() const { return static_cast<int>(m_spriteName.size()); }
    /// Straight RGBA, `[kSize, kSize, 4]`.
    const std::uint8_t *sprite(int index) const
    {
        return m_pixels + static_cast<std::size_t>(index) * kSize * kSize * 4;
    }
    int spriteName(int index) const { return m_spriteName[index]; }
    int spriteArtist(int index) const { return m_spriteArtist[index]; }
    /// Index of the sprite of (name, artist), or -1.
    int find(int name, int artist) const { return m_index[static_cast<std::size_t>(name) * m_artists.size() + artist]; }
    /// Whether the artist draws in colour.
    bool isColour(int artist) const { return m_colour[artist]; }
    const std::string &file() const { return m_file; }

private:
    std::string m_file;
    std::shared_ptr<const Safetensors> m_data;
    const std::uint8_t *m_pixels = nullptr;
    std::vector<Name> m_names;
    std::vector<std::string> m_artists;
    std::vector<bool> m_colour;
    std::vector<std::int32_t> m_spriteName;
    std::vector<std::int32_t> m_spriteArtist;
    std::vector<std::int32_t> m_index;
};

} // namespace orrery::training
