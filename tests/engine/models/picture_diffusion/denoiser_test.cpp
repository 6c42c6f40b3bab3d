// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "engine/core/error.h"
#include "engine/models/picture_diffusion/denoiser.h"
#include "engine/runtime/generator.h"
#include "engine/training/fresh_weights.h"

#include <QTest>

using namespace orrery;
using namespace orrery::picture_diffusion;

class DenoiserTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void wordsAndTimeCount();
    void cellsAreReadInReadingOrder();
    void rowsOfABatchKeepApart();
    void wordsAndCellsInOneStreamSayTheSame();
    void cellsSeeAllCells();
    void aCellOneIsUnsureOfIsTheMeanOfItsCodes();
    void littleNoiseLeavesNoDoubt();
    void attentionToWordsIsAShare();
    void refusesAPromptOfAnotherLength();

private:
    at::Tensor scores(const at::Tensor &cells, const at::Tensor &tokens, double step,
                      at::Tensor *looked = nullptr) const;

    DenoiserShape m_shape;
    Weights m_weights;
    at::Tensor m_codebook, m_cells, m_tokens;
};

void DenoiserTest::initTestCase()
{
    m_shape.vocabulary = 50;
    m_shape.textPositions = 6;
    m_shape.grid = 4;
    m_shape.codes = 20;
    m_shape.codeWidth = 8;
    m_shape.width = 32;
    m_shape.heads = 4;
    m_shape.layers = 2;
    m_weights = training::freshWeights(expectedWeights(m_shape), 5, {{"embedding", 0.5}});
    Generator generator(9);
    m_codebook = generator.normal({20, 8});
    m_codebook = m_codebook / m_codebook.norm(2, 1, true);
    m_cells = generator.normal({1, 8, 4, 4});
    m_tokens = at::tensor(std::vector<std::int64_t>{48, 3, 7, 49, 49, 49}).unsqueeze(0);
}

at::Tensor DenoiserTest::scores(const at::Tensor &cells, const at::Tensor &tokens, double step,
                                at::Tensor *looked) const
{
    const at::NoGradGuard noGraph;
    const Words words = readWords(m_weights, m_shape, tokens);
    const at::Tensor likely = likelihoods(m_shape, m_codebook, cells, at::full({tokens.size(0)}, 0.1));
    at::Tensor x = embedCells(m_weights, m_shape, tokens, likely, at::full({tokens.size(0)}, step));
    for (std::int64_t layer = 0; layer < m_shape.layers; ++layer)
        x = cellBlock(m_weights, m_shape, layer, x, words, looked);
    return codeScores(m_weights, x, likely);
}

void DenoiserTest::wordsAndTimeCount()
{
    const at::Tensor plain = scores(m_cells, m_tokens, 500);
    QCOMPARE(plain.sizes(), at::IntArrayRef({1, 16, 20}));
    at::Tensor other = m_tokens.clone();
    other[0][1] = 9;
    QVERIFY((scores(m_cells, other, 500) - plain).abs().max().item<double>() > 1e-4);
    QVERIFY((scores(m_cells, m_tokens, 100) - plain).abs().max().item<double>() > 1e-4);
    QVERIFY(at::equal(scores(m_cells, m_tokens, 500), plain));
}

void DenoiserTest::cellsAreReadInReadingOrder()
{
    const at::NoGradGuard noGraph;
    at::Tensor other = m_cells.clone();
    other.narrow(2, 1, 1).narrow(3, 2, 1).add_(1.0); // row 1, column 2
    const auto embedded = [&](const at::Tensor &cells) {
        const at::Tensor likely = likelihoods(m_shape, m_codebook, cells, at::full({1}, 0.5));
        return embedCells(m_weights, m_shape, m_tokens, likely, at::full({1}, 500.0));
    };
    const at::Tensor difference =
        (embedded(other) - embedded(m_cells)).abs().amax(2).flatten(); // the text's last first
    for (std::int64_t place = 0; place < 17; ++place)
        QCOMPARE(difference[place].item<double>() > 1e-6, place == 1 + 1 * 4 + 2);
    // And they come out in the same order.
    at::Tensor certain = at::full({1, 16, 20}, -100.0);
    certain[0][6][11] = 100.0;
    const at::Tensor means = meanCodes(m_shape, m_codebook, certain);
    QVERIFY(at::allclose(means[0].select(1, 1).select(1, 2) / codeScale(m_shape), m_codebook[11], 1e-4, 1e-5));
}

void DenoiserTest::rowsOfABatchKeepApart()
{
    at::Tensor tokens = m_tokens.repeat({2, 1});
    tokens[1][1] = 11;
    const at::Tensor both = scores(m_cells.repeat({2, 1, 1, 1}), tokens, 300);
    QVERIFY(at::allclose(both.narrow(0, 0, 1), scores(m_cells, m_tokens, 300), 1e-4, 1e-4));
    QVERIFY((both[0] - both[1]).abs().max().item<double>() > 1e-4);
}

void DenoiserTest::wordsAndCellsInOneStreamSayTheSame()
{
    const at::NoGradGuard noGraph;
    const at::Tensor likely = likelihoods(m_shape, m_codebook, m_cells, at::full({1}, 0.1));
    at::Tensor x = at::cat({embedWords(m_weights, m_shape, m_tokens),
                            embedCells(m_weights, m_shape, m_tokens, likely, at::full({1}, 300.0))},
                           1);
    for (std::int64_t layer = 0; layer < m_shape.layers; ++layer)
        x = streamBlock(m_weights, m_shape, layer, x);
    const at::Tensor trained = codeScores(m_weights, x.slice(1, m_shape.words()), likely);
    QVERIFY(at::allclose(trained, scores(m_cells, m_tokens, 300), 1e-4, 1e-4));
}

void DenoiserTest::cellsSeeAllCells()
{
    at::Tensor other = m_cells.clone();
    other.select(2, 3).select(2, 3).add_(1.0); // the last one
    const at::Tensor moved = (scores(other, m_tokens, 300) - scores(m_cells, m_tokens, 300)).abs().amax(2);
    QVERIFY(moved.min().item<double>() > 1e-5);
}

void DenoiserTest::aCellOneIsUnsureOfIsTheMeanOfItsCodes()
{
    const at::Tensor unsure = meanCodes(m_shape, m_codebook, at::zeros({1, 16, 20}));
    QVERIFY(at::allclose(unsure[0].select(1, 0).select(1, 0) / codeScale(m_shape), m_codebook.mean(0), 1e-4, 1e-5));
}

void DenoiserTest::littleNoiseLeavesNoDoubt()
{
    // Whatever the untrained blocks expect: a vector with a hundredth of noise is that of its own code.
    const at::NoGradGuard noGraph;
    const at::Tensor ids = at::arange(16);
    const at::Tensor clean =
        at::embedding(m_codebook, ids).t().reshape({1, 8, 4, 4}) * codeScale(m_shape); // cell n has code n
    Generator generator(3);
    const at::Tensor noised = clean * std::sqrt(0.99) + generator.normal({1, 8, 4, 4}) * std::sqrt(0.01);
    const at::Tensor anything = generator.normal({1, 17, 32});
    const auto scored = [&](double signal) {
        return codeScores(m_weights, anything, likelihoods(m_shape, m_codebook, noised, at::full({1}, signal)));
    };
    QVERIFY(at::equal(scored(0.99).argmax(-1)[0], ids));
    // In noise alone a cell says nothing, and what the blocks expect is all there is.
    QVERIFY(at::allclose(scored(0.0), dalle::logits(m_weights, anything.narrow(1, 0, 16))));
}

void DenoiserTest::attentionToWordsIsAShare()
{
    at::Tensor looked = at::zeros({16, 6});
    scores(m_cells, m_tokens, 300, &looked);
    const at::Tensor sums = looked.sum(1) / static_cast<double>(m_shape.layers);
    QVERIFY(sums.min().item<double>() > 0 && sums.max().item<double>() < 1);
}

void DenoiserTest::refusesAPromptOfAnotherLength()
{
    QVERIFY_EXCEPTION_THROWN(readWords(m_weights, m_shape, m_tokens.narrow(1, 0, 5)), Exception);
}

QTEST_GUILESS_MAIN(DenoiserTest)
#include "denoiser_test.moc"
