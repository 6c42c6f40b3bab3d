// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>

#include "engine/runtime/generator.h"
#include "engine/training/drawing/code_looks.h"

#include <QTest>

using namespace orrery;
using namespace orrery::training;

namespace {

constexpr std::int64_t kColours = 11; ///< as many as have names
constexpr std::int64_t kPieces = 20, kCells = 12;
constexpr std::int64_t kWidth = 16;
constexpr std::int64_t kGround = kPieces * kColours;

/// A code for every piece of a drawing in every colour: what a piece looks like is turned another way by each colour,
/// so that no step leads from one colour to another.
at::Tensor codebook()
{
    Generator lots(5);
    const at::Tensor pieces = lots.normal({kPieces, 6});
    std::vector<at::Tensor> vectors;
    for (std::int64_t colour = 0; colour < kColours; ++colour)
        vectors.push_back(pieces.mm(lots.normal({6, kWidth})) + lots.normal({1, kWidth}));
    const at::Tensor all = at::cat({at::stack(vectors, 1).flatten(0, 1), lots.normal({1, kWidth})});
    return all / all.norm(2, 1, true);
}

} // namespace

class CodeLooksTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void piecesLookAlikeInEveryColour();
    void tooFewThingsSayNothing();
};

void CodeLooksTest::piecesLookAlikeInEveryColour()
{
    CodeLooks fit(codebook());
    Generator lots(8);
    for (int thing = 0; thing < 60; ++thing) {
        at::Tensor codes = at::full({kColours, kCells + 1}, kGround, at::kLong);
        for (std::int64_t cell = 1; cell <= kCells; ++cell)
            codes.select(1, cell).copy_(lots.below(kPieces) * kColours + at::arange(kColours));
        std::vector<bool> shown(kColours, true);
        if (thing % 2 == 1)
            shown[static_cast<std::size_t>(lots.below(kColours))] = false;
        fit.add(codes, shown);
    }
    QVERIFY(fit.fit());
    for (std::size_t thing = 0; thing < fit.things(); ++thing)
        fit.explain(thing);
    const at::Tensor looks = fit.looks();
    QCOMPARE(looks.size(0), kGround + 1);
    const std::int64_t light = looks.size(1) - kColours;
    const at::Tensor ofPieces = looks.slice(0, 0, kGround).slice(1, 0, light).view({kPieces, kColours, light});
    const at::Tensor apart = (ofPieces - ofPieces.mean(1, true)).norm(2, -1).mean();
    const at::Tensor between = (ofPieces.mean(1) - ofPieces.flatten(0, 1).mean(0)).norm(2, -1).mean();
    QVERIFY2(
        apart.item<double>() < 0.1 * between.item<double>(),
        qPrintable(QString("%1 in a piece, %2 between pieces").arg(apart.item<double>()).arg(between.item<double>())));
    const at::Tensor colours = looks.slice(0, 0, kGround).slice(1, light).view({kPieces, kColours, kColours});
    QVERIFY(at::equal(colours.argmax(-1), at::arange(kColours).expand({kPieces, kColours})));
    QVERIFY2(looks[kGround].abs().max().item<double>() == 0, "ground is no thing's");
}

void CodeLooksTest::tooFewThingsSayNothing()
{
    CodeLooks fit(codebook());
    QVERIFY(!fit.fit());
    fit.add(at::full({kColours, 4}, kGround, at::kLong), std::vector<bool>(kColours, true));
    QVERIFY(!fit.fit());
}

QTEST_GUILESS_MAIN(CodeLooksTest)
#include "code_looks_test.moc"
