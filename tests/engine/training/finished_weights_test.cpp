// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>

#include "engine/files/safetensors.h"
#include "engine/models/clip/familiarity.h"
#include "engine/runtime/generator.h"
#include "engine/training/familiarity_fit.h"
#include "engine/training/picture_clip_network.h"
#include "engine/training/quantised_weights.h"

#include <QTemporaryDir>
#include <QTest>

using namespace orrery;
using namespace orrery::training;

/// What becomes of weights after training: norms folded, few bits, a score of what is familiar.
class FinishedWeightsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void foldsNormsWithoutChangingTheTower();
    void roundsWithinHalfAStep_data();
    void roundsWithinHalfAStep();
    void writesWhatItRounds();
    void tellsFamiliarFromStrange();
};

void FinishedWeightsTest::foldsNormsWithoutChangingTheTower()
{
    const PictureClipShape shape = PictureClipShape::standard(600, 599);
    Weights weights = freshWeights(shape, 3);
    Generator generator(5);
    for (auto &[name, weight] : weights) { // statistics that are not the trivial ones
        if (name.ends_with(".running_var") || name.ends_with(".norm.weight"))
            weight = weight + generator.normal(weight.sizes()).abs() * 0.3;
        if (name.ends_with(".running_mean") || name.ends_with(".norm.bias"))
            weight = generator.normal(weight.sizes()) * 0.2;
    }
    const at::Tensor pixels = generator.normal({2, 3, 64, 64});
    const at::Tensor running = clip::encodeResidual(weights, shape.image, pixels, clip::NormMode::Running);
    const at::Tensor folded =
        clip::encodeResidual(clip::foldNorms(weights, shape.image), shape.image, pixels, clip::NormMode::Folded);
    QVERIFY((running - folded).abs().max().item<float>() < 1e-3f * running.abs().max().item<float>());
}

void FinishedWeightsTest::roundsWithinHalfAStep_data()
{
    QTest::addColumn<WeightBits>("bits");
    QTest::addColumn<float>("largest");
    QTest::newRow("six") << WeightBits::Six << 31.0F;
    QTest::newRow("eight") << WeightBits::Eight << 127.0F;
}

void FinishedWeightsTest::roundsWithinHalfAStep()
{
    QFETCH(WeightBits, bits);
    QFETCH(float, largest);
    Generator generator(7);
    const at::Tensor weight = generator.normal({6, 5, 3, 3});
    weight.select(0, 2).mul_(100); // rows of very different size keep their own scale
    weight.select(0, 3).zero_();
    const QuantisedWeight small = quantise(weight, bits);
    QCOMPARE(small.values.scalar_type(), at::kChar);
    QCOMPARE(small.values.abs().max().item<int>(), int(largest));
    const at::Tensor back = rounded({{"w", weight}}, bits).at("w");
    const at::Tensor error = (back - weight).abs().reshape({6, -1}).amax(1);
    const at::Tensor most = weight.abs().reshape({6, -1}).amax(1);
    for (int row = 0; row < 6; ++row)
        QVERIFY(error[row].item<float>() <= 0.5001F * most[row].item<float>() / largest);
    // Rounding twice changes nothing more.
    QVERIFY(at::allclose(rounded({{"w", back}}, bits).at("w"), back, 1e-6, 1e-7));
}

void FinishedWeightsTest::writesWhatItRounds()
{
    const QTemporaryDir folder;
    const std::string path = folder.filePath("model.safetensors").toStdString();
    Generator generator(9);
    const Weights weights = {{"a.weight", generator.normal({4, 8})}, {"a.bias", generator.normal({4})}};
    writeQuantised(path, weights);
    const auto file = Safetensors::open(path);
    QCOMPARE(file->entries().size(), std::size_t(3));
    QCOMPARE(file->find("a.weight")->dtype, Dtype::I8);
    QCOMPARE(file->find("a.bias")->dtype, Dtype::F32);
    const auto *values = reinterpret_cast<const std::int8_t *>(file->find("a.weight")->bytes.data());
    std::vector<float> scales(4);
    std::memcpy(scales.data(), file->find("a.weight.scale")->bytes.data(), 16);
    const at::Tensor expected = rounded(weights).at("a.weight");
    for (int row = 0; row < 4; ++row)
        for (int column = 0; column < 8; ++column)
            QCOMPARE(static_cast<float>(values[row * 8 + column]) * scales[row], expected[row][column].item<float>());
}

void FinishedWeightsTest::tellsFamiliarFromStrange()
{
    const QTemporaryDir folder;
    Generator generator(11);
    // Two clouds whose columns differ in size by a thousand, apart along one direction.
    constexpr std::int64_t kWidth = 16;
    const at::Tensor sizes = at::logspace(-1, 2, kWidth);
    const auto cloud = [&](std::int64_t count, double shift) {
        at::Tensor x = generator.normal({count, kWidth});
        x.select(1, 3).add_(shift);
        return (x * sizes).contiguous();
    };
    const auto around = [&](std::int64_t count) { return cloud(count, 3); };
    const auto anywhere = [&](std::int64_t count) { return cloud(count, -3); };
    const FamiliarityFit fit = fitFamiliarity(around(1000), anywhere(1000), 0.02);
    QVERIFY(fit.missed < 0.05);
    writeFamiliarity(folder.filePath("familiarity.safetensors").toStdString(), fit);

    const auto score = clip::Familiarity::fromFolder(folder.path().toStdString());
    QVERIFY(score != nullptr);
    const auto flagged = [&](const at::Tensor &embeddings) {
        int count = 0;
        for (std::int64_t i = 0; i < embeddings.size(0); ++i) {
            const std::span<const float> row(embeddings.const_data_ptr<float>() + i * kWidth, kWidth);
            const double value = score->score(row);
            if (!(value >= 0 && value <= 1))
                return -1;
            count += value < score->threshold();
        }
        return count;
    };
    const int alarms = flagged(around(500)), found = flagged(anywhere(500));
    QVERIFY2(alarms >= 0 && alarms <= 30, qPrintable(QString::number(alarms)));
    QVERIFY2(found >= 460, qPrintable(QString::number(found)));
}

QTEST_GUILESS_MAIN(FinishedWeightsTest)
#include "finished_weights_test.moc"
