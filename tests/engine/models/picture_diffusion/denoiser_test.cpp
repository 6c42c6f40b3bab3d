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
    void aPictureIsCutIntoPatchesInReadingOrder();
    void rowsOfABatchKeepApart();
    void attentionToWordsIsAShare();
    void refusesAPromptOfAnotherLength();

private:
    at::Tensor guess(const at::Tensor &pixels, const at::Tensor &tokens, double step,
                     at::Tensor *looked = nullptr) const;

    DenoiserShape m_shape;
    Weights m_weights;
    at::Tensor m_pixels, m_tokens;
};

void DenoiserTest::initTestCase()
{
    m_shape.vocabulary = 50;
    m_shape.textPositions = 6;
    m_shape.imageSize = 16;
    m_shape.patch = 4;
    m_shape.width = 32;
    m_shape.heads = 4;
    m_shape.layers = 2;
    m_weights = training::freshWeights(expectedWeights(m_shape), 5, {{"embedding", 0.5}, {"modulation.weight", 0.3}});
    Generator generator(9);
    m_pixels = generator.normal({1, 3, 16, 16});
    m_tokens = at::tensor(std::vector<std::int64_t>{48, 3, 7, 49, 49, 49}).unsqueeze(0);
}

at::Tensor DenoiserTest::guess(const at::Tensor &pixels, const at::Tensor &tokens, double step,
                               at::Tensor *looked) const
{
    const at::NoGradGuard noGraph;
    const at::Tensor words = encodeWords(m_weights, m_shape, tokens);
    const Condition made = condition(m_weights, m_shape, words, tokens, at::full({tokens.size(0)}, step));
    at::Tensor x = pixels;
    for (std::int64_t i = 0; i < pieces(m_shape); ++i)
        x = piece(m_weights, m_shape, i, x, made, pixels, looked);
    return x;
}

void DenoiserTest::wordsAndTimeCount()
{
    const at::Tensor plain = guess(m_pixels, m_tokens, 500);
    QCOMPARE(plain.sizes(), m_pixels.sizes());
    at::Tensor other = m_tokens.clone();
    other[0][1] = 9;
    QVERIFY((guess(m_pixels, other, 500) - plain).abs().max().item<double>() > 1e-4);
    QVERIFY((guess(m_pixels, m_tokens, 100) - plain).abs().max().item<double>() > 1e-4);
    QVERIFY(at::equal(guess(m_pixels, m_tokens, 500), plain));
}

void DenoiserTest::aPictureIsCutIntoPatchesInReadingOrder()
{
    const at::NoGradGuard noGraph;
    const at::Tensor words = encodeWords(m_weights, m_shape, m_tokens);
    const Condition made = condition(m_weights, m_shape, words, m_tokens, at::full({1}, 500.0));
    at::Tensor other = m_pixels.clone();
    other.narrow(2, 4, 4).narrow(3, 8, 4).add_(1.0); // row 1, column 2 of patches
    const at::Tensor difference =
        (piece(m_weights, m_shape, 0, other, made, other) - piece(m_weights, m_shape, 0, m_pixels, made, m_pixels))
            .abs()
            .amax(2)
            .flatten();
    for (std::int64_t patch = 0; patch < 16; ++patch)
        QCOMPARE(difference[patch].item<double>() > 1e-6, patch == 1 * 4 + 2);
}

void DenoiserTest::rowsOfABatchKeepApart()
{
    at::Tensor tokens = m_tokens.repeat({2, 1});
    tokens[1][1] = 11;
    const at::Tensor both = guess(m_pixels.repeat({2, 1, 1, 1}), tokens, 300);
    QVERIFY(at::allclose(both.narrow(0, 0, 1), guess(m_pixels, m_tokens, 300), 1e-4, 1e-4));
    QVERIFY((both[0] - both[1]).abs().max().item<double>() > 1e-4);
}

void DenoiserTest::attentionToWordsIsAShare()
{
    at::Tensor looked = at::zeros({16, 6});
    guess(m_pixels, m_tokens, 300, &looked);
    const at::Tensor sums = looked.sum(1) / static_cast<double>(m_shape.layers);
    QVERIFY(sums.min().item<double>() > 0 && sums.max().item<double>() < 1);
}

void DenoiserTest::refusesAPromptOfAnotherLength()
{
    QVERIFY_EXCEPTION_THROWN(encodeWords(m_weights, m_shape, m_tokens.narrow(1, 0, 5)), Exception);
}

QTEST_GUILESS_MAIN(DenoiserTest)
#include "denoiser_test.moc"
