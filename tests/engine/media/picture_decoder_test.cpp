// SPDX-License-Identifier: Apache-2.0
#include "engine/api/media.h"
#include "engine/core/error.h"
#include "engine/media/picture_decoder.h"
#include "tests/engine/media/picture_files.h"

#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <cstdio>
#include <fcntl.h>
#include <fstream>
#include <random>
#include <sys/stat.h>
#include <unistd.h>

using namespace orrery;
using namespace orrery::test;

namespace {

std::array<int, 3> pixelAt(const Picture &picture, int x, int y)
{
    const std::uint8_t *pixel = picture.rgb.data() + (std::size_t(y) * picture.width + x) * 3;
    return {pixel[0], pixel[1], pixel[2]};
}

/// Largest difference of two pictures of the same size; 256 when the sizes differ.
int difference(const Picture &a, const Picture &b)
{
    if (a.width != b.width || a.height != b.height || a.rgb.size() != b.rgb.size())
        return 256;
    int largest = 0;
    for (std::size_t i = 0; i < a.rgb.size(); ++i)
        largest = std::max(largest, std::abs(int(a.rgb[i]) - int(b.rgb[i])));
    return largest;
}

QString messageOf(const FileBytes &bytes)
{
    try {
        decodePicture(bytes, "fox.png");
        return {};
    } catch (const Exception &exception) {
        return QString::fromUtf8(exception.what());
    }
}

/// Quarters as a viewer would see them after the orientation was applied: colour of the upper left one.
constexpr std::array<int, 3> kRed = {255, 0, 0}, kGreen = {0, 255, 0}, kBlue = {0, 0, 255}, kYellow = {255, 255, 0};

struct Upright
{
    int orientation;
    std::array<int, 3> upperLeft, upperRight, lowerLeft;
};
// Where the stored quarters (red green / blue yellow) must appear; EXIF 2.32, 4.6.4 A.
constexpr Upright kUprights[] = {
    {1, kRed, kGreen, kBlue}, {2, kGreen, kRed, kYellow}, {3, kYellow, kBlue, kGreen}, {4, kBlue, kYellow, kRed},
    {5, kRed, kBlue, kGreen}, {6, kBlue, kRed, kYellow},  {7, kYellow, kGreen, kBlue}, {8, kGreen, kYellow, kRed},
};

bool near(const std::array<int, 3> &a, const std::array<int, 3> &b)
{
    for (std::size_t c = 0; c < 3; ++c)
        if (std::abs(a[c] - b[c]) > 8) // JPEG
            return false;
    return true;
}

struct Format
{
    const char *name;
    FileBytes file;
    bool lossy;
};

std::vector<Format> allFormats(const Picture &picture)
{
    PngOptions interlaced;
    interlaced.interlaced = true;
    JpegOptions progressive;
    progressive.progressive = true;
    return {{"png", pngFile(picture), false},
            {"interlaced png", pngFile(picture, interlaced), false},
            {"jpeg", jpegFile(picture), true},
            {"progressive jpeg", jpegFile(picture, progressive), true},
            {"gif", gifFile(picture), false},
            {"interlaced gif", gifFile(picture, true), false},
            {"bmp", fileByOpenCv(picture, ".bmp"), false},
            {"webp", fileByOpenCv(picture, ".webp"), false},
            {"tiff", fileByOpenCv(picture, ".tiff"), false},
            {"ppm", fileByOpenCv(picture, ".ppm"), false}};
}

} // namespace

class PictureDecoderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEveryFormat()
    {
        const Picture picture = quarters(32, 16); // 8 × 8 quarters sit on JPEG's blocks
        for (const Format &format : allFormats(picture))
            QVERIFY2(difference(decodePicture(format.file, "x"), format.lossy ? readByOpenCv(format.file) : picture) ==
                         0,
                     format.name);
    }

    void readsOnePixel()
    {
        const Picture dot{1, 1, {255, 0, 51}};
        for (const Format &format : allFormats(dot))
            QVERIFY2(difference(decodePicture(format.file, "x"), dot) <= 2, format.name);
    }

    void readsSixteenBitsAndGrey()
    {
        const Picture picture = quarters(16, 16);
        PngOptions options;
        options.bits = 16;
        QCOMPARE(difference(decodePicture(pngFile(picture, options), "x"), picture), 0);
        options.grey = true; // stores the green channel
        const Picture grey = decodePicture(pngFile(picture, options), "x");
        QCOMPARE(pixelAt(grey, 0, 0), (std::array{0, 0, 0}));
        QCOMPARE(pixelAt(grey, 15, 0), (std::array{255, 255, 255}));
        JpegOptions jpeg;
        jpeg.grey = true;
        QVERIFY(near(pixelAt(decodePicture(jpegFile(picture, jpeg), "x"), 15, 0), {255, 255, 255}));
    }

    void composesTransparencyOnWhite()
    {
        const Picture picture = quarters(8, 8);
        for (const int bits : {8, 16}) {
            PngOptions options;
            options.bits = bits;
            options.alpha = true;
            const Picture seen = decodePicture(pngFile(picture, options), "x");
            QCOMPARE(pixelAt(seen, 0, 0), kRed);
            QCOMPARE(pixelAt(seen, 7, 0), (std::array{127, 255, 127})); // green, alpha 128 of 255
        }
        PngOptions palette;
        palette.palette = true;
        palette.bits = 2;
        QCOMPARE(difference(decodePicture(pngFile(picture, palette), "x"), picture), 0);
        palette.alpha = true;
        const Picture seen = decodePicture(pngFile(picture, palette), "x");
        QCOMPARE(pixelAt(seen, 0, 7), kBlue);
        QCOMPARE(pixelAt(seen, 7, 7), (std::array{255, 255, 255}));
        const Picture gif = decodePicture(gifFile(picture, false, true), "x");
        QCOMPARE(pixelAt(gif, 0, 0), kRed);
        QCOMPARE(pixelAt(gif, 7, 0), (std::array{255, 255, 255}));
    }

    void readsCmykAsAdobeWritesIt()
    {
        JpegOptions options;
        options.cmyk = true;
        const Picture seen = decodePicture(jpegFile(quarters(32, 32), options), "x");
        QVERIFY(near(pixelAt(seen, 2, 2), kRed));
        QVERIFY(near(pixelAt(seen, 29, 29), kYellow));
    }

    void turnsPicturesUpright_data()
    {
        QTest::addColumn<int>("row");
        for (const Upright &upright : kUprights)
            QTest::addRow("orientation %d", upright.orientation) << int(&upright - kUprights);
    }

    void turnsPicturesUpright()
    {
        QFETCH(int, row);
        const Upright expected = kUprights[row];
        JpegOptions jpeg;
        jpeg.orientation = expected.orientation;
        PngOptions png;
        png.orientation = expected.orientation;
        const Picture stored = quarters(48, 32);
        for (const FileBytes &file :
             {jpegFile(stored, jpeg), pngFile(stored, png), webpWithExif(stored, expected.orientation)}) {
            const Picture seen = decodePicture(file, "x");
            QCOMPARE(seen.width, expected.orientation >= 5 ? 32 : 48);
            QCOMPARE(seen.height, expected.orientation >= 5 ? 48 : 32);
            QVERIFY(near(pixelAt(seen, 1, 1), expected.upperLeft));
            QVERIFY(near(pixelAt(seen, seen.width - 2, 1), expected.upperRight));
            QVERIFY(near(pixelAt(seen, 1, seen.height - 2), expected.lowerLeft));
        }
    }

    void refusesEveryTruncatedFile()
    {
        // Noise, so that every byte of the file carries pixels.
        Picture noise{40, 40, {}};
        std::mt19937 random(7);
        for (int i = 0; i < 40 * 40 * 3; ++i)
            noise.rgb.push_back(std::uint8_t(random() % 6 * 51));
        for (const Format &format : allFormats(noise)) {
            for (int part = 0; part < 40; ++part) {
                const std::size_t length = format.file.size() * std::size_t(part) / 40;
                const FileBytes prefix(format.file.begin(), format.file.begin() + std::ptrdiff_t(length));
                const QString message = messageOf(prefix);
                QVERIFY2(
                    !message.isEmpty(),
                    qPrintable(QString("%1, %2 of %3 bytes").arg(format.name).arg(length).arg(format.file.size())));
                QVERIFY2(message.startsWith("fox.png: "), qPrintable(message));
            }
            const FileBytes half(format.file.begin(), format.file.begin() + std::ptrdiff_t(format.file.size() / 2));
            QVERIFY2(messageOf(half).contains("truncated"), qPrintable(messageOf(half)));
        }
    }

    void survivesDamagedBytes()
    {
        // Whatever the bytes, the answer is a whole picture or a sentence.
        std::mt19937 random(11);
        for (const Format &format : allFormats(quarters(32, 16))) {
            for (int round = 0; round < 300; ++round) {
                FileBytes file = format.file;
                for (int i = 0; i < 1 + round % 5; ++i)
                    file[random() % file.size()] = std::uint8_t(random());
                try {
                    const Picture picture = decodePicture(file, "x");
                    QCOMPARE(picture.rgb.size(), std::size_t(picture.width) * std::size_t(picture.height) * 3);
                } catch (const Exception &exception) {
                    QVERIFY(exception.code() == ErrorCode::BadInput || exception.code() == ErrorCode::Unsupported);
                }
            }
        }
    }

    void keepsVeryWidePicturesAndReducesHugeOnes()
    {
        const Picture strip = quarters(30000, 2);
        QCOMPARE(difference(decodePicture(pngFile(strip), "x"), strip), 0);
        QCOMPARE(decodePicture(jpegFile(strip), "x").width, 30000);

        // 30,000 × 1,400 = 42 million pixels: halved.
        const Picture huge = quarters(30000, 1400);
        for (const FileBytes &file : {pngFile(huge), jpegFile(huge)}) {
            const Picture seen = decodePicture(file, "x");
            QCOMPARE(seen.width, 15000);
            QCOMPARE(seen.height, 700);
            QVERIFY(near(pixelAt(seen, 10, 10), kRed));
            QVERIFY(near(pixelAt(seen, 14990, 690), kYellow));
        }
    }

    void refusesAbsurdSizesBeforeReadingThem()
    {
        QVERIFY2(messageOf(pngThatLies(1'000'000, 1'000'000)).contains("1,000,000 × 1,000,000"),
                 qPrintable(messageOf(pngThatLies(1'000'000, 1'000'000))));
        QVERIFY(messageOf(pngThatLies(30'000, 30'000)).contains("damaged") ||
                messageOf(pngThatLies(30'000, 30'000)).contains("truncated"));
        FileBytes bmp = fileByOpenCv(quarters(8, 8), ".bmp");
        bmp[20] = bmp[24] = 1; // 65,544 × 65,544
        QVERIFY2(messageOf(bmp).contains("too large"), qPrintable(messageOf(bmp)));
    }

    void namesWhatItDoesNotRead_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("words");
        const auto row = [](const char *name, const QByteArray &bytes, const char *words) {
            QTest::newRow(name) << bytes << QString(words);
        };
        row("empty", "", "is empty");
        row("text", "Dear Sir or Madam", "is not a picture");
        row("zeros", QByteArray(1000, '\0'), "is not a picture");
        row("heic", QByteArray("\0\0\0\x18", 4) + "ftypheic" + QByteArray(40, '\0'), "is a HEIC picture");
        row("avif", QByteArray("\0\0\0\x18", 4) + "ftypavif" + QByteArray(40, '\0'), "is an AVIF picture");
        row("svg", "<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "is an SVG drawing");
        row("pdf", "%PDF-1.7 and so on", "is a PDF document");
        row("animated webp", QByteArray("RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\x07\0\0\x07\0\0", 30),
            "animated WebP");
    }

    void namesWhatItDoesNotRead()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, words);
        const QString message = messageOf(FileBytes(bytes.begin(), bytes.end()));
        QVERIFY2(message.startsWith("fox.png: ") && message.contains(words), qPrintable(message));
    }

    void namesThePathOfFilesThatCannotBeOpened()
    {
        QTemporaryDir folder;
        const auto codeOf = [](const std::string &path) {
            try {
                decodePicture(path);
            } catch (const Exception &exception) {
                if (!std::string(exception.what()).starts_with(path + ": "))
                    qFatal("%s", exception.what());
                return exception.code();
            }
            qFatal("nothing was thrown");
        };
        const std::string root = folder.path().toStdString();
        QVERIFY(codeOf(root + "/none.png") == ErrorCode::NotFound);
        QVERIFY(codeOf(root) == ErrorCode::BadInput);
        std::ofstream(root + "/empty.png").close();
        QVERIFY(codeOf(root + "/empty.png") == ErrorCode::BadInput);
        QCOMPARE(::mkfifo((root + "/pipe.png").c_str(), 0600), 0);
        QVERIFY(codeOf(root + "/pipe.png") == ErrorCode::BadInput); // and does not hang
    }

    void printsNothing()
    {
        QTemporaryDir folder;
        const std::string path = folder.path().toStdString() + "/stderr";
        std::fflush(stderr);
        const int kept = ::dup(2);
        const int file = ::open(path.c_str(), O_CREAT | O_WRONLY, 0600);
        ::dup2(file, 2);
        std::mt19937 random(3);
        for (const Format &format : allFormats(quarters(32, 16))) {
            for (int round = 0; round < 60; ++round) {
                FileBytes bytes = format.file;
                if (round % 2)
                    bytes.resize(bytes.size() * std::size_t(round) / 60);
                else
                    bytes[random() % bytes.size()] ^= 0xFF;
                messageOf(bytes);
            }
        }
        std::fflush(stderr);
        ::dup2(kept, 2);
        ::close(kept);
        ::close(file);
        std::ifstream printed(path);
        const std::string text((std::istreambuf_iterator<char>(printed)), {});
        QVERIFY2(text.empty(), text.c_str());
    }

private:
    /// Lossless WebP in the extended layout with an EXIF chunk (RFC 9649, section 2.7).
    static FileBytes webpWithExif(const Picture &picture, int orientation)
    {
        const FileBytes simple = fileByOpenCv(picture, ".webp");
        FileBytes body = {'W', 'E', 'B', 'P'};
        const auto number = [&](std::size_t value, int count) {
            for (int i = 0; i < count; ++i)
                body.push_back(std::uint8_t(value >> 8 * i));
        };
        const auto text = [&](const char *four) { body.insert(body.end(), four, four + 4); };
        text("VP8X");
        number(10, 4);
        number(0x08, 4); // has EXIF
        number(std::size_t(picture.width - 1), 3);
        number(std::size_t(picture.height - 1), 3);
        body.insert(body.end(), simple.begin() + 12, simple.end());
        const FileBytes exif = exifBlock(orientation, true);
        text("EXIF");
        number(exif.size(), 4);
        body.insert(body.end(), exif.begin(), exif.end());
        FileBytes file = {'R', 'I', 'F', 'F'};
        for (int i = 0; i < 4; ++i)
            file.push_back(std::uint8_t(body.size() >> 8 * i));
        file.insert(file.end(), body.begin(), body.end());
        return file;
    }
};

QTEST_GUILESS_MAIN(PictureDecoderTest)
#include "picture_decoder_test.moc"
