// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "engine/core/error.h"
#include "engine/models/dalle/token_transformer.h"
#include "engine/runtime/generator.h"
#include "engine/training/fresh_weights.h"

#include <QTest>

using namespace orrery;
using namespace orrery::dalle;

class TokenTransformerTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void rememberingChangesNothing();
    void nothingIsReadFromTheFuture();
    void theTextIsRead();
    void attentionToWordsIsRecorded();
    void refusesAStreamThatIsTooLong();

private:
    at::Tensor whole(const at::Tensor &text, const at::Tensor &picture) const;

    TokenTransformerShape m_shape;
    Weights m_weights;
    at::Tensor m_text, m_picture;
};

void TokenTransformerTest::initTestCase()
{
    m_shape.vocabulary = 50;
    m_shape.textPositions = 6;
    m_shape.grid = 4;
    m_shape.codes = 40;
    m_shape.width = 32;
    m_shape.heads = 4;
    m_shape.layers = 3;
    m_weights = training::freshWeights(expectedWeights(m_shape), 5, {{"embedding", 0.5}});
    Generator generator(9);
    m_text = (generator.uniform({2, 6}) * 50).to(at::kLong);
    m_picture = (generator.uniform({2, 16}) * 40).to(at::kLong);
}

at::Tensor TokenTransformerTest::whole(const at::Tensor &text, const at::Tensor &picture) const
{
    const at::NoGradGuard noGraph;
    at::Tensor x = embedStream(m_weights, m_shape, text, picture);
    for (std::int64_t layer = 0; layer < m_shape.layers; ++layer)
        x = block(m_weights, m_shape, layer, x);
    return logits(m_weights, x); // [B, T + n, K]
}

void TokenTransformerTest::rememberingChangesNothing()
{
    const at::NoGradGuard noGraph;
    const at::Tensor expected = whole(m_text, m_picture.narrow(1, 0, 15));
    KeyValueCache cache(m_shape, 2, at::TensorOptions().dtype(at::kFloat));
    at::Tensor x = embedStream(m_weights, m_shape, m_text, m_picture.narrow(1, 0, 0));
    for (std::int64_t place = 0; place < 16; ++place) {
        for (std::int64_t layer = 0; layer < m_shape.layers; ++layer)
            x = cachedBlock(m_weights, m_shape, layer, x, cache);
        cache.length += x.size(1);
        const at::Tensor next = logits(m_weights, x).select(1, x.size(1) - 1);
        const double apart = (next - expected.select(1, 5 + place)).abs().max().item<double>();
        QVERIFY2(apart < 1e-4, qPrintable(QString("place %1: %2").arg(place).arg(apart)));
        if (place < 15)
            x = embedPictureToken(m_weights, m_shape, m_picture.select(1, place), place);
    }
}

void TokenTransformerTest::nothingIsReadFromTheFuture()
{
    at::Tensor other = m_picture.clone();
    other.select(1, 9).fill_(7);
    const at::Tensor a = whole(m_text, m_picture), b = whole(m_text, other);
    QVERIFY(at::equal(a.narrow(1, 0, 6 + 9), b.narrow(1, 0, 6 + 9)));
    QVERIFY(!at::allclose(a.narrow(1, 6 + 9, 7), b.narrow(1, 6 + 9, 7)));
}

void TokenTransformerTest::theTextIsRead()
{
    at::Tensor other = m_text.clone();
    other.select(1, 2).add_(1).remainder_(50);
    const at::Tensor a = whole(m_text, m_picture), b = whole(other, m_picture);
    QVERIFY((a - b).select(1, 20).abs().max().item<double>() > 1e-4);
}

void TokenTransformerTest::attentionToWordsIsRecorded()
{
    const at::NoGradGuard noGraph;
    AttentionRecord looked{2, {}}; // two rows of the three
    KeyValueCache cache(m_shape, 3, at::TensorOptions().dtype(at::kFloat));
    cache.looked = &looked;
    const std::vector<std::int64_t> mixed{0, 1, 0};
    const at::Tensor rows = at::tensor(mixed), picture = m_picture.index_select(0, rows);
    at::Tensor x = embedStream(m_weights, m_shape, m_text.index_select(0, rows), picture.narrow(1, 0, 0));
    for (std::int64_t place = 0; place < 3; ++place) {
        for (std::int64_t layer = 0; layer < m_shape.layers; ++layer)
            x = cachedBlock(m_weights, m_shape, layer, x, cache);
        cache.length += x.size(1);
        x = embedPictureToken(m_weights, m_shape, picture.select(1, place), place);
    }
    QCOMPARE(looked.shares.sizes(), at::IntArrayRef({2, 16, 6}));
    for (int row = 0; row < 2; ++row) {
        const at::Tensor sums = looked.shares[row].sum(1);
        QVERIFY(std::abs(sums[0].item<double>() - 1) < 1e-5); // only text to look at
        QVERIFY(sums[2].item<double>() < 1 && sums[2].item<double>() > 0);
        QCOMPARE(sums[3].item<double>(), 0.0); // not chosen yet
    }
    QVERIFY(!at::equal(looked.shares[0], looked.shares[1])); // each of its own words
}

void TokenTransformerTest::refusesAStreamThatIsTooLong()
{
    const at::Tensor many = at::zeros({2, 17}, at::kLong);
    try {
        embedStream(m_weights, m_shape, m_text, many);
        QFAIL("17 tokens of 16 were taken");
    } catch (const Exception &error) {
        QVERIFY(error.code() == ErrorCode::Shape);
        QVERIFY(std::string(error.what()).find("17 picture tokens, expected 6 and at most 16") != std::string::npos);
    }
}

QTEST_GUILESS_MAIN(TokenTransformerTest)
#include "token_transformer_test.moc"
