// SPDX-License-Identifier: Apache-2.0
// PNG through libpng itself: OpenCV's reader holds the whole picture, prints to stderr and drops transparency of some
// kinds. Rows go straight to a RowSink, so a picture of 30,000 × 30,000 costs no more than its reduced form.
#include "engine/core/error.h"
#include "engine/media/picture_decoder.h"
#include "engine/media/picture_readers.h"
#include "engine/media/row_sink.h"

#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <cstring>
#include <optional>
#include <vector>

namespace orrery::media {

namespace {

/// All that lives across libpng's longjmp belongs to the caller of the functions that set the jump.
struct PngState
{
    Bytes file;
    std::size_t position = 0;
    bool ended = false; // the file ended where libpng wanted more
    std::string message;
    png_structp png = nullptr;
    png_infop info = nullptr;
    png_uint_32 width = 0, height = 0, rowsRead = 0;
    int channels = 3, passes = 1;
    std::optional<RowSink> sink;
    std::vector<png_byte> row; // one row, or all of them when interlaced
    int orientation = kUpright;

    ~PngState() { png_destroy_read_struct(&png, &info, nullptr); }
};

void onError(png_structp png, png_const_charp message)
{
    static_cast<PngState *>(png_get_error_ptr(png))->message = message;
    png_longjmp(png, 1);
}

void onWarning(png_structp, png_const_charp) {}

void readBytes(png_structp png, png_bytep out, png_size_t count)
{
    auto &state = *static_cast<PngState *>(png_get_io_ptr(png));
    if (count > state.file.size() - state.position) {
        state.ended = true;
        png_error(png, "ends early");
    }
    std::memcpy(out, state.file.data() + state.position, count);
    state.position += count;
}

bool readHeader(PngState &state)
{
    if (setjmp(png_jmpbuf(state.png)))
        return false;
    png_set_read_fn(state.png, &state, readBytes);
    png_set_user_limits(state.png, PNG_UINT_31_MAX, PNG_UINT_31_MAX); // RowSink says it better
    png_read_info(state.png, state.info);
    state.width = png_get_image_width(state.png, state.info);
    state.height = png_get_image_height(state.png, state.info);
    png_set_expand(state.png);   // palette and few-bit grey to 8 bits, tRNS to alpha
    png_set_scale_16(state.png); // rounds, where png_set_strip_16 cuts off
    png_set_gray_to_rgb(state.png);
    state.passes = png_set_interlace_handling(state.png);
    png_read_update_info(state.png, state.info);
    state.channels = png_get_channels(state.png, state.info);
    return true;
}

bool readRows(PngState &state)
{
    if (setjmp(png_jmpbuf(state.png)))
        return false;
    const std::size_t stride = std::size_t(state.width) * std::size_t(state.channels);
    for (int pass = 0; pass < state.passes; ++pass) {
        for (state.rowsRead = 0; state.rowsRead < state.height; ++state.rowsRead) {
            png_bytep row = state.row.data() + (state.passes > 1 ? stride * state.rowsRead : 0);
            png_read_row(state.png, row, nullptr);
            if (pass + 1 == state.passes)
                state.sink->addRow(row, state.channels);
        }
    }
    png_read_end(state.png, state.info); // checks the last chunks; a file without IEND is truncated
    return true;
}

[[noreturn]] void fail(const PngState &state)
{
    if (state.ended && state.height > 0)
        throw Exception(ErrorCode::BadInput, "is truncated: the PNG file ends before the picture of " +
                                                 sizeText(state.width, state.height) + " pixels does");
    if (state.ended)
        throw Exception(ErrorCode::BadInput, "is truncated: the PNG file ends in its header");
    throw Exception(ErrorCode::BadInput, "is a damaged PNG file (" + state.message + ")");
}

} // namespace

StoredPicture readPng(Bytes file)
{
    PngState state;
    state.file = file;
    state.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &state, onError, onWarning);
    state.info = state.png ? png_create_info_struct(state.png) : nullptr;
    if (!state.info)
        throw Exception(ErrorCode::OutOfMemory, "could not be read: no memory for the PNG reader");
    if (!readHeader(state))
        fail(state);
    state.sink.emplace(state.width, state.height);
    std::size_t rowBytes = std::size_t(state.width) * std::size_t(state.channels);
    if (state.passes > 1) {
        if (std::uint64_t(state.width) * state.height > kLargestUnreducedPixels)
            throw Exception(ErrorCode::BadInput,
                            "is too large for an interlaced PNG file: " + sizeText(state.width, state.height) +
                                " pixels; save it without interlacing");
        rowBytes *= state.height;
    }
    state.row.resize(rowBytes);
    if (!readRows(state))
        fail(state);
    png_bytep exif = nullptr;
    png_uint_32 exifBytes = 0;
    if (png_get_eXIf_1(state.png, state.info, &exifBytes, &exif))
        state.orientation = exifOrientation({exif, exifBytes});
    return {state.sink->take(), state.orientation};
}

std::vector<std::pair<std::string, std::string>> readPngTexts(Bytes file)
{
    PngState state;
    state.file = file;
    state.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &state, onError, onWarning);
    state.info = state.png ? png_create_info_struct(state.png) : nullptr;
    if (!state.info)
        throw Exception(ErrorCode::OutOfMemory, "could not be read: no memory for the PNG reader");
    if (!readHeader(state))
        fail(state);
    png_textp texts = nullptr;
    int count = 0;
    png_get_text(state.png, state.info, &texts, &count);
    std::vector<std::pair<std::string, std::string>> all;
    for (int i = 0; i < count; ++i)
        all.emplace_back(texts[i].key, texts[i].text ? texts[i].text : "");
    return all;
}

} // namespace orrery::media
