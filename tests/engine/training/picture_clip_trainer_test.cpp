// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include "tests/engine/training/tiny_world.h"
#include "tests/engine/training/trainer_runs.h"

#include "engine/core/error.h"
#include "engine/training/bpe_trainer.h"
#include "engine/training/picture_clip_trainer.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace orrery;
using namespace orrery::training;
using training::test::run;

class PictureClipTrainerTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void learnsWithinFortySteps();
    void promptsHitTheirRowOfTheTable();
    void goesOnFromAFinishedModel();
    void refusesAFinishedModelOfAnotherShape();
    void resumesWithTheSameBits();
    void refusesACheckpointOfAnotherSeed();

private:
    PictureClipOptions options() const;
    std::unique_ptr<PictureClipTrainer> trainer(const PictureClipOptions &options) const;

    QTemporaryDir m_folder;
    std::shared_ptr<const Composer> m_composer;
    std::shared_ptr<const PromptScenes> m_prompts;
    std::shared_ptr<const ClipTokenizer> m_tokenizer;
};

void PictureClipTrainerTest::initTestCase()
{
    at::set_num_threads(1);
    const std::string file = m_folder.filePath("world.safetensors").toStdString();
    m_composer = test::tinyComposer(file);
    m_prompts = std::make_shared<PromptScenes>(std::make_shared<PictureWorld>(file));
    m_tokenizer = std::make_shared<ClipTokenizer>(pictureVocabulary(m_composer->world(), 100));
}

PictureClipOptions PictureClipTrainerTest::options() const
{
    PictureClipOptions options;
    options.steps = 60; // the first 24 are of 32 pixels, the last 11 meet prompts
    options.batch = 16;
    options.namesPerStep = test::kTinyNames;
    return options;
}

std::unique_ptr<PictureClipTrainer> PictureClipTrainerTest::trainer(const PictureClipOptions &options) const
{
    return std::make_unique<PictureClipTrainer>(m_composer, m_prompts, m_tokenizer, options);
}

void PictureClipTrainerTest::learnsWithinFortySteps()
{
    const auto run1 = trainer(options());
    run(*run1, 1);
    const double before = run1->loss();
    run(*run1, 40);
    QVERIFY2(run1->loss() < before - 0.1, qPrintable(QString("loss %1 → %2").arg(before).arg(run1->loss())));
    QCOMPARE(run1->picturesSeen(), std::int64_t(40 * 16));
    QCOMPARE(run1->trainedSize(), 48);
}

void PictureClipTrainerTest::promptsHitTheirRowOfTheTable()
{
    const auto run1 = trainer(options());
    run(*run1, 40);
    int hits = 0;
    {
        const at::NoGradGuard noGraph;
        const at::Tensor table = run1->weights().at(kNameTable);
        QCOMPARE(table.size(0), std::int64_t(test::kTinyNames));
        for (int n = 0; n < test::kTinyNames; ++n) {
            const auto ids = m_tokenizer->encode("a drawing of a " + m_composer->world().names()[n].name);
            const at::Tensor prompt =
                clip::encodeText(run1->weights(), run1->shape().text, at::tensor(ids).unsqueeze(0)); // [1, E]
            hits += at::cosine_similarity(prompt, table).argmax().item<std::int64_t>() == n;
        }
    }
    QVERIFY2(hits >= 9, qPrintable(QString("%1 of 12 prompts are nearest to their own row").arg(hits)));
    run(*run1, 60); // the last steps meet the prompts themselves
    QVERIFY(!run1->advance());
    QVERIFY2(run1->nameAccuracy() > 0.2, qPrintable(QString::number(run1->nameAccuracy())));
}

void PictureClipTrainerTest::goesOnFromAFinishedModel()
{
    const auto first = trainer(options());
    run(*first, 20);
    PictureClipOptions other = options();
    other.seed = 7;
    const auto second = trainer(other);
    {
        const at::NoGradGuard noGraph;
        Weights finished = clip::foldNorms(first->weights(), first->shape().image);
        finished.erase(kNameTable);
        second->startFrom(finished);
        const Weights again = clip::foldNorms(second->weights(), second->shape().image);
        for (const auto &[name, weight] : finished)
            QVERIFY2(at::allclose(weight, again.at(name), 1e-4, 1e-5), name.c_str());
        // A name's row is its prompt as the finished model reads it.
        const auto ids = m_tokenizer->encode(m_composer->world().names()[3].name);
        const at::Tensor prompt = clip::encodeText(finished, first->shape().text, at::tensor(ids).unsqueeze(0));
        const at::Tensor row = second->weights().at(kNameTable)[3];
        QVERIFY(at::cosine_similarity(prompt[0], row, 0).item<double>() > 0.9999);
    }
    run(*second, 1);
    QVERIFY(std::isfinite(second->loss()));
}

void PictureClipTrainerTest::refusesAFinishedModelOfAnotherShape()
{
    const auto first = trainer(options());
    const at::NoGradGuard noGraph;
    Weights finished = clip::foldNorms(first->weights(), first->shape().image);
    finished["text_projection.weight"] = at::zeros({3, 5});
    try {
        trainer(options())->startFrom(finished);
        QFAIL("another shape was taken");
    } catch (const Exception &error) {
        QVERIFY(std::string(error.what()).find("text_projection.weight") != std::string::npos);
    }
}

void PictureClipTrainerTest::resumesWithTheSameBits()
{
    const std::string file = m_folder.filePath("checkpoint.safetensors").toStdString();
    const auto whole = trainer(options());
    run(*whole, 3);
    whole->save(file);
    run(*whole, 6);

    const auto resumed = trainer(options());
    resumed->restore(file);
    QCOMPARE(resumed->step(), std::int64_t(3));
    run(*resumed, 6);
    QCOMPARE(resumed->weights().size(), whole->weights().size());
    for (const auto &[name, weight] : whole->weights())
        QVERIFY2(at::equal(weight, resumed->weights().at(name)), name.c_str());
}

void PictureClipTrainerTest::refusesACheckpointOfAnotherSeed()
{
    const std::string file = m_folder.filePath("seed1.safetensors").toStdString();
    const auto first = trainer(options());
    first->save(file);
    PictureClipOptions other = options();
    other.seed = 2;
    const auto second = trainer(other);
    try {
        second->restore(file);
        QFAIL("a checkpoint of seed 1 was resumed with seed 2");
    } catch (const Exception &error) {
        QVERIFY(std::string(error.what()).find("seed 1") != std::string::npos);
    }
}

QTEST_GUILESS_MAIN(PictureClipTrainerTest)
#include "picture_clip_trainer_test.moc"
