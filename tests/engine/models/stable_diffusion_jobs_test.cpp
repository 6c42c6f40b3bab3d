// SPDX-License-Identifier: Apache-2.0
#include "engine/api/generate.h"
#include "tests/engine/files/file_support.h"
#include "tests/engine/job_engine.h"

#include <algorithm>
#include <filesystem>

using namespace orrery;
using namespace orrery::generate;
using namespace orrery::test;

namespace {

const std::string kModel = ORRERY_SOURCE_DIR "/tests/data/diffusion/sd1";

GenerateRequest requestOf(const std::string &model)
{
    GenerateRequest request;
    request.model = model;
    request.prompt = "a photo of the red cat";
    request.negative = "a blue dog";
    request.steps = 3;
    request.seed = 5;
    return request;
}

Picture plain(int width, int height, std::uint8_t value)
{
    return {width, height, std::vector<std::uint8_t>(std::size_t(width) * std::size_t(height) * 3, value)};
}

} // namespace

/// Checkpoints of others through the jobs that every page uses.
class StableDiffusionJobsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFolderAndASingleFileMakePictures();
    void aPictureOfManyIsMadeAgainAlone();
    void aPictureIsGoneOnFromAndItsMaskKept();
    void mistakesAreNamed();
    void aMissingPartIsNamed();

private:
    JobEngine m_engine{1};
    TemporaryFolder m_folder;
};

void StableDiffusionJobsTest::aFolderAndASingleFileMakePictures()
{
    const auto described = m_engine.run(kDescribe, {kModel});
    QVERIFY2(described, described ? "" : described.error().message.c_str());
    QCOMPARE(described->method, Method::Diffusion);
    QCOMPARE(described->scheduler, std::string("pndm"));

    std::vector<Picture> pictures;
    for (const std::string &model : {kModel, kModel + "/sd1.safetensors"}) {
        const auto result = m_engine.run(kGenerate, requestOf(model));
        QVERIFY2(result, result ? "" : result.error().message.c_str());
        QCOMPARE(result->samples.size(), std::size_t(1));
        QCOMPARE(result->steps, 4);
        const Sample &sample = *result->samples[0];
        QVERIFY(sample.finished && !sample.recipe.empty());
        QCOMPARE(sample.picture.width, 16);
        pictures.push_back(sample.picture);
        const bool licence = std::any_of(result->notes.begin(), result->notes.end(), [](const std::string &note) {
            return note.find("creativeml-openrail-m") != std::string::npos;
        });
        QCOMPARE(licence, model == kModel); // the card lies in the folder
    }
    QVERIFY(pictures[0].rgb == pictures[1].rgb);
}

void StableDiffusionJobsTest::aPictureOfManyIsMadeAgainAlone()
{
    GenerateRequest request = requestOf(kModel);
    request.scheduler = "euler_ancestral";
    request.count = 3;
    const auto all = m_engine.run(kGenerate, request);
    QVERIFY2(all, all ? "" : all.error().message.c_str());
    request.count = 1;
    request.seed += 2;
    const auto alone = m_engine.run(kGenerate, request);
    QVERIFY(alone && alone->samples[0]->picture.rgb == all->samples[2]->picture.rgb);
    QVERIFY(alone->samples[0]->picture.rgb != all->samples[1]->picture.rgb);
}

void StableDiffusionJobsTest::aPictureIsGoneOnFromAndItsMaskKept()
{
    GenerateRequest request = requestOf(kModel);
    request.steps = 6;
    request.image.pixels = plain(16, 16, 90);
    request.mask.pixels = plain(16, 16, 0);
    for (std::size_t i = 0; i < 16 * 8 * 3; ++i) // the upper half is made anew
        request.mask.pixels.rgb[i] = 255;
    const auto result = m_engine.run(kGenerate, request);
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    const Picture &picture = result->samples[0]->picture;
    QVERIFY(std::all_of(picture.rgb.begin() + 16 * 8 * 3, picture.rgb.end(), [](std::uint8_t v) { return v == 90; }));
    QVERIFY(std::any_of(picture.rgb.begin(), picture.rgb.begin() + 16 * 8 * 3, [](std::uint8_t v) { return v != 90; }));

    request.mask.pixels = plain(15, 16, 255);
    QVERIFY(messageOfFailure(m_engine.run(kGenerate, request)).contains("expected the size of its picture, 16 × 16"));
}

void StableDiffusionJobsTest::mistakesAreNamed()
{
    GenerateRequest request = requestOf(kModel);
    request.scheduler = "heun";
    QVERIFY(messageOfFailure(m_engine.run(kGenerate, request)).contains("choose one of ddpm, ddim, pndm"));
    request = requestOf(kModel);
    request.guidance = Guidance::None;
    QVERIFY(messageOfFailure(m_engine.run(kGenerate, request)).contains("stay away"));
    request = requestOf(kModel);
    for (int i = 0; i < 20; ++i)
        request.prompt += " and a tree";
    const auto cut = m_engine.run(kGenerate, request);
    QVERIFY(cut && std::any_of(cut->notes.begin(), cut->notes.end(), [](const std::string &note) {
                return note.find("longer than the model can take in") != std::string::npos;
            }));
}

void StableDiffusionJobsTest::aMissingPartIsNamed()
{
    const std::string folder = m_folder.path("half");
    std::filesystem::copy(kModel, folder, std::filesystem::copy_options::recursive);
    std::filesystem::remove_all(folder + "/vae");
    QVERIFY(messageOfFailure(m_engine.run(kGenerate, requestOf(folder))).contains("the part \"vae\" is missing"));
    std::filesystem::remove_all(folder + "/unet");
    std::filesystem::create_directory(folder + "/vae");
    QVERIFY(messageOfFailure(m_engine.run(kGenerate, requestOf(folder))).contains("the part \"unet\" is missing"));
}

QTEST_GUILESS_MAIN(StableDiffusionJobsTest)
#include "stable_diffusion_jobs_test.moc"
