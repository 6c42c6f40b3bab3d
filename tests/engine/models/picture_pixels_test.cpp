// SPDX-License-Identifier: Apache-2.0
#include "engine/models/picture_pixels.h"

#include <QTest>

using namespace orrery;

class PicturePixelsTest : public QObject
{
    Q_OBJECT

    static Picture plain(std::uint8_t red, std::uint8_t green, std::uint8_t blue)
    {
        Picture picture{16, 16, {}};
        for (int i = 0; i < 16 * 16; ++i)
            picture.rgb.insert(picture.rgb.end(), {red, green, blue});
        return picture;
    }

private Q_SLOTS:
    void aPlainGroundIsBlank()
    {
        QVERIFY(isBlank(plain(255, 255, 255)));
        QVERIFY(isBlank(plain(20, 90, 200)));
        Picture grainy = plain(250, 250, 250);
        for (std::size_t i = 0; i < grainy.rgb.size(); i += 5)
            grainy.rgb[i] = static_cast<std::uint8_t>(240 + i % 16);
        QVERIFY(isBlank(grainy));
    }

    void aThingOfAnyColourIsNot()
    {
        for (std::size_t channel = 0; channel < 3; ++channel) {
            Picture picture = plain(255, 255, 255);
            picture.rgb[3 * 40 + channel] = 180; // a single pixel
            QVERIFY(!isBlank(picture));
        }
        Picture faint = plain(255, 255, 255); // the outline of a white thing
        faint.rgb[300] = faint.rgb[301] = faint.rgb[302] = 200;
        QVERIFY(!isBlank(faint));
    }
};

QTEST_GUILESS_MAIN(PicturePixelsTest)
#include "picture_pixels_test.moc"
