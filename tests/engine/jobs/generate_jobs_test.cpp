// SPDX-License-Identifier: Apache-2.0
#include "engine/api/generate.h"
#include "engine/files/sample_recipe.h"
#include "tests/engine/jobs/drawing_models.h"

#include <QFile>
#include <QTest>

#include <atomic>
#include <mutex>
#include <random>

using namespace orrery;
using namespace orrery::generate;

class GenerateJobsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void aSampleAloneIsThatOfTheBatch_data() { models(); }
    void aSampleAloneIsThatOfTheBatch();
    void aRecipeMakesItAgain_data() { models(); }
    void aRecipeMakesItAgain();
    void picturesAppearAsTheyAreMade_data() { models(); }
    void picturesAppearAsTheyAreMade();
    void wordsAreLookedAt_data() { models(); }
    void wordsAreLookedAt();
    void theLikeliestDraftIsKept();
    void theDraftWithTheLeastDoubtIsKept();
    void emptyPicturesHaveNoRank();
    void keptTokensStay();
    void tokensArePicturesAndBack();
    void everySchedulerEndsInAPicture();
    void aBranchChangesNothingBeforeIt();
    void branchesCountTheStepsOfThisPicture();
    void wordsOfABranchAreItsOwn();
    void blackOfAMaskStays();
    void littleStrengthKeepsThePicture();
    void anAwayPromptChangesThePicture();
    void promptsAreRead();
    void modelsSayWhatCanBeAsked();
    void longPromptsAreCutAndSaidSo();
    void badRequestsAreNamed_data();
    void badRequestsAreNamed();
    void codesOfAnotherModelAreRefused();
    void twoHundredPromptsCancelledAtRandomLeaveTheEngineClean();

private:
    static void models();
    GenerateRequest request(const QString &kind) const;
    static Picture slope();

    test::JobEngine m_engine{1};
    test::DrawingModels m_models;
};

void GenerateJobsTest::initTestCase()
{
    const std::string error = m_models.make(m_engine);
    QVERIFY2(error.empty(), error.c_str());
}

void GenerateJobsTest::models()
{
    QTest::addColumn<QString>("kind");
    QTest::newRow("tokens") << "tokens";
    QTest::newRow("diffusion") << "diffusion";
}

GenerateRequest GenerateJobsTest::request(const QString &kind) const
{
    GenerateRequest request;
    request.model = kind == "tokens" ? m_models.tokens() : m_models.diffusion();
    request.prompt = "a red apple";
    request.seed = 7;
    if (kind != "tokens") { // fewer than its own, for the tests' time
        request.steps = 4;
        request.drafts = 2;
    }
    return request;
}

Picture GenerateJobsTest::slope()
{
    Picture picture{64, 64, {}};
    for (int i = 0; i < 64 * 64; ++i)
        for (int c = 0; c < 3; ++c)
            picture.rgb.push_back(static_cast<std::uint8_t>(c == 0 ? i % 64 * 4 : c == 1 ? i / 64 * 4 : 90));
    return picture;
}

void GenerateJobsTest::aSampleAloneIsThatOfTheBatch()
{
    QFETCH(QString, kind);
    GenerateRequest many = request(kind);
    many.count = 3;
    const auto batch = m_engine.run(kGenerate, many);
    QVERIFY2(batch, batch ? "" : batch.error().message.c_str());
    QCOMPARE(batch->samples.size(), std::size_t(3));
    QVERIFY(batch->samples[0]->picture.rgb != batch->samples[2]->picture.rgb);
    for (int k = 0; k < 3; ++k) {
        QCOMPARE(batch->samples[k]->index, k);
        QCOMPARE(batch->samples[k]->seed, std::uint64_t(7 + k));
    }
    GenerateRequest alone = request(kind);
    alone.seed = 9;
    const auto single = m_engine.run(kGenerate, alone);
    QVERIFY(single);
    QCOMPARE(single->samples[0]->picture.rgb, batch->samples[2]->picture.rgb);
    QCOMPARE(single->samples[0]->picture.width, 64);
}

void GenerateJobsTest::aRecipeMakesItAgain()
{
    QFETCH(QString, kind);
    GenerateRequest asked = request(kind);
    if (kind == "tokens") {
        asked.temperature = 0.8;
        asked.topK = 50;
    } else {
        asked.image.pixels = slope();
        asked.strength = 0.8;
        asked.scheduler = "euler_ancestral";
    }
    const auto made = m_engine.run(kGenerate, asked);
    QVERIFY2(made, made ? "" : made.error().message.c_str());
    const SampleRecipe recipe = parseRecipe(made->samples[0]->recipe, "test");
    QCOMPARE(recipe.hash.size(), std::size_t(64));
    QVERIFY(recipe.request.scale > 0 && recipe.request.drafts > 0); // whatever a later version chooses by itself
    const auto again = m_engine.run(kGenerate, recipe.request);
    QVERIFY(again);
    QCOMPARE(again->samples[0]->picture.rgb, made->samples[0]->picture.rgb);
}

void GenerateJobsTest::picturesAppearAsTheyAreMade()
{
    QFETCH(QString, kind);
    GenerateRequest asked = request(kind);
    asked.count = 2;
    asked.watch = true;
    std::mutex mutex;
    std::vector<GenerateResult> seen;
    auto handle = m_engine.thread().submit(kGenerate, asked, {}, {}, [&](const Progress &progress) {
        if (progress.partial.has_value()) {
            const std::lock_guard lock(mutex);
            seen.push_back(std::any_cast<GenerateResult>(progress.partial));
        }
    });
    const auto result = handle.wait();
    QVERIFY(result);
    const std::lock_guard lock(mutex);
    bool half = false;
    for (const GenerateResult &partial : seen)
        for (const auto &sample : partial.samples)
            half |= !sample->finished && !sample->picture.empty();
    QVERIFY2(half, "no picture was seen before it was finished");
    const Sample &sample = *result->samples[1];
    if (kind == "tokens") {
        QCOMPARE(sample.tokens.size(), std::size_t(64));
        QCOMPARE(sample.gridWidth * sample.gridHeight, 64);
        for (const TokenLook &look : sample.tokens) {
            QVERIFY(look.entropy >= 0 && look.entropy <= 12.01);
            QCOMPARE(look.alternatives.size(), std::size_t(5));
            QVERIFY(look.alternatives[0].probability >= look.alternatives[4].probability);
        }
        QVERIFY(sample.logProbability && *sample.logProbability < 0);
    } else {
        QCOMPARE(sample.looks.size(), std::size_t(4));
        QVERIFY(sample.looks[0].noise > 0.9 && sample.looks[3].noise < sample.looks[0].noise);
        QCOMPARE(sample.looks[0].evaluations, 2); // with the prompt and without
        QCOMPARE(sample.looks[3].picture.rgb, sample.picture.rgb);
    }
    // Watching costs time, and changes nothing.
    asked.watch = false;
    const auto unwatched = m_engine.run(kGenerate, asked);
    QCOMPARE(unwatched->samples[1]->picture.rgb, sample.picture.rgb);
}

void GenerateJobsTest::wordsAreLookedAt()
{
    QFETCH(QString, kind);
    GenerateRequest asked = request(kind);
    asked.attention = true;
    const auto result = m_engine.run(kGenerate, asked);
    QVERIFY(result);
    const auto &words = result->samples[0]->words;
    QCOMPARE(words.size(), std::size_t(3));
    QCOMPARE(words[2].word, std::string("apple"));
    std::vector<double> sum(64);
    for (const WordMap &map : words) {
        QCOMPARE(map.width * map.height, 64);
        QCOMPARE(map.share.size(), std::size_t(64));
        for (std::size_t cell = 0; cell < 64; ++cell) {
            QVERIFY(map.share[cell] >= 0);
            sum[cell] += map.share[cell];
        }
    }
    for (const double all : sum)
        QVERIFY(all > 0 && all <= 1);
}

void GenerateJobsTest::theLikeliestDraftIsKept()
{
    GenerateRequest asked = request("tokens");
    asked.attention = true;
    std::vector<std::shared_ptr<const Sample>> kept; // of more and more drafts
    for (const int drafts : {1, 4, 16}) {
        asked.drafts = drafts;
        const auto result = m_engine.run(kGenerate, asked);
        QVERIFY2(result, result ? "" : result.error().message.c_str());
        kept.push_back(result->samples[0]);
        QCOMPARE(parseRecipe(kept.back()->recipe, "test").request.drafts, drafts);
    }
    QVERIFY(*kept[1]->logProbability >= *kept[0]->logProbability - 1e-3);
    QVERIFY(*kept[2]->logProbability > *kept[0]->logProbability);
    QVERIFY(kept[2]->picture.rgb != kept[0]->picture.rgb);
    QVERIFY(kept[2]->words[2].share != kept[0]->words[2].share); // of the draft that was kept

    // Where nothing is left to chance all drafts would be the same.
    asked.temperature = 0;
    const auto certain = m_engine.run(kGenerate, asked);
    asked.drafts = 1;
    const auto one = m_engine.run(kGenerate, asked);
    QVERIFY(certain && one);
    QCOMPARE(certain->samples[0]->picture.rgb, one->samples[0]->picture.rgb);
}

void GenerateJobsTest::theDraftWithTheLeastDoubtIsKept()
{
    const auto known = m_engine.run(kDescribe, {m_models.diffusion()});
    QVERIFY(known && known->drafts > 1);
    GenerateRequest asked = request("diffusion");
    asked.drafts = asked.steps = 0;
    const GenerateRequest said = parseRecipe(m_engine.run(kGenerate, asked)->samples[0]->recipe, "test").request;
    QCOMPARE(said.drafts, known->drafts);
    QCOMPARE(said.steps, known->steps);
    QCOMPARE(said.scheduler, known->scheduler);
    bool others = false;
    asked.steps = 2;
    for (asked.seed = 1; asked.seed < 5; ++asked.seed) {
        asked.drafts = 4;
        asked.watch = true;
        std::mutex mutex;
        std::size_t shown = 0;
        bool shrank = false;
        auto handle = m_engine.thread().submit(kGenerate, asked, {}, {}, [&](const Progress &progress) {
            const std::lock_guard lock(mutex);
            if (const auto *partial = std::any_cast<GenerateResult>(&progress.partial);
                partial && !partial->samples.empty()) {
                shrank |= partial->samples[0]->looks.size() < shown;
                shown = partial->samples[0]->looks.size();
            }
        });
        const auto four = handle.wait();
        QVERIFY(four);
        const Sample &kept = *four->samples[0];
        QVERIFY2(!shrank, "steps that could be seen went away");
        QCOMPARE(kept.looks.back().picture.rgb, kept.picture.rgb);
        asked.watch = false;
        // The same one is the best of fewer, as long as it is among them; and it is another picture than the first.
        asked.drafts = kept.draft + 1;
        const auto fewer = m_engine.run(kGenerate, asked);
        asked.drafts = 1;
        const auto first = m_engine.run(kGenerate, asked);
        QVERIFY(fewer && first);
        QCOMPARE(fewer->samples[0]->draft, kept.draft);
        QCOMPARE(fewer->samples[0]->picture.rgb, kept.picture.rgb);
        QCOMPARE(first->samples[0]->picture.rgb == kept.picture.rgb, kept.draft == 0);
        others |= kept.draft > 0;
    }
    QVERIFY2(others, "the first draft was always the best of four");
}

void GenerateJobsTest::emptyPicturesHaveNoRank()
{
    Sample sample;
    QVERIFY(!rankScore(sample)); // nobody scored it
    sample.clipScore = 0.25;
    QCOMPARE(rankScore(sample).value(), 25.0);
    sample.logProbability = -40;
    QCOMPARE(rankScore(sample).value(), -15.0);
    sample.blank = true;
    QVERIFY(!rankScore(sample));
}

void GenerateJobsTest::keptTokensStay()
{
    GenerateRequest again = request("tokens");
    again.drafts = 1; // of several, another one may be the likeliest behind what is kept
    const auto first = m_engine.run(kGenerate, again);
    for (int i = 0; i < 20; ++i)
        again.keepTokens.push_back(first->samples[0]->tokens[i].token);
    again.seed = 1000;
    const auto second = m_engine.run(kGenerate, again);
    QVERIFY(second);
    QCOMPARE(second->steps, 44);
    int others = 0;
    for (int i = 0; i < 64; ++i) {
        const TokenLook &before = first->samples[0]->tokens[i], &after = second->samples[0]->tokens[i];
        if (i < 20)
            QCOMPARE(after.token, before.token);
        else
            others += after.token != before.token;
        QCOMPARE(after.kept, i < 20);
    }
    QVERIFY(others > 20);
    again.seed = 7; // the tickets of the places behind are the same, too
    const auto same = m_engine.run(kGenerate, again);
    QCOMPARE(same->samples[0]->picture.rgb, first->samples[0]->picture.rgb);
}

void GenerateJobsTest::tokensArePicturesAndBack()
{
    EncodeTokensRequest encode{m_models.tokens(), {"slope", slope()}};
    const auto tokens = m_engine.run(kEncodeTokens, encode);
    QVERIFY2(tokens, tokens ? "" : tokens.error().message.c_str());
    QCOMPARE(tokens->width * tokens->height, 64);
    QCOMPARE(tokens->tokens.size(), std::size_t(64));
    const auto pictures = m_engine.run(kDecodeTokens, {m_models.tokens(), {tokens->tokens, tokens->tokens}});
    QVERIFY(pictures);
    QCOMPARE(pictures->pictures.size(), std::size_t(2));
    QCOMPARE(pictures->pictures[0].rgb, pictures->pictures[1].rgb);
    QVERIFY(
        test::messageOfFailure(m_engine.run(kDecodeTokens, {m_models.tokens(), {{1, 2, 3}}})).contains("expected 64"));
    std::vector<int> wrong = tokens->tokens;
    wrong[5] = 1 << 20;
    QVERIFY(test::messageOfFailure(m_engine.run(kDecodeTokens, {m_models.tokens(), {wrong}})).contains("1048576"));
    QVERIFY(test::messageOfFailure(m_engine.run(kDecodeTokens, {m_models.diffusion(), {{1}}}))
                .contains("not made of tokens"));
}

void GenerateJobsTest::everySchedulerEndsInAPicture()
{
    const auto known = m_engine.run(kDescribe, {m_models.diffusion()});
    QVERIFY(known && known->schedulers.size() >= 7);
    for (const std::string &scheduler : known->schedulers) {
        GenerateRequest asked = request("diffusion");
        asked.drafts = 1;
        asked.scheduler = scheduler;
        asked.steps = 5;
        const auto result = m_engine.run(kGenerate, asked);
        QVERIFY2(result, (scheduler + ": " + (result ? "" : result.error().message)).c_str());
        QCOMPARE(result->samples[0]->picture.rgb.size(), std::size_t(64 * 64 * 3));
    }
}

void GenerateJobsTest::aBranchChangesNothingBeforeIt()
{
    GenerateRequest asked = request("diffusion");
    asked.watch = true;
    asked.steps = 6;
    asked.scale = 8; // so that other words move a model that learned nothing
    const auto plain = m_engine.run(kGenerate, asked);
    QVERIFY(plain);
    const int kept = plain->samples[0]->draft;
    asked.branch = Branch{3, 5, "", kept};
    const auto other = m_engine.run(kGenerate, asked);
    asked.branch = Branch{3, 5, "a blue boat", kept};
    const auto words = m_engine.run(kGenerate, asked);
    QVERIFY(other && words);
    QCOMPARE(other->samples[0]->draft, kept);
    for (int step = 0; step < 3; ++step) {
        QCOMPARE(other->samples[0]->looks[step].picture.rgb, plain->samples[0]->looks[step].picture.rgb);
        QCOMPARE(words->samples[0]->looks[step].picture.rgb, plain->samples[0]->looks[step].picture.rgb);
    }
    QVERIFY(other->samples[0]->picture.rgb != plain->samples[0]->picture.rgb);
    QVERIFY(words->samples[0]->picture.rgb != other->samples[0]->picture.rgb);
    asked.branch = Branch{6, 5, ""};
    QVERIFY(test::messageOfFailure(m_engine.run(kGenerate, asked)).contains("from 0 to 5"));
}

void GenerateJobsTest::branchesCountTheStepsOfThisPicture()
{
    GenerateRequest asked = request("diffusion");
    asked.watch = true;
    asked.steps = 8;
    asked.image = {"slope", slope()};
    asked.strength = 0.5; // the last four of them
    const auto plain = m_engine.run(kGenerate, asked);
    QVERIFY(plain);
    asked.branch = Branch{2, 5, "", plain->samples[0]->draft};
    const auto other = m_engine.run(kGenerate, asked);
    QVERIFY(other);
    QCOMPARE(plain->samples[0]->looks.size(), std::size_t(4));
    QCOMPARE(other->samples[0]->looks.size(), std::size_t(4));
    for (std::size_t step = 0; step < 4; ++step)
        QCOMPARE(other->samples[0]->looks[step].picture.rgb == plain->samples[0]->looks[step].picture.rgb, step < 2);
    asked.branch = Branch{4, 5, ""};
    QVERIFY(test::messageOfFailure(m_engine.run(kGenerate, asked)).contains("from 0 to 3"));
    asked.branch = Branch{2, 5, "", -1};
    QVERIFY(test::messageOfFailure(m_engine.run(kGenerate, asked)).contains("draft -1"));
}

void GenerateJobsTest::wordsOfABranchAreItsOwn()
{
    GenerateRequest asked = request("diffusion");
    asked.attention = true;
    asked.branch = Branch{2, 5, "a blue boat above"};
    const auto result = m_engine.run(kGenerate, asked);
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    const auto &words = result->samples[0]->words;
    QCOMPARE(words.size(), std::size_t(4));
    QCOMPARE(words[2].word, std::string("boat"));
    for (std::size_t cell = 0; cell < 64; ++cell) {
        double sum = 0;
        for (const WordMap &map : words)
            sum += map.share[cell];
        QVERIFY(sum > 0 && sum <= 1.0001);
    }
}

void GenerateJobsTest::blackOfAMaskStays()
{
    GenerateRequest asked = request("diffusion");
    asked.image = {"slope", slope()};
    asked.strength = 1;
    asked.mask = {"mask", Picture{64, 64, std::vector<std::uint8_t>(64 * 64 * 3)}};
    for (int y = 0; y < 64; ++y)
        for (int x = 32; x < 64; ++x)
            for (int c = 0; c < 3; ++c)
                asked.mask.pixels.rgb[(y * 64 + x) * 3 + c] = 255;
    for (const char *scheduler : {"ddim", "euler", "dpmpp_2m"}) {
        asked.scheduler = scheduler;
        const auto result = m_engine.run(kGenerate, asked);
        QVERIFY2(result, result ? "" : result.error().message.c_str());
        const Picture &picture = result->samples[0]->picture;
        int changed = 0;
        for (int y = 0; y < 64; ++y)
            for (int x = 0; x < 64; ++x)
                for (int c = 0; c < 3; ++c) {
                    const int i = (y * 64 + x) * 3 + c;
                    const int apart = std::abs(int(picture.rgb[i]) - int(asked.image.pixels.rgb[i]));
                    if (x < 32)
                        QVERIFY2(apart <= 1,
                                 qPrintable(QString("%1: %2 at %3, %4").arg(scheduler).arg(apart).arg(x).arg(y)));
                    else
                        changed += apart > 8;
                }
        QVERIFY(changed > 1000);
    }
}

void GenerateJobsTest::littleStrengthKeepsThePicture()
{
    GenerateRequest asked = request("diffusion");
    asked.image = {"slope", slope()};
    asked.steps = 10;
    asked.strength = 0.01; // less than a step
    const auto kept = m_engine.run(kGenerate, asked);
    QVERIFY(kept);
    QCOMPARE(kept->samples[0]->picture.rgb, asked.image.pixels.rgb);
    asked.strength = 0.9;
    const auto changed = m_engine.run(kGenerate, asked);
    QVERIFY(changed && changed->samples[0]->picture.rgb != asked.image.pixels.rgb);
    QCOMPARE(changed->steps, 9);
}

void GenerateJobsTest::anAwayPromptChangesThePicture()
{
    GenerateRequest asked = request("diffusion");
    asked.scale = 8; // so that words move a model that learned nothing
    const auto plain = m_engine.run(kGenerate, asked);
    asked.negative = "a blue boat";
    const auto away = m_engine.run(kGenerate, asked);
    QVERIFY(plain && away);
    QVERIFY(plain->samples[0]->picture.rgb != away->samples[0]->picture.rgb);
}

void GenerateJobsTest::promptsAreRead()
{
    const auto known = m_engine.run(kDescribe, {m_models.diffusion()});
    QVERIFY(known && !known->nouns.empty());
    const std::string noun = known->nouns.front(), slip = noun + "q";
    const auto read = m_engine.run(kReadPrompt, {m_models.diffusion(), "a red " + slip + " above a zebra"});
    QVERIFY(read);
    QCOMPARE(read->unknownWords, (std::vector<std::string>{slip, "zebra"}));
    QCOMPARE(read->nearestKnown.size(), std::size_t(2));
    QVERIFY(!read->nearestKnown[0].empty());
    QCOMPARE(read->nearestKnown[0].front(), noun);
    QVERIFY(!read->cut);
}

void GenerateJobsTest::modelsSayWhatCanBeAsked()
{
    const auto tokens = m_engine.run(kDescribe, {m_models.tokens()});
    const auto diffusion = m_engine.run(kDescribe, {m_models.diffusion()});
    QVERIFY(tokens && diffusion);
    QVERIFY(tokens->method == Method::Tokens && diffusion->method == Method::Diffusion);
    QCOMPARE(tokens->gridWidth, 8);
    QVERIFY(!tokens->clipGuidance && diffusion->clipGuidance && diffusion->inpainting);
    QVERIFY(diffusion->nouns.size() >= 2);
    QCOMPARE(diffusion->colours.size(), std::size_t(11));
    QCOMPARE(diffusion->relations.size(), std::size_t(6)); // four places, "in the shape of", "made of"
    QCOMPARE(diffusion->sizes, (std::vector<std::string>{"small", "big"}));
    QVERIFY(diffusion->steps > 0 && diffusion->scale > 1);
}

void GenerateJobsTest::longPromptsAreCutAndSaidSo()
{
    GenerateRequest asked = request("diffusion");
    for (int i = 0; i < 500; ++i)
        asked.prompt += " and an apple";
    const auto result = m_engine.run(kGenerate, asked);
    QVERIFY(result);
    QCOMPARE(result->notes.size(), std::size_t(1));
    QVERIFY(QString::fromStdString(result->notes[0]).contains("left out"));
}

void GenerateJobsTest::badRequestsAreNamed_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("said");
    const auto row = [](const char *kind, const char *what, const char *said) {
        QTest::addRow("%s %s", kind, what) << kind << what << said;
    };
    row("tokens", "empty", "The prompt is empty");
    row("diffusion", "10,000 words", "expected at most 20000");
    row("tokens", "count 0", "0 pictures were asked for");
    row("tokens", "count 10000", "10000 pictures were asked for");
    row("diffusion", "scheduler", "ddim");
    row("diffusion", "mask size", "The mask is 8 × 8");
    row("diffusion", "mask alone", "no picture");
    row("diffusion", "tokens kept", "picture-dalle");
    row("tokens", "clip", "picture-diffusion");
    row("tokens", "drafts", "The number of drafts is 33");
    row("tokens", "negative", "picture-diffusion");
    row("tokens", "image", "picture-diffusion");
    row("tokens", "too many kept", "65 tokens are to be kept");
    row("diffusion", "negative alone", "classifier-free");
    row("diffusion", "strength", "The strength is 2");
    row("diffusion", "not a number", "The scale of guidance is nan");
    row("diffusion", "steps", "steps is 5000");
    row("diffusion", "model", "no-such-model");
    row("diffusion", "image file", "gone.png");
}

void GenerateJobsTest::badRequestsAreNamed()
{
    QFETCH(QString, kind);
    QFETCH(QString, what);
    QFETCH(QString, said);
    GenerateRequest asked = request(kind);
    if (what == "empty")
        asked.prompt = " \n ";
    else if (what == "10,000 words")
        for (int i = 0; i < 10'000; ++i)
            asked.prompt += " word";
    else if (what.startsWith("count"))
        asked.count = what.mid(6).toInt();
    else if (what == "scheduler")
        asked.scheduler = "magic";
    else if (what.startsWith("mask"))
        asked.mask = {"mask", Picture{8, 8, std::vector<std::uint8_t>(8 * 8 * 3)}};
    else if (what == "tokens kept")
        asked.keepTokens = {1};
    else if (what == "clip")
        asked.guidance = Guidance::Clip;
    else if (what.startsWith("negative"))
        asked.negative = "blue";
    else if (what == "drafts")
        asked.drafts = 33;
    else if (what == "image")
        asked.image = {"slope", slope()};
    else if (what == "too many kept")
        asked.keepTokens.assign(65, 1);
    else if (what == "not a number")
        asked.scale = std::nan("");
    else if (what == "steps")
        asked.steps = 5000;
    else if (what == "model")
        asked.model = "no-such-model";
    else if (what == "image file")
        asked.image.path = "/nowhere/gone.png";
    if (what == "mask size" || what == "strength")
        asked.image = {"slope", slope()};
    if (what == "strength")
        asked.strength = 2;
    if (what == "negative alone")
        asked.guidance = Guidance::None;
    const QString message = test::messageOfFailure(m_engine.run(kGenerate, asked));
    QVERIFY2(message.contains(said), qPrintable(message));
}

void GenerateJobsTest::codesOfAnotherModelAreRefused()
{
    QTemporaryDir other;
    for (const char *model : {"picture-dvae", "picture-dalle"}) {
        const QString to = other.filePath(model);
        QVERIFY(QDir().mkpath(to));
        for (const QFileInfo &file :
             QDir(QString::fromStdString(m_models.folder()) + "/" + model).entryInfoList(QDir::Files))
            QVERIFY(QFile::copy(file.filePath(), to + "/" + file.fileName()));
    }
    QFile weights(other.filePath("picture-dvae/model.safetensors"));
    QVERIFY(weights.open(QIODevice::ReadWrite));
    weights.seek(weights.size() - 1);
    const char last = weights.peek(1)[0];
    weights.write(QByteArray(1, static_cast<char>(last ^ 1)));
    weights.close();
    GenerateRequest asked = request("tokens");
    asked.model = other.filePath("picture-dalle").toStdString();
    const QString message = test::messageOfFailure(m_engine.run(kGenerate, asked));
    QVERIFY2(message.contains("dvae_sha256") && message.contains("another picture-dvae"), qPrintable(message));
}

void GenerateJobsTest::twoHundredPromptsCancelledAtRandomLeaveTheEngineClean()
{
    std::mt19937 random(1);
    std::vector<JobHandle<GenerateResult>> handles;
    for (int i = 0; i < 200; ++i) {
        GenerateRequest asked = request(i % 2 ? "tokens" : "diffusion");
        asked.seed = static_cast<std::uint64_t>(i);
        asked.count = 2;
        asked.watch = i % 3 == 0;
        handles.push_back(
            m_engine.thread().submit(kGenerate, asked, {i % 4 ? Lane::Background : Lane::Interactive, "", ""}));
    }
    std::vector<std::size_t> order(handles.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::shuffle(order.begin(), order.end(), random);
    for (std::size_t i = 0; i + 4 < order.size(); ++i) {
        handles[order[i]].cancel();
        if (i % 20 == 0)
            QTest::qSleep(5);
    }
    for (auto &handle : handles)
        handle.wait();
    int done = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const JobState state = handles[order[i]].record().state;
        QVERIFY(state == JobState::Cancelled || state == JobState::Done);
        done += state == JobState::Done;
    }
    QVERIFY(done >= 4); // those that nobody cancelled
    for (std::size_t i = order.size() - 4; i < order.size(); ++i)
        QVERIFY(handles[order[i]].record().state == JobState::Done);
    // And the next one is what it always was.
    const auto before = m_engine.run(kGenerate, request("tokens"));
    const auto after = m_engine.run(kGenerate, request("tokens"));
    QVERIFY(before && after);
    QCOMPARE(before->samples[0]->picture.rgb, after->samples[0]->picture.rgb);
}

QTEST_GUILESS_MAIN(GenerateJobsTest)
#include "generate_jobs_test.moc"
