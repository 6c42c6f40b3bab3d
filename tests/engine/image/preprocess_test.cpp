// SPDX-License-Identifier: Apache-2.0
#include "engine/files/safetensors.h"
#include "engine/image/preprocess.h"
#include "tests/engine/files/file_support.h"

#include <cstring>

using namespace orrery;
using namespace orrery::test;

namespace {

const std::string kPixels = ORRERY_SOURCE_DIR "/tests/data/clip_pixels/";

Picture pictureOf(const Safetensors &file, const std::string &name)
{
    const SafetensorsEntry *entry = file.find(name);
    if (!entry || entry->shape.size() != 3)
        qFatal("%s holds no picture %s", file.path().c_str(), name.c_str());
    Picture picture{int(entry->shape[1]), int(entry->shape[0]), {}};
    const auto *bytes = reinterpret_cast<const std::uint8_t *>(entry->bytes.data());
    picture.rgb.assign(bytes, bytes + entry->bytes.size());
    return picture;
}

} // namespace

class PreprocessTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void resizingGivesPillowsBytes_data();
    void resizingGivesPillowsBytes();
    void aRegionIsThePartOfTheWhole();
    void aSmallerViewStandsOnItsEdgeColour();
    void badViewsAreNamed();
    void pixelsAreThoseOfTheReference_data();
    void pixelsAreThoseOfTheReference();
    void aVeryWidePictureCostsItsCropOnly();
    void absurdSettingsAreRefusedWithFileAndField_data();
    void absurdSettingsAreRefusedWithFileAndField();
    void picturesThatLieAboutTheirSizeAreRefused();

private:
    TemporaryFolder m_folder;
};

void PreprocessTest::resizingGivesPillowsBytes_data()
{
    QTest::addColumn<QString>("which");
    QTest::addColumn<bool>("bicubic");
    for (int i = 0; i < 12; ++i)
        for (const bool bicubic : {true, false})
            QTest::addRow("%d %s", i, bicubic ? "bicubic" : "bilinear") << QString::number(i) << bicubic;
}

void PreprocessTest::resizingGivesPillowsBytes()
{
    // Pillow 13.0.0, Image.resize: tests/reference/make_clip_fixtures.py.
    QFETCH(QString, which);
    QFETCH(bool, bicubic);
    const auto file = Safetensors::open(kPixels + "expected.safetensors");
    const std::string number = which.toStdString();
    const Picture expected = pictureOf(*file, number + (bicubic ? "_bicubic" : "_bilinear"));
    const Picture found = resize(pictureOf(*file, number + "_input"), {expected.width, expected.height},
                                 bicubic ? Filter::Bicubic : Filter::Bilinear);
    QCOMPARE(found.width, expected.width);
    QCOMPARE(found.height, expected.height);
    QVERIFY(found.rgb == expected.rgb);
}

void PreprocessTest::aRegionIsThePartOfTheWhole()
{
    const auto file = Safetensors::open(kPixels + "expected.safetensors");
    const Picture picture = pictureOf(*file, "picture");
    for (const PixelSize size : {PixelSize{30, 20}, PixelSize{90, 43}, PixelSize{61, 10}, PixelSize{61, 43}}) {
        const Picture whole = resize(picture, size, Filter::Bicubic);
        const PixelRegion region{7, 3, 11, 6};
        const Picture part = resizeRegion(picture, size, region, Filter::Bicubic);
        for (int y = 0; y < region.height; ++y)
            QVERIFY(std::memcmp(part.rgb.data() + std::size_t(y * region.width * 3),
                                whole.rgb.data() + std::size_t(((region.top + y) * size.width + region.left) * 3),
                                std::size_t(region.width * 3)) == 0);
    }
}

void PreprocessTest::aSmallerViewStandsOnItsEdgeColour()
{
    // A dark square on a coloured ground, 40 × 40.
    Picture picture{40, 40, {}};
    for (int y = 0; y < 40; ++y)
        for (int x = 0; x < 40; ++x) {
            const bool inside = x >= 10 && x < 30 && y >= 10 && y < 30;
            for (const int value : {200, 100, 50})
                picture.rgb.push_back(static_cast<std::uint8_t>(inside ? 0 : value));
        }
    PreprocessConfig config;
    config.shortestEdge = 40;
    config.cropSize = {40, 40};
    config.normalize = false;
    const PreparedPicture whole = preprocess(picture, config, 1), half = preprocess(picture, config, 0.5);
    QCOMPARE(half.size.width, 40);
    QCOMPARE(half.size.height, 40);
    const auto at = [&](const PreparedPicture &p, int channel, int x, int y) {
        return p.values[std::size_t(channel) * 1600 + std::size_t(y) * 40 + std::size_t(x)];
    };
    const float ground[] = {200 / 255.0f, 100 / 255.0f, 50 / 255.0f};
    for (int c = 0; c < 3; ++c) {
        QVERIFY(std::abs(at(half, c, 0, 0) - ground[c]) < 1e-5f);
        QVERIFY(std::abs(at(half, c, 12, 12) - ground[c]) < 0.03f); // the picture's own ground
        QVERIFY(std::abs(at(half, c, 20, 20)) < 0.03f);             // its square, in the middle
        QVERIFY(std::abs(at(whole, c, 12, 12)) < 0.03f);            // where the whole has the square
    }
}

void PreprocessTest::badViewsAreNamed()
{
    for (const char *views : {"[]", "[0.9]", "[1, 2]", "[1, 0]", "[1,1,1,1,1,1,1,1,1]", "\"all\""}) {
        try {
            PreprocessConfig::parse(JsonObject::parse(std::string("{\"views\": ") + views + "}", "pre.json"));
            QFAIL(views);
        } catch (const Exception &error) {
            QVERIFY2(std::string(error.what()).find("views") != std::string::npos, error.what());
        }
    }
}

void PreprocessTest::pixelsAreThoseOfTheReference_data()
{
    QTest::addColumn<QString>("which");
    const char *names[] = {"standard",  "crop larger than the picture", "no resize", "bilinear", "no normalisation",
                           "own values"};
    for (int i = 0; i < 6; ++i)
        QTest::newRow(names[i]) << QString::number(i);
}

void PreprocessTest::pixelsAreThoseOfTheReference()
{
    // transformers 4.57.6, CLIPImageProcessor.
    QFETCH(QString, which);
    const auto file = Safetensors::open(kPixels + "expected.safetensors");
    const PreprocessConfig config =
        PreprocessConfig::parse(JsonObject::readFile(kPixels + which.toStdString() + ".json"));
    const PreparedPicture found = preprocess(pictureOf(*file, "picture"), config);
    const SafetensorsEntry *expected = file->find(which.toStdString() + "_pixels");
    QVERIFY(expected);
    QVERIFY((expected->shape == std::vector<std::int64_t>{3, found.size.height, found.size.width}));
    double largest = 0;
    for (std::size_t i = 0; i < found.values.size(); ++i) {
        float value = 0;
        std::memcpy(&value, expected->bytes.data() + 4 * i, 4);
        largest = std::max(largest, double(std::abs(value - found.values[i])));
    }
    QVERIFY2(largest <= 1e-6, qPrintable(QString::number(largest)));
}

void PreprocessTest::aVeryWidePictureCostsItsCropOnly()
{
    // To 8 pixels high it would become 240,000 wide; only 8 × 8 are wanted.
    Picture picture{30000, 1, std::vector<std::uint8_t>(90000, 200)};
    PreprocessConfig config;
    config.shortestEdge = 8;
    config.cropSize = {8, 8};
    config.normalize = false;
    const PreparedPicture found = preprocess(picture, config);
    QCOMPARE(found.values.size(), std::size_t(192));
    QCOMPARE(found.values[0], 200 / 255.f);
    config.crop = false;
    config.shortestEdge = 4096; // 4,096 × 122,880,000
    messageOf<ErrorCode::BadInput>([&] { preprocess(picture, config); });
}

void PreprocessTest::absurdSettingsAreRefusedWithFileAndField_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("expected");
    QTest::newRow("no size") << R"({"size":{"shortest_edge":0}})"
                             << "field \"shortest_edge\" is 0";
    QTest::newRow("a huge size") << R"({"size":{"height":1000000,"width":3}})"
                                 << "field \"height\" is 1000000";
    QTest::newRow("half a size") << R"({"size":{"width":3}})"
                                 << "field \"height\" is missing";
    QTest::newRow("a text as size") << R"({"size":"224"})"
                                    << "field \"size\" is \"224\"";
    QTest::newRow("another filter") << R"({"resample":1})"
                                    << "field \"resample\" is 1";
    QTest::newRow("two means") << R"({"image_mean":[0.5,0.5]})"
                               << "field \"image_mean\" holds 2 numbers";
    QTest::newRow("division by nothing") << R"({"image_std":[1,0,1]})"
                                         << "field \"image_std\" is 0";
    QTest::newRow("a number for a truth") << R"({"do_resize":1})"
                                          << "field \"do_resize\" is 1";
}

void PreprocessTest::absurdSettingsAreRefusedWithFileAndField()
{
    QFETCH(QString, json);
    QFETCH(QString, expected);
    m_folder.write("preprocessor_config.json", json.toStdString());
    const QString message =
        messageOf<ErrorCode::ModelFile>([&] { PreprocessConfig::fromFolder(m_folder.path(), 224); });
    QVERIFY2(message.contains("preprocessor_config.json") && message.contains(expected), qPrintable(message));
}

void PreprocessTest::picturesThatLieAboutTheirSizeAreRefused()
{
    messageOf<ErrorCode::BadInput>([] { preprocess({4, 4, std::vector<std::uint8_t>(47)}, {}); });
    messageOf<ErrorCode::BadInput>([] { preprocess({0, 4, {}}, {}); });
    messageOf<ErrorCode::BadInput>([] { preprocess({-1, 4, std::vector<std::uint8_t>(12)}, {}); });
}

QTEST_GUILESS_MAIN(PreprocessTest)
#include "preprocess_test.moc"
