// SPDX-License-Identifier: Apache-2.0
#include "engine/core/error.h"
#include "engine/training/picture_world/emoji_names.h"
#include "engine/training/picture_world/make_picture_world.h"
#include "engine/training/picture_world/picture_world.h"
#include "engine/training/picture_world/sprite_renderer.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <set>

using namespace orrery;
using namespace orrery::training;

class MakePictureWorldTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void findsEveryNameThatPeopleAreTestedOn();
    void drawsEveryNameInColour();
    void givesTheSameBytesTwice();
    void namesThePackageThatIsMissing();
    void fitsPicturesWithoutStretchingThem();

private:
    static bool hasPackages()
    {
        const PictureWorldOptions options;
        return QFile::exists(QString::fromStdString(options.emojiTest)) &&
               QFile::exists(QString::fromStdString(options.annotations)) &&
               QFile::exists(QString::fromStdString(options.fonts.front().second));
    }
};

#define NEEDS_PACKAGES()                                                                                               \
    if (!hasPackages())                                                                                                \
    QSKIP("fonts-noto-color-emoji, unicode-data or unicode-cldr-core is not installed")

void MakePictureWorldTest::findsEveryNameThatPeopleAreTestedOn()
{
    NEEDS_PACKAGES();
    const std::vector<EmojiName> names = readEmojiNames();
    std::set<std::string> known;
    for (const EmojiName &name : names)
        known.insert(name.name);
    QCOMPARE(known.size(), names.size());
    for (const char *name : {"grinning face", "cat face", "red heart", "piñata", "red hair", "twelve o’clock"})
        QVERIFY2(known.count(name), name);
    QVERIFY2(!known.count("light skin tone"), "skin tones are no things");

    const QString shared = qEnvironmentVariable("ORRERY_SHARED_DATA", ORRERY_SOURCE_DIR "/../shared/data");
    QFile file(shared + "/drawings/all_labels.txt");
    if (!file.open(QIODevice::ReadOnly))
        QSKIP("the drawings of another artist are not here (ORRERY_SHARED_DATA)");
    for (const QByteArray &line : file.readAll().split('\n'))
        if (!line.trimmed().isEmpty())
            QVERIFY2(known.count(line.trimmed().toStdString()), line.constData());
}

void MakePictureWorldTest::drawsEveryNameInColour()
{
    NEEDS_PACKAGES();
    const SpriteRenderer renderer(PictureWorldOptions().fonts.front().second);
    QVERIFY(renderer.isColour());
    int drawn = 0;
    const std::vector<EmojiName> names = readEmojiNames();
    for (std::size_t i = 0; i < names.size(); i += 7) {
        const auto sprite = renderer.render(names[i].code);
        QVERIFY2(sprite.has_value(), names[i].name.c_str());
        QCOMPARE(sprite->size(), std::size_t(kSpriteSize * kSpriteSize * 4));
        ++drawn;
    }
    QVERIFY(drawn > 150);
    QVERIFY(!renderer.render(U'\u0915').has_value()); // a letter that the font lacks
}

void MakePictureWorldTest::givesTheSameBytesTwice()
{
    NEEDS_PACKAGES();
    const QTemporaryDir folder;
    PictureWorldOptions options;
    options.fonts.resize(1);
    QByteArray bytes[2];
    for (int i = 0; i < 2; ++i) {
        options.out = folder.filePath(QString::number(i)).toStdString();
        const PictureWorldSummary summary = makePictureWorld(options);
        QCOMPARE(summary.sprites, summary.names);
        QFile file(QString::fromStdString(options.out));
        QVERIFY(file.open(QIODevice::ReadOnly));
        bytes[i] = file.readAll();
    }
    QVERIFY(bytes[0] == bytes[1]);
    const PictureWorld world(options.out);
    QCOMPARE(world.artists(), std::vector<std::string>{"noto"});
    QVERIFY(world.isColour(0));
    QVERIFY(world.find(0, 0) >= 0);
}

void MakePictureWorldTest::namesThePackageThatIsMissing()
{
    NEEDS_PACKAGES();
    PictureWorldOptions options;
    options.fonts.front().second = "/nowhere/font.ttf";
    try {
        makePictureWorld(options);
        QFAIL("a font that is not there was used");
    } catch (const Exception &error) {
        QVERIFY(std::string(error.what()).find("fonts-noto-color-emoji") != std::string::npos);
    }
}

void MakePictureWorldTest::fitsPicturesWithoutStretchingThem()
{
    // A red bar of 40 × 10 pixels becomes 64 × 16, in the middle.
    std::vector<std::uint8_t> bar;
    for (int i = 0; i < 400; ++i)
        bar.insert(bar.end(), {255, 0, 0, 255});
    const Sprite sprite = fitSprite(bar, 40, 10);
    const auto alpha = [&](int x, int y) { return int(sprite[(y * kSpriteSize + x) * 4 + 3]); };
    QCOMPARE(alpha(1, 32), 255);
    QCOMPARE(alpha(62, 32), 255);
    QCOMPARE(alpha(32, 20), 0);
    QCOMPARE(alpha(32, 43), 0);
    QCOMPARE(int(sprite[(32 * kSpriteSize + 32) * 4]), 255);
}

QTEST_GUILESS_MAIN(MakePictureWorldTest)
#include "make_picture_world_test.moc"
