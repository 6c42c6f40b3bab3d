// SPDX-License-Identifier: Apache-2.0
#include "engine/training/picture_world/sprite_renderer.h"

#include "engine/core/error.h"

#include <ft2build.h>
#include FT_FREETYPE_H

#include <png.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace orrery::training {

struct SpriteRenderer::Face
{
    FT_Library library = nullptr;
    FT_Face face = nullptr;
    ~Face()
    {
        if (face)
            FT_Done_Face(face);
        if (library)
            FT_Done_FreeType(library);
    }
};

SpriteRenderer::SpriteRenderer(const std::string &fontFile) : m_face(std::make_unique<Face>())
{
    if (FT_Init_FreeType(&m_face->library) != 0)
        throw Exception(ErrorCode::Internal, "FreeType could not be started");
    if (FT_New_Face(m_face->library, fontFile.c_str(), 0, &m_face->face) != 0)
        throw Exception(ErrorCode::NotFound, fontFile + " is missing or is no font that FreeType reads");
    // Noto's colour bitmaps come in one size; outlines are drawn at four times the sprite and averaged down.
    if (FT_HAS_FIXED_SIZES(m_face->face) && FT_HAS_COLOR(m_face->face))
        FT_Select_Size(m_face->face, 0);
    else
        FT_Set_Pixel_Sizes(m_face->face, 0, 4 * kSpriteSize);
}

SpriteRenderer::~SpriteRenderer() = default;

bool SpriteRenderer::isColour() const
{
    return FT_HAS_COLOR(m_face->face);
}

std::optional<Sprite> SpriteRenderer::render(char32_t code) const
{
    const FT_UInt glyph = FT_Get_Char_Index(m_face->face, code);
    if (glyph == 0)
        return std::nullopt;
    if (FT_Load_Glyph(m_face->face, glyph, FT_LOAD_COLOR | FT_LOAD_RENDER | FT_LOAD_TARGET_NORMAL) != 0)
        return std::nullopt;
    const FT_Bitmap &bitmap = m_face->face->glyph->bitmap;
    const int width = static_cast<int>(bitmap.width);
    const int height = static_cast<int>(bitmap.rows);
    if (width < 2 || height < 2)
        return std::nullopt;
    std::vector<std::uint8_t> rgba(static_cast<std::size_t>(width) * height * 4);
    for (int y = 0; y < height; ++y) {
        const std::uint8_t *row = bitmap.buffer + static_cast<std::ptrdiff_t>(y) * bitmap.pitch;
        std::uint8_t *out = &rgba[static_cast<std::size_t>(y) * width * 4];
        for (int x = 0; x < width; ++x, out += 4) {
            if (bitmap.pixel_mode == FT_PIXEL_MODE_BGRA) {
                const std::uint8_t *p = row + 4 * x; // premultiplied, sRGB
                const int alpha = p[3];
                for (int c = 0; c < 3; ++c)
                    out[c] = alpha ? static_cast<std::uint8_t>(std::min(255, (p[2 - c] * 255 + alpha / 2) / alpha)) : 0;
                out[3] = static_cast<std::uint8_t>(alpha);
            } else if (bitmap.pixel_mode == FT_PIXEL_MODE_GRAY) {
                out[3] = row[x];
            } else if (bitmap.pixel_mode == FT_PIXEL_MODE_MONO) {
                out[3] = (row[x / 8] >> (7 - x % 8)) & 1 ? 255 : 0;
            }
        }
    }
    const bool ink =
        std::any_of(rgba.begin(), rgba.end(), [n = 0](std::uint8_t v) mutable { return n++ % 4 == 3 && v; });
    if (!ink)
        return std::nullopt;
    return fitSprite(rgba, width, height, 1);
}

Sprite fitSprite(const std::vector<std::uint8_t> &rgba, int width, int height, int margin)
{
    const double room = kSpriteSize - 2 * margin;
    const double scale = room / std::max(width, height); // sprite pixels per source pixel
    const double left = (kSpriteSize - width * scale) / 2;
    const double top = (kSpriteSize - height * scale) / 2;
    Sprite sprite(static_cast<std::size_t>(kSpriteSize) * kSpriteSize * 4);
    for (int y = 0; y < kSpriteSize; ++y) {
        const double y0 = std::clamp((y - top) / scale, 0.0, double(height));
        const double y1 = std::clamp((y + 1 - top) / scale, 0.0, double(height));
        for (int x = 0; x < kSpriteSize; ++x) {
            const double x0 = std::clamp((x - left) / scale, 0.0, double(width));
            const double x1 = std::clamp((x + 1 - left) / scale, 0.0, double(width));
            double colour[3] = {};
            double alpha = 0;
            for (int sy = int(y0); sy < int(std::ceil(y1)); ++sy) {
                const double wy = std::min(y1, sy + 1.0) - std::max(y0, double(sy));
                for (int sx = int(x0); sx < int(std::ceil(x1)); ++sx) {
                    const double w = wy * (std::min(x1, sx + 1.0) - std::max(x0, double(sx)));
                    const std::uint8_t *p = &rgba[(static_cast<std::size_t>(sy) * width + sx) * 4];
                    alpha += w * p[3];
                    for (int c = 0; c < 3; ++c)
                        colour[c] += w * p[3] * p[c];
                }
            }
            std::uint8_t *out = &sprite[(static_cast<std::size_t>(y) * kSpriteSize + x) * 4];
            const double area = 1 / (scale * scale);
            for (int c = 0; c < 3; ++c)
                out[c] = alpha > 0 ? static_cast<std::uint8_t>(std::lround(colour[c] / alpha)) : 0;
            out[3] = static_cast<std::uint8_t>(std::lround(std::min(255.0, alpha / area)));
        }
    }
    return sprite;
}

std::optional<Sprite> readSprite(const std::string &pngFile)
{
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    if (!png_image_begin_read_from_file(&image, pngFile.c_str()))
        return std::nullopt;
    image.format = PNG_FORMAT_RGBA;
    if (image.width > 4096 || image.height > 4096 || image.width == 0 || image.height == 0) {
        png_image_free(&image);
        return std::nullopt;
    }
    std::vector<std::uint8_t> rgba(PNG_IMAGE_SIZE(image));
    if (!png_image_finish_read(&image, nullptr, rgba.data(), 0, nullptr)) {
        png_image_free(&image);
        return std::nullopt;
    }
    return fitSprite(rgba, static_cast<int>(image.width), static_cast<int>(image.height));
}

} // namespace orrery::training
