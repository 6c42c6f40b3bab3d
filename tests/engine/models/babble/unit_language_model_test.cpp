// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "engine/models/babble/duration_classes.h"
#include "engine/models/babble/unit_language_model.h"
#include "engine/runtime/bfloat16.h"
#include "engine/runtime/generator.h"
#include "engine/training/fresh_weights.h"
#include "tests/engine/models/speech/speech_bench.h"

#include <QTest>

#include <cmath>

using namespace orrery;
using namespace orrery::speech;
using namespace orrery::test;

/// Logits of transformers 4.57.6: tests/reference/make_babble_fixtures.py.
class UnitLanguageModelTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void gpt2IsThatOfTransformers();
    void rememberingChangesNothing();
    void nothingIsReadFromTheFuture();
    void durationsChangeWhatFollows();
    void aFullReaderForgetsTheOlderHalf();
    void whatCannotFollowIsImpossible();
    void aForkGoesItsOwnWay();
    void durationsHaveClasses();
    void variantsOfGpt2AreRefused();
    void fastIsNearToExact();

private:
    at::Tensor whole(const std::vector<HeldUnit> &units) const;
    /// A job that reads and then looks.
    static std::string reading(std::shared_ptr<const UnitLanguageModel> model,
                               std::function<Task<int>(StepPacer &, UnitReader)> use);

    std::shared_ptr<UnitLanguageModel> m_model;
    std::vector<HeldUnit> m_units;
};

void UnitLanguageModelTest::initTestCase()
{
    m_model = std::make_shared<UnitLanguageModel>();
    UnitTransformerShape &shape = m_model->shape;
    shape.units = 12;
    shape.tokens = 13;
    shape.sentenceEnd = 12;
    shape.positions = 96;
    shape.width = 32;
    shape.layers = 3;
    m_model->weights = training::freshWeights(expectedWeights(shape), 5, {{"embedding", 0.5}});
    m_model->name = "random";
    Generator lots(4);
    m_units.push_back({kSentenceEnd, 0});
    for (int i = 0; i < 80; ++i) {
        int unit = int(lots.below(12));
        if (unit == m_units.back().unit)
            unit = (unit + 1) % 12;
        m_units.push_back({unit, int(lots.below(9)) + 1});
    }
}

std::string UnitLanguageModelTest::reading(std::shared_ptr<const UnitLanguageModel> model,
                                           std::function<Task<int>(StepPacer &, UnitReader)> use)
{
    return runJob([model, use](EngineScope &scope) -> Task<int> {
        StepPacer pace(scope);
        Task<int> using_ = use(pace, UnitReader(model));
        co_return co_await std::move(using_);
    });
}

/// Scores behind the last of `units`, all computed at once.
at::Tensor UnitLanguageModelTest::whole(const std::vector<HeldUnit> &units) const
{
    const at::NoGradGuard noGraph;
    std::vector<std::int64_t> tokens, durations;
    for (const HeldUnit &unit : units) {
        tokens.push_back(unit.unit == kSentenceEnd ? 12 : unit.unit);
        durations.push_back(unit.unit == kSentenceEnd ? 0 : durationClass(unit.frames) + 1);
    }
    at::Tensor x = embedUnits(m_model->weights, m_model->shape, at::tensor(tokens).unsqueeze(0),
                              at::tensor(durations).unsqueeze(0), 0);
    for (std::int64_t layer = 0; layer < m_model->shape.layers; ++layer)
        x = unitBlock(m_model->weights, m_model->shape, layer, x);
    return unitScores(m_model->weights, leaveUnits(m_model->weights, x)).select(1, x.size(1) - 1).flatten();
}

namespace {

double largestDifference(const std::vector<float> &scores, const at::Tensor &expected)
{
    double largest = 0;
    for (std::size_t i = 0; i < scores.size(); ++i)
        if (std::isfinite(scores[i]))
            largest = std::max(largest, std::abs(double(scores[i]) - expected[std::int64_t(i)].item<double>()));
    return largest;
}

} // namespace

void UnitLanguageModelTest::gpt2IsThatOfTransformers()
{
    const auto file = Safetensors::open(kSpeechData + "gpt2/expected.safetensors");
    const at::Tensor tokens = readArray(*file, "tokens"), logits = readArray(*file, "logits");
    double oneByOne = 0, atOnce = INFINITY;
    std::int64_t units = 0;
    const std::string problem = runJob([&](EngineScope &scope) -> Task<int> {
        Task<std::shared_ptr<const UnitLanguageModel>> loading = loadUnitLanguageModel(scope, kSpeechData + "gpt2");
        const std::shared_ptr<const UnitLanguageModel> model = co_await std::move(loading);
        units = model->shape.units;
        StepPacer pace(scope);
        UnitReader single(model), chunk(model);
        std::vector<HeldUnit> all;
        for (std::int64_t i = 0; i < tokens.size(0); ++i) {
            const auto token = int(tokens[i].item<std::int64_t>());
            all.push_back({token == 12 ? kSentenceEnd : token, 1});
            std::vector<HeldUnit> next{all.back()};
            Task<> readingOne = single.read(pace, std::move(next));
            co_await std::move(readingOne);
            oneByOne = std::max(oneByOne, largestDifference(single.scores(), logits[i]));
        }
        Task<> readingAll = chunk.read(pace, all);
        co_await std::move(readingAll);
        atOnce = largestDifference(chunk.scores(), logits[tokens.size(0) - 1]);
        co_return 0;
    });
    QVERIFY2(problem.empty(), problem.c_str());
    QCOMPARE(units, std::int64_t(12)); // the end and the padding are none
    qInfo("one by one: %g, at once: %g", oneByOne, atOnce);
    QVERIFY2(oneByOne <= 1e-4, qPrintable(QString::number(oneByOne)));
    QVERIFY2(atOnce <= 1e-4, qPrintable(QString::number(atOnce)));
}

void UnitLanguageModelTest::rememberingChangesNothing()
{
    std::vector<double> differences;
    const std::string problem = reading(m_model, [&](StepPacer &pace, UnitReader reader) -> Task<int> {
        std::size_t told = 0;
        for (const std::size_t count : {1U, 5U, 66U, 1U, 1U}) { // the third is longer than what is read at once
            std::vector<HeldUnit> some(m_units.begin() + std::ptrdiff_t(told),
                                       m_units.begin() + std::ptrdiff_t(told + count));
            told += count;
            Task<> next = reader.read(pace, std::move(some));
            co_await std::move(next);
            const std::vector<HeldUnit> known(m_units.begin(), m_units.begin() + std::ptrdiff_t(told));
            differences.push_back(largestDifference(reader.scores(), whole(known)));
        }
        co_return 0;
    });
    QVERIFY2(problem.empty(), problem.c_str());
    QCOMPARE(differences.size(), std::size_t(5));
    for (const double difference : differences)
        QVERIFY2(difference < 2e-5, qPrintable(QString::number(difference)));
}

void UnitLanguageModelTest::nothingIsReadFromTheFuture()
{
    const at::NoGradGuard noGraph;
    const at::Tensor tokens = at::tensor(std::vector<std::int64_t>{12, 1, 2, 3, 4}).unsqueeze(0);
    const at::Tensor durations = at::ones_like(tokens);
    const auto run = [&](const at::Tensor &ids) {
        at::Tensor x = embedUnits(m_model->weights, m_model->shape, ids, durations, 0);
        for (std::int64_t layer = 0; layer < m_model->shape.layers; ++layer)
            x = unitBlock(m_model->weights, m_model->shape, layer, x);
        return x;
    };
    at::Tensor other = tokens.clone();
    other[0][4] = 9;
    const at::Tensor difference = (run(tokens) - run(other)).abs().amax(2)[0];
    QVERIFY(difference.narrow(0, 0, 4).max().item<double>() < 1e-6);
    QVERIFY(difference[4].item<double>() > 1e-3);
}

void UnitLanguageModelTest::durationsChangeWhatFollows()
{
    std::vector<HeldUnit> longer = m_units;
    longer[40].frames = 64;
    QVERIFY((whole(m_units) - whole(longer)).abs().max().item<double>() > 1e-4);
}

void UnitLanguageModelTest::aFullReaderForgetsTheOlderHalf()
{
    double difference = INFINITY;
    const std::string problem = reading(m_model, [&](StepPacer &pace, UnitReader reader) -> Task<int> {
        std::vector<HeldUnit> many;
        for (int i = 0; i < 2; ++i)
            many.insert(many.end(), m_units.begin() + 1, m_units.begin() + 49); // 96, as many as there is room for
        Task<> filling = reader.read(pace, many);
        co_await std::move(filling);
        std::vector<HeldUnit> next{{3, 2}};
        Task<> more = reader.read(pace, next);
        co_await std::move(more);
        many.push_back(next.front());
        const std::vector<HeldUnit> newest(many.end() - 48, many.end());
        difference = largestDifference(reader.scores(), whole(newest));
        co_return 0;
    });
    QVERIFY2(problem.empty(), problem.c_str());
    QVERIFY2(difference < 2e-5, qPrintable(QString::number(difference)));
}

void UnitLanguageModelTest::whatCannotFollowIsImpossible()
{
    std::vector<float> atFirst, afterEnd, afterUnit, lasting, lastingOther;
    const std::string problem = reading(m_model, [&](StepPacer &pace, UnitReader reader) -> Task<int> {
        atFirst = reader.scores();
        std::vector<HeldUnit> end{{kSentenceEnd, 0}}, unit{{7, 3}};
        Task<> first = reader.read(pace, end);
        co_await std::move(first);
        afterEnd = reader.scores();
        Task<> second = reader.read(pace, unit);
        co_await std::move(second);
        afterUnit = reader.scores();
        lasting = reader.durations(2);
        lastingOther = reader.durations(4);
        co_return 0;
    });
    QVERIFY2(problem.empty(), problem.c_str());
    QCOMPARE(atFirst.size(), std::size_t(12));
    QCOMPARE(afterEnd.size(), std::size_t(13));
    for (std::size_t i = 0; i < 13; ++i) {
        QCOMPARE(std::isinf(afterEnd[i]), i == 12);
        QCOMPARE(std::isinf(afterUnit[i]), i == 7);
    }
    QCOMPARE(lasting.size(), std::size_t(kDurationClasses));
    QVERIFY(lasting != lastingOther);
}

void UnitLanguageModelTest::aForkGoesItsOwnWay()
{
    double difference = INFINITY;
    const std::string problem = reading(m_model, [&](StepPacer &pace, UnitReader reader) -> Task<int> {
        std::vector<HeldUnit> known(m_units.begin(), m_units.begin() + 10), one{{3, 1}}, other{{9, 30}};
        Task<> begin = reader.read(pace, known);
        co_await std::move(begin);
        UnitReader fork = reader.fork();
        Task<> away = fork.read(pace, other);
        co_await std::move(away);
        Task<> on = reader.read(pace, one);
        co_await std::move(on);
        known.push_back(one.front());
        difference = largestDifference(reader.scores(), whole(known));
        co_return 0;
    });
    QVERIFY2(problem.empty(), problem.c_str());
    QVERIFY2(difference < 2e-5, qPrintable(QString::number(difference)));
}

void UnitLanguageModelTest::durationsHaveClasses()
{
    for (int frames = 1; frames <= 16; ++frames)
        QCOMPARE(framesOfClass(durationClass(frames)), frames);
    for (std::int64_t c = 0; c < kDurationClasses; ++c)
        QCOMPARE(durationClass(framesOfClass(c)), c);
    QCOMPARE(framesOfClass(durationClass(17)), 16); // between 16 and 19
    QCOMPARE(framesOfClass(durationClass(18)), 19);
    QCOMPARE(framesOfClass(durationClass(5000)), 64);
    QCOMPARE(durationClass(0), std::int64_t(0));
}

void UnitLanguageModelTest::variantsOfGpt2AreRefused()
{
    const auto refused = [](const std::string &fields) {
        try {
            parseUnitShape(JsonObject::parse(
                R"({"model_type": "gpt2", "vocab_size": 10, "n_embd": 8, "n_head": 2, "n_layer": 1)" + fields + "}",
                "config.json"));
        } catch (const Exception &problem) {
            return std::string(problem.what());
        }
        return std::string();
    };
    QCOMPARE(refused(""), std::string());
    QVERIFY(refused(R"(, "activation_function": "relu")").find("activation_function") != std::string::npos);
    QVERIFY(refused(R"(, "layer_norm_epsilon": 1e-6)").find("layer_norm_epsilon") != std::string::npos);
    QVERIFY(refused(R"(, "n_inner": 9)").find("n_inner") != std::string::npos);
    QVERIFY(refused(R"(, "scale_attn_by_inverse_layer_idx": true)").find("scale_attn_by") != std::string::npos);
    QVERIFY(refused(R"(, "n_head": 3)").find("n_head") != std::string::npos ||
            refused(R"(, "n_positions": 0)").find("n_positions") != std::string::npos);
}

void UnitLanguageModelTest::fastIsNearToExact()
{
    if (!cpuMultipliesBfloat16())
        QSKIP("This processor does not multiply bfloat16");
    double oneByOne = 1, atOnce = 0;
    bool halved = false;
    const std::string problem = runJob([&](EngineScope &scope) -> Task<int> {
        const std::string folder = kSpeechData + "gpt2";
        Task<std::shared_ptr<const UnitLanguageModel>> loading = loadUnitLanguageModel(scope, folder);
        const std::shared_ptr<const UnitLanguageModel> exact = co_await std::move(loading);
        loading = loadUnitLanguageModel(scope, folder, Precision::Fast);
        const std::shared_ptr<const UnitLanguageModel> fast = co_await std::move(loading);
        halved = weightOf(fast->weights, "head.weight").scalar_type() == at::kBFloat16 &&
                 weightOf(exact->weights, "head.weight").scalar_type() == at::kFloat;
        StepPacer pace(scope);
        UnitReader ofExact(exact), ofFast(fast), ofFastAtOnce(fast);
        const auto cosine = [&](const UnitReader &reader) {
            // A unit does not follow itself; what is infinite in both says nothing.
            const at::Tensor a = at::nan_to_num(at::tensor(ofExact.scores()), 0, 0, 0);
            return at::cosine_similarity(a, at::nan_to_num(at::tensor(reader.scores()), 0, 0, 0), 0).item<double>();
        };
        for (const HeldUnit &unit : m_units) {
            std::vector<HeldUnit> next{unit};
            Task<> readingOne = ofExact.read(pace, next);
            co_await std::move(readingOne);
            readingOne = ofFast.read(pace, next);
            co_await std::move(readingOne);
            oneByOne = std::min(oneByOne, cosine(ofFast));
        }
        Task<> readingAll = ofFastAtOnce.read(pace, m_units);
        co_await std::move(readingAll);
        atOnce = cosine(ofFastAtOnce);
        co_return 0;
    });
    QVERIFY2(problem.empty(), problem.c_str());
    QVERIFY(halved);
    qInfo("one by one: %.7f, at once: %.7f", oneByOne, atOnce);
    QVERIFY2(oneByOne >= 0.999 && oneByOne < 1, qPrintable(QString::number(oneByOne, 'g', 9)));
    QVERIFY2(atOnce >= 0.999, qPrintable(QString::number(atOnce, 'g', 9)));
}

QTEST_GUILESS_MAIN(UnitLanguageModelTest)
#include "unit_language_model_test.moc"
