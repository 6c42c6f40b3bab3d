// SPDX-License-Identifier: Apache-2.0
// JPEG through libjpeg itself: it tells of damage that OpenCV's reader swallows, and reads large pictures reduced.
#include "engine/core/error.h"
#include "engine/media/picture_decoder.h"
#include "engine/media/picture_readers.h"
#include "engine/media/row_sink.h"

#include <csetjmp>
#include <cstdio> // jpeglib.h needs FILE
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include <jerror.h>
#include <jpeglib.h>

namespace orrery::media {

namespace {

/// All that lives across libjpeg's longjmp belongs to the caller of the functions that set the jump.
struct JpegState
{
    jpeg_error_mgr errors = {}; // first: libjpeg hands back its address
    std::jmp_buf jump = {};
    jpeg_decompress_struct jpeg = {};
    std::string message; // of the error, or of the first warning that means lost pixels
    bool ended = false;  // the file ended where libjpeg wanted more
    std::optional<RowSink> sink;
    std::vector<JSAMPLE> row, rgb;

    ~JpegState() { jpeg_destroy_decompress(&jpeg); }
};

JpegState &stateOf(j_common_ptr common)
{
    return *reinterpret_cast<JpegState *>(common->err);
}

std::string messageOf(j_common_ptr common)
{
    char text[JMSG_LENGTH_MAX];
    common->err->format_message(common, text);
    return text;
}

void onError(j_common_ptr common)
{
    JpegState &state = stateOf(common);
    state.message = messageOf(common);
    std::longjmp(state.jump, 1);
}

void onMessage(j_common_ptr common, int level)
{
    if (level >= 0)
        return; // trace
    JpegState &state = stateOf(common);
    switch (common->err->msg_code) {
    case JWRN_JPEG_EOF:
        state.ended = true;
        break;
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_BOGUS_PROGRESSION:
    case JWRN_MUST_RESYNC:
        if (state.message.empty())
            state.message = messageOf(common);
        break;
    default: // oddities that lose no pixel: bytes between segments, an unknown Adobe transform
        break;
    }
}

bool readHeader(JpegState &state, Bytes file)
{
    if (setjmp(state.jump))
        return false;
    jpeg_create_decompress(&state.jpeg);
    state.jpeg.mem->max_memory_to_use = 1'000'000'000; // a large progressive file holds all coefficients
    jpeg_mem_src(&state.jpeg, file.data(), static_cast<unsigned long>(file.size()));
    jpeg_save_markers(&state.jpeg, JPEG_APP0 + 1, 0xFFFF); // EXIF
    jpeg_read_header(&state.jpeg, TRUE);
    return true;
}

bool startReading(JpegState &state)
{
    if (setjmp(state.jump))
        return false;
    jpeg_decompress_struct &jpeg = state.jpeg;
    // libjpeg turns YCCK into CMYK, but neither into RGB.
    jpeg.out_color_space = jpeg.num_components == 4 ? JCS_CMYK : JCS_RGB;
    jpeg.scale_num = 1;
    jpeg.scale_denom = 1;
    const std::uint64_t pixels = std::uint64_t(jpeg.image_width) * jpeg.image_height;
    while (jpeg.scale_denom < 8 && pixels / jpeg.scale_denom / jpeg.scale_denom > kLargestPicturePixels)
        jpeg.scale_denom *= 2;
    jpeg_start_decompress(&jpeg);
    return true;
}

/// Adobe's programs store CMYK inverted (255 is no ink) and say so by their marker; libjpeg hands it on as it is.
void toRgb(const std::vector<JSAMPLE> &cmyk, std::vector<JSAMPLE> &rgb, bool inverted)
{
    for (std::size_t i = 0, pixels = rgb.size() / 3; i < pixels; ++i) {
        const auto light = [&](std::size_t c) { return unsigned(inverted ? cmyk[i * 4 + c] : 255 - cmyk[i * 4 + c]); };
        for (std::size_t c = 0; c < 3; ++c)
            rgb[i * 3 + c] = JSAMPLE((light(c) * light(3) + 127) / 255);
    }
}

/// @return false when it stopped early; `message` or `ended` say why.
bool readRows(JpegState &state)
{
    if (setjmp(state.jump))
        return false;
    jpeg_decompress_struct &jpeg = state.jpeg;
    JSAMPROW row = state.row.data();
    while (jpeg.output_scanline < jpeg.output_height && !state.ended && state.message.empty()) {
        jpeg_read_scanlines(&jpeg, &row, 1);
        if (jpeg.output_components == 4) {
            toRgb(state.row, state.rgb, jpeg.saw_Adobe_marker);
            state.sink->addRow(state.rgb.data(), 3);
        } else {
            state.sink->addRow(row, 3);
        }
    }
    // After the last row nothing matters any more: many cameras' files lack the end marker.
    return jpeg.output_scanline == jpeg.output_height && !state.ended && state.message.empty();
}

[[noreturn]] void fail(const JpegState &state)
{
    const std::string size = sizeText(state.jpeg.image_width, state.jpeg.image_height);
    if (state.ended && state.jpeg.image_height > 0)
        throw Exception(ErrorCode::BadInput,
                        "is truncated: the JPEG file ends before the picture of " + size + " pixels does");
    if (state.ended)
        throw Exception(ErrorCode::BadInput, "is truncated: the JPEG file ends in its header");
    throw Exception(ErrorCode::BadInput, "is a damaged JPEG file (" + state.message + ")");
}

int orientationOf(const jpeg_decompress_struct &jpeg)
{
    constexpr char kExif[] = {'E', 'x', 'i', 'f', 0, 0};
    for (auto *marker = jpeg.marker_list; marker; marker = marker->next)
        if (marker->marker == JPEG_APP0 + 1 && marker->data_length > sizeof kExif &&
            std::memcmp(marker->data, kExif, sizeof kExif) == 0)
            return exifOrientation({marker->data + sizeof kExif, marker->data_length - sizeof kExif});
    return kUpright;
}

} // namespace

StoredPicture readJpeg(Bytes file)
{
    JpegState state;
    state.jpeg.err = jpeg_std_error(&state.errors);
    state.errors.error_exit = onError;
    state.errors.emit_message = onMessage;
    if (!readHeader(state, file))
        fail(state);
    const RowSink checksTheSize(state.jpeg.image_width, state.jpeg.image_height);
    if (!startReading(state))
        fail(state);
    state.sink.emplace(state.jpeg.output_width, state.jpeg.output_height);
    state.row.resize(std::size_t(state.jpeg.output_width) * std::size_t(state.jpeg.output_components));
    state.rgb.resize(std::size_t(state.jpeg.output_width) * 3);
    if (!readRows(state))
        fail(state);
    return {state.sink->take(), orientationOf(state.jpeg)};
}

} // namespace orrery::media
