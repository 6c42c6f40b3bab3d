// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>

#include "engine/files/safetensors.h"
#include "engine/training/speech/ctc_loss.h"

#include <QTest>

#include <cmath>
#include <cstring>

using namespace orrery;
using namespace orrery::training;

namespace {

std::vector<int> withoutRepeatsAndBlanks(const std::vector<int> &path)
{
    std::vector<int> labels;
    int before = 0;
    for (const int letter : path) {
        if (letter != before && letter != 0)
            labels.push_back(letter);
        before = letter;
    }
    return labels;
}

template <typename T>
std::vector<T> valuesOf(const Safetensors &file, const std::string &name)
{
    const SafetensorsEntry *entry = file.find(name);
    std::vector<T> values(entry->bytes.size() / sizeof(T));
    std::memcpy(values.data(), entry->bytes.data(), entry->bytes.size());
    return values;
}

} // namespace

class CtcLossTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void isTheSumOverAllWaysToSayIt();
    void isThatOfTorch();
    void labelsThatDoNotFitTeachNothing();
    void nothingSaidIsAllBlanks();
};

void CtcLossTest::isTheSumOverAllWaysToSayIt()
{
    // Three letters, five frames: all 243 paths.
    const at::Tensor scores = (at::arange(15, at::kFloat) * 1.7F).sin().view({5, 3}) * 2;
    const at::Tensor shares = at::softmax(scores.to(at::kDouble), 1);
    for (const std::vector<int> &labels : {std::vector<int>{1, 2}, {1, 1}, {2}, {1, 2, 1}}) {
        double likelihood = 0;
        for (int number = 0; number < 243; ++number) {
            std::vector<int> path;
            double product = 1;
            for (int t = 0, rest = number; t < 5; ++t, rest /= 3) {
                path.push_back(rest % 3);
                product *= shares[t][rest % 3].item<double>();
            }
            if (withoutRepeatsAndBlanks(path) == labels)
                likelihood += product;
        }
        const double expected = -std::log(likelihood) / double(labels.size());
        const double found = ctcLoss(scores, labels).item<double>();
        QVERIFY2(std::abs(found - expected) < 1e-5, qPrintable(QString("%1, %2").arg(found).arg(expected)));
    }
}

void CtcLossTest::isThatOfTorch()
{
    // torch's ctc_loss and its gradient in float64: tests/reference/make_speech_fixtures.py.
    const auto file = Safetensors::open(ORRERY_SOURCE_DIR "/tests/data/speech/ctc.safetensors");
    std::vector<float> values = valuesOf<float>(*file, "scores"), gradient = valuesOf<float>(*file, "gradient");
    const std::vector<std::int64_t> said = valuesOf<std::int64_t>(*file, "labels"),
                                    best = valuesOf<std::int64_t>(*file, "best");
    const std::int64_t frames = 40, letters = std::int64_t(values.size()) / frames;
    const at::Tensor scores = at::from_blob(values.data(), {frames, letters}).clone().requires_grad_(true);
    const at::Tensor loss = ctcLoss(scores, {said.begin(), said.end()});
    QVERIFY(std::abs(loss.item<double>() - double(valuesOf<float>(*file, "loss").at(0))) < 1e-4);
    loss.backward();
    const double largest =
        (scores.grad() - at::from_blob(gradient.data(), {frames, letters})).abs().max().item<double>();
    QVERIFY2(largest < 1e-5, qPrintable(QString::number(largest)));
    QVERIFY(bestLabels(scores) == std::vector<int>(best.begin(), best.end()));
}

void CtcLossTest::labelsThatDoNotFitTeachNothing()
{
    // Two equal labels need a blank between: three frames.
    const at::Tensor scores = at::ones({2, 3}).requires_grad_(true);
    const at::Tensor loss = ctcLoss(scores, {1, 1});
    QCOMPARE(loss.item<double>(), 0.0);
    loss.backward();
    QCOMPARE(scores.grad().abs().max().item<double>(), 0.0);
}

void CtcLossTest::nothingSaidIsAllBlanks()
{
    const double found = ctcLoss(at::zeros({4, 5}), {}).item<double>();
    QVERIFY2(std::abs(found - 4 * std::log(5.0)) < 1e-5, qPrintable(QString::number(found)));
    QVERIFY(bestLabels(at::zeros({4, 5})).empty());
}

QTEST_APPLESS_MAIN(CtcLossTest)
#include "ctc_loss_test.moc"
