// SPDX-License-Identifier: Apache-2.0
#include "engine/api/babble.h"
#include "engine/files/json.h"
#include "engine/files/sha256.h"
#include "tests/engine/files/file_support.h"
#include "tests/engine/jobs/babble_models.h"

#include <QFile>

#include <cmath>
#include <fstream>

using namespace orrery;
using namespace orrery::speech;
using namespace orrery::test;

namespace {

const std::string kData = ORRERY_SOURCE_DIR "/tests/data/speech/";

std::vector<HeldUnit> unitsOf(const ContinueBranch &branch, std::size_t count = SIZE_MAX)
{
    std::vector<HeldUnit> units;
    for (const ContinueStep &step : branch.steps)
        if (units.size() < count)
            units.push_back({step.unit, step.frames});
    return units;
}

Json configOf(const std::string &folder)
{
    std::ifstream file(folder + "/config.json");
    return Json::parse(file);
}

int framesOf(const ContinueBranch &branch)
{
    int frames = 0;
    for (const ContinueStep &step : branch.steps)
        frames += step.frames;
    return frames;
}

} // namespace

class BabbleJobsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void modelsSayWhatTheyCanDo();
    void speechIsContinued();
    void theSameSeedGivesTheSameBits();
    void aBranchDoesNotDependOnTheOthers();
    void aPrefixGoesOnAsItWould();
    void theLikeliestIsDrawnWhenNothingElseMayBe();
    void sharesAreShares();
    void openingsComeBeforeWhatIsAdded();
    void gpt2GoesOn();
    void unitsAreSpokenAgain();
    void trainingListensOnce();
    void modelsAreMeasured();
    void mistakesAreNamed();
    void badFoldersAreNamed();
    void unitsOfAnotherModelAreRefused();

private:
    ContinueRequest request() const;
    JobEngine m_engine{1}; // networks this small only make several threads wait for each other
    BabbleModels m_models;
};

void BabbleJobsTest::initTestCase()
{
    QCOMPARE(m_models.make(m_engine), std::string());
}

ContinueRequest BabbleJobsTest::request() const
{
    ContinueRequest request;
    request.listener = kMfcc;
    request.codebookFile = m_models.codebook();
    request.model = m_models.model();
    request.vocoder = m_models.vocoder();
    request.sound = m_models.sound(1.5);
    request.seconds = 1;
    return request;
}

void BabbleJobsTest::modelsSayWhatTheyCanDo()
{
    const auto result = m_engine.run(kDescribeVoice, {m_models.model(), m_models.vocoder()});
    QVERIFY(result);
    QCOMPARE(result->modelUnits, BabbleModels::kUnits);
    QCOMPARE(result->vocoderUnits, BabbleModels::kUnits);
    QVERIFY(result->durations);
    QCOMPARE(result->hopMs, 20.0);
    QCOMPARE(result->voices, (std::vector<std::string>{"one", "two"})); // not the one that is held out
    QVERIFY(m_engine.run(kDescribeVoice, {"", m_models.vocoder()}));
}

void BabbleJobsTest::speechIsContinued()
{
    const auto result = m_engine.run(kContinue, request());
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    int prompt = 0;
    for (std::size_t i = 0; i < result->prompt.size(); ++i) {
        prompt += result->prompt[i].frames;
        QVERIFY(i == 0 || result->prompt[i].unit != result->prompt[i - 1].unit);
    }
    QCOMPARE(prompt, 74); // as many as 1.5 s have
    QCOMPARE(result->branches.size(), std::size_t(1));
    const ContinueBranch &branch = result->branches.front();
    QVERIFY(branch.finished);
    QCOMPARE(framesOf(branch), 50);
    QCOMPARE(branch.seconds, 1.0);
    QCOMPARE(branch.samples->size(), std::size_t(16000));
    QCOMPARE(branch.openingSamples, std::int64_t(0));
    QVERIFY(branch.logProbability < 0 && std::isfinite(branch.logProbability));
    int before = result->prompt.back().unit;
    for (const ContinueStep &step : branch.steps) {
        QVERIFY(step.unit != before);
        QVERIFY((step.unit == kSentenceEnd && step.frames == 0) ||
                (step.unit >= 0 && step.unit < BabbleModels::kUnits && step.frames >= 1));
        before = step.unit;
    }
}

void BabbleJobsTest::theSameSeedGivesTheSameBits()
{
    const auto digest = [](JobEngine &engine, const ContinueRequest &request) {
        const auto result = engine.run(kContinue, request);
        if (!result)
            return result.error().message;
        Sha256 hash;
        for (const ContinueBranch &branch : result->branches) {
            hash.add(std::as_bytes(std::span(*branch.samples)));
            for (const ContinueStep &step : branch.steps)
                hash.add(std::as_bytes(std::span(&step.share, 1)));
        }
        return hash.finish();
    };
    const std::string first = digest(m_engine, request());
    QCOMPARE(first.size(), std::size_t(64));
    QCOMPARE(digest(m_engine, request()), first);
    ContinueRequest other = request();
    other.seed = 2;
    QVERIFY(digest(m_engine, other) != first);
}

void BabbleJobsTest::aBranchDoesNotDependOnTheOthers()
{
    ContinueRequest many = request();
    many.branches = 3;
    const auto three = m_engine.run(kContinue, many), one = m_engine.run(kContinue, request());
    QVERIFY(three && one);
    QCOMPARE(three->branches.size(), std::size_t(3));
    QVERIFY(unitsOf(three->branches[0]) == unitsOf(one->branches[0]));
    QVERIFY(*three->branches[0].samples == *one->branches[0].samples);
    QVERIFY(unitsOf(three->branches[1]) != unitsOf(three->branches[0]));
    QVERIFY(unitsOf(three->branches[2]) != unitsOf(three->branches[1]));
}

void BabbleJobsTest::aPrefixGoesOnAsItWould()
{
    const auto whole = m_engine.run(kContinue, request());
    QVERIFY(whole);
    ContinueRequest again = request();
    again.prefix = unitsOf(whole->branches[0], 3);
    int kept = 0;
    for (const HeldUnit &unit : again.prefix)
        kept += unit.frames;
    again.seconds = 1 - 0.02 * kept;
    const auto result = m_engine.run(kContinue, again);
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    const ContinueBranch &branch = result->branches[0];
    QVERIFY(unitsOf(branch) == unitsOf(whole->branches[0]));
    QCOMPARE(branch.logProbability, whole->branches[0].logProbability);
    QVERIFY(branch.steps[2].kept && !branch.steps[3].kept);
    QCOMPARE(branch.steps[1].share, whole->branches[0].steps[1].share);
}

void BabbleJobsTest::theLikeliestIsDrawnWhenNothingElseMayBe()
{
    ContinueRequest cold = request(), narrow = request();
    cold.temperature = 0;
    narrow.topK = 1;
    const auto a = m_engine.run(kContinue, cold), b = m_engine.run(kContinue, narrow);
    QVERIFY(a && b);
    for (const auto *result : {&*a, &*b})
        for (const ContinueStep &step : result->branches[0].steps) {
            QCOMPARE(step.alternatives.size(), std::size_t(1));
            QCOMPARE(step.alternatives[0].unit, step.unit);
            QCOMPARE(step.share, 1.0);
            QCOMPARE(step.entropy, 0.0);
        }
    QCOMPARE(a->branches[0].steps[0].unit, b->branches[0].steps[0].unit);
}

void BabbleJobsTest::sharesAreShares()
{
    ContinueRequest wide = request();
    wide.topK = 5;
    const auto result = m_engine.run(kContinue, wide);
    QVERIFY(result);
    for (const ContinueStep &step : result->branches[0].steps) {
        QCOMPARE(step.alternatives.size(), std::size_t(5));
        double sum = 0, entropy = 0, own = -1;
        for (std::size_t i = 0; i < 5; ++i) {
            const auto &[unit, share] = step.alternatives[i];
            QVERIFY(i == 0 || share <= step.alternatives[i - 1].share);
            sum += share;
            entropy -= share * std::log2(share);
            if (unit == step.unit)
                own = share;
        }
        QVERIFY(std::abs(sum - 1) < 1e-9);
        QVERIFY(std::abs(step.share - own) < 1e-9);
        QVERIFY(std::abs(step.entropy - entropy) < 1e-9);
    }
}

void BabbleJobsTest::openingsComeBeforeWhatIsAdded()
{
    ContinueRequest recorded = request(), spoken = request();
    recorded.opening = Opening::Recorded;
    spoken.opening = Opening::Resynthesised;
    const auto plain = m_engine.run(kContinue, request());
    const auto a = m_engine.run(kContinue, recorded), b = m_engine.run(kContinue, spoken);
    QVERIFY(plain && a && b);
    const std::vector<float> &with = *a->branches[0].samples, &without = *plain->branches[0].samples;
    QCOMPARE(a->branches[0].openingSamples, std::int64_t(24000));
    QVERIFY(std::equal(with.begin(), with.begin() + 24000, recorded.sound.samples->begin()));
    QVERIFY(std::equal(with.begin() + 24000, with.end(), without.begin(), without.end()));
    QCOMPARE(b->branches[0].openingSamples, std::int64_t(74 * 320));
    QCOMPARE(b->branches[0].samples->size(), std::size_t((74 + 50) * 320));

    ContinueRequest silent = request();
    silent.vocoder.clear();
    const auto units = m_engine.run(kContinue, silent);
    QVERIFY(units && !units->branches[0].samples);
    QVERIFY(unitsOf(units->branches[0]) == unitsOf(plain->branches[0]));
}

void BabbleJobsTest::gpt2GoesOn()
{
    ContinueRequest gpt2 = request();
    gpt2.model = kData + "gpt2";
    const auto result = m_engine.run(kContinue, gpt2);
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    QCOMPARE(framesOf(result->branches[0]), 50); // by the vocoder's usual durations
    ContinueRequest bare;
    bare.model = gpt2.model;
    bare.vocoder.clear();
    bare.seconds = 20; // more than it can look back
    const auto fromNothing = m_engine.run(kContinue, bare);
    QVERIFY2(fromNothing, fromNothing ? "" : fromNothing.error().message.c_str());
    QVERIFY(fromNothing->prompt.empty());
    QVERIFY(fromNothing->branches[0].steps.size() > 200);
}

void BabbleJobsTest::unitsAreSpokenAgain()
{
    ResynthesiseRequest speak;
    speak.vocoder = m_models.vocoder();
    speak.units = {{1, 10}, {kSentenceEnd, 0}, {4, 5}, {7, 1}};
    const auto result = m_engine.run(kResynthesise, speak);
    QVERIFY(result);
    QCOMPARE(result->samples->size(), std::size_t(16 * 320));
    speak.voice = 1;
    const auto other = m_engine.run(kResynthesise, speak);
    QVERIFY(other && *other->samples != *result->samples);
}

void BabbleJobsTest::trainingListensOnce()
{
    // The units that are kept serve: they are not written again, and a damaged file is named.
    const QString cache = QString::fromStdString(m_models.folder() + "/units.safetensors");
    const QByteArray before = [&] {
        QFile f(cache);
        return f.open(QFile::ReadOnly) ? f.readAll() : QByteArray();
    }();
    QVERIFY(before.size() > 1000);
    training::TrainRequest more = m_models.request("speech-ulm");
    more.resume = true;
    more.steps = 3;
    const auto result = m_engine.run(training::kTrain, more);
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    QCOMPARE(result->steps, std::int64_t(3));
    QFile same(cache);
    QVERIFY(same.open(QFile::ReadOnly) && same.readAll() == before);
}

void BabbleJobsTest::modelsAreMeasured()
{
    training::EvaluateRequest measure;
    measure.data = m_models.world();
    measure.units = kMfcc;
    measure.codebookFile = m_models.codebook();
    measure.unitCache = m_models.folder() + "/units.safetensors";
    measure.model = m_models.model();
    const auto valueOf = [](const training::EvaluateResult &result, const std::string &name) {
        for (const auto &[known, value] : result.measures)
            if (known == name)
                return value;
        return double(NAN);
    };
    const auto ulm = m_engine.run(training::kEvaluate, measure);
    QVERIFY2(ulm, ulm ? "" : ulm.error().message.c_str());
    const double bits = valueOf(*ulm, "bits per unit"), grams = valueOf(*ulm, "bits per unit, Kneser-Ney 5-gram");
    QVERIFY2(bits > 1 && bits < 6, qPrintable(QString::number(bits)));
    QVERIFY2(grams > 0.5 && grams < std::log2(13), qPrintable(QString::number(grams)));
    QVERIFY(std::abs(valueOf(*ulm, "lower than the 5-gram by") - (1 - bits / grams)) < 1e-9);
    QVERIFY(valueOf(*ulm, "units measured") > 100);

    measure.model = m_models.vocoder();
    const auto vocoder = m_engine.run(training::kEvaluate, measure);
    QVERIFY2(vocoder, vocoder ? "" : vocoder.error().message.c_str());
    QVERIFY(valueOf(*vocoder, "unit error") > 0);
    QVERIFY(valueOf(*vocoder, "mel distance, dB") > 0);
}

void BabbleJobsTest::mistakesAreNamed()
{
    const auto problem = [&](const std::function<void(ContinueRequest &)> &change) {
        ContinueRequest bad = request();
        change(bad);
        return messageOfFailure(m_engine.run(kContinue, bad));
    };
    QVERIFY(problem([](auto &r) { r.seconds = NAN; }).contains("time to add"));
    QVERIFY(problem([](auto &r) { r.seconds = 1e9; }).contains("expected a number from 0.02 to 60"));
    QVERIFY(problem([](auto &r) { r.temperature = -1; }).contains("temperature"));
    QVERIFY(problem([](auto &r) { r.branches = 0; }).contains("continuations"));
    QVERIFY(problem([](auto &r) { r.topK = -3; }).contains("likeliest"));
    QVERIFY(problem([](auto &r) { r.codebookFile.clear(); }).contains("codebook"));
    QVERIFY(problem([](auto &r) {
                r.sound = {};
                r.prompt = {{12, 1}};
            }).contains("no unit 12"));
    QVERIFY(problem([](auto &r) {
                r.sound = {};
                r.prompt = {{1, 2'000'000'000}, {2, 2'000'000'000}};
            }).contains("expected at most 60"));
    QVERIFY(problem([](auto &r) { r.prefix = {{1, 2'000'000'000}}; }).contains("expected at most 60"));
    QVERIFY(problem([](auto &r) { r.prefix = {{3, 0}}; }).contains("at least one frame"));
    QVERIFY(problem([](auto &r) { r.prefix = {{3, 1}, {3, 1}}; }).contains("another unit"));
    QVERIFY(problem([](auto &r) { r.prefix = {{99, 1}}; }).contains("unit 99"));
    QVERIFY(problem([](auto &r) {
                r.sound.samples = std::make_shared<const std::vector<float>>(100, 0.0F);
            }).contains("shorter than one frame"));
    QVERIFY(problem([](auto &r) { r.voice = 7; }).contains("no voice 7"));
    QVERIFY(problem([](auto &r) { r.model = "speech-nothing"; }).contains("speech-nothing"));
    QVERIFY(messageOfFailure(m_engine.run(kResynthesise, {m_models.vocoder(), {}})).contains("no unit to speak"));
    QVERIFY(messageOfFailure(m_engine.run(kResynthesise, {m_models.vocoder(), {{1, 100'000'000}}}))
                .contains("at most 600"));
}

void BabbleJobsTest::badFoldersAreNamed()
{
    QTemporaryDir folder;
    const auto tryConfig = [&](const QByteArray &config) {
        QFile file(folder.filePath("config.json"));
        if (!file.open(QFile::WriteOnly) || file.write(config) != config.size())
            return QString("cannot write");
        file.close();
        ContinueRequest bad = request();
        bad.model = folder.path().toStdString();
        return messageOfFailure(m_engine.run(kContinue, bad));
    };
    QVERIFY(tryConfig("{").contains("config.json"));
    QVERIFY2(tryConfig(R"({"model_type": "clip"})")
                 .contains("holds a model of type \"clip\" (config.json), which is no language model of units"),
             qPrintable(tryConfig(R"({"model_type": "clip"})")));
    QVERIFY(tryConfig(R"({"model_type": "unit_lm", "units": 1})").contains("units"));
    const QByteArray good =
        R"({"model_type": "unit_lm", "units": 12, "positions": 512, "width": 192, "heads": 5, "layers": 4})";
    QVERIFY(tryConfig(good).contains("heads"));
    QVERIFY(tryConfig(QByteArray(good).replace("5,", "4,")).contains("safetensors")); // there are no weights
    QVERIFY(QFile::copy(QString::fromStdString(m_models.model()) + "/model.safetensors",
                        folder.filePath("model.safetensors")));
    QVERIFY(tryConfig(QByteArray(good).replace("5,", "4,").replace("192", "96")).contains("shape"));

    ContinueRequest other = request();
    other.vocoder = kData + "gpt2";
    QVERIFY(messageOfFailure(m_engine.run(kContinue, other))
                .contains("which does not speak units; expected one of type unit_vocoder"));
}

void BabbleJobsTest::unitsOfAnotherModelAreRefused()
{
    const Json config = configOf(m_models.model());
    QCOMPARE(QString::fromStdString(config["units_model"].get<std::string>()),
             QString("mfcc")); // training wrote whose units they are
    QCOMPARE(config["units_sha256"].get<std::string>().size(), std::size_t(64));
    QVERIFY(configOf(m_models.vocoder())["units_sha256"] == config["units_sha256"]);

    // The same listener with another codebook of as many units.
    QTemporaryDir folder;
    FitRequest fit;
    fit.model = kMfcc;
    fit.clusters = BabbleModels::kUnits;
    fit.seed = 7;
    fit.sounds = {m_models.sound(2)};
    fit.file = folder.filePath("codebook.safetensors").toStdString();
    QVERIFY(m_engine.run(kFit, fit));
    ContinueRequest other = request();
    other.codebookFile = fit.file;
    const QString message = messageOfFailure(m_engine.run(kContinue, other));
    QVERIFY2(message.contains("speaks units of another mfcc, or of another codebook"), qPrintable(message));

    // A model of another listener's units, which says so, and one that says nothing, as from elsewhere.
    const auto changed = [&](const std::function<void(Json &)> &change) {
        Json edited = config;
        change(edited);
        writeJsonFile(folder.filePath("config.json").toStdString(), edited);
        QFile::copy(QString::fromStdString(m_models.model()) + "/model.safetensors",
                    folder.filePath("model.safetensors"));
        ContinueRequest request = this->request();
        request.model = folder.path().toStdString();
        request.vocoder.clear();
        return request;
    };
    const auto elsewhere = m_engine.run(kContinue, changed([](Json &json) {
                                            json.erase("units_model");
                                            json.erase("units_sha256");
                                        }));
    QVERIFY2(elsewhere, elsewhere ? "" : elsewhere.error().message.c_str());
    const auto wav2vec = [](Json &json) {
        json["units_model"] = "speech-wav2vec";
        json["units_sha256"] = std::string(64, '0');
    };
    QVERIFY(messageOfFailure(m_engine.run(kContinue, changed(wav2vec)))
                .contains("speaks units of speech-wav2vec, but those of mfcc were given"));
    ContinueRequest apart = changed(wav2vec); // the vocoder's are still those of the listener
    apart.vocoder = m_models.vocoder();
    apart.sound = {};
    apart.prompt = {{1, 2}};
    QVERIFY(messageOfFailure(m_engine.run(kContinue, apart)).contains("but those of speech-wav2vec were given"));
}

QTEST_GUILESS_MAIN(BabbleJobsTest)
#include "babble_jobs_test.moc"
