// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "tests/engine/training/tiny_world.h"
#include "tests/engine/training/trainer_runs.h"

#include "engine/core/error.h"
#include "engine/training/bpe_trainer.h"
#include "engine/training/drawing/dalle_trainer.h"
#include "engine/training/drawing/diffusion_trainer.h"
#include "engine/training/drawing/dvae_trainer.h"
#include "engine/training/dropout.h"
#include "engine/training/fresh_weights.h"

#include <QTemporaryDir>
#include <QTest>

using namespace orrery;
using namespace orrery::training;
using training::test::compareResumed;
using training::test::run;

/// What the trainers of picture-dvae, picture-dalle and picture-diffusion have in common, tried on each.
class DrawingTrainerTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void learns_data() { kinds(); }
    void learns();
    void resumesWithTheSameBits_data() { kinds(); }
    void resumesWithTheSameBits();
    void smallBatchesAddUp_data() { kinds(); }
    void smallBatchesAddUp();
    void refusesACheckpointOfAnotherSeed();
    void refusesWeightsOfAnotherShape();
    void codesThatNobodyChoosesMoveToWherePicturesAre();
    void diffusionBeginsWithWhatDalleKnows();
    void tablesOfAFinishedDalleHoldItsVectors();
    void dropoutLeavesOutWhatItIsTold();

private:
    static void kinds();
    std::unique_ptr<DrawingTrainer> trainer(const QString &kind, DrawingOptions options) const;
    static DrawingOptions options();

    QTemporaryDir m_folder;
    std::shared_ptr<const PromptScenes> m_scenes;
    std::shared_ptr<const ClipTokenizer> m_tokenizer;
    dvae::DvaeShape m_codesShape;
};

void DrawingTrainerTest::initTestCase()
{
    at::set_num_threads(1);
    const std::string file = m_folder.filePath("world.safetensors").toStdString();
    test::writeTinyWorld(file);
    const auto world = std::make_shared<PictureWorld>(file);
    m_scenes = std::make_shared<PromptScenes>(world);
    m_tokenizer = std::make_shared<ClipTokenizer>(pictureVocabulary(*world, 100));
    m_codesShape.width = 16;
    m_codesShape.deep = 32;
    m_codesShape.codes = 64;
}

void DrawingTrainerTest::kinds()
{
    QTest::addColumn<QString>("kind");
    for (const char *kind : {"dvae", "dalle", "diffusion"})
        QTest::newRow(kind) << QString(kind);
}

DrawingOptions DrawingTrainerTest::options()
{
    DrawingOptions options;
    options.batch = 8;
    options.microBatch = 4;
    options.steps = 30;
    return options;
}

std::unique_ptr<DrawingTrainer> DrawingTrainerTest::trainer(const QString &kind, DrawingOptions options) const
{
    if (kind == "dvae")
        return std::make_unique<DvaeTrainer>(m_scenes, options, m_codesShape, at::kCPU);
    const Weights codes = freshWeights(dvae::expectedWeights(m_codesShape), 3, {});
    if (kind == "diffusion") {
        options.average = 0.9;
        return std::make_unique<DiffusionTrainer>(m_scenes, options, m_tokenizer, codes, m_codesShape, at::kCPU);
    }
    return std::make_unique<DalleTrainer>(m_scenes, options, m_tokenizer, codes, m_codesShape, at::kCPU);
}

void DrawingTrainerTest::learns()
{
    QFETCH(QString, kind);
    const auto trained = trainer(kind, options());
    run(*trained, 1);
    const double before = trained->loss();
    run(*trained, 24);
    QVERIFY2(trained->loss() < 0.9 * before, qPrintable(QString("loss %1 → %2").arg(before).arg(trained->loss())));
    QCOMPARE(trained->examplesSeen(), std::int64_t(24 * 8));
    QVERIFY(trained->report().size() > 5);
}

void DrawingTrainerTest::resumesWithTheSameBits()
{
    QFETCH(QString, kind);
    const std::string file = m_folder.filePath("checkpoint-" + kind + ".safetensors").toStdString();
    compareResumed([&] { return trainer(kind, options()); }, file);
}

void DrawingTrainerTest::smallBatchesAddUp()
{
    // Cut into pieces and small batches, the gradient is that of the whole batch, up to how halves are rounded.
    QFETCH(QString, kind);
    if (kind == "diffusion")
        QSKIP("noise belongs to the small batch that it is drawn for");
    DrawingOptions other = options();
    other.microBatch = 8;
    const auto small = trainer(kind, options());
    const auto large = trainer(kind, other);
    run(*small, 1);
    run(*large, 1);
    QVERIFY2(std::abs(small->loss() - large->loss()) < 0.01 * large->loss(),
             qPrintable(QString("%1 and %2").arg(small->loss()).arg(large->loss())));
    const Weights expected = large->finished();
    double same = 0, all = 0;
    for (const auto &[name, weight] : small->finished())
        if (weight.dim() > 1 && name != "codebook") {
            // Adam's first step has one length for all: what may differ is the sign of gradients near zero.
            same += (weight - weightOf(expected, name)).abs().lt(1e-6).sum().item<double>();
            all += static_cast<double>(weight.numel());
        }
    QVERIFY2(same > 0.9 * all, qPrintable(QString("%1 of %2 weights agree").arg(same).arg(all)));
}

void DrawingTrainerTest::refusesACheckpointOfAnotherSeed()
{
    const std::string file = m_folder.filePath("seed.safetensors").toStdString();
    const auto first = trainer("dvae", options());
    run(*first, 1);
    first->save(file);
    DrawingOptions other = options();
    other.seed = 2;
    const auto second = trainer("dvae", other);
    try {
        second->restore(file);
        QFAIL("a checkpoint of another seed was taken");
    } catch (const Exception &error) {
        QVERIFY(std::string(error.what()).find("seed 1, expected 2") != std::string::npos);
    }
}

void DrawingTrainerTest::refusesWeightsOfAnotherShape()
{
    dvae::DvaeShape other = m_codesShape;
    other.codes = 32;
    const auto trained = trainer("dvae", options());
    Weights weights = freshWeights(dvae::expectedWeights(other), 1, {});
    weights["mean.sums"] = at::zeros({32, other.codeWidth});
    weights["mean.counts"] = at::zeros({32});
    QVERIFY_EXCEPTION_THROWN(trained->startFrom(weights), Exception);
}

void DrawingTrainerTest::codesThatNobodyChoosesMoveToWherePicturesAre()
{
    const auto trained = trainer("dvae", options());
    const at::Tensor before = trained->finished().at("codebook").clone();
    run(*trained, 25);
    const Weights after = trained->finished();
    const at::Tensor moved = (after.at("codebook") - before).abs().amax(1).gt(1e-3);
    QVERIFY2(moved.sum().item<std::int64_t>() > 32, "most of 64 codes begin where no picture is");
    const at::Tensor length = after.at("codebook").norm(2, 1);
    QVERIFY((length - 1).abs().max().item<double>() < 1e-4);
}

void DrawingTrainerTest::diffusionBeginsWithWhatDalleKnows()
{
    const auto dalle = trainer("dalle", options());
    run(*dalle, 2);
    const Weights known = dalle->finished();
    const auto made = trainer("diffusion", options());
    auto &diffusion = static_cast<DiffusionTrainer &>(*made);
    const Weights before = diffusion.finished();
    diffusion.startFromDalle(known);
    const Weights after = diffusion.finished();
    for (const auto &[name, weight] : known)
        QVERIFY2(at::equal(weightOf(after, name), weight), name.c_str());
    QVERIFY(at::equal(weightOf(after, "time.fc1.weight"), weightOf(before, "time.fc1.weight")));

    Weights other = known;
    other["text_embedding"] = at::zeros({7, 256});
    QVERIFY_EXCEPTION_THROWN(diffusion.startFromDalle(other), Exception);
}

void DrawingTrainerTest::tablesOfAFinishedDalleHoldItsVectors()
{
    const auto fresh = trainer("dalle", options());
    const Weights before = fresh->finished();
    const dalle::TokenTransformerShape shape = static_cast<DalleTrainer &>(*fresh).shape();
    for (const ExpectedWeight &weight : dalle::expectedWeights(shape))
        QVERIFY2(before.contains(weight.name), weight.name.c_str());
    QCOMPARE(before.size(), dalle::expectedWeights(shape).size());

    const auto trained = trainer("dalle", options());
    run(*trained, 5);
    const Weights after = trained->finished();
    QCOMPARE(after.size(), before.size());

    // It is what the trainer computes with: from there on the loss is the same as from its own checkpoint.
    const std::string file = m_folder.filePath("vectors.safetensors").toStdString();
    trained->save(file);
    const auto resumed = trainer("dalle", options());
    resumed->restore(file);
    const auto begun = trainer("dalle", options());
    begun->startFrom(after);
    const Weights same = resumed->finished(), folded = begun->finished();
    for (const auto &[name, weight] : after) {
        QVERIFY2(at::allclose(weightOf(same, name), weight, 1e-5, 1e-6), name.c_str());
        QVERIFY2(at::allclose(weightOf(folded, name), weight, 1e-5, 1e-6), name.c_str());
    }
    // And vectors do say something: codes that nobody saw moved with those that look like them.
    const at::Tensor moved =
        (weightOf(after, "picture_embedding") - weightOf(before, "picture_embedding")).abs().amax(1);
    QVERIFY2(moved.min().item<double>() > 1e-6, "an embedding stood still");
}

void DrawingTrainerTest::dropoutLeavesOutWhatItIsTold()
{
    Dropout dropout(7, 0.25);
    const at::Tensor x = at::ones({400, 256});
    dropout.begin(3);
    const at::Tensor first = dropout(x), second = dropout(x);
    QVERIFY(!at::equal(first, second));
    dropout.begin(3);
    QVERIFY2(at::equal(dropout(x), first), "the same place has the same masks");
    const double left = first.gt(0).to(at::kDouble).mean().item<double>();
    QVERIFY2(std::abs(left - 0.75) < 0.01, qPrintable(QString::number(left)));
    QVERIFY(std::abs(first.mean().item<double>() - 1) < 0.015); // what is left is scaled
    QCOMPARE(dropout(x.to(at::kBFloat16)).scalar_type(), at::kBFloat16);
    Dropout none(7, 0);
    QVERIFY(none(x).is_same(x));
}

QTEST_GUILESS_MAIN(DrawingTrainerTest)
#include "drawing_trainer_test.moc"
