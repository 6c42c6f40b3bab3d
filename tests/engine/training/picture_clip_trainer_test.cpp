// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "tests/engine/training/tiny_world.h"

#include "engine/core/error.h"
#include "engine/training/bpe_trainer.h"
#include "engine/training/picture_clip_trainer.h"

#include <QTemporaryDir>
#include <QTest>

using namespace orrery;
using namespace orrery::training;

class PictureClipTrainerTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void learnsWithinTwentySteps();
    void resumesWithTheSameBits();
    void refusesACheckpointOfAnotherSeed();

private:
    PictureClipOptions options() const;
    std::unique_ptr<PictureClipTrainer> trainer(const PictureClipOptions &options) const;
    static void run(PictureClipTrainer &trainer, std::int64_t untilStep);

    QTemporaryDir m_folder;
    std::shared_ptr<const Composer> m_composer;
    std::shared_ptr<const ClipTokenizer> m_tokenizer;
};

void PictureClipTrainerTest::initTestCase()
{
    at::set_num_threads(1);
    m_composer = test::tinyComposer(m_folder.filePath("world.safetensors").toStdString());
    m_tokenizer = std::make_shared<ClipTokenizer>(pictureVocabulary(m_composer->world(), 100));
}

PictureClipOptions PictureClipTrainerTest::options() const
{
    PictureClipOptions options;
    options.steps = 60; // the first 22 are of 32 pixels
    options.batch = 16;
    options.namesPerStep = test::kTinyNames;
    return options;
}

std::unique_ptr<PictureClipTrainer> PictureClipTrainerTest::trainer(const PictureClipOptions &options) const
{
    return std::make_unique<PictureClipTrainer>(m_composer, m_tokenizer, options);
}

void PictureClipTrainerTest::run(PictureClipTrainer &trainer, std::int64_t untilStep)
{
    while (trainer.step() < untilStep || !trainer.betweenSteps())
        QVERIFY(trainer.advance());
}

void PictureClipTrainerTest::learnsWithinTwentySteps()
{
    const auto run1 = trainer(options());
    run(*run1, 1);
    const double before = run1->loss();
    run(*run1, 20);
    QVERIFY2(run1->loss() < before - 0.1, qPrintable(QString("loss %1 → %2").arg(before).arg(run1->loss())));
    QCOMPARE(run1->picturesSeen(), std::int64_t(20 * 16));
    QCOMPARE(run1->trainedSize(), 32);
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
