// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/training/tiny_world.h"

#include "engine/core/error.h"
#include "engine/training/strange_pictures.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <set>
#include <thread>

using namespace orrery;
using namespace orrery::training;

class ComposerTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void makesTheSamePictureForTheSameNumber();
    void makesTheSamePicturesOnSeveralThreads();
    void makesOtherPicturesForAnotherSeed();
    void fillsPicturesOfEverySize();
    void neverShowsHeldOutPairsInTraining();
    void holdsOutATenthOfThePairs();
    void putsTheFirstNounWhereTheCaptionSays();
    void drawsAsManyAsTheCaptionSays();
    void paintsTheBackgroundThatTheCaptionNames();
    void writesArticlesAndPlurals();
    void refusesFilesThatAreNoPictureWorld();
    void makesStrangePicturesThatRepeat();

private:
    QTemporaryDir m_folder;
    std::shared_ptr<const Composer> m_composer;
};

namespace {

/// Share of pixels that differ from white in a part of the picture, in sixteenths of its edge.
double ink(const Example &example, int size, int x0, int x1, int y0, int y1)
{
    int dark = 0, all = 0;
    for (int y = y0 * size / 16; y < y1 * size / 16; ++y)
        for (int x = x0 * size / 16; x < x1 * size / 16; ++x, ++all)
            for (int c = 0; c < 3; ++c)
                if (example.picture[static_cast<std::size_t>(c) * size * size + y * size + x] < 180) {
                    ++dark;
                    break;
                }
    return static_cast<double>(dark) / all;
}

/// The modifier of a scene as isHeldOut knows it.
bool heldOut(const Composer &composer, const SceneSpec &spec)
{
    static const char *const kCounts[] = {"two", "three", "four"};
    static const char *const kRelations[] = {"left of", "right of", "above", "below"};
    static const char *const kSizes[] = {"small", "big"};
    static const char *const kStyles[] = {"line drawing", "silhouette",  "greyscale",
                                          "pixelated",    "upside down", "mirrored"};
    const std::string &noun = composer.world().names()[spec.noun].name;
    const std::string colour = spec.kind == SceneKind::Colour || spec.kind == SceneKind::Background
                                   ? std::string(namedColours()[spec.value].name)
                                   : std::string();
    switch (spec.kind) {
    case SceneKind::Colour:
        return isHeldOut(noun, colour);
    case SceneKind::Background:
        return isHeldOut(noun, "background " + colour);
    case SceneKind::Count:
        return isHeldOut(noun, kCounts[spec.value]);
    case SceneKind::Relation:
        return isHeldOut(noun, kRelations[spec.value]);
    case SceneKind::Size:
        return isHeldOut(noun, kSizes[spec.value]);
    case SceneKind::Style:
        return isHeldOut(noun, kStyles[spec.value]);
    case SceneKind::ShapeOf:
        return isHeldOut(noun, "in the shape of");
    case SceneKind::MadeOf:
        return isHeldOut(noun, "made of");
    case SceneKind::Sign:
        return isHeldOut(spec.word, "a sign that says");
    }
    return false;
}

} // namespace

void ComposerTest::init()
{
    m_composer = test::tinyComposer(m_folder.filePath("world.safetensors").toStdString());
}

void ComposerTest::makesTheSamePictureForTheSameNumber()
{
    for (std::uint64_t i = 0; i < 20; ++i) {
        const Example a = m_composer->drawing(i, 48), b = m_composer->drawing(i, 48);
        QCOMPARE(a.picture, b.picture);
        QCOMPARE(a.caption, b.caption);
        const Example c = m_composer->scene(i, 64, Composer::Pairs::Training);
        QCOMPARE(m_composer->scene(i, 64, Composer::Pairs::Training).picture, c.picture);
    }
}

void ComposerTest::makesTheSamePicturesOnSeveralThreads()
{
    std::vector<Example> here, there(30);
    for (std::uint64_t i = 0; i < 30; ++i)
        here.push_back(i % 2 ? m_composer->drawing(i, 64) : m_composer->scene(i, 64, Composer::Pairs::Training));
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t)
        threads.emplace_back([&, t] {
            for (std::uint64_t i = t; i < 30; i += 3)
                there[i] = i % 2 ? m_composer->drawing(i, 64) : m_composer->scene(i, 64, Composer::Pairs::Training);
        });
    for (std::thread &thread : threads)
        thread.join();
    for (std::size_t i = 0; i < 30; ++i)
        QCOMPARE(there[i].picture, here[i].picture);
}

void ComposerTest::makesOtherPicturesForAnotherSeed()
{
    const Composer other(std::make_shared<PictureWorld>(m_composer->world().file()), 2);
    QVERIFY(other.drawing(5, 64).picture != m_composer->drawing(5, 64).picture);
    QVERIFY(m_composer->drawing(6, 64).picture != m_composer->drawing(5, 64).picture);
}

void ComposerTest::fillsPicturesOfEverySize()
{
    for (const int size : {32, 48, 64}) {
        const Example example = m_composer->drawing(3, size);
        QCOMPARE(example.picture.size(), static_cast<std::size_t>(3 * size * size));
        QVERIFY(example.name >= 0 && example.name < test::kTinyNames);
    }
}

void ComposerTest::neverShowsHeldOutPairsInTraining()
{
    for (std::uint64_t i = 0; i < 3000; ++i) {
        Random random(7, i);
        const SceneSpec seen = m_composer->sceneSpec(random, Composer::Pairs::Training);
        QVERIFY2(!heldOut(*m_composer, seen), seen.caption.c_str());
        const SceneSpec kept = m_composer->sceneSpec(random, Composer::Pairs::HeldOut);
        QVERIFY2(heldOut(*m_composer, kept), kept.caption.c_str());
    }
}

void ComposerTest::holdsOutATenthOfThePairs()
{
    int count = 0;
    for (int i = 0; i < 5000; ++i)
        count += isHeldOut("noun " + std::to_string(i), "red");
    QVERIFY(count > 400 && count < 600);
}

void ComposerTest::putsTheFirstNounWhereTheCaptionSays()
{
    // "apple" is a large disc and "door" another; both leave ink in their own half, none in the far corners.
    int checked = 0;
    for (std::uint64_t i = 0; i < 400; ++i) {
        const Example scene = m_composer->scene(i, 64, Composer::Pairs::Training);
        if (scene.caption.find(" left of ") == std::string::npos &&
            scene.caption.find(" right of ") == std::string::npos)
            continue;
        ++checked;
        QVERIFY(ink(scene, 64, 0, 8, 0, 16) > 0.02);
        QVERIFY(ink(scene, 64, 8, 16, 0, 16) > 0.02);
    }
    QVERIFY(checked > 10);
}

void ComposerTest::drawsAsManyAsTheCaptionSays()
{
    int checked = 0;
    for (std::uint64_t i = 0; i < 600; ++i) {
        const Example scene = m_composer->scene(i, 64, Composer::Pairs::Training);
        if (scene.caption.rfind("four ", 0) != 0)
            continue;
        ++checked;
        for (int x = 0; x < 16; x += 8)
            for (int y = 0; y < 16; y += 8)
                QVERIFY2(ink(scene, 64, x, x + 8, y, y + 8) > 0.02, scene.caption.c_str());
    }
    QVERIFY(checked > 3);
}

void ComposerTest::paintsTheBackgroundThatTheCaptionNames()
{
    int checked = 0;
    for (std::uint64_t i = 0; i < 2000; ++i) {
        const Example scene = m_composer->scene(i, 64, Composer::Pairs::Training);
        if (scene.caption.find(" on a blue background") == std::string::npos)
            continue;
        ++checked;
        const int corner = 0;
        QVERIFY(scene.picture[2 * 64 * 64 + corner] > scene.picture[corner] + 60);
    }
    QVERIFY(checked > 0);
}

void ComposerTest::writesArticlesAndPlurals()
{
    QCOMPARE(withArticle("owl"), std::string("an owl"));
    QCOMPARE(withArticle("unicorn"), std::string("a unicorn"));
    QCOMPARE(plural("fox"), std::string("foxes"));
    QCOMPARE(plural("cherry"), std::string("cherries"));
    QCOMPARE(plural("monkey"), std::string("monkeys"));
    QCOMPARE(plural("eyes"), std::string("eyes"));
    QCOMPARE(fillTemplate("a drawing of a {}", "owl"), std::string("a drawing of an owl"));
    QCOMPARE(fillTemplate("a {} emoji", "owl"), std::string("a owl emoji"));
}

void ComposerTest::refusesFilesThatAreNoPictureWorld()
{
    const std::string file = m_folder.filePath("other.safetensors").toStdString();
    const float one = 1;
    writeSafetensors(file, {{"sprites", Dtype::F32, {1}, std::as_bytes(std::span(&one, 1))}});
    try {
        const PictureWorld world(file);
        QFAIL("a file without sprites was taken for a Picture World");
    } catch (const Exception &error) {
        QVERIFY(std::string(error.what()).find("other.safetensors") != std::string::npos);
        QVERIFY(std::string(error.what()).find("sprites") != std::string::npos);
    }
}

void ComposerTest::makesStrangePicturesThatRepeat()
{
    std::set<std::vector<std::uint8_t>> different;
    for (std::uint64_t i = 0; i < 40; ++i) {
        const auto picture = strangePicture(*m_composer, 1, i, 32);
        QCOMPARE(picture.size(), std::size_t(3 * 32 * 32));
        QCOMPARE(strangePicture(*m_composer, 1, i, 32), picture);
        different.insert(picture);
    }
    QCOMPARE(different.size(), std::size_t(40));
}

QTEST_GUILESS_MAIN(ComposerTest)
#include "composer_test.moc"
