// SPDX-License-Identifier: Apache-2.0
#ifndef Q_MOC_RUN // moc stumbles over <concepts>
#include "engine/models/diffusion/stable_diffusion.h"
#include "tests/engine/models/diffusion/diffusion_bench.h"
#endif

#include <QtTest>

#include <algorithm>

using namespace orrery;
using namespace orrery::diffusion;
using namespace orrery::test;

namespace {

Picture pictureOf(const at::Tensor &bytes)
{
    const at::Tensor plain = bytes.contiguous();
    const auto *data = plain.const_data_ptr<std::uint8_t>();
    return {int(plain.size(1)), int(plain.size(0)), {data, data + plain.numel()}};
}

/// One of the runs that tests/reference/make_diffusion_fixtures.py recorded, as an order.
TextToImageModel::Order orderOf(const Safetensors &file, std::size_t run)
{
    const JsonObject item = JsonObject::parse(file.metadata().at("runs"), "metadata").objects("runs").at(run);
    TextToImageModel::Order order;
    generate::GenerateRequest &request = order.request;
    request.prompt = item.text("prompt");
    request.negative = item.text("negative");
    request.scheduler = item.text("scheduler");
    request.steps = int(item.integer("steps", 1, 1000));
    request.scale = item.number("scale", 0, 100);
    order.seed = std::uint64_t(item.integer("seed", 0, 1000));
    if (item.text("kind") != "text") {
        request.strength = item.number("strength", 0, 1);
        order.image = pictureOf(readArray(file, "picture"));
    }
    if (item.text("kind") == "mask")
        order.mask = pictureOf(readArray(file, "mask"));
    return order;
}

std::shared_ptr<const Safetensors> expectedOf(const std::string &model)
{
    return Safetensors::open(kDiffusionData + model + ".expected.safetensors");
}

using Use = std::function<Task<int>(StepPacer &, StableDiffusion &)>;

std::string withModel(const std::string &path, Use use)
{
    return runJob([path, use = std::move(use)](EngineScope &scope) -> Task<int> {
        const bool file = path.ends_with(".safetensors");
        Task<std::shared_ptr<TextToImageModel>> loading =
            file ? loadStableDiffusionFile(scope, path) : loadStableDiffusion(scope, path);
        const std::shared_ptr<TextToImageModel> model = co_await std::move(loading);
        StepPacer pace(scope);
        Task<int> using_ = use(pace, static_cast<StableDiffusion &>(*model));
        co_return co_await std::move(using_);
    });
}

/// Samples of some orders.
std::vector<generate::Sample> samplesOf(const std::string &path, std::vector<TextToImageModel::Order> orders)
{
    std::vector<generate::Sample> samples;
    const std::string problem = withModel(path, [&](StepPacer &pace, StableDiffusion &model) -> Task<int> {
        for (const TextToImageModel::Order &order : orders) {
            generate::Sample sample;
            Task<> drawing =
                model.draw(pace, std::make_shared<TextToImageModel::Order>(order), sample, [](int, int) {});
            co_await std::move(drawing);
            samples.push_back(std::move(sample));
        }
        co_return 0;
    });
    if (!problem.empty())
        qWarning("%s", problem.c_str());
    return samples;
}

} // namespace

class StableDiffusionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void latentsAndPixelsAreThoseOfDiffusers_data();
    void latentsAndPixelsAreThoseOfDiffusers();
    void oneFileGivesThePicturesOfTheFolder();
    void whatIsBlackInTheMaskStays();
    void theSeedAloneDecides();
    void branchesShareTheirPast();
    void stepsAreShownAndWordsFound();
    void theModelSpeaksForItself();
    void mistakesAreNamed();
};

void StableDiffusionTest::latentsAndPixelsAreThoseOfDiffusers_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<int>("run");
    for (const char *model : {"sd1", "sd2"}) {
        const auto file = expectedOf(model);
        const auto runs = JsonObject::parse(file->metadata().at("runs"), "metadata").objects("runs");
        for (std::size_t i = 0; i < runs.size(); ++i)
            QTest::addRow("%s, %s, %s", model, runs[i].text("kind").c_str(), runs[i].text("scheduler").c_str())
                << QString(model) << int(i);
    }
}

void StableDiffusionTest::latentsAndPixelsAreThoseOfDiffusers()
{
    QFETCH(const QString, model);
    QFETCH(const int, run);
    const auto file = expectedOf(model.toStdString());
    const std::string name = "run" + std::to_string(run);
    const TextToImageModel::Order order = orderOf(*file, std::size_t(run));
    double latents = INFINITY;
    at::Tensor pixels;
    const std::string problem =
        withModel(kDiffusionData + model.toStdString(), [&](StepPacer &pace, StableDiffusion &sd) -> Task<int> {
            sd.check(order.request);
            StableDiffusion::Canvas canvas;
            generate::Sample sample;
            const TextToImageModel::Report report = [](int, int) {};
            Task<> painting = sd.paint(pace, order, sample, report, canvas);
            co_await std::move(painting);
            latents = largest(canvas.x, readArray(*file, name + ".latents"));
            Task<at::Tensor> decoding = sd.decode(pace, canvas.x);
            pixels = ((co_await std::move(decoding)) / 2 + 0.5).clamp(0, 1);
            co_return 0;
        });
    QCOMPARE(problem, std::string());
    const double difference = largest(pixels, readArray(*file, name + ".pixels"));
    qInfo("latents %g, pixels %g", latents, difference);
    QVERIFY2(latents <= 1e-2, qPrintable(QString::number(latents)));
    QVERIFY2(difference <= 1e-2, qPrintable(QString::number(difference)));
}

void StableDiffusionTest::oneFileGivesThePicturesOfTheFolder()
{
    const auto file = expectedOf("sd1");
    const auto folder = samplesOf(kDiffusionData + "sd1", {orderOf(*file, 0), orderOf(*file, 7)});
    const auto single = samplesOf(kDiffusionData + "sd1/sd1.safetensors", {orderOf(*file, 0), orderOf(*file, 7)});
    QCOMPARE(folder.size(), std::size_t(2));
    QCOMPARE(single.size(), std::size_t(2));
    for (std::size_t i = 0; i < 2; ++i)
        QVERIFY(single[i].picture.rgb == folder[i].picture.rgb);
}

void StableDiffusionTest::whatIsBlackInTheMaskStays()
{
    const auto file = expectedOf("sd2");
    const TextToImageModel::Order order = orderOf(*file, 6);
    const auto samples = samplesOf(kDiffusionData + "sd2", {order});
    QCOMPARE(samples.size(), std::size_t(1));
    int changed = 0;
    for (std::size_t i = 0; i < order.image.rgb.size(); ++i) {
        const int difference = std::abs(int(samples[0].picture.rgb[i]) - int(order.image.rgb[i]));
        if (order.mask.rgb[i] == 0)
            QCOMPARE(difference, 0);
        changed += difference > 0;
    }
    QVERIFY(changed > 50); // of 16 × 16 × 3, a third of which is white
}

void StableDiffusionTest::theSeedAloneDecides()
{
    const auto file = expectedOf("sd1");
    TextToImageModel::Order first = orderOf(*file, 2), second = first;
    second.seed = 77;
    const auto samples = samplesOf(kDiffusionData + "sd1", {first, second, first});
    QCOMPARE(samples.size(), std::size_t(3));
    QVERIFY(samples[0].picture.rgb == samples[2].picture.rgb);
    QVERIFY(samples[0].picture.rgb != samples[1].picture.rgb);
}

void StableDiffusionTest::branchesShareTheirPast()
{
    const auto file = expectedOf("sd2");
    TextToImageModel::Order order = orderOf(*file, 3);
    order.request.watch = true;
    TextToImageModel::Order other = order;
    other.request.branch = generate::Branch{2, 9, "a dog in the snow"};
    const auto samples = samplesOf(kDiffusionData + "sd2", {order, other});
    QCOMPARE(samples.size(), std::size_t(2));
    QCOMPARE(samples[0].looks.size(), std::size_t(4));
    for (std::size_t i = 0; i < 4; ++i)
        QCOMPARE(samples[0].looks[i].picture.rgb == samples[1].looks[i].picture.rgb, i < 2);
}

void StableDiffusionTest::stepsAreShownAndWordsFound()
{
    const auto file = expectedOf("sd1");
    TextToImageModel::Order order = orderOf(*file, 0);
    order.request.watch = order.request.attention = true;
    const auto samples = samplesOf(kDiffusionData + "sd1", {order});
    QCOMPARE(samples.size(), std::size_t(1));
    const generate::Sample &sample = samples[0];
    QCOMPARE(sample.looks.size(), std::size_t(7)); // pndm takes one step twice
    for (const generate::StepLook &look : sample.looks) {
        QCOMPARE(look.picture.width, 16);
        QCOMPARE(look.evaluations, 2);
        QVERIFY(look.noise > 0 && look.noise <= 1);
    }
    QVERIFY(sample.looks.back().noise < sample.looks.front().noise);
    QCOMPARE(sample.words.size(), std::size_t(6));
    QCOMPARE(sample.words[5].word, std::string("cat"));
    for (const generate::WordMap &word : sample.words) {
        QCOMPARE(word.share.size(), std::size_t(64));
        QVERIFY(*std::max_element(word.share.begin(), word.share.end()) < 1);
        QVERIFY(*std::min_element(word.share.begin(), word.share.end()) > 0);
    }
}

void StableDiffusionTest::theModelSpeaksForItself()
{
    const std::string problem = withModel(kDiffusionData + "sd1", [](StepPacer &, StableDiffusion &model) -> Task<int> {
        const generate::DescribeResult description = model.describe();
        [&] {
            QCOMPARE(description.scheduler, std::string("pndm"));
            QCOMPARE(description.width, 16);
            QCOMPARE(description.schedulers, schedulerIds());
            QVERIFY(description.inpainting && !description.clipGuidance);
            QCOMPARE(model.notes().size(), std::size_t(1));
            QVERIFY(model.notes()[0].find("creativeml-openrail-m") != std::string::npos);
            QVERIFY(!model.cuts("a photo of a cat"));
            QVERIFY(model.cuts("a photo of the red cat on the left with snow and a tree and a dog and a house"));
            generate::GenerateRequest request;
            request.steps = 10;
            QCOMPARE(model.stepsOf(request), 11);
            request.scheduler = "ddim";
            request.image.path = "fox.png";
            request.strength = 0.5;
            QCOMPARE(model.stepsOf(request), 5);
        }();
        co_return 0;
    });
    QCOMPARE(problem, std::string());
}

void StableDiffusionTest::mistakesAreNamed()
{
    const auto refused = [](generate::GenerateRequest request) {
        return QString::fromStdString(
            withModel(kDiffusionData + "sd2", [request](StepPacer &, StableDiffusion &model) -> Task<int> {
                model.check(request);
                co_return 0;
            }));
    };
    generate::GenerateRequest request;
    request.prompt = "a cat";
    QCOMPARE(refused(request), QString());
    request.scheduler = "heun";
    QVERIFY(refused(request).contains("There is no scheduler \"heun\"; choose one of ddpm, ddim"));
    request.scheduler.clear();
    request.steps = 1001;
    QVERIFY(refused(request).contains("1001 steps"));
    request.steps = 10;
    request.branch = generate::Branch{10, 1, {}};
    QVERIFY(refused(request).contains("expected one from 0 to 9"));
    request.branch.reset();
    request.negative = "a dog";
    request.guidance = generate::Guidance::None;
    QVERIFY(refused(request).contains("classifier-free guidance"));
    request.negative.clear();
    request.guidance = generate::Guidance::Clip;
    QVERIFY(refused(request).contains("choose classifier-free guidance"));
    request.guidance = generate::Guidance::ClassifierFree;
    request.keepTokens = {1};
    QVERIFY(refused(request).contains("picture-dalle"));
}

QTEST_APPLESS_MAIN(StableDiffusionTest)
#include "stable_diffusion_test.moc"
