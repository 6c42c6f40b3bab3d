// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>

#include "engine/models/half_products.h"
#include "engine/runtime/bfloat16.h"
#include "engine/runtime/generator.h"

#include <QTest>

using namespace orrery;

/// Products with weights in bfloat16, against the same in float64.
class HalfProductsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void fewRowsAreExactButForTheWeights_data();
    void fewRowsAreExactButForTheWeights();
    void aRowDoesNotDependOnItsNeighbours();
    void manyRowsAreNear();
    void floatWeightsAreMultipliedAsEver();
    void theShapeOfTheInputStays();
    void kernelsHaveTheirChannelsLast();
};

namespace {

at::Tensor random(std::uint64_t seed, std::initializer_list<std::int64_t> shape)
{
    return Generator(seed).normal(shape, at::kCPU);
}

double largest(const at::Tensor &a, const at::Tensor &b)
{
    return (a.to(at::kDouble) - b.to(at::kDouble)).abs().max().item<double>();
}

at::Tensor inDouble(const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias)
{
    return at::linear(x.to(at::kDouble), weight.to(at::kDouble), bias.to(at::kDouble));
}

} // namespace

void HalfProductsTest::initTestCase()
{
    if (!cpuMultipliesBfloat16())
        QSKIP("This processor does not multiply bfloat16");
}

void HalfProductsTest::fewRowsAreExactButForTheWeights_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("in");
    QTest::addColumn<int>("out");
    // Around the lengths at which the kernel changes its step: 32 and 64.
    for (const int in : {1, 2, 31, 32, 33, 63, 64, 65, 95, 96, 97, 768, 1000})
        for (const int rows : {1, 3})
            QTest::addRow("%d x %d", rows, in) << rows << in << 37;
    QTest::addRow("several blocks") << 4 << 3072 << 99;
}

void HalfProductsTest::fewRowsAreExactButForTheWeights()
{
    QFETCH(int, rows);
    QFETCH(int, in);
    QFETCH(int, out);
    const at::Tensor x = random(1, {rows, in}), weight = halved(random(2, {out, in})), bias = random(3, {out});
    QCOMPARE(weight.scalar_type(), at::kBFloat16);
    const at::Tensor y = product(x, weight, bias);
    QCOMPARE(y.scalar_type(), at::kFloat);
    const double difference = largest(y, inDouble(x, weight, bias));
    QVERIFY2(difference < 2e-6 * in + 1e-6, qPrintable(QString::number(difference)));
}

void HalfProductsTest::aRowDoesNotDependOnItsNeighbours()
{
    const at::Tensor x = random(4, {4, 1000}), weight = halved(random(5, {301, 1000})), bias = random(6, {301});
    const at::Tensor all = product(x, weight, bias);
    for (std::int64_t row = 0; row < 4; ++row)
        QVERIFY(at::equal(product(x.narrow(0, row, 1), weight, bias), all.narrow(0, row, 1)));
}

void HalfProductsTest::manyRowsAreNear()
{
    const at::Tensor x = random(7, {50, 256}), exact = random(8, {100, 256}), bias = random(9, {100});
    const at::Tensor y = product(x, halved(exact), bias), expected = inDouble(x, exact, bias);
    QCOMPARE(y.scalar_type(), at::kFloat);
    const double cosine = at::cosine_similarity(y.flatten().to(at::kDouble), expected.flatten(), 0).item<double>();
    QVERIFY2(cosine > 0.9999 && cosine < 1, qPrintable(QString::number(cosine, 'g', 9)));
}

void HalfProductsTest::floatWeightsAreMultipliedAsEver()
{
    const at::Tensor x = random(10, {2, 96}), weight = random(11, {64, 96}), bias = random(12, {64});
    QVERIFY(at::equal(product(x, weight, bias), at::linear(x, weight, bias)));
    QVERIFY(at::equal(product(x, weight, {}), at::linear(x, weight)));
}

void HalfProductsTest::theShapeOfTheInputStays()
{
    const at::Tensor weight = halved(random(13, {5, 40}));
    QCOMPARE(product(random(14, {1, 1, 40}), weight, {}).sizes().vec(), (std::vector<std::int64_t>{1, 1, 5}));
    QCOMPARE(product(random(15, {2, 9, 40}), weight, {}).sizes().vec(), (std::vector<std::int64_t>{2, 9, 5}));
    // Of a stream that is cut out of a longer one.
    const at::Tensor wide = random(16, {3, 80}), cut = wide.narrow(1, 20, 40);
    QVERIFY(at::equal(product(cut, weight, {}), product(cut.contiguous(), weight, {})));
}

void HalfProductsTest::kernelsHaveTheirChannelsLast()
{
    const at::Tensor kernel = halved(random(17, {8, 4, 3, 3}));
    QCOMPARE(kernel.scalar_type(), at::kBFloat16);
    QVERIFY(kernel.is_contiguous(at::MemoryFormat::ChannelsLast));
}

QTEST_GUILESS_MAIN(HalfProductsTest)
#include "half_products_test.moc"
