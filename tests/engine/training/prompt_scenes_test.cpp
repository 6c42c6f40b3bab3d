// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/training/real_world.h"
#include "tests/engine/training/tiny_world.h"

#include "engine/core/error.h"
#include "engine/training/picture_world/prompt_nouns.h"
#include "engine/training/picture_world/prompt_scenes.h"

#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

using namespace orrery;
using namespace orrery::training;
using Pairs = Composer::Pairs;
using Attribute = PromptScenes::Attribute;

class PromptScenesTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void choosesEverydayThingsByRule();
    void choosesThingsThatDifferWithoutColour();
    void makesTheSamePictureForTheSameNumber();
    void spellsWhatItPaints_data();
    void spellsWhatItPaints();
    void neverShowsHeldOutPairsInTraining();
    void rivalsSayOneThingWrongAndNothingHeldOut();
    void drawsHeldOutPairsOfTheAttributeAskedFor();
    void givesUpWhereNothingIsHeldOut();
    void mixesEveryKindOfSentence();
    void namesShadesAndBlendsOfColours();
    void paintsOnTheGroundThatIsNamed();
    void looksAlikeOnTheGridWhereverItStands();
    void refusesAWorldWithoutThings();

private:
    QTemporaryDir m_folder;
    std::shared_ptr<const PromptScenes> m_tiny;
};

namespace {

/// Whether training may show everything that a sentence says, asked word by word.
bool saysHeldOutPair(const PromptScenes &scenes, const PromptSpec &spec)
{
    static const char *const kCounts[] = {"", "", "two", "three", "four"};
    static const char *const kRelations[] = {"left of", "right of", "above", "below"};
    static const char *const kStyles[] = {"line drawing", "silhouette",  "greyscale",
                                          "pixelated",    "upside down", "mirrored"};
    const auto colour = [](int i) { return std::string(namedColours()[i].name); };
    // "dark red blue": every word of it that names a colour.
    const auto isHeldOutColour = [](const std::string &noun, int phrase) {
        std::istringstream words(phrase < 0 ? std::string() : colourPhrases()[phrase].name);
        for (std::string word; words >> word;)
            if (word != "light" && word != "dark" && isHeldOut(noun, word))
                return true;
        return false;
    };
    if (spec.kind == PromptSpec::Kind::Sign)
        return isHeldOut(spec.word, "a sign that says");
    const std::string &noun = scenes.nouns()[spec.noun];
    return isHeldOutColour(noun, spec.colour) ||
           (spec.otherColour >= 0 && isHeldOutColour(scenes.nouns()[spec.other], spec.otherColour)) ||
           (spec.count > 1 && isHeldOut(noun, kCounts[spec.count])) ||
           (spec.otherCount > 1 && isHeldOut(scenes.nouns()[spec.other], kCounts[spec.otherCount])) ||
           (spec.kind == PromptSpec::Kind::Relation && isHeldOut(noun, kRelations[spec.relation])) ||
           (spec.background >= 0 && isHeldOut(noun, "background " + colour(spec.background))) ||
           (spec.size < 0 && isHeldOut(noun, "small")) || (spec.size > 0 && isHeldOut(noun, "big")) ||
           (spec.style >= 0 && isHeldOut(noun, kStyles[spec.style])) ||
           (spec.kind == PromptSpec::Kind::ShapeOf && isHeldOut(noun, "in the shape of")) ||
           (spec.kind == PromptSpec::Kind::MadeOf && isHeldOut(noun, "made of"));
}

} // namespace

void PromptScenesTest::initTestCase()
{
    const std::string file = m_folder.filePath("world.safetensors").toStdString();
    test::writeTinyWorld(file);
    m_tiny = std::make_shared<PromptScenes>(std::make_shared<PictureWorld>(file));
}

void PromptScenesTest::choosesEverydayThingsByRule()
{
    const auto world = test::realWorld();
    if (!world)
        QSKIP(test::kNoRealWorld);
    const std::vector<PromptNoun> nouns = promptNouns(*world);
    QVERIFY2(nouns.size() >= 200 && nouns.size() <= 280, qPrintable(QString::number(nouns.size())));
    std::set<std::string> words;
    for (const PromptNoun &noun : nouns)
        words.insert(noun.word);
    QCOMPARE(words.size(), nouns.size());
    for (const char *word :
         {"fox", "cat", "dog", "house", "star", "car", "tree", "fish", "apple", "key", "bell", "umbrella", "guitar"})
        QVERIFY2(words.count(word), word);
    for (const char *word : {"grapes", "cooking", "locked", "blue book", "sunset", "red heart"})
        QVERIFY2(!words.count(word), word);
}

void PromptScenesTest::choosesThingsThatDifferWithoutColour()
{
    // The tiny world has discs, bars and diamonds in many colours; only outlines make nouns.
    const std::set<std::string> words(m_tiny->nouns().begin(), m_tiny->nouns().end());
    QVERIFY(words.count("cat"));
    QVERIFY(words.size() < std::size_t(test::kTinyNames));
    for (std::size_t a = 0; a < m_tiny->nouns().size(); ++a)
        for (std::size_t b = 0; b < a; ++b)
            QVERIFY(unlikeness(m_tiny->sprite(static_cast<int>(a)), m_tiny->sprite(static_cast<int>(b))) > 0.3f);
    QCOMPARE(unlikeness(m_tiny->sprite(0), m_tiny->sprite(0)), 0.0f);
}

void PromptScenesTest::makesTheSamePictureForTheSameNumber()
{
    std::set<std::vector<std::uint8_t>> different;
    for (std::uint64_t i = 0; i < 40; ++i) {
        const Example a = m_tiny->example(i, 64, Pairs::Training);
        const Example b = m_tiny->example(i, 64, Pairs::Training);
        QCOMPARE(a.picture.size(), std::size_t(3 * 64 * 64));
        QCOMPARE(a.picture, b.picture);
        QCOMPARE(a.caption, b.caption);
        QCOMPARE(a.name, -1);
        different.insert(a.picture);
    }
    QVERIFY2(different.size() > 30, qPrintable(QString::number(different.size())));
}

void PromptScenesTest::spellsWhatItPaints_data()
{
    QTest::addColumn<int>("attribute");
    QTest::addColumn<QString>("pattern");
    const auto row = [](const char *name, Attribute attribute, const char *pattern) {
        QTest::newRow(name) << static_cast<int>(attribute) << QString(pattern);
    };
    row("noun", Attribute::Noun, "^an? [a-z]+$");
    row("colour", Attribute::Colour, "^an? (red|orange|yellow|green|blue|purple|pink|brown|grey|black|white) [a-z]+$");
    row("count", Attribute::Count, "^(two|three|four) [a-z]+s$");
    row("position", Attribute::Position, "^an? [a-z]+ (left of|right of|above|below) an? [a-z]+$");
    row("shape of", Attribute::ShapeOf, "^an? [a-z]+ in the shape of an? [a-z]+$");
    row("made of", Attribute::MadeOf, "^an? [a-z]+ made of [a-z]+s$");
    row("sign", Attribute::Sign, "^a sign that says [a-z]{1,4}$");
}

void PromptScenesTest::spellsWhatItPaints()
{
    QFETCH(int, attribute);
    QFETCH(QString, pattern);
    const QRegularExpression expression(pattern);
    for (std::uint64_t i = 0; i < 50; ++i) {
        Random random(3, i);
        const PromptSpec spec = m_tiny->prompt(random, Pairs::Training, static_cast<Attribute>(attribute));
        QVERIFY2(expression.match(QString::fromStdString(spec.caption)).hasMatch(), spec.caption.c_str());
    }
}

void PromptScenesTest::neverShowsHeldOutPairsInTraining()
{
    for (std::uint64_t i = 0; i < 4000; ++i) {
        Random random(7, i);
        const PromptSpec seen = m_tiny->prompt(random, Pairs::Training);
        QVERIFY2(!saysHeldOutPair(*m_tiny, seen), seen.caption.c_str());
        const PromptSpec kept = m_tiny->prompt(random, Pairs::HeldOut);
        QVERIFY2(saysHeldOutPair(*m_tiny, kept), kept.caption.c_str());
    }
}

void PromptScenesTest::rivalsSayOneThingWrongAndNothingHeldOut()
{
    using Kind = PromptSpec::Kind;
    int counts = 0, colours = 0, nouns = 0, places = 0, exchanged = 0, words = 0;
    for (std::uint64_t i = 0; i < 3000; ++i) {
        Random random(11, i);
        const PromptSpec truth = m_tiny->prompt(random, Pairs::Training);
        const std::optional<PromptSpec> rival = m_tiny->rival(truth, random);
        if (!rival) // of a few in a world of a few things
            continue;
        QVERIFY2(rival->caption != truth.caption, truth.caption.c_str());
        QVERIFY2(!saysHeldOutPair(*m_tiny, *rival), rival->caption.c_str());
        QCOMPARE(rival->kind, truth.kind);
        counts += rival->count != truth.count && rival->otherCount == truth.otherCount;
        colours += rival->colour != truth.colour && rival->otherColour == truth.otherColour;
        nouns += rival->noun != truth.noun && rival->other == truth.other;
        places += rival->relation != truth.relation;
        exchanged += truth.other >= 0 && rival->noun == truth.other && rival->other == truth.noun;
        words += truth.kind == Kind::Sign && rival->word != truth.word;
    }
    for (const int seen : {counts, colours, nouns, places, exchanged, words})
        QVERIFY2(seen > 20, qPrintable(QString("%1 %2 %3 %4 %5 %6")
                                           .arg(counts)
                                           .arg(colours)
                                           .arg(nouns)
                                           .arg(places)
                                           .arg(exchanged)
                                           .arg(words)));
}

void PromptScenesTest::drawsHeldOutPairsOfTheAttributeAskedFor()
{
    const auto world = test::realWorld();
    if (!world)
        QSKIP(test::kNoRealWorld);
    const PromptScenes scenes(world);
    for (const Attribute attribute : {Attribute::Colour, Attribute::Count, Attribute::Position})
        for (std::uint64_t i = 0; i < 200; ++i) {
            Random random(8, i);
            const PromptSpec kept = scenes.prompt(random, Pairs::HeldOut, attribute);
            QVERIFY2(saysHeldOutPair(scenes, kept), kept.caption.c_str());
            QCOMPARE(kept.colour >= 0, attribute == Attribute::Colour);
            QCOMPARE(kept.count > 1, attribute == Attribute::Count);
            QCOMPARE(kept.other >= 0, attribute == Attribute::Position);
        }
}

void PromptScenesTest::givesUpWhereNothingIsHeldOut()
{
    // Three things, three counts: none of the nine pairs is held out, and looking for one must end.
    for (const std::string &noun : m_tiny->nouns())
        for (const char *count : {"two", "three", "four"})
            QVERIFY(!isHeldOut(noun, count));
    Random random(8, 1);
    QVERIFY_EXCEPTION_THROWN(m_tiny->prompt(random, Pairs::HeldOut, Attribute::Count), Exception);
}

void PromptScenesTest::mixesEveryKindOfSentence()
{
    std::map<std::string, int> seen;
    for (std::uint64_t i = 0; i < 4000; ++i) {
        Random random(9, i);
        const PromptSpec spec = m_tiny->prompt(random, Pairs::Training);
        seen["colour"] += spec.colour >= 0;
        seen["count"] += spec.count > 1;
        seen["coloured count"] += spec.count > 1 && spec.colour >= 0;
        seen["shade or blend"] += spec.colour >= static_cast<int>(namedColours().size());
        seen["two kinds"] += spec.kind == PromptSpec::Kind::Together;
        seen["relation"] += spec.kind == PromptSpec::Kind::Relation;
        seen["background"] += spec.background >= 0;
        seen["size"] += spec.size != 0;
        seen["style"] += spec.style >= 0;
        seen["shape of"] += spec.kind == PromptSpec::Kind::ShapeOf;
        seen["made of"] += spec.kind == PromptSpec::Kind::MadeOf;
        seen["sign"] += spec.kind == PromptSpec::Kind::Sign;
        QVERIFY2(spec.colour < 0 || spec.colour != spec.background, spec.caption.c_str());
    }
    for (const auto &[what, count] : seen)
        QVERIFY2(count > 30, what.c_str());
    // Of the sentences 12 % are of places; 21 % are of counts, and most of the 12 % of two kinds; less what is held
    // out.
    QVERIFY(seen["relation"] > 350 && seen["relation"] < 550);
    QVERIFY(seen["count"] > 900 && seen["count"] < 1300);
}

void PromptScenesTest::namesShadesAndBlendsOfColours()
{
    const auto named = namedColours();
    const auto phrases = colourPhrases();
    std::set<std::string> names;
    for (std::size_t i = 0; i < phrases.size(); ++i) {
        names.insert(phrases[i].name);
        if (i < named.size())
            QCOMPARE(phrases[i].name, std::string(named[i].name));
    }
    QCOMPARE(names.size(), phrases.size());
    QVERIFY2(phrases.size() > 150, qPrintable(QString::number(phrases.size())));
    const auto colour = [&](const char *name) {
        return std::find_if(phrases.begin(), phrases.end(), [&](const ColourPhrase &p) { return p.name == name; })
            ->colour;
    };
    for (int c = 0; c < 3; ++c) {
        QCOMPARE(colour("red blue")[c], 0.5f * (colour("red")[c] + colour("blue")[c]));
        QVERIFY(colour("dark red blue")[c] < colour("red blue")[c]);
        QVERIFY(colour("light red blue")[c] > colour("red blue")[c]);
    }
}

void PromptScenesTest::paintsOnTheGroundThatIsNamed()
{
    PromptSpec spec;
    for (int background = -1; background < static_cast<int>(namedColours().size()); ++background) {
        spec.background = background;
        Random random(1, 1);
        const std::vector<std::uint8_t> picture = m_tiny->paint(spec, random, 64);
        const Colour ground = background < 0 ? Colour{1, 1, 1} : namedColours()[background].colour;
        for (int c = 0; c < 3; ++c)
            QCOMPARE(int(picture[c * 64 * 64]), static_cast<int>(ground[c] * 255 + 0.5f));
    }
}

void PromptScenesTest::looksAlikeOnTheGridWhereverItStands()
{
    // Cut into eighths, a scene of two, of three or of four of a kind is made of the same pieces, in other places; so
    // is a thing alone in the places that it has.
    constexpr int kSize = 64, kCell = 8;
    using Piece = std::vector<std::uint8_t>;
    const auto piecesOf = [](const std::vector<std::uint8_t> &picture) {
        std::set<Piece> pieces;
        for (int top = 0; top < kSize; top += kCell)
            for (int left = 0; left < kSize; left += kCell) {
                Piece piece;
                for (int c = 0; c < 3; ++c)
                    for (int y = top; y < top + kCell; ++y)
                        for (int x = left; x < left + kCell; ++x)
                            piece.push_back(picture[std::size_t((c * kSize + y) * kSize + x)]);
                pieces.insert(std::move(piece));
            }
        return pieces;
    };
    for (const int fewest : {1, 2}) {
        std::set<std::vector<std::uint8_t>> pictures;
        std::set<Piece> all;
        std::size_t most = 0;
        for (std::uint64_t i = 0; i < 24; ++i) {
            PromptSpec spec;
            spec.count = fewest == 1 ? 1 : 2 + int(i % 3);
            Random random(7, i);
            const std::vector<std::uint8_t> picture = m_tiny->paint(spec, random, kSize);
            pictures.insert(picture);
            const std::set<Piece> pieces = piecesOf(picture);
            most = std::max(most, pieces.size());
            all.insert(pieces.begin(), pieces.end());
        }
        QVERIFY(pictures.size() >= 4); // and yet the places differ
        QCOMPARE(all.size(), most);
    }
}

void PromptScenesTest::refusesAWorldWithoutThings()
{
    const std::string file = m_folder.filePath("empty.safetensors").toStdString();
    const std::vector<std::uint8_t> blank(PictureWorld::kSize * PictureWorld::kSize * 4, 0);
    const std::int32_t zero = 0;
    writeSafetensors(
        file,
        {{"sprites", Dtype::U8, {1, PictureWorld::kSize, PictureWorld::kSize, 4}, std::as_bytes(std::span(blank))},
         {"name", Dtype::I32, {1}, std::as_bytes(std::span(&zero, 1))},
         {"artist", Dtype::I32, {1}, std::as_bytes(std::span(&zero, 1))}},
        {{"picture_world",
          R"({"names":[{"name":"air","emoji":"x","group":"Objects","keywords":[]}],"artists":["noto"]})"}});
    try {
        const PromptScenes scenes(std::make_shared<PictureWorld>(file));
        QFAIL("a world of nothing was taken");
    } catch (const Exception &error) {
        QVERIFY(error.code() == ErrorCode::BadInput);
        QVERIFY(std::string(error.what()).find("empty.safetensors") != std::string::npos);
    }
}

QTEST_GUILESS_MAIN(PromptScenesTest)
#include "prompt_scenes_test.moc"
