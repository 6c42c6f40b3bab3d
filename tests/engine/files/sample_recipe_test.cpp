// SPDX-License-Identifier: Apache-2.0
#include "engine/core/error.h"
#include "engine/files/base64.h"
#include "engine/files/sample_recipe.h"

#include <QByteArray>
#include <QTest>

using namespace orrery;
using namespace orrery::generate;

class SampleRecipeTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everythingComesBack();
    void itMakesOneSample();
    void otherRecipesAreRefused_data();
    void otherRecipesAreRefused();
    void base64IsThatOfOthers();
    void damagedBase64IsRefused();
};

void SampleRecipeTest::everythingComesBack()
{
    GenerateRequest request;
    request.model = kTokensModel;
    request.prompt = "a red \"fox\"\nand a bell — ü";
    request.negative = "blue";
    request.guidance = Guidance::Clip;
    request.scale = 2.5;
    request.temperature = 0.7;
    request.topK = 40;
    request.topP = 0.9;
    request.drafts = 7;
    request.keepTokens = {3, 1, 4};
    request.scheduler = "euler";
    request.steps = 12;
    request.image.pixels = {2, 1, {0, 1, 2, 253, 254, 255}};
    request.mask.pixels = {2, 1, {0, 0, 0, 255, 255, 255}};
    request.strength = 0.3;
    request.branch = Branch{5, 77, "a blue fox"};
    request.precision = Precision::Fast;
    const SampleRecipe recipe = parseRecipe(recipeOf(request, 18446744073709551615ULL, "abc", "cpu"), "x.png");
    QCOMPARE(recipe.hash, std::string("abc"));
    QCOMPARE(recipe.device, std::string("cpu"));
    const GenerateRequest &back = recipe.request;
    QCOMPARE(back.seed, 18446744073709551615ULL);
    QCOMPARE(back.model, request.model);
    QCOMPARE(back.prompt, request.prompt);
    QCOMPARE(back.negative, request.negative);
    QVERIFY(back.guidance == request.guidance);
    QCOMPARE(back.scale, request.scale);
    QCOMPARE(back.temperature, request.temperature);
    QCOMPARE(back.topK, request.topK);
    QCOMPARE(back.topP, request.topP);
    QCOMPARE(back.drafts, 7);
    QCOMPARE(back.keepTokens, request.keepTokens);
    QCOMPARE(back.scheduler, request.scheduler);
    QCOMPARE(back.steps, request.steps);
    QCOMPARE(back.image.pixels.rgb, request.image.pixels.rgb);
    QCOMPARE(back.image.pixels.width, 2);
    QCOMPARE(back.mask.pixels.rgb, request.mask.pixels.rgb);
    QCOMPARE(back.strength, request.strength);
    QVERIFY(back.precision == Precision::Fast);
    QVERIFY(back.branch && back.branch->step == 5 && back.branch->seed == 77 && back.branch->prompt == "a blue fox");
}

void SampleRecipeTest::itMakesOneSample()
{
    GenerateRequest request;
    request.prompt = "a fox";
    request.count = 8;
    request.rerank = true;
    const SampleRecipe recipe = parseRecipe(recipeOf(request, 5, "", "cpu"), "x.png");
    QCOMPARE(recipe.request.count, 1);
    QCOMPARE(recipe.request.drafts, 0); // the job asks for the model's own number before it writes one down
    request.drafts = 1;                 // as all were made before there were drafts
    const std::string one = recipeOf(request, 5, "", "cpu");
    QVERIFY(one.find("drafts") == std::string::npos);
    QCOMPARE(parseRecipe(one, "x.png").request.drafts, 1);
    QCOMPARE(recipe.request.temperature, kUsualTemperature);
    request.temperature = 0.5;
    QVERIFY(recipeOf(request, 5, "", "cpu").find("temperature") == std::string::npos);
    QCOMPARE(parseRecipe(recipeOf(request, 5, "", "cpu"), "x.png").request.temperature, 0.5);
    QCOMPARE(recipe.request.seed, std::uint64_t(5));
    QVERIFY(!recipe.request.rerank);
    QVERIFY(recipe.request.precision == Precision::Exact);
    QVERIFY(recipeOf(request, 5, "", "cpu").find("precision") == std::string::npos); // as recipes always were
}

void SampleRecipeTest::otherRecipesAreRefused_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("said");
    const QString head = R"({"plugin":"orrery.text-to-image","made":"sample")";
    QTest::newRow("no JSON") << "fox"
                             << "is not that of a sample";
    QTest::newRow("a map's") << R"({"plugin":"orrery.embedding-map","made":"map"})"
                             << "is not that of a sample";
    QTest::newRow("kind") << head + R"(,"prompt":7})"
                          << "\"prompt\" that is 7";
    QTest::newRow("nested") << QStringLiteral(R"({"plugin":)") + QString(100'000, u'[') + QString(100'000, u']') + u'}'
                            << "a list or an object";
    QTest::newRow("too large") << head + R"(,"steps":4294967326})"
                               << "\"steps\" that is 4294967326";
    QTest::newRow("no whole number") << head + R"(,"steps":1e300})"
                                     << "\"steps\" that is 1e+300";
    QTest::newRow("no token") << head + R"(,"keep_tokens":[1,2.5]})"
                              << "\"keep_tokens\"";
    QTest::newRow("guidance") << head + R"(,"guidance":"hope"})"
                              << "expected none, cfg or clip";
    QTest::newRow("picture") << head + R"(,"image":{"width":9,"height":9,"rgb":"AAAA"}})"
                             << "of another size";
    QTest::newRow("huge picture") << head + R"(,"image":{"width":2000000000,"height":2000000000,"rgb":"AAAA"}})"
                                  << "of another size";
    QTest::newRow("no branch") << head + R"(,"branch":5})"
                               << "\"branch\" that is no object";
    QTest::newRow("no picture") << head + R"(,"mask":[1]})"
                                << "no picture";
}

void SampleRecipeTest::otherRecipesAreRefused()
{
    QFETCH(QString, text);
    QFETCH(QString, said);
    try {
        parseRecipe(text.toStdString(), "shared/fox.png");
        QFAIL("it was taken");
    } catch (const Exception &error) {
        QVERIFY2(QString(error.what()).contains(said), error.what());
        QVERIFY(error.code() == ErrorCode::BadInput);
    }
}

void SampleRecipeTest::base64IsThatOfOthers()
{
    std::vector<std::uint8_t> bytes;
    for (int length = 0; length < 40; ++length) {
        const QByteArray plain(reinterpret_cast<const char *>(bytes.data()), static_cast<int>(bytes.size()));
        QCOMPARE(QByteArray::fromStdString(toBase64(bytes)), plain.toBase64());
        const auto back = fromBase64(toBase64(bytes));
        QVERIFY(back && *back == bytes);
        bytes.push_back(static_cast<std::uint8_t>(length * 83 + 7));
    }
}

void SampleRecipeTest::damagedBase64IsRefused()
{
    for (const char *text : {"A", "AB", "ABC", "AB?=", "====", "A===", "AB=C"})
        QVERIFY2(!fromBase64(text), text);
}

QTEST_GUILESS_MAIN(SampleRecipeTest)
#include "sample_recipe_test.moc"
