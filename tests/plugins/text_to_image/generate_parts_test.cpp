// SPDX-License-Identifier: Apache-2.0
#include "engine/files/sample_recipe.h"
#include "plugins/text_to_image/view/parameters.h"
#include "plugins/text_to_image/view/sampler.h"
#include "plugins/text_to_image/view/sentence.h"
#include "plugins/text_to_image/view/tile_layout.h"

#include <QTest>

#include <cmath>

using namespace orrery;
using namespace orrery::text_to_image;

class GeneratePartsTest : public QObject
{
    Q_OBJECT

    const Vocabulary m_words{{"fox", "bear", "polar bear", "bell", "cherry", "orange", "owl"},
                             {"red", "blue", "orange", "yellow"},
                             {"two", "three", "four"},
                             {"left of", "above", "in the shape of", "made of"},
                             {"line drawing", "silhouette", "mirrored"},
                             {"small", "big"}};

private Q_SLOTS:
    void sentencesAreWrittenAndReadBack_data()
    {
        QTest::addColumn<QString>("prompt");
        for (const char *prompt :
             {"a fox", "an owl", "two foxes", "three red cherries", "a red fox left of a blue bell",
              "a line drawing of a fox", "a mirrored red fox on a yellow background",
              "two small polar bears above an owl", "a big red fox", "an orange", "an orange fox",
              "a silhouette of two foxes on a blue background", "a fox in the shape of a bell", "a fox made of bells",
              "an orange orange on an orange background"})
            QTest::newRow(prompt) << QString::fromLatin1(prompt);
    }
    void sentencesAreWrittenAndReadBack()
    {
        QFETCH(QString, prompt);
        const ReadSentence read = readSentence(prompt, m_words);
        QVERIFY(read.whole);
        QCOMPARE(writeSentence(read.sentence), prompt);
    }

    void articlesAndCaseDoNotMatter()
    {
        const ReadSentence read = readSentence(QStringLiteral("  The Red  fox above one BELL."), m_words);
        QVERIFY(read.whole);
        QCOMPARE(writeSentence(read.sentence), QStringLiteral("a red fox above a bell"));
    }

    void whatIsNotKnownIsSteppedOver()
    {
        const ReadSentence read = readSentence(QStringLiteral("a very red fox above my bell"), m_words);
        QVERIFY(!read.whole);
        QCOMPARE(read.sentence.colour, QStringLiteral("red"));
        QCOMPARE(read.sentence.noun, QStringLiteral("fox"));
        QCOMPARE(read.sentence.other, QStringLiteral("bell"));
        QVERIFY(!readSentence(QStringLiteral("freedom"), m_words).whole);
        QVERIFY(readSentence(QString(), m_words).sentence.noun.isEmpty());
        QVERIFY(!readSentence(QStringLiteral("a fox"), {}).whole); // nothing is known yet
    }

    void aGroundIsReadAsTheChipSaysIt()
    {
        for (const char *ground :
             {"on yellow", "on yellow background", "on a yellow background", "on the yellow background"}) {
            const ReadSentence read =
                readSentence(QStringLiteral("left of a blue bell ") + QLatin1String(ground), m_words);
            QCOMPARE(read.sentence.other.isEmpty() ? read.sentence.noun : read.sentence.other, QStringLiteral("bell"));
            QCOMPARE(read.sentence.background, QStringLiteral("yellow"));
            const ReadSentence whole =
                readSentence(QStringLiteral("a fox left of a blue bell ") + QLatin1String(ground), m_words);
            QVERIFY(whole.whole);
            QCOMPARE(writeSentence(whole.sentence), QStringLiteral("a fox left of a blue bell on a yellow background"));
        }
        const ReadSentence fruit = readSentence(QStringLiteral("a fox on an orange"), m_words); // stands on it
        QVERIFY(fruit.sentence.background.isEmpty() && !fruit.whole);
        QCOMPARE(fruit.sentence.noun, QStringLiteral("fox"));
    }

    void aThingIsNotLostToWhatFollowsIt()
    {
        const ReadSentence read = readSentence(QStringLiteral("two foxes in snow above a red bell of brass"), m_words);
        QVERIFY(!read.whole);
        QCOMPARE(read.sentence.noun, QStringLiteral("fox"));
        QCOMPARE(read.sentence.count, QStringLiteral("two"));
        QCOMPARE(read.sentence.other, QStringLiteral("bell"));
        QCOMPARE(read.sentence.otherColour, QStringLiteral("red"));
        QCOMPARE(readSentence(QStringLiteral("a polar bear owl"), m_words).sentence.noun, QStringLiteral("owl"));
    }

    void thePluralFollowsTheCaptions()
    {
        QCOMPARE(plural(QStringLiteral("fox")), QStringLiteral("foxes"));
        QCOMPARE(plural(QStringLiteral("cherry")), QStringLiteral("cherries"));
        QCOMPARE(plural(QStringLiteral("key")), QStringLiteral("keys"));
        QCOMPARE(plural(QStringLiteral("scissors")), QStringLiteral("scissors"));
        QCOMPARE(withArticle(QStringLiteral("unicorn")), QStringLiteral("a unicorn"));
    }

    void parametersComeBackFromTheirText()
    {
        Parameters all;
        all.prompt = QStringLiteral("a fox");
        all.method = generate::Method::Tokens;
        all.count = 9;
        all.seed = 18'446'744'073'709'551'615ULL; // larger than a number of JSON can be
        all.guidance = generate::Guidance::None;
        all.scale = 2.5;
        all.temperature = 0.7;
        all.topK = 40;
        all.drafts = 9;
        all.topP = 0.9;
        all.scheduler = QStringLiteral("ddim");
        all.steps = 20;
        all.negative = QStringLiteral("blue");
        all.strength = 0.3;
        all.rerank = true;
        all.fast = true;
        all.keepTokens = {3, 1, 4};
        all.branchStep = 5;
        all.branchSeed = 77;
        all.branchPrompt = QStringLiteral("an owl");
        QCOMPARE(parametersFrom(toJson(all)), all);
        const QJsonObject nonsense{{"count", 100000}, {"seed", "-3"},    {"guidance", "magic"},
                                   {"topP", 7},       {"steps", "many"}, {"method", 3}};
        QCOMPARE(parametersFrom(nonsense), Parameters());
    }

    void theKeyIsThatOfThePictures()
    {
        Parameters a;
        a.prompt = QStringLiteral("a fox");
        Parameters b = a;
        b.temperature = 2; // plays no part in diffusion
        b.prompt = QStringLiteral(" a  fox ");
        b.strength = 0.9; // nor without a picture
        QCOMPARE(keyOf(a), keyOf(b));
        b.seed = 2;
        QVERIFY(keyOf(a) != keyOf(b));
        b = a;
        b.image = QImage(8, 8, QImage::Format_RGB32);
        b.image.fill(Qt::red);
        QVERIFY(keyOf(a) != keyOf(b));
        Parameters c = b;
        c.image = b.image.copy(); // other memory, same pixels
        QCOMPARE(keyOf(b), keyOf(c));
    }

    void requestsHoldOnlyWhatTheMethodUses()
    {
        Parameters p;
        p.prompt = QStringLiteral("a fox ");
        p.negative = QStringLiteral("blue");
        p.guidance = generate::Guidance::Clip;
        p.method = generate::Method::Tokens;
        const generate::GenerateRequest tokens = toRequest(p);
        QCOMPARE(tokens.model, std::string(generate::kTokensModel));
        QCOMPARE(tokens.guidance, generate::Guidance::ClassifierFree);
        QVERIFY(tokens.negative.empty() && tokens.watch);
        p.method = generate::Method::Diffusion;
        p.guidance = generate::Guidance::ClassifierFree;
        p.fast = true;
        p.image = QImage(8, 8, QImage::Format_RGB32);
        p.image.fill(Qt::red);
        const generate::GenerateRequest diffusion = toRequest(p);
        QCOMPARE(diffusion.prompt, std::string("a fox"));
        QCOMPARE(diffusion.negative, std::string("blue"));
        QCOMPARE(diffusion.image.pixels.width, 8);
        QVERIFY(diffusion.precision == Precision::Fast && tokens.precision == Precision::Exact);
        const Parameters back = fromRequest(diffusion);
        QCOMPARE(keyOf(back), [&] {
            Parameters same = p;
            same.image = p.image;
            return keyOf(same);
        }());
    }

    void tilesAreWholeMultiples_data()
    {
        QTest::addColumn<int>("count");
        QTest::addColumn<QSizeF>("room");
        QTest::addColumn<double>("ratio");
        QTest::addColumn<double>("times");
        QTest::newRow("four, wide") << 4 << QSizeF(864, 400) << 1.0 << 3.0;
        QTest::newRow("four, small window") << 4 << QSizeF(608, 300) << 1.0 << 2.0;
        QTest::newRow("one") << 1 << QSizeF(864, 400) << 1.0 << 6.0;
        QTest::newRow("sixteen go on below") << 16 << QSizeF(608, 300) << 1.0 << 2.0;
        QTest::newRow("fine screen") << 4 << QSizeF(864, 400) << 1.5 << 4.0;
    }
    void tilesAreWholeMultiples()
    {
        QFETCH(int, count);
        QFETCH(QSizeF, room);
        QFETCH(double, ratio);
        QFETCH(double, times);
        const TileLayout layout = layTiles(count, {64, 64}, room, ratio, 12, 0);
        QCOMPARE(layout.times, times);
        const double pixels = layout.tile.width() * ratio / 64;
        QCOMPARE(pixels, std::round(pixels));
        QVERIFY(layout.size(count).width() <= room.width());
        for (int i = 0; i < count; ++i)
            QCOMPARE(layout.at(layout.place(i).center(), count), i);
    }

    void largePicturesAreMadeSmaller()
    {
        const TileLayout layout = layTiles(4, {512, 512}, {864, 400}, 1, 12, 0);
        QVERIFY(layout.times < 1);
        QCOMPARE(1 / layout.times, std::round(1 / layout.times));
        QVERIFY(layout.size(4).height() <= 400);
    }

    void recipesOfOnesOwnTokensModelKeepTheirRules()
    {
        generate::GenerateRequest own;
        own.model = "/models/my-dalle";
        own.prompt = "a fox";
        own.temperature = 1;
        own.topK = 40;
        own.drafts = 2;
        own.keepTokens = {3, 1, 4};
        const generate::GenerateRequest again = toRequest(fromRequest(own));
        QCOMPARE(again.model, own.model);
        QCOMPARE(again.temperature, own.temperature);
        QCOMPARE(again.topK, own.topK);
        QCOMPARE(again.drafts, 2);
        QVERIFY(again.keepTokens == own.keepTokens);
        own.model = generate::kDiffusionModel;
        QVERIFY(fromRequest(own).method == generate::Method::Diffusion);

        // What is told of a temperature alone, and a recipe that speaks of none: then drafts are those of diffusion.
        generate::GenerateRequest usual;
        usual.model = "/models/my-dalle";
        QVERIFY(fromRequest(usual).method == generate::Method::Tokens);
        usual.temperature = generate::kUnsaidTemperature;
        usual.drafts = generate::kUnsaidDrafts;
        const Parameters noise = fromRequest(usual);
        QVERIFY(noise.method == generate::Method::Diffusion);
        QCOMPARE(noise.temperature, generate::kUsualTemperature);
        QCOMPARE(noise.drafts, generate::kUnsaidDrafts);
    }

    void oldDrawingsLetGoOfTheirSteps()
    {
        QList<Drawing> all(3);
        for (Drawing &drawing : all) {
            auto sample = std::make_shared<generate::Sample>();
            sample->picture = {2, 2, std::vector<std::uint8_t>(12)};
            sample->looks.resize(5);
            for (generate::StepLook &look : sample->looks)
                look.picture = sample->picture; // 60 bytes in all
            drawing.samples = {sample};
        }
        forgetOldSteps({&all[0], &all[1], &all[2]}, 130);
        QCOMPARE(all[1].samples[0]->looks.size(), std::size_t(5));
        QVERIFY(all[2].samples[0]->looks.empty() && !all[2].samples[0]->picture.empty());
    }
};

QTEST_MAIN(GeneratePartsTest)
#include "generate_parts_test.moc"
