// SPDX-License-Identifier: Apache-2.0
#include "engine/models/packed_products.h"

#include "engine/models/half_products.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTest>

using namespace orrery;

class PackedProductsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { at::manual_seed(1); }
    void cleanup() { at::set_num_threads(m_threads); }

    void productsAreThoseOfPlainWeights_data() { types(); }
    void productsAreThoseOfPlainWeights()
    {
        QFETCH(int, type);
        for (const int rows : {1, 5, 77}) {
            const at::Tensor x = at::randn({2, rows, 48}).to(at::ScalarType(type));
            const at::Tensor weight = at::randn({40, 48}).to(at::ScalarType(type));
            const at::Tensor bias = at::randn({40}).to(at::ScalarType(type));
            const at::Tensor own = packed(weight);
            QCOMPARE(own.sizes(), weight.sizes());
            QCOMPARE(own.scalar_type(), weight.scalar_type());
            close(product(x, own, bias), at::linear(x, weight, bias));
            close(product(x, own, {}), at::linear(x, weight));
            // Rows that lie across memory, as those of a picture do.
            close(product(x.transpose(0, 1), own, bias), at::linear(x.transpose(0, 1), weight, bias));
        }
    }

    void convolutionsAreThoseOfPlainWeights_data() { types(); }
    void convolutionsAreThoseOfPlainWeights()
    {
        QFETCH(int, type);
        for (const int kernel : {1, 3})
            for (const int stride : {1, 2})
                for (const int cells : {7, 16}) {
                    const at::Tensor x = at::randn({2, 24, cells, cells}).to(at::ScalarType(type));
                    const at::Tensor weight = at::randn({32, 24, kernel, kernel}).to(at::ScalarType(type));
                    const at::Tensor bias = at::randn({32}).to(at::ScalarType(type));
                    const at::Tensor own = packed(weight);
                    close(packedConvolution(x, own, bias, stride, kernel / 2),
                          at::conv2d(x, weight, bias, stride, kernel / 2));
                    close(packedConvolution(x, own, {}, stride, kernel / 2),
                          at::conv2d(x, weight, {}, stride, kernel / 2));
                }
    }

    void threadsDoNotChangeBits()
    {
        const at::Tensor x = at::randn({2, 320, 16, 16}), rows = at::randn({77, 320});
        const at::Tensor thin = packed(at::randn({320, 320, 1, 1})), wide = packed(at::randn({320, 320, 3, 3}));
        const at::Tensor matrix = packed(at::randn({640, 320}));
        std::vector<at::Tensor> first;
        for (const int threads : {1, 2, 3}) {
            at::set_num_threads(threads);
            const std::vector<at::Tensor> now{packedConvolution(x, thin, {}, 1, 0),
                                              packedConvolution(x, wide, {}, 1, 1), packedProduct(rows, matrix, {})};
            if (first.empty())
                first = now;
            for (std::size_t i = 0; i < now.size(); ++i)
                QVERIFY2(at::equal(now[i], first[i]), qPrintable(QStringLiteral("%1, %2 threads").arg(i).arg(threads)));
        }
    }

    void whatCannotBePackedStaysAsItIs()
    {
        for (const at::Tensor &weight : {at::randn({8}), at::randn({4, 4, 4}), at::randn({4, 4}, at::kDouble)}) {
            const at::Tensor same = packed(weight);
            QVERIFY(!isPacked(same));
            QVERIFY(at::equal(same, weight));
        }
        const at::Tensor once = packed(at::randn({4, 4}));
        QVERIFY(packed(once).is_same(once));
    }

private:
    static void types()
    {
        QTest::addColumn<int>("type");
        QTest::newRow("float32") << int(at::kFloat);
        QTest::newRow("bfloat16") << int(at::kBFloat16);
    }
    static void close(const at::Tensor &own, const at::Tensor &plain)
    {
        QCOMPARE(own.sizes(), plain.sizes());
        const bool exact = plain.scalar_type() == at::kFloat;
        QVERIFY(at::allclose(own.to(at::kFloat), plain.to(at::kFloat), exact ? 1e-4 : 2e-2, exact ? 1e-4 : 2e-1));
    }

    int m_threads = at::get_num_threads();
};

QTEST_APPLESS_MAIN(PackedProductsTest)
#include "packed_products_test.moc"
