// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace orrery::training {

/// Edge length of the sprites in a Picture World file.
inline constexpr int kSpriteSize = 64;

/// One drawing: straight (not premultiplied) RGBA, row by row, `[kSpriteSize, kSpriteSize, 4]`.
using Sprite = std::vector<std::uint8_t>;

/// Draws single characters of one font with FreeType: colour bitmaps where the font has them, else outlines or pixels
/// in black.
/// Thread: any, one at a time.
class SpriteRenderer
{
public:
    /// @throws Exception{NotFound} when the font cannot be opened.
    explicit SpriteRenderer(const std::string &fontFile);
    ~SpriteRenderer();
    SpriteRenderer(const SpriteRenderer &) = delete;
    SpriteRenderer &operator=(const SpriteRenderer &) = delete;

    bool isColour() const;
    /// @return  nothing when the font lacks the character, or draws nothing for it.
    std::optional<Sprite> render(char32_t code) const;

private:
    struct Face;
    std::unique_ptr<Face> m_face;
};

/// Reads a PNG file and fits it into a sprite.
/// @return  nothing when the file does not exist or is no PNG.
std::optional<Sprite> readSprite(const std::string &pngFile);

/// Fits RGBA pixels of any size into a sprite: keeps the aspect, averages areas (weighted by alpha).
/// @param margin  empty pixels kept on every side.
Sprite fitSprite(const std::vector<std::uint8_t> &rgba, int width, int height, int margin = 0);

} // namespace orrery::training
