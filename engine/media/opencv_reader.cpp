// SPDX-License-Identifier: Apache-2.0
#include "engine/core/error.h"
#include "engine/media/picture_readers.h"
#include "engine/media/row_sink.h"

#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include <iostream>
#include <streambuf>
#include <string>

namespace orrery::media {

namespace {

/// imdecode writes what it thinks of a file to std::cerr, whatever the log level, and stderr belongs to the program.
/// This buffer swallows what a thread writes while it decodes, and passes on what everybody else writes.
class QuietableBuffer final : public std::streambuf
{
public:
    explicit QuietableBuffer(std::streambuf *behind) : m_behind(behind) {}
    static thread_local bool quiet;

protected:
    int_type overflow(int_type character) override
    {
        if (quiet || traits_type::eq_int_type(character, traits_type::eof()))
            return traits_type::not_eof(character);
        return m_behind->sputc(traits_type::to_char_type(character));
    }
    std::streamsize xsputn(const char *text, std::streamsize count) override
    {
        return quiet ? count : m_behind->sputn(text, count);
    }
    int sync() override { return quiet ? 0 : m_behind->pubsync(); }

private:
    std::streambuf *m_behind;
};
thread_local bool QuietableBuffer::quiet = false;

int ignoreError(int, const char *, const char *, const char *, int, void *)
{
    return 0;
}

class Quiet
{
public:
    Quiet()
    {
        static const bool installed = [] {
            cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
            cv::redirectError(ignoreError);
            // Never deleted: std::cerr outlives this library's statics.
            std::cerr.rdbuf(new QuietableBuffer(std::cerr.rdbuf()));
            return true;
        }();
        QuietableBuffer::quiet = installed;
    }
    ~Quiet() { QuietableBuffer::quiet = false; }
};

/// 32-bit BMP files of old programs leave the fourth byte 0: that is no transparency.
bool alphaIsUnused(const cv::Mat &bgra)
{
    cv::Mat alpha;
    cv::extractChannel(bgra, alpha, 3);
    return cv::countNonZero(alpha) == 0;
}

} // namespace

StoredPicture readWithOpenCv(Bytes file, bool isBmp)
{
    const cv::Mat bytes(1, int(file.size()), CV_8U, const_cast<std::uint8_t *>(file.data()));
    cv::Mat image;
    std::string why;
    try {
        const Quiet quiet;
        image = cv::imdecode(bytes, cv::IMREAD_UNCHANGED);
    } catch (const cv::Exception &exception) {
        why = " (" + exception.err + ")";
    }
    if (image.empty())
        throw Exception(ErrorCode::BadInput, "is a damaged or truncated picture file" + why);
    if (image.depth() == CV_16U)
        image.convertTo(image, CV_8U, 1.0 / 257.0); // rounds
    else if (image.depth() != CV_8U)
        throw Exception(ErrorCode::Unsupported,
                        "holds numbers that are not 8 or 16 bits long; save it with 8 bits a channel");
    cv::Mat rgb;
    switch (image.channels()) {
    case 1:
        cv::cvtColor(image, rgb, cv::COLOR_GRAY2RGB);
        break;
    case 3:
        cv::cvtColor(image, rgb, cv::COLOR_BGR2RGB);
        break;
    case 4:
        cv::cvtColor(image, rgb, isBmp && alphaIsUnused(image) ? cv::COLOR_BGRA2RGB : cv::COLOR_BGRA2RGBA);
        break;
    default:
        throw Exception(ErrorCode::Unsupported,
                        "has " + std::to_string(image.channels()) + " channels; save it in grey, RGB or RGBA");
    }
    RowSink sink(std::uint64_t(rgb.cols), std::uint64_t(rgb.rows));
    for (int y = 0; y < rgb.rows; ++y)
        sink.addRow(rgb.ptr<std::uint8_t>(y), rgb.channels());
    return {sink.take(), kUpright};
}

} // namespace orrery::media
