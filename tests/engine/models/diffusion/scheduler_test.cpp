// SPDX-License-Identifier: Apache-2.0
#include "engine/models/diffusion/schedulers/scheduler.h"

#include "tests/engine/models/diffusion/expected_arrays.h"

#include <QtTest>

using namespace orrery;
using namespace orrery::diffusion;
using namespace orrery::test;

namespace {

/// Stands for a network: small_model of tests/reference/make_diffusion_fixtures.py.
at::Tensor smallModel(const at::Tensor &x, double t)
{
    return at::tanh(x * 1.5 + 0.5) * 0.8 + 0.3 * std::sin(t / 150);
}

/// The message of what `work` throws; empty when it throws nothing.
template <class Work>
QString messageOf(Work work)
{
    try {
        work();
    } catch (const Exception &problem) {
        return QString::fromUtf8(problem.what());
    }
    return {};
}

} // namespace

class SchedulerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void trajectoriesAreThoseOfDiffusers_data();
    void trajectoriesAreThoseOfDiffusers();
    void addedNoiseIsThatOfTheLevel();
    void branchesOfPndmBeginWhereEvaluationsBelongTogether();
    void anExactModelIsFollowedToThePicture();
    void stepsThatRoundToTheSameOneAreNoTrouble();
    void mistakesAreNamed();
};

void SchedulerTest::trajectoriesAreThoseOfDiffusers_data()
{
    QTest::addColumn<QString>("name");
    for (const JsonObject &item : JsonObject::readFile(kDiffusionData + "schedulers.json").objects("cases"))
        QTest::addRow("%s %s, %d steps", item.text("name").c_str(), item.text("id").c_str(),
                      int(item.integer("steps", 1, 1000)))
            << QString::fromStdString(item.text("name"));
}

void SchedulerTest::trajectoriesAreThoseOfDiffusers()
{
    QFETCH(const QString, name);
    static const auto file = Safetensors::open(kDiffusionData + "schedulers.safetensors");
    static const auto cases = JsonObject::readFile(kDiffusionData + "schedulers.json").objects("cases");
    const JsonObject &item = cases.at(std::size_t(name.toInt()));
    const std::string key = item.text("name"), id = item.text("id");
    const int begin = int(item.integer("begin", 0, 1000));

    QCOMPARE(schedulerIdOf(item.object("config")), id);
    SchedulerConfig config = SchedulerConfig::parse(id, item.object("config"));
    config.eta = item.number("eta", 0, 1);
    config.noiseFromLimited = item.booleanOr("limited_noise", false);
    const auto scheduler = makeScheduler(id, config, int(item.integer("steps", 1, 1000)));

    const at::Tensor timesteps = readArray(*file, key + ".timesteps");
    QCOMPARE(scheduler->steps(), int(timesteps.size(0)));
    for (int i = 0; i < scheduler->steps(); ++i)
        QVERIFY2(std::abs(timesteps[i].item<double>() - scheduler->timesteps()[std::size_t(i)]) < 1e-2,
                 qPrintable(QString("timestep %1: %2").arg(i).arg(scheduler->timesteps()[std::size_t(i)])));
    const double scale = readArray(*file, key + ".scale").item<double>();
    QVERIFY(std::abs(scheduler->initialNoiseScale() - scale) <= 1e-5 * scale);

    const at::Tensor noise = readArray(*file, "noise"), samples = readArray(*file, key + ".samples"),
                     guesses = readArray(*file, key + ".guesses");
    at::Tensor x = noise[0] * scheduler->initialNoiseScale();
    if (begin > 0) {
        QCOMPARE(scheduler->begin(begin), begin);
        x = scheduler->addNoise(noise[1] * 0.5, noise[0], begin);
    }
    double worst = 0;
    for (int i = begin; i < scheduler->steps(); ++i) {
        // Samples of euler are as large as their noise is.
        const auto compare = [&](const at::Tensor &found, const at::Tensor &expected) {
            worst = std::max(worst, largest(found, expected) / std::max(1.0, expected.abs().max().item<double>()));
        };
        compare(x, samples[i - begin]);
        const at::Tensor output = smallModel(scheduler->scaleModelInput(x, i), scheduler->timesteps()[std::size_t(i)]);
        const auto step = scheduler->step(output, i, x, scheduler->needsNoise(i) ? noise[1 + i - begin] : at::Tensor());
        x = step.previous;
        compare(x, samples[i - begin + 1]);
        if (guesses.defined())
            compare(step.predicted, guesses[i - begin]);
    }
    qInfo("%s", qPrintable(QString("largest difference %1").arg(worst)));
    QVERIFY2(worst <= 1e-4, qPrintable(QString("largest difference %1").arg(worst)));
}

void SchedulerTest::addedNoiseIsThatOfTheLevel()
{
    for (const std::string &id : schedulerIds()) {
        const auto scheduler = makeScheduler(id, SchedulerConfig::of(id), 12);
        const at::Tensor zero = at::zeros({1, 1, 1, 1}), one = at::ones({1, 1, 1, 1});
        for (int i = 0; i < scheduler->steps(); ++i) {
            const double signal = scheduler->addNoise(one, zero, i).item<double>();
            const double spread = scheduler->addNoise(zero, one, i).item<double>();
            const double level = spread * spread / (signal * signal + spread * spread);
            QVERIFY2(std::abs(level - scheduler->noiseLevel(i)) < 1e-5, id.c_str());
            QVERIFY2(i == 0 || scheduler->noiseLevel(i) <= scheduler->noiseLevel(i - 1), id.c_str());
        }
        QCOMPARE(scheduler->addNoise(one, one, scheduler->steps()).item<double>(), 1.0);
        QVERIFY(scheduler->noiseLevel(scheduler->steps()) < 1e-3);
        QCOMPARE(scheduler->firstStep(1), 0);
        QVERIFY(scheduler->firstStep(0.5) > 0);
        QCOMPARE(scheduler->firstStep(0.01), scheduler->steps());
    }
}

void SchedulerTest::branchesOfPndmBeginWhereEvaluationsBelongTogether()
{
    SchedulerConfig config = SchedulerConfig::of("pndm");
    const auto rungeKutta = makeScheduler("pndm", config, 10);
    QCOMPARE(rungeKutta->begin(1), 4);
    QCOMPARE(rungeKutta->begin(8), 8);
    QCOMPARE(rungeKutta->begin(13), 13);
    QCOMPARE(rungeKutta->timesteps()[std::size_t(rungeKutta->firstStep(0.5))], 400.0);
    config.skipRungeKutta = true;
    const auto short_ = makeScheduler("pndm", config, 10);
    QCOMPARE(short_->begin(1), 2);
    QCOMPARE(short_->timesteps()[1], short_->timesteps()[2]);
    const at::Tensor x = at::ones({1, 1, 2, 2});
    QVERIFY(messageOf([&] { short_->step(x, 5, x, {}); }).contains("expected 2"));
}

void SchedulerTest::anExactModelIsFollowedToThePicture()
{
    // A model that knows the picture: whatever the way, the picture is where it ends.
    const at::Tensor picture = at::linspace(-0.9, 0.9, 16).view({1, 1, 4, 4});
    const at::Tensor start = at::sin(at::arange(16, at::kFloat) * 5).view({1, 1, 4, 4});
    for (const std::string &id : schedulerIds()) {
        SchedulerConfig config = SchedulerConfig::of(id);
        const bool pndm = id == "pndm";
        config.prediction = pndm ? Prediction::Noise : Prediction::Picture;
        const auto scheduler = makeScheduler(id, config, 20);
        at::Tensor x = scheduler->addNoise(picture, start, 0);
        for (int i = 0; i < scheduler->steps(); ++i)
            x = scheduler->step(pndm ? start : picture, i, x, start).previous;
        QVERIFY2(largest(x, picture) < 0.02, qPrintable(QString("%1: %2").arg(id.c_str()).arg(largest(x, picture))));
    }
}

void SchedulerTest::stepsThatRoundToTheSameOneAreNoTrouble()
{
    SchedulerConfig config = SchedulerConfig::of("dpmpp_2m");
    config.spacing = Spacing::Linspace;
    const std::unique_ptr<Scheduler> way = makeScheduler("dpmpp_2m", config, 1000);
    const std::vector<double> &times = way->timesteps();
    QVERIFY(std::adjacent_find(times.begin(), times.end()) != times.end());
    at::Tensor x = at::ones({1, 1, 2, 2}) * way->initialNoiseScale();
    for (int i = 0; i < way->steps(); ++i)
        x = way->step(smallModel(way->scaleModelInput(x, i), times[std::size_t(i)]), i, x, {}).previous;
    QVERIFY(at::isfinite(x).all().item<bool>());
}

void SchedulerTest::mistakesAreNamed()
{
    const QString unknown = messageOf([] { makeScheduler("heun", SchedulerConfig(), 10); });
    QVERIFY2(unknown.contains("\"heun\"") && unknown.contains("ddpm, ddim, pndm, euler") && unknown.contains("lcm"),
             qPrintable(unknown));
    QVERIFY(messageOf([] { makeScheduler("ddim", SchedulerConfig(), 0); }).contains("0 steps"));
    QVERIFY(messageOf([] { makeScheduler("ddim", SchedulerConfig(), 1001); }).contains("1 to 1000"));
    QVERIFY(messageOf([] { makeScheduler("lcm", SchedulerConfig::of("lcm"), 51); }).contains("1 to 50"));

    SchedulerConfig shifted = SchedulerConfig::of("ddim");
    shifted.spacing = Spacing::Leading;
    shifted.stepsOffset = 1;
    QVERIFY(messageOf([&] { makeScheduler("ddim", shifted, 1000); }).contains("ask for fewer"));
    QVERIFY(messageOf([&] { makeScheduler("ddim", shifted, 500); }).isEmpty());
    QVERIFY(messageOf([&] { makeScheduler("dpmpp_2m", shifted, 1000); }).contains("at most 999"));

    const auto parse = [](const std::string &id, const char *text) {
        return messageOf([&] { SchedulerConfig::parse(id, JsonObject::parse(text, "scheduler_config.json")); });
    };
    QVERIFY(parse("ddim", R"({"beta_schedule": "sigmoid"})").contains("\"beta_schedule\""));
    QVERIFY(parse("ddpm", R"({"variance_type": "learned_range"})").contains("\"variance_type\""));
    QVERIFY(parse("euler", R"({"use_beta_sigmas": true})").contains("\"use_beta_sigmas\""));
    QVERIFY(parse("dpmpp_2m", R"({"algorithm_type": "sde-dpmsolver++"})").contains("\"algorithm_type\""));
    QVERIFY(parse("ddim", R"({"num_train_timesteps": 10, "trained_betas": [0.1]})").contains("\"trained_betas\""));
    QVERIFY(parse("ddim", R"({"note": "\"Infinity", "beta_end": Infinity})").contains("\"beta_end\" is \"Infinity\""));
    QVERIFY(parse("dpmpp_2m", R"({"lambda_min_clipped": -Infinity})").isEmpty()); // as Python writes it
    QVERIFY(parse("ddim", R"({"variance_type": "learned_range"})").isEmpty());    // another scheduler's field
    const QString heun = messageOf([] {
        schedulerIdOf(JsonObject::parse(R"({"_class_name": "HeunDiscreteScheduler"})", "scheduler_config.json"));
    });
    QVERIFY2(heun.contains("HeunDiscreteScheduler") && heun.contains("PNDMScheduler"), qPrintable(heun));

    SchedulerConfig config = SchedulerConfig::of("pndm");
    config.prediction = Prediction::Picture;
    QVERIFY(messageOf([&] { makeScheduler("pndm", config, 10); }).contains("choose ddim"));
    config = SchedulerConfig::of("ddim");
    config.zeroSnr = true;
    QVERIFY(messageOf([&] { makeScheduler("ddim", config, 10); }).contains("euler"));
}

QTEST_APPLESS_MAIN(SchedulerTest)
#include "scheduler_test.moc"
