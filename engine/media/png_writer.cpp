// SPDX-License-Identifier: Apache-2.0
#include "engine/media/png_writer.h"

#include "engine/core/error.h"

#include <png.h>

#include <csetjmp>

namespace orrery::media {

namespace {

/// All that lives across libpng's longjmp belongs to the caller of the function that sets the jump.
struct WriterState
{
    png_structp png = nullptr;
    png_infop info = nullptr;
    std::vector<std::uint8_t> out;
    std::vector<png_text> texts;
    std::string message;

    ~WriterState() { png_destroy_write_struct(&png, &info); }
};

void onError(png_structp png, png_const_charp message)
{
    static_cast<WriterState *>(png_get_error_ptr(png))->message = message;
    png_longjmp(png, 1);
}

void onWarning(png_structp, png_const_charp) {}

void append(png_structp png, png_bytep bytes, png_size_t count)
{
    auto &out = static_cast<WriterState *>(png_get_io_ptr(png))->out;
    out.insert(out.end(), bytes, bytes + count);
}

bool write(WriterState &state, const Picture &picture)
{
    if (setjmp(png_jmpbuf(state.png)))
        return false;
    png_set_write_fn(state.png, &state, append, nullptr);
    png_set_IHDR(state.png, state.info, png_uint_32(picture.width), png_uint_32(picture.height), 8, PNG_COLOR_TYPE_RGB,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_sRGB(state.png, state.info, PNG_sRGB_INTENT_PERCEPTUAL);
    if (!state.texts.empty())
        png_set_text(state.png, state.info, state.texts.data(), int(state.texts.size()));
    png_write_info(state.png, state.info);
    for (int y = 0; y < picture.height; ++y)
        png_write_row(state.png, picture.rgb.data() + std::size_t(y) * std::size_t(picture.width) * 3);
    png_write_end(state.png, nullptr);
    return true;
}

} // namespace

std::vector<std::uint8_t> encodePng(const Picture &picture,
                                    const std::vector<std::pair<std::string, std::string>> &texts)
{
    if (picture.width <= 0 || picture.height <= 0 ||
        picture.rgb.size() != std::size_t(picture.width) * std::size_t(picture.height) * 3)
        throw Exception(ErrorCode::BadInput, "picture: holds " + std::to_string(picture.rgb.size()) +
                                                 " bytes, expected " + std::to_string(picture.width) + " × " +
                                                 std::to_string(picture.height) + " × 3 and at least one pixel");
    WriterState state;
    std::string language; // none stated
    for (const auto &[keyword, text] : texts) {
        if (keyword.empty() || keyword.size() > 79)
            throw Exception(ErrorCode::BadInput, "picture: the keyword \"" + keyword +
                                                     "\" of a text in PNG must be 1 to 79 characters long");
        png_text entry = {};
        entry.compression = PNG_ITXT_COMPRESSION_NONE;
        entry.key = const_cast<png_charp>(keyword.c_str());
        entry.text = const_cast<png_charp>(text.c_str());
        entry.itxt_length = text.size();
        entry.lang = language.data();
        entry.lang_key = language.data();
        state.texts.push_back(entry);
    }
    state.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &state, onError, onWarning);
    state.info = state.png ? png_create_info_struct(state.png) : nullptr;
    if (!state.info)
        throw Exception(ErrorCode::OutOfMemory, "picture: there is no memory to write PNG");
    if (!write(state, picture))
        throw Exception(ErrorCode::Internal, "picture: cannot be written as PNG (" + state.message + ")");
    return std::move(state.out);
}

} // namespace orrery::media
