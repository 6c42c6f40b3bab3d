// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/media/picture_files.h"

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include <png.h>

#include <cstdio> // jpeglib.h needs FILE
#include <cstdlib>
#include <jpeglib.h>

namespace orrery::test {

namespace {

constexpr std::uint8_t kColours[4][3] = {{255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {255, 255, 0}};

/// Index of the quarter that a pixel lies in.
int quarterOf(const Picture &picture, int x, int y)
{
    return (x >= picture.width / 2 ? 1 : 0) + (y >= picture.height / 2 ? 2 : 0);
}

void appendBytes(png_structp png, png_bytep bytes, png_size_t count)
{
    auto &out = *static_cast<FileBytes *>(png_get_io_ptr(png));
    out.insert(out.end(), bytes, bytes + count);
}

} // namespace

Picture quarters(int width, int height)
{
    Picture picture{width, height, {}};
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            for (int c = 0; c < 3; ++c)
                picture.rgb.push_back(kColours[quarterOf(picture, x, y)][c]);
    return picture;
}

FileBytes exifBlock(int orientation, bool bigEndian)
{
    FileBytes block;
    const auto number = [&](unsigned value, int count) {
        for (int i = 0; i < count; ++i)
            block.push_back(std::uint8_t(value >> 8 * (bigEndian ? count - 1 - i : i)));
    };
    block = {std::uint8_t(bigEndian ? 'M' : 'I'), std::uint8_t(bigEndian ? 'M' : 'I')};
    number(42, 2);
    number(8, 4);   // first directory
    number(2, 2);   // entries
    number(256, 2); // another tag first
    number(3, 2);
    number(1, 4);
    number(7, 2);
    number(0, 2);
    number(274, 2); // orientation
    number(3, 2);
    number(1, 4);
    number(unsigned(orientation), 2);
    number(0, 2);
    number(0, 4); // no further directory
    return block;
}

FileBytes pngFile(const Picture &picture, const PngOptions &options)
{
    FileBytes file;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
    png_infop info = png_create_info_struct(png);
    if (setjmp(png_jmpbuf(png)))
        std::abort(); // a mistake of the test
    png_set_write_fn(png, &file, appendBytes, nullptr);
    const int type = options.palette ? PNG_COLOR_TYPE_PALETTE
                                     : (options.grey ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB) |
                                           (options.alpha ? PNG_COLOR_MASK_ALPHA : 0);
    png_set_IHDR(png, info, png_uint_32(picture.width), png_uint_32(picture.height), options.bits, type,
                 options.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    if (options.palette) {
        png_color colours[4];
        for (int i = 0; i < 4; ++i)
            colours[i] = {kColours[i][0], kColours[i][1], kColours[i][2]};
        png_set_PLTE(png, info, colours, 4);
        png_byte alpha[4] = {255, 255, 255, 0};
        if (options.alpha)
            png_set_tRNS(png, info, alpha, 4, nullptr);
    }
    FileBytes exif = exifBlock(options.orientation, true);
    if (options.orientation > 0)
        png_set_eXIf_1(png, info, png_uint_32(exif.size()), exif.data());
    png_write_info(png, info);
    png_set_packing(png); // palettes of fewer than 8 bits are handed over one byte a pixel
    const int passes = png_set_interlace_handling(png);
    for (int pass = 0; pass < passes; ++pass) {
        for (int y = 0; y < picture.height; ++y) {
            FileBytes row;
            const auto sample = [&](unsigned value) { // 8 bits stretched to 16
                row.push_back(std::uint8_t(value));
                if (options.bits == 16)
                    row.push_back(std::uint8_t(value));
            };
            for (int x = 0; x < picture.width; ++x) {
                const std::uint8_t *pixel = picture.rgb.data() + (std::size_t(y) * picture.width + x) * 3;
                if (options.palette) {
                    row.push_back(std::uint8_t(quarterOf(picture, x, y)));
                    continue;
                }
                if (options.grey)
                    sample(pixel[1]);
                else
                    for (int c = 0; c < 3; ++c)
                        sample(pixel[c]);
                if (options.alpha)
                    sample(x >= picture.width / 2 ? 128 : 255);
            }
            png_write_row(png, row.data());
        }
    }
    png_write_end(png, nullptr);
    png_destroy_write_struct(&png, &info);
    return file;
}

FileBytes jpegFile(const Picture &picture, const JpegOptions &options)
{
    jpeg_compress_struct jpeg = {};
    jpeg_error_mgr errors = {};
    jpeg.err = jpeg_std_error(&errors); // ends the test program on a mistake of the test
    jpeg_create_compress(&jpeg);
    unsigned char *buffer = nullptr;
    unsigned long size = 0;
    jpeg_mem_dest(&jpeg, &buffer, &size);
    jpeg.image_width = JDIMENSION(picture.width);
    jpeg.image_height = JDIMENSION(picture.height);
    jpeg.input_components = options.cmyk ? 4 : options.grey ? 1 : 3;
    jpeg.in_color_space = options.cmyk ? JCS_CMYK : options.grey ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, 95, TRUE);
    if (options.progressive)
        jpeg_simple_progression(&jpeg);
    jpeg_start_compress(&jpeg, TRUE);
    if (options.orientation > 0) {
        FileBytes block = {'E', 'x', 'i', 'f', 0, 0};
        const FileBytes exif = exifBlock(options.orientation, false);
        block.insert(block.end(), exif.begin(), exif.end());
        jpeg_write_marker(&jpeg, JPEG_APP0 + 1, block.data(), unsigned(block.size()));
    }
    for (int y = 0; y < picture.height; ++y) {
        FileBytes row;
        for (int x = 0; x < picture.width; ++x) {
            const std::uint8_t *pixel = picture.rgb.data() + (std::size_t(y) * picture.width + x) * 3;
            if (options.grey) {
                row.push_back(pixel[1]);
                continue;
            }
            row.insert(row.end(), pixel, pixel + 3); // inverted cyan is red
            if (options.cmyk)
                row.push_back(255); // no black ink
        }
        JSAMPROW pointer = row.data();
        jpeg_write_scanlines(&jpeg, &pointer, 1);
    }
    jpeg_finish_compress(&jpeg);
    FileBytes file(buffer, buffer + size);
    jpeg_destroy_compress(&jpeg);
    std::free(buffer);
    return file;
}

FileBytes gifFile(const Picture &picture, bool interlaced, bool transparentRight)
{
    constexpr int kTransparentIndex = 216;
    FileBytes file = {'G', 'I', 'F', '8', '9', 'a'};
    const auto word = [&](int value) {
        file.push_back(std::uint8_t(value));
        file.push_back(std::uint8_t(value >> 8));
    };
    word(picture.width);
    word(picture.height);
    file.insert(file.end(), {0x80 | 7, 0, 0});
    for (int i = 0; i < 256; ++i)
        for (const int c : {i / 36 % 6, i / 6 % 6, i % 6})
            file.push_back(std::uint8_t(i < 216 ? c * 51 : 0));
    file.insert(file.end(), {0x21, 0xF9, 4, std::uint8_t(transparentRight ? 1 : 0), 0, 0, kTransparentIndex, 0});
    file.push_back(0x2C);
    word(0);
    word(0);
    word(picture.width);
    word(picture.height);
    file.push_back(interlaced ? 0x40 : 0);
    file.push_back(8);

    // Codes of 9 bits, cleared before the table would ask for 10: valid LZW that packs nothing.
    FileBytes packed;
    unsigned buffer = 0, buffered = 0;
    const auto code = [&](unsigned value) {
        buffer |= value << buffered;
        for (buffered += 9; buffered >= 8; buffered -= 8, buffer >>= 8)
            packed.push_back(std::uint8_t(buffer));
    };
    std::vector<int> rows;
    for (const auto &[start, stride] : {std::pair(0, 8), std::pair(4, 8), std::pair(2, 4), std::pair(1, 2)})
        for (int y = start; interlaced && y < picture.height; y += stride)
            rows.push_back(y);
    for (int y = 0; !interlaced && y < picture.height; ++y)
        rows.push_back(y);
    int sinceClear = 1000;
    for (const int y : rows)
        for (int x = 0; x < picture.width; ++x) {
            if (++sinceClear > 200)
                code(256), sinceClear = 0;
            const std::uint8_t *pixel = picture.rgb.data() + (std::size_t(y) * picture.width + x) * 3;
            const unsigned index = unsigned(pixel[0] / 51 * 36 + pixel[1] / 51 * 6 + pixel[2] / 51);
            code(transparentRight && x >= picture.width / 2 ? kTransparentIndex : index);
        }
    code(257);
    packed.push_back(std::uint8_t(buffer));
    for (std::size_t at = 0; at < packed.size(); at += 255) {
        const std::size_t count = std::min<std::size_t>(255, packed.size() - at);
        file.push_back(std::uint8_t(count));
        file.insert(file.end(), packed.begin() + std::ptrdiff_t(at), packed.begin() + std::ptrdiff_t(at + count));
    }
    file.insert(file.end(), {0, 0x3B});
    return file;
}

FileBytes fileByOpenCv(const Picture &picture, const std::string &extension)
{
    cv::Mat rgb(picture.height, picture.width, CV_8UC3, const_cast<std::uint8_t *>(picture.rgb.data()));
    cv::Mat bgr;
    cv::cvtColor(rgb, bgr, cv::COLOR_RGB2BGR);
    FileBytes file;
    const std::vector<int> options = extension == ".webp" ? std::vector<int>{cv::IMWRITE_WEBP_QUALITY, 101}
                                                          : std::vector<int>{}; // over 100: lossless
    if (!cv::imencode(extension, bgr, file, options))
        std::abort(); // a mistake of the test
    return file;
}

Picture readByOpenCv(const FileBytes &file)
{
    const cv::Mat bgr = cv::imdecode(file, cv::IMREAD_COLOR);
    if (bgr.empty())
        return {};
    cv::Mat rgb;
    cv::cvtColor(bgr, rgb, cv::COLOR_BGR2RGB);
    return Picture{rgb.cols, rgb.rows, FileBytes(rgb.datastart, rgb.dataend)};
}

FileBytes pngThatLies(std::uint32_t width, std::uint32_t height)
{
    FileBytes file = pngFile(quarters(2, 2));
    // Signature 8, length 4, "IHDR" 4, then width and height; the checksum covers type and data.
    for (unsigned i = 0; i < 4; ++i) {
        file[16 + i] = std::uint8_t(width >> 8 * (3 - i));
        file[20 + i] = std::uint8_t(height >> 8 * (3 - i));
    }
    std::uint32_t crc = 0xFFFFFFFF; // PNG specification, annex D
    for (std::size_t i = 12; i < 29; ++i) {
        crc ^= file[i];
        for (int bit = 0; bit < 8; ++bit)
            crc = crc & 1 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
    }
    crc ^= 0xFFFFFFFF;
    for (unsigned i = 0; i < 4; ++i)
        file[29 + i] = std::uint8_t(crc >> 8 * (3 - i));
    return file;
}

} // namespace orrery::test
